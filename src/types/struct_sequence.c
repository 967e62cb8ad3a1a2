#include "types/struct_sequence.h"
#include <stdlib.h>
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "types/list.h"
#include "core/names.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"

const char STRUCT_UNNAMED[] = "unnamed field";

static const StructDef *def_of(Type *type)
{
    while (!type->extra)
        type = type_base(type);
    return type->extra;
}

static int field_count(const StructDef *def)
{
    int n = 0;
    while (def->fields[n].name)
        n++;
    return n;
}

static Value *field_at(Value self, int i)
{
    return &((Tuple *)self)->items[i];
}

static void struct_trace(Object *self, Tracer *tracer)
{
    gc_visit_range(tracer, ((Tuple *)self)->items,
                   (size_t)field_count(def_of(shape_of(self)->type)));
}

static Value struct_alloc(Type *type)
{
    const StructDef *def = def_of(type);
    int n = field_count(def);
    Tuple *self = (Tuple *)TRY(object_alloc_items(type, (size_t)n));
    self->length = def->visible;
    for (int i = 0; i < n; i++)
        self->items[i] = None; /* NO_BARRIER: static */
    return (Value)self;
}

Value struct_new(Type *type)
{
    return struct_alloc(type);
}

void struct_init(Value self, int field, Value value)
{
    gc_store(self, field_at(self, field), value);
}

Value struct_get(Value self, int field)
{
    return *field_at(self, field);
}

/* ---- making from Python */

/* Hidden fields that the sequence is too short for come from the dict. */
static bool fill_from_dict(Value self, const StructDef *def, intptr_t given, Value dict)
{
    int n = field_count(def);
    intptr_t used = 0;
    for (int i = (int)given; i < n; i++) {
        Value value = dict_get_cstring(dict, def->fields[i].name);
        if (value) {
            struct_init(self, i, value);
            used++;
        } else if (error_pending()) {
            return false;
        }
    }
    if (dict_length(dict) > used)
        return raise(TypeError, "%N() got duplicate or unexpected field name(s)", type_of(self));
    return true;
}

static Value make_from(Type *type, Value sequence, Value dict)
{
    const StructDef *def = def_of(type);
    intptr_t total = field_count(def), minimum = def->visible;
    Value items = tuple_from_iterable(sequence);
    if (!items) {
        if (error_clear_if(TypeError))
            raise(TypeError, "constructor requires a sequence");
        return 0;
    }
    if (dict && !is_dict(dict))
        return raise(TypeError, "%N() takes a dict as second arg, if any", type);
    intptr_t n = tuple_length(items);
    if (minimum != total) {
        if (n < minimum)
            return raise(TypeError, "%N() takes an at least %zd-sequence (%zd-sequence given)",
                         type, minimum, n);
        if (n > total)
            return raise(TypeError, "%N() takes an at most %zd-sequence (%zd-sequence given)", type,
                         total, n);
    } else if (n != minimum) {
        return raise(TypeError, "%N() takes a %zd-sequence (%zd-sequence given)", type, minimum, n);
    }
    Value self = TRY(struct_alloc(type));
    for (intptr_t i = 0; i < n; i++)
        struct_init(self, (int)i, tuple_get(items, i));
    if (dict)
        TRY(fill_from_dict(self, def, n, dict));
    return self;
}

NEW_METHOD(struct_make, "sequence, dict=?")
{
    return make_from((Type *)args[0], args[1], args[2]);
}

/* ---- slots and methods */

static Value struct_repr(Value self)
{
    const StructDef *def = def_of(type_of(self));
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return str_from_cstring("(...)");
    StrBuilder b;
    builder_start(&b);
    builder_add(&b, str_format("%N(", type_of(self)));
    Value text = self;
    for (int i = 0; text && i < def->visible; i++) {
        text = object_repr(struct_get(self, i));
        if (!text)
            break;
        if (i)
            builder_add_ascii(&b, ", ", 2);
        builder_add_cstring(&b, def->fields[i].name);
        builder_add_char(&b, '=');
        builder_add(&b, text);
    }
    repr_leave(self);
    if (!text)
        return 0;
    builder_add_char(&b, ')');
    return builder_finish(&b);
}

