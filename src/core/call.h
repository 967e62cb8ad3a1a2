/* Calling, from C. All return 0 with an exception pending on failure. */
#ifndef WEFT_CORE_CALL_H
#define WEFT_CORE_CALL_H

#include "core/type.h"

/* callee(*args, **{kwnames: args[nargs..]}): the one general call. */
Value call(Value callee, Value *args, size_t nargs, Value kwnames) MUST_USE;
/* The same with `first` before the positional arguments. */
Value call_prepend(Value callee, Value first, Value *args, size_t nargs, Value kwnames) MUST_USE;
/* With a tuple and a dict (0: none), as f(*args, **kwargs). */
Value call_tuple_dict(Value callee, Value args, Value kwargs) MUST_USE;
#define call0(f)          call((f), 0, 0, 0)
#define call1(f, a)       call((f), (Value[]){(a)}, 1, 0)
#define call2(f, a, b)    call((f), (Value[]){(a), (b)}, 2, 0)
#define call3(f, a, b, c) call((f), (Value[]){(a), (b), (c)}, 3, 0)

/* receiver.name(...): args[0] is the receiver, nargs counts it; `name` is interned. */
Value call_method(Value name, Value *args, size_t nargs, Value kwnames) MUST_USE;
#define call_method0(o, name)          call_method((name), (Value[]){(o)}, 1, 0)
#define call_method1(o, name, a)       call_method((name), (Value[]){(o), (a)}, 2, 0)
#define call_method2(o, name, a, b)    call_method((name), (Value[]){(o), (a), (b)}, 3, 0)
#define call_method3(o, name, a, b, c) call_method((name), (Value[]){(o), (a), (b), (c)}, 4, 0)

/* Looks a special method up on the type (not the instance) and binds it only if it must:
 * returns the callable, and in *self_first whether the receiver is to be passed first. 0
 * without an exception if the type has none. */
Value lookup_special(Value receiver, Value name, bool *self_first);
/* lookup_special and call; 0 without an exception if absent (test error_pending). args[0] is the
 * receiver. */
Value call_special(Value name, Value *args, size_t nargs) MUST_USE;

/* Calls a builtin definition: binds the arguments to its signature. `self_or_class` becomes
 * args[0] of a method, class method or constructor; 0 for the others. */
Value builtin_call(const MethodDef *def, Value self_or_class, Value *args, size_t nargs,
                   Value kwnames) MUST_USE;
/* The same for arguments that hold self as args[0] already: no copy if they are complete. */
Value builtin_call_bound(const MethodDef *def, Value *args, size_t nargs, Value kwnames) MUST_USE;

/* Builtin function objects. `self` is bound first (0: none); `module` names its __module__. */
typedef struct Builtin {
    Object ob;
    MethodDef *def;
    Value self;   /* immutable after init */
    Value module; /* str or 0; immutable after init */
    Type *owner;  /* the type whose method it is, or 0 */
} Builtin;
extern Type builtin_type;
Value builtin_new(MethodDef *def, Value self, Value module);
/* The `__new__` in the dict of a builtin type, and back: the type, or 0 for any other value. */
Value builtin_new_constructor(Type *owner);
/* A __new__ whose signature has nothing that can be named drops the keyword arguments of subclasses
 * that override __init__: those are for the latter. */
bool constructor_ignores_keywords(Type *type, const MethodDef *def);
Type *builtin_new_owner(Value v);

/* A method bound to its instance. */
typedef struct Method {
    Object ob;
    Value function, self; /* immutable after init */
} Method;
extern Type method_type;
Value method_new(Value function, Value self);

/* What a builtin type's METHOD becomes in its dict: `list.append`. CLASS_METHODs have the same
 * struct and a type of their own. */
typedef struct MethodDescriptor {
    Object ob;
    MethodDef *def;
    Type *owner;
} MethodDescriptor;
extern Type method_descriptor_type, classmethod_descriptor_type;

void call_start(void);

#endif
