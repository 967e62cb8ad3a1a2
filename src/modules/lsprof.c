/* _lsprof: the profiler behind cProfile.
 *
 * The methods whose names begin with an underscore are what sys.monitoring calls. Events of other
 * threads than the one that enabled the profiler are left out, so that its records are that
 * thread's; but other threads may ask for the statistics, clear or disable it meanwhile, and so all
 * fields are read and written as single words. Counts that they change at once may be lost. A
 * record of a function holds those of the functions that it called in a dict of its own. Dicts are
 * by address: of the code, or of the definition of a builtin function. */
#include "base/clock.h"
#include "compile/code.h"
#include "core/abstract.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "modules/module_util.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/struct_sequence.h"
#include "types/tuple.h"

/* Of a function, or of one as called by another. Times are in ticks. Atomic, but for `function`. */
typedef struct Entry {
    Object ob;
    Value function; /* code, or str; immutable after init */
    Value calls;    /* dict of Entries, or 0 */
    int64_t total, inline_time;
    intptr_t count, recursive_count;
    intptr_t level; /* calls that are running */
} Entry;

/* A call that is running. */
typedef struct Context {
    Object ob;
    Value caller;  /* Context, or 0; immutable after init */
    Value entry;   /* immutable after init */
    Value subcall; /* the Entry in the caller's, or 0; immutable after init */
    int64_t begin; /* ticks; atomic, as the next */
    int64_t spent; /* ticks in calls */
} Context;

/* All fields are atomic. */
typedef struct Profiler {
    Object ob;
    Value timer;   /* 0: the clock */
    double unit;   /* seconds of a tick of the timer; 0: it gives seconds */
    Value entries; /* dict */
    Value current; /* Context, or 0 */
    Thread *owner; /* 0: not enabled */
    bool in_timer; /* Python code of the timer runs */
    bool subcalls, builtins;
} Profiler;

static void entry_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((Entry *)o)->function));
    gc_visit(tracer, load_relaxed(&((Entry *)o)->calls));
}

static void context_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((Context *)o)->caller));
    gc_visit(tracer, load_relaxed(&((Context *)o)->entry));
    gc_visit(tracer, load_relaxed(&((Context *)o)->subcall));
}

static void profiler_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((Profiler *)o)->timer));
    gc_visit(tracer, load_relaxed(&((Profiler *)o)->entries));
    gc_visit(tracer, load_relaxed(&((Profiler *)o)->current));
}

static Type entry_type = {TYPE_HEAD("_lsprof.Entry", Entry), .trace = entry_trace,
                          .flags = TYPE_NO_NEW};
static Type context_type = {TYPE_HEAD("_lsprof.Context", Context), .trace = context_trace,
                            .flags = TYPE_NO_NEW};

/* ---- Time -------------------------------------------------------------------------------- */

static double unit_of(const Profiler *self)
{
    double unit;
    __atomic_load(&self->unit, &unit, __ATOMIC_RELAXED);
    return unit;
}

static bool ticks_from(const Profiler *self, Value given, int64_t *ticks)
{
    double seconds;
    if (unit_of(self) > 0)
        return index_as_int64(given, ticks);
    TRY(number_as_double(given, &seconds));
    *ticks = (int64_t)(seconds * 1e9);
    return true;
}

/* What a timer raises is reported, and 0 taken. */
static int64_t now(Profiler *self)
{
    int64_t ticks = 0;
    Value timer = load_acquire(&self->timer);
    if (!timer)
        return monotonic_ns();
    Value pending = error_take();
    store_relaxed(&self->in_timer, true);
    Value given = call0(timer);
    store_relaxed(&self->in_timer, false);
    if (!given || !ticks_from(self, given, &ticks)) {
        error_write_unraisable(0, timer);
        ticks = 0;
    }
    error_restore(pending);
    return ticks;
}

/* ---- Records ----------------------------------------------------------------------------- */

