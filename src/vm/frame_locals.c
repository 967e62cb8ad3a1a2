/* The variables of a frame, by name: registers, cells in registers, and the closure. */
#include "vm/frame_locals.h"

#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/module.h"
#include "core/names.h"
#include "core/share.h"
#include "types/cell.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/generator.h"

typedef struct LocalsProxy {
    Object ob;
    FrameObject *frame; /* immutable after init */
} LocalsProxy;
static Type proxy_type;

/* A variable's place: a register, maybe with a cell in it, or a cell of the closure. */
typedef struct Place {
    Value owner; /* the cell, or 0 for a register */
    Value *slot;
} Place;

static uint32_t cellvar_register(const Code *code, intptr_t i)
{
    return ((const uint16_t *)(const void *)code->cell_registers->data)[i];
}

static Place place_in_register(Value *slot, bool is_cell)
{
    Value content = load_acquire(slot);
    if (is_cell && has_shape(content, SHAPE_CELL))
        return (Place){content, &((Cell *)content)->value};
    return (Place){0, slot};
}

static bool is_cellvar(const Code *code, uint32_t index)
{
    for (intptr_t i = 0; i < tuple_length(code->cellvars); i++)
        if (cellvar_register(code, i) == index)
            return true;
    return false;
}

/* Calls visit for each variable of the frame that is visible by name; stops when it returns
 * false. A name can come twice, then the first with a value is seen: a comprehension's variable
 * before the function's own. `registers` 0: the frame was cleared. */
typedef bool (*VisitPlace)(Value name, Place place, void *context);
static bool each_place(Code *code, Function *function, Value *registers, uint32_t count,
                       VisitPlace visit, void *context)
{
    if (!registers)
        return true;
    for (uint32_t i = 0; i < code->locals_count && i < count; i++)
        if (!visit(tuple_get(code->varnames, i),
                   place_in_register(&registers[i], is_cellvar(code, i)), context))
            return false;
    for (intptr_t i = 0; i < tuple_length(code->cellvars); i++) {
        uint32_t r = cellvar_register(code, i);
        if (r >= code->locals_count && r < count &&
            !visit(tuple_get(code->cellvars, i), place_in_register(&registers[r], true), context))
            return false;
    }
    for (intptr_t i = 0; i < tuple_length(code->freevars); i++) {
        Value cell = function->closure ? tuple_get(function->closure, i) : 0;
        if (cell &&
            !visit(tuple_get(code->freevars, i), (Place){cell, &((Cell *)cell)->value}, context))
            return false;
    }
    return true;
}

typedef struct Search {
    Value name;
    int64_t hash;
    Place found;
    bool failed;
} Search;

static bool search_visit(Value name, Place place, void *context)
{
    Search *search = context;
    int equal;
    if (has_shape(search->name, SHAPE_STR)) {
        equal = str_equal(name, search->name);
    } else {
        int64_t hash;
        equal = object_hash(name, &hash) && hash == search->hash
                    ? object_compare_bool(search->name, name, CMP_EQ)
                    : 0;
    }
    search->failed = equal < 0;
    if (equal > 0 && (!search->found.slot || load_acquire(place.slot)))
        search->found = place;
    return equal == 0 || (equal > 0 && !load_acquire(search->found.slot));
}

/* The place of a name in `view` of the frame, as a dict would find it; slot 0 if there is no such
 * variable. */
static bool find_place(FrameObject *f, FrameObject *view, Value name, Place *place)
{
    Search search = {.name = name};
    uint32_t count;
    TRY(object_hash(name, &search.hash));
    Value *registers = frame_object_registers(view, &count);
    each_place(f->code, f->function, registers, count, search_visit, &search);
    *place = search.found;
    return !search.failed;
}

static bool collect_visit(Value name, Place place, void *context)
{
    Value value = load_acquire(place.slot), dict = (Value)context;
    if (value)
        value = TRY(str_settled(value));
    int known = value ? TRY_NOT_NEGATIVE(dict_contains(dict, name), false) : 1;
    return known || dict_set(dict, name, value);
}

static Value collect(FrameObject *f)
{
    Value dict = TRY(dict_new());
    uint32_t count;
    Value *registers = frame_object_registers(TRY(frame_object_view(f)), &count);
    TRY(each_place(f->code, f->function, registers, count, collect_visit, dict));
    Value extra = load_acquire(&f->extra_locals);
    if (extra)
        TRY(dict_update(dict, extra));
    return dict;
}

/* A comprehension of a module or class is running, whose variables are in registers. */
bool frame_has_hidden(const Code *code, Value *registers, uint32_t count)
{
    for (uint32_t i = 0; i < code->locals_count && i < count; i++)
        if (load_relaxed(&registers[i]))
            return true;
    return false;
}