METHOD(struct_reduce, "__reduce__", "/", 0)
{
    const StructDef *def = def_of(type_of(args[0]));
    Value dict = TRY(dict_new());
    for (int i = def->visible; i < field_count(def); i++)
        TRY(dict_set_cstring(dict, def->fields[i].name, struct_get(args[0], i)));
    Value items = TRY(tuple_from_values(field_at(args[0], 0), def->visible));
    return tuple_of((Value)type_of(args[0]), TRY(tuple_of(items, dict)));
}

METHOD(struct_replace, "__replace__", "**changes",
       "Return a copy of the structure with new values for the specified fields.")
{
    const StructDef *def = def_of(type_of(args[0]));
    int n = field_count(def);
    for (int i = 0; i < n; i++)
        if (def->fields[i].name == STRUCT_UNNAMED)
            return raise(TypeError,
                         "__replace__() is not supported for %N because it has unnamed field(s)",
                         type_of(args[0]));
    Value result = TRY(struct_alloc(type_of(args[0])));
    Value changes = args[1] ? TRY(dict_copy(args[1])) : TRY(dict_new());
    for (int i = 0; i < n; i++) {
        Value name = TRY(str_intern_cstring(def->fields[i].name));
        Value value = dict_pop(changes, name, struct_get(args[0], i));
        struct_init(result, i, TRY(value));
    }
    if (dict_length(changes))
        return raise(TypeError, "Got unexpected field name(s): %R", TRY(dict_keys_list(changes)));
    return result;
}

MethodDef *const struct_replace_method = M(struct_replace);
static MethodDef *const struct_methods[] = {M(struct_reduce), M(struct_replace), 0};

/* ---- the type */

/* Never freed: types are for good. */
static const MemberDef *make_members(const StructDef *def)
{
    int n = field_count(def), count = 0;
    MemberDef *members = calloc((size_t)n + 1, sizeof(MemberDef));
    CHECK(members);
    for (int i = 0; i < n; i++)
        if (def->fields[i].name != STRUCT_UNNAMED)
            members[count++] = (MemberDef){def->fields[i].name, MEMBER_VALUE,
                                           offsetof(Tuple, items) + (size_t)i * sizeof(Value), true,
                                           def->fields[i].doc};
    return members;
}

static bool add_constants(Type *type, const StructDef *def)
{
    int n = field_count(def), unnamed = 0;
    Value named = TRY(list_new(def->visible));
    for (int i = 0; i < n; i++) {
        if (def->fields[i].name == STRUCT_UNNAMED)
            unnamed++;
        else if (i < def->visible)
            TRY(list_append(named, TRY(str_intern_cstring(def->fields[i].name))));
    }
    Value match = TRY(list_as_tuple(named));
    return dict_set_cstring(type->dict, "n_sequence_fields", int_small(def->visible)) &&
           dict_set_cstring(type->dict, "n_fields", int_small(n)) &&
           dict_set_cstring(type->dict, "n_unnamed_fields", int_small(unnamed)) &&
           dict_set_cstring(type->dict, "__match_args__", match);
}

void struct_type_ready(Type *type)
{
    if (type_flags(type) & TYPE_READY)
        return;
    const StructDef *def = type->extra;
    type->base = &tuple_type;
    type->item_size = sizeof(Value);
    type->layout = LAYOUT_TUPLE;
    type->repr = struct_repr;
    type->trace = struct_trace;
    if (!type->methods)
        type->methods = struct_methods;
    type->members = make_members(def);
    if (def->no_new)
        type->flags |= TYPE_NO_NEW;
    else if (!type->new_def)
        type->new_def = M(struct_make);
    type_ready(type, 0);
    if (!def->no_new)
        fetch_and_relaxed(&type->flags, ~(uint32_t)TYPE_IMMUTABLE);
    if (!add_constants(type, def))
        fatal("out of memory while type %s was made", type->name);
}
