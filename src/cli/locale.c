/* What the locale says about text (PEP 538 and 540). The C locale means that nobody has chosen one:
 * its ASCII becomes UTF-8, by a locale that has it for the C library and for child processes, and
 * by the UTF-8 mode. */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/config.h"

static const char *const targets[] = {"C.UTF-8", "C.utf8", "UTF-8"};
#define TARGETS (sizeof targets / sizeof *targets)

static bool is_c_locale(const char *name)
{
    return !strcmp(name, "C") || !strcmp(name, "POSIX");
}

static bool is_target(const char *name)
{
    for (size_t i = 0; i < TARGETS; i++)
        if (!strcmp(name, targets[i]))
            return true;
    return false;
}

/* Takes the first locale with UTF-8 that there is. */
static void coerce(bool warn)
{
    for (size_t i = 0; i < TARGETS; i++) {
        if (!setlocale(LC_CTYPE, targets[i]) || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
            continue;
        setenv("LC_CTYPE", targets[i], 1);
        if (warn)
            fprintf(stderr,
                    "Python detected LC_CTYPE=C: LC_CTYPE coerced to %.20s (set another locale or "
                    "PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior).\n",
                    targets[i]);
        return;
    }
    setlocale(LC_CTYPE, "C");
}

/* LC_ALL would win over what coerce() sets. */
static void leave_c_locale(void)
{
    const char *setting = config_environment("PYTHONCOERCECLOCALE");
    const char *all = getenv("LC_ALL");
    bool warn = setting && !strcmp(setting, "warn"), off = setting && !strcmp(setting, "0");
    if (!off && !(all && *all))
        coerce(warn);
    else if (warn)
        fprintf(stderr, "Python runtime initialized with LC_CTYPE=C (a locale with default ASCII "
                        "encoding), which may cause Unicode compatibility problems. Using C.UTF-8, "
                        "C.utf8, or UTF-8 (if available) as alternative Unicode-compatible locales "
                        "is recommended.\n");
}

void locale_settle(int utf8_mode)
{
    const char *name = setlocale(LC_CTYPE, "");
    bool from_c = !name || is_c_locale(name); /* a locale that there is not leaves C */
    if (from_c)
        leave_c_locale();
    name = setlocale(LC_CTYPE, 0);
    config.utf8_mode = utf8_mode < 0 ? from_c : utf8_mode;
    config.escape_streams = config.utf8_mode || is_c_locale(name) || is_target(name);
    config.locale_encoding = strdup(nl_langinfo(CODESET));
}
