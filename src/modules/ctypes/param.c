/* CArgObject: an argument made ready for a foreign function, as from_param() and byref() return it.
 */
#include <string.h>

#include "gc/heap.h"
#include "modules/ctypes/ctypes.h"
#include "types/int.h"
#include "types/str.h"
#include "types/tuple.h"

#define as_carg(v) ((CArg *)(v))

static void carg_trace(Object *self, Tracer *tracer)
{
    gc_visit(tracer, ((CArg *)self)->obj);
    gc_visit(tracer, ((CArg *)self)->memory);
}

CArg *carg_new(char tag, ffi_type *ffi, Value obj)
{
    CArg *arg = TRY(NEW(CArg, &carg_type));
    arg->tag = tag;
    arg->ffi = ffi;
    gc_store(arg, &arg->obj, obj);
    return arg;
}

Value carg_pointer(const void *address, Value obj)
{
    CArg *arg = TRY(carg_new('P', ffi_library()->ffi_type_pointer, obj));
    memcpy(arg->value, &address, sizeof address);
    return (Value)arg;
}

FUNCTION(
    byref, "byref", "*args",
    "byref(C instance[, offset=0]) -> byref-object\nReturn a pointer lookalike to a C instance, "
    "only usable\nas function argument")
{
    intptr_t count = tuple_length(args[0]), offset = 0;
    if (count < 1)
        return raise(TypeError, "byref expected at least 1 argument, got 0");
    if (count > 2)
        return raise(TypeError, "byref expected at most 2 arguments, got %zd", count);
    Value object = tuple_get(args[0], 0);
    if (count == 2)
        offset = TRY_INDEX(tuple_get(args[0], 1));
    if (!is_cdata(object))
        return raise(TypeError, "byref() argument must be a ctypes instance, not '%T'", object);
    return carg_pointer(cdata_bytes(object) + offset, object);
}
MethodDef *const argument_functions[] = {M(byref), 0};

/* ---- repr -------------------------------------------------------------------------------------
 */

static bool is_printable(char c)
{
    return c >= ' ' && c <= '~' && c != '\\' && c != '\'';
}

static Value char_repr(const CArg *arg)
{
    unsigned char c = (unsigned char)arg->value[0];
    if (is_printable((char)c))
        return str_format("<cparam '%c' ('%c')>", (unsigned)arg->tag, (unsigned)c);
    static const char digits[] = "0123456789abcdef";
    return str_format("<cparam '%c' ('\\x%c%c')>", (unsigned)arg->tag, (unsigned)digits[c >> 4],
                      (unsigned)digits[c & 15]);
}

static Value carg_repr(Value self)
{
    const CArg *arg = as_carg(self);
    const Code *code = code_find((unsigned char)arg->tag);
    CodeKind kind = code ? (CodeKind)code->kind : CODE_ADDRESS;
    Value value = 0;
    switch (kind) {
    case CODE_SIGNED:
    case CODE_UNSIGNED:
    case CODE_FLOAT:
        value = TRY(code_load(code, (const char *)arg->value, false, (BitRange){0}));
        return str_format("<cparam '%c' (%R)>", (unsigned)arg->tag, value);
    case CODE_CHAR:
        return char_repr(arg);
    case CODE_CHARS:
    case CODE_WCHARS:
        return str_format("<cparam '%c' (0x%zx)>", (unsigned)arg->tag, (size_t)arg->value[0]);
    default:
        if (arg->tag == 'P')
            return str_format("<cparam 'P' (0x%zx)>", (size_t)arg->value[0]);
        return str_format("<cparam '%c' at 0x%zx>", (unsigned)arg->tag, (size_t)self);
    }
}

static const MemberDef carg_members[] = {
    {"_obj", MEMBER_VALUE, offsetof(CArg, obj), true, "the wrapped object"},
    {0},
};

Type carg_type = {
    TYPE_HEAD("_ctypes.CArgObject", CArg),
    .repr = carg_repr,
    .members = carg_members,
    .trace = carg_trace,
    .flags = TYPE_NO_NEW,
};
