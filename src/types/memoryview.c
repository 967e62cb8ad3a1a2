/* memoryview objects.
 *
 * All views made from one another share a ManagedBuffer, which holds the buffer of the object
 * that they look at, and counts the views that were not released. The last release gives the
 * buffer back; so does the collector when it finds the ManagedBuffer dead: its release function
 * runs before anything is swept, so the exporting object can still be told.
 *
 * A view is immutable but for `released`. The memory stays valid after a release as long as the
 * ManagedBuffer lives only for exporters that keep it; so what touches memory checks `released`
 * first, and a thread that reads while another releases sees old memory of a live Raw or bytes.
 */
#include "types/memoryview.h"

#include "base/copy.h"
#include "base/hash.h"
#include "core/alloc.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "core/share.h"
#include "types/bytes.h"
#include "types/bytes_methods.h"
#include "types/int.h"
#include "types/list.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/tuple.h"

typedef struct ManagedBuffer {
    Object ob;
    Buffer buffer;
    ReleaseBufferFn release; /* instead of that of the owner's type; 0: that */
    bool restricted;         /* no more views may be made of it */
    intptr_t views;          /* not released; guarded by lock */
    bool released;           /* the buffer was given back; guarded by lock */
} ManagedBuffer;

static Type managed_buffer_type;

static void managed_buffer_trace(Object *self, Tracer *tracer)
{
    ManagedBuffer *managed = (ManagedBuffer *)self;
    gc_visit(tracer, load_relaxed(&managed->buffer.owner));
    gc_visit(tracer, managed->buffer.keep);
}

/* Runs at the end of marking, the world stopped: only builtin code may be called. */
static void managed_buffer_die(Object *self)
{
    ManagedBuffer *managed = (ManagedBuffer *)self;
    Value owner = managed->buffer.owner;
    if (managed->released || !owner)
        return;
    if (managed->release)
        managed->release(owner, &managed->buffer);
    else
        buffer_drop(&managed->buffer);
}

static void memoryview_trace(Object *self, Tracer *tracer)
{
    MemoryView *view = (MemoryView *)self;
    gc_visit(tracer, view->managed);
    gc_visit(tracer, view->format_owner);
}

ALWAYS_INLINE MemoryView *as_view(Value v)
{
    return (MemoryView *)v;
}

static bool check_released(const MemoryView *view)
{
    if (load_acquire(&view->released)) {
        raise(ValueError, "operation forbidden on released memoryview object");
        return false;
    }
    return true;
}

static Strided strided_of(MemoryView *view)
{
    return (Strided){
        view->data,  view->ndim, view->item_size, memoryview_shape(view), memoryview_strides(view),
        view->format};
}

/* ---- Making views ----------------------------------------------------------------------- */

/* A view on `managed` with dims still to be filled; false if that was released meanwhile. */
static MemoryView *view_new(ManagedBuffer *managed, int ndim)
{
    MemoryView *view = TRY(
        alloc_object(SHAPE_MEMORYVIEW, sizeof(MemoryView) + 2 * (size_t)ndim * sizeof(intptr_t)));
    if (managed->restricted) {
        raise(ValueError, "cannot create new view on restricted memoryview");
        return 0;
    }
    gc_store(view, &view->managed, (Value)managed);
    view->ndim = ndim;
    WITH_LOCK (managed) {
        if (managed->released) {
            raise(ValueError, "operation forbidden on released memoryview object");
            return 0;
        }
        managed->views++;
    }
    return view;
}

/* A copy of a view, with another number of dimensions to be filled in. */
static MemoryView *view_like(MemoryView *from, int ndim)
{
    MemoryView *view = TRY(view_new((ManagedBuffer *)from->managed, ndim));
    view->readonly = from->readonly;
    view->data = from->data;
    view->size = from->size;
    view->item_size = from->item_size;
    view->format = from->format;
    gc_store(view, &view->format_owner, from->format_owner);
    return view;
}

static MemoryView *view_copy(MemoryView *from)
{
    MemoryView *view = TRY(view_like(from, from->ndim));
    memcpy(view->dims, from->dims, 2 * (size_t)from->ndim * sizeof(intptr_t));
    return view;
}

