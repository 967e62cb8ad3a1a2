/* The Pickler type, its memo seen from Python, and one dump. */
#include "modules/pickle/pickle.h"

#include "core/attribute.h"
#include "core/call.h"
#include "core/module.h"
#include "core/names.h"
#include "gc/heap.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

static Pickler *as_pickler(Value v)
{
    return (Pickler *)v;
}

static void pickler_trace(Object *self, Tracer *tracer)
{
    Pickler *p = (Pickler *)self;
    gc_visit(tracer, load_relaxed(&p->write));
    gc_visit(tracer, load_relaxed(&p->buffer_callback));
    gc_visit(tracer, load_relaxed(&p->persistent_id));
    gc_visit(tracer, load_relaxed(&p->dispatch_table));
    gc_visit(tracer, load_relaxed(&p->reducer_override));
    gc_visit(tracer, load_relaxed(&p->find_persistent));
    gc_visit(tracer, load_relaxed(&p->fast_memo));
    gc_visit(tracer, (Value)load_relaxed(&p->memo));
    gc_visit(tracer, (Value)load_relaxed(&p->output));
}

/* ---- Making one ------------------------------------------------------------------------- */

static bool set_protocol(Pickler *p, Value protocol, bool fix_imports)
{
    int64_t n = PICKLE_DEFAULT_PROTOCOL;
    if (protocol != None)
        TRY(index_as_int64(protocol, &n));
    if (n < 0)
        n = PICKLE_HIGHEST_PROTOCOL;
    if (n > PICKLE_HIGHEST_PROTOCOL)
        return raise(ValueError, "pickle protocol must be <= %d", PICKLE_HIGHEST_PROTOCOL);
    p->proto = (int32_t)n;
    store_relaxed(&p->bin, n > 0);
    p->fix_imports = fix_imports && n < 3;
    return true;
}

bool pickler_set_up(Pickler *p, Value file, Value protocol, Value fix_imports,
                    Value buffer_callback)
{
    int fix = TRY_NOT_NEGATIVE(object_truth(fix_imports), false);
    TRY(set_protocol(p, protocol, fix));
    if (file) {
        Value write;
        TRY(get_attr_optional(file, names.write, &write));
        if (!write)
            return raise(TypeError, "file must have a 'write' attribute");
        gc_store(p, &p->write, write);
    }
    if (buffer_callback != None && p->proto < 5)
        return raise(ValueError, "buffer_callback needs protocol >= 5");
    gc_store(p, &p->buffer_callback, buffer_callback == None ? 0 : buffer_callback);
    return true;
}

NEW_METHOD(pickler_make, "*args, **kwargs")
{
    Pickler *p = TRY(NEW(Pickler, (Type *)args[0]));
    p->frame_start = -1;
    p->boundary = INTPTR_MAX;
    return (Value)p;
}

static bool initialise(Pickler *p, Value *args)
{
    pickle_memo_clear(p);
    pickle_reset_output(p);
    store_relaxed(&p->fast, 0);
    p->fast_nesting = 0;
    p->fast_memo = 0; /* NO_BARRIER: 0 */
    TRY(pickler_set_up(p, args[1], args[2], args[3], args[4]));
    if (load_relaxed(&p->dispatch_table) || type_of((Value)p) == &pickler_type)
        return true;
    Value table;
    TRY(get_attr_optional((Value)p, pickle_names.dispatch_table, &table));
    gc_store(p, &p->dispatch_table, table);
    return true;
}

INIT_METHOD(pickler_init, "file, protocol=None, fix_imports=True, buffer_callback=None")
{
    Pickler *p = as_pickler(args[0]);
    TURN_ALWAYS (p, &p->turn)
        return initialise(p, args) ? None : 0;
    return 0;
}

/* ---- One dump --------------------------------------------------------------------------- */

METHOD(pickler_persistent_id, "persistent_id", "obj, /", 0)
{
    return None;
}

static Value pickler_getattr(Value v, Value name)
{
    name = TRY(attribute_name(name));
    if (name == pickle_names.persistent_id) {
        Value own = load_acquire(&as_pickler(v)->persistent_id);
        if (own)
            return own;
    }
    return generic_getattr(v, name);
}