/* The Entry of the key in a dict, made if there is none. */
static Entry *entry_in(Value dict, const void *key, Value function)
{
    Value number = TRY(int_from((intptr_t)key));
    Value found = dict_get(dict, number);
    if (found || error_pending())
        return (Entry *)found;
    Entry *entry = TRY(NEW(Entry, &entry_type));
    gc_store(entry, &entry->function, function);
    TRY(dict_set(dict, number, (Value)entry));
    return entry;
}

#define ADD(field, amount) store_relaxed(&(field), load_relaxed(&(field)) + (amount))

/* Those of the functions that it called, made if there are none. */
static Value calls_of(Entry *caller)
{
    Value calls = load_acquire(&caller->calls);
    if (!calls) {
        calls = TRY(dict_new());
        gc_store(caller, &caller->calls, calls);
    }
    return calls;
}

static bool begin(Profiler *self, const void *key, Value function)
{
    Entry *entry = TRY(entry_in(load_acquire(&self->entries), key, function)), *subcall = 0;
    Context *context = TRY(NEW(Context, &context_type));
    Value current = load_acquire(&self->current);
    if (load_relaxed(&self->subcalls) && current) {
        Entry *caller = (Entry *)((Context *)current)->entry;
        subcall = TRY(entry_in(TRY(calls_of(caller)), key, function));
        ADD(subcall->level, 1);
        gc_store(context, &context->subcall, (Value)subcall);
    }
    ADD(entry->level, 1);
    gc_store(context, &context->entry, (Value)entry);
    gc_store(context, &context->caller, current);
    gc_store(self, &self->current, (Value)context);
    store_relaxed(&context->begin, now(self));
    return true;
}

static void add_call(Entry *entry, int64_t total, int64_t inline_time)
{
    ADD(entry->inline_time, inline_time);
    ADD(entry->count, 1);
    ADD(entry->level, -1);
    if (load_relaxed(&entry->level) == 0)
        ADD(entry->total, total);
    else
        ADD(entry->recursive_count, 1);
}

static void end(Profiler *self)
{
    Context *context = (Context *)load_acquire(&self->current);
    if (!context)
        return;
    int64_t total = now(self) - load_relaxed(&context->begin);
    int64_t inline_time = total - load_relaxed(&context->spent);
    if (load_relaxed(&self->current) != (Value)context)
        return; /* cleared by the timer */
    gc_store(self, &self->current, context->caller);
    if (context->caller)
        ADD(((Context *)context->caller)->spent, total);
    add_call((Entry *)context->entry, total, inline_time);
    if (context->subcall)
        add_call((Entry *)context->subcall, total, inline_time);
}

/* ---- Events ------------------------------------------------------------------------------ */

/* The builtin function that is called: its definition, and how statistics show it. 0 without an
 * exception for other callables. */
static const void *builtin_of(Value callable, Value *shown)
{
    if (type_of(callable) == &method_descriptor_type) {
        *shown = callable;
        return ((MethodDescriptor *)callable)->def;
    }
    if (type_of(callable) != &builtin_type)
        return 0;
    const Builtin *builtin = (Builtin *)callable;
    Value self = builtin->self;
    *shown = self && !is_module(self)
                 ? type_lookup(type_of(self), TRY(str_from_cstring(builtin->def->name)))
                 : 0;
    return builtin->def;
}

/* "<method 'append' of 'list' objects>", "<built-in method math.sin>" */
static Value builtin_label(Value callable, Value shown)
{
    const Builtin *builtin = (Builtin *)callable;
    if (shown)
        return object_repr(shown);
    if (builtin->module && is_str(builtin->module))
        return str_format("<built-in method %V.%s>", builtin->module, builtin->def->name);
    return str_format("<built-in method %s>", builtin->def->name);
}

/* The profiler, if the event is one of its thread; else 0. */
static Profiler *watching(Value self)
{
    Profiler *profiler = (Profiler *)self;
    return load_acquire(&profiler->owner) == thread_self() ? profiler : 0;
}

static Value start_of_code(Value *args)
{
    Profiler *self = watching(args[0]);
    if (self && has_layout(args[1], LAYOUT_CODE))
        TRY(begin(self, args[1], args[1]));
    return None;
}

