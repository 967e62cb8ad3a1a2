/* What the resource module shows of how much a process has used. */
#ifndef WEFT_MODULES_RESOURCE_H
#define WEFT_MODULES_RESOURCE_H

#include <sys/resource.h>
#include "core/object.h"

/* As a resource.struct_rusage; imports the module. */
Value resource_usage(const struct rusage *usage) MUST_USE;

#endif
