/* Capsules: an address with a name, as an object. What `ctypes.pythonapi` finds of CPython's
 * interface in C (https://docs.python.org/3/c-api/capsule.html): the functions below are called by
 * their names, with objects as arguments, and need no call of another one of that interface.
 *
 * The name is not copied; whoever makes a capsule keeps it alive. */
#include <string.h>

#include "core/error.h"
#include "core/module.h"
#include "modules/ctypes/ctypes.h"
#include "types/str.h"

typedef void (*Destructor)(Object *capsule);

/* All but `ob` are atomic. */
typedef struct Capsule {
    Object ob;
    void *pointer; /* never 0 */
    const char *name;
    void *context;
    Destructor destructor;
} Capsule;

#define API __attribute__((visibility("default"), used))

/* What ctypes looks up: not declared in a header, as no C code of the program calls them. */
API Object *PyCapsule_New(void *pointer, const char *name, Destructor destructor);
API void *PyCapsule_GetPointer(Object *capsule, const char *name);
API const char *PyCapsule_GetName(Object *capsule);
API void *PyCapsule_GetContext(Object *capsule);
API Destructor PyCapsule_GetDestructor(Object *capsule);
API int PyCapsule_IsValid(Object *capsule, const char *name);
API int PyCapsule_SetPointer(Object *capsule, void *pointer);
API int PyCapsule_SetName(Object *capsule, const char *name);
API int PyCapsule_SetContext(Object *capsule, void *context);
API int PyCapsule_SetDestructor(Object *capsule, Destructor destructor);

static Capsule *as_capsule(Object *o)
{
    return o && is_object(o) && type_of(o) == &capsule_type ? (Capsule *)o : 0;
}

static bool same_name(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* With ValueError 0. */
static Capsule *checked(Object *o, const char *function)
{
    Capsule *c = as_capsule(o);
    if (!c)
        raise(ValueError, "%s called with invalid PyCapsule object", function);
    return c;
}

Object *PyCapsule_New(void *pointer, const char *name, Destructor destructor)
{
    if (!pointer)
        return raise(ValueError, "PyCapsule_New called with null pointer");
    Capsule *c = TRY(NEW(Capsule, &capsule_type));
    c->pointer = pointer;
    c->name = name;
    c->destructor = destructor;
    return (Object *)c;
}

void *PyCapsule_GetPointer(Object *capsule, const char *name)
{
    Capsule *c = TRY(checked(capsule, "PyCapsule_GetPointer"));
    if (!same_name(load_acquire(&c->name), name))
        return raise(ValueError, "PyCapsule_GetPointer called with incorrect name");
    return load_acquire(&c->pointer);
}

const char *PyCapsule_GetName(Object *capsule)
{
    Capsule *c = TRY(checked(capsule, "PyCapsule_GetName"));
    return load_acquire(&c->name);
}

void *PyCapsule_GetContext(Object *capsule)
{
    Capsule *c = TRY(checked(capsule, "PyCapsule_GetContext"));
    return load_acquire(&c->context);
}

Destructor PyCapsule_GetDestructor(Object *capsule)
{
    Capsule *c = TRY(checked(capsule, "PyCapsule_GetDestructor"));
    return load_acquire(&c->destructor);
}

int PyCapsule_IsValid(Object *capsule, const char *name)
{
    const Capsule *c = as_capsule(capsule);
    return c && same_name(load_acquire(&c->name), name);
}

int PyCapsule_SetPointer(Object *capsule, void *pointer)
{
    Capsule *c = TRY_OR(checked(capsule, "PyCapsule_SetPointer"), -1);
    if (!pointer) {
        raise(ValueError, "PyCapsule_SetPointer called with null pointer");
        return -1;
    }
    store_release(&c->pointer, pointer);
    return 0;
}

int PyCapsule_SetName(Object *capsule, const char *name)
{
    Capsule *c = TRY_OR(checked(capsule, "PyCapsule_SetName"), -1);
    store_release(&c->name, name);
    return 0;
}

int PyCapsule_SetContext(Object *capsule, void *context)
{
    Capsule *c = TRY_OR(checked(capsule, "PyCapsule_SetContext"), -1);
    store_release(&c->context, context);
    return 0;
}

int PyCapsule_SetDestructor(Object *capsule, Destructor destructor)
{
    Capsule *c = TRY_OR(checked(capsule, "PyCapsule_SetDestructor"), -1);
    store_release(&c->destructor, destructor);
    return 0;
}

static bool is_due(Object *self)
{
    return load_relaxed(&((Capsule *)self)->destructor) != 0;
}

static Value capsule_del(Value self)
{
    Destructor destructor = exchange_acq_rel(&((Capsule *)self)->destructor, (Destructor)0);
    Value pending = error_take();
    if (destructor)
        destructor(self);
    if (error_pending())
        error_write_unraisable(0, self);
    error_restore(pending);
    return None;
}

static Value capsule_repr(Value self)
{
    const char *name = load_acquire(&((Capsule *)self)->name);
    return name ? str_format("<capsule object \"%s\" at 0x%zx>", name, (size_t)self)
                : str_format("<capsule object NULL at 0x%zx>", (size_t)self);
}

Type capsule_type = {
    TYPE_HEAD("PyCapsule", Capsule),
    .repr = capsule_repr,
    .del = capsule_del,
    .del_due = is_due,
    .flags = TYPE_NO_NEW,
    .doc = "An address that C code of one module gives to that of another, with a name.",
};
