/* Fast paths of calls, for the dispatch loop. Each returns 0 where the general path has to go on.
 */
#ifndef WEFT_VM_CALL_INLINE_H
#define WEFT_VM_CALL_INLINE_H

#include "vm/interp_inline.h"

/* A call of it with as many arguments as it has parameters needs no more than a frame. */
ALWAYS_INLINE bool code_is_plain(const Code *code)
{
    return !code->kwonly_argcount &&
           !(code->flags & (CODE_VARARGS | CODE_VARKEYWORDS | CODE_GENERATOR | CODE_COROUTINE |
                            CODE_ASYNC_GENERATOR));
}

ALWAYS_INLINE bool code_has_run(const Code *code)
{
    return likely(load_acquire(&code->feedback) != 0) || !load_relaxed(&code->feedback_count);
}

/* The function's code, taken from the `content` of the call's cell if that is it: the processor
 * goes on with the instructions of the callee before it knows what the function's code is, as
 * whether the two are the same is a branch, and predicted. */
ALWAYS_INLINE Code *code_of_callee(const Function *function, Value content)
{
    Code *code = (Code *)content, *own = load_acquire(&function->code);
    __asm__("" : "+r"(code)); /* so that the compiler does not take the one for the other */
    return likely((Value)own == content) ? code : own;
}

/* Does a call of the class do nothing but make a plain instance and call its __init__? */
ALWAYS_INLINE bool makes_plain_instances(const Type *class)
{
    return class->make == object_type.make && type_of((Value) class)->call == type_type.call &&
           !(type_flags(class) & TYPE_ABSTRACT);
}

/* The __init__ of such a class, if it is a Python function; else 0. */
ALWAYS_INLINE Function *init_for_call(Value callee)
{
    if (!has_layout(callee, LAYOUT_TYPE) || !makes_plain_instances((Type *)callee))
        return 0;
    Value init = type_lookup((Type *)callee, names.__init__);
    return init && has_shape(init, SHAPE_FUNCTION) ? (Function *)init : 0;
}

/* The code of __init__, as by code_of_callee, when the callee is a class that the call's cell knows
 * and `nargs` arguments and an instance are all that a frame needs; else 0. */
ALWAYS_INLINE Code *known_init(Value callee, Value content, size_t nargs, Function **init)
{
    const CacheRecord *record = (CacheRecord *)content;
    if (!has_shape(content, SHAPE_CACHE_RECORD) || record->object != callee ||
        !makes_plain_instances((Type *)callee))
        return 0;
    *init = (Function *)load_acquire(record->entry);
    if (unlikely(!*init) || !has_shape((Value)*init, SHAPE_FUNCTION))
        return 0;
    Code *code = code_of_callee(*init, record->target);
    return likely(load_relaxed(&code->plain_arguments) == nargs + 2) ? code : 0;
}

/* The same, if it is plain code for `nargs` arguments and what the cell has; else 0. */
ALWAYS_INLINE Code *known_callee(Value callee, Value content, size_t nargs)
{
    Code *code = (Code *)content;
    __asm__("" : "+r"(code)); /* so that the compiler does not take the one for the other */
    return has_shape(callee, SHAPE_FUNCTION) &&
                   load_acquire(&((Function *)callee)->code) == (Code *)content &&
                   likely(load_relaxed(&code->plain_arguments) == nargs + 1)
               ? code
               : 0;
}

/* Makes and links the frame of plain code that has run before, whose arguments lie behind the
 * header `at`. false: the general path has to, as something is to be seen to. */
ALWAYS_INLINE bool frame_enter(Thread *thread, Frame *at, Frame *caller, Function *function,
                               Code *code)
{
    Value *registers = frame_registers(at), *end = registers + code->register_count;
    uint32_t depth = thread->depth + 1;
    if (unlikely(end > thread->stack_limit) || unlikely(depth > load_relaxed(&recursion_limit)))
        return false;
    thread->depth = depth;
    thread->gc.registers_top = end;
    for (Value *r = registers + code->argcount, *locals = registers + code->clear_count; r < locals;
         r++)
        *r = 0;
    at->caller = caller;
    at->code = code;
    at->pc = code_entry(code);
    at->function = function;
    at->locals = 0;
    at->frame_object = 0;
    at->generator = 0;
    at->flags = 0;
    thread->frame = at;
    return true;
}

