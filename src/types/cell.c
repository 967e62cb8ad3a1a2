#include "types/cell.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "types/str.h"
#include "types/tuple.h"

static void cell_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((Cell *)self)->value));
}

Value cell_new(Value value)
{
    Cell *self = TRY(alloc_object(SHAPE_CELL, sizeof(Cell)));
    self->value = value; /* NO_BARRIER: fresh, nothing allocated since */
    return (Value)self;
}

/* Elsewhere the release of a lock has a shared store seen before the thread's later reads; none is
 * taken here. */
void cell_store_slow(Cell *cell, Value value)
{
    gc_barrier(cell, value);
    if (is_shared(cell))
        store_seq_cst(&cell->value, value);
    else
        store_release(&cell->value, value);
}

static Value cell_make(Type *type UNUSED, Value *args, size_t nargs, Value kwnames)
{
    if (kwnames && tuple_length(kwnames))
        return raise(TypeError, "cell() takes no keyword arguments");
    if (nargs > 1)
        return raise(TypeError, "cell expected at most 1 argument, got %zu", nargs);
    return cell_new(nargs ? args[0] : 0);
}

static Value cell_repr(Value self)
{
    Value value = load_acquire(&((Cell *)self)->value);
    if (!value)
        return str_format("<cell at 0x%zx: empty>", (size_t)(uintptr_t)self);
    return str_format("<cell at 0x%zx: %T object at 0x%zx>", (size_t)(uintptr_t)self, value,
                      (size_t)(uintptr_t)value);
}

/* Empty cells come first. */
static Value cell_compare(Value a, Value b, CompareOp op)
{
    if (!has_layout(a, LAYOUT_CELL) || !has_layout(b, LAYOUT_CELL))
        return NotImplemented;
    Value x = load_acquire(&((Cell *)a)->value), y = load_acquire(&((Cell *)b)->value);
    if (x && y)
        return object_compare(x, y, op);
    return object_compare(int_small(x != 0), int_small(y != 0), op);
}

static Value cell_get_contents(Value self)
{
    Value value = load_acquire(&((Cell *)self)->value);
    return value ? value : raise(ValueError, "Cell is empty");
}

static bool cell_set_contents(Value self, Value value)
{
    cell_store((Cell *)self, value);
    return true;
}

static const GetSetDef cell_getset[] = {
    {"cell_contents", cell_get_contents, cell_set_contents, 0},
    {0},
};

Type cell_type = {
    TYPE_HEAD("cell", Cell),
    .repr = cell_repr,
    .hash = hash_unhashable,
    .compare = cell_compare,
    .make = cell_make,
    .doc = "Create a new cell object.\n\n"
           "  contents\n"
           "    the contents of the cell. If not specified, the cell will be empty,\n"
           "    and \n further attempts to access its cell_contents attribute will\n"
           "    raise a ValueError.",
    .getset = cell_getset,
    .trace = cell_trace,
    .layout = LAYOUT_CELL,
};

void cell_start(void)
{
    type_ready(&cell_type, SHAPE_CELL);
}
