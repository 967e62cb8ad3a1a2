#include "modules/compress/lzma.h"

#include <stdlib.h>
#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "modules/compress/stream.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"

/* ---- From Python ------------------------------------------------------------------------ */

/* An entry of a filter specification as a number; *found false if there is none. */
static bool get_number(Value spec, const char *name, uint64_t limit, uint64_t *out, bool *found)
{
    Value key = TRY(str_intern_cstring(name)), value = get_item(spec, key);
    *found = value != 0;
    if (!value)
        return error_clear_if(KeyError);
    if (!index_as_uint64(value, out))
        return false;
    if (*out > limit)
        return raise(OverflowError, "Value too large for %s type",
                     limit == UINT32_MAX ? "uint32_t" : "lzma_match_finder");
    return true;
}

typedef struct Option {
    const char *name;
    size_t offset; /* of a 32-bit field */
} Option;

/* Only `allowed` names (which ends with 0), and "id". */
static bool check_names(Value spec, const char *const *allowed, const char *what)
{
    Value key, value;
    if (!is_dict(spec))
        return true;
    for (intptr_t i = 0; dict_next(spec, &i, &key, &value);) {
        bool known = is_str(key) && str_equals(key, "id");
        for (const char *const *name = allowed; *name && !known; name++)
            known = is_str(key) && str_equals(key, *name);
        if (!known)
            return raise(ValueError, "Invalid filter specifier for %s filter", what);
    }
    return true;
}

static bool parse_lzma(Value spec, lzma_options_lzma *options)
{
    static const Option fields[] = {
        {"dict_size", offsetof(lzma_options_lzma, dict_size)},
        {"lc", offsetof(lzma_options_lzma, lc)},
        {"lp", offsetof(lzma_options_lzma, lp)},
        {"pb", offsetof(lzma_options_lzma, pb)},
        {"mode", offsetof(lzma_options_lzma, mode)},
        {"nice_len", offsetof(lzma_options_lzma, nice_len)},
        {"mf", offsetof(lzma_options_lzma, mf)},
        {"depth", offsetof(lzma_options_lzma, depth)},
    };
    static const char *const names[] = {"preset", "dict_size", "lc", "lp",    "pb",
                                        "mode",   "nice_len",  "mf", "depth", 0};
    uint64_t preset = LZMA_PRESET_DEFAULT, number;
    bool found;
    if (!check_names(spec, names, "LZMA") ||
        !get_number(spec, "preset", UINT32_MAX, &preset, &found))
        return false;
    memset(options, 0, sizeof *options);
    if (lzma_library()->lzma_lzma_preset(options, (uint32_t)preset))
        return lzma_succeeded(LZMA_OPTIONS_ERROR);
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        if (!get_number(spec, fields[i].name, UINT32_MAX, &number, &found))
            return false;
        if (found)
            *(uint32_t *)(void *)((char *)options + fields[i].offset) = (uint32_t)number;
    }
    return true;
}

static bool parse_delta(Value spec, lzma_options_delta *options)
{
    static const char *const names[] = {"dist", 0};
    uint64_t distance = 1;
    bool found;
    if (!check_names(spec, names, "delta") ||
        !get_number(spec, "dist", UINT32_MAX, &distance, &found))
        return false;
    *options = (lzma_options_delta){.type = LZMA_DELTA_TYPE_BYTE, .dist = (uint32_t)distance};
    return true;
}

static bool parse_bcj(Value spec, lzma_options_bcj *options)
{
    static const char *const names[] = {"start_offset", 0};
    uint64_t offset = 0;
    bool found;
    if (!check_names(spec, names, "BCJ") ||
        !get_number(spec, "start_offset", UINT32_MAX, &offset, &found))
        return false;
    *options = (lzma_options_bcj){.start_offset = (uint32_t)offset};
    return true;
}

