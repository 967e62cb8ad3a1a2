/* The weft command: runs a program in __main__ and ends with its exit status. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cli/config.h"
#include "cli/repl.h"
#include "cli/script.h"
#include "compile/compile.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "modules/frozen.h"
#include "modules/sys/hooks.h"
#include "modules/sys/sys_internal.h"
#include "modules/sys/version.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/frame.h"
#include "vm/hooks.h"
#include "vm/import.h"
#include "vm/startup.h"
#include "vm/state.h"

static Value main_dict(void)
{
    return module_dict(TRY(main_module()));
}

static bool run_code(Value code)
{
    TRY(code);
    Value dict = TRY(main_dict());
    return vm_run_code((Code *)code, dict, dict, 0) != 0;
}

/* The words of -c as UTF-8, and with the line end that is counted if they break off. */
static Value command_source(const char *command)
{
    Value text = TRY(str_from_fs(command, strlen(command)));
    size_t size;
    const char *utf8 = str_utf8(text, &size);
    if (!utf8) {
        fputs("Unable to decode the command from the command line:\n", stderr);
        return 0;
    }
    Value source = TRY(bytes_new((intptr_t)size + 1));
    memcpy(((Bytes *)source)->data, utf8, size);
    ((Bytes *)source)->data[size] = '\n';
    return source;
}

static bool run_command(const char *command)
{
    Value filename = TRY(str_from_cstring("<string>"));
    Value source = TRY(command_source(command));
    return run_code(script_compile_text(((Bytes *)source)->data, (size_t)((Bytes *)source)->length,
                                        filename, filename, MODE_EXEC, COMPILE_IGNORE_COOKIE));
}

/* runpy._run_module_as_main(name, alter_argv) */
static bool run_module(const char *name, bool alter_argv)
{
    Value runpy = TRY(import_absolute(TRY(str_intern_cstring("runpy"))));
    Value run = TRY(get_attr_string(runpy, "_run_module_as_main"));
    return call2(run, TRY(str_from_fs(name, strlen(name))), bool_value(alter_argv)) != 0;
}

static bool set_main_loader(const char *class, Value path)
{
    Value loader_class = TRY(get_attr_string(interpreter.importlib_external, class));
    Value loader = TRY(call2(loader_class, names.__main__, path));
    return dict_set_cstring(TRY(main_dict()), "__loader__", loader);
}

/* Reads and closes `fd`. */
static bool run_source_file(int fd, const char *path, int *status)
{
    Value source = script_read(fd);
    close(fd);
    if (!source) {
        if (!error_clear_if(IsADirectoryError))
            return false;
        fprintf(stderr, "%s: '%s' is a directory, cannot continue\n", config.orig_argv[0], path);
        *status = 1;
        return true;
    }
    Value name = TRY(str_from_fs(path, strlen(path))), dict = TRY(main_dict());
    TRY(dict_set_cstring(dict, "__file__", name));
    TRY(dict_set_cstring(dict, "__cached__", None));
    int compiled = TRY_NOT_NEGATIVE(script_is_compiled(source, path), false);
    TRY(set_main_loader(compiled ? "SourcelessFileLoader" : "SourceFileLoader", name));
    return run_code(compiled ? script_load_compiled(source)
                             : script_compile(source, name, config.skip_first_line));
}

/* A directory or zip archive with a __main__.py. */
static bool is_importable_path(const char *path)
{
    Value name = str_from_fs(path, strlen(path));
    Value hooks = sys_get("path_hooks"), hook;
    if (!name || !hooks || !is_list(hooks)) {
        error_clear();
        return false;
    }
    for (intptr_t i = 0; (hook = list_get(hooks, i)) != 0; i++) {
        if (call1(hook, name))
            return true;
        error_clear();
    }
    error_clear();
    return false;
}

/* sitecustomize may have done anything to it. */
static bool add_first_path(Value name)
{
    Value path = sys_get("path");
    if (!path || !is_list(path))
        return raise(RuntimeError, "sys.path is not a list");
    return list_insert(path, 0, name);
}

static bool run_file(const char *path, int *status)
{
    if (is_importable_path(path)) {
        Value name = TRY(str_from_fs(path, strlen(path)));
        TRY(add_first_path(name));
        return run_module("__main__", false);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        int error = errno;
        fprintf(stderr, "%s: can't open file '%s': [Errno %d] %s\n", config.executable, path, error,
                strerror(error));
        *status = 2;
        return true;
    }
    return run_source_file(fd, path, status);
}