static bool pickler_setattr(Value v, Value name, Value value)
{
    name = TRY(attribute_name(name));
    if (name != pickle_names.persistent_id)
        return generic_setattr(v, name, value);
    gc_store(as_pickler(v), &as_pickler(v)->persistent_id, value);
    return true;
}

bool pickle_find_hook(Value self, Value own, Value name, const MethodDef *original, Value *hook)
{
    Value found = type_lookup(type_of(self), name);
    *hook = own;
    if (own || (found && has_layout(found, LAYOUT_METHOD_DESCRIPTOR) &&
                ((MethodDescriptor *)found)->def == original))
        return true;
    *hook = get_attr(self, name);
    return *hook != 0;
}

static bool find_hooks(Pickler *p)
{
    Value override = 0, persistent = 0, own = load_acquire(&p->persistent_id);
    if (own || type_of((Value)p) != &pickler_type) {
        TRY(get_attr_optional((Value)p, pickle_names.reducer_override, &override));
        TRY(pickle_find_hook((Value)p, own, pickle_names.persistent_id, M(pickler_persistent_id),
                             &persistent));
    }
    gc_store(p, &p->reducer_override, override);
    gc_store(p, &p->find_persistent, persistent);
    return true;
}

static bool write_pickle(Pickler *p, Value object)
{
    if (p->proto >= 2)
        TRY(pickle_write(p, (char[]){(char)PICKLE_PROTO, (char)p->proto}, 2));
    if (p->proto >= 4)
        TRY(pickle_start_framing(p));
    TRY(pickle_save(p, object) && pickle_op(p, PICKLE_STOP));
    pickle_end_frame(p);
    return !p->write || pickle_flush(p);
}

bool pickler_dump(Pickler *p, Value object)
{
    pickle_reset_output(p);
    bool done = find_hooks(p) && write_pickle(p, object);
    p->framing = false;
    p->reducer_override = 0; /* NO_BARRIER: 0 */
    p->find_persistent = 0;  /* NO_BARRIER: 0 */
    return done;
}

METHOD(pickler_dump_method, "dump", "obj, /",
       "Write a pickled representation of the given object to the open file.")
{
    Pickler *p = as_pickler(args[0]);
    if (!load_relaxed(&p->write)) /* it never goes back to 0 */
        return raise(PicklingError, "Pickler.__init__() was not called by %T.__init__()", args[0]);
    TURN_ALWAYS (p, &p->turn)
        return pickler_dump(p, args[1]) ? None : 0;
    return 0;
}

METHOD(pickler_clear_memo, "clear_memo", "/",
       "Clears the pickler's \"memo\".\n\n"
       "The memo is the data structure that remembers which objects the\n"
       "pickler has already seen, so that shared or recursive objects are\n"
       "pickled by reference and not by value.  This method is useful when\n"
       "re-using picklers.")
{
    Pickler *p = as_pickler(args[0]);
    TURN_ALWAYS (p, &p->turn) {
        pickle_memo_clear(p);
        return None;
    }
    return 0;
}

METHOD(pickler_sizeof, "__sizeof__", "/", "Returns size in memory, in bytes.")
{
    Pickler *p = as_pickler(args[0]);
    size_t size = type_of(args[0])->size;
    TURN_ALWAYS (p, &p->turn) {
        if (p->memo)
            size += sizeof(Array) + (size_t)p->memo->capacity * sizeof(Value);
        if (p->output)
            size += sizeof(Bytes) + (size_t)p->capacity;
        return int_from((intptr_t)size);
    }
    return 0;
}

/* ---- The memo --------------------------------------------------------------------------- */

typedef struct MemoProxy {
    Object ob;
    Value pickler; /* immutable after init */
} MemoProxy;

static void proxy_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((MemoProxy *)self)->pickler);
}

static Pickler *pickler_of(Value proxy)
{
    return as_pickler(((MemoProxy *)proxy)->pickler);
}

static Value pickler_get_memo(Value v)
{
    MemoProxy *proxy = TRY(NEW(MemoProxy, &pickler_memo_type));
    gc_store(proxy, &proxy->pickler, v);
    return (Value)proxy;
}

