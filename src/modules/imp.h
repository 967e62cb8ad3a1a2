/* Modules that are there before the import system. */
#ifndef WEFT_MODULES_IMP_H
#define WEFT_MODULES_IMP_H

#include "core/value.h"
#include "base/common.h"

/* The import lock, which one thread may take several times. */
void import_lock(void);
bool import_unlock(void);

/* Gives `code`, and the code in it that has the same file name, another one. */
struct Code;
void code_set_filename(struct Code *code, Value path);

#endif
