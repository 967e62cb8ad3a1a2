/* None, NotImplemented, Ellipsis. */
#ifndef WEFT_TYPES_NONE_H
#define WEFT_TYPES_NONE_H

void none_start(void);

#endif
