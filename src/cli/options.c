/* The command line, with CPython's options, messages and exit codes. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/config.h"

static const char usage[] =
    "usage: %s [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
    "Options (and corresponding environment variables):\n"
    "-b     : issue warnings about converting bytes/bytearray to str and comparing\n"
    "         bytes/bytearray with str or bytes with int; also (-bb) errors\n"
    "-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x\n"
    "-c cmd : program passed in as string (terminates option list)\n"
    "-E     : ignore PYTHON* environment variables (such as PYTHONPATH)\n"
    "-h     : print this help message and exit (also -? or --help)\n"
    "-i     : inspect interactively after running script; also PYTHONINSPECT=x\n"
    "-I     : isolate from the user's environment (implies -E, -P and -s)\n"
    "-m mod : run library module as a script (terminates option list)\n"
    "-O     : remove assert and __debug__-dependent statements; also PYTHONOPTIMIZE=x\n"
    "-OO    : do -O changes and also discard docstrings\n"
    "-P     : don't prepend a potentially unsafe path to sys.path; also PYTHONSAFEPATH\n"
    "-q     : don't print version and copyright messages on interactive startup\n"
    "-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE=x\n"
    "-S     : don't imply 'import site' on initialization\n"
    "-u     : force the stdout and stderr streams to be unbuffered; also PYTHONUNBUFFERED=x\n"
    "-v     : verbose (trace import statements); also PYTHONVERBOSE=x\n"
    "-V     : print the version number and exit (also --version)\n"
    "         when given twice, print more information about the build\n"
    "-W arg : warning control; arg is action:message:category:module:lineno\n"
    "-x     : skip first line of source, allowing use of non-Unix forms of #!cmd\n"
    "-X opt : set implementation-specific option\n"
    "Arguments:\n"
    "file   : program read from script file\n"
    "-      : program read from stdin (default; interactive mode if a tty)\n"
    "arg ...: arguments passed to program in sys.argv[1:]\n";

static const char *program;

static void fail_usage(const char *format, const char *what)
{
    fprintf(stderr, format, what);
    fprintf(stderr,
            "usage: %s [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
            "Try `python -h' for more information.\n",
            program);
    exit(2);
}

static void add_option(const char **list, int *count, const char *option)
{
    if (*count == CONFIG_OPTIONS_MAX)
        fail_usage("too many options: %s\n", option);
    list[(*count)++] = option;
}

/* An environment flag: a number gives a level, any other text level 1. */
static bool random_hashes; /* -R: whatever PYTHONHASHSEED says */

static void environment_level(const char *name, int *setting)
{
    const char *text = config_environment(name);
    if (!text)
        return;
    char *end;
    long level = strtol(text, &end, 10);
    if (*end || level < 0 || level > INT_MAX)
        level = 1;
    if (level > *setting)
        *setting = (int)level;
}

static void add_environment_warnings(void)
{
    const char *text = config_environment("PYTHONWARNINGS");
    if (!text)
        return;
    const char *given[CONFIG_OPTIONS_MAX];
    int count = config.warn_option_count;
    memcpy(given, config.warn_options, sizeof given);
    config.warn_option_count = 0;
    char *copy = strdup(text), *state = 0;
    for (char *part = copy ? strtok_r(copy, ",", &state) : 0; part; part = strtok_r(0, ",", &state))
        add_option(config.warn_options, &config.warn_option_count, part);
    for (int i = 0; i < count; i++)
        add_option(config.warn_options, &config.warn_option_count, given[i]);
}

static const char *x_option_value(const char *name)
{
    size_t n = strlen(name);
    for (int i = config.x_option_count - 1; i >= 0; i--) {
        const char *option = config.x_options[i];
        if (!strncmp(option, name, n) && (!option[n] || option[n] == '='))
            return option[n] ? option + n + 1 : option + n;
    }
    return 0;
}