static Value view_from_managed(ManagedBuffer *managed)
{
    const Buffer *buffer = &managed->buffer;
    if (buffer->ndim > MEMORYVIEW_MAX_DIMENSIONS)
        return raise(ValueError, "memoryview: number of dimensions must not exceed 64");
    MemoryView *view = TRY(view_new(managed, buffer->ndim));
    Strided s = strided_from_buffer(buffer, view->dims);
    view->readonly = buffer->readonly;
    view->data = s.data;
    view->item_size = s.item_size;
    view->size = s.item_size;
    for (int i = 0; i < s.ndim; i++)
        view->size *= s.shape[i];
    Value format = TRY(bytes_from(s.format, strlen(s.format)));
    view->format = ((Bytes *)format)->data;
    gc_store(view, &view->format_owner, format);
    return (Value)view;
}

static void release_nothing(Value owner UNUSED, Buffer *buffer UNUSED)
{
}

/* A view that gives the buffer back, by `release` if that is not 0. */
static Value view_of_buffer(const Buffer *buffer, ReleaseBufferFn release)
{
    ManagedBuffer *managed = TRY(NEW(ManagedBuffer, &managed_buffer_type));
    gc_barrier(managed, buffer->owner);
    gc_barrier(managed, buffer->keep);
    managed->buffer = *buffer;
    managed->release = release;
    return view_from_managed(managed);
}

static Value memoryview_with_flags(Value o, int flags)
{
    if (is_memoryview(o)) {
        TRY(check_released(as_view(o)));
        return (Value)view_copy(as_view(o));
    }
    if (!has_buffer(o))
        return raise(TypeError, "memoryview: a bytes-like object is required, not '%T'", o);
    Buffer buffer;
    TRY(buffer_get(o, &buffer, flags | BUFFER_STRIDED));
    return view_of_buffer(&buffer, 0);
}

Value memoryview_from_slots(Value o, GetBufferFn get, ReleaseBufferFn release, int flags)
{
    Buffer buffer = {.item_size = 1, .ndim = 1};
    TRY(get(o, &buffer, flags | BUFFER_STRIDED));
    if (!buffer.owner)
        buffer.owner = o;
    return view_of_buffer(&buffer, release ? release : release_nothing);
}

Value memoryview_from_buffer(const Buffer *buffer)
{
    return view_of_buffer(buffer, 0);
}

Value memoryview_from(Value o)
{
    return memoryview_with_flags(o, BUFFER_READ);
}

Value memoryview_from_memory(char *data, intptr_t size, bool readonly, Value keep)
{
    ManagedBuffer *managed = TRY(NEW(ManagedBuffer, &managed_buffer_type));
    gc_barrier(managed, keep);
    managed->buffer = (Buffer){
        .data = data, .size = size, .item_size = 1, .readonly = readonly, .ndim = 1, .keep = keep};
    return view_from_managed(managed);
}

Value memoryview_for_release(Value owner, const Buffer *buffer, ReleaseBufferFn release)
{
    Buffer own = *buffer;
    own.owner = owner;
    Value view = TRY(view_of_buffer(&own, release));
    ((ManagedBuffer *)as_view(view)->managed)->restricted = true;
    return view;
}

/* Notes where the only reference to a new view will be: see memoryview_used. */
static Value noting_place(MemoryView *view, const void *called)
{
    result_place_hook(called, &view->born);
    return (Value)view;
}

NEW_METHOD(memoryview_make, "object")
{
    return noting_place(as_view(TRY(memoryview_from(args[1]))), args[0]);
}

CLASS_METHOD(memoryview_from_flags, "_from_flags", "object, flags",
             "Create a view of object, with the flags that __buffer__ would get.")
{
    int flags;
    TRY(index_as_int(args[2], &flags));
    return memoryview_with_flags(args[1], flags & 1 ? BUFFER_WRITE : BUFFER_READ);
}

/* ---- Release ---------------------------------------------------------------------------- */

