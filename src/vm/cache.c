/* Feedback arrays, their registry, and cache records. */
#include "vm/cache.h"

#include "base/lock.h"
#include "compile/verify.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/share.h"
#include "types/tuple.h"

/* The cells of one code object. All of them are in one list, so that a flush finds them; they
 * leave it when they die. */
typedef struct Feedback {
    Object ob;
    struct Feedback *next, **link; /* guarded by caches_lock; not references */
    Value names;                   /* the code's; immutable after init */
    uint64_t name_bits;            /* name_bit of each of them; immutable after init */
    uint64_t stretches[4];         /* atomic; owned by vm/temporary.c */
    size_t count;
    Value cells[]; /* atomic */
} Feedback;

static Feedback *all_feedback; /* guarded by caches_lock */
static Mutex caches_lock;      /* raw: no safepoint is reached while it is held */

static void feedback_trace(Object *o, Tracer *tracer)
{
    Feedback *f = (Feedback *)o;
    gc_visit(tracer, f->names);
    gc_visit_range(tracer, f->cells, f->count);
}

static void feedback_release(Object *o)
{
    Feedback *f = (Feedback *)o;
    mutex_lock_raw(&caches_lock);
    if (f->link) {
        *f->link = f->next;
        if (f->next)
            f->next->link = f->link;
    }
    mutex_unlock(&caches_lock);
}

static Type feedback_type = {
    TYPE_HEAD("feedback", Feedback), .item_size = sizeof(Value),         .trace = feedback_trace,
    .release = feedback_release,     .flags = TYPE_NO_NEW | TYPE_HIDDEN,
};

static void record_trace(Object *o, Tracer *tracer)
{
    CacheRecord *record = (CacheRecord *)o;
    gc_visit(tracer, (Value)record->table);
    gc_visit(tracer, (Value)record->holder);
    gc_visit(tracer, record->object);
    gc_visit(tracer, record->target);
    gc_visit(tracer, (Value)record->next);
}

static Type record_type = {
    TYPE_HEAD("cache_record", CacheRecord),
    .trace = record_trace,
    .layout = LAYOUT_CACHE_RECORD,
    .flags = TYPE_NO_NEW | TYPE_HIDDEN,
};

/* Most code has nothing to do with a name, and is seen to have not without a look at its names. */
static uint64_t name_bit(Value name)
{
    return UINT64_C(1) << ((value_bits(name) >> 4 ^ value_bits(name) >> 10) & 63);
}

static uint64_t name_bits(Value names)
{
    uint64_t bits = 0;
    for (intptr_t i = 0; i < tuple_length(names); i++)
        bits |= name_bit(tuple_get(names, i));
    return bits;
}

uint64_t *code_stretch(const Code *code, uint32_t word)
{
    return &((Feedback *)load_acquire(&code->feedback_owner))->stretches[word * 0x9e3779b1u >> 30];
}

bool feedback_make(Code *code)
{
    if (unlikely(!code_complete(code)))
        return false;
    if (unlikely(load_acquire(&code->unverified)) && !code_admit(code))
        return false;
    Feedback *f =
        (Feedback *)object_alloc_items(&feedback_type, load_relaxed(&code->feedback_count));
    if (!f)
        return false;
    f->count = load_relaxed(&code->feedback_count);
    gc_store(f, &f->names, code->names);
    f->name_bits = name_bits(code->names);
    if (is_shared(code))
        share_value((Value)f);
    Value expected = 0;
    gc_barrier(code, (Value)f);
    if (!cas_acq_rel(&code->feedback_owner, &expected, (Value)f)) {
        store_release(&code->feedback, (uint64_t *)(void *)((Feedback *)expected)->cells);
        return true; /* another thread was first */
    }
    mutex_lock_raw(&caches_lock);
    f->next = all_feedback;
    f->link = &all_feedback;
    if (f->next)
        f->next->link = &f->next;
    all_feedback = f;
    mutex_unlock(&caches_lock);
    store_release(&code->feedback, (uint64_t *)(void *)f->cells);
    return true;
}

CacheRecord *cache_record_new(CacheKind kind)
{
    CacheRecord *record = NEW(CacheRecord, &record_type);
    if (record)
        record->kind = kind;
    return record;
}

void cache_install(Frame *frame, Value *cell, Value content, uint64_t epoch)
{
    Object *owner = load_acquire(&frame->code->feedback_owner);
    gc_barrier(owner, content);
    mutex_lock_raw(&caches_lock);
    if (load_acquire(&type_epoch) == epoch)
        store_release(cell, content); /* NO_BARRIER: done before taking the lock */
    mutex_unlock(&caches_lock);
}

