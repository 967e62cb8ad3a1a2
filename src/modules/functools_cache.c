/* functools._lru_cache_wrapper.
 *
 * A dict maps call keys to Links; bounded caches also keep their links in a heap, by when they were
 * last used. A hit takes no lock: it stamps its link with the time. The link's place in the heap
 * still tells an earlier time (`placed`) then, until it has become the earliest: who looks for one
 * to evict moves it to where it belongs. So the least recently used link goes, in O(log maxsize),
 * and threads that hit the same cache do not wait for each other. Hits are counted for each thread.
 *
 * Hashing and comparing keys runs Python code, so the dict is used without the lock (it is safe by
 * itself); the heap, `length` and `misses` are guarded by the wrapper's lock. A link leaves the
 * heap under the lock by whoever evicts it, who then takes it out of the dict. So for a moment the
 * dict may hold links that are in no heap: a hit on one of them still counts. */
#include <string.h>
#include "base/clock.h"
#include "core/alloc.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "modules/functools_inner.h"
#include "core/dialect.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct Link {
    Object ob;
    Value key, result; /* immutable after init */
    int64_t hash;      /* immutable after init */
    int64_t stamp;     /* atomic: when it was used last */
    int64_t
        placed; /* the time by which it has its place in the heap; guarded by the wrapper's lock */
} Link;

/* The hits of one thread on a SHARED cache, in a cache line of their own. */
typedef struct HitCount {
    intptr_t hits; /* atomic; written by the thread that has the slot */
    char padding[64 - sizeof(intptr_t)];
} HitCount;

typedef struct LruCache {
    Object ob;
    Value function, cache_info_type; /* immutable after init */
    Value cache;                     /* dict; atomic */
    Array *heap;                     /* of Links, the earliest `placed` first; guarded by lock */
    Link *newest;                    /* used last, if the cache is SHARED; atomic */
    Raw *counts;                     /* of THREAD_SLOTS HitCounts, 0: not SHARED; atomic */
    intptr_t max_size;               /* -1: unbounded; immutable after init */
    int64_t clock;                   /* the last stamp of a cache of one thread */
    intptr_t length, misses;         /* guarded by lock */
    intptr_t hits;                   /* those that `counts` does not have; guarded by lock */
    intptr_t forgotten;              /* of `counts`, when the cache was cleared; guarded by lock */
    bool typed;                      /* immutable after init */
} LruCache;

static Type link_type;
static Object keyword_mark; /* between positional and keyword arguments in a key */
#define as_cache(v) ((LruCache *)(v))

static void link_trace(Object *self, Tracer *tracer)
{
    Link *link = (Link *)self;
    gc_visit(tracer, link->key);
    gc_visit(tracer, link->result);
}

static void cache_trace(Object *self, Tracer *tracer)
{
    LruCache *c = as_cache(self);
    gc_visit(tracer, c->function);
    gc_visit(tracer, c->cache_info_type);
    gc_visit(tracer, load_relaxed(&c->cache));
    gc_visit(tracer, (Value)load_relaxed(&c->heap));
    gc_visit(tracer, (Value)load_relaxed(&c->newest));
    gc_visit(tracer, (Value)load_relaxed(&c->counts));
}

/* ---- counting hits --------------------------------------------------------------------------- */

static HitCount *hit_counts(Raw *counts)
{
    return (HitCount *)(((uintptr_t)counts->data + 63) & ~(uintptr_t)63);
}

/* 0 with MemoryError. */
static Raw *make_counts(LruCache *c)
{
    intptr_t size = 63 + THREAD_SLOTS * (intptr_t)sizeof(HitCount);
    Raw *counts = TRY(raw_new(size));
    memset(counts->data, 0, (size_t)size);
    WITH_LOCK (c) {
        if (!c->counts)
            gc_store(c, &c->counts, counts);
    }
    return load_relaxed(&c->counts);
}

