/* The modules that the import system itself is made of. */
#ifndef WEFT_MODULES_FROZEN_H
#define WEFT_MODULES_FROZEN_H

typedef struct FrozenModule {
    const char *name;             /* as imported */
    const char *directory, *stem; /* of its source below the standard library, without .py */
    const char *original;         /* the module whose source it is */
} FrozenModule;
enum { FROZEN_COUNT = 3 };
extern const FrozenModule frozen_modules[FROZEN_COUNT];

#endif