/* In a module or class: the namespace itself, or in a comprehension its variables. */
Value frame_namespace(Code *code, Function *function, Value namespace, Value *registers,
                      uint32_t count)
{
    if (!namespace || !frame_has_hidden(code, registers, count))
        return namespace;
    Value dict = TRY(dict_new());
    TRY(each_place(code, function, registers, count, collect_visit, dict));
    return dict;
}

Value frame_locals_snapshot(Frame *frame)
{
    if (!(frame->code->flags & CODE_OPTIMIZED))
        return frame_namespace(frame->code, frame->function, frame->locals, frame_registers(frame),
                               frame->code->clear_count);
    if (frame->frame_object)
        return collect((FrameObject *)frame->frame_object);
    Value dict = TRY(dict_new());
    TRY(each_place(frame->code, frame->function, frame_registers(frame), frame->code->clear_count,
                   collect_visit, dict));
    return dict;
}

Value frame_locals_proxy(FrameObject *frame)
{
    LocalsProxy *proxy = TRY(NEW(LocalsProxy, &proxy_type));
    gc_store(proxy, &proxy->frame, frame);
    return (Value)proxy;
}

static FrameObject *frame_of(Value proxy)
{
    return ((LocalsProxy *)proxy)->frame;
}

static void proxy_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, (Value)((LocalsProxy *)o)->frame);
}

static Value proxy_snapshot(Value self)
{
    return collect(frame_of(self));
}

/* 0 without an exception if there is none. */
static Value proxy_lookup(Value self, Value key)
{
    FrameObject *f = frame_of(self);
    Place place;
    TRY(find_place(f, TRY(frame_object_view(f)), key, &place));
    if (place.slot) {
        Value value = load_acquire(place.slot);
        return value ? str_settled(value) : 0;
    }
    Value extra = load_acquire(&f->extra_locals);
    return extra ? dict_get(extra, key) : 0;
}

static Value proxy_getitem(Value self, Value key)
{
    Value value = proxy_lookup(self, key);
    if (value || error_pending())
        return value;
    return raise_key_error(key);
}

/* Stores, or without a value deletes. `held`: nobody else can run the frame. */
static bool set_variable(FrameObject *f, bool held, Value key, Value value)
{
    Place place;
    if (!held && TRY(frame_object_view(f)) != f)
        return raise(RuntimeError,
                     "cannot change variables of a frame that another thread may run");
    /* A comparison may have ended the frame, or cleared one that had ended, as other threads may.
     */
    const Frame *frame;
    Array *registers;
    do {
        frame = load_acquire(&f->frame);
        registers = load_acquire(&f->registers);
        TRY(find_place(f, f, key, &place));
    } while (load_acquire(&f->frame) != frame || load_acquire(&f->registers) != registers);
    if (place.slot && !value)
        return raise(ValueError, "cannot remove local variables from FrameLocalsProxy");
    if (place.slot) {
        if (place.owner)
            cell_store((Cell *)place.owner, value);
        else if (frame && f->generator && frame == &((Generator *)f->generator)->frame)
            gc_store(f->generator, place.slot, value);
        else if (frame)
            *place.slot = value; /* NO_BARRIER: a register of a running frame is a root */
        else
            gc_store(registers, place.slot, value);
        return true;
    }
    Value extra = load_acquire(&f->extra_locals);
    if (!value) {
        bool found = false;
        if (extra && !dict_delete(extra, key, &found))
            return false;
        return found || raise_key_error(key);
    }
    if (!extra) {
        Value fresh = TRY(dict_new());
        WITH_LOCK (f) {
            if (!f->extra_locals)
                gc_store(f, &f->extra_locals, fresh);
            extra = f->extra_locals;
        }
    }
    return dict_set(extra, key, value);
}

/* The generator that the frame belongs to, if that is suspended: nobody can resume it until its
 * state is `from` again. */
static Generator *hold_suspended(FrameObject *f, uint8_t *from)
{
    Generator *g = (Generator *)f->generator;
    return g && load_acquire(&f->frame) == &g->frame && generator_claim(g, from) ? g : 0;
}

static bool proxy_setitem(Value self, Value key, Value value)
{
    FrameObject *f = frame_of(self);
    uint8_t from = 0;
    /* Of a key that is an exact str no Python code is asked, which might resume the generator. */
    Generator *held = is_shared(f) && is_str_exact(key) ? hold_suspended(f, &from) : 0;
    bool ok = set_variable(f, held, key, value);
    if (held)
        store_release(&held->state, from);
    return ok;
}

static int proxy_contains(Value self, Value key)
{
    if (proxy_lookup(self, key))
        return 1;
    return error_pending() ? -1 : 0;
}

static intptr_t proxy_length(Value self)
{
    Value dict = collect(frame_of(self));
    return dict ? dict_length(dict) : -1;
}

