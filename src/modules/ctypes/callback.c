/* Callbacks: C functions, made at run time, that call a Python function.
 *
 * A Thunk owns the code; C code refers to it by address, which keeps nothing alive, so the CFuncPtr
 * that was made with it has to live as long as C code may call.
 *
 * The code runs on whatever thread C code calls it from:
 *   - one that waits in a foreign call, in the native state, which it leaves meanwhile. What the
 *     collector is to scan of its stack stays what it was when the call began: restored at the end;
 *   - one that runs (PyDLL);
 *   - one that Weft knows nothing of: it is attached for the time of the callback.
 * The last kind may come at any time, so a Thunk is SHARED as soon as there can be several threads:
 * share_process() finds those made before in the list of all. */
#include <errno.h>
#include <string.h>

#include "base/lock.h"
#include "core/call.h"
#include "core/share.h"
#include "core/thread.h"
#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "modules/thread/foreign.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct Thunk {
    Object ob;
    Value callable, argtypes, restype; /* immutable after init; restype None: void */
    Value types;                       /* Raw: ffi_type *[] */
    uint32_t flags;
    ffi_cif cif;
    ffi_closure *closure;
    struct Thunk *next, **link; /* guarded by thunks_lock */
} Thunk;

static Thunk *thunks;     /* all of them, not traced */
static Mutex thunks_lock; /* raw: no safepoint is reached while it is held */

static void thunk_trace(Object *self, Tracer *tracer)
{
    Thunk *t = (Thunk *)self;
    gc_visit(tracer, t->callable);
    gc_visit(tracer, t->argtypes);
    gc_visit(tracer, t->restype);
    gc_visit(tracer, t->types);
}

/* They are no roots; but who shares what others can reach by name shares these too. */
static void visit_thunks(Tracer *tracer)
{
    if (!tracer->weak)
        return;
    for (Thunk *t = thunks; t; t = t->next)
        gc_visit(tracer, (Value)t);
}

static void thunk_register(Thunk *t)
{
    mutex_lock_raw(&thunks_lock);
    t->next = thunks;
    t->link = &thunks;
    if (thunks)
        thunks->link = &t->next;
    thunks = t;
    mutex_unlock(&thunks_lock);
    if (load_relaxed(&multithreaded))
        share_value((Value)t);
}

/* World stopped. */
static void thunk_release(Object *self)
{
    Thunk *t = (Thunk *)self;
    if (t->link) {
        *t->link = t->next;
        if (t->next)
            t->next->link = t->link;
    }
    if (t->closure)
        ffi_library()->ffi_closure_free(t->closure);
}

void thunk_start(void)
{
    gc_add_root_tracer(visit_thunks);
    foreign_start();
}

/* ---- running ----------------------------------------------------------------------------------
 */

static Value read_argument(Value type, const void *bytes)
{
    CInfo *info = ctype_info(type);
    if (!info)
        return raise(TypeError, "cannot build parameter");
    return result_from_bytes(type, 0, bytes);
}

/* The message goes before the exception's, as in "Exception ignored ... <function f>". */
static void report(const char *what, Value callable)
{
    Value error = error_take();
    Value message = format_value("Exception ignored %s %R", what, callable);
    const char *text = message ? str_cstring(message) : 0;
    error_clear();
    error_restore(error);
    error_write_unraisable(text ? text : "Exception ignored", text ? 0 : callable);
}

static void store_result(const Thunk *t, Value value, char *result)
{
    CInfo *info = ctype_info(t->restype);
    Value keep = code_store(info->code, result, value, info->swapped, (BitRange){0});
    if (!keep)
        report("on converting result of ctypes callback function", t->callable);
    else if (keep != None && info->code->kind != CODE_OBJECT &&
             !warn(RuntimeWarning, 1, "memory leak in callback function."))
        report("on converting result of ctypes callback function", t->callable);
}

/* Small integers are widened to a register, as libffi has it. */
static void widen_result(const Thunk *t, char *result)
{
    CInfo *info = ctype_info(t->restype);
    if (info->size >= (intptr_t)sizeof(ffi_arg) || info->code->kind == CODE_FLOAT)
        return;
    bool is_signed = info->code->kind == CODE_SIGNED;
    unsigned unused = 64 - 8 * (unsigned)info->size;
    uint64_t word = 0;
    memcpy(&word, result, (size_t)info->size);
    word <<= unused;
    word = is_signed ? (uint64_t)((int64_t)word >> unused) : word >> unused;
    memcpy(result, &word, sizeof word);
}

