/* Modules of the standard library whose code is in the executable: no file is looked for, read or
 * compiled for them when the process starts. */
#include "modules/frozen.h"

#include <stdio.h>
#include <string.h>
#include "base/atomic.h"
#include "compile/code.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "modules/imp.h"
#include "modules/marshal.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/str.h"
#include "vm/config.h"

const FrozenModule frozen_modules[FROZEN_COUNT] = {
#define FROZEN(name, is_package, original, file) {name, is_package, original, file},
#include "modules/frozen.def"
#undef FROZEN
};

bool frozen_enabled = true;

int frozen_find(Value name)
{
    int usable = load_relaxed(&frozen_enabled) ? FROZEN_COUNT : FROZEN_ALWAYS;
    for (int i = 0; is_str(name) && i < usable; i++)
        if (str_equals(name, frozen_modules[i].name))
            return i;
    return -1;
}

static const FrozenPlace *place_of(int index)
{
    return (const FrozenPlace *)frozen_data + index;
}

Value frozen_view(int index)
{
    const FrozenPlace *place = place_of(index);
    return memoryview_from_memory((char *)frozen_data + place->offset, place->size, true, None);
}

Value frozen_code_at(int index)
{
    const FrozenModule *module = &frozen_modules[index];
    const FrozenPlace *place = place_of(index);
    FrozenSource source = {.start = frozen_data, .lazy = true};
    if (index >= FROZEN_ALWAYS) {
        Value path = TRY(str_from_fs(config.stdlib, strlen(config.stdlib)));
        source.filename = TRY(str_format("%V/%s", path, module->file));
    } else {
        source.filename = TRY(str_format("<frozen %s>", module->original));
    }
    return marshal_thaw(&source, frozen_data + place->offset, place->size);
}

Value frozen_code_from(Value name, const char *data, size_t size)
{
    FrozenSource source = {.filename = TRY(str_format("<frozen %V>", name))};
    return marshal_thaw(&source, data, size);
}

/* The lock is for the case that two threads call a function for the first time at once. */
static bool read_rest(Code *code)
{
    WITH_LOCK (code) {
        uint32_t at = load_relaxed(&code->body);
        FrozenSource source = {
            .start = frozen_data, .filename = load_acquire(&code->filename), .lazy = true};
        if (at) {
            TRY(marshal_thaw_body(&source, code, frozen_data + at));
            store_release(&code->body, (uint32_t)0);
        }
    }
    return true;
}

void frozen_start(void)
{
    code_body_hook = read_rest;
}

Value frozen_code(const char *name)
{
    for (int i = 0; i < FROZEN_COUNT; i++)
        if (strcmp(frozen_modules[i].name, name) == 0)
            return frozen_code_at(i);
    return raise_import_error(ImportError, str_from_cstring(name), 0,
                              "No such frozen object named %s", name);
}
