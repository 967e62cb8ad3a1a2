/* Types: a table of C slots, the method tables that builtin types are declared by, and the
 * attribute dictionary, MRO and shapes that both builtin and Python classes have.
 *
 * A builtin type is a static Type with designated initialisers, made ready by type_ready; a
 * Python class is a Type in the collected heap, made by type_new_class. Slots of Python
 * classes are filled from the dunder methods found along the MRO: with the C function itself
 * if what is found is the wrapper of a builtin type's slot, else with a function that calls
 * the Python method. The table that relates slots and dunder names is slots.def.
 */
#ifndef WEFT_CORE_TYPE_H
#define WEFT_CORE_TYPE_H

#include "base/lock.h"
#include "core/object.h"

/* One call with positional arguments args[0..nargs) followed by the values of the keyword
 * arguments that the tuple `kwnames` names (0: none). args belong to the caller: they must not
 * be changed. */
typedef Value (*CallFn)(Value callee, Value *args, size_t nargs, Value kwnames);
typedef Value (*NewFn)(Type *type, Value *args, size_t nargs, Value kwnames);
typedef bool (*InitFn)(Value self, Value *args, size_t nargs, Value kwnames);

typedef enum CompareOp { CMP_LT, CMP_LE, CMP_EQ, CMP_NE, CMP_GT, CMP_GE } CompareOp;

typedef Value (*UnaryFn)(Value self);
typedef Value (*BinaryFn)(Value a, Value b);           /* may return NotImplemented */
typedef Value (*TernaryFn)(Value a, Value b, Value c); /* pow: c is None if not given */
typedef Value (*CompareFn)(Value a, Value b, CompareOp op);
typedef bool (*HashFn)(Value self, int64_t *hash);
typedef Value (*GetAttrFn)(Value self, Value name);
typedef bool (*SetAttrFn)(Value self, Value name, Value value); /* value 0: delete */
typedef Value (*DescrGetFn)(Value self, Value instance,
                            Value owner); /* instance or owner may be 0 */
typedef bool (*DescrSetFn)(Value self, Value instance, Value value); /* value 0: delete */
typedef intptr_t (*LengthFn)(Value self);                            /* -1 on failure */
typedef int (*TestFn)(Value self);                                   /* 1, 0, or -1 on failure */
typedef int (*ContainsFn)(Value self, Value item);                   /* 1, 0, or -1 on failure */
typedef Value (*GetItemFn)(Value self, Value key);
typedef bool (*SetItemFn)(Value self, Value key, Value value); /* value 0: delete */
typedef Value (*NextFn)(Value self); /* 0 without a pending exception: exhausted */
/* One step of a generator, or what acts like one: *result is what it yielded or returned, 0 after
 * failure. */
typedef enum SendResult { SEND_YIELDED, SEND_RETURNED, SEND_FAILED } SendResult;
typedef SendResult (*SendFn)(Value self, Value value, Value *result);
/* Takes an item without running any Python code, or refuses it and does nothing; or fails, which is
 * false with an exception. */
typedef bool (*TakeFn)(void *context, Value item);
/* Steps of an iterator as long as `take` takes the items: the first one refused, or 0 at the end
 * and with an exception. */
typedef Value (*FeedFn)(Value self, TakeFn take, void *context);
/* A step of an iterator whose items are new tuples, for who takes them apart at once: writes what
 * `next` would put into a tuple of `count`. */
typedef enum NextParts {
    PARTS_OTHERWISE, /* its items are not of that length, and nothing was done: use `next` */
    PARTS_WRITTEN,
    PARTS_ENDED, /* exhausted, or failed with an exception */
} NextParts;
typedef NextParts (*NextPartsFn)(Value self, Value *parts, unsigned count);

/* The buffer protocol, C side: a view on `size` contiguous or strided bytes of `owner`. */
typedef struct Buffer {
    Value owner;
    char *data;
    intptr_t size, item_size;
    bool readonly; /* for who has this buffer */
    bool constant; /* nobody writes there */
    int ndim;
    const char *format;        /* struct syntax; 0 means "B" */
    intptr_t *shape, *strides; /* 0 for ndim 1 and contiguous */
    intptr_t inline_shape[1];
    Value keep; /* whatever must stay alive while the view is used */
} Buffer;
enum { BUFFER_READ = 0, BUFFER_WRITE = 1, BUFFER_STRIDED = 2 };
typedef bool (*GetBufferFn)(Value self, Buffer *buffer, int flags);
typedef void (*ReleaseBufferFn)(Value self, Buffer *buffer);

typedef struct Signature Signature; /* parsed signature string: core/signature.h */