METHOD(pystart_callback, "_pystart_callback", "code, instruction_offset, /", 0)
{
    return start_of_code(args);
}

METHOD(pythrow_callback, "_pythrow_callback", "code, instruction_offset, exception, /", 0)
{
    return start_of_code(args);
}

METHOD(pyreturn_callback, "_pyreturn_callback", "code, instruction_offset, retval, /", 0)
{
    Profiler *self = watching(args[0]);
    if (self && load_relaxed(&self->current))
        end(self);
    return None;
}

METHOD(ccall_callback, "_ccall_callback", "code, instruction_offset, callable, self_arg, /", 0)
{
    Profiler *self = watching(args[0]);
    Value shown = 0;
    const void *def = self && load_relaxed(&self->builtins) ? builtin_of(args[3], &shown) : 0;
    if (!def)
        return error_pending() ? 0 : None;
    Value number = TRY(int_from((intptr_t)def));
    Value known = dict_get(load_acquire(&self->entries), number);
    if (!known && error_pending())
        return 0;
    TRY(begin(self, def, known ? ((Entry *)known)->function : TRY(builtin_label(args[3], shown))));
    return None;
}

METHOD(creturn_callback, "_creturn_callback", "code, instruction_offset, callable, self_arg, /", 0)
{
    Profiler *self = watching(args[0]);
    Value shown;
    if (self && load_relaxed(&self->builtins) && load_relaxed(&self->current) &&
        builtin_of(args[3], &shown))
        end(self);
    return None;
}

/* ---- Switching on and off ---------------------------------------------------------------- */

enum { PROFILER_ID = 2 };

static const struct {
    const char *event, *method;
} callbacks[] = {
    {"PY_START", "_pystart_callback"},  {"PY_RESUME", "_pystart_callback"},
    {"PY_THROW", "_pythrow_callback"},  {"PY_RETURN", "_pyreturn_callback"},
    {"PY_YIELD", "_pyreturn_callback"}, {"PY_UNWIND", "_pyreturn_callback"},
    {"CALL", "_ccall_callback"},        {"C_RETURN", "_creturn_callback"},
    {"C_RAISE", "_creturn_callback"},
};

static Value monitoring(void)
{
    return get_attr_string(TRY(import_by_name("sys")), "monitoring");
}

/* monitoring.NAME(PROFILER_ID, ...) */
static Value tell(Value module, const char *name, Value *more, size_t count)
{
    Value args[3] = {int_small(PROFILER_ID)};
    for (size_t i = 0; i < count; i++)
        args[i + 1] = more[i];
    return call(TRY(get_attr_string(module, name)), args, count + 1, 0);
}

/* Registers the profiler's methods, or None; *all is the set of events. */
static bool register_callbacks(Profiler *self, Value module, bool on, intptr_t *all)
{
    Value events = TRY(get_attr_string(module, "events"));
    *all = 0;
    for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++) {
        Value event = TRY(get_attr_string(events, callbacks[i].event));
        Value method = on ? TRY(get_attr_string((Value)self, callbacks[i].method)) : None;
        TRY(tell(module, "register_callback", (Value[]){event, method}, 2));
        intptr_t bit;
        TRY(index_as_intptr(event, &bit));
        *all |= bit;
    }
    return true;
}

/* None is left as it was, 1 and 0 say what. */
static bool choose(Value given, bool *flag)
{
    int truth = given ? object_truth(given) : *flag;
    if (truth < 0)
        return false;
    *flag = truth;
    return true;
}