/* frame_pop for a frame that is no entry. */
ALWAYS_INLINE void frame_pop_inline(Thread *thread, Frame *frame)
{
    if (unlikely(frame->frame_object))
        frame_object_detach(frame);
    thread->frame = frame->caller;
    thread->depth--;
    thread->gc.registers_top = frame_end(frame->caller);
}

/* The definition of a builtin that the call's cell knows, with all of its arguments, by position:
 * just its function is to be called. Of a method, the receiver is among the arguments. Else 0. */
ALWAYS_INLINE const MethodDef *known_builtin(Value callee, uint32_t shape, Value content,
                                             const Value *args, size_t nargs)
{
    const MethodDef *def;
    size_t self = shape == SHAPE_METHOD_DESCRIPTOR;
    if (callee != content)
        return 0;
    if (self) {
        const MethodDescriptor *d = (MethodDescriptor *)callee;
        if (!nargs || type_of(args[0]) != d->owner)
            return 0;
        def = d->def;
    } else {
        def = ((Builtin *)callee)->def;
    }
    const Signature *s = load_relaxed(&def->parsed);
    return likely(nargs == s->count + self) && likely(s->only_positional) ? def : 0;
}

/* Is the builtin, whose function is to be called with these arguments, one for known_builtin? Not a
 * bound method: there is a new one for each call. */
ALWAYS_INLINE bool may_be_known(Value callee, uint32_t shape, Value content)
{
    return !content &&
           (shape == SHAPE_METHOD_DESCRIPTOR || ((Builtin *)callee)->def->kind == KIND_FUNCTION);
}

/* The form of a builtin for two arguments; 0 if it has none. */
typedef Value (*PairFn)(Value a, Value b);
ALWAYS_INLINE PairFn pair_for_call(Value callee, uint32_t shape, size_t nargs, Value kwnames)
{
    return shape == SHAPE_BUILTIN && nargs == 2 && !kwnames ? ((Builtin *)callee)->def->pair : 0;
}

/* For a callee of shape SHAPE_BUILTIN or SHAPE_METHOD_DESCRIPTOR: a builtin function, a bound
 * method of a builtin type, or one called on an instance of just that type, whose arguments are
 * given by position: the definition, to be called with *args, which a bound method's self has been
 * put before, if that is above `low`, and the defaults of missing ones behind, if they end before
 * `room` does. Else 0: call() sorts it out. */
ALWAYS_INLINE const MethodDef *builtin_for_call(Value callee, uint32_t shape, Value **arguments,
                                                size_t nargs, Value kwnames, const Value *low,
                                                const Value *room)
{
    const MethodDef *def;
    size_t self;
    Value *args = *arguments, bound = 0;
    if (shape == SHAPE_METHOD_DESCRIPTOR) {
        MethodDescriptor *d = (MethodDescriptor *)callee;
        if (!nargs || type_of(args[0]) != d->owner)
            return 0;
        def = d->def;
        self = 1;
    } else {
        def = ((Builtin *)callee)->def;
        self = 0;
        if (def->kind != KIND_FUNCTION && def->kind != KIND_STATIC_METHOD) {
            if (def->kind != KIND_METHOD || args <= low)
                return 0;
            bound = ((Builtin *)callee)->self;
            self = 1;
            args--, nargs++;
        }
    }
    const Signature *s = load_acquire(&def->parsed);
    if (unlikely(!s) && !(s = signature_of(def)))
        error_clear();
    if (!s || kwnames || !s->rest_optional || nargs < s->required + self ||
        nargs > s->positional + self || args + s->count + self > room)
        return 0;
    for (size_t i = nargs; unlikely(i < s->count + self); i++)
        args[i] = s->parameters[i - self].fallback;
    if (unlikely(bound != 0)) {
        args[0] = bound;
        *arguments = args;
    }
    return def;
}

#endif
