/* _ctypes: C types, C data and foreign functions.
 *
 * A class of C data is a CType: a Type with what is known of the C type behind it, the CInfo. It is
 * filled by the `init` of the class's metaclass, of which there is one for each kind of C type, all
 * derived from CType_Type. An instance is a CData: a pointer to its bytes, which lie
 *   - in the object itself, if there are few of them, or in a Raw (`memory`);
 *   - inside of another CData, which is then its `base`: an item of an array, a field of a
 * structure;
 *   - at an address that somebody gave, where nothing keeps them alive.
 * The heap's objects do not move, so C code may hold these addresses as long as the CData lives.
 *
 * Pointers in C memory keep nothing alive. So whoever stores one also hands the Value that owns
 * what it points to (the "keep" of a store) to the outermost base, whose `objects` has it: the
 * Value itself if there is room for one only, else a dict whose keys tell the place.
 *
 * The bytes are the program's own business, as in C: reading and writing them takes no lock, but
 * aligned items of machine size are read and written as one. */
#ifndef WEFT_MODULES_CTYPES_H
#define WEFT_MODULES_CTYPES_H

#include "core/abstract.h"
#include "core/alloc.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/turn.h"
#include "modules/ctypes/ffi.h"

/* ---- simple types: codes.c --------------------------------------------------------------------
 */

typedef enum CodeKind {
    CODE_SIGNED,
    CODE_UNSIGNED,
    CODE_BOOL,
    CODE_VARIANT_BOOL, /* a short: 0 or -1 */
    CODE_FLOAT,
    CODE_LONG_DOUBLE,
    CODE_CHAR,
    CODE_WCHAR,
    CODE_CHARS,  /* char * */
    CODE_WCHARS, /* wchar_t * */
    CODE_ADDRESS,
    CODE_OBJECT
} CodeKind;

/* What the letter in `_type_` stands for. */
typedef struct Code {
    char letter;
    char format; /* in struct syntax with explicit byte order */
    uint8_t size;
    uint8_t kind;     /* CodeKind */
    bool has_swapped; /* there is a type of the other byte order */
    size_t ffi;       /* offset in FfiLibrary of the ffi_type */
} Code;
extern const char code_letters[];
const Code *code_find(uint32_t letter); /* 0: there is none */
ffi_type *code_ffi(const Code *code);

/* Some bits of an integer; all of it if count is 0. */
typedef struct BitRange {
    uint8_t first, count;
} BitRange;

/* Reads an item. ValueError for a py_object that is NULL. */
Value code_load(const Code *code, const char *at, bool swapped, BitRange bits) MUST_USE;
/* Writes one. The keep: what has to live as long as the item, or None. TypeError. */
Value code_store(const Code *code, char *at, Value value, bool swapped, BitRange bits) MUST_USE;
/* char[size] and wchar_t[size / 4] as text up to the first NUL, and back: keep or 0. */
Value chars_load(const char *at, intptr_t size) MUST_USE;
Value chars_store(char *at, Value value, intptr_t size) MUST_USE;
Value wchars_load(const char *at, intptr_t size) MUST_USE;
Value wchars_store(char *at, Value value, intptr_t size) MUST_USE;
/* So many characters as a str; ValueError if one is none. */
Value wide_load(const wchar_t *text, intptr_t length) MUST_USE;
/* The characters of a str as wchar_t with a NUL, in a bytes. */
Value wide_copy(Value text) MUST_USE;
/* The low 64 bits of an int. */
uint64_t int_low_bits(Value v);

/* ---- what a class knows: info.c ---------------------------------------------------------------
 */

typedef struct CInfo {
    bool ready;       /* atomic: the class is no abstract one; the rest is filled in */
    bool final;       /* atomic: has instances or subclasses: _fields_ cannot be set any more, and
                       * what they change is immutable; set under lock, by ctype_settle */
    bool has_pointer; /* somewhere in it: instances cannot be pickled */
    bool swapped;     /* a simple type of the other byte order */
    uint32_t flags;   /* of a function type: FUNCTION_x */
    intptr_t size, align; /* bytes; atomic until it is final */
    intptr_t length;      /* items of an array; fields of a structure; 1 of a pointer */
    const Code *code;     /* of a simple type, else 0 */
    ffi_type *ffi;        /* atomic: in `ffi_memory`, or the library's own: ask ctype_ffi */
    Value ffi_memory;     /* Raw or 0; made under lock */
    Value keep;           /* of structures and unions: tuple of all Fields, or 0 */
    Value proto;          /* item type of arrays, pointed-to type of pointers; atomic */
    Value format;         /* atomic: bytes: in buffers */
    int dims;
    Value shape;           /* Raw: intptr_t[dims] */
    Value arrays;          /* atomic: dict of the classes of arrays of it, or 0; made under lock */
    intptr_t arrays_limit; /* atomic */
    /* of a function type */
    Value argtypes, converters, restype, checker;
} CInfo;

