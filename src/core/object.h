/* The object header and shapes.
 *
 * Every heap object starts with one 8-byte header. A shape is the object's type plus the
 * layout of its attribute slots; shapes live in one array, so that an id is an
 * index, and comparing the 32-bit id answers 'is it exactly a list', 'which layout has it'
 * and 'is this cache still good'. Id 0 is no shape: the collector uses it for free cells.
 *
 * Flags are changed with atomic operations only on objects that another thread could
 * reach; SHARED is set by the owner before publishing (core/share.h), OLD and REMEMBERED
 * by the collector and its barrier (gc/heap.h).
 */
#ifndef WEFT_CORE_OBJECT_H
#define WEFT_CORE_OBJECT_H

#include "base/atomic.h"
#include "core/value.h"

typedef struct Type Type;
typedef struct Shape Shape;
struct Tracer;

struct Object {
    uint32_t shape;        /* atomic: written under the object's lock if SHARED */
    uint8_t flags;         /* atomic */
    uint8_t lock;          /* atomic: bit 0 locked, bit 1 has waiters */
    uint16_t native_count; /* atomic: references held by native extensions */
#ifdef CHECK_SHARING
    uint32_t owner; /* id of the thread that allocated it; immutable after init */
    uint32_t unused;
#endif
};

enum {
    FLAG_SHARED = 1,     /* more than one thread can reach it; so is all that it refers to */
    FLAG_OLD = 2,        /* survived a collection and is not in the remembered set */
    FLAG_STATIC = 4,     /* not in the collected heap; immortal; always a root */
    FLAG_WEAKREFS = 8,   /* the table of weak references has entries for it */
    FLAG_FINALIZED = 16, /* its finaliser was run */
    FLAG_INTERNED = 32,  /* a str in the intern table */
    FLAG_DUE = 64,       /* its finaliser is due: within a collection only */
};

/* Which C struct an object is, for subclasses as well: the layout of a class is that of
 * its solid builtin base. One byte in the shape, so a test such as `is_list` is two loads.
 * Generic trace code and fast paths switch on it. */
typedef enum Layout {
    LAYOUT_OTHER, /* whatever the type's own functions know */
#define LAYOUT(name) LAYOUT_##name,
#include "core/layouts.def"
#undef LAYOUT
    LAYOUT_COUNT
} Layout;

/* Shape ids of the builtin types that C code tests for exactly: SHAPE_LIST, ... They are
 * the root shapes of these types, fixed at compile time: `v->shape == SHAPE_LIST`. One for
 * each layout; others get theirs when their type is made ready. */
enum {
    SHAPE_FREE = 0,
#define LAYOUT(name) SHAPE_##name,
#include "core/layouts.def"
#undef LAYOUT
    SHAPE_FIRST_DYNAMIC
};

#define SHAPE_REGION_COUNT (1u << 20)

struct Shape {
    Type *type;            /* immutable after init; 0 for a raw layout without a type */
    uint32_t id;           /* immutable after init */
    uint8_t layout;        /* Layout; immutable after init */
    uint8_t dict_mode;     /* attributes are in a dict, not in slots; immutable after init */
    uint16_t slot_count;   /* attribute slots in use; immutable after init */
    Value name;            /* the attribute that this shape adds to its parent's; 0 in a root */
    uint32_t parent;       /* id, 0 in a root; immutable after init */
    uint32_t first_child;  /* atomic: newest transition; changed under the shape lock */
    uint32_t next_child;   /* the next older sibling; immutable after init */
    uint16_t child_count;  /* guarded by the shape lock */
    uint16_t inline_slots; /* attribute slots in the object itself: the same in a whole tree;
                              immutable */
    void *index;           /* atomic: name to slot, made when first asked; see core/shape.c */
    void (*trace)(Object *self, struct Tracer *tracer); /* immutable after init; 0: no references */
    uint32_t next_root; /* an older root of the same type; immutable after init */
    bool heap_type; /* `type` is collected: marking an instance marks it; immutable after init */
    /* All that an instance refers to besides is in so many Values behind so many words, if it is in
     * one piece (0 Values: it is not, or is nothing); immutable after init. */
    uint8_t values, values_after;
    uint8_t spare[1];
};
_Static_assert(sizeof(Shape) == 64, "one cache line a shape");

extern Shape shape_region[SHAPE_REGION_COUNT]; /* zero pages until used */

ALWAYS_INLINE Shape *shape_at(uint32_t id)
{
    return &shape_region[id];
}

/* Who sees a shape sees what was stored before it was published: the Shape itself, and the values
 * of the attributes that it names. */
ALWAYS_INLINE uint32_t shape_id(const void *object)
{
    return load_acquire(&((const Object *)object)->shape);
}

ALWAYS_INLINE Shape *shape_of(const void *object)
{
    return shape_at(shape_id(object));
}

/* `v` is an Object whose exact type is the one of root shape `id`. */
ALWAYS_INLINE bool has_shape(Value v, uint32_t id)
{
    return is_object(v) && shape_id(v) == id;
}

/* `v` is an Object with the C struct of `layout`: an instance of that type or a subclass. */
ALWAYS_INLINE bool has_layout(Value v, Layout layout)
{
    return is_object(v) && shape_of(v)->layout == layout;
}

ALWAYS_INLINE bool is_shared(const void *object)
{
    return load_relaxed(&((const Object *)object)->flags) & FLAG_SHARED;
}

#endif