static void read_environment(void)
{
    if (config_environment("PYTHONDEBUG"))
        config.debug = 1;
    environment_level("PYTHONVERBOSE", &config.verbose);
    environment_level("PYTHONOPTIMIZE", &config.optimize);
    environment_level("PYTHONINSPECT", &config.inspect);
    environment_level("PYTHONDONTWRITEBYTECODE", &config.dont_write_bytecode);
    environment_level("PYTHONNOUSERSITE", &config.no_user_site);
    environment_level("PYTHONUNBUFFERED", &config.unbuffered);
    environment_level("PYTHONSAFEPATH", &config.safe_path);
    environment_level("PYTHONDEVMODE", &config.dev_mode);
    environment_level("PYTHONWARNDEFAULTENCODING", &config.warn_default_encoding);
    if (config.no_user_site > 1)
        config.no_user_site = 1;
    if (config.dont_write_bytecode > 1)
        config.dont_write_bytecode = 1;
    if (config.safe_path)
        config.safe_path = 1;
    config.pycache_prefix = config_environment("PYTHONPYCACHEPREFIX");
    add_environment_warnings();
}

/* An option that is "0" or "1": its X option, or the environment's variable; -1 where neither is.
 */
static int switch_option(const char *option, const char *variable)
{
    const char *value = x_option_value(option);
    if (!value)
        value = config_environment(variable);
    if (!value)
        return -1;
    if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0) {
        fprintf(stderr,
                "Fatal Python error: config_read_%s: %s / -X %s must be \"0\" or \"1\"\n"
                "Python runtime state: preinitialized\n\n",
                option, variable, option);
        exit(1);
    }
    return *value == '1';
}

/* A program that asks for one lock is one that expects what it is used to. */
static void apply_thread_options(void)
{
    config.gil = switch_option("gil", "PYTHON_GIL");
    int inherits = switch_option("thread_inherit_context", "PYTHON_THREAD_INHERIT_CONTEXT");
    config.thread_inherit_context = inherits < 0 ? config.gil != 1 : inherits;
    int aware = switch_option("context_aware_warnings", "PYTHON_CONTEXT_AWARE_WARNINGS");
    config.context_aware_warnings = aware < 0 ? config.gil != 1 : aware;
}

static void apply_frozen_modules(void)
{
    const char *value = x_option_value("frozen_modules"), *source = "option -X frozen_modules";
    if (!value && (value = config_environment("PYTHON_FROZEN_MODULES")))
        source = "PYTHON_FROZEN_MODULES";
    if (!value || !*value)
        return;
    config.frozen_modules = strcmp(value, "on") == 0;
    if (!config.frozen_modules && strcmp(value, "off") != 0) {
        fprintf(stderr,
                "Fatal Python error: bad value for %s "
                "(expected \"on\" or \"off\")\n"
                "Python runtime state: preinitialized\n\n",
                source);
        exit(1);
    }
}

/* -X tracemalloc is one frame, and "=" or "=0" none. */
static void apply_tracemalloc(void)
{
    const char *option = x_option_value("tracemalloc");
    const char *value = option ? option : config_environment("PYTHONTRACEMALLOC");
    if (!value)
        return;
    if (option && option[-1] != '=') {
        config.tracemalloc = 1;
        return;
    }
    char *end;
    long frames = strtol(value, &end, 10);
    if (*end || frames < 0 || frames > INT_MAX) {
        fprintf(stderr,
                "Fatal Python error: config_init_tracemalloc: %s: invalid number of frames\n"
                "Python runtime state: preinitialized\n\n",
                option ? "-X tracemalloc=NFRAME" : "PYTHONTRACEMALLOC");
        exit(1);
    }
    config.tracemalloc = (int)frames;
}

/* Says what is wrong, as early as CPython does, and exits. */
static void fail_utf8_mode(const char *what)
{
    fprintf(stderr,
            "Fatal Python error: preconfig_init_utf8_mode: invalid %s value\n"
            "Python runtime state: preinitializing\n\n",
            what);
    exit(1);
}