typedef struct CType {
    Type type; /* must be first */
    CInfo info;
} CType;
#define as_ctype(v) ((CType *)(v))

enum {
    FUNCTION_CDECL = 1,
    FUNCTION_PYTHONAPI = 4,
    FUNCTION_USE_ERRNO = 8,
    FUNCTION_USE_LASTERROR = 16
};

/* The metaclasses, and the classes that are their first instances. */
extern Type ctype_type, structure_meta, union_meta, pointer_meta, array_meta, simple_meta,
    function_meta;
extern CType structure_class, union_class, pointer_class, array_class, simple_class, function_class;
extern Type cdata_type, carg_type, field_type;

/* What the class knows; 0 if `v` is no class of C data, or an abstract one. */
CInfo *ctype_info(Value v);
/* Makes it final: what the class knows does not change any more. `type` must have some CInfo. */
void ctype_settle(CType *type);
/* The same for the class of an instance: TypeError "abstract class" if there is nothing to know. */
CInfo *ctype_info_of_class(Type *type) MUST_USE;
/* A class of that kind. */
bool is_ctype_of(Value v, Type *meta);
/* A subclass of c_int and so on: its values stay instances, and are no plain Python values. */
bool ctype_is_simple_subclass(Value type);
/* The letter of a simple type (subclasses included), else 0. */
char ctype_letter(Value type);
/* type.__init__ of metaclasses: what all have in common. */
bool ctype_init(Value self, Value *args, size_t nargs, Value kwnames) MUST_USE;
/* Static classes whose metaclass is one of ours. */
bool ctype_add_class(Value module, CType *type, Type *meta) MUST_USE;
/* Copies what the base class knows, for a subclass without fields of its own. */
void ctype_copy_info(CType *to, const CType *from);
/* Sets the format from `size` bytes, or text. */
bool info_set_format(CType *type, const char *text, size_t size) MUST_USE;
/* An attribute of the class itself or a base: 0 without an exception if there is none. */
bool class_attribute(Value type, const char *name, Value *result) MUST_USE;
void ctype_trace(Object *self, Tracer *tracer);

/* How values of the class are passed: aggregate.c. */
ffi_type *ctype_ffi(Value type) MUST_USE;

/* ---- instances: cdata.c -----------------------------------------------------------------------
 */

enum { CDATA_INLINE = 16 };

typedef struct CData {
    Object ob;
    char *data;      /* atomic: resize() moves it */
    intptr_t size;   /* atomic: at least what the type says */
    intptr_t length; /* as the type says; immutable */
    intptr_t index;  /* the place in `base`; immutable */
    Value base;      /* CData or 0; immutable */
    Value objects;   /* atomic: what is kept alive, or 0; made under lock */
    Value memory;    /* Raw with the bytes, or 0 */
    bool owner;      /* the memory is its own: in `memory` or in `small` */
    Turn turn;       /* whose turn it is to keep what an address leads to */
    uint64_t small[CDATA_INLINE / 8];
} CData;
#define as_cdata(v) ((CData *)(v))

ALWAYS_INLINE bool is_cdata(Value v)
{
    return is_object(v) && is_instance_of(v, &cdata_type);
}
ALWAYS_INLINE char *cdata_bytes(Value v)
{
    return load_acquire(&as_cdata(v)->data);
}

/* The bytes and how many there are, of one moment. */
char *cdata_span(Value v, intptr_t *size);

/* __new__ of all but functions: zeros. */
Value cdata_make(Type *type, Value *args, size_t nargs, Value kwnames);
Value cdata_new(Type *type) MUST_USE;
/* A part of `base`; or with base 0, a copy of the bytes. */
Value cdata_from(Type *type, CData *base, intptr_t index, const char *at) MUST_USE;
/* What lies at an address. */
Value cdata_at(Type *type, char *at) MUST_USE;
/* The item of class `type`: a Python value, or a part of `source`. */
Value cdata_get(Type *type, CData *source, intptr_t index, char *at) MUST_USE;
/* Stores it, and keeps what has to be kept. */
bool cdata_set(CData *target, Type *type, Value value, intptr_t index, char *at) MUST_USE;
/* Keeps a value (not None) for place `index` of `target`. */
bool cdata_keep(CData *target, intptr_t index, Value keep) MUST_USE;
/* The same for what an address leads to that was stored at `at`: not if another thread has stored
 * another one meanwhile, which keeps its own. */
