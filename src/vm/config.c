#include "vm/config.h"

#include <stdlib.h>

struct Config config = {.int_max_str_digits = -1,
                        .hash_randomization = 1,
                        .cpu_count = -1,
                        .frozen_modules = 1,
                        .gil = -1,
                        .hash_seed = -1};

const char *config_environment(const char *name)
{
    const char *value = config.ignore_environment ? 0 : getenv(name);
    return value && *value ? value : 0;
}