METHOD(profiler_enable, "enable", "subcalls=True, builtins=True",
       "enable(subcalls=True, builtins=True)\n\n"
       "Start collecting profiling information.\n"
       "If 'subcalls' is True, also records for each function\n"
       "statistics separated according to its current caller.\n"
       "If 'builtins' is True, records the time spent in\n"
       "built-in functions separately from their caller.\n")
{
    Profiler *self = (Profiler *)args[0];
    bool subcalls = true, builtins = true;
    intptr_t all;
    TRY(choose(args[1], &subcalls) && choose(args[2], &builtins));
    Value module = TRY(monitoring());
    if (!tell(module, "use_tool_id", (Value[]){TRY(str_from_cstring("cProfile"))}, 1)) {
        if (!error_clear_if(ValueError))
            return 0;
        return raise(ValueError, "Another profiling tool is already active");
    }
    store_relaxed(&self->subcalls, subcalls);
    store_relaxed(&self->builtins, builtins);
    TRY(register_callbacks(self, module, true, &all));
    store_release(&self->owner, thread_self());
    return tell(module, "set_events", (Value[]){int_from(all)}, 1);
}

METHOD(profiler_disable, "disable", "", "disable()\n\nStop collecting profiling information.\n")
{
    Profiler *self = (Profiler *)args[0];
    intptr_t all;
    if (load_relaxed(&self->in_timer))
        return raise(RuntimeError, "cannot disable profiler in external timer");
    if (!load_acquire(&self->owner))
        return None;
    Value module = TRY(monitoring());
    TRY(tell(module, "set_events", (Value[]){int_small(0)}, 1));
    TRY(register_callbacks(self, module, false, &all));
    TRY(tell(module, "free_tool_id", 0, 0));
    while (load_relaxed(&self->current)) /* calls that did not end yet */
        end(self);
    store_release(&self->owner, (Thread *)0);
    return None;
}

METHOD(profiler_clear, "clear", "",
       "clear()\n\nClear all profiling information collected so far.\n")
{
    Profiler *self = (Profiler *)args[0];
    if (load_relaxed(&self->in_timer))
        return raise(RuntimeError, "cannot clear profiler in external timer");
    gc_store(self, &self->entries, TRY(dict_new()));
    gc_store(self, &self->current, (Value)0);
    return None;
}

/* ---- Statistics -------------------------------------------------------------------------- */

static const StructField entry_fields[] = {
    {"code", "code object or built-in function name"},
    {"callcount", "how many times this was called"},
    {"reccallcount", "how many times called recursively"},
    {"totaltime", "total time in this entry"},
    {"inlinetime", "inline time in this entry (not in subcalls)"},
    {"calls", "details of the calls"},
    {0}};
static const StructField subentry_fields[] = {
    {"code", "called code object or built-in function name"},
    {"callcount", "how many times this is called"},
    {"reccallcount", "how many times this is called recursively"},
    {"totaltime", "total time spent in this call"},
    {"inlinetime", "inline time (not in further subcalls)"},
    {0}};
static const StructDef entry_def = {entry_fields, 6, false},
                       subentry_def = {subentry_fields, 5, false};
static Type profiler_entry_type = STRUCT_TYPE("_lsprof.profiler_entry", &entry_def, 0);
static Type profiler_subentry_type = STRUCT_TYPE("_lsprof.profiler_subentry", &subentry_def, 0);

static Value statistics_of(Value entries, Type *type, double factor);

static Value show(const Entry *entry, Type *type, double factor)
{
    Value calls = type == &profiler_entry_type ? load_acquire(&entry->calls) : 0;
    if (calls)
        calls = TRY(statistics_of(calls, &profiler_subentry_type, factor));
    Value shown = TRY(struct_new(type));
    struct_init(shown, 0, entry->function);
    struct_init(shown, 1, TRY(int_from(load_relaxed(&entry->count))));
    struct_init(shown, 2, TRY(int_from(load_relaxed(&entry->recursive_count))));
    struct_init(shown, 3, TRY(float_from(factor * (double)load_relaxed(&entry->total))));
    struct_init(shown, 4, TRY(float_from(factor * (double)load_relaxed(&entry->inline_time))));
    if (calls)
        struct_init(shown, 5, calls);
    return shown;
}

/* Those that have ended at least once. */
static Value statistics_of(Value entries, Type *type, double factor)
{
    Value all =
        TRY(list_from_iterable(TRY(call_method0(entries, TRY(str_intern_cstring("values"))))));
    Value shown = TRY(list_new(0));
    for (intptr_t i = 0; i < list_length(all); i++) {
        const Entry *entry = (Entry *)list_get(all, i);
        if (load_relaxed(&entry->count))
            TRY(list_append(shown, TRY(show(entry, type, factor))));
    }
    return shown;
}

