/* str.format(), str.format_map() and str.__format__(). */
#include "types/str_type.h"

#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "types/format_parse.h"
#include "types/number_format.h"
#include "types/str_inline.h"
#include "types/tuple.h"

typedef enum Numbering { NUMBERING_OPEN, NUMBERING_AUTOMATIC, NUMBERING_MANUAL } Numbering;

typedef struct Formatter {
    Value args;          /* tuple, or 0: no positional fields */
    Value kwargs;        /* anything with __getitem__, or 0 */
    Numbering numbering; /* goes on through nested fields */
    intptr_t next_index;
} Formatter;

enum { MAX_DEPTH = 2 };

static bool set_numbering(Formatter *f, bool automatic)
{
    Numbering wanted = automatic ? NUMBERING_AUTOMATIC : NUMBERING_MANUAL;
    if (f->numbering == NUMBERING_OPEN)
        f->numbering = wanted;
    if (f->numbering == wanted)
        return true;
    raise(ValueError, automatic ? "cannot switch from manual field specification to automatic "
                                  "field numbering"
                                : "cannot switch from automatic field numbering to manual field "
                                  "specification");
    return false;
}

/* The argument that a field name begins with. */
static Value first_object(Formatter *f, const FormatPiece *piece, FieldName *name, Value text)
{
    intptr_t first_end, index;
    TRY(field_name_first(name, text, piece->name_start, piece->name_end, &first_end, &index));
    bool automatic = first_end == piece->name_start;
    if (!automatic && index < 0) {
        Value key = TRY(str_substring(text, piece->name_start, first_end));
        return f->kwargs ? get_item(f->kwargs, key) : raise_key_error(key);
    }
    TRY(set_numbering(f, automatic));
    if (automatic)
        index = f->next_index++;
    if (!f->args)
        return raise(ValueError, "Format string contains positional fields");
    if (index >= tuple_length(f->args))
        return raise(IndexError, "Replacement index %zd out of range for positional args tuple",
                     index);
    return tuple_get(f->args, index);
}

static Value field_object(Formatter *f, const FormatPiece *piece, Value text)
{
    FieldName name;
    Value object = TRY(first_object(f, piece, &name, text)), part;
    bool is_attribute;
    int more;
    while ((more = field_name_next(&name, &is_attribute, &part)) > 0)
        object = TRY(is_attribute ? get_attr(object, str_intern(part)) : get_item(object, part));
    return more < 0 ? 0 : object;
}

static Value convert(Value object, uint32_t conversion)
{
    switch (conversion) {
    case 'r':
        return object_repr(object);
    case 's':
        return object_str(object);
    case 'a':
        return object_ascii(object);
    default:
        if (conversion > 32 && conversion < 127)
            return raise(ValueError, "Unknown conversion specifier %c", (int)conversion);
        return raise(ValueError, "Unknown conversion specifier \\x%x", (unsigned)conversion);
    }
}

static bool format_range(Formatter *f, StrBuilder *out, Value text, intptr_t start, intptr_t end,
                         int depth);

static bool format_field(Formatter *f, StrBuilder *out, Value text, const FormatPiece *piece,
                         int depth)
{
    Value object = TRY_OR(field_object(f, piece, text), false), spec = 0;
    if (piece->conversion)
        object = TRY_OR(convert(object, piece->conversion), false);
    if (piece->spec_has_fields) {
        StrBuilder b;
        builder_start(&b);
        TRY(format_range(f, &b, text, piece->spec_start, piece->spec_end, depth - 1));
        spec = TRY_OR(builder_finish(&b), false);
    } else if (piece->spec_start < piece->spec_end)
        spec = TRY_OR(str_substring(text, piece->spec_start, piece->spec_end), false);
    if (spec && str_length(spec) == 0)
        spec = 0;
    builder_add(out, !spec && is_str_exact(object) ? object : object_format(object, spec));
    return !out->failed;
}

static bool format_range(Formatter *f, StrBuilder *out, Value text, intptr_t start, intptr_t end,
                         int depth)
{
    if (depth <= 0) {
        raise(ValueError, "Max string recursion exceeded");
        return false;
    }
    FormatParser parser = {text, start, end};
    FormatPiece piece;
    int more;
    while ((more = format_next_piece(&parser, &piece)) > 0) {
        builder_add_part(out, text, piece.literal_start, piece.literal_end);
        if (piece.has_field && !format_field(f, out, text, &piece, depth))
            return false;
    }
    return more == 0;
}

static Value format_text(Value text, Value args, Value kwargs)
{
    Formatter f = {.args = args, .kwargs = kwargs};
    StrBuilder out;
    builder_start(&out);
    TRY(format_range(&f, &out, text, 0, str_length(text), MAX_DEPTH));
    return builder_finish(&out);
}

METHOD(str_format_method, "format", "*args, **kwargs",
       "Return a formatted version of the string, using substitutions from args and kwargs.")
{
    return format_text(args[0], args[1], args[2]);
}

METHOD(str_format_map, "format_map", "mapping, /",
       "Return a formatted version of the string, using substitutions from mapping.")
{
    return format_text(args[0], 0, args[1]);
}

METHOD(str_dunder_format, "__format__", "format_spec, /",
       "Return a formatted version of the string as described by format_spec.")
{
    if (!is_str(args[1]))
        return raise(TypeError, "__format__() argument must be str, not %B", args[1]);
    if (str_length(args[1]) == 0)
        return object_str(args[0]);
    return str_format_spec(args[0], args[1]);
}

MethodDef *const str_format_methods[] = {M(str_format_method), M(str_format_map),
                                         M(str_dunder_format), 0};
