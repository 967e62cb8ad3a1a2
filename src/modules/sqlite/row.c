/* Row: what a query gives for a row, by number and by column name. */
#include "core/call.h"
#include "modules/sqlite/sqlite.h"
#include "types/int.h"
#include "types/list.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/tuple.h"

/* immutable */
typedef struct Row {
    Object ob;
    Value data;        /* a tuple */
    Value description; /* Cursor.description: a tuple, or None */
} Row;

#define as_row(v) ((Row *)(v))

static void row_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, ((Row *)o)->data);
    gc_visit(tracer, ((Row *)o)->description);
}

NEW_METHOD(row_new, "!cursor, data, /")
{
    if (!is_instance_of(args[1], &cursor_type))
        return raise(TypeError, "Row() argument 1 must be sqlite3.Cursor, not %B", args[1]);
    if (!is_tuple(args[2]))
        return raise(TypeError, "Row() argument 2 must be tuple, not %B", args[2]);
    Row *row = TRY(NEW(Row, (Type *)args[0]));
    Value description = load_acquire(&as_cursor(args[1])->description);
    gc_store(row, &row->data, args[2]);
    gc_store(row, &row->description, description ? description : None);
    return (Value)row;
}

static intptr_t column_count(const Row *row)
{
    return row->description == None ? 0 : tuple_length(row->description);
}

static Value column_name(const Row *row, intptr_t i)
{
    return tuple_get(tuple_get(row->description, i), 0);
}

static uint32_t to_lower(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* Equal, or so but for the case of ASCII letters. */
static bool names_match(Value a, Value b)
{
    intptr_t length = str_length(a);
    if (str_length(b) != length)
        return false;
    for (intptr_t i = 0; i < length; i++)
        if (to_lower(str_char(a, i)) != to_lower(str_char(b, i)))
            return false;
    return true;
}

static Value row_by_name(const Row *row, Value name)
{
    if (row->description == None)
        return raise(IndexError, "No item with key %R", name);
    for (intptr_t i = 0; i < column_count(row); i++)
        if (i < tuple_length(row->data) && names_match(name, column_name(row, i)))
            return tuple_get(row->data, i);
    return raise(IndexError, "No item with that key");
}

static Value row_getitem(Value self, Value key)
{
    const Row *row = as_row(self);
    if (is_int_any(key)) {
        intptr_t i;
        TRY(index_as_intptr_or(key, &i, IndexError));
        if (!index_resolve(&i, tuple_length(row->data)))
            return raise(IndexError, "tuple index out of range");
        return tuple_get(row->data, i);
    }
    if (is_str(key))
        return row_by_name(row, key);
    if (is_slice(key))
        return get_item(row->data, key);
    return raise(IndexError, "Index must be int or string");
}

static intptr_t row_length(Value self)
{
    return tuple_length(as_row(self)->data);
}

static Value row_iter(Value self)
{
    return get_iter(as_row(self)->data);
}

static bool row_hash(Value self, int64_t *hash)
{
    int64_t names_hash, data_hash;
    TRY(object_hash(as_row(self)->description, &names_hash));
    TRY(object_hash(as_row(self)->data, &data_hash));
    *hash = names_hash ^ data_hash;
    return true;
}

static Value row_compare(Value a, Value b, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !is_instance_of(b, &row_type))
        return NotImplemented;
    int equal = TRY_NOT_NEGATIVE(object_equal(as_row(a)->description, as_row(b)->description), 0);
    if (equal)
        equal = TRY_NOT_NEGATIVE(object_equal(as_row(a)->data, as_row(b)->data), 0);
    return bool_value(equal == (op == CMP_EQ));
}

METHOD(row_keys, "keys", "", "Returns the keys of the row.")
{
    const Row *row = as_row(args[0]);
    Value list = TRY(list_new(column_count(row)));
    for (intptr_t i = 0; i < column_count(row); i++)
        TRY(list_append(list, column_name(row, i)));
    return list;
}

static MethodDef *const row_methods[] = {M(row_keys), 0};

Type row_type = {
    TYPE_HEAD("sqlite3.Row", Row),
    .new_def = M(row_new),
    .hash = row_hash,
    .compare = row_compare,
    .iter = row_iter,
    .length = row_length,
    .getitem = row_getitem,
    .methods = row_methods,
    .trace = row_trace,
    .flags = TYPE_BASE,
};
