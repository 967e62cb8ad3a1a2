/* Inline caches. A feedback cell is one Value of the code's feedback array: 0 is empty, a tagged
 * int holds a shape id and an offset, a pointer leads to an immutable CacheRecord. Cells are
 * read and written with single operations, so that threads share them without locks and never
 * see half of one.
 *
 * No check of a class's state is needed when a cache is used: what a cache relies on is that
 * the kind of a class attribute does not change, and cache_flush empties all caches that may
 * have looked it up when it does. A record is only installed if no flush came between the lookup
 * and the store. The value of a class attribute or a global is read through its dict entry, which
 * stays valid as long as the dict has the same table.
 *
 * An instance in dictionary mode may have anything in its dict: a record for it is a guess of the
 * place there, and of what the class has if there is nothing.
 *
 * An attribute's cell that has met several shapes leads to a chain of records, CACHE_CHAIN_MAX at
 * most; one that has met more is megamorphic and left alone until the next flush.
 */
#ifndef WEFT_VM_CACHE_H
#define WEFT_VM_CACHE_H

#include "base/stats.h"
#include "types/dict.h"
#include "vm/frame.h"

typedef enum CacheKind {
    CACHE_GLOBAL,          /* entry in the globals' table */
    CACHE_BUILTIN,         /* entry in the builtins' table, absent from the globals' */
    CACHE_METHOD,          /* function in the class; nothing of that name in the shape */
    CACHE_CLASS_VALUE,     /* the same for something that is no descriptor */
    CACHE_DESCRIPTOR,      /* descriptor in the class, before which nothing of the instance comes;
                            * `entry`: its __get__ or __set__, if that is Python's; or 0 */
    CACHE_TYPE_DESCRIPTOR, /* the same of one certain class; class methods apart */
    CACHE_ABSENT,          /* nothing of that name: `entry` is the class's __getattr__ */
    CACHE_SPECIAL,         /* special method of the operand's class */
    CACHE_SPECIAL_EQUAL,   /* for `!=`: the __eq__ that decides it */
    CACHE_PROPERTY,        /* as CACHE_DESCRIPTOR, for a property */
    CACHE_SLOT,            /* slot at `offset`: what a packed cell says, in a chain */
    CACHE_SLOT_FAR,        /* slot in the overflow array */
    CACHE_MODULE,          /* entry in the dict of one certain module */
    CACHE_TYPE,            /* attribute of one certain class */
    CACHE_TARGET,          /* `target` itself: the function of a static method */
    CACHE_CLASS_METHOD,    /* the function of a class method of one certain class */
    CACHE_SUPER_METHOD,    /* what super() of the class `object` has for a shape's objects */
    CACHE_INIT,            /* __init__ of the class `object`, whose code is `target` */
    CACHE_ADD_SLOT,        /* a store that adds an attribute: shape becomes new_shape */
    CACHE_DICT,        /* in dictionary mode: the dict's, else the class's plain value, if any */
    CACHE_DICT_METHOD, /* the same for a function in the class */
    CACHE_MEGAMORPHIC  /* too many shapes: nothing is cached */
} CacheKind;
enum { CACHE_CHAIN_MAX = 4 };

typedef struct CacheRecord {
    Object ob;
    uint32_t shape, kind; /* immutable once installed, as all of it; shape 0: goes by `object` */
    uint32_t count;       /* CACHE_BUILTIN: entries of `table`, so that none was added */
    uint32_t offset; /* byte offset: CACHE_SLOT_FAR of the overflow array, CACHE_ADD_SLOT of the
                      * slot, CACHE_DICT, CACHE_DICT_METHOD of the dict */
    uint32_t new_shape;
    uint32_t index; /* CACHE_DICT, CACHE_DICT_METHOD: where in the dict `target` is likely to be */
    Value *entry;   /* where the value is, inside of `holder`'s table */
    DictTable *table;         /* the globals' or module's */
    DictTable *holder;        /* keeps `entry` alive, and for builtins is compared */
    Value object;             /* the module or class that it is for */
    Value target;             /* descriptor or function; name */
    struct CacheRecord *next; /* of the chain, or 0 */
} CacheRecord;

/* Packed cells: shape id in the high half, byte offset of the slot above the tag bit. */
ALWAYS_INLINE Value cell_pack(uint32_t shape, uint32_t offset)
{
    return (Value)(((uintptr_t)shape << 32) | ((uintptr_t)offset << 1) | 1);
}

bool feedback_make(Code *code) MUST_USE;
bool frame_too_deep(Thread *thread);
void cache_start(void);
void super_hook_start(void);
void cache_after_fork_child(void);
/* Empties every cell of the code objects that `name` occurs in as the name of an attribute or a
 * global; 0: of all. */
