/* Signature strings of builtin functions: parsing, binding of arguments, __text_signature__.
 *
 * The grammar is in core/type.h, at MethodDef. The messages for wrong arguments are CPython's,
 * which has several styles; the signature tells which one a function has: no parameters
 * "list.clear() takes no arguments (1 given)" one required positional-only       "list.append()
 * takes exactly one argument (2 given)" positional-only ones               "insert expected 2
 * arguments, got 1" any that can be given by name      "pow() missing required argument 'exp' (pos
 * 2)"
 */
#ifndef WEFT_CORE_SIGNATURE_H
#define WEFT_CORE_SIGNATURE_H

#include "core/type.h"

#define SIGNATURE_PARAMETERS_MAX 40

typedef enum ParameterKind {
    PARAM_POSITIONAL_ONLY,
    PARAM_POSITIONAL,
    PARAM_VAR_POSITIONAL,
    PARAM_KEYWORD_ONLY,
    PARAM_VAR_KEYWORD
} ParameterKind;

typedef struct Parameter {
    Value name;     /* interned; kept alive, as is the default, by a root in signature.c */
    Value fallback; /* 0: none */
    uint8_t kind;   /* ParameterKind */
    bool required;
} Parameter;

struct Signature {
    uint16_t count;           /* parameters: elements of args, without self */
    uint16_t positional;      /* leading ones that can be given by position */
    uint16_t positional_only; /* of these, the ones that can not be given by name */
    uint16_t required;        /* leading required ones among `positional` */
    int16_t var_positional;   /* index, or -1 */
    int16_t var_keyword;      /* index, or -1 */
    bool only_positional;     /* count == positional */
    bool rest_optional;  /* all others have a default: none is required, or takes what is left */
    bool takes_keywords; /* something can be given by name */
    char style;          /* '!', '#', '$', '%' of MethodDef, or 0 */
    Parameter parameters[];
};

/* Whose arguments are bound: for messages. */
typedef struct CallSite {
    const MethodDef *def;
    Type *owner;  /* 0: from self, or none */
    Value self;   /* or class; 0: none */
    Value module; /* str, or 0 */
} CallSite;

/* Whether the signature string begins with a style, which is no part of the parameters. */
static inline bool signature_has_style(const char *text)
{
    return *text == '!' || *text == '#' || *text == '$' || *text == '%';
}

/* The parsed signature, made at first use. 0 with MemoryError. Aborts on a malformed string. */
const Signature *signature_of(const MethodDef *def);
/* Fills out[0..count) from a call. TypeError if the arguments do not fit. */
bool signature_bind(const Signature *s, const CallSite *site, Value *args, size_t nargs,
                    Value kwnames, Value *out) MUST_USE;
/* "($self, object, /)" as str. */
Value signature_text(const MethodDef *def) MUST_USE;
/* __doc__: the doc as str, or None. */
Value signature_doc(const MethodDef *def) MUST_USE;

void signature_start(void);

#endif
