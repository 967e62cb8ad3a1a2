/* What the command line and the environment ask for. */
#ifndef WEFT_CLI_CONFIG_H
#define WEFT_CLI_CONFIG_H

#include "vm/config.h"

typedef enum RunKind {
    RUN_REPL,
    RUN_STDIN,
    RUN_COMMAND,
    RUN_MODULE,
    RUN_FILE,
    RUN_VERSION,
    RUN_HELP
} RunKind;

typedef struct CommandLine {
    RunKind kind;
    const char *what; /* the command, module or file */
    int argc;         /* sys.argv from the script on */
    char **argv;
    int version_level; /* -V, -VV */
} CommandLine;

/* Fills `config` in. Exits the process with CPython's message for a bad option. */
void command_line_parse(int argc, char **argv, CommandLine *line);

/* Takes the locale of the environment, and says what follows from it for text. utf8_mode: what
 * was asked for; -1: nothing, the locale decides. */
void locale_settle(int utf8_mode);

#endif
