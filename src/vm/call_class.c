/* Calls of classes that have a __new__ in Python, or one in Python for their __init__ and instances
 * of a builtin kind. Both methods run in the vm_interpret of the caller, one after the other. Each
 * gets the arguments, so a copy of them waits between the caller's registers and __new__:
 *
 *   caller:   [header][R0 R1 ...]
 *   __new__:                     [. . . . . . .][class arg0 arg1 ...][header][class arg0 arg1 ... ]
 *   __init__:                    [   header    ][self  arg0 arg1 ...                 ]
 */
#include "core/call.h"
#include "core/names.h"
#include "core/slots.h"
#include "types/classmethod.h"
#include "types/tuple.h"
#include "vm/interp_inline.h"
#include "vm/operations.h"

/* A Python function that a call runs, rather than making a generator of it, and its code. */
typedef struct Plain {
    Function *function; /* or 0 */
    Code *code;
} Plain;

static Plain plain_function(Value v)
{
    if (!v || !has_shape(v, SHAPE_FUNCTION))
        return (Plain){0};
    Code *code = load_acquire(&((Function *)v)->code);
    return code_is_generator(code) ? (Plain){0} : (Plain){(Function *)v, code};
}

static bool has_python_new(const Type *type)
{
    return (SlotFn)type->make == slot_rows[ROW_make_NEW].generic;
}

static bool has_python_init(const Type *type)
{
    return (SlotFn)type->init == slot_rows[ROW_init_INIT].generic;
}

/* The class's __new__, unless its metaclass has a say in what that is. */
static Plain find_new(Type *type)
{
    Type *meta = type_of((Value)type);
    if (meta != &type_type) {
        Value before = type_lookup(meta, names.__new__);
        if (meta->getattr != type_type.getattr || (before && type_of(before)->descr_set))
            return (Plain){0};
    }
    Value found = type_lookup(type, names.__new__);
    return plain_function(
        found && type_of(found) == &staticmethod_type ? classmethod_function(found) : 0);
}

static Plain find_init(Type *type)
{
    return plain_function(has_python_init(type) ? type_lookup(type, names.__init__) : 0);
}

bool class_runs_in_place(Value callee)
{
    if (!has_layout(callee, LAYOUT_TYPE) || type_of(callee)->call != type_type.call)
        return false;
    const Type *type = (const Type *)callee;
    return type->make && (has_python_new(type) || has_python_init(type));
}

/* The instance is made: on to its __init__. `saved`: the class, the arguments. */
static Frame *begin_init(Thread *thread, Value made, Value *saved, size_t total, Value kwnames,
                         Value *result)
{
    Type *type = (Type *)saved[0], *kind = type_of(made);
    Value *top = thread->gc.registers_top;
    size_t nargs = total - (kwnames ? (size_t)tuple_length(kwnames) : 0);
    *result = made;
    if ((kind == type && type->init == object_type.init) || !type_is_subtype(kind, type) ||
        !kind->init)
        return 0;
    Plain init = find_init(kind);
    thread->gc.registers_top = saved + 1 + total;
    if (!init.function) {
        if (!kind->init(made, saved + 1, nargs, kwnames))
            *result = 0;
        thread->gc.registers_top = top;
        return 0;
    }
    saved[0] = made;
    Frame *at = (Frame *)(void *)saved - 1;
    if (!call_prepare(thread, at, init.function, init.code, nargs + 1, kwnames)) {
        *result = 0;
        return 0;
    }
    at->flags = FRAME_INIT;
    at->generator = made;
    return at;
}

static Frame *begin_new(Thread *thread, Plain new, Value *saved, size_t total, Value kwnames,
                        Value *result)
{
    Frame *at = (Frame *)(void *)(saved + 1 + total);
    size_t nargs = total - (kwnames ? (size_t)tuple_length(kwnames) : 0);
    memcpy(frame_registers(at), saved, (total + 1) * sizeof(Value));
    if (!call_prepare(thread, at, new.function, new.code, nargs + 1, kwnames)) {
        *result = 0;
        return 0;
    }
    at->flags = FRAME_NEW | (uint32_t)total << FRAME_TARGET_SHIFT;
    at->generator = kwnames;
    return at;
}

Frame *class_call(Thread *thread, Type *type, Value *args, size_t nargs, Value kwnames,
                  Value *result)
{
    size_t total = nargs + (kwnames ? (size_t)tuple_length(kwnames) : 0);
    Value *top = thread->gc.registers_top;
    bool spread = args > top; /* by call_ex_spread: where they may stay */
    Value *saved = spread ? args - 1 : top + FRAME_WORDS;
    Frame *behind = (Frame *)(void *)(saved + 1 + total);
    bool is_new = has_python_new(type);
    Plain new = is_new ? find_new(type) : (Plain){0};
    if (total > UINT16_MAX || frame_registers(behind) + 1 + total > thread->stack_end ||
        (is_new && !new.function)) {
        thread->gc.registers_top = spread ? args + total : top;
        *result = call((Value)type, args, nargs, kwnames);
        thread->gc.registers_top = top;
        return 0;
    }
    memset(top, 0, (size_t)(saved - top) * sizeof(Value));
    saved[0] = (Value)type;
    if (!spread)
        memcpy(saved + 1, args, total * sizeof(Value));
    thread->gc.registers_top = saved + 1 + total;
    if (is_new)
        return begin_new(thread, new, saved, total, kwnames, result);
    Value made = type->make(type, saved + 1, nargs, kwnames);
    thread->gc.registers_top = top;
    if (made)
        return begin_init(thread, made, saved, total, kwnames, result);
    *result = 0;
    return 0;
}

Frame *class_call_made(Thread *thread, const Frame *new, Value made, Value *result)
{
    size_t total = new->flags >> FRAME_TARGET_SHIFT;
    return begin_init(thread, made, (Value *)(void *)new - total - 1, total, new->generator,
                      result);
}
