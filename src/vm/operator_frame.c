/* Special methods written in Python that instructions run in their own vm_interpret: operators,
 * comparisons, truth values, `in`, subscripts, iteration, calls of instances. The frame lies behind
 * the registers of the caller. What an operator's or a comparison's method returns may be
 * NotImplemented; for that a copy of the operands waits before its frame:
 *
 *   caller:   [header][R0 R1 ...]
 *   __add__:                     [left right][header][left right ...]
 *
 * The Use in a frame's flags tells what becomes of its result. A thread that is watched gets none
 * of these frames, as it has no room (vm/instrument.h): C code makes the calls. */
#include "core/abstract.h"
#include "core/attribute.h"
#include "core/error.h"
#include "core/names.h"
#include "core/slots.h"
#include "vm/cache.h"
#include "vm/call_inline.h"
#include "vm/operations.h"

enum { OPERANDS = 2 };

static const uint8_t operator_rows[] = {
    [OP_ADD] = ROW_add_BINARY,
    [OP_SUBTRACT] = ROW_subtract_BINARY,
    [OP_MULTIPLY] = ROW_multiply_BINARY,
    [OP_MATRIX_MULTIPLY] = ROW_matrix_multiply_BINARY,
    [OP_TRUE_DIVIDE] = ROW_true_divide_BINARY,
    [OP_FLOOR_DIVIDE] = ROW_floor_divide_BINARY,
    [OP_REMAINDER] = ROW_remainder_BINARY,
    [OP_LSHIFT] = ROW_lshift_BINARY,
    [OP_RSHIFT] = ROW_rshift_BINARY,
    [OP_AND] = ROW_and__BINARY,
    [OP_OR] = ROW_or__BINARY,
    [OP_XOR] = ROW_xor__BINARY,
};

DictEntry *special_entry(Value o, SlotRow row)
{
    const SlotDef *def = &slot_rows[row];
    Type *type = type_of(o);
    if (*slot_field(type, def) != def->generic)
        return 0;
    DictEntry *entry = type_lookup_entry(type, slot_names[row]);
    Value method = entry ? load_acquire(&entry->value) : 0;
    return method && has_shape(method, SHAPE_FUNCTION) ? entry : 0;
}

Function *special_function(Value o, SlotRow row)
{
    DictEntry *entry = special_entry(o, row);
    Value method = entry ? load_acquire(&entry->value) : 0;
    return method && has_shape(method, SHAPE_FUNCTION) ? (Function *)method : 0;
}

/* ---- Caches. A record is for a shape and one row of slots: a change of any special method empties
 * all cells. Chains are for shapes that take turns. */

/* Lets the cell know of the entry; it is as well if there is no memory for that. */
static void remember(Frame *frame, Value *cell, CacheKind kind, Value o, DictEntry *entry,
                     uint64_t epoch)
{
    if (cache_is_megamorphic(load_acquire(cell)))
        return;
    CacheRecord *record = record_for_entry(kind, shape_id(o), entry);
    if (!record || !cache_extend(frame, cell, (Value)record, epoch))
        error_clear();
}

/* The method that a record is of, unless it has been replaced by something else. */
ALWAYS_INLINE Function *function_from_record(const CacheRecord *record)
{
    Value method = likely(record->entry != 0) ? load_acquire(record->entry) : 0;
    return likely(method != 0) && has_shape(method, SHAPE_FUNCTION) ? (Function *)method : 0;
}

static NOINLINE Function *find_special(Frame *frame, Value *cell, SlotRow row, Value o)
{
    uint64_t epoch = load_acquire(&type_epoch);
    DictEntry *entry = special_entry(o, row);
    Value method = entry ? load_acquire(&entry->value) : 0;
    if (!method || !has_shape(method, SHAPE_FUNCTION))
        return 0;
    if (cell)
        remember(frame, cell, CACHE_SPECIAL, o, entry, epoch);
    return (Function *)method;
}

/* `cell`: of the instruction, or 0. */
ALWAYS_INLINE Function *special_cached(Frame *frame, Value *cell, SlotRow row, Value o)
{
    const CacheRecord *record = cell ? record_from_cell(o, load_acquire(cell)) : 0;
    return likely(record != 0) ? function_from_record(record) : find_special(frame, cell, row, o);
}

/* ---- Frames */

static NOINLINE bool find_plain_arguments(Code *code, size_t nargs)
{
    if (code->argcount != nargs || !code_is_plain(code) || !code_has_run(code))
        return false;
    store_relaxed(&code->plain_arguments, (uint32_t)nargs + 1);
    return true;
}

/* The frame of `function` behind `kept` words behind the running one's registers, for its
 * arguments; 0, with no exception, if that is not to be had. */