static Value call_python(const Thunk *t, void **args)
{
    intptr_t count = tuple_length(t->argtypes);
    Value values = TRY(tuple_new(count));
    for (intptr_t i = 0; i < count; i++)
        tuple_init(values, i, TRY(read_argument(tuple_get(t->argtypes, i), args[i])));
    return call(t->callable, ((Tuple *)values)->items, (size_t)count, 0);
}

static void run(const Thunk *t, void *result, void **args)
{
    bool with_errno = t->flags & FUNCTION_USE_ERRNO, is_void = t->restype == None;
    if (!is_void)
        memset(result, 0,
               t->cif.rtype->size < sizeof(ffi_arg) ? sizeof(ffi_arg) : t->cif.rtype->size);
    if (with_errno)
        errno = exchange_errno(errno);
    Value value = call_python(t, args);
    if (with_errno)
        errno = exchange_errno(errno);
    if (!value)
        report("on calling ctypes callback function", t->callable);
    else if (!is_void)
        store_result(t, value, result);
    if (!is_void)
        widen_result(t, result);
}

static void enter(ffi_cif *cif UNUSED, void *result, void **args, void *data)
{
    const Thunk *t = data;
    GcThread *self = gc_self;
    if (!self) {
        Thread *thread = foreign_thread_enter();
        run(t, result, args);
        foreign_thread_leave(thread);
    } else if (load_relaxed(&self->state) == GC_NATIVE) {
        NativePause pause;
        native_pause(&pause);
        run(t, result, args);
        native_resume(&pause);
    } else {
        run(t, result, args);
    }
}

/* ---- making -----------------------------------------------------------------------------------
 */

static bool set_argument_types(Thunk *t)
{
    intptr_t count = tuple_length(t->argtypes);
    Raw *raw = TRY(raw_new((count + 1) * (intptr_t)sizeof(ffi_type *)));
    ffi_type **types = (ffi_type **)(void *)raw->data;
    for (intptr_t i = 0; i < count; i++) {
        Value type = tuple_get(t->argtypes, i);
        types[i] = ctype_info(type) ? TRY(ctype_ffi(type)) : ffi_library()->ffi_type_sint32;
    }
    gc_store(t, &t->types, (Value)raw);
    return true;
}

static bool prepare(Thunk *t, void **code)
{
    const FfiLibrary *f = ffi_library();
    bool is_void = t->restype == None;
    CInfo *result = is_void ? 0 : ctype_info(t->restype);
    if (!is_void && (!result || !result->code))
        return raise(TypeError, "invalid result type for callback function");
    TRY(set_argument_types(t));
    ffi_type **types = (ffi_type **)(void *)((Raw *)t->types)->data;
    unsigned count = (unsigned)tuple_length(t->argtypes);
    if (f->ffi_prep_cif(&t->cif, FFI_DEFAULT_ABI, count, is_void ? f->ffi_type_void : result->ffi,
                        types) != FFI_OK)
        return raise(RuntimeError, "ffi_prep_cif failed");
    t->closure = f->ffi_closure_alloc(sizeof *t->closure, code);
    if (!t->closure)
        return raise_no_memory();
    return f->ffi_prep_closure_loc(t->closure, &t->cif, enter, t, *code) == FFI_OK ||
           raise(RuntimeError, "ffi_prep_closure failed");
}

Value thunk_new(Value callable, Value argtypes, Value restype, uint32_t flags, void **code)
{
    Thunk *t = TRY(NEW(Thunk, &thunk_type));
    gc_store(t, &t->callable, callable);
    gc_store(t, &t->argtypes, argtypes);
    gc_store(t, &t->restype, restype ? restype : None);
    t->flags = flags;
    TRY(prepare(t, code));
    thunk_register(t);
    return (Value)t;
}

Type thunk_type = {
    TYPE_HEAD("_ctypes.CThunkObject", Thunk),
    .trace = thunk_trace,
    .release = thunk_release,
    .flags = TYPE_NO_NEW,
    .doc = "CThunkObject",
};