METHOD(profiler_getstats, "getstats", "",
       "list of profiler_entry objects.\n\n"
       "getstats() -> list of profiler_entry objects\n\n"
       "Return all information collected by the profiler.\n"
       "Each profiler_entry is a tuple-like object with the\n"
       "following attributes:\n\n"
       "    code          code object\n"
       "    callcount     how many times this was called\n"
       "    reccallcount  how many times called recursively\n"
       "    totaltime     total time in this entry\n"
       "    inlinetime    inline time in this entry (not in subcalls)\n"
       "    calls         details of the calls\n\n"
       "The calls attribute is either None or a list of\n"
       "profiler_subentry objects:\n\n"
       "    code          called code object\n"
       "    callcount     how many times this is called\n"
       "    reccallcount  how many times this is called recursively\n"
       "    totaltime     total time spent in this call\n"
       "    inlinetime    inline time (not in further subcalls)\n")
{
    Profiler *self = (Profiler *)args[0];
    double unit = unit_of(self);
    return statistics_of(load_acquire(&self->entries), &profiler_entry_type,
                         load_relaxed(&self->timer) && unit > 0 ? unit : 1e-9);
}

/* ---- The type and the module ------------------------------------------------------------- */

NEW_METHOD(profiler_make, "*args, **kwargs")
{
    Profiler *self = TRY(NEW(Profiler, (Type *)args[0]));
    gc_store(self, &self->entries, TRY(dict_new()));
    self->subcalls = self->builtins = true;
    return (Value)self;
}

INIT_METHOD(profiler_init, "timer=None, timeunit=0.0, subcalls=True, builtins=True")
{
    Profiler *self = (Profiler *)args[0];
    double unit;
    bool subcalls = true, builtins = true;
    TRY(number_as_double(args[2], &unit));
    TRY(choose(args[3], &subcalls) && choose(args[4], &builtins));
    if (load_acquire(&self->owner))
        return raise(RuntimeError, "cannot initialise a profiler that is enabled");
    gc_store(self, &self->timer, args[1] == None ? 0 : args[1]);
    __atomic_store(&self->unit, &unit, __ATOMIC_RELAXED);
    store_relaxed(&self->subcalls, subcalls);
    store_relaxed(&self->builtins, builtins);
    return None;
}

static MethodDef *const profiler_methods[] = {M(profiler_getstats), M(profiler_enable),
                                              M(profiler_disable),  M(profiler_clear),
                                              M(pystart_callback),  M(pythrow_callback),
                                              M(pyreturn_callback), M(ccall_callback),
                                              M(creturn_callback),  0};

static Type profiler_type = {
    TYPE_HEAD("_lsprof.Profiler", Profiler),
    .new_def = M(profiler_make),
    .init_def = M(profiler_init),
    .doc = "Profiler(timer=None, timeunit=None, subcalls=True, builtins=True)\n\n"
           "    Builds a profiler object using the specified timer function.\n"
           "    The default timer is a fast built-in one based on real time.\n"
           "    For custom timer functions returning integers, timeunit can\n"
           "    be a float specifying a scale (i.e. how long each integer unit\n"
           "    is, in seconds).\n",
    .methods = profiler_methods,
    .trace = profiler_trace,
    .flags = TYPE_BASE,
    .has_weakrefs = true,
};

static bool execute(Value module)
{
    static bool ready; /* under the import lock */
    if (!ready) {
        type_ready(&entry_type, 0);
        type_ready(&context_type, 0);
        struct_type_ready(&profiler_entry_type);
        struct_type_ready(&profiler_subentry_type);
        ready = true;
    }
    return module_add_new_type(module, &profiler_type) &&
           module_add_type(module, &profiler_entry_type) &&
           module_add_type(module, &profiler_subentry_type);
}

const ModuleDef module__lsprof = {.name = "_lsprof", .doc = "Fast profiler", .execute = execute};