ALWAYS_INLINE Frame *enter_behind(Thread *thread, Function *function, size_t nargs, size_t kept)
{
    Frame *caller = thread->frame;
    Code *code = load_acquire(&function->code);
    if (unlikely(load_relaxed(&code->plain_arguments) != nargs + 1) &&
        !find_plain_arguments(code, nargs))
        return 0;
    Frame *at = (Frame *)(void *)(frame_end(caller) + kept);
    return frame_enter(thread, at, caller, function, code) ? at : 0;
}

ALWAYS_INLINE Frame *enter_1(Thread *thread, Function *function, Value a)
{
    Frame *at = function ? enter_behind(thread, function, 1, 0) : 0;
    if (at)
        frame_registers(at)[0] = a;
    return at;
}

ALWAYS_INLINE Frame *enter_2(Thread *thread, Function *function, Value a, Value b)
{
    Frame *at = function ? enter_behind(thread, function, 2, 0) : 0;
    if (at) {
        frame_registers(at)[0] = a;
        frame_registers(at)[1] = b;
    }
    return at;
}

ALWAYS_INLINE Frame *enter_3(Thread *thread, Function *function, Value a, Value b, Value c)
{
    Frame *at = function ? enter_behind(thread, function, 3, 0) : 0;
    if (at) {
        frame_registers(at)[0] = a;
        frame_registers(at)[1] = b;
        frame_registers(at)[2] = c;
    }
    return at;
}

Frame *special_enter(Thread *thread, Value *cell, SlotRow row, uint32_t flags, Value o)
{
    Frame *at = enter_1(thread, special_cached(thread->frame, cell, row, o), o);
    if (at)
        at->flags = flags;
    return at;
}

Frame *special_enter_2(Thread *thread, Value *cell, SlotRow row, uint32_t flags, Value o,
                       Value other)
{
    Frame *at = enter_2(thread, special_cached(thread->frame, cell, row, o), o, other);
    if (at)
        at->flags = flags;
    return at;
}

Frame *special_enter_3(Thread *thread, Value *cell, SlotRow row, Value o, Value second, Value third)
{
    return enter_3(thread, special_cached(thread->frame, cell, row, o), o, second, third);
}

/* With a copy of two operands before it, for special_result or special_failed. */
ALWAYS_INLINE Frame *enter_behind_operands(Thread *thread, Function *function, size_t nargs,
                                           Value first, Value second, uint32_t flags)
{
    Value *kept = frame_end(thread->frame);
    Frame *at = function ? enter_behind(thread, function, nargs, OPERANDS) : 0;
    if (at) {
        kept[0] = first;
        kept[1] = second;
        at->flags = FRAME_OPERATOR | flags;
    }
    return at;
}

ALWAYS_INLINE Frame *enter_operator(Thread *thread, Function *function, Value left, Value right,
                                    uint32_t flags)
{
    Frame *at = enter_behind_operands(thread, function, 2, left, right, flags);
    if (at) {
        frame_registers(at)[0] = left;
        frame_registers(at)[1] = right;
    }
    return at;
}

/* Has the class a say in what `left op= right` is, other than by the operator itself? */
static bool has_inplace(Type *type, BinaryOp op)
{
    static const uint8_t rows[] = {
        [OP_ADD] = ROW_iadd_INPLACE,
        [OP_SUBTRACT] = ROW_isubtract_INPLACE,
        [OP_MULTIPLY] = ROW_imultiply_INPLACE,
        [OP_MATRIX_MULTIPLY] = ROW_imatrix_multiply_INPLACE,
        [OP_TRUE_DIVIDE] = ROW_itrue_divide_INPLACE,
        [OP_FLOOR_DIVIDE] = ROW_ifloor_divide_INPLACE,
        [OP_REMAINDER] = ROW_iremainder_INPLACE,
        [OP_LSHIFT] = ROW_ilshift_INPLACE,
        [OP_RSHIFT] = ROW_irshift_INPLACE,
        [OP_AND] = ROW_iand_INPLACE,
        [OP_OR] = ROW_ior_INPLACE,
        [OP_XOR] = ROW_ixor_INPLACE,
    };
    return *slot_field(type, &slot_rows[rows[op]]) || type->iconcat || type->irepeat;
}

