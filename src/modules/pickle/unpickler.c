/* The Unpickler type, its memo seen from Python, and one load. */
#include "modules/pickle/pickle.h"

#include "core/attribute.h"
#include "core/call.h"
#include "core/module.h"
#include "core/names.h"
#include "gc/heap.h"
#include "types/codec.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"

static Unpickler *as_unpickler(Value v)
{
    return (Unpickler *)v;
}

static void unpickler_trace(Object *self, Tracer *tracer)
{
    Unpickler *u = (Unpickler *)self;
    gc_visit(tracer, load_relaxed(&u->read));
    gc_visit(tracer, load_relaxed(&u->readline));
    gc_visit(tracer, load_relaxed(&u->readinto));
    gc_visit(tracer, load_relaxed(&u->peek));
    gc_visit(tracer, load_relaxed(&u->buffers));
    gc_visit(tracer, load_relaxed(&u->encoding));
    gc_visit(tracer, load_relaxed(&u->errors));
    gc_visit(tracer, load_relaxed(&u->persistent_load));
    gc_visit(tracer, load_relaxed(&u->find_persistent));
    gc_visit(tracer, load_relaxed(&u->input));
    gc_visit(tracer, (Value)load_relaxed(&u->stack));
    gc_visit(tracer, (Value)load_relaxed(&u->marks));
    gc_visit(tracer, (Value)load_relaxed(&u->memo));
    gc_visit(tracer, load_relaxed(&u->sparse));
}

/* ---- Making one ------------------------------------------------------------------------- */

static bool set_name(Unpickler *u, Value *slot, const char *function, const char *what, Value name)
{
    if (!is_str(name))
        return raise(TypeError, "%s() argument '%s' must be str, not %T", function, what, name);
    TRY(str_cstring(name));
    gc_store(u, slot, name);
    return true;
}

static bool set_file(Unpickler *u, Value file)
{
    Value read, readline, readinto, peek;
    TRY(get_attr_optional(file, pickle_names.peek, &peek));
    TRY(get_attr_optional(file, pickle_names.readinto, &readinto));
    TRY(get_attr_optional(file, names.read, &read));
    TRY(get_attr_optional(file, names.readline, &readline));
    if (!read || !readline)
        return raise(TypeError, "file must have 'read' and 'readline' attributes");
    gc_store(u, &u->peek, peek);
    gc_store(u, &u->readinto, readinto);
    gc_store(u, &u->readline, readline);
    gc_store(u, &u->read, read);
    return true;
}

bool unpickler_set_up(Unpickler *u, const char *function, Value file, Value *options)
{
    int fix = TRY_NOT_NEGATIVE(object_truth(options[0]), false);
    TRY(set_name(u, &u->encoding, function, "encoding", options[1]));
    TRY(set_name(u, &u->errors, function, "errors", options[2]));
    store_relaxed(&u->fix_imports, fix);
    store_relaxed(&u->proto, 0);
    u->stack = list_empty_array; /* NO_BARRIER: static */
    if (file)
        TRY(set_file(u, file));
    bool none = options[3] == None || options[3] == tuple_empty();
    Value buffers = none ? 0 : TRY(get_iter(options[3]));
    gc_store(u, &u->buffers, buffers);
    return true;
}

NEW_METHOD(unpickler_make, "*args, **kwargs")
{
    Unpickler *u = TRY(NEW(Unpickler, (Type *)args[0]));
    u->stack = list_empty_array; /* NO_BARRIER: static */
    return (Value)u;
}

static bool initialise(Unpickler *u, Value *args)
{
    unpickle_memo_clear(u);
    u->read = 0;  /* NO_BARRIER: 0 */
    u->input = 0; /* NO_BARRIER: 0 */
    u->at = u->end = u->prefetched = 0;
    u->depth = u->fence = u->mark_count = 0;
    return unpickler_set_up(u, "Unpickler", args[1], args + 2);
}

INIT_METHOD(unpickler_init,
            "file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=()")
{
    Unpickler *u = as_unpickler(args[0]);
    TURN_ALWAYS (u, &u->turn)
        return initialise(u, args) ? None : 0;
    return 0;
}

/* ---- The instructions -------------------------------------------------------------------- */

static bool push_unsigned(Unpickler *u, int width)
{
    const unsigned char *data = TRY(unpickle_take(u, width));
    return unpickle_push(u, int_small(width == 1 ? data[0] : data[0] | data[1] << 8));
}

static bool push_signed(Unpickler *u)
{
    int32_t n;
    memcpy(&n, TRY(unpickle_take(u, 4)), 4);
    return unpickle_push(u, int_small(n));
}

