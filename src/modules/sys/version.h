/* Versions of the language, of Weft and of its byte code. */
#ifndef WEFT_MODULES_SYS_VERSION_H
#define WEFT_MODULES_SYS_VERSION_H

#include "bytecode_version.h"

#define VERSION_MAJOR 3
#define VERSION_MINOR 13
#define VERSION_MICRO 5
#define VERSION_HEX   0x030d05f0
#define WEFT_VERSION  "0.1.0"

#define STRINGIFY_(x) #x
#define STRINGIFY(x)  STRINGIFY_(x)
#ifdef __clang__
#define COMPILER_TEXT "Clang " __clang_version__
#else
#define COMPILER_TEXT "GCC " __VERSION__
#endif
#define VERSION_TEXT                                                                               \
    "3.13.5 experimental free-threading build (Weft " WEFT_VERSION ", " __DATE__ ", " __TIME__     \
    ") [" COMPILER_TEXT "]"
/* Names the files in __pycache__. */
#define CACHE_TAG "weft-313-" BYTECODE_VERSION

#endif
