/* Slots and dunder methods: the rows of slots.def, the wrappers that make the slots of builtin
 * types callable as methods, and the filling of the slots of Python classes. */
#ifndef WEFT_CORE_SLOTS_H
#define WEFT_CORE_SLOTS_H

#include "core/type.h"

typedef enum SlotKind {
    SLOT_UNARY,
    SLOT_HASH,
    SLOT_LT,
    SLOT_LE,
    SLOT_EQ,
    SLOT_NE,
    SLOT_GT,
    SLOT_GE,
    SLOT_CALL,
    SLOT_GETATTR,
    SLOT_GETATTR_HOOK,
    SLOT_SETATTR,
    SLOT_DELATTR,
    SLOT_ITER,
    SLOT_NEXT,
    SLOT_DESCR_GET,
    SLOT_DESCR_SET,
    SLOT_DESCR_DELETE,
    SLOT_INIT,
    SLOT_NEW,
    SLOT_TRUTH,
    SLOT_BINARY,
    SLOT_REFLECTED,
    SLOT_POWER,
    SLOT_RPOWER,
    SLOT_INPLACE,
    SLOT_IPOWER,
    SLOT_LENGTH,
    SLOT_GETITEM,
    SLOT_SETITEM,
    SLOT_DELITEM,
    SLOT_CONTAINS,
    SLOT_SEQUENCE_BINARY,
    SLOT_SEQUENCE_REFLECTED,
    SLOT_GET_BUFFER,
    SLOT_RELEASE_BUFFER
} SlotKind;

/* A row of slots.def. */
typedef struct SlotDef {
    const char *name, *doc;
    void (*generic)(void); /* the field's value in a class whose method is Python's; 0: none */
    uint16_t offset;       /* of the field in Type */
    uint8_t kind;          /* SlotKind */
} SlotDef;

typedef enum SlotRow {
#define SLOT(field, kind, dunder, doc) ROW_##field##_##kind,
#include "core/slots.def"
#undef SLOT
    SLOT_ROWS
} SlotRow;

extern const SlotDef slot_rows[SLOT_ROWS];
extern Value slot_names[SLOT_ROWS]; /* interned */

typedef void (*SlotFn)(void);
ALWAYS_INLINE SlotFn *slot_field(Type *type, const SlotDef *row)
{
    return (SlotFn *)(void *)((char *)type + row->offset);
}

/* What a builtin type's slot is in its dict: `int.__add__`. */
typedef struct SlotWrapper {
    Object ob;
    const SlotDef *row;
    Type *owner; /* a builtin type: its slots never change */
} SlotWrapper;
Value slot_wrapper_new(const SlotDef *row, Type *owner);
/* wrapper(self, *args): checks `self` and the arguments, and calls the slot. */
Value slot_wrapper_call(SlotWrapper *wrapper, Value self, Value *args, size_t nargs, Value kwnames);
const char *slot_signature(const SlotDef *row); /* "($self, /)" */

/* Static types: wrappers of its own slots go into its dict; what it leaves out is inherited. */
bool slots_add_wrappers(Type *type) MUST_USE;
void slots_inherit(Type *type);
/* Python classes: all slots from what the MRO holds. The caller holds the type lock, or nobody
 * else knows the type. */
void slots_fill(Type *type);
/* After attribute `name` of `type` changed: its slots and its subclasses'. False if `name` is no
 * slot's name. The caller holds the type lock. */
bool slots_update(Type *type, Value name);

/* The length that a __len__ in Python has returned; -1 with an exception. */
intptr_t length_from(Value result);
/* The truth value (or -1) of an object whose type has the slot of __len__. */
int truth_by_length(Value o);

/* __getattr__ of a class that has it, for a name that was not found. */
Value call_getattr_hook(Value self, Value name);

/* The functions that fill `make`, `init` for new_def and init_def. */
Value slot_builtin_make(Type *type, Value *args, size_t nargs, Value kwnames);
bool slot_builtin_init(Value self, Value *args, size_t nargs, Value kwnames);

void slots_start(void);

#endif