static bool parse_filter(Value spec, lzma_filter *filter, void *options)
{
    bool found;
    uint64_t id;
    if (!type_of(spec)->getitem || !type_of(spec)->length || is_str(spec))
        return raise(TypeError, "Filter specifier must be a dict or dict-like object");
    if (!get_number(spec, "id", UINT64_MAX, &id, &found))
        return false;
    if (!found)
        return raise(ValueError, "Filter specifier must have an \"id\" entry");
    filter->id = id;
    filter->options = options;
    switch (id) {
    case LZMA_FILTER_LZMA1:
    case LZMA_FILTER_LZMA2:
        return parse_lzma(spec, options);
    case LZMA_FILTER_DELTA:
        return parse_delta(spec, options);
    case LZMA_FILTER_X86:
    case LZMA_FILTER_POWERPC:
    case LZMA_FILTER_IA64:
    case LZMA_FILTER_ARM:
    case LZMA_FILTER_ARMTHUMB:
    case LZMA_FILTER_SPARC:
        return parse_bcj(spec, options);
    default:
        return raise(ValueError, "Invalid filter ID: %llu", (unsigned long long)id);
    }
}

bool lzma_filters_parse(Value filters, LzmaFilters *chain)
{
    if (!is_sequence(filters))
        return raise(TypeError, "%T is not a sequence", filters);
    intptr_t count = object_length(filters);
    if (count < 0)
        return false;
    if (count > LZMA_FILTERS_MAX)
        return raise(ValueError, "Too many filters - liblzma supports a maximum of %d",
                     LZMA_FILTERS_MAX);
    for (intptr_t i = 0; i < count; i++) {
        Value spec = TRY(sequence_item(filters, i));
        if (!parse_filter(spec, &chain->filters[i], &chain->options[i]))
            return false;
    }
    chain->filters[count] = (lzma_filter){LZMA_VLI_UNKNOWN, 0};
    return true;
}

/* ---- Properties ------------------------------------------------------------------------- */

FUNCTION(lzma_encode_properties, "_encode_filter_properties", "filter, /",
         "Return a bytes object encoding the options (properties) of the filter.")
{
    const LzmaLibrary *lzma = TRY(lzma_library());
    LzmaFilters chain;
    uint32_t size;
    TRY(parse_filter(args[0], &chain.filters[0], &chain.options[0]));
    TRY(lzma_succeeded(lzma->lzma_properties_size(&size, &chain.filters[0])));
    Value result = TRY(bytes_new(size));
    uint8_t *out = (uint8_t *)((Bytes *)result)->data;
    TRY(lzma_succeeded(lzma->lzma_properties_encode(&chain.filters[0], out)));
    return result;
}

static bool add_number(Value dict, const char *name, uint64_t number)
{
    return dict_set_cstring(dict, name, TRY(int_from_u64(number)));
}

static bool describe(Value dict, const lzma_filter *filter)
{
    const lzma_options_lzma *lzma = filter->options;
    if (!add_number(dict, "id", filter->id))
        return false;
    switch (filter->id) {
    case LZMA_FILTER_LZMA1:
        if (!add_number(dict, "lc", lzma->lc) || !add_number(dict, "lp", lzma->lp) ||
            !add_number(dict, "pb", lzma->pb))
            return false;
        /* fall through */
    case LZMA_FILTER_LZMA2:
        return add_number(dict, "dict_size", lzma->dict_size);
    case LZMA_FILTER_DELTA:
        return add_number(dict, "dist", ((lzma_options_delta *)filter->options)->dist);
    default:
        return !filter->options || add_number(dict, "start_offset",
                                              ((lzma_options_bcj *)filter->options)->start_offset);
    }
}

FUNCTION(lzma_decode_properties, "_decode_filter_properties", "filter_id, encoded_props, /",
         "Return a dictionary describing the filter with ID *filter_id*.")
{
    const LzmaLibrary *lzma = TRY(lzma_library());
    TEXT_ARGUMENT(data);
    uint64_t id;
    TRY(index_as_uint64(args[0], &id));
    TRY(bytes_argument(args[1], &data));
    lzma_filter filter = {.id = id};
    TRY(lzma_succeeded(
        lzma->lzma_properties_decode(&filter, 0, (const uint8_t *)data.data, (size_t)data.length)));
    Value dict = dict_new();
    bool ok = dict && describe(dict, &filter);
    free(filter.options); /* the library allocated it with malloc */
    return ok ? dict : 0;
}

MethodDef *const lzma_filter_functions[] = {M(lzma_encode_properties), M(lzma_decode_properties),
                                            0};
