/* The macro dialect of Weft's C: the whole of it.
 *
 *   METHOD(id, "name", "signature", "doc") { ... }   a builtin method's body; args[0] is self
 *   CLASS_METHOD, STATIC_METHOD, FUNCTION            the same for the other kinds
 *   NEW_METHOD(id, "signature") { ... }              __new__: args[0] is the class
 *   INIT_METHOD(id, "signature") { ... }             __init__: args[0] is self
 *   M(id)                                            an entry of a method table
 *   TRY(e)         the value of e, or propagates its failure (0, false) from this function
 *   TRY_OR(e, r)   the same, returning r on failure
 *   TRY_NOT_NEGATIVE(e, r)  for functions whose failure is a negative number
 *   TRY_INDEX(v)   v as a signed machine integer through __index__, or propagates
 *   WITH_LOCK(o) { ... }   holds o's lock in the block if o is SHARED; released on each exit
 *   BLOCKING { ... }       the block runs in the native state: it may not touch the heap
 */
#ifndef WEFT_CORE_DIALECT_H
#define WEFT_CORE_DIALECT_H

#include "core/type.h"

#define DEFINE_METHOD_(id, name_, signature_, doc_, kind_)                                         \
    static Value id(Value *args);                                                                  \
    static MethodDef id##_def UNUSED = {name_, signature_, doc_, id, kind_, 0, 0};                 \
    static Value id(Value *args UNUSED)

#define METHOD(id, name, signature, doc) DEFINE_METHOD_(id, name, signature, doc, KIND_METHOD)
#define CLASS_METHOD(id, name, signature, doc)                                                     \
    DEFINE_METHOD_(id, name, signature, doc, KIND_CLASS_METHOD)
#define STATIC_METHOD(id, name, signature, doc)                                                    \
    DEFINE_METHOD_(id, name, signature, doc, KIND_STATIC_METHOD)
#define FUNCTION(id, name, signature, doc) DEFINE_METHOD_(id, name, signature, doc, KIND_FUNCTION)
#define NEW_METHOD(id, signature)                                                                  \
    DEFINE_METHOD_(id, "__new__", signature, "Create and return a new object.", KIND_CLASS_METHOD)
#define INIT_METHOD(id, signature)                                                                 \
    DEFINE_METHOD_(id, "__init__", signature, "Initialize self.", KIND_METHOD)
#define M(id) (&id##_def)

#define TRY(e)                                                                                     \
    ({                                                                                             \
        __typeof__(e) try_ = (e);                                                                  \
        if (unlikely(!try_))                                                                       \
            return 0;                                                                              \
        try_;                                                                                      \
    })
#define TRY_OR(e, result)                                                                          \
    ({                                                                                             \
        __typeof__(e) try_ = (e);                                                                  \
        if (unlikely(!try_))                                                                       \
            return result;                                                                         \
        try_;                                                                                      \
    })
#define TRY_NOT_NEGATIVE(e, result)                                                                \
    ({                                                                                             \
        __typeof__(e) try_ = (e);                                                                  \
        if (unlikely(try_ < 0))                                                                    \
            return result;                                                                         \
        try_;                                                                                      \
    })
#define TRY_INDEX(v)                                                                               \
    ({                                                                                             \
        intptr_t try_index_;                                                                       \
        if (unlikely(!index_as_intptr((v), &try_index_)))                                          \
            return 0;                                                                              \
        try_index_;                                                                                \
    })
/* The same for an int only: __index__ is not asked. */
#define TRY_INT_INDEX(v)                                                                           \
    ({                                                                                             \
        Value try_int_ = (v);                                                                      \
        if (!is_int_any(try_int_))                                                                 \
            return raise(TypeError, "an integer is required");                                     \
        TRY_INDEX(try_int_);                                                                       \
    })

#endif