/* 1, 0, or -1 where nobody asks. */
static int utf8_mode_asked(void)
{
    const char *option = x_option_value("utf8"), *variable = config_environment("PYTHONUTF8");
    const char *value = option ? option : variable;
    if (!value)
        return -1;
    if (!strcmp(value, "1") || (option && option[-1] != '='))
        return 1;
    if (strcmp(value, "0") != 0)
        fail_utf8_mode(option ? "-X utf8 option" : "PYTHONUTF8 environment variable");
    return 0;
}

static void apply_x_options(void)
{
    apply_tracemalloc();
    apply_thread_options();
    apply_frozen_modules();
    config.gc_stats = x_option_value("gcstats") != 0;
    config.stats = x_option_value("stats") != 0;
    const char *value;
    if (x_option_value("dev"))
        config.dev_mode = 1;
    if (x_option_value("faulthandler") || config_environment("PYTHONFAULTHANDLER") ||
        config.dev_mode)
        config.faulthandler = 1;
    if (x_option_value("no_debug_ranges") || config_environment("PYTHONNODEBUGRANGES"))
        config.no_debug_ranges = 1;
    if (x_option_value("warn_default_encoding"))
        config.warn_default_encoding = 1;
    if ((value = x_option_value("pycache_prefix")))
        config.pycache_prefix = *value ? value : 0;
    value = x_option_value("cpu_count");
    if (!value)
        value = config_environment("PYTHON_CPU_COUNT");
    if (value && strcmp(value, "default") != 0) {
        config.cpu_count = atoi(value);
        if (config.cpu_count < 1) {
            fprintf(stderr,
                    "Fatal Python error: config_init_cpu_count: -X cpu_count=n option: n is "
                    "missing or an invalid number, n must be greater than 0\n"
                    "Python runtime state: preinitialized\n\n");
            exit(1);
        }
    }
    value = x_option_value("int_max_str_digits");
    if (!value)
        value = config_environment("PYTHONINTMAXSTRDIGITS");
    if (value) {
        char *end;
        long digits = strtol(value, &end, 10);
        if (*end || !*value || digits < 0 || (digits && digits < 640)) {
            fprintf(stderr,
                    "Fatal Python error: config_init_int_max_str_digits: "
                    "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.\n"
                    "Python runtime state: preinitialized\n\n");
            exit(1);
        }
        config.int_max_str_digits = (int)digits;
    }
    value = config_environment("PYTHONHASHSEED");
    if (value && !random_hashes && strcmp(value, "random") != 0) {
        char *end;
        unsigned long long seed = strtoull(value, &end, 10);
        if (*end || seed > 4294967295ull) {
            fprintf(stderr, "Fatal Python error: config_init_hash_seed: PYTHONHASHSEED must be "
                            "\"random\" or an integer in range [0; 4294967295]\n"
                            "Python runtime state: preinitialized\n\n");
            exit(1);
        }
        config.hash_randomization = seed != 0;
        config.hash_seed = (int64_t)seed;
    }
    if (config.dev_mode)
        add_option(config.warn_options, &config.warn_option_count, "default");
}

/* One short option without an argument; false if there is none of that letter. */
static bool simple_option(char letter, CommandLine *line)
{
    switch (letter) {
    case 'b':
        config.bytes_warning++;
        return true;
    case 'B':
        config.dont_write_bytecode = 1;
        return true;
    case 'd':
        config.debug++;
        return true;
    case 'E':
        config.ignore_environment = 1;
        return true;
    case 'i':
        config.inspect = config.interactive = 1;
        return true;
    case 'I':
        config.isolated = config.ignore_environment = config.no_user_site = config.safe_path = 1;
        return true;
    case 'O':
        config.optimize++;
        return true;
    case 'P':
        config.safe_path = 1;
        return true;
    case 'q':
        config.quiet = 1;
        return true;
    case 'R':
        random_hashes = true;
        return true;
    case 's':
        config.no_user_site = 1;
        return true;
    case 'S':
        config.no_site = 1;
        return true;
    case 't':
        return true;
    case 'u':
        config.unbuffered = 1;
        return true;
    case 'v':
        config.verbose++;
        return true;
    case 'V':
        line->kind = RUN_VERSION;
        line->version_level++;
        return true;
    case 'x':
        config.skip_first_line = 1;
        return true;
    case 'h':
    case '?':
        line->kind = RUN_HELP;
        return true;
    default:
        return false;
    }
}