/* The right operand must be one that is not asked first: of the same type, or a small number. */
Frame *operator_enter(Thread *thread, Value *cell, BinaryOp op, bool in_place, Value left,
                      Value right)
{
    if (!is_object(left) || (is_object(right) && type_of(right) != type_of(left)) ||
        op >= COUNT_OF(operator_rows) || op == OP_POWER)
        return 0;
    Function *function = special_cached(thread->frame, cell, operator_rows[op], left);
    if (!function || (in_place && has_inplace(type_of(left), op)))
        return 0;
    return enter_operator(thread, function, left, right,
                          USE_BINARY | (uint32_t)op << USE_OP_SHIFT |
                              (in_place ? USE_IN_PLACE : 0));
}

/* `!=` where object's __ne__ asks __eq__, in Python. */
static Function *find_equal(Frame *frame, Value *cell, Value o)
{
    uint64_t epoch = load_acquire(&type_epoch);
    Value unequal = type_lookup(type_of(o), slot_names[ROW_compare_NE]);
    if (!unequal || !has_shape(unequal, SHAPE_SLOT_WRAPPER) ||
        ((SlotWrapper *)unequal)->owner != &object_type)
        return 0;
    DictEntry *entry = special_entry(o, ROW_compare_EQ);
    Value method = entry ? load_acquire(&entry->value) : 0;
    if (!method || !has_shape(method, SHAPE_FUNCTION))
        return 0;
    remember(frame, cell, CACHE_SPECIAL_EQUAL, o, entry, epoch);
    return (Function *)method;
}

/* The method for a comparison; of `!=` it may be that of `==`. */
ALWAYS_INLINE Function *compare_function(Frame *frame, Value *cell, CompareOp op, Value o,
                                         uint32_t *flags)
{
    const CacheRecord *record = record_from_cell(o, load_acquire(cell));
    bool is_equal = record && record->kind == CACHE_SPECIAL_EQUAL;
    Function *function;
    if (likely(record != 0)) {
        function = function_from_record(record);
    } else {
        function = find_special(frame, cell, (SlotRow)(ROW_compare_LT + (int)op), o);
        if (!function && op == CMP_NE)
            is_equal = (function = find_equal(frame, cell, o)) != 0;
    }
    if (is_equal)
        *flags |= USE_NEGATED | USE_ALWAYS;
    return function;
}

/* Is the right operand of a comparison asked first? */
ALWAYS_INLINE bool right_is_derived(Value left, Value right)
{
    return is_python_instance(right) && type_of(right) != type_of(left) &&
           type_is_subtype(type_of(right), type_of(left));
}

Frame *compare_enter(Thread *thread, Value *cell, CompareOp op, uint32_t use, Value left,
                     Value right)
{
    uint32_t flags = USE_COMPARE | (uint32_t)op << USE_OP_SHIFT | use;
    Function *function = compare_function(thread->frame, cell, op, left, &flags);
    if (!function || right_is_derived(left, right))
        return 0;
    return enter_operator(thread, function, left, right, flags);
}

Frame *truth_enter(Thread *thread, uint32_t use, Value o)
{
    const Type *type = type_of(o);
    if (type->truth)
        return special_enter(thread, 0, ROW_truth_TRUTH, FRAME_OPERATOR | USE_TRUTH | use, o);
    if (type->length)
        return special_enter(thread, 0, ROW_length_LENGTH, FRAME_OPERATOR | USE_LENGTH | use, o);
    return 0;
}

/* ---- attributes */

/* __getattribute__ of a class that has no __getattr__. */
static Function *find_getattribute(Frame *frame, Value *cell, Value o)
{
    Type *type = type_of(o);
    if (type_flags(type) & (TYPE_DEFAULT_GETATTR | TYPE_GETATTR_HOOK) ||
        type_lookup(type, slot_names[ROW_getattr_GETATTR_HOOK]))
        return 0;
    return find_special(frame, cell, ROW_getattr_GETATTR, o);
}

ALWAYS_INLINE uint32_t use_of_attribute(Value o)
{
    return type_flags(type_of(o)) & TYPE_GETATTR_HOOK ? USE_ATTRIBUTE | USE_HOOKED : USE_ATTRIBUTE;
}

/* __get__ for an instance, or for a class: then that is what the attribute is of. */
static Frame *enter_get(Thread *thread, const CacheRecord *record, Value o, Value name,
                        Value instance, Value owner)
{
    Function *function = function_from_record(record);
    uint32_t use = instance == None ? USE_ATTRIBUTE : use_of_attribute(o);
    Frame *at = enter_behind_operands(thread, function, 3, o, name, use);
    if (at) {
        frame_registers(at)[0] = record->target;
        frame_registers(at)[1] = instance;
        frame_registers(at)[2] = owner;
    }
    return at;
}

