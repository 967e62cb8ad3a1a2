/* liblzma, and filter chains as Python values. */
#ifndef WEFT_MODULES_COMPRESS_LZMA_H
#define WEFT_MODULES_COMPRESS_LZMA_H

#include <lzma.h>
#include "core/type.h"
#include "modules/lazy_library.h"

#define LZMA_FUNCTIONS(F)                                                                          \
    F(lzma_code)                                                                                   \
    F(lzma_end)                                                                                    \
    F(lzma_easy_encoder)                                                                           \
    F(lzma_stream_encoder)                                                                         \
    F(lzma_alone_encoder)                                                                          \
    F(lzma_raw_encoder)                                                                            \
    F(lzma_auto_decoder)                                                                           \
    F(lzma_stream_decoder)                                                                         \
    F(lzma_alone_decoder)                                                                          \
    F(lzma_raw_decoder)                                                                            \
    F(lzma_lzma_preset)                                                                            \
    F(lzma_get_check)                                                                              \
    F(lzma_check_is_supported)                                                                     \
    F(lzma_properties_size)                                                                        \
    F(lzma_properties_encode)                                                                      \
    F(lzma_properties_decode)
LAZY_LIBRARY_TYPE(LzmaLibrary, LZMA_FUNCTIONS)
const LzmaLibrary *lzma_library(void);

enum { LZMA_FORMAT_AUTO_, LZMA_FORMAT_XZ_, LZMA_FORMAT_ALONE_, LZMA_FORMAT_RAW_ };
enum { LZMA_CHECK_UNKNOWN_ = LZMA_CHECK_ID_MAX + 1 };

/* LZMAError or another exception unless the code means success, or that nothing could be done. */
bool lzma_succeeded(lzma_ret code) MUST_USE;

/* A filter chain with its options, ended as the library wants it. */
typedef struct LzmaFilters {
    lzma_filter filters[LZMA_FILTERS_MAX + 1];
    union {
        lzma_options_lzma lzma;
        lzma_options_delta delta;
        lzma_options_bcj bcj;
    } options[LZMA_FILTERS_MAX];
} LzmaFilters;
/* From a sequence of dicts. TypeError, ValueError, LZMAError. */
bool lzma_filters_parse(Value filters, LzmaFilters *chain) MUST_USE;

extern MethodDef *const lzma_filter_functions[]; /* _encode_filter_properties, _decode_... */

#endif
