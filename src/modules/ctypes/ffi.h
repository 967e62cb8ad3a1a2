/* libffi, loaded with the module: how C functions are called whose types are known only now. */
#ifndef WEFT_MODULES_CTYPES_FFI_H
#define WEFT_MODULES_CTYPES_FFI_H

#include <ffi.h>
#include "modules/lazy_library.h"

#define FFI_SYMBOLS(F)                                                                             \
    F(ffi_prep_cif)                                                                                \
    F(ffi_prep_cif_var)                                                                            \
    F(ffi_call)                                                                                    \
    F(ffi_closure_alloc)                                                                           \
    F(ffi_closure_free)                                                                            \
    F(ffi_prep_closure_loc)                                                                        \
    F(ffi_type_void)                                                                               \
    F(ffi_type_uint8)                                                                              \
    F(ffi_type_sint8)                                                                              \
    F(ffi_type_uint16)                                                                             \
    F(ffi_type_sint16)                                                                             \
    F(ffi_type_uint32)                                                                             \
    F(ffi_type_sint32)                                                                             \
    F(ffi_type_uint64)                                                                             \
    F(ffi_type_sint64)                                                                             \
    F(ffi_type_float)                                                                              \
    F(ffi_type_double)                                                                             \
    F(ffi_type_longdouble)                                                                         \
    F(ffi_type_pointer)
LAZY_LIBRARY_TYPE(FfiLibrary, FFI_SYMBOLS)

/* The library; 0 with ImportError if it is not there. Executing the module has loaded it, so that
 * what runs later need not ask. */
const FfiLibrary *ffi_library(void) MUST_USE;

#endif