void cache_flush(Value name);
/* Empties the cells that hold the place of an entry in a DictTable, which a class has no more. */
void cache_flush_table(const void *dict_table);
/* A word in which vm/temporary.c remembers something about code that has run, at `word`. */
uint64_t *code_stretch(const Code *code, uint32_t word);
/* Stores a cell's new content unless a class changed since type_epoch was `epoch`. */
void cache_install(Frame *frame, Value *cell, Value content, uint64_t epoch);
/* The same for an attribute's cell: what it held before goes on behind `content` in a chain. */
bool cache_extend(Frame *frame, Value *cell, Value content, uint64_t epoch) MUST_USE;
ALWAYS_INLINE bool cache_is_megamorphic(Value content)
{
    return is_object(content) && ((CacheRecord *)content)->kind == CACHE_MEGAMORPHIC;
}
CacheRecord *cache_record_new(CacheKind kind);
/* A record of the value of an entry in a class's or a module's dict; 0: no memory. */
CacheRecord *record_for_entry(CacheKind kind, uint32_t shape, DictEntry *entry);

ALWAYS_INLINE Value global_from_cache(Frame *frame, Value *cell)
{
    CacheRecord *record = (CacheRecord *)load_acquire(cell);
    if (unlikely(!record))
        return 0;
    Function *function = frame->function;
    DictTable *table = load_acquire(&((Dict *)function->globals)->table);
    if (unlikely(table != record->table))
        return 0;
    if (record->kind == CACHE_BUILTIN &&
        (load_acquire(&table->count) != record->count ||
         load_acquire(&((Dict *)function->builtins)->table) != record->holder))
        return 0;
    STATS_ADD(global_hits);
    return load_acquire(record->entry);
}

/* The slot of `o` that the packed cell names; 0 if it is for another shape, or a record. */
ALWAYS_INLINE Value *slot_from_cell(Value o, Value content)
{
    if (likely(is_pointer(o) && is_int(content) && value_bits(content) >> 32 == shape_id(o)))
        return (Value *)(void *)((char *)o + ((uint32_t)value_bits(content) >> 1));
    return 0;
}

/* Is the record for this object? */
ALWAYS_INLINE bool record_is_for(const CacheRecord *record, Value o)
{
    return record->shape ? record->shape == shape_id(o) : record->object == o;
}

/* The record for `o` in an attribute's cell, or 0. */
ALWAYS_INLINE CacheRecord *record_from_cell(Value o, Value content)
{
    if (!is_object(content) || !is_pointer(o))
        return 0;
    CacheRecord *record = (CacheRecord *)content;
    while (record && !record_is_for(record, o))
        record = record->next;
    return record;
}

/* What an attribute is by the commonest kinds of records; else 0. */
ALWAYS_INLINE Value attribute_from_record(Value o, const CacheRecord *record)
{
    switch (record->kind) {
    case CACHE_SLOT:
        return load_acquire((Value *)(void *)((char *)o + record->offset));
    case CACHE_CLASS_VALUE:
    case CACHE_TYPE:
        return load_acquire(record->entry);
    case CACHE_TARGET:
        return record->target;
    default:
        return 0;
    }
}

/* The function of a method call and its receiver, or 0 there, by the commonest kinds of records;
 * else 0. */
ALWAYS_INLINE Value method_from_cache(Value o, Value content, Value *receiver)
{
    const CacheRecord *record = record_from_cell(o, content);
    Value method = 0;
    if (likely(record)) {
        bool is_method = likely(record->kind == CACHE_METHOD);
        method = is_method ? load_acquire(record->entry) : attribute_from_record(o, record);
        *receiver = is_method ? o : 0;
    }
    if (method)
        STATS_ADD(method_hits);
    else
        STATS_ADD(method_misses);
    return method;
}

/* The same for super().name of the class, if `super` is the builtin. */
ALWAYS_INLINE Value super_method_from_cache(Value class, Value o, Value content)
{
    if (!content || !is_pointer(o))
        return 0;
    for (const CacheRecord *record = (CacheRecord *)content; record; record = record->next)
        if (record->shape == shape_id(o) && record->object == class)
            return load_acquire(record->entry);
    return 0;
}

/* Stores an attribute of a local object by its cell; false if that has no record for it. */
ALWAYS_INLINE bool store_from_record(Value o, Value content, Value value)
{
    const CacheRecord *record = record_from_cell(o, content);
    if (!record || is_shared(o) || (record->kind != CACHE_SLOT && record->kind != CACHE_ADD_SLOT))
        return false;
    gc_store(o, (Value *)(void *)((char *)o + record->offset), value);
    if (record->kind == CACHE_ADD_SLOT)
        store_release(&o->shape, record->new_shape);
    return true;
}

#endif