/* A builtin function or method. `function` gets its parameters as an array, bound and
 * completed with defaults as `signature` says:
 *   "a, b=None, /, c=0, *, key=None"   each parameter is one element of args
 *   "x=?"        no default: the element is 0 when not given
 *   "x=?text"    the same, and __text_signature__ shows the text, which has no comma
 *   "*args"      one element, a tuple
 *   "**kwargs"   one element, a dict, or 0 when there are no such arguments
 *   "...; text"  __text_signature__ shows the text behind the semicolon instead
 *   "!...", and so on: how CPython's function takes its arguments, where messages tell:
 *                ! C varargs: "name() takes no keyword arguments", without the owner
 *                # a format without a name: "function missing required argument 'x' (pos 1)"
 *                $ C varargs and a format: also "name() takes exactly 2 arguments (0 given)"
 *                % keywords, though no parameter has a name: "takes exactly 1 positional argument"
 * Defaults are literals: ints, floats, strings, None, True, False, (), ''.
 * For METHOD args[0] is self (checked to be an instance), for CLASS_METHOD the class, and the
 * signature's first parameter is args[1]; for FUNCTION and STATIC_METHOD it is args[0]. */
typedef enum MethodKind {
    KIND_FUNCTION,
    KIND_METHOD,
    KIND_CLASS_METHOD,
    KIND_STATIC_METHOD
} MethodKind;
typedef struct MethodDef {
    const char *name, *signature, *doc;
    Value (*function)(Value *args);
    MethodKind kind;
    Signature *parsed; /* atomic: made at the first use */
    /* For functions of `*args`: does a call with just two arguments, and makes no tuple. Or 0 */
    Value (*pair)(Value a, Value b);
} MethodDef;

typedef struct GetSetDef {
    const char *name;
    Value (*get)(Value self);
    bool (*set)(Value self, Value value); /* value 0: delete; 0: read-only */
    const char *doc;
} GetSetDef;

typedef enum MemberKind {
    MEMBER_VALUE,      /* a Value; 0 reads as None */
    MEMBER_VALUE_SLOT, /* a Value; 0 raises AttributeError: __slots__ */
    MEMBER_INT32,
    MEMBER_INTPTR,
    MEMBER_BOOL8,
    MEMBER_CSTRING,
    MEMBER_DOUBLE /* read-only */
} MemberKind;
typedef struct MemberDef {
    const char *name;
    MemberKind kind;
    size_t offset;
    bool readonly;
    const char *doc;
} MemberDef;

enum {
    TYPE_READY = 1 << 0,
    TYPE_HEAP = 1 << 1,     /* a Python class: mutable attributes, collected */
    TYPE_BASE = 1 << 2,     /* may be subclassed */
    TYPE_ABSTRACT = 1 << 3, /* has abstract methods: cannot be instantiated */
    TYPE_HAS_DEL = 1 << 4,  /* instances have __del__ */
    TYPE_IS_TYPE = 1 << 5,  /* a metaclass */
    TYPE_IS_EXCEPTION = 1 << 6,
    TYPE_SEQUENCE = 1 << 7,         /* matches sequence patterns */
    TYPE_MAPPING = 1 << 8,          /* matches mapping patterns */
    TYPE_MATCH_SELF = 1 << 9,       /* class patterns take one positional, the subject itself */
    TYPE_METHOD_LIKE = 1 << 10,     /* a function: attribute call needs no bound method object */
    TYPE_DICT_ORDER = 1 << 11,      /* a dict or view of it that is iterated as dict itself is */
    TYPE_NO_NEW = 1 << 12,          /* "cannot create 'x' instances" */
    TYPE_LEAF = 1 << 13,            /* instances hold no references: born SHARED, never traced */
    TYPE_DEFAULT_GETATTR = 1 << 14, /* getattr slot is the generic one */
    TYPE_DEFAULT_SETATTR = 1 << 15,
    TYPE_UNION_MEMBER = 1 << 17, /* instances may be in a types.UnionType */
    TYPE_IMMUTABLE = 1 << 16,    /* attributes of the type cannot be set */
    TYPE_HIDDEN = 1 << 18,       /* no instance is ever seen by Python code */
    TYPE_KEYED = 1 << 20,        /* __getitem__ makes it no sequence */
    TYPE_GETATTR_HOOK = 1 << 21, /* the generic lookup, then __getattr__ */
    TYPE_INDEX_ONLY = 1 << 19,   /* __getitem__ and its kin want an index, whatever [] accepts */
};

