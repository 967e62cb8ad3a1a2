/* unicodedata: the properties of characters, as of the Unicode version that Weft was built with,
 * and as of 3.2: what came later is unassigned there, and what is mirrored and how wide it is in
 * East Asia is as it was, and so are normal forms, whose corrections are undone. Categories and
 * bidirectional classes that changed since are the current ones. */
#include <strings.h>
#include "base/unicode.h"
#include "base/unicode_names.h"
#include "core/error.h"
#include "core/module.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/int.h"
#include "types/str_inline.h"
#include "types/str_normalize.h"

/* Each of these is a function of the module and a method of ucd_3_2_0. `args` are the
 * arguments proper. */
#define PROPERTY(id, name, signature, doc)                                                         \
    static Value id(bool old, Value *args);                                                        \
    FUNCTION(id##_now, name, signature, doc)                                                       \
    {                                                                                              \
        return id(false, args);                                                                    \
    }                                                                                              \
    METHOD(id##_old, name, signature, doc)                                                         \
    {                                                                                              \
        return id(true, args + 1);                                                                 \
    }                                                                                              \
    static Value id(bool old UNUSED, Value *args)

static bool character(Value v, const char *function, int number, uint32_t *c)
{
    if (is_str(v) && str_length(v) == 1) {
        *c = str_char(v, 0);
        return true;
    }
    if (number)
        raise(TypeError, "%s() argument %d must be a unicode character, not %B", function, number,
              v);
    else
        raise(TypeError, "%s() argument must be a unicode character, not %B", function, v);
    return false;
}

/* What unassigned characters look like, as the newer ones do in 3.2. */
static const UnicodeRecord *record_of(bool old, uint32_t c)
{
    const UnicodeRecord *r = unicode_record(c);
    return old && r->newer ? unicode_record(0x10ffff) : r;
}

static bool is_unknown(bool old, uint32_t c)
{
    return old && unicode_record(c)->newer;
}

/* Pairs of the first and the last character. */
static bool is_among(const uint16_t (*ranges)[2], size_t count, uint32_t c)
{
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

/* Whether a character that is mirrored now was not in Unicode 3.2, or the other way round: brackets
 * of Tibetan, feather marks of Ogham, small forms of brackets and signs, a right angle; and the
 * partial differentials among the mathematical letters. */
static bool has_changed_mirroring(uint32_t c)
{
    static const uint16_t ranges[][2] = {
        {0x0f3a, 0x0f3d}, {0x169b, 0x169c}, {0x29a1, 0x29a1}, {0xfe59, 0xfe5e}, {0xfe64, 0xfe65}};
    enum { FIRST_DIFFERENTIAL = 0x1d6db, LAST_DIFFERENTIAL = 0x1d7c3, ALPHABET = 58 };
    if (c >= FIRST_DIFFERENTIAL && c <= LAST_DIFFERENTIAL)
        return (c - FIRST_DIFFERENTIAL) % ALPHABET == 0;
    return is_among(ranges, COUNT_OF(ranges), c);
}

/* Unicode 9 made what is shown as an emoji wide. */
static bool has_become_wide(uint32_t c)
{
    static const uint16_t ranges[][2] = {{0x231a, 0x231b}, {0x25fd, 0x25fe}, {0x2648, 0x2653}};
    return is_among(ranges, COUNT_OF(ranges), c);
}

/* ---- Numbers ---------------------------------------------------------------------------- */

PROPERTY(uni_decimal, "decimal", "chr, default=?, /",
         "Converts a Unicode character into its equivalent decimal value.")
{
    uint32_t c;
    TRY(character(args[0], "decimal", 1, &c));
    int value = is_unknown(old, c) ? -1 : unicode_decimal(c);
    if (value >= 0)
        return int_small(value);
    return args[1] ? args[1] : raise(ValueError, "not a decimal");
}

PROPERTY(uni_digit, "digit", "chr, default=?, /",
         "Converts a Unicode character into its equivalent digit value.")
{
    uint32_t c;
    TRY(character(args[0], "digit", 1, &c));
    int value = is_unknown(old, c) ? -1 : unicode_digit(c);
    if (value >= 0)
        return int_small(value);
    return args[1] ? args[1] : raise(ValueError, "not a digit");
}

PROPERTY(uni_numeric, "numeric", "chr, default=?, /",
         "Converts a Unicode character into its equivalent numeric value.")
{
    uint32_t c;
    TRY(character(args[0], "numeric", 1, &c));
    if (!is_unknown(old, c) && unicode_is(c, UC_NUMERIC))
        return float_from(unicode_numeric(c));
    return args[1] ? args[1] : raise(ValueError, "not a numeric character");
}

/* ---- Properties ------------------------------------------------------------------------- */

PROPERTY(uni_category, "category", "chr, /",
         "Returns the general category assigned to the character chr as string.")
{
    uint32_t c;
    TRY(character(args[0], "category", 0, &c));
    return str_from_cstring(is_unknown(old, c) ? "Cn" : unicode_category_name(c));
}

PROPERTY(uni_bidirectional, "bidirectional", "chr, /",
         "Returns the bidirectional class assigned to the character chr as string.")
{
    uint32_t c;
    TRY(character(args[0], "bidirectional", 0, &c));
    return str_from_cstring(is_unknown(old, c) ? "" : unicode_bidi_name(c));
}

PROPERTY(uni_combining, "combining", "chr, /",
         "Returns the canonical combining class assigned to the character chr as integer.")
{
    uint32_t c;
    TRY(character(args[0], "combining", 0, &c));
    return int_small(record_of(old, c)->combining);
}

PROPERTY(uni_mirrored, "mirrored", "chr, /",
         "Returns the mirrored property assigned to the character chr as integer.")
{
    uint32_t c;
    TRY(character(args[0], "mirrored", 0, &c));
    bool mirrored = record_of(old, c)->flags & UC_MIRRORED;
    return int_small(mirrored != (old && has_changed_mirroring(c)));
}

PROPERTY(uni_east_asian_width, "east_asian_width", "chr, /",
         "Returns the east asian width assigned to the character chr as string.")
{
    uint32_t c;
    TRY(character(args[0], "east_asian_width", 0, &c));
    bool neutral = old && (is_unknown(old, c) || has_become_wide(c));
    return str_from_cstring(neutral ? "N" : unicode_width_name(c));
}

PROPERTY(uni_decomposition, "decomposition", "chr, /",
         "Returns the character decomposition mapping assigned to the character chr as string.")
{
    uint32_t c;
    int count;
    const char *tag;
    TRY(character(args[0], "decomposition", 0, &c));
    /* The corrections of 3.2's mappings count here, unlike in normalize(). */
    const uint32_t *parts = is_unknown(old, c) ? 0 : unicode_decomposition(c, false, &count, &tag);
    StrBuilder b;
    builder_start(&b);
    if (parts)
        builder_add_cstring(&b, tag);
    for (int i = 0; parts && i < count; i++)
        builder_add(&b, str_format(b.length ? " %04X" : "%04X", parts[i]));
    return builder_finish(&b);
}

/* ---- Normal forms ----------------------------------------------------------------------- */

static bool normalize_arguments(Value *args, const char *function, UnicodeForm *form)
{
    static const char *const names[] = {"NFD", "NFKD", "NFC", "NFKC"};
    for (int i = 0; i < 2; i++)
        if (!is_str(args[i])) {
            raise(TypeError, "%s() argument %d must be str, not %B", function, i + 1, args[i]);
            return false;
        }
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (str_equals(args[0], names[i])) {
            *form = (UnicodeForm)i;
            return true;
        }
    if (str_length(args[1]) == 0) {
        *form = UNICODE_NFC;
        return true;
    }
    raise(ValueError, "invalid normalization form");
    return false;
}

PROPERTY(uni_normalize, "normalize", "form, unistr, /",
         "Return the normal form 'form' for the Unicode string unistr.\n\n"
         "Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.")
{
    UnicodeForm form;
    TRY(normalize_arguments(args, "normalize", &form));
    return str_normalize_version(args[1], form, old);
}

PROPERTY(uni_is_normalized, "is_normalized", "form, unistr, /",
         "Return whether the Unicode string unistr is in the normal form 'form'.")
{
    UnicodeForm form;
    TRY(normalize_arguments(args, "is_normalized", &form));
    int quick = unicode_is_normal(str_data(args[1]), (size_t)str_length(args[1]),
                                  str_width(args[1]), form, old);
    if (quick >= 0)
        return bool_value(quick);
    Value normal = TRY(str_normalize_version(args[1], form, old));
    return bool_value(str_equal(normal, args[1]));
}

/* ---- Names ------------------------------------------------------------------------------ */

PROPERTY(uni_name, "name", "chr, default=?, /",
         "Returns the name assigned to the character chr as a string.")
{
    uint32_t c;
    char name[UNICODE_NAME_MAX];
    TRY(character(args[0], "name", 1, &c));
    size_t length = is_unknown(old, c) ? 0 : unicode_name(c, name);
    if (length)
        return str_from_ascii(name, length);
    return args[1] ? args[1] : raise(ValueError, "no such name");
}

/* Aliases and sequences came after Unicode 3.2. */
static bool was_named(const uint32_t *codes, int count, const char *name, size_t size)
{
    char real[UNICODE_NAME_MAX];
    return count == 1 && !unicode_record(codes[0])->newer && unicode_name(codes[0], real) == size &&
           !strncasecmp(real, name, size);
}

PROPERTY(uni_lookup, "lookup", "name, /",
         "Look up character by name.\n\n"
         "If a character with the given name is found, return the corresponding character.\n"
         "If not found, KeyError is raised.")
{
    uint32_t codes[UNICODE_SEQUENCE_MAX];
    size_t size;
    const char *name;
    if (is_bytes(args[0])) {
        name = ((Bytes *)args[0])->data;
        size = (size_t)((Bytes *)args[0])->length;
    } else if (is_str(args[0])) {
        name = TRY(str_utf8(args[0], &size));
    } else if (has_buffer(args[0])) {
        return raise(TypeError, "lookup() argument must be read-only bytes-like object, not %T",
                     args[0]);
    } else {
        return raise(TypeError, "a bytes-like object is required, not '%T'", args[0]);
    }
    if (size > 256)
        return raise(KeyError, "name too long");
    int count = unicode_sequence_from_name(name, size, codes);
    if (old && count && !was_named(codes, count, name, size))
        count = 0;
    if (count == 0)
        return raise(KeyError, "undefined character name '%s'", name);
    return str_from_ucs4(codes, count);
}

/* ---- The module ------------------------------------------------------------------------- */

static MethodDef *const functions[] = {M(uni_decimal_now),       M(uni_digit_now),
                                       M(uni_numeric_now),       M(uni_category_now),
                                       M(uni_bidirectional_now), M(uni_combining_now),
                                       M(uni_mirrored_now),      M(uni_east_asian_width_now),
                                       M(uni_decomposition_now), M(uni_normalize_now),
                                       M(uni_is_normalized_now), M(uni_name_now),
                                       M(uni_lookup_now),        0};

static MethodDef *const ucd_methods[] = {M(uni_decimal_old),       M(uni_digit_old),
                                         M(uni_numeric_old),       M(uni_category_old),
                                         M(uni_bidirectional_old), M(uni_combining_old),
                                         M(uni_mirrored_old),      M(uni_east_asian_width_old),
                                         M(uni_decomposition_old), M(uni_normalize_old),
                                         M(uni_is_normalized_old), M(uni_name_old),
                                         M(uni_lookup_old),        0};

static Value ucd_version(Value self UNUSED)
{
    return str_from_cstring("3.2.0");
}

static const GetSetDef ucd_getset[] = {{"unidata_version", ucd_version, 0, 0}, {0}};

static Type ucd_type = {
    TYPE_HEAD("unicodedata.UCD", Object),
    .methods = ucd_methods,
    .getset = ucd_getset,
    .flags = TYPE_NO_NEW | TYPE_IMMUTABLE,
};

static bool execute(Value module)
{
    if (!(type_flags(&ucd_type) & TYPE_READY))
        type_ready(&ucd_type, 0);
    return module_add_string(module, "unidata_version", unicode_version) &&
           module_add_type(module, &ucd_type) &&
           module_add(module, "ucd_3_2_0", object_alloc(&ucd_type));
}

const ModuleDef module_unicodedata = {
    "unicodedata",
    "This module provides access to the Unicode Character Database which\n"
    "defines character properties for all Unicode characters. The data in\n"
    "this database is based on the UnicodeData.txt file.",
    functions, execute};