static Value view_release(MemoryView *view)
{
    ManagedBuffer *managed = (ManagedBuffer *)view->managed;
    bool last = false;
    WITH_LOCK (managed) {
        if (view->released)
            return None;
        intptr_t exports = load_relaxed(&view->exports);
        if (exports > 0)
            return raise(BufferError, "memoryview has %zd exported buffer%s", exports,
                         exports == 1 ? "" : "s");
        store_release(&view->released, true);
        if (--managed->views == 0)
            last = managed->released = true;
    }
    if (last) {
        Buffer buffer = managed->buffer;
        if (managed->release)
            managed->release(buffer.owner, &buffer);
        else
            buffer_release(&buffer);
    }
    return None;
}

void memoryview_used(Value v, const void *called)
{
    if (is_memoryview(v) && as_view(v)->born.frame && !load_relaxed(&as_view(v)->exports) &&
        last_use_hook(v, called, &as_view(v)->born))
        view_release(as_view(v));
}

METHOD(memoryview_release, "release", "", "Release the underlying buffer.")
{
    return view_release(as_view(args[0]));
}

METHOD(memoryview_enter, "__enter__", "", "")
{
    TRY(check_released(as_view(args[0])));
    return args[0];
}

METHOD(memoryview_exit, "__exit__", "!*args", "Release the view.")
{
    return view_release(as_view(args[0]));
}

static bool memoryview_get_buffer(Value v, Buffer *buffer, int flags)
{
    MemoryView *view = as_view(v);
    if (!check_released(view))
        return false;
    if (((ManagedBuffer *)view->managed)->restricted) {
        raise(ValueError, "cannot create new view on restricted memoryview");
        return false;
    }
    if (flags & BUFFER_WRITE && view->readonly) {
        raise(BufferError, "memoryview: underlying buffer is not writable");
        return false;
    }
    Strided s = strided_of(view);
    bool contiguous = strided_is_contiguous(&s, false);
    if (!(flags & BUFFER_STRIDED) && !contiguous) {
        raise(BufferError, "memoryview: underlying buffer is not C-contiguous");
        return false;
    }
    WITH_LOCK (view->managed) {
        if (view->released)
            break;
        fetch_add_relaxed(&view->exports, 1);
    }
    *buffer = (Buffer){.owner = v,
                       .data = view->data,
                       .size = view->size,
                       .item_size = view->item_size,
                       .readonly = view->readonly,
                       .constant = ((ManagedBuffer *)view->managed)->buffer.constant,
                       .ndim = view->ndim,
                       .format = view->format,
                       .shape = memoryview_shape(view),
                       .strides = memoryview_strides(view),
                       .keep = v};
    return check_released(view);
}

static void memoryview_release_buffer(Value v, Buffer *buffer UNUSED)
{
    fetch_sub_acq_rel(&as_view(v)->exports, 1);
}

/* ---- Items ------------------------------------------------------------------------------ */

static char *pointer_to(MemoryView *view, char *data, int dimension, intptr_t i)
{
    if (!index_resolve(&i, memoryview_shape(view)[dimension])) {
        raise(IndexError, "index out of bounds on dimension %d", dimension + 1);
        return 0;
    }
    return data + i * memoryview_strides(view)[dimension];
}

static char *pointer_from_tuple(MemoryView *view, Value key)
{
    intptr_t count = tuple_length(key);
    if (count < view->ndim) {
        raise(NotImplementedError, "sub-views are not implemented");
        return 0;
    }
    if (count > view->ndim) {
        raise(TypeError, "cannot index %d-dimension view with %zd-element tuple", view->ndim,
              count);
        return 0;
    }
    char *data = view->data;
    for (int i = 0; i < view->ndim; i++) {
        intptr_t index;
        TRY(index_as_intptr_or(tuple_get(key, i), &index, IndexError));
        data = TRY(pointer_to(view, data, i, index));
    }
    return data;
}

typedef enum KeyKind {
    KEY_INVALID,
    KEY_INDEX,
    KEY_INDICES,
    KEY_SLICE,
    KEY_SLICES,
    KEY_ELLIPSIS
} KeyKind;