static Value memo_as_dict(Pickler *p)
{
    TURN_ALWAYS (p, &p->turn)
        return pickle_memo_as_dict(p);
    return 0;
}

static bool pickler_set_memo(Value v, Value value)
{
    Pickler *p = as_pickler(v);
    if (!value)
        return raise(TypeError, "attribute deletion is not supported");
    if (type_of(value) == &pickler_memo_type)
        value = TRY(memo_as_dict(pickler_of(value)));
    if (!is_dict(value))
        return raise(TypeError,
                     "'memo' attribute must be a PicklerMemoProxy object or dict, not %T", value);
    TURN_ALWAYS (p, &p->turn)
        return pickle_memo_set(p, value);
    return false;
}

METHOD(proxy_clear, "clear", "/", "Remove all items from memo.")
{
    return pickler_clear_memo((Value[]){((MemoProxy *)args[0])->pickler});
}

METHOD(proxy_copy, "copy", "/", "Copy the memo to a new object.")
{
    return memo_as_dict(pickler_of(args[0]));
}

METHOD(proxy_reduce, "__reduce__", "/", "Implement pickle support.")
{
    Value contents = TRY(memo_as_dict(pickler_of(args[0])));
    return tuple_of((Value)&dict_type, TRY(tuple_of(contents)));
}

static MethodDef *const proxy_methods[] = {M(proxy_clear), M(proxy_copy), M(proxy_reduce), 0};

Type pickler_memo_type = {
    TYPE_HEAD("_pickle.PicklerMemoProxy", MemoProxy),
    .hash = hash_unhashable,
    .methods = proxy_methods,
    .trace = proxy_trace,
    .flags = TYPE_NO_NEW,
};

/* ---- The type --------------------------------------------------------------------------- */

static MethodDef *const pickler_methods[] = {M(pickler_persistent_id), M(pickler_dump_method),
                                             M(pickler_clear_memo), M(pickler_sizeof), 0};

static const MemberDef pickler_members[] = {
    {"bin", MEMBER_INT32, offsetof(Pickler, bin), false, 0},
    {"fast", MEMBER_INT32, offsetof(Pickler, fast), false, 0},
    {"dispatch_table", MEMBER_VALUE_SLOT, offsetof(Pickler, dispatch_table), false, 0},
    {0},
};

static const GetSetDef pickler_getset[] = {{"memo", pickler_get_memo, pickler_set_memo, 0}, {0}};

Type pickler_type = {
    TYPE_HEAD("_pickle.Pickler", Pickler),
    .getattr = pickler_getattr,
    .setattr = pickler_setattr,
    .doc = "This takes a binary file for writing a pickle data stream.\n\n"
           "The optional *protocol* argument tells the pickler to use the given\n"
           "protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default\n"
           "protocol is 4. It was introduced in Python 3.4, and is incompatible\n"
           "with previous versions.\n\n"
           "Specifying a negative protocol version selects the highest protocol\n"
           "version supported.  The higher the protocol used, the more recent the\n"
           "version of Python needed to read the pickle produced.\n\n"
           "The *file* argument must have a write() method that accepts a single\n"
           "bytes argument. It can thus be a file object opened for binary\n"
           "writing, an io.BytesIO instance, or any other custom object that meets\n"
           "this interface.\n\n"
           "If *fix_imports* is True and protocol is less than 3, pickle will try\n"
           "to map the new Python 3 names to the old module names used in Python\n"
           "2, so that the pickle data stream is readable with Python 2.\n\n"
           "If *buffer_callback* is None (the default), buffer views are\n"
           "serialized into *file* as part of the pickle stream.\n\n"
           "If *buffer_callback* is not None, then it can be called any number\n"
           "of times with a buffer view.  If the callback returns a false value\n"
           "(such as None), the given buffer is out-of-band; otherwise the\n"
           "buffer is serialized in-band, i.e. inside the pickle stream.\n\n"
           "It is an error if *buffer_callback* is not None and *protocol*\n"
           "is None or smaller than 5.",
    .new_def = M(pickler_make),
    .init_def = M(pickler_init),
    .methods = pickler_methods,
    .members = pickler_members,
    .getset = pickler_getset,
    .trace = pickler_trace,
    .flags = TYPE_BASE,
};