bool cdata_keep_target(CData *target, intptr_t index, Value keep, const char *at,
                       const void *address) MUST_USE;
/* The same for what code_store gave. */
bool cdata_keep_stored(CData *target, intptr_t index, const Code *code, Value keep,
                       const char *at) MUST_USE;
/* What the outermost base keeps: a dict, a value or None. */
Value cdata_kept(CData *c) MUST_USE;
void cdata_trace(Object *self, Tracer *tracer);
bool cdata_get_buffer(Value self, Buffer *buffer, int flags);

/* ---- fields: field.c --------------------------------------------------------------------------
 */

typedef struct Field {
    Object ob;
    intptr_t offset, size; /* bytes */
    intptr_t index;        /* among the fields, those of base classes first */
    Value type;            /* CType */
    BitRange bits;
    bool anonymous; /* atomic: set when the fields are lifted */
    bool is_text;   /* an array of char or wchar_t: read as bytes or str */
} Field;
/* All but `anonymous` immutable after init. */
Value field_new(Value type, intptr_t offset, intptr_t index, BitRange bits) MUST_USE;
/* The field as it looks in a structure that has the one it is in at `offset`. */
Value field_moved(Field *field, intptr_t offset, intptr_t index) MUST_USE;

/* structure.c, layout.c: `_fields_` was assigned. */
bool structure_set_fields(CType *type, Value fields, bool is_struct) MUST_USE;

/* ---- arrays and pointers ----------------------------------------------------------------------
 */

/* item * length; ValueError, OverflowError. */
Value array_class_of(Value item, intptr_t length) MUST_USE;
Value pointer_class_of(Value type) MUST_USE; /* POINTER(type) */
extern Value pointer_cache;                  /* dict: _pointer_type_cache */
/* A slice, as bytes or str where items are characters, else as a list. */
Value items_slice(CData *c, Value item_type, char *base, intptr_t start, intptr_t step,
                  intptr_t count);

/* ---- arguments and calls ----------------------------------------------------------------------
 */

/* An argument of a foreign function, as from_param() and byref() make it. */
typedef struct CArg {
    Object ob;
    ffi_type *ffi;
    char tag; /* letter of the simple type; 'P' pointer, 'V' structure */
    uint64_t value[2];
    char *bytes; /* of a structure: a copy in `memory`, else 0 */
    Value obj;   /* keeps what the value points to; 0: None */
    Value memory;
} CArg;
/* All immutable after init. */
CArg *carg_new(char tag, ffi_type *ffi, Value obj) MUST_USE;
Value carg_pointer(const void *address, Value obj) MUST_USE; /* tag 'P' */
Value carg_from_cdata(Value v) MUST_USE;
Value ctype_from_param(Value type, Value value) MUST_USE; /* instances of the class only */

typedef struct CFunction {
    CData data;
    Value thunk;                /* of a callback; immutable */
    Value callable;             /* the Python function of a callback, or 0; immutable */
    Value argtypes, converters; /* guarded by lock; 0: those of the class */
    Value restype, checker;     /* guarded by lock; 0: those of the class */
    Value errcheck;             /* atomic; 0: none */
    Value paramflags;           /* tuple or 0; immutable after init */
} CFunction;

/* Calls `address`. converters: 0 or a tuple, the from_param of each argument; restype 0: int. */
Value foreign_call(void (*address)(void), const Value *args, size_t nargs, Value converters,
                   Value restype, Value checker, uint32_t flags) MUST_USE;
/* The tuple of from_param methods; TypeError. */
Value converters_from_argtypes(Value argtypes) MUST_USE;
/* The result of a call, or what C code passes to a callback, as a Python value. */
Value result_from_bytes(Value restype, Value checker, const void *bytes) MUST_USE;
/* errno as ctypes programs see it: one for each thread. */
int exchange_errno(int value);

/* callback.c: a C function that calls a Python one. *code: its address. */
Value thunk_new(Value callable, Value argtypes, Value restype, uint32_t flags,
                void **code) MUST_USE;
void thunk_start(void); /* once */
extern Type thunk_type, capsule_type;

extern Value argument_error; /* ctypes.ArgumentError */
extern MethodDef *const pointer_functions[],
    *const cdata_functions[], *const argument_functions[]; /* of the module; end with 0 */
/* An int as the address that it is; TypeError "an integer is required". */
bool pointer_from(Value v, void **out) MUST_USE;
/* The symbol in the library that `handle` stands for; 0 with `error` and dlerror's text. */
void *library_symbol(void *handle, const char *name, Type *error) MUST_USE;
bool library_handle(Value library, void **out) MUST_USE; /* of its attribute _handle */

#endif
