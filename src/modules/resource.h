/* What the resource module shows of how much a process has used. */
#ifndef WEFT_MODULES_RESOURCE_H
#define WEFT_MODULES_RESOURCE_H

#include <sys/resource.h>
#include "core/object.h"

/* Makes the type of resource.struct_rusage ready, which os.wait4() gives out as well. */
void resource_ready(void);
Value resource_usage(const struct rusage *usage) MUST_USE;

#endif