static Value proxy_iter(Value self)
{
    return get_iter(TRY(dict_keys_list(TRY(proxy_snapshot(self)))));
}

static Value proxy_repr(Value self)
{
    bool recursive;
    TRY(repr_enter(self, &recursive));
    if (recursive)
        return str_from_cstring("{...}");
    Value dict = proxy_snapshot(self);
    Value text = dict ? object_repr(dict) : 0;
    repr_leave(self);
    return text;
}

static Value proxy_compare(Value a, Value b, CompareOp op)
{
    if (op != CMP_EQ && op != CMP_NE)
        return NotImplemented;
    if (type_of(b) == &proxy_type)
        return bool_value((frame_of(a) == frame_of(b)) == (op == CMP_EQ));
    if (!is_dict(b))
        return NotImplemented;
    return object_compare(TRY(proxy_snapshot(a)), b, op);
}

static Value proxy_or(Value a, Value b)
{
    Value left = type_of(a) == &proxy_type ? TRY(proxy_snapshot(a)) : a;
    Value right = type_of(b) == &proxy_type ? TRY(proxy_snapshot(b)) : b;
    if (!is_dict(left) || !is_dict(right))
        return NotImplemented;
    return number_binary(OP_OR, left, right);
}

static bool is_dict_or_proxy(Value v)
{
    return is_dict(v) || type_of(v) == &proxy_type;
}

static bool merge(Value self, Value other)
{
    Value dict = type_of(other) == &proxy_type ? TRY(proxy_snapshot(other)) : TRY(dict_copy(other));
    intptr_t position = 0;
    for (Value key, value; dict_next(dict, &position, &key, &value);)
        TRY(proxy_setitem(self, key, value));
    return true;
}

static Value proxy_ior(Value self, Value other)
{
    if (!is_dict_or_proxy(other))
        return NotImplemented;
    TRY(merge(self, other));
    return self;
}

METHOD(proxy_get, "get", "key, default=None, /", "")
{
    Value value = proxy_lookup(args[0], args[1]);
    return value || error_pending() ? value : args[2];
}

METHOD(proxy_keys, "keys", "", "")
{
    return dict_keys_list(TRY(proxy_snapshot(args[0])));
}

METHOD(proxy_values, "values", "", "")
{
    return dict_values_list(TRY(proxy_snapshot(args[0])));
}

METHOD(proxy_items, "items", "", "")
{
    return dict_items_list(TRY(proxy_snapshot(args[0])));
}

METHOD(proxy_copy, "copy", "", "")
{
    return proxy_snapshot(args[0]);
}

METHOD(proxy_reversed, "__reversed__", "", "")
{
    Value keys = TRY(dict_keys_list(TRY(proxy_snapshot(args[0]))));
    TRY(list_reverse(keys));
    return keys;
}

METHOD(proxy_setdefault, "setdefault", "key, default=None, /", "")
{
    Value value = proxy_lookup(args[0], args[1]);
    if (value || error_pending())
        return value;
    TRY(proxy_setitem(args[0], args[1], args[2]));
    return args[2];
}

METHOD(proxy_pop, "pop", "key, default=?, /", "")
{
    Value value = proxy_lookup(args[0], args[1]);
    if (!value && error_pending())
        return 0;
    if (!value && args[2])
        return args[2];
    TRY(proxy_setitem(args[0], args[1], 0));
    return value;
}

METHOD(proxy_update, "update", "other, /", "")
{
    if (!is_dict_or_proxy(args[1]))
        return raise(TypeError, "update() argument must be dict or another FrameLocalsProxy");
    TRY(merge(args[0], args[1]));
    return None;
}

static MethodDef *const proxy_methods[] = {
    M(proxy_get), M(proxy_keys),     M(proxy_values),     M(proxy_items),  M(proxy_copy),
    M(proxy_pop), M(proxy_reversed), M(proxy_setdefault), M(proxy_update), 0,
};

NEW_METHOD(proxy_new, "frame, /")
{
    if (!has_layout(args[1], LAYOUT_FRAME))
        return raise(TypeError, "expect frame, not %T", args[1]);
    return frame_locals_proxy((FrameObject *)args[1]);
}

static Type proxy_type = {
    TYPE_HEAD("FrameLocalsProxy", LocalsProxy),
    .repr = proxy_repr,
    .compare = proxy_compare,
    .iter = proxy_iter,
    .or_ = proxy_or,
    .ior = proxy_ior,
    .length = proxy_length,
    .getitem = proxy_getitem,
    .setitem = proxy_setitem,
    .contains = proxy_contains,
    .new_def = M(proxy_new),
    .methods = proxy_methods,
    .trace = proxy_trace,
    .flags = TYPE_MAPPING,
};

void frame_locals_start(void)
{
    type_ready(&proxy_type, 0);
}
