/* The part of gc that looks at the heap. */
#ifndef WEFT_MODULES_GC_SEARCH_H
#define WEFT_MODULES_GC_SEARCH_H

#include "core/module.h"

/* May it refer to others, as far as Python code can see it? */
bool gc_is_container(const Object *object);
/* How many such objects the heap holds now, dead ones included. */
uint64_t gc_count_containers(void);
extern MethodDef *const gc_search_functions[];

#endif