static KeyKind classify_key(Value key)
{
    if (is_int(key) || has_index(key))
        return KEY_INDEX;
    if (is_slice(key))
        return KEY_SLICE;
    if (key == Ellipsis)
        return KEY_ELLIPSIS;
    if (!is_tuple(key))
        return KEY_INVALID;
    bool all_indices = true, all_slices = tuple_length(key) > 0;
    for (intptr_t i = 0; i < tuple_length(key); i++) {
        all_indices &= is_int(tuple_get(key, i)) || has_index(tuple_get(key, i));
        all_slices &= is_slice(tuple_get(key, i));
    }
    return all_indices ? KEY_INDICES : all_slices ? KEY_SLICES : KEY_INVALID;
}

/* The item that an index or a tuple of them selects; 0 with an exception. */
static char *item_pointer(MemoryView *view, Value key, KeyKind kind)
{
    if (kind == KEY_INDICES)
        return pointer_from_tuple(view, key);
    if (view->ndim == 0) {
        raise(TypeError, "invalid indexing of 0-dim memory");
        return 0;
    }
    if (view->ndim > 1) {
        raise(NotImplementedError, "multi-dimensional sub-views are not implemented");
        return 0;
    }
    intptr_t index;
    TRY(index_as_intptr_or(key, &index, IndexError));
    return pointer_to(view, view->data, 0, index);
}

static MemoryView *view_slice(MemoryView *from, Value slice)
{
    intptr_t start, stop, step, count;
    /* First the view, which keeps the buffer should an __index__ release `from`. */
    MemoryView *view = TRY(view_copy(from));
    TRY(slice_indices(slice, memoryview_shape(from)[0], &start, &stop, &step, &count));
    if (count)
        view->data += start * memoryview_strides(view)[0];
    intptr_t old = memoryview_shape(view)[0];
    view->size = old ? view->size / old * count : 0;
    memoryview_shape(view)[0] = count;
    memoryview_strides(view)[0] *= step;
    return view;
}

static Value slice_of_temporary(MemoryView *view, Value slice)
{
    MemoryView *part = TRY(view_slice(view, slice));
    noting_place(part, view);
    memoryview_used((Value)view, view);
    return (Value)part;
}

static Value memoryview_getitem(Value self, Value key)
{
    MemoryView *view = as_view(self);
    TRY(check_released(view));
    KeyKind kind = classify_key(key);
    if (view->ndim == 0 && kind == KEY_ELLIPSIS)
        return self;
    switch (kind) {
    case KEY_INDEX:
    case KEY_INDICES: {
        char *item = TRY(item_pointer(view, key, kind));
        TRY(check_released(view)); /* __index__ may have released it */
        return memory_unpack(item, view->format);
    }
    case KEY_SLICE:
        if (view->ndim == 0)
            return raise(TypeError, "invalid indexing of 0-dim memory");
        return slice_of_temporary(view, key);
    case KEY_SLICES:
        return raise(NotImplementedError, "multi-dimensional slicing is not implemented");
    default:
        return raise(TypeError, "memoryview: invalid slice key");
    }
}

static bool same_structure(const Strided *a, const Strided *b)
{
    char x = memory_format_letter(a->format), y = memory_format_letter(b->format);
    bool same = a->ndim == b->ndim && a->item_size == b->item_size &&
                (x ? x == y : !strcmp(a->format, b->format));
    for (int i = 0; same && i < a->ndim; i++) {
        same = a->shape[i] == b->shape[i];
        if (a->shape[i] == 0)
            break;
    }
    if (!same)
        raise(ValueError, "memoryview assignment: lvalue and rvalue have different structures");
    return same;
}

static bool assign_slice(MemoryView *view, Value slice, Value value)
{
    Buffer buffer;
    if (!buffer_get(value, &buffer, BUFFER_STRIDED))
        return false;
    intptr_t dims[2 * MEMORYVIEW_MAX_DIMENSIONS];
    Strided from = strided_from_buffer(&buffer, dims);
    bool done = false;
    MemoryView *target = slice ? view_slice(view, slice) : view;
    if (target) {
        Strided to = strided_of(target);
        done = same_structure(&to, &from) && check_released(view) && strided_copy(&from, &to);
        if (target != view && !view_release(target))
            done = false;
    }
    buffer_release(&buffer);
    return done;
}