/* Parses the options of one argument; returns how many arguments it took, or 0 if the option
 * list ends with it (-c, -m: *rest is the index of the first argument of the program). */
static int short_options(int i, int argc, char **argv, CommandLine *line, int *rest)
{
    for (const char *p = argv[i] + 1; *p; p++) {
        if (simple_option(*p, line))
            continue;
        if (!strchr("cmWX", *p)) {
            char text[3] = {'-', *p, 0};
            fprintf(stderr, "Unknown option: -%c\n", *p);
            fail_usage("", text);
        }
        const char *value = p[1] ? p + 1 : i + 1 < argc ? argv[i + 1] : 0;
        int taken = p[1] ? 1 : 2;
        if (!value) {
            fprintf(stderr, "Argument expected for the -%c option\n", *p);
            fail_usage("", "");
        }
        if (*p == 'W') {
            add_option(config.warn_options, &config.warn_option_count, value);
            return taken;
        }
        if (*p == 'X') {
            add_option(config.x_options, &config.x_option_count, value);
            return taken;
        }
        line->kind = *p == 'c' ? RUN_COMMAND : RUN_MODULE;
        line->what = value;
        *rest = i + taken;
        return 0;
    }
    return 1;
}

/* Programs get an absolute name, without looking at it otherwise; it lives as long as the process.
 */
static const char *absolute(const char *path)
{
    char directory[PATH_MAX];
    char *result = 0;
    if (path[0] == '/' || !getcwd(directory, sizeof directory) ||
        asprintf(&result, "%s/%s", directory, path) < 0)
        return path;
    return result;
}

static void finish(int first, int argc, char **argv, CommandLine *line)
{
    bool program_given = line->kind == RUN_COMMAND || line->kind == RUN_MODULE;
    if (!program_given && first < argc) {
        line->kind = strcmp(argv[first], "-") == 0 ? RUN_STDIN : RUN_FILE;
        line->what = absolute(argv[first]);
    }
    line->argc = argc - first;
    line->argv = argv + first;
}

void command_line_parse(int argc, char **argv, CommandLine *line)
{
    static const struct {
        const char *name;
        char letter;
    } long_options[] = {{"--help", 'h'}, {"--version", 'V'}};
    program = argc ? argv[0] : "weft";
    *line = (CommandLine){.kind = RUN_REPL};
    config.orig_argc = argc;
    config.orig_argv = argv;
    int i = 1, rest = 0;
    while (i < argc && argv[i][0] == '-' && argv[i][1]) {
        if (!strcmp(argv[i], "--")) {
            i++;
            break;
        }
        bool known = argv[i][1] != '-';
        for (size_t k = 0; !known && k < sizeof long_options / sizeof long_options[0]; k++)
            if (!strcmp(argv[i], long_options[k].name)) {
                simple_option(long_options[k].letter, line);
                known = true;
                i++;
            }
        if (known && argv[i - 1][1] == '-' && i > 1 && argv[i - 1][0] == '-')
            continue;
        if (!known)
            fail_usage("unknown option %s\n", argv[i]);
        int taken = short_options(i, argc, argv, line, &rest);
        if (!taken)
            break;
        i += taken;
    }
    RunKind early = line->kind;
    if (rest)
        i = rest;
    if (early == RUN_VERSION || early == RUN_HELP) {
        if (early == RUN_HELP)
            printf(usage, program);
        return;
    }
    locale_settle(utf8_mode_asked());
    read_environment();
    apply_x_options();
    if (config.bytes_warning)
        add_option(config.warn_options, &config.warn_option_count,
                   config.bytes_warning > 1 ? "error::BytesWarning" : "default::BytesWarning");
    finish(i, argc, argv, line);
    if (line->kind == RUN_REPL && !config.interactive && !isatty(0))
        line->kind = RUN_STDIN;
}