static Frame *enter_getter(Thread *thread, const CacheRecord *record, Value o, Value name)
{
    Function *getter = accessor_from_record(record, false);
    if (likely(!(type_flags(type_of(o)) & TYPE_GETATTR_HOOK)))
        return enter_1(thread, getter, o);
    Frame *at = enter_behind_operands(thread, getter, 1, o, name, USE_ATTRIBUTE | USE_HOOKED);
    if (at)
        frame_registers(at)[0] = o;
    return at;
}

Frame *get_attr_enter(Thread *thread, Value *cell, const CacheRecord *record, Value o, Value name)
{
    Function *function;
    if (!record && !is_python_instance(o))
        return 0;
    switch (record ? record->kind : CACHE_SPECIAL) {
    case CACHE_PROPERTY:
        return enter_getter(thread, record, o, name);
    case CACHE_DESCRIPTOR:
        return enter_get(thread, record, o, name, o, (Value)type_of(o));
    case CACHE_TYPE_DESCRIPTOR:
        return enter_get(thread, record, o, name, None, o);
    case CACHE_ABSENT:
    case CACHE_SPECIAL:
        function =
            record ? function_from_record(record) : find_getattribute(thread->frame, cell, o);
        return enter_operator(thread, function, o, name, USE_ATTRIBUTE);
    default:
        return 0;
    }
}

Frame *set_attr_enter(Thread *thread, Value *cell, const CacheRecord *record, Value o, Value name,
                      Value value)
{
    if (!record) {
        bool own = is_python_instance(o) && !(type_flags(type_of(o)) & TYPE_DEFAULT_SETATTR);
        Function *setter = own ? find_special(thread->frame, cell, ROW_setattr_SETATTR, o) : 0;
        return enter_3(thread, setter, o, name, value);
    }
    switch (record->kind) {
    case CACHE_PROPERTY:
        return enter_2(thread, accessor_from_record(record, true), o, value);
    case CACHE_DESCRIPTOR:
        return enter_3(thread, function_from_record(record), record->target, o, value);
    case CACHE_SPECIAL:
        return enter_3(thread, function_from_record(record), o, name, value);
    default:
        return 0;
    }
}

/* ---- results */

/* What a comparison gives, of whose operands the left one's method has returned this. */
static Value compare_result(uint32_t flags, Value left, Value right, Value result)
{
    CompareOp op = (CompareOp)(flags >> USE_OP_SHIFT & USE_OP_MASK);
    bool negated = flags & USE_NEGATED;
    if (result == NotImplemented) {
        negated = false;
        result = object_compare_after_left(left, right, op);
    }
    if (!result || !(negated || flags & USE_JUMPS))
        return result;
    int truth = truth_of(result);
    return truth < 0 ? 0 : bool_value(truth != negated);
}

/* A truth value from what __bool__, __len__ or __contains__ has returned; or -1. */
static int truth_from(uint32_t kind, Value result)
{
    if (kind == USE_CONTAINS)
        return truth_of(result);
    if (kind == USE_LENGTH) {
        intptr_t length = length_from(result);
        return length < 0 ? -1 : length > 0;
    }
    if (result == True || result == False)
        return result == True;
    raise(TypeError, "__bool__ should return bool, returned %T", result);
    return -1;
}

Value special_result(const Frame *frame, Value result)
{
    const Value *kept = (const Value *)(const void *)frame - OPERANDS;
    uint32_t flags = frame->flags, kind = flags & USE_KIND;
    switch (kind) {
    case USE_BINARY:
        return result != NotImplemented
                   ? result
                   : number_after_left((BinaryOp)(flags >> USE_OP_SHIFT & USE_OP_MASK), kept[0],
                                       kept[1], flags & USE_IN_PLACE);
    case USE_COMPARE:
        return compare_result(flags, kept[0], kept[1], result);
    case USE_ATTRIBUTE:
    case USE_NEXT:
        return result;
    case USE_ITER:
        return type_of(result)->next
                   ? result
                   : raise(TypeError, "iter() returned non-iterator of type '%T'", result);
    default: {
        int truth = truth_from(kind, result);
        return truth < 0 ? 0 : bool_value(truth != !!(flags & USE_NEGATED));
    }
    }
}

Value special_failed(Thread *thread, Frame *frame)
{
    const Value *kept = (const Value *)(const void *)frame - OPERANDS;
    uint32_t flags = frame->flags, kind = flags & USE_KIND;
    Value o = kept[0], name = kept[1], value = 0;
    frame_pop(thread, frame);
    if (kind == USE_NEXT && loop_ended(thread, thread->frame))
        return True;
    if (kind != USE_ATTRIBUTE)
        return 0;
    if (flags & USE_HOOKED && error_clear_if(AttributeError))
        value = call_getattr_hook(o, name);
    if (!value)
        attribute_error_complete(o, name);
    return value;
}