static bool count_hit(LruCache *c)
{
    Thread *thread = thread_self();
    if (is_shared(&c->ob) && thread->slot < THREAD_SLOTS) {
        Raw *counts = load_acquire(&c->counts);
        if (unlikely(!counts))
            counts = TRY(make_counts(c));
        intptr_t *hits = &hit_counts(counts)[thread->slot].hits;
        store_relaxed(hits, load_relaxed(hits) + 1);
    } else {
        WITH_LOCK (c)
            c->hits++;
    }
    return true;
}

static void count_miss(LruCache *c)
{
    WITH_LOCK (c)
        c->misses++;
}

/* All hits that threads have counted since the cache was made. The caller holds the lock. */
static intptr_t counted_locked(const LruCache *c)
{
    intptr_t total = 0;
    for (int i = 0; c->counts && i < THREAD_SLOTS; i++)
        total += load_relaxed(&hit_counts(c->counts)[i].hits);
    return total;
}

/* ---- the heap: the caller holds the lock ----------------------------------------------------- */

/* The time that a use has. */
static int64_t now(LruCache *c)
{
    return is_shared(&c->ob) ? monotonic_ns() : ++c->clock;
}

static void touch(LruCache *c, Link *link)
{
    if (!is_shared(&c->ob)) {
        link->stamp = ++c->clock;
    } else if (load_relaxed(&c->newest) != link) {
        store_relaxed(&link->stamp, monotonic_ns());
        gc_store(c, &c->newest, link);
    }
}

/* Puts the link, which is not in the heap, to `hole` or below, from where the earlier ones move up.
 */
static void sift_down_locked(LruCache *c, intptr_t hole, Link *link)
{
    Value *items = c->heap->items;
    for (intptr_t child; (child = 2 * hole + 1) < c->length; hole = child) {
        if (child + 1 < c->length &&
            ((Link *)items[child + 1])->placed < ((Link *)items[child])->placed)
            child++;
        if (((Link *)items[child])->placed >= link->placed)
            break;
        gc_store(c->heap, &items[hole], items[child]);
    }
    gc_store(c->heap, &items[hole], (Value)link);
}

/* The least recently used link comes to the top and is returned. */
static Link *find_oldest_locked(LruCache *c)
{
    /* Others may go on using what is moved: after as many moves as there are links any will do. */
    for (intptr_t moves = c->length;; moves--) {
        Link *top = (Link *)c->heap->items[0];
        int64_t stamp = load_relaxed(&top->stamp);
        if (stamp == top->placed || moves == 0)
            return top;
        top->placed = stamp;
        sift_down_locked(c, 0, top);
    }
}

/* Makes room for one more link. False with MemoryError. */
static bool reserve_locked(LruCache *c)
{
    intptr_t capacity = c->heap->capacity;
    if (c->length < capacity)
        return true;
    capacity *= 2;
    Array *heap = TRY(array_new(capacity < c->max_size ? capacity : c->max_size));
    for (intptr_t i = 0; i < c->length; i++)
        gc_store(heap, &heap->items[i], c->heap->items[i]);
    gc_store(c, &c->heap, heap);
    return true;
}

/* A new link is the most recently used one, which makes the end of the heap its place. Returns in
 * *oldest the one that had to go, 0 if none had. */
static bool add_locked(LruCache *c, Link *link, Link **oldest)
{
    link->placed = now(c);
    store_relaxed(&link->stamp,
                  link->placed); /* others may have found it in the dict and touch it */
    if (is_shared(&c->ob))
        gc_store(c, &c->newest, link); /* so that a use of the one before has its time again */
    if (c->length < c->max_size) {
        TRY(reserve_locked(c));
        gc_store(c->heap, &c->heap->items[c->length], (Value)link);
        c->length++;
    } else {
        *oldest = find_oldest_locked(c);
        sift_down_locked(c, 0, link);
    }
    return true;
}

/* ---- keys --------------------------------------------------------------------------------------
 */

