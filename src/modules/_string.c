/* _string: the parser of replacement fields, for string.Formatter. */
#include "core/error.h"
#include "core/module.h"
#include "core/share.h"
#include "gc/heap.h"
#include "types/format_parse.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* (literal, field name, format spec, conversion), the last three None where there is no field. */
static Value piece_tuple(Value text, const FormatPiece *piece)
{
    Value literal = TRY(str_substring(text, piece->literal_start, piece->literal_end));
    if (!piece->has_field)
        return tuple_of(literal, None, None, None);
    Value name = TRY(str_substring(text, piece->name_start, piece->name_end));
    Value spec = TRY(str_substring(text, piece->spec_start, piece->spec_end));
    Value conversion = piece->conversion ? TRY(str_from_char(piece->conversion)) : None;
    return tuple_of(literal, name, spec, conversion);
}

/* ---- Iterators -------------------------------------------------------------------------- */

/* Both are walks over an immutable str. The places are guarded by lock. */
typedef struct PieceIterator {
    Object ob;
    Value text;
    FormatParser parser;
} PieceIterator;

typedef struct NameIterator {
    Object ob;
    Value text;
    FieldName name;
} NameIterator;

static void piece_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((PieceIterator *)self)->text);
}

static void name_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((NameIterator *)self)->text);
}

static Value self_iter(Value self)
{
    return self;
}

static Value piece_iterator_next(Value self)
{
    PieceIterator *it = (PieceIterator *)self;
    FormatPiece piece;
    int more = 0;
    WITH_LOCK (it) {
        FormatParser parser = it->parser;
        more = format_next_piece(&parser, &piece);
        it->parser = parser; /* NO_BARRIER: its text is it->text */
    }
    return more > 0 ? piece_tuple(it->text, &piece) : 0;
}

static Value name_iterator_next(Value self)
{
    NameIterator *it = (NameIterator *)self;
    bool is_attribute;
    Value part;
    int more = 0;
    WITH_LOCK (it) {
        FieldName name = it->name;
        more = field_name_next(&name, &is_attribute, &part);
        it->name = name; /* NO_BARRIER: its text is it->text */
    }
    return more > 0 ? tuple_of(bool_value(is_attribute), part) : 0;
}

static Type piece_iterator_type = {
    TYPE_HEAD("formatteriterator", PieceIterator),
    .iter = self_iter,
    .next = piece_iterator_next,
    .trace = piece_iterator_trace,
    .flags = TYPE_NO_NEW,
};

static Type name_iterator_type = {
    TYPE_HEAD("fieldnameiterator", NameIterator),
    .iter = self_iter,
    .next = name_iterator_next,
    .trace = name_iterator_trace,
    .flags = TYPE_NO_NEW,
};

/* ---- Functions -------------------------------------------------------------------------- */

FUNCTION(string_formatter_parser, "formatter_parser", "string, /",
         "Parse the argument as a format string: an iterator of its pieces.")
{
    if (!is_str(args[0]))
        return raise(TypeError, "expected str, got %T", args[0]);
    PieceIterator *it = TRY(NEW(PieceIterator, &piece_iterator_type));
    gc_store(it, &it->text, args[0]);
    it->parser = (FormatParser){args[0], 0, str_length(args[0])};
    return (Value)it;
}

FUNCTION(string_field_name_split, "formatter_field_name_split", "string, /",
         "Split the argument as a field name: what comes first, and an iterator of the rest.")
{
    if (!is_str(args[0]))
        return raise(TypeError, "expected str, got %T", args[0]);
    NameIterator *it = TRY(NEW(NameIterator, &name_iterator_type));
    gc_store(it, &it->text, args[0]);
    intptr_t first_end, index;
    TRY(field_name_first(&it->name, args[0], 0, str_length(args[0]), &first_end, &index));
    Value first = index >= 0 ? int_small(index) : TRY(str_substring(args[0], 0, first_end));
    return tuple_of(first, (Value)it);
}

static MethodDef *const functions[] = {M(string_formatter_parser), M(string_field_name_split), 0};

static bool execute(Value module UNUSED)
{
    if (!(type_flags(&piece_iterator_type) & TYPE_READY)) {
        type_ready(&piece_iterator_type, 0);
        type_ready(&name_iterator_type, 0);
    }
    return true;
}

const ModuleDef module__string = {"_string", "string helper module", functions, execute};
