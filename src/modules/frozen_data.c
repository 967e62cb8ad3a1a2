/* The file that tools/freeze makes of the standard library, as a part of the executable. */
#include "modules/frozen.h"

__asm__(".section .rodata\n"
        ".balign 8\n"
        ".globl frozen_data\n"
        ".hidden frozen_data\n"
        "frozen_data:\n"
        ".incbin \"" FROZEN_FILE "\"\n"
        ".previous\n");
