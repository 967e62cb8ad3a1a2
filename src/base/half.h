/* IEEE 754 binary16, as struct's and memoryview's format 'e' has it. */
#ifndef WEFT_BASE_HALF_H
#define WEFT_BASE_HALF_H

#include "base/common.h"

double half_to_double(uint16_t half);
/* Rounds half to even; false if it is too large. */
bool half_from_double(double d, uint16_t *half);

#endif