static CacheRecord megamorphic = {
    .ob = {.shape = SHAPE_CACHE_RECORD, .flags = FLAG_STATIC | FLAG_SHARED},
    .kind = CACHE_MEGAMORPHIC,
};

/* A copy of a record, or of what a packed cell says, in front of `next`. */
static CacheRecord *record_before(Value content, CacheRecord *next)
{
    CacheRecord *copy = TRY(cache_record_new(CACHE_SLOT));
    if (is_int(content)) {
        copy->shape = (uint32_t)(value_bits(content) >> 32);
        copy->offset = (uint32_t)value_bits(content) >> 1;
    } else {
        const CacheRecord *record = (CacheRecord *)content;
        copy->kind = record->kind;
        copy->shape = record->shape;
        copy->count = record->count;
        copy->offset = record->offset;
        copy->new_shape = record->new_shape;
        copy->index = record->index;
        copy->entry = record->entry;
        gc_store(copy, &copy->table, record->table);
        gc_store(copy, &copy->holder, record->holder);
        gc_store(copy, &copy->object, record->object);
        gc_store(copy, &copy->target, record->target);
    }
    gc_store(copy, &copy->next, next);
    return copy;
}

bool cache_extend(Frame *frame, Value *cell, Value content, uint64_t epoch)
{
    Value old = load_acquire(cell);
    if (!old) {
        cache_install(frame, cell, content, epoch);
        return true;
    }
    if (cache_is_megamorphic(old))
        return true;
    CacheRecord *head = TRY(record_before(content, 0)), *chain = 0;
    unsigned length = 1;
    /* What was known of the same shape or object is stale. */
    for (Value v = old; v; v = is_int(v) ? 0 : (Value)((CacheRecord *)v)->next) {
        uint32_t shape = is_int(v) ? (uint32_t)(value_bits(v) >> 32) : ((CacheRecord *)v)->shape;
        Value object = is_int(v) ? 0 : ((CacheRecord *)v)->object;
        if (shape == head->shape && object == head->object)
            continue;
        chain = TRY(record_before(v, chain));
        length++;
    }
    gc_store(head, &head->next, chain);
    if (length > CACHE_CHAIN_MAX)
        cache_install(frame, cell, (Value)&megamorphic, epoch);
    else
        cache_install(frame, cell, length == 1 ? content : (Value)head, epoch);
    return true;
}

static bool tuple_has(Value names, Value name)
{
    for (intptr_t i = 0; i < tuple_length(names); i++)
        if (tuple_get(names, i) == name)
            return true;
    return false;
}

void cache_flush(Value name)
{
    STATS_ADD(cache_flushes);
    uint64_t bit = name ? name_bit(name) : 0;
    mutex_lock_raw(&caches_lock);
    for (Feedback *f = all_feedback; f; f = f->next) {
        if (name && (!(f->name_bits & bit) || !tuple_has(f->names, name)))
            continue;
        for (size_t i = 0; i < f->count; i++)
            store_release(&f->cells[i], (Value)0); /* NO_BARRIER: no value */
    }
    mutex_unlock(&caches_lock);
}

static bool leads_into(Value content, const DictTable *table)
{
    if (!has_shape(content, SHAPE_CACHE_RECORD))
        return false;
    for (const CacheRecord *record = (CacheRecord *)content; record; record = record->next)
        if (record->holder == table)
            return true;
    return false;
}

void cache_flush_table(const void *dict_table)
{
    const DictTable *table = dict_table;
    mutex_lock_raw(&caches_lock); /* whoever installs a record later finds the epoch moved */
    for (Feedback *f = load_relaxed(&table->cached) ? all_feedback : 0; f; f = f->next)
        for (size_t i = 0; i < f->count; i++)
            if (leads_into(load_relaxed(&f->cells[i]), table))
                store_release(&f->cells[i], (Value)0); /* NO_BARRIER: no value */
    mutex_unlock(&caches_lock);
}

void cache_after_fork_child(void)
{
    caches_lock.byte = 0;
}

void cache_start(void)
{
    type_ready(&feedback_type, 0);
    type_ready(&record_type, SHAPE_CACHE_RECORD);
    type_changed_hook = cache_flush;
    type_moved_hook = cache_flush_table;
    super_hook_start();
}
