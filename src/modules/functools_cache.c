/* functools._lru_cache_wrapper.
 *
 * A dict maps call keys to Links; bounded caches also chain their links, least recently used
 * first. Hashing and comparing keys runs Python code, so the dict is used without the lock (it is
 * safe by itself); the chain, `length` and the counters are guarded by the wrapper's lock.
 *
 * Invariant: a link whose `next` is not 0 is in the chain. A link leaves the chain under the lock
 * by whoever evicts it, who then takes it out of the dict. So for a moment the dict may hold links
 * that are in no chain: a hit on one of them still counts, and just isn't moved. */
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

typedef struct Link Link;
struct Link {
    Object ob;
    Link *previous, *next; /* guarded by the wrapper's lock; 0: not in the chain */
    Value key, result;     /* immutable after init */
    int64_t hash;          /* immutable after init */
};

typedef struct LruCache {
    Object ob;
    Value function, cache_info_type; /* immutable after init */
    Value cache;                     /* dict; atomic */
    Link *root;                      /* of the circular chain; immutable after init */
    intptr_t max_size;               /* -1: unbounded; immutable after init */
    intptr_t length, hits, misses;   /* guarded by lock */
    bool typed;                      /* immutable after init */
} LruCache;

static Type link_type;
static Object keyword_mark; /* between positional and keyword arguments in a key */
#define as_cache(v) ((LruCache *)(v))

static void link_trace(Object *self, Tracer *tracer)
{
    Link *link = (Link *)self;
    gc_visit(tracer, (Value)load_relaxed(&link->previous));
    gc_visit(tracer, (Value)load_relaxed(&link->next));
    gc_visit(tracer, link->key);
    gc_visit(tracer, link->result);
}

static void cache_trace(Object *self, Tracer *tracer)
{
    LruCache *c = as_cache(self);
    gc_visit(tracer, c->function);
    gc_visit(tracer, c->cache_info_type);
    gc_visit(tracer, load_relaxed(&c->cache));
    gc_visit(tracer, (Value)c->root);
}

/* ---- the chain: the caller holds the lock ---------------------------------------------------- */

static void connect_locked(Link *a, Link *b)
{
    gc_store(a, &a->next, b);
    gc_store(b, &b->previous, a);
}

static void unlink_locked(Link *link)
{
    connect_locked(link->previous, link->next);
    gc_store(link, &link->next, (Link *)0);
    gc_store(link, &link->previous, (Link *)0);
}

static void append_locked(LruCache *c, Link *link)
{
    connect_locked(c->root->previous, link);
    connect_locked(link, c->root);
}

static void clear_chain_locked(LruCache *c)
{
    while (c->root->next != c->root)
        unlink_locked(c->root->next);
    c->length = 0;
}

/* ---- keys
 * ---------------------------------------------------------------------------------------- */

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

/* ---- calling
 * ------------------------------------------------------------------------------------- */

static void count(LruCache *c, intptr_t *counter)
{
    WITH_LOCK (c)
        ++*counter;
}

static Value call_unbounded(LruCache *c, Value key, int64_t hash, Value *args, size_t nargs,
                            Value kwnames)
{
    Value cache = load_acquire(&c->cache);
    Value result = dict_get_hash(cache, key, hash);
    if (result) {
        count(c, &c->hits);
        return result;
    }
    if (error_pending())
        return 0;
    count(c, &c->misses);
    result = TRY(call(c->function, args, nargs, kwnames));
    return dict_set_hash(cache, key, hash, result) ? result : 0;
}

static void touch(LruCache *c, Link *link)
{
    WITH_LOCK (c) {
        c->hits++;
        if (link->next) {
            Link *last = c->root->previous;
            if (last != link) {
                unlink_locked(link);
                append_locked(c, link);
            }
        }
    }
}

/* Appends the link to the chain, and takes the least recently used one out of a full chain. Neither
 * if the cache was cleared since. */
static Link *chain_link(LruCache *c, Value cache, Link *link)
{
    Link *oldest = 0;
    WITH_LOCK (c) {
        if (load_relaxed(&c->cache) != cache)
            break;
        if (c->length < c->max_size || c->root->next == c->root) {
            c->length++;
        } else {
            oldest = c->root->next;
            unlink_locked(oldest);
        }
        append_locked(c, link);
    }
    return oldest;
}

/* Of recursive calls and other threads with the same key, one stores its link and chains it. */
static Value store(LruCache *c, Value cache, Value key, int64_t hash, Value result)
{
    Link *link = TRY(NEW(Link, &link_type));
    gc_store(link, &link->key, key);
    gc_store(link, &link->result, result);
    link->hash = hash;
    Value stored = TRY(dict_set_default_hash(cache, key, hash, (Value)link));
    if (stored != (Value)link)
        return result;
    Link *oldest = chain_link(c, cache, link);
    bool found;
    if (oldest)
        TRY(dict_delete(cache, oldest->key, &found));
    return result;
}

static Value call_bounded(LruCache *c, Value key, int64_t hash, Value *args, size_t nargs,
                          Value kwnames)
{
    Value cache = load_acquire(&c->cache);
    Value found = dict_get_hash(cache, key, hash);
    if (found) {
        touch(c, (Link *)found);
        return ((Link *)found)->result;
    }
    if (error_pending())
        return 0;
    count(c, &c->misses);
    Value result = TRY(call(c->function, args, nargs, kwnames));
    return store(c, cache, key, hash, result);
}

static Value cache_call(Value self, Value *args, size_t nargs, Value kwnames)
{
    LruCache *c = as_cache(self);
    if (!c_stack_check(" while calling a Python object"))
        return 0;
    if (c->max_size == 0) {
        count(c, &c->misses);
        return call(c->function, args, nargs, kwnames);
    }
    int64_t hash;
    Value key = TRY(make_key(c, args, nargs, kwnames));
    TRY(object_hash(key, &hash));
    return c->max_size < 0 ? call_unbounded(c, key, hash, args, nargs, kwnames)
                           : call_bounded(c, key, hash, args, nargs, kwnames);
}

/* ---- construction
 * ------------------------------------------------------------------------------------ */

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
    Link *root = TRY(NEW(Link, &link_type));
    connect_locked(root, root);
    LruCache *c = TRY(NEW(LruCache, (Type *)args[0]));
    gc_store(c, &c->function, args[1]);
    gc_store(c, &c->cache_info_type, args[4]);
    gc_store(c, &c->cache, dict);
    gc_store(c, &c->root, root);
    c->max_size = max_size;
    c->typed = typed;
    return (Value)c;
}

/* ---- methods
 * -------------------------------------------------------------------------------------------- */

static Value cache_descr_get(Value self, Value instance, Value owner UNUSED)
{
    return instance && instance != None ? method_new(self, instance) : self;
}

METHOD(cache_info, "cache_info", "/", "Report cache statistics")
{
    LruCache *c = as_cache(args[0]);
    intptr_t hits = 0, misses = 0, length = 0;
    WITH_LOCK (c) {
        hits = c->hits;
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
    WITH_LOCK (c) {
        gc_store(c, &c->cache, dict);
        clear_chain_locked(c);
        c->hits = c->misses = 0;
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