static bool run_stdin(void)
{
    if (isatty(0) || config.interactive)
        return repl_run(false);
    Value source = TRY(script_read(0));
    return run_code(script_compile(source, TRY(str_from_cstring("<stdin>")), false));
}

/* sys.argv and, unless -P, the script's directory in sys.path. */
static bool set_arguments(const CommandLine *line)
{
    Value argv = TRY(list_new(line->argc + 1));
    const char *first = line->kind == RUN_COMMAND ? "-c" : line->kind == RUN_MODULE ? "-m" : 0;
    if (first || !line->argc)
        TRY(list_append(argv, TRY(str_from_cstring(first ? first : ""))));
    for (int i = 0; i < line->argc; i++)
        TRY(list_append(argv, TRY(str_from_fs(line->argv[i], strlen(line->argv[i])))));
    TRY(sys_set("argv", argv));
    return true;
}

static bool set_first_path(const CommandLine *line)
{
    static char place[PATH_MAX];
    if (config.safe_path || (line->kind == RUN_FILE && is_importable_path(line->what)))
        return true;
    if (line->kind == RUN_FILE) {
        char *resolved = realpath(line->what, 0);
        snprintf(place, sizeof place, "%s", resolved ? resolved : line->what);
        free(resolved);
        char *slash = strrchr(place, '/');
        if (slash)
            *(slash == place ? slash + 1 : slash) = 0;
        else
            place[0] = 0;
    } else if (line->kind == RUN_MODULE && !getcwd(place, sizeof place)) {
        return true;
    }
    config.first_path = place;
    return add_first_path(TRY(str_from_fs(place, strlen(place))));
}

static bool run(const CommandLine *line, int *status)
{
    TRY(set_arguments(line));
    TRY(set_first_path(line));
    switch (line->kind) {
    case RUN_COMMAND:
        return run_command(line->what);
    case RUN_MODULE:
        return run_module(line->what, true);
    case RUN_FILE:
        return run_file(line->what, status);
    default:
        return run_stdin();
    }
}

/* As a shell expects of a program that Ctrl-C ended: dead by that signal. */
static void die_of_interrupt(void)
{
    signal(SIGINT, SIG_DFL);
    kill(getpid(), SIGINT);
}

/* The program itself may have set the variable. */
static bool is_inspecting(void)
{
    return config.inspect || config_environment("PYTHONINSPECT");
}

/* SystemExit as well: the program is not over. */
static int report_any_uncaught(void)
{
    if (!error_matches(SystemExit))
        return report_uncaught();
    print_exception(error_take());
    return 0;
}

/* _exit() does not do it. */
static void profile_write(void)
{
#if defined(TRAINING) && defined(__clang__)
    extern int __llvm_profile_write_file(void);
    __llvm_profile_write_file();
#elif defined(TRAINING)
    extern void __gcov_dump(void);
    __gcov_dump();
#endif
}

/* As CPython does where no module of the library runs the program. */
static void flush_after_code(void)
{
    Value uncaught = error_take();
    flush_output();
    error_restore(uncaught);
}

int main(int argc, char **argv)
{
    CommandLine line;
    command_line_parse(argc, argv, &line);
    if (line.kind == RUN_VERSION) {
        puts(line.version_level > 1 ? "Python " VERSION_TEXT : "Python 3.13.5");
        return 0;
    }
    if (line.kind == RUN_HELP)
        return 0;
    frozen_start();
    runtime_hooks.builtin_module = builtin_module;
    runtime_hooks.frozen_code = frozen_code;
    frozen_enabled = config.frozen_modules;
    runtime_hooks.print_exception = print_exception;
    runtime_hooks.base_repl = repl_loop;
    if (!paths_find(argv[0]) || !runtime_start())
        return 1;
    int status = 0;
    bool answered = isatty(0) || config.interactive;
    bool looped = line.kind == RUN_REPL || (line.kind == RUN_STDIN && answered);
    bool ok = run(&line, &status);
    if (line.kind != RUN_MODULE)
        flush_after_code();
    if (!ok)
        status = answered && !looped && is_inspecting() ? report_any_uncaught() : report_uncaught();
    if (answered && !looped && is_inspecting()) {
        status = 0;
        if (!repl_run(true))
            status = report_uncaught();
    }
    bool interrupted = status == STATUS_INTERRUPTED;
    status = runtime_finish(status);
    if (interrupted)
        die_of_interrupt();
    fflush(stdout);
    profile_write();
    _exit(status);
}
