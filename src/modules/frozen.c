/* Modules of the standard library whose code is in the executable: no file is looked for, read or
 * compiled for them when the process starts. */
#include "modules/frozen.h"

#include <stdio.h>
#include <string.h>
#include "base/atomic.h"
#include "compile/code.h"
#include "core/dialect.h"
#include "core/error.h"
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
    const FrozenPlace *place = place_of(index);
    Value code = TRY(marshal_loads(frozen_data + place->offset, place->size, true, 0));
    if (index >= FROZEN_ALWAYS) {
        Value path = TRY(str_from_fs(config.stdlib, strlen(config.stdlib)));
        code_set_filename((Code *)code, TRY(str_format("%V/%s", path, frozen_modules[index].file)));
    }
    return code;
}

Value frozen_code(const char *name)
{
    for (int i = 0; i < FROZEN_COUNT; i++)
        if (strcmp(frozen_modules[i].name, name) == 0)
            return frozen_code_at(i);
    return raise_import_error(ImportError, str_from_cstring(name), 0,
                              "No such frozen object named %s", name);
}