/* The number after BINGET and the like; -1 with an exception. */
static intptr_t take_number(Unpickler *u, int width)
{
    uint32_t n;
    const unsigned char *data = TRY_OR(unpickle_take(u, width), -1);
    if (width == 1)
        return *data;
    memcpy(&n, data, 4);
    return n;
}

static bool get(Unpickler *u, int width)
{
    return unpickle_get_number(u, TRY_NOT_NEGATIVE(take_number(u, width), false));
}

static bool put(Unpickler *u, int width)
{
    return unpickle_put_number(u, TRY_NOT_NEGATIVE(take_number(u, width), false));
}

static bool pop_mark(Unpickler *u)
{
    return unpickle_drop(u, TRY_NOT_NEGATIVE(unpickle_pop_mark(u), false));
}

static bool push_new(Unpickler *u, Value v)
{
    return v && unpickle_push(u, v);
}

static bool duplicate(Unpickler *u)
{
    return unpickle_push(u, TRY(unpickle_top(u)));
}

static COLD bool bad_opcode(int opcode)
{
    if (opcode >= 0x20 && opcode <= 0x7e && opcode != '\'' && opcode != '\\')
        return raise(UnpicklingError, "invalid load key, '%c'.", opcode);
    return raise(UnpicklingError, "invalid load key, '\\x%02x'.", (unsigned)opcode);
}

/* One instruction but STOP, whose opcode has been read. */
static bool step(Unpickler *u, int opcode)
{
    switch (opcode) {
    case PICKLE_NONE:
        return unpickle_push(u, None);
    case PICKLE_NEWTRUE:
        return unpickle_push(u, True);
    case PICKLE_NEWFALSE:
        return unpickle_push(u, False);
    case PICKLE_BININT1:
        return push_unsigned(u, 1);
    case PICKLE_BININT2:
        return push_unsigned(u, 2);
    case PICKLE_BININT:
        return push_signed(u);
    case PICKLE_BINFLOAT:
        return unpickle_binfloat(u);
    case PICKLE_SHORT_BINUNICODE:
        return unpickle_counted_str(u, 1);
    case PICKLE_BINUNICODE:
        return unpickle_counted_str(u, 4);
    case PICKLE_BINUNICODE8:
        return unpickle_counted_str(u, 8);
    case PICKLE_MEMOIZE:
        return unpickle_put_number(u, u->memo_count);
    case PICKLE_BINPUT:
        return put(u, 1);
    case PICKLE_LONG_BINPUT:
        return put(u, 4);
    case PICKLE_BINGET:
        return get(u, 1);
    case PICKLE_LONG_BINGET:
        return get(u, 4);
    case PICKLE_MARK:
        return unpickle_push_mark(u);
    case PICKLE_EMPTY_LIST:
        return push_new(u, list_new(0));
    case PICKLE_EMPTY_DICT:
        return push_new(u, dict_new());
    case PICKLE_EMPTY_TUPLE:
        return unpickle_push(u, tuple_empty());
    case PICKLE_EMPTY_SET:
        return push_new(u, set_new());
    case PICKLE_TUPLE1:
    case PICKLE_TUPLE2:
    case PICKLE_TUPLE3:
        return unpickle_tuple_of(u, opcode - PICKLE_TUPLE1 + 1);
    case PICKLE_TUPLE:
        return unpickle_tuple(u);
    case PICKLE_APPEND:
        return unpickle_append(u);
    case PICKLE_APPENDS:
        return unpickle_appends(u);
    case PICKLE_SETITEM:
        return unpickle_setitem(u);
    case PICKLE_SETITEMS:
        return unpickle_setitems(u);
    case PICKLE_ADDITEMS:
        return unpickle_additems(u);
    case PICKLE_FROZENSET:
        return unpickle_frozenset(u);
    case PICKLE_LIST:
        return unpickle_list(u);
    case PICKLE_DICT:
        return unpickle_dict(u);
    case PICKLE_BUILD:
        return unpickle_build(u);
    case PICKLE_NEWOBJ:
        return unpickle_newobj(u);
    case PICKLE_NEWOBJ_EX:
        return unpickle_newobj_ex(u);
    case PICKLE_REDUCE:
        return unpickle_reduce(u);
    case PICKLE_INST:
        return unpickle_inst(u);
    case PICKLE_OBJ:
        return unpickle_obj(u);
    case PICKLE_GLOBAL:
        return unpickle_global(u);
    case PICKLE_STACK_GLOBAL:
        return unpickle_stack_global(u);
    case PICKLE_EXT1:
        return unpickle_extension(u, 1);
    case PICKLE_EXT2:
        return unpickle_extension(u, 2);
    case PICKLE_EXT4:
        return unpickle_extension(u, 4);
    case PICKLE_PERSID:
        return unpickle_persistent(u);
    case PICKLE_BINPERSID:
        return unpickle_binary_persistent(u);
    case PICKLE_POP:
        return unpickle_discard(u);
    case PICKLE_POP_MARK:
        return pop_mark(u);
    case PICKLE_DUP:
        return duplicate(u);
    case PICKLE_GET:
        return unpickle_get(u);
    case PICKLE_PUT:
        return unpickle_put(u);
    case PICKLE_INT:
        return unpickle_int(u);
    case PICKLE_LONG:
        return unpickle_long(u);
    case PICKLE_LONG1:
        return unpickle_counted_long(u, 1);
    case PICKLE_LONG4:
        return unpickle_counted_long(u, 4);
    case PICKLE_FLOAT:
        return unpickle_float(u);
    case PICKLE_STRING:
        return unpickle_string(u);
    case PICKLE_SHORT_BINSTRING:
        return unpickle_counted_string(u, 1);
    case PICKLE_BINSTRING:
        return unpickle_counted_string(u, 4);
    case PICKLE_UNICODE:
        return unpickle_unicode(u);
    case PICKLE_SHORT_BINBYTES:
        return unpickle_counted_bytes(u, 1);
    case PICKLE_BINBYTES:
        return unpickle_counted_bytes(u, 4);
    case PICKLE_BINBYTES8:
        return unpickle_counted_bytes(u, 8);
    case PICKLE_BYTEARRAY8:
        return unpickle_bytearray(u);
    case PICKLE_NEXT_BUFFER:
        return unpickle_next_buffer(u);
    case PICKLE_READONLY_BUFFER:
        return unpickle_readonly_buffer(u);
    case PICKLE_PROTO:
        return unpickle_protocol(u);
    case PICKLE_FRAME:
        return unpickle_frame(u);
    default:
        return bad_opcode(opcode);
    }
}

