/* The out-of-line halves of instructions. Values and bools as everywhere: 0 is failure. */
#ifndef WEFT_VM_OPERATIONS_H
#define WEFT_VM_OPERATIONS_H

#include "core/slots.h"
#include "vm/cache.h"

/* ---- names (vm/names.c); `cell` is the instruction's feedback cell */
Value load_global(Frame *frame, Value name, Value *cell);
Value load_global_cached(Frame *frame, Value record); /* 0: cache miss, no exception */
bool store_global(Frame *frame, Value name, Value value);
bool delete_global(Frame *frame, Value name);
Value frame_load_name(Frame *frame, Value name, Value *cell);
bool frame_store_name(Frame *frame, Value name, Value value);
bool frame_delete_name(Frame *frame, Value name);
Value load_locals(Frame *frame);
Value load_free(Frame *frame, uint32_t index);
bool delete_free(Frame *frame, uint32_t index);
Value load_name_or_free(Frame *frame, uint32_t index);
Value load_dict_or_free(Frame *frame, Value mapping, uint32_t index);
Value load_dict_or_global(Frame *frame, Value mapping, Value name);
COLD bool raise_unbound_local(Value name);
COLD bool raise_unbound_cell(Frame *frame, uint32_t cell_register);
bool setup_annotations(Frame *frame);

/* ---- attributes through inline caches (vm/attribute_cache.c) */
Value get_attr_cached(Frame *frame, Value o, Value name, Value *cell);
bool set_attr_cached(Frame *frame, Value o, Value name, Value value, Value *cell);
/* Method, with *receiver = o or 0. */
Value load_method_cached(Frame *frame, Value o, Value name, Value *cell, Value *receiver);
bool load_super_attr(Frame *frame, Value *area, size_t how, Value name, Value *cell) MUST_USE;

/* ---- building and unpacking (vm/build.c) */
Value build_map(const Value *pairs, unsigned count);
Value build_set(const Value *items, unsigned count);
Value get_slice(Value o, Value start, Value stop); /* o[start:stop] */
Value build_string(const Value *parts, unsigned count);
bool extend_list_star(Value list, Value iterable);
bool update_dict_display(Value dict, Value mapping);
bool unpack_values(Value *target, Value iterable, unsigned count);
bool unpack_star(Value *target, Value iterable, unsigned before, unsigned after);
Value convert(Value o, unsigned conversion);

/* ---- calls (vm/call_ex.c, vm/call_class.c) */
bool is_mapping_like(Value o); /* false, perhaps with an exception */
bool merge_dict_call(Value dict, Value mapping, Value callee);
Value call_with_star(Value callee, Value positional, Value keywords);
/* Writes the arguments of a CALL_EX at `area` behind the registers in use, if that calls a Python
 * function, and returns where they are. 0: call_with_star has to do it, or an exception is pending.
 */
Value *call_ex_spread(Thread *thread, Value *area, size_t *nargs, Value *kwnames);

/* vm/call_cache.c: a call has found its callee's code, which has run before. */
void cache_callee(Frame *frame, Value *cell, Code *code);
/* The same of a class whose instances this code of its __init__ makes ready. */
bool cache_init(Frame *frame, Value *cell, Type *class, Code *code) MUST_USE;

/* Does do_call run Python code for the call of this class by class_call? */
bool class_runs_in_place(Value callee);
/* Begins the call of such a class. The frame to enter for it, not linked; or 0, and *result is its
 * outcome: 0 with an exception. */
Frame *class_call(Thread *thread, Type *type, Value *args, size_t nargs, Value kwnames,
                  Value *result) MUST_USE;
/* The same when the frame of its __new__, which was popped, has returned `made`. */
Frame *class_call_made(Thread *thread, const Frame *new, Value made, Value *result) MUST_USE;

/* ---- exceptions (vm/unwind.c) */
void traceback_add(Thread *thread, Frame *frame);
int traceback_line(Value frame, int lasti); /* of a Traceback: see LINENO_LATER */
void frame_back_to_raise(Thread *thread, Frame *frame);
const Handler *find_handler(const Frame *frame);
COLD void raise_statement(Value exception);
COLD void raise_from_statement(Value exception, Value cause);
/* False if there is none, with a RuntimeError in its place. */
COLD bool raise_again(Thread *thread);
bool match_group(Value exception, Value pattern, Value *match_and_rest);
bool load_with(Value manager, Value *leave, Value *enter, Value *enter_self, bool is_async);
Value with_except(Value leave, Value self, Value exception);

