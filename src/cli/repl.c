/* A plain interactive loop: one line at a time through input(), compiled as soon as it is complete
 * (COMPILE_ALLOW_INCOMPLETE_INPUT), errors shown and forgotten. */
#include "cli/repl.h"
#include "cli/script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
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

static bool set_prompt(const char *name, const char *usual)
{
    return sys_get(name) || sys_set(name, TRY(str_from_cstring(usual)));
}

static Value prompt(const char *name)
{
    Value text = sys_get(name);
    return text ? object_str(text) : str_from_cstring("");
}

/* A line without its newline, or 0: end of input, or an exception. Where nobody
 * types, the prompt goes to the standard error output, to keep it out of the program's. */
static Value read_line(bool first)
{
    Value text = TRY(prompt(first ? "ps1" : "ps2"));
    Value input = dict_get_cstring(interpreter.builtins, "input");
    Value line;
    if (isatty(0) && isatty(1)) {
        line = call1(input, text);
    } else {
        fputs(TRY(str_cstring(text)), stderr);
        line = call0(input);
    }
    if (!line && !error_clear_if(EOFError))
        error_clear_if(OSError); /* closed: there is no more to come either */
    return line;
}

/* Spaces and a comment at most. */
static bool is_empty(const char *line, bool comment_too)
{
    line += strspn(line, " \t\f");
    return !*line || (comment_too && *line == '#');
}

/* Errors are those of standard input as a whole; only code has a name of its own, by which
 * tracebacks find its lines. */
static Value compile_input(Value text, Value filename, int flags)
{
    size_t size;
    const char *bytes = TRY(str_utf8(text, &size));
    Value shown = TRY(str_from_cstring("<stdin>"));
    return script_compile_text(bytes, size, shown, filename, MODE_SINGLE, flags);
}

#define INCOMPLETE (COMPILE_ALLOW_INCOMPLETE_INPUT | COMPILE_DONT_IMPLY_DEDENT)

/* What is incomplete may be wrong all the same, as a string that does not end on its line: then
 * a further line does not help. */
static bool may_go_on(Value with_newline, Value filename, int flags)
{
    return compile_input(with_newline, filename, flags | INCOMPLETE) ||
           error_clear_if(_IncompleteInputError) || !error_clear_if(SyntaxError);
}

/* Statements of one go, compiled; 0 and no exception at the end of input. A block ends with an
 * empty line, or at the end of input. */
static Value read_statement(int flags, int number)
{
    Value text = 0, filename = TRY(str_format("<stdin>-%d", number));
    flags |= COMPILE_IGNORE_COOKIE;
    for (;;) {
        Value line = read_line(!text);
        if (!line)
            return text && !error_pending() ? compile_input(text, filename, flags) : 0;
        const char *bytes = TRY(str_cstring(line));
        if (!text && is_empty(bytes, true))
            return compile_input(TRY(str_from_cstring("pass")), filename, flags);
        text = text ? TRY(str_format("%V\n%V", text, line)) : line;
        if (*bytes && is_empty(bytes, false))
            continue;
        Value code = compile_input(text, filename, flags | INCOMPLETE);
        if (code || !error_matches(SyntaxError))
            return code;
        Value with_newline = TRY(str_format("%V\n", text));
        if (error_clear_if(_IncompleteInputError) && may_go_on(with_newline, filename, flags))
            continue;
        error_clear(); /* in favour of the one for the whole line */
        return compile_input(with_newline, filename, flags);
    }
}

/* PYTHONSTARTUP, and what site has left in sys.__interactivehook__. */
static bool run_startup(Value dict)
{
    const char *path = config_environment("PYTHONSTARTUP");
    int fd = path && *path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (path && *path && fd < 0) {
        int error = errno;
        fprintf(stderr, "Could not open PYTHONSTARTUP\n");
        Value name = TRY(str_from_fs(path, strlen(path)));
        errno = error;
        return raise_errno_path(name);
    }
    if (fd < 0)
        return true;
    Value source = script_read(fd);
    close(fd);
    Value name = source ? str_from_fs(path, strlen(path)) : 0;
    Value code = name ? script_compile(source, name, false) : 0;
    return code && vm_run_code((Code *)code, dict, dict, 0);
}

static bool run_hook(void)
{
    Value hook = sys_get("__interactivehook__");
    return !hook || call0(hook);
}

bool repl_run(bool after_program)
{
    Value dict = module_dict(dict_get(interpreter.modules, names.__main__));
    int flags = 0;
    if (!set_prompt("ps1", ">>> ") || !set_prompt("ps2", "... "))
        return false;
    if (!config.quiet && !after_program)
        fprintf(stderr,
                "Python %s on linux\nType \"help\", \"copyright\", \"credits\" or "
                "\"license\" for more information.\n",
                VERSION_TEXT);
    if (!after_program && !run_startup(dict)) {
        if (error_matches(SystemExit))
            return false;
        report_uncaught();
    }
    if (!run_hook()) {
        fprintf(stderr, "Failed calling sys.__interactivehook__\n");
        report_uncaught();
    }
    for (int number = 0;; number++) {
        Value code = read_statement(flags, number);
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
        if (!code && error_clear_if(KeyboardInterrupt))
            fputs("\nKeyboardInterrupt\n", stderr);
        else
            report_uncaught();
    }
}