struct Type {
    Object ob;
    const char *name; /* for builtin types with the module: "collections.deque"; UTF-8 */
    size_t size;      /* bytes of an instance, header included, without tail and items */
    size_t item_size; /* bytes of an item of a variable-size object, or 0 */
    /* ---- slots, in the order of slots.def; inherited from the base if 0 */
    UnaryFn repr, str;
    HashFn hash;
    CompareFn compare;
    CallFn call;
    GetAttrFn getattr;
    SetAttrFn setattr;
    UnaryFn iter;
    NextFn next;
    DescrGetFn descr_get;
    DescrSetFn descr_set;
    InitFn init;
    NewFn make; /* __new__ */
    UnaryFn del;
    UnaryFn await, aiter, anext;
    TestFn truth;
    UnaryFn negative, positive, absolute, invert, to_int, to_float, index;
    BinaryFn add, subtract, multiply, remainder, divmod, lshift, rshift, and_, xor_, or_,
        floor_divide, true_divide, matrix_multiply;
    TernaryFn power;
    BinaryFn iadd, isubtract, imultiply, iremainder, ilshift, irshift, iand, ixor, ior,
        ifloor_divide, itrue_divide, imatrix_multiply;
    TernaryFn ipower;
    LengthFn length;
    GetItemFn getitem;
    SetItemFn setitem;
    ContainsFn contains;
    BinaryFn concat, repeat; /* sequence + and *: tried after the number slots */
    BinaryFn iconcat, irepeat;
    GetBufferFn get_buffer;
    ReleaseBufferFn release_buffer;
    /* ---- what a builtin type declares besides */
    const char *doc;
    const char *signature;     /* of the constructor, if no definition below says it */
    const MethodDef *new_def;  /* KIND_STATIC_METHOD-like: args[0] is the class; sets `make` */
    const MethodDef *init_def; /* args[0] is self; returns None; sets `init` */
    MethodDef *const *methods; /* ends with 0 */
    const GetSetDef *getset;   /* ends with name 0 */
    const MemberDef *members;  /* ends with name 0 */
    void (*trace)(Object *self, struct Tracer *tracer); /* references of the C struct */
    void (*release)(Object *self); /* frees memory outside the heap; no Python, no allocation */
    /* Of the type that declares `del`, not inherited: has it anything to do? World stopped; 0:
     * always. And does it close what the finalisers of others may want to use? */
    bool (*del_due)(Object *self);
    bool (*del_settled)(Object *self); /* it never will have; 0: nobody knows. World stopped */
    bool del_closes;
    /* What `await` and `yield from` call in the place of `next`: no StopIteration in between. Not
     * inherited; may be 0. */
    SendFn send;
    NextPartsFn next_parts; /* not inherited, as is `feed`; or 0 */
    FeedFn feed;
    /* A call with one argument, by position; not inherited, or 0. */
    Value (*make_one)(Value argument);
    uint8_t layout;                /* Layout; inherited */
    uint32_t flags;                /* atomic */
    Type *base;                    /* 0: object. Guarded by the type lock, as are the following */
    Value dict;                    /* a Dict */
    Value bases, mro;              /* tuples */
    Value name_value, qualname;    /* str; 0 in static types until asked */
    struct Subclasses *subclasses; /* weak pointers, outside of the heap: core/type_subclasses.c */
    Value name_bytes;              /* Raw that holds `name` of a heap type, if its str does not */
    uint64_t looked_up[4]; /* atomic: a Bloom filter of the names whose lookup here is in a cache */
    uint32_t root_shape;   /* atomic: of new instances */
    uint32_t
        roots; /* atomic: all root shapes, chained by next_root; changed under the shape lock */
    uint32_t dict_shape; /* atomic: shape of instances in dictionary mode; 0: none yet */
    uint32_t
        tail_offset;       /* where attribute slots begin in an instance; 0: no __dict__. Not 0 but
                              meaningless in variable-size types, which have them at the cell's end */
    uint16_t inline_slots; /* atomic: attribute slots that instances turned out to need */
    uint32_t slot_fields;  /* Values of __slots__ in [slot_offset, slot_offset + 8 n) */
    uint32_t slot_offset;
    bool has_weakrefs; /* instances may be weakly referenced */
    Value slot_names;  /* tuple of the names in __slots__, or 0 */
    Value annotations_cache;
    void *extra; /* owned by the module that declares the type */
};

/* Static initialiser of the header of a builtin type, and its usual fields. */
#define TYPE_HEAD(name_, struct_)                                                                  \
    .ob = {.shape = SHAPE_TYPE, .flags = FLAG_STATIC}, .name = (name_), .size = sizeof(struct_)

ALWAYS_INLINE uint32_t type_flags(const Type *type)
{
    return load_relaxed(&type->flags);
}

/* The type of any value, tagged ones included. */
extern Type type_type, object_type, int_type, float_type, bool_type, none_type, notimplemented_type,
    ellipsis_type;
ALWAYS_INLINE Type *type_of(Value v)
{
    if (is_object(v))
        return shape_of(v)->type;
    return is_int(v) ? &int_type : &float_type;
}

ALWAYS_INLINE bool is_type(Value v)
{
    return is_object(v) && shape_of(v)->layout == LAYOUT_TYPE;
}

