#include "modules/ctypes/ffi.h"

LAZY_LIBRARY_FUNCTION(FfiLibrary, ffi_library, "libffi.so.8", FFI_SYMBOLS)