static bool memoryview_setitem(Value self, Value key, Value value)
{
    MemoryView *view = as_view(self);
    if (!check_released(view))
        return false;
    if (view->readonly) {
        raise(TypeError, "cannot modify read-only memory");
        return false;
    }
    if (!value) {
        raise(TypeError, "cannot delete memory");
        return false;
    }
    KeyKind kind = classify_key(key);
    switch (kind) {
    case KEY_INDEX:
    case KEY_INDICES: {
        char *item = TRY(item_pointer(view, key, kind));
        _Alignas(8) char packed[8];
        TRY(memory_pack(packed, view->format, value)); /* may run Python code */
        TRY(check_released(view));
        copy_item(item, packed, (size_t)view->item_size);
        return true;
    }
    case KEY_SLICE:
    case KEY_SLICES:
        if (view->ndim == 1 && kind == KEY_SLICE)
            return assign_slice(view, key, value);
        raise(NotImplementedError,
              view->ndim ? "memoryview slice assignments are currently restricted to ndim = 1"
                         : "invalid indexing of 0-dim memory");
        return false;
    case KEY_ELLIPSIS:
        if (view->ndim == 0) {
            _Alignas(8) char packed[8];
            TRY(memory_pack(packed, view->format, value));
            TRY(check_released(view));
            copy_item(view->data, packed, (size_t)view->item_size);
            return true;
        }
        /* fall through */
    default:
        raise(TypeError, "memoryview: invalid slice key");
        return false;
    }
}

/* ---- Other slots ------------------------------------------------------------------------ */

static Value memoryview_repr(Value self)
{
    return str_format(load_acquire(&as_view(self)->released) ? "<released memory at %#zx>"
                                                             : "<memory at %#zx>",
                      (size_t)self);
}

static intptr_t memoryview_length(Value self)
{
    MemoryView *view = as_view(self);
    if (!check_released(view))
        return -1;
    if (view->ndim == 0) {
        raise(TypeError, "0-dim memory has no length");
        return -1;
    }
    return memoryview_shape(view)[0];
}

static Value memoryview_compare(Value a, Value b, CompareOp op)
{
    if (op != CMP_EQ && op != CMP_NE)
        return NotImplemented;
    bool equal_wanted = op == CMP_EQ;
    if (!is_memoryview(a) || !has_buffer(b))
        return NotImplemented;
    MemoryView *view = as_view(a);
    if (load_acquire(&view->released) || (is_memoryview(b) && load_acquire(&as_view(b)->released)))
        return bool_value((a == b) == equal_wanted);
    Buffer buffer;
    if (!buffer_get(b, &buffer, BUFFER_STRIDED)) {
        error_clear();
        return NotImplemented;
    }
    intptr_t dims[2 * MEMORYVIEW_MAX_DIMENSIONS];
    Strided x = strided_of(view), y = strided_from_buffer(&buffer, dims);
    int equal = strided_equal(&x, &y);
    buffer_release(&buffer);
    TRY_NOT_NEGATIVE(equal, 0);
    return bool_value(equal == equal_wanted);
}

