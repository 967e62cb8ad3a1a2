/* Modules of the standard library whose code is in the executable. */
#ifndef WEFT_MODULES_FROZEN_H
#define WEFT_MODULES_FROZEN_H

#include "base/common.h"
#include "core/value.h"

typedef struct FrozenModule {
    const char *name; /* as imported */
    bool is_package;
    const char *original; /* the module whose source it is */
    const char *file;     /* of that source, below the standard library */
} FrozenModule;

enum {
#define FROZEN(name, is_package, original, file) +1
    FROZEN_COUNT = 0
#include "modules/frozen.def"
#undef FROZEN
    ,
    FROZEN_ALWAYS =
        3 /* so many of the first are the import system itself: -X frozen_modules=off leaves them */
};
extern const FrozenModule frozen_modules[FROZEN_COUNT];

/* Where the code of frozen_modules[i] is in frozen_data: at byte `offset`, marshalled into `size`
 * bytes. */
typedef struct FrozenPlace {
    uint32_t offset, size;
} FrozenPlace;

/* The file that tools/freeze makes: FROZEN_COUNT places, then the code. Aligned to 8 bytes. */
extern const char frozen_data[];

/* The module of this name among those that may be used; -1: none. */
int frozen_find(Value name);

/* What -X frozen_modules and _imp._override_frozen_modules_for_tests() set: whether more than the
 * import system itself is taken from the executable. */
extern bool frozen_enabled; /* atomic */

/* Code of frozen_modules[index], or of the module of this name. Its file is "<frozen NAME>" for the
 * import system and the source's path for others, so that tracebacks and inspect find their lines.
 * ImportError. */
Value frozen_code_at(int index) MUST_USE;
Value frozen_code(const char *name) MUST_USE;
/* The code in such data, which somebody brings. */
Value frozen_code_from(Value name, const char *data, size_t size) MUST_USE;
/* Before any code runs. */
void frozen_start(void);
/* A memoryview of its marshalled form. */
Value frozen_view(int index) MUST_USE;

#endif