static bool is_plain(Value v)
{
    return is_int(v) || is_str_exact(v) || has_shape(v, SHAPE_INT);
}

/* One int or str stands for itself; else a tuple: arguments, the mark and keyword arguments, types
 * if asked for. */
static Value make_key(const LruCache *c, Value *args, size_t nargs, Value kwnames)
{
    size_t named = kwnames ? (size_t)tuple_length(kwnames) : 0;
    if (!c->typed && !named && nargs == 1 && is_plain(args[0]))
        return args[0];
    size_t size = nargs + (named ? 1 + 2 * named : 0) + (c->typed ? nargs + named : 0);
    Value key = TRY(tuple_new((intptr_t)size));
    intptr_t n = 0;
    for (size_t i = 0; i < nargs; i++)
        tuple_init(key, n++, args[i]);
    if (named)
        tuple_init(key, n++, (Value)&keyword_mark);
    for (size_t i = 0; i < named; i++) {
        tuple_init(key, n++, tuple_get(kwnames, (intptr_t)i));
        tuple_init(key, n++, args[nargs + i]);
    }
    for (size_t i = 0; c->typed && i < nargs + named; i++)
        tuple_init(key, n++, (Value)type_of(args[i]));
    return key;
}

/* ---- calling -----------------------------------------------------------------------------------
 */

static Value call_unbounded(LruCache *c, Value key, int64_t hash, Value *args, size_t nargs,
                            Value kwnames)
{
    Value cache = load_acquire(&c->cache);
    Value result = dict_get_hash(cache, key, hash);
    if (result)
        return count_hit(c) ? result : 0;
    if (error_pending())
        return 0;
    count_miss(c);
    result = TRY(call(c->function, args, nargs, kwnames));
    return dict_set_hash(cache, key, hash, result) ? result : 0;
}

/* Of recursive calls and other threads with the same key, one stores its link. Not if the cache was
 * cleared since. */
static Value store(LruCache *c, Value cache, Value key, int64_t hash, Value result)
{
    Link *link = TRY(NEW(Link, &link_type));
    gc_store(link, &link->key, key);
    gc_store(link, &link->result, result);
    link->hash = hash;
    Value stored = TRY(dict_set_default_hash(cache, key, hash, (Value)link));
    if (stored != (Value)link)
        return result;
    Link *oldest = 0;
    bool ok = true, found;
    WITH_LOCK (c) {
        if (load_relaxed(&c->cache) == cache)
            ok = add_locked(c, link, &oldest);
    }
    if (!ok) /* it is in no heap: nobody would evict it */
        oldest = link;
    if (oldest)
        TRY(dict_delete(cache, oldest->key, &found));
    return ok ? result : 0;
}

static Value call_bounded(LruCache *c, Value key, int64_t hash, Value *args, size_t nargs,
                          Value kwnames)
{
    Value cache = load_acquire(&c->cache);
    Value found = dict_get_hash(cache, key, hash);
    if (found) {
        touch(c, (Link *)found);
        return count_hit(c) ? ((Link *)found)->result : 0;
    }
    if (error_pending())
        return 0;
    count_miss(c);
    Value result = TRY(call(c->function, args, nargs, kwnames));
    return store(c, cache, key, hash, result);
}

static Value cache_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    LruCache *c = as_cache(self);
    if (!c_stack_check(" while calling a Python object"))
        return 0;
    if (c->max_size == 0) {
        count_miss(c);
        return call(c->function, args, nargs, kwnames);
    }
    int64_t hash;
    Value key = TRY(make_key(c, args, nargs, kwnames));
    TRY(object_hash(key, &hash));
    return c->max_size < 0 ? call_unbounded(c, key, hash, args, nargs, kwnames)
                           : call_bounded(c, key, hash, args, nargs, kwnames);
}

/* ---- construction ------------------------------------------------------------------------------
 */