/* Fills in what a static type inherits, its dict, mro and root shape. Aborts on a mistake in
 * the declaration. `fixed_shape` is its SHAPE_x, or 0 for one from the dynamic range. */
void type_ready(Type *type, uint32_t fixed_shape);

/* Its __base__, which an assignment to __bases__ replaces by another one; 0: object, or not ready.
 */
ALWAYS_INLINE Type *type_base(const Type *type)
{
    return load_acquire(&type->base);
}

/* `type` is `base` or derives from it (real MRO, no __subclasscheck__). */
bool type_is_subtype(Type *type, Type *base);
/* Looks `name` (an interned str) up along the MRO; 0, without an exception, if absent. */
Value type_lookup(Type *type, Value name);
/* The same, giving the entry of the class dict that holds it, for caches: it stays where it is, and
 * its value stays of the same kind (plain value or not), until type_changed_hook is called for a
 * type of the MRO, or type_moved_hook for the table. A cache is to be filled without a safepoint
 * between the lookup and the store. If the value is 0, the entry was deleted since: ask
 * type_lookup. */
struct DictEntry *type_lookup_entry(Type *type, Value name);
/* Moves with each change that type_changed_hook tells of. atomic. */
extern uint64_t type_epoch;
/* For core/type*.c: lookups that `type` or (name 0) anything in it took part in are void. */
void type_invalidate(Type *type, Value name);

/* The type lock, for what Type says is guarded by it. No Python code runs under it, but for the
 * comparison of keys of a class dict that are no str; so its holder may enter again. */
typedef struct TypeLockScope {
    bool taken; /* rather than held already, or not needed */
    bool open;
} TypeLockScope;
TypeLockScope type_lock_enter(void);
void type_lock_leave(TypeLockScope *scope);
#define WITH_TYPE_LOCK                                                                             \
    for (TypeLockScope type_lock_scope_                                                            \
         __attribute__((cleanup(type_lock_leave))) = type_lock_enter();                            \
         type_lock_scope_.open; type_lock_scope_.open = false)

/* Around a fork: no thread is in the middle of a change of a class or of the tree of shapes. */
void type_before_fork(void);
void type_after_fork(void);

/* type.__setattr__ without the metatype's descriptors: stores (value 0: deletes) in the class dict,
 * and updates slots and caches. *found: it was there before. */
bool type_set_own(Type *type, Value name, Value value, bool *found) MUST_USE;
/* From now on a change of `name` in one of these classes flushes caches: for who finds it without
 * type_lookup and puts into a cache where. */
void type_note_lookup(Value mro, Value name);
/* type_ready's and type.__new__'s last step, and __bases__ assignment's. */
bool type_add_subclass(Type *base, Type *type) MUST_USE;
void type_remove_subclass(Type *base, Type *type);
/* Calls visit for each live direct subclass, perhaps twice. The caller holds the type lock. */
void type_each_subclass(Type *type, void (*visit)(Type *subclass, void *context), void *context);
Value type_subclasses_list(Type *type);
/* class statement and type(name, bases, dict): the whole of type.__new__ for metaclass `meta`. */
Value type_new_class(Type *meta, Value name, Value bases, Value namespace, Value *kwargs,
                     size_t nkw, Value kwnames);
/* Short name ("deque") for messages; static or collected storage. */
const char *type_short_name(Type *type);
const char *type_name(
    Type *type); /* as in messages: "collections.deque" for builtin ones, else the bare name */
#define TYPE_NAME(v) type_name(type_of(v))

/* isinstance / issubclass without and with the hooks. 1, 0, -1. */
ALWAYS_INLINE bool is_instance_of(Value v, Type *type)
{
    Type *t = type_of(v);
    return t == type || type_is_subtype(t, type);
}
int object_isinstance(Value v, Value class_or_tuple);
int object_issubclass(Value v, Value class_or_tuple);

/* A new instance with all fields zero: of type->size bytes, tail included (a Python class's
 * attributes), items for variable-size types, registered if it has a finaliser or release. */
Value object_alloc(Type *type) MUST_USE;
Value object_alloc_items(Type *type, size_t items) MUST_USE;
/* The same with `extra` bytes behind all else, *where, 8-aligned: for types of fixed size whose
 * instances hold data, without references, of their own length. */
Value object_alloc_extra(Type *type, size_t extra, void **where) MUST_USE;
#define NEW(T, type) ((T *)object_alloc(type))

/* Called after a class attribute changed kind: clears inline caches of attributes with that name
 * (an interned str), or with 0 all of them. Set by vm/. */
extern void (*type_changed_hook)(Value name);
/* Called after a class's dict got another table than this: clears what holds a place in it. */
extern void (*type_moved_hook)(const void *table);

#endif