/* ---- One load --------------------------------------------------------------------------- */

METHOD(unpickler_sizeof, "__sizeof__", "/", "Returns size in memory, in bytes.")
{
    Unpickler *u = as_unpickler(args[0]);
    size_t size = type_of(args[0])->size;
    TURN_ALWAYS (u, &u->turn) {
        if (u->memo)
            size += sizeof(Array) + (size_t)u->memo->capacity * sizeof(Value);
        size += sizeof(Array) + (size_t)u->stack->capacity * sizeof(Value);
        if (u->marks)
            size += sizeof(Raw) + (size_t)u->marks->size;
        return int_from((intptr_t)size);
    }
    return 0;
}

static Value unpickler_getattr(Value v, Value name)
{
    name = TRY(attribute_name(name));
    if (name == pickle_names.persistent_load) {
        Value own = load_acquire(&as_unpickler(v)->persistent_load);
        if (own)
            return own;
    }
    return generic_getattr(v, name);
}

static bool unpickler_setattr(Value v, Value name, Value value)
{
    name = TRY(attribute_name(name));
    if (name != pickle_names.persistent_load)
        return generic_setattr(v, name, value);
    gc_store(as_unpickler(v), &as_unpickler(v)->persistent_load, value);
    return true;
}

static bool find_hook(Unpickler *u)
{
    Value hook = 0, own = load_acquire(&u->persistent_load);
    if (own || type_of((Value)u) != &unpickler_type)
        TRY(pickle_find_hook((Value)u, own, pickle_names.persistent_load,
                             unpickler_persistent_load_entry, &hook));
    gc_store(u, &u->find_persistent, hook);
    return true;
}

/* The instructions up to STOP. */
static bool run(Unpickler *u)
{
    for (;;) {
        const unsigned char *at = unpickle_take(u, 1);
        if (unlikely(!at)) {
            if (error_clear_if(UnpicklingError))
                raise(EOFError, "Ran out of input");
            return false;
        }
        if (*at == PICKLE_STOP)
            return true;
        let_stop_now();
        TRY(step(u, *at));
    }
}

static void clear_stack(Unpickler *u)
{
    u->stack = list_empty_array; /* NO_BARRIER: static */
    u->depth = u->fence = u->mark_count = 0;
}

Value unpickler_load(Unpickler *u)
{
    clear_stack(u);
    store_relaxed(&u->proto, 0);
    Value result = 0;
    if (find_hook(u) && run(u) && unpickle_skip_consumed(u))
        result = unpickle_pop(u);
    clear_stack(u);
    u->find_persistent = 0; /* NO_BARRIER: 0 */
    return result;
}

METHOD(unpickler_load_method, "load", "/",
       "Load a pickle.\n\n"
       "Read a pickled object representation from the open file object given\n"
       "in the constructor, and return the reconstituted object hierarchy\n"
       "specified therein.")
{
    Unpickler *u = as_unpickler(args[0]);
    TURN_ALWAYS (u, &u->turn) {
        if (!u->read)
            return raise(UnpicklingError, "Unpickler.__init__() was not called by %T.__init__()",
                         args[0]);
        return unpickler_load(u);
    }
    return 0;
}

