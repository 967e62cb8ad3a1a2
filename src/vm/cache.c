/* Feedback arrays, their registry, and cache records. */
#include "vm/cache.h"

#include "base/lock.h"
#include "core/alloc.h"
#include "core/error.h"
#include "core/share.h"

/* The cells of one code object. All of them are in one list, so that a flush finds them; they
 * leave it when they die. */
typedef struct Feedback {
    Object ob;
    struct Feedback *next, **link; /* guarded by caches_lock; not references */
    size_t count;
    Value cells[]; /* atomic */
} Feedback;

static Feedback *all_feedback; /* guarded by caches_lock */
static Mutex caches_lock;      /* raw: no safepoint is reached while it is held */

static void feedback_trace(Object *o, Tracer *tracer)
{
    Feedback *f = (Feedback *)o;
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
    TYPE_HEAD("feedback", Feedback), .item_size = sizeof(Value), .trace = feedback_trace,
    .release = feedback_release,     .flags = TYPE_NO_NEW,
};

static void record_trace(Object *o, Tracer *tracer)
{
    CacheRecord *record = (CacheRecord *)o;
    gc_visit(tracer, (Value)record->table);
    gc_visit(tracer, (Value)record->holder);
    gc_visit(tracer, record->object);
}

static Type record_type = {
    TYPE_HEAD("cache_record", CacheRecord),
    .trace = record_trace,
    .layout = LAYOUT_CACHE_RECORD,
    .flags = TYPE_NO_NEW,
};

bool feedback_make(Code *code)
{
    Feedback *f = (Feedback *)object_alloc_items(&feedback_type, code->feedback_count);
    if (!f)
        return false;
    f->count = code->feedback_count;
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

void cache_flush(Type *type)
{
    (void)type;
    mutex_lock_raw(&caches_lock);
    for (Feedback *f = all_feedback; f; f = f->next)
        for (size_t i = 0; i < f->count; i++)
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
    super_hook_start();
}