static bool parse_max_size(Value v, intptr_t *out)
{
    *out = -1;
    if (v == None)
        return true;
    if (!has_index(v))
        return raise(TypeError, "maxsize should be integer or None");
    TRY(index_as_intptr(v, out));
    if (*out < 0)
        *out = 0;
    return true;
}

NEW_METHOD(cache_new, "user_function, maxsize, typed, cache_info_type")
{
    intptr_t max_size;
    if (!type_of(args[1])->call)
        return raise(TypeError, "the first argument must be callable");
    TRY(parse_max_size(args[2], &max_size));
    int typed = TRY_NOT_NEGATIVE(object_truth(args[3]), 0);
    Value dict = TRY(dict_new());
    Array *heap = TRY(array_new(max_size > 0 && max_size < 8 ? max_size : 8));
    LruCache *c = TRY(NEW(LruCache, (Type *)args[0]));
    gc_store(c, &c->function, args[1]);
    gc_store(c, &c->cache_info_type, args[4]);
    gc_store(c, &c->cache, dict);
    gc_store(c, &c->heap, heap);
    c->max_size = max_size;
    c->typed = typed;
    return (Value)c;
}

/* ---- methods -----------------------------------------------------------------------------------
 */

static Value cache_descr_get(Value self, Value instance, Value owner UNUSED)
{
    return instance && instance != None ? method_new(self, instance) : self;
}

METHOD(cache_info, "cache_info", "/", "Report cache statistics")
{
    LruCache *c = as_cache(args[0]);
    intptr_t hits = 0, misses = 0, length = 0;
    WITH_LOCK (c) {
        hits = c->hits + counted_locked(c) - c->forgotten;
        misses = c->misses;
        length = c->length;
    }
    if (c->max_size < 0)
        length = dict_length(load_acquire(&c->cache));
    Value values[] = {int_from(hits), int_from(misses),
                      c->max_size < 0 ? None : int_from(c->max_size), int_from(length)};
    return call(c->cache_info_type, values, COUNT_OF(values), 0);
}

METHOD(cache_clear, "cache_clear", "/", "Clear the cache and cache statistics")
{
    LruCache *c = as_cache(args[0]);
    Value dict = TRY(dict_new());
    Array *heap = TRY(array_new(c->max_size > 0 && c->max_size < 8 ? c->max_size : 8));
    WITH_LOCK (c) {
        gc_store(c, &c->cache, dict);
        gc_store(c, &c->heap, heap);
        gc_store(c, &c->newest, (Link *)0);
        c->length = c->hits = c->misses = 0;
        c->forgotten = counted_locked(c);
    }
    return None;
}

METHOD(cache_reduce, "__reduce__", "/", 0)
{
    return get_attr(args[0], names.__qualname__);
}

METHOD(cache_copy, "__copy__", "/", 0)
{
    return args[0];
}

METHOD(cache_deepcopy, "__deepcopy__", "memo, /", 0)
{
    return args[0];
}

static MethodDef *const cache_methods[] = {M(cache_info), M(cache_clear),    M(cache_reduce),
                                           M(cache_copy), M(cache_deepcopy), 0};

static Type link_type = {
    TYPE_HEAD("functools._lru_list_elem", Link),
    .trace = link_trace,
    .flags = TYPE_NO_NEW,
};

Type lru_cache_type = {
    TYPE_HEAD("functools._lru_cache_wrapper", LruCache),
    .call = cache_call,
    .descr_get = cache_descr_get,
    .new_def = M(cache_new),
    .methods = cache_methods,
    .trace = cache_trace,
    .flags = TYPE_BASE | TYPE_METHOD_LIKE,
    .tail_offset = sizeof(LruCache),
    .has_weakrefs = true,
    .doc = "Create a cached callable that wraps another function.",
};

void lru_cache_start(void)
{
    type_ready(&link_type, 0);
    keyword_mark.shape = object_type.root_shape;
    keyword_mark.flags = FLAG_STATIC | FLAG_SHARED;
}