/* ---- match statement (vm/match.c) */
Value match_keys(Value subject, Value keys);
Value match_class(Value subject, Value class, unsigned positional, Value names);

/* ---- imports (vm/import.c) */
Value import_name(Frame *frame, Value name, Value level_and_fromlist);
Value import_from(Value module, Value name);
bool import_star(Frame *frame, Value module);

/* ---- special methods in Python, run by the instruction (vm/operator_frame.c) */

/* In the flags of a frame with FRAME_OPERATOR: what becomes of its result. */
enum {
    USE_OP_SHIFT = FRAME_TARGET_SHIFT, /* BinaryOp or CompareOp */
    USE_OP_MASK = 15,
    USE_HOOKED = 1 << 16,   /* of an attribute: __getattr__ is asked after an AttributeError */
    USE_IN_PLACE = 1 << 20, /* of an operator */
    USE_NEGATED = 1 << 21,  /* of a truth value the other */
    USE_JUMPS = 1 << 22,    /* no register gets it, but the caller goes on Frame.result words
                             * further if it is true (USE_SENSE), or if it is false */
    USE_SENSE = 1 << 23,
    USE_ALWAYS = 1 << 24, /* special_result has to look at all results */
    USE_BINARY = 0,
    USE_COMPARE = 1 << 25,
    USE_ATTRIBUTE = 2 << 25, /* what it fails with may want to know object and name */
    USE_NEXT = 3 << 25,      /* an item, or the end of the loop by a StopIteration */
    USE_ITER = 4 << 25,
    USE_TRUTH = 5 << 25,  /* of __bool__ */
    USE_LENGTH = 6 << 25, /* of __len__, for a truth value */
    USE_CONTAINS = 7 << 25,
    USE_KIND = 7 << 25
};

/* The method in Python that the class of `o` has for a row of slots, and where; or 0. */
DictEntry *special_entry(Value o, SlotRow row);
Function *special_function(Value o, SlotRow row);
/* Frames of such methods behind the running one, linked; 0, with no exception, if the general way
 * has to be gone. `cell`: of the instruction, or 0; it is for this one row. Without FRAME_OPERATOR
 * and a Use in the flags, the result is what the method returns. */
Frame *special_enter(Thread *thread, Value *cell, SlotRow row, uint32_t flags, Value o);
Frame *special_enter_2(Thread *thread, Value *cell, SlotRow row, uint32_t flags, Value o,
                       Value other);
Frame *special_enter_3(Thread *thread, Value *cell, SlotRow row, Value o, Value second,
                       Value third);
Frame *operator_enter(Thread *thread, Value *cell, BinaryOp op, bool in_place, Value left,
                      Value right);
Frame *compare_enter(Thread *thread, Value *cell, CompareOp op, uint32_t use, Value left,
                     Value right);
Frame *truth_enter(Thread *thread, uint32_t use, Value o);
/* Of an attribute: the getter or setter of a property, __get__ or __set__ of a descriptor,
 * __getattr__, __getattribute__ or __setattr__. `record`: the cell's for `o`, or 0. */
Frame *get_attr_enter(Thread *thread, Value *cell, const CacheRecord *record, Value o, Value name);
Frame *set_attr_enter(Thread *thread, Value *cell, const CacheRecord *record, Value o, Value name,
                      Value value);

/* May its class have methods in Python? */
ALWAYS_INLINE bool is_python_instance(Value o)
{
    uint32_t shape = is_object(o) ? shape_id(o) : 0;
    return shape >= SHAPE_FIRST_DYNAMIC && shape_at(shape)->heap_type;
}

/* Is what the method has returned the result as it is? */
ALWAYS_INLINE bool special_is_done(uint32_t flags, Value result)
{
    if (result == True || result == False)
        return !(flags & USE_ALWAYS);
    return (flags & USE_KIND) <= USE_NEXT && !(flags & (USE_ALWAYS | USE_JUMPS)) &&
           result != NotImplemented;
}
/* Else: what comes of it, a truth value if it decides a jump; or 0. The frame has been left. */
Value special_result(const Frame *frame, Value result) MUST_USE;
/* An exception leaves the frame, which is popped: the value of a hooked attribute, True at the end
 * of the caller's loop, or 0 if the exception goes on. */
Value special_failed(Thread *thread, Frame *frame) MUST_USE;

/* ---- the rest (vm/intrinsics.c) */
bool print_expression(Value o);
Value load_build_class(Frame *frame);
Value intrinsic_1(unsigned which, Value a);
Value intrinsic_2(unsigned which, Value a, Value b);

#endif