static bool memoryview_hash(Value self, int64_t *hash)
{
    MemoryView *view = as_view(self);
    *hash = load_relaxed(&view->hash);
    if (*hash)
        return true;
    if (!check_released(view))
        return false;
    if (!view->readonly) {
        raise(ValueError, "cannot hash writable memoryview object");
        return false;
    }
    char letter = memory_format_letter(view->format);
    if (letter != 'B' && letter != 'b' && letter != 'c') {
        raise(ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
        return false;
    }
    Value owner = ((ManagedBuffer *)view->managed)->buffer.owner;
    int64_t ignored;
    if (owner && !object_hash(owner, &ignored))
        return false;
    Strided s = strided_of(view);
    Raw *copy = TRY_OR(raw_new(view->size + 1), false);
    strided_copy_out(&s, copy->data, false);
    *hash = text_hash(copy->data, (size_t)view->size);
    store_relaxed(&view->hash, *hash);
    return true;
}

/* ---- Methods ---------------------------------------------------------------------------- */

static Value view_bytes(MemoryView *view, bool fortran)
{
    Strided s = strided_of(view);
    Value result = TRY(bytes_new(view->size));
    if (view->size)
        strided_copy_out(&s, ((Bytes *)result)->data, fortran);
    return result;
}

METHOD(memoryview_tobytes, "tobytes", "order='C'",
       "Return the data as bytes: in C or Fortran order, or that of the memory ('A').")
{
    MemoryView *view = as_view(args[0]);
    TRY(check_released(view));
    bool fortran = false;
    if (args[1] != None) {
        if (!is_str(args[1]))
            return raise(TypeError, "tobytes() argument 'order' must be str or None, not %B",
                         args[1]);
        TRY(str_cstring(args[1]));
        if (str_equals(args[1], "F"))
            fortran = true;
        else if (str_equals(args[1], "A")) {
            Strided s = strided_of(view);
            fortran = !strided_is_contiguous(&s, false) && strided_is_contiguous(&s, true);
        } else if (!str_equals(args[1], "C"))
            return raise(ValueError, "order must be 'C', 'F' or 'A'");
    }
    Value bytes = TRY(view_bytes(view, fortran));
    memoryview_used((Value)view, &memoryview_tobytes_def);
    return bytes;
}

METHOD(memoryview_hex, "hex", "sep=?, bytes_per_sep=1",
       "Return the data as a string of two hexadecimal digits for each byte.\n\n"
       "  >>> value = memoryview(bytes.fromhex('102aff'))\n"
       "  >>> value.hex()\n"
       "  '102aff'\n"
       "  >>> value.hex('-')\n"
       "  '10-2a-ff'\n"
       "  >>> value.hex('-', 2)\n"
       "  '10-2aff'\n"
       "  >>> value.hex('-', -2)\n"
       "  '102a-ff'")
{
    MemoryView *view = as_view(args[0]);
    TRY(check_released(view));
    Value bytes = TRY(view_bytes(view, false));
    return bytes_hex((const unsigned char *)((Bytes *)bytes)->data, ((Bytes *)bytes)->length,
                     args[1], args[2]);
}

METHOD(memoryview_tolist, "tolist", "",
       "Return the items as a list of lists, one level a dimension.")
{
    MemoryView *view = as_view(args[0]);
    TRY(check_released(view));
    Strided s = strided_of(view);
    return strided_to_list(&s);
}

METHOD(memoryview_toreadonly, "toreadonly", "", "Return a readonly version of the view.")
{
    MemoryView *view = as_view(args[0]);
    TRY(check_released(view));
    MemoryView *copy = TRY(view_copy(view));
    copy->readonly = true;
    return (Value)copy;
}

/* ---- cast ------------------------------------------------------------------------------- */

/* Fills shape from a list or tuple of ints, and C strides; their product with the item size
 * must be `size`. */
static bool parse_shape(Value shape, intptr_t *dims, int ndim, intptr_t item_size, intptr_t size)
{
    intptr_t product = item_size;
    for (int i = 0; i < ndim; i++) {
        Value item = TRY_OR(sequence_item(shape, i), false);
        if (!is_int_any(item))
            return raise(TypeError, "memoryview.cast(): elements of shape must be integers");
        int64_t extent;
        if (!int_to_i64(item, &extent) || extent <= 0)
            return raise(ValueError, "memoryview.cast(): elements of shape must be integers > 0");
        if (__builtin_mul_overflow(product, extent, &product))
            return raise(ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
        dims[i] = extent;
    }
    if (product != size)
        return raise(TypeError, "memoryview: product(shape) * itemsize != buffer size");
    intptr_t stride = item_size;
    for (int i = ndim - 1; i >= 0; i--) {
        dims[ndim + i] = stride;
        stride *= dims[i];
    }
    return true;
}

static bool is_byte_format(const char *format)
{
    char letter = memory_format_letter(format);
    return letter == 'B' || letter == 'b' || letter == 'c';
}

static Value view_cast(MemoryView *view, Value format_value, Value shape, int ndim)
{
    const char *format = TRY(str_cstring(format_value));
    intptr_t item_size = memory_format_size(format);
    if (!item_size)
        return raise(ValueError, "memoryview: destination format must be a native single character "
                                 "format prefixed with an optional '@'");
    if (!is_byte_format(format) && !is_byte_format(view->format))
        return raise(TypeError, "memoryview: cannot cast between two non-byte formats");
    if (view->size % item_size)
        return raise(TypeError, "memoryview: length is not a multiple of itemsize");
    MemoryView *result = TRY(view_like(view, ndim));
    Value owner = TRY(bytes_from(format, strlen(format)));
    gc_store(result, &result->format_owner, owner);
    result->format = ((Bytes *)owner)->data;
    result->item_size = item_size;
    if (shape) {
        TRY(parse_shape(shape, result->dims, ndim, item_size, view->size));
        return (Value)result;
    }
    result->dims[0] = view->size / item_size;
    result->dims[1] = item_size;
    return (Value)result;
}

METHOD(memoryview_cast, "cast", "format, shape=?", "Cast the view to a new format or shape.")
{
    MemoryView *view = as_view(args[0]);
    TRY(check_released(view));
    if (!is_str(args[1]))
        return raise(TypeError, "cast() argument 'format' must be str, not %B", args[1]);
    Strided s = strided_of(view);
    if (!strided_is_contiguous(&s, false))
        return raise(TypeError, "memoryview: casts are restricted to C-contiguous views");
    intptr_t ndim = 1;
    if ((args[2] || view->ndim != 1) && view->ndim > 0)
        for (int i = 0; i < view->ndim; i++)
            if (memoryview_shape(view)[i] == 0)
                return raise(TypeError,
                             "memoryview: cannot cast view with zeros in shape or strides");
    if (args[2]) {
        if (!is_list(args[2]) && !is_tuple(args[2]))
            return raise(TypeError, "shape must be a list or a tuple");
        ndim = TRY_NOT_NEGATIVE(object_length(args[2]), 0);
        if (ndim > MEMORYVIEW_MAX_DIMENSIONS)
            return raise(ValueError, "memoryview: number of dimensions must not exceed 64");
        if (view->ndim != 1 && ndim != 1)
            return raise(TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
    }
    return view_cast(view, args[1], args[2], (int)ndim);
}

/* ---- Attributes ------------------------------------------------------------------------- */

static Value tuple_from_dims(const intptr_t *dims, int ndim)
{
    Value result = TRY(tuple_new(ndim));
    for (int i = 0; i < ndim; i++)
        tuple_init(result, i, int_from(dims[i]));
    return result;
}

#define VIEW_GETTER(name, expression)                                                              \
    static Value memoryview_get_##name(Value self)                                                 \
    {                                                                                              \
        MemoryView *view = as_view(self);                                                          \
        TRY(check_released(view));                                                                 \
        return expression;                                                                         \
    }

static bool view_is_contiguous(MemoryView *view, bool fortran)
{
    Strided s = strided_of(view);
    return strided_is_contiguous(&s, fortran);
}

static Value owner_of(MemoryView *view)
{
    Value owner = ((ManagedBuffer *)view->managed)->buffer.owner;
    return owner ? owner : None;
}

VIEW_GETTER(obj, owner_of(view))
VIEW_GETTER(nbytes, int_from(view->size))
VIEW_GETTER(readonly, bool_value(view->readonly))
VIEW_GETTER(itemsize, int_from(view->item_size))
VIEW_GETTER(format, str_from_cstring(view->format))
VIEW_GETTER(ndim, int_small(view->ndim))
VIEW_GETTER(shape, tuple_from_dims(memoryview_shape(view), view->ndim))
VIEW_GETTER(strides, tuple_from_dims(memoryview_strides(view), view->ndim))
VIEW_GETTER(suboffsets, tuple_empty())
VIEW_GETTER(c_contiguous, bool_value(view_is_contiguous(view, false)))
VIEW_GETTER(f_contiguous, bool_value(view_is_contiguous(view, true)))
VIEW_GETTER(contiguous,
            bool_value(view_is_contiguous(view, false) || view_is_contiguous(view, true)))

static const GetSetDef memoryview_getset[] = {
    {"obj", memoryview_get_obj, 0, "The underlying object of the memoryview."},
    {"nbytes", memoryview_get_nbytes, 0, "The size of all items in bytes."},
    {"readonly", memoryview_get_readonly, 0, "Whether the memory is read-only."},
    {"itemsize", memoryview_get_itemsize, 0, "The size of an item in bytes."},
    {"format", memoryview_get_format, 0, "The format of an item, in struct syntax."},
    {"ndim", memoryview_get_ndim, 0, "The number of dimensions."},
    {"shape", memoryview_get_shape, 0, "The number of items in each dimension."},
    {"strides", memoryview_get_strides, 0,
     "The bytes from one item to the next in each dimension."},
    {"suboffsets", memoryview_get_suboffsets, 0, "Used by arrays of pointers only: ()."},
    {"c_contiguous", memoryview_get_c_contiguous, 0, "Whether the memory is C contiguous."},
    {"f_contiguous", memoryview_get_f_contiguous, 0, "Whether the memory is Fortran contiguous."},
    {"contiguous", memoryview_get_contiguous, 0, "Whether the memory is contiguous."},
    {0},
};

static MethodDef *const memoryview_methods[] = {M(memoryview_release),    M(memoryview_enter),
                                                M(memoryview_exit),       M(memoryview_tobytes),
                                                M(memoryview_hex),        M(memoryview_tolist),
                                                M(memoryview_toreadonly), M(memoryview_cast),
                                                M(memoryview_from_flags), 0};

/* ---- The iterator ----------------------------------------------------------------------- */

typedef struct MemoryIterator {
    Object ob;
    Value view;      /* atomic: 0 once exhausted */
    intptr_t index;  /* atomic */
    intptr_t length; /* immutable */
} MemoryIterator;

static void memory_iterator_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, load_relaxed(&((MemoryIterator *)self)->view));
}

static Type memory_iterator_type;

static Value memoryview_iter(Value self)
{
    MemoryView *view = as_view(self);
    TRY(check_released(view));
    if (view->ndim == 0)
        return raise(TypeError, "invalid indexing of 0-dim memory");
    if (view->ndim > 1)
        return raise(NotImplementedError, "multi-dimensional sub-views are not implemented");
    MemoryIterator *it = TRY(NEW(MemoryIterator, &memory_iterator_type));
    gc_store(it, &it->view, self);
    it->length = memoryview_shape(view)[0];
    return (Value)it;
}

static Value memory_iterator_iter(Value self)
{
    return self;
}

static Value memory_iterator_next(Value self)
{
    MemoryIterator *it = (MemoryIterator *)self;
    MemoryView *view = as_view(load_acquire(&it->view));
    if (!view)
        return 0;
    TRY(check_released(view));
    intptr_t i = is_shared(it) ? fetch_add_relaxed(&it->index, 1) : it->index++;
    if (i < it->length)
        return memory_unpack(view->data + i * memoryview_strides(view)[0], view->format);
    store_release(&it->view, (Value)0); /* NO_BARRIER: no reference */
    return 0;
}

/* ---- Types ------------------------------------------------------------------------------ */

static Type memory_iterator_type = {
    TYPE_HEAD("memory_iterator", MemoryIterator),
    .iter = memory_iterator_iter,
    .next = memory_iterator_next,
    .trace = memory_iterator_trace,
    .flags = TYPE_NO_NEW,
};

static Type managed_buffer_type = {
    TYPE_HEAD("managedbuffer", ManagedBuffer),
    .trace = managed_buffer_trace,
    .release = managed_buffer_die,
    .flags = TYPE_NO_NEW,
};

Type memoryview_type = {
    TYPE_HEAD("memoryview", MemoryView),
    .repr = memoryview_repr,
    .hash = memoryview_hash,
    .compare = memoryview_compare,
    .iter = memoryview_iter,
    .length = memoryview_length,
    .getitem = memoryview_getitem,
    .setitem = memoryview_setitem,
    .get_buffer = memoryview_get_buffer,
    .release_buffer = memoryview_release_buffer,
    .doc = "Create a new memoryview object which references the given object.",
    .new_def = M(memoryview_make),
    .methods = memoryview_methods,
    .getset = memoryview_getset,
    .trace = memoryview_trace,
    .layout = LAYOUT_MEMORYVIEW,
    .flags = TYPE_SEQUENCE,
    .has_weakrefs = true,
};

void memoryview_start(void)
{
    type_ready(&managed_buffer_type, 0);
    type_ready(&memory_iterator_type, 0);
    type_ready(&memoryview_type, SHAPE_MEMORYVIEW);
}
