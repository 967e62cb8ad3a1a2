/* A plain interactive loop: one line at a time through input(), compiled as soon as it is complete
 * (COMPILE_ALLOW_INCOMPLETE_INPUT), errors shown and forgotten. */
#include "cli/repl.h"
#include "cli/script.h"

#include <stdio.h>
#include <unistd.h>
#include "compile/compile.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "modules/sys/version.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/str.h"
#include "vm/config.h"
#include "vm/frame.h"
#include "vm/startup.h"
#include "vm/state.h"

static Value prompt(const char *name, const char *usual)
{
    Value text = sys_get(name);
    if (!text) {
        TRY(sys_set(name, TRY(str_from_cstring(usual))));
        text = sys_get(name);
    }
    return object_str(text);
}

/* A line without its newline, or 0: end of input (EOFError cleared) or an exception. Where nobody
 * types, the prompt goes to the standard error output, to keep it out of the program's. */
static Value read_line(bool first)
{
    Value text = TRY(first ? prompt("ps1", ">>> ") : prompt("ps2", "... "));
    Value input = dict_get_cstring(interpreter.builtins, "input");
    Value line;
    if (isatty(0) && isatty(1)) {
        line = call1(input, text);
    } else {
        fputs(TRY(str_cstring(text)), stderr);
        line = call0(input);
    }
    if (!line)
        error_clear_if(EOFError);
    return line;
}

/* Statements of one go, compiled; 0 and no exception at the end of input. */
static Value read_statement(int *flags, int number)
{
    Value text = 0, filename = TRY(str_format("<stdin>-%d", number));
    for (;;) {
        Value line = read_line(!text);
        if (!line)
            return 0;
        bool blank = !str_length(line);
        text = text ? TRY(str_format("%V%V\n", text, line)) : TRY(str_format("%V\n", line));
        size_t size;
        const char *bytes = TRY(str_utf8(text, &size));
        int how = *flags | COMPILE_IGNORE_COOKIE | COMPILE_ALLOW_INCOMPLETE_INPUT;
        if (!blank)
            how |= COMPILE_DONT_IMPLY_DEDENT;
        Value code = script_compile_text(bytes, size, filename, MODE_SINGLE, how);
        if (code || !error_clear_if(_IncompleteInputError))
            return code;
    }
}

bool repl_run(void)
{
    Value dict = module_dict(dict_get(interpreter.modules, names.__main__));
    int flags = 0;
    if (!config.quiet)
        fprintf(stderr,
                "Python %s on linux\nType \"help\", \"copyright\", \"credits\" or "
                "\"license\" for more information.\n",
                VERSION_TEXT);
    for (int number = 0;; number++) {
        Value code = read_statement(&flags, number);
        if (!code && !error_pending()) {
            fputc('\n', stderr);
            return true;
        }
        if (code && vm_run_code((Code *)code, dict, dict, 0)) {
            flags |= (int)(((Code *)code)->flags & CODE_FUTURE_ANNOTATIONS);
            continue;
        }
        if (error_matches(SystemExit))
            return false;
        report_uncaught();
    }
}