/* ---- The memo --------------------------------------------------------------------------- */

typedef struct MemoProxy {
    Object ob;
    Value unpickler; /* immutable after init */
} MemoProxy;

static void proxy_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((MemoProxy *)self)->unpickler);
}

static Unpickler *unpickler_of(Value proxy)
{
    return as_unpickler(((MemoProxy *)proxy)->unpickler);
}

static Value unpickler_get_memo(Value v)
{
    MemoProxy *proxy = TRY(NEW(MemoProxy, &unpickler_memo_type));
    gc_store(proxy, &proxy->unpickler, v);
    return (Value)proxy;
}

static Value memo_as_dict(Unpickler *u)
{
    TURN_ALWAYS (u, &u->turn)
        return unpickle_memo_as_dict(u);
    return 0;
}

static bool unpickler_set_memo(Value v, Value value)
{
    Unpickler *u = as_unpickler(v);
    if (!value)
        return raise(TypeError, "attribute deletion is not supported");
    if (type_of(value) == &unpickler_memo_type)
        value = TRY(memo_as_dict(unpickler_of(value)));
    if (!is_dict(value))
        return raise(TypeError,
                     "'memo' attribute must be an UnpicklerMemoProxy object or dict, not %T",
                     value);
    TURN_ALWAYS (u, &u->turn)
        return unpickle_memo_replace(u, value);
    return false;
}

METHOD(proxy_clear, "clear", "/", "Remove all items from memo.")
{
    Unpickler *u = unpickler_of(args[0]);
    TURN_ALWAYS (u, &u->turn) {
        unpickle_memo_clear(u);
        return None;
    }
    return 0;
}

METHOD(proxy_copy, "copy", "/", "Copy the memo to a new object.")
{
    return memo_as_dict(unpickler_of(args[0]));
}

METHOD(proxy_reduce, "__reduce__", "/", "Implement pickling support.")
{
    Value contents = TRY(memo_as_dict(unpickler_of(args[0])));
    return tuple_of((Value)&dict_type, TRY(tuple_of(contents)));
}

static MethodDef *const proxy_methods[] = {M(proxy_clear), M(proxy_copy), M(proxy_reduce), 0};

Type unpickler_memo_type = {
    TYPE_HEAD("_pickle.UnpicklerMemoProxy", MemoProxy),
    .hash = hash_unhashable,
    .methods = proxy_methods,
    .trace = proxy_trace,
    .flags = TYPE_NO_NEW,
};

/* ---- The type --------------------------------------------------------------------------- */

static MethodDef *unpickler_methods[] = {0, M(unpickler_load_method), 0, M(unpickler_sizeof), 0};

void unpickler_start(void)
{
    unpickler_methods[0] = unpickler_persistent_load_entry;
    unpickler_methods[2] = unpickler_find_class_entry;
}

static const GetSetDef unpickler_getset[] = {{"memo", unpickler_get_memo, unpickler_set_memo, 0},
                                             {0}};

Type unpickler_type = {
    TYPE_HEAD("_pickle.Unpickler", Unpickler),
    .getattr = unpickler_getattr,
    .setattr = unpickler_setattr,
    .doc = "This takes a binary file for reading a pickle data stream.\n\n"
           "The protocol version of the pickle is detected automatically, so no\n"
           "protocol argument is needed.  Bytes past the pickled object's\n"
           "representation are ignored.\n\n"
           "The argument *file* must have two methods, a read() method that takes\n"
           "an integer argument, and a readline() method that requires no\n"
           "arguments.  Both methods should return bytes.  Thus *file* can be a\n"
           "binary file object opened for reading, an io.BytesIO object, or any\n"
           "other custom object that meets this interface.\n\n"
           "Optional keyword arguments are *fix_imports*, *encoding* and *errors*,\n"
           "which are used to control compatibility support for pickle stream\n"
           "generated by Python 2.  If *fix_imports* is True, pickle will try to\n"
           "map the old Python 2 names to the new names used in Python 3.  The\n"
           "*encoding* and *errors* tell pickle how to decode 8-bit string\n"
           "instances pickled by Python 2; these default to 'ASCII' and 'strict',\n"
           "respectively.  The *encoding* can be 'bytes' to read these 8-bit\n"
           "string instances as bytes objects.",
    .new_def = M(unpickler_make),
    .init_def = M(unpickler_init),
    .methods = unpickler_methods,
    .getset = unpickler_getset,
    .trace = unpickler_trace,
    .flags = TYPE_BASE,
};
