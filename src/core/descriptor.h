/* What stands in the dicts of builtin types: methods, class methods, getsets, members. */
#ifndef WEFT_CORE_DESCRIPTOR_H
#define WEFT_CORE_DESCRIPTOR_H

#include "core/call.h"
#include "core/signature.h"
#include "core/slots.h"

typedef struct GetSet {
    Object ob;
    const GetSetDef *def;
    Type *owner;
} GetSet;

/* A field of the C struct, or a field of `__slots__`. Immutable after init, but for `message`. */
typedef struct Member {
    Object ob;
    Type *owner;
    Value name;      /* str */
    Value doc;       /* str or None */
    uint32_t offset; /* from the object; for SLOT_FIELD its number */
    uint8_t kind;    /* MemberKind */
    bool readonly;
    bool is_slot_field; /* declared by __slots__: see object_slot_field */
    Value message; /* atomic: (qualname, module, what AttributeError says of an empty field of such
                      a class), of the class that was asked last; or 0 */
} Member;
extern Type getset_type, member_type, slot_wrapper_type, method_wrapper_type;

Value method_descriptor_new(MethodDef *def, Type *owner);
Value getset_new(const GetSetDef *def, Type *owner);
Value member_new(const MemberDef *def, Type *owner);
/* Descriptor of the n-th field of __slots__ in `owner`. */
Value member_new_slot(Type *owner, Value name, unsigned n);
/* Where the member's Value is in `self`; kind MEMBER_VALUE or MEMBER_VALUE_SLOT. */
Value *member_field(Member *member, Value self);

Value method_wrapper_new(SlotWrapper *wrapper, Value self);

/* "descriptor 'x' for 'T' objects doesn't apply to a 'U' object" unless it does. */
bool descriptor_check(Type *owner, const char *name, Value self) MUST_USE;
Value descriptor_qualname(Type *owner, const char *name);
/* (getattr, (object, name)): how descriptors are pickled. */
Value descriptor_reduce(Value object, const char *name);
/* The mapping in which the running code finds builtins: set by the interpreter. */
extern Value (*builtins_hook)(void);
/* The builtin of that name, for pickling: where the running code finds builtins, which may run
 * Python code. AttributeError without one. */
Value builtin_named(const char *name);

/* Binding and calling with what messages need. site->self is set by the second. */
Value call_site(const CallSite *site, Value *args, size_t nargs, Value kwnames);
Value call_site_bound(const CallSite *site, Value *args, size_t nargs, Value kwnames);

void descriptor_start(void);
void slot_wrapper_start(void);

#endif
