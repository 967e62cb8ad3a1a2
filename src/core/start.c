/* Starting the core and the builtin types, in the order in which they need each other.
 *
 * Types are made ready with dicts, tuples, lists and strs, whose own types are not ready yet: these
 * work from the beginning, as their shapes are fixed. There is no collection until all is done. */
#include "core/audit.h"
#include "core/start.h"

#include "core/alloc.h"
#include "core/attribute.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/finaliser.h"
#include "core/module.h"
#include "core/names.h"
#include "core/shape.h"
#include "core/signature.h"
#include "core/slots.h"
#include "core/thread.h"
#include "core/type_impl.h"
#include "types/bytes.h"
#include "types/cell.h"
#include "types/classmethod.h"
#include "types/codec.h"
#include "types/dict.h"
#include "types/dict_iter.h"
#include "types/dict_table.h"
#include "types/dict_views.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/generic_alias.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/iterators.h"
#include "types/list.h"
#include "types/mappingproxy.h"
#include "types/memoryview.h"
#include "types/namespace.h"
#include "types/none.h"
#include "types/property.h"
#include "types/range.h"
#include "types/set.h"
#include "types/set_table.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/super.h"
#include "types/traceback.h"
#include "types/tuple.h"
#include "types/union.h"
#include "types/weakref.h"

static void trace_array(Object *self, Tracer *tracer)
{
    Array *array = (Array *)self;
    gc_visit_range(tracer, array->items, (size_t)array->capacity);
}

/* What making a type ready needs. */
static void start_foundations(void)
{
    shape_declare_raw(SHAPE_ARRAY, LAYOUT_ARRAY, trace_array);
    shape_declare_raw(SHAPE_RAW, LAYOUT_RAW, 0);
    dict_table_start();
    set_table_start();
    str_start_early();
    names_start();
    shape_start();
    instance_start();
    signature_start();
    slots_start();
    type_ready_start();
}

static void start_core_types(void)
{
    type_ready(&object_type, SHAPE_OBJECT);
    type_ready(&type_type, SHAPE_TYPE);
    descriptor_start();
    slot_wrapper_start();
    call_start();
    module_start();
    classmethod_start();
    property_start();
    super_start();
}

static void start_builtin_types(void)
{
    none_start();
    int_start();
    float_start();
    str_start();
    bytes_start();
    bytearray_start();
    memoryview_start();
    tuple_start();
    list_start();
    dict_start();
    dict_views_start();
    dict_iter_start();
    set_start();
    slice_start();
    range_start();
    cell_start();
    iterator_start();
    iterators_start();
    namespace_start();
    mappingproxy_start();
    generic_alias_start();
    union_start();
    weakref_start();
    traceback_start();
    exception_start();
    audit_start();
}

bool core_start(void)
{
    gc_set_enabled(false);
    start_foundations();
    start_core_types();
    start_builtin_types();
    if (!codec_start())
        return false;
    finaliser_start();
    type_watch_collections();
    gc_set_enabled(true);
    return true;
}
