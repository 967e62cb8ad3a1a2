/* Settings of the process, from the command line and the environment: sys.flags and others are
 * made from it. Immutable after start-up. */
#ifndef WEFT_VM_CONFIG_H
#define WEFT_VM_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#define CONFIG_OPTIONS_MAX 64

extern struct Config {
    int debug, inspect, interactive, optimize, dont_write_bytecode, no_user_site, no_site;
    int ignore_environment, verbose, bytes_warning, quiet, isolated, dev_mode, faulthandler,
        no_debug_ranges, utf8_mode, safe_path;
    int unbuffered, warn_default_encoding, int_max_str_digits, skip_first_line;
    int hash_randomization, cpu_count; /* cpu_count: -1 if not given */
    int escape_streams;                /* stdin and stdout have the error handler surrogateescape */
    const char *locale_encoding;       /* as the C library names it; 0: UTF-8 */
    int context_aware_warnings; /* warnings.catch_warnings concerns its context, not all threads */
    int thread_inherit_context; /* threading.Thread starts with a copy of its starter's context */
    int frozen_modules; /* -X frozen_modules=: those of the start-up come from the executable */
    int gil;            /* -X gil=, PYTHON_GIL; -1: not given */
    int gc_stats;       /* -X gcstats */
    int stats;          /* -X stats */
    int64_t hash_seed;  /* PYTHONHASHSEED; -1: random */
    int tracemalloc;    /* -X tracemalloc=N, PYTHONTRACEMALLOC: frames; 0: off */
    const char *warn_options[CONFIG_OPTIONS_MAX]; /* -W and PYTHONWARNINGS */
    int warn_option_count;
    const char *x_options[CONFIG_OPTIONS_MAX]; /* -X */
    int x_option_count;
    const char *executable;      /* absolute path, or "" */
    const char *base_executable; /* the same, or what made this virtual environment */
    const char *prefix;          /* directory above the standard library */
    const char *stdlib;          /* directory of the standard library's modules */
    const char *own_library;     /* directory of the Python files that belong to Weft; 0: none */
    const char *pycache_prefix;  /* or 0 */
    char **paths;                /* of a ._pth file, absolute: all that sys.path has */
    int has_paths, path_count;   /* has_paths: there is such a file */
    const char *first_path;      /* what was put before sys.path for the script; 0: nothing */
    int orig_argc;
    char **orig_argv;
} config;

/* Value of an environment variable; 0 if unset, empty or to be ignored (-E, -I). */
const char *config_environment(const char *name);

#endif
