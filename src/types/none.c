/* None, NotImplemented and Ellipsis: one static object each. */
#include "types/none.h"

#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "types/str.h"
#include "types/tuple.h"

#define SINGLETON(shape_)                                                                          \
    {                                                                                              \
        .shape = (shape_), .flags = FLAG_STATIC | FLAG_SHARED                                      \
    }
Object none_object = SINGLETON(SHAPE_NONE);
Object notimplemented_object = SINGLETON(SHAPE_NOTIMPLEMENTED);
Object ellipsis_object = SINGLETON(SHAPE_ELLIPSIS);

/* The constructors take no arguments: __new__ gives the one there is. */
static bool no_arguments(const Type *type, size_t nargs, Value kwnames)
{
    if (nargs || (kwnames && tuple_length(kwnames)))
        return raise(TypeError, "%s takes no arguments",
                     type == &ellipsis_type ? "EllipsisType" : type->name);
    return true;
}

/* ---- None --------------------------------------------------------------------------------------
 */

static Value none_repr(Value self)
{
    (void)self;
    return str_from_cstring("None");
}

static int none_truth(Value self)
{
    (void)self;
    return 0;
}

static bool none_hash(Value self, int64_t *hash)
{
    (void)self;
    *hash = 0xfca86420; /* the same in each run, as CPython's is */
    return true;
}

static Value none_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    (void)args;
    TRY(no_arguments(type, nargs, kwnames));
    return None;
}

Type none_type = {
    TYPE_HEAD("NoneType", Object),
    .repr = none_repr,
    .hash = none_hash,
    .make = none_make,
    .truth = none_truth,
    .signature = "",
    .doc = "The type of the None singleton.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_LEAF,
};

/* ---- NotImplemented ----------------------------------------------------------------------------
 */

static Value notimplemented_repr(Value self)
{
    (void)self;
    return str_from_cstring("NotImplemented");
}

static int notimplemented_truth(Value self)
{
    (void)self;
    if (!warn(DeprecationWarning, 1, "NotImplemented should not be used in a boolean context"))
        return -1;
    return 1;
}

static Value notimplemented_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    (void)args;
    TRY(no_arguments(type, nargs, kwnames));
    return NotImplemented;
}

METHOD(notimplemented_reduce, "__reduce__", "/", 0)
{
    return notimplemented_repr(args[0]);
}

static MethodDef *const notimplemented_methods[] = {M(notimplemented_reduce), 0};

Type notimplemented_type = {
    TYPE_HEAD("NotImplementedType", Object),
    .repr = notimplemented_repr,
    .make = notimplemented_make,
    .truth = notimplemented_truth,
    .signature = "",
    .doc = "The type of the NotImplemented singleton.",
    .methods = notimplemented_methods,
    .layout = LAYOUT_NOTIMPLEMENTED,
    .flags = TYPE_LEAF,
};

/* ---- Ellipsis ----------------------------------------------------------------------------------
 */

static Value ellipsis_repr(Value self)
{
    (void)self;
    return str_from_cstring("Ellipsis");
}

static Value ellipsis_make(Type *type, Value *args, size_t nargs, Value kwnames)
{
    (void)args;
    TRY(no_arguments(type, nargs, kwnames));
    return Ellipsis;
}

METHOD(ellipsis_reduce, "__reduce__", "/", 0)
{
    return ellipsis_repr(args[0]);
}

static MethodDef *const ellipsis_methods[] = {M(ellipsis_reduce), 0};

Type ellipsis_type = {
    TYPE_HEAD("ellipsis", Object),
    .repr = ellipsis_repr,
    .make = ellipsis_make,
    .signature = "",
    .doc = "The type of the Ellipsis singleton.",
    .methods = ellipsis_methods,
    .layout = LAYOUT_ELLIPSIS,
    .flags = TYPE_LEAF,
};

void none_start(void)
{
    type_ready(&none_type, SHAPE_NONE);
    type_ready(&notimplemented_type, SHAPE_NOTIMPLEMENTED);
    type_ready(&ellipsis_type, SHAPE_ELLIPSIS);
}
