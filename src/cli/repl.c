/* The start of interactive sessions, and a plain loop: one line at a time through input(), compiled
 * as soon as it is complete (COMPILE_ALLOW_INCOMPLETE_INPUT), errors shown and forgotten. */
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
#include "modules/sys/hooks.h"
#include "modules/sys/version.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/str.h"
#include "types/tuple.h"
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

/* A line of input with its newline, which the last line of a file may lack, or 0: end of input, or
 * an exception. Where nobody types, the prompt goes to the standard error output, to keep it out of
 * the program's. */
static Value read_line(bool first)
{
    Value text = TRY(prompt(first ? "ps1" : "ps2"));
    Value line;
    if (isatty(0) && isatty(1)) {
        line = call1(dict_get_cstring(interpreter.builtins, "input"), text);
        if (line)
            return str_format("%V\n", line);
    } else {
        fputs(TRY(str_cstring(text)), stderr);
        Value input = sys_get("stdin");
        if (!input || input == None)
            return 0;
        line = call_method0(input, names.readline);
        if (line && !is_str(line))
            return raise(TypeError, "sys.stdin.readline() returned non-string");
        if (line && str_length(line))
            return line;
    }
    if (!line && !error_clear_if(EOFError))
        error_clear_if(OSError); /* closed: there is no more to come either */
    return 0;
}

/* Spaces and a comment at most. */
static bool is_empty(const char *line, bool comment_too)
{
    line += strspn(line, " \t\f\r");
    return !*line || *line == '\n' || (comment_too && *line == '#');
}

static bool ends_with(Value text, const char *end)
{
    size_t size, length = strlen(end);
    const char *bytes = str_utf8_lossy(text, &size);
    return bytes && size >= length && !memcmp(bytes + size - length, end, length);
}

/* Whether the text is what the grammar wants; otherwise there is an exception. Errors of the
 * grammar are those of standard input as a whole. */
static bool parses(Value text, int flags)
{
    size_t size;
    const char *bytes = TRY(str_utf8(text, &size));
    return compile_source(bytes, size, TRY(str_from_cstring("<stdin>")), MODE_SINGLE,
                          flags | COMPILE_ONLY_AST, config.optimize);
}

/* Gives a pending SyntaxError that was found behind the grammar the line it is about. */
static void add_line(Value text)
{
    if (!error_matches(SyntaxError))
        return;
    SyntaxException *error = (SyntaxException *)error_take();
    if (is_int(error->lineno) && (!error->text || error->text == None)) {
        Value newline = str_from_char('\n');
        intptr_t start = 0, wanted = int_value(error->lineno);
        for (intptr_t i = 1; i < wanted; i++)
            start = 1 + str_find(text, newline, start, str_length(text));
        intptr_t end = str_find(text, newline, start, str_length(text));
        Value line = str_substring(text, start, end < 0 ? str_length(text) : end + 1);
        if (line)
            gc_store(error, &error->text, line);
    }
    error_restore((Value)error);
}

/* Code, and the errors of compiling it, have a name of their own, by which tracebacks find lines.
 */
static Value compile_input(Value text, int number, int flags)
{
    TRY(parses(text, flags));
    size_t size;
    const char *bytes = TRY(str_utf8(text, &size));
    Value filename = TRY(str_format("<stdin>-%d", number));
    Value code = script_compile_text(bytes, size, TRY(str_from_cstring("<stdin>")), filename,
                                     MODE_SINGLE, flags);
    if (!code)
        add_line(text);
    return code;
}

#define INCOMPLETE (COMPILE_ALLOW_INCOMPLETE_INPUT | COMPILE_DONT_IMPLY_DEDENT)

/* Whether a statement wants more lines. What is incomplete may be wrong all the same: a string that
 * does not end on its line, or an empty line where a block should begin. False also for what is
 * complete, and with any exception but a SyntaxError. */
static bool wants_more(Value text, bool empty_line, int flags)
{
    Value shorter =
        ends_with(text, "\\\n") ? text : TRY(str_substring(text, 0, str_length(text) - 1));
    if (parses(shorter, flags | INCOMPLETE) || !error_clear_if(_IncompleteInputError)) {
        error_clear_if(SyntaxError); /* in favour of the one for the whole line */
        return false;
    }
    if (empty_line && !parses(text, flags)) {
        bool misses_block = error_matches(IndentationError);
        error_clear_if(SyntaxError);
        if (misses_block)
            return false;
    }
    return parses(text, flags | INCOMPLETE) || error_clear_if(_IncompleteInputError) ||
           !error_clear_if(SyntaxError);
}

/* Statements of one go, compiled; 0 and no exception at the end of input. A block ends with an
 * empty line, or at the end of input. */
static Value read_statement(int flags, int number)
{
    Value text = 0;
    flags |= COMPILE_IGNORE_COOKIE;
    for (;;) {
        Value line = read_line(!text);
        if (!line && (!text || error_pending()))
            return 0;
        if (line && !ends_with(line, "\n")) {
            /* The end of input is met in it, where CPython asks for more. */
            fputs(TRY(str_cstring(TRY(prompt("ps2")))), stderr);
            text = TRY(text ? str_format("%V%V\n", text, line) : str_format("%V\n", line));
            line = 0;
        }
        if (!line) {
            fputc('\n', stderr);
            return compile_input(text, number, flags);
        }
        const char *bytes = TRY(str_cstring(line));
        if (!text && is_empty(bytes, true))
            return compile_input(TRY(str_from_cstring("pass")), number, flags);
        text = text ? TRY(str_format("%V%V", text, line)) : line;
        bool empty_line = *bytes == '\n';
        if (!empty_line && is_empty(bytes, false))
            continue;
        if (!wants_more(text, empty_line, flags))
            return error_pending() ? 0 : compile_input(text, number, flags);
        if (error_pending())
            return 0;
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

/* The console with history, completion and lines to go back to is the library's own. */
static bool wants_console(void)
{
    const char *basic = config_environment("PYTHON_BASIC_REPL");
    return isatty(0) && (!basic || !*basic);
}

static bool run_console(Value main)
{
    Value console = TRY(import_attribute("_pyrepl.main", "interactive_console"));
    Value named = TRY(dict_new());
    TRY(dict_set_cstring(named, "mainmodule", main));
    return call_tuple_dict(console, TRY(tuple_new(0)), named);
}

bool repl_loop(void)
{
    Value dict = module_dict(TRY(main_module()));
    int flags = 0;
    if (!set_prompt("ps1", ">>> ") || !set_prompt("ps2", "... "))
        return false;
    for (int number = 0;; number++) {
        Value code = read_statement(flags, number);
        if (!code && !error_pending()) {
            fputc('\n', stderr);
            return true;
        }
        if (code)
            flags |= (int)(((Code *)code)->flags &
                           (CODE_FUTURE_BARRY_AS_BDFL | CODE_FUTURE_ANNOTATIONS));
        bool ok = code && vm_run_code((Code *)code, dict, dict, 0);
        Value uncaught = error_take();
        flush_output();
        error_restore(uncaught);
        if (ok)
            continue;
        if (error_matches(SystemExit))
            return false;
        if (!code && error_clear_if(KeyboardInterrupt))
            fputs("\nKeyboardInterrupt\n", stderr);
        else
            report_uncaught();
    }
}

bool repl_run(bool after_program)
{
    Value main = TRY(main_module()), dict = module_dict(main);
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
    return wants_console() ? run_console(main) : repl_loop();
}
