/* Signature strings: the parser, and the text that inspect.signature reads. */
#include "core/signature.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "gc/heap.h"
#include "types/bytes.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

static Value signature_values; /* list: keeps names and defaults alive; root */

static NORETURN void malformed(const MethodDef *def, const char *what)
{
    fatal("signature of %s: \"%s\": %s", def->name, def->signature, what);
}

/* ---- defaults ------------------------------------------------------------------------------- */

static bool text_is(const char *text, size_t size, const char *word)
{
    return strlen(word) == size && !memcmp(text, word, size);
}

/* The escapes are those that the defaults of Python's own signatures have. */
static Value string_default(const MethodDef *def, const char *text, size_t size)
{
    StrBuilder b;
    builder_start(&b);
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (c == '\\' && ++i < size) {
            if (text[i] != 'n' && text[i] != '\\' && text[i] != '\'')
                malformed(def, "escape in a string default");
            c = text[i] == 'n' ? '\n' : text[i];
        }
        builder_add_char(&b, (unsigned char)c);
    }
    return builder_finish(&b);
}

/* A literal: None, True, False, (), b'', a number, or a string. */
static Value parse_default(const MethodDef *def, const char *text, size_t size)
{
    if (text_is(text, size, "None"))
        return None;
    if (text_is(text, size, "True"))
        return True;
    if (text_is(text, size, "False"))
        return False;
    if (text_is(text, size, "()"))
        return tuple_empty();
    if (text_is(text, size, "b''"))
        return bytes_empty();
    if (*text == '\'' || *text == '"') {
        if (size < 2 || text[size - 1] != *text)
            malformed(def, "string default");
        return string_default(def, text + 1, size - 2);
    }
    if (isalpha((unsigned char)*text)) /* a name, such as sys.stderr: the function looks it up */
        return None;
    bool is_float_literal = memchr(text, '.', size) || memchr(text, 'e', size);
    if (is_float_literal) {
        double d;
        if (!double_from_text(text, size, &d))
            malformed(def, "number default");
        return float_from(d);
    }
    if (!isdigit((unsigned char)text[*text == '-']))
        malformed(def, "default");
    return int_from((intptr_t)strtoll(text, 0, 0));
}

/* ---- the parser ----------------------------------------------------------------------------- */

typedef struct Parser {
    const MethodDef *def;
    const char *at;
    Signature *signature;
    ParameterKind kind;
} Parser;

/* The text up to the next comma or semicolon outside of quotes and parentheses, without blanks
 * around it. */
static const char *next_item(Parser *p, size_t *size)
{
    while (*p->at == ' ')
        p->at++;
    const char *start = p->at;
    char quote = 0;
    int depth = 0;
    for (; *p->at && (quote || depth || (*p->at != ',' && *p->at != ';')); p->at++) {
        if (quote)
            quote = *p->at == quote ? 0 : quote;
        else if (*p->at == '\'' || *p->at == '"')
            quote = *p->at;
        else
            depth += (*p->at == '(') - (*p->at == ')');
    }
    const char *end = p->at;
    while (end > start && end[-1] == ' ')
        end--;
    if (*p->at == ',')
        p->at++;
    *size = (size_t)(end - start);
    return start;
}

static bool keep(Value v)
{
    return v && (!is_object(v) || list_append(signature_values, v));
}

static bool add_parameter(Parser *p, const char *text, size_t size, ParameterKind kind)
{
    Signature *s = p->signature;
    if (s->count == SIGNATURE_PARAMETERS_MAX)
        malformed(p->def, "too many parameters");
    const char *equals = memchr(text, '=', size);
    size_t name_size = equals ? (size_t)(equals - text) : size;
    Parameter *parameter = &s->parameters[s->count++];
    parameter->kind = (uint8_t)kind;
    Value name = TRY(str_from_ascii(text, name_size));
    parameter->name = TRY(str_intern(name));
    TRY(keep(parameter->name));
    bool is_var = kind == PARAM_VAR_POSITIONAL || kind == PARAM_VAR_KEYWORD;
    parameter->required = !equals && !is_var;
    if (equals && equals[1] != '?') {
        parameter->fallback = TRY(parse_default(p->def, equals + 1, size - name_size - 1));
        TRY(keep(parameter->fallback));
    }
    return true;
}

static bool parse_item(Parser *p, const char *text, size_t size)
{
    Signature *s = p->signature;
    if (text_is(text, size, "/")) {
        for (int i = 0; i < s->count; i++)
            s->parameters[i].kind = PARAM_POSITIONAL_ONLY;
        return true;
    }
    if (text_is(text, size, "*")) {
        p->kind = PARAM_KEYWORD_ONLY;
        return true;
    }
    if (size > 2 && text[0] == '*' && text[1] == '*') {
        s->var_keyword = (int16_t)s->count;
        return add_parameter(p, text + 2, size - 2, PARAM_VAR_KEYWORD);
    }
    if (*text == '*') {
        s->var_positional = (int16_t)s->count;
        p->kind = PARAM_KEYWORD_ONLY;
        return add_parameter(p, text + 1, size - 1, PARAM_VAR_POSITIONAL);
    }
    return add_parameter(p, text, size, p->kind);
}

static void count_parameters(Signature *s)
{
    for (int i = 0; i < s->count; i++) {
        ParameterKind kind = (ParameterKind)s->parameters[i].kind;
        s->positional_only += kind == PARAM_POSITIONAL_ONLY;
        s->positional += kind <= PARAM_POSITIONAL;
        s->takes_keywords |= kind == PARAM_POSITIONAL || kind >= PARAM_KEYWORD_ONLY;
        if (kind <= PARAM_POSITIONAL && s->parameters[i].required)
            s->required = (uint16_t)(i + 1);
    }
    s->only_positional = s->count == s->positional;
    s->rest_optional = true;
    for (int i = s->positional; i < s->count; i++)
        s->rest_optional &=
            s->parameters[i].kind == PARAM_KEYWORD_ONLY && !s->parameters[i].required;
}

static Signature *parse(const MethodDef *def)
{
    size_t bytes = sizeof(Signature) + SIGNATURE_PARAMETERS_MAX * sizeof(Parameter);
    Signature *s = calloc(1, bytes);
    if (!s)
        return (Signature *)raise_no_memory();
    s->var_positional = s->var_keyword = -1;
    bool styled = signature_has_style(def->signature);
    s->style = styled ? *def->signature : 0;
    Parser p = {def, def->signature + styled, s, PARAM_POSITIONAL};
    while (*p.at && *p.at != ';') {
        size_t size;
        const char *text = next_item(&p, &size);
        if (size && !parse_item(&p, text, size)) {
            free(s);
            return 0;
        }
    }
    count_parameters(s);
    s->takes_keywords |= s->style == '%';
    Signature *fitting = realloc(s, sizeof(Signature) + s->count * sizeof(Parameter));
    return fitting ? fitting : s;
}

const Signature *signature_of(const MethodDef *def)
{
    Signature *s = load_acquire(&def->parsed);
    if (likely(s))
        return s;
    s = TRY(parse(def));
    Signature *expected = 0;
    /* Method definitions are static and writable; `parsed` is their only mutable field. */
    if (!cas_acq_rel(&((MethodDef *)def)->parsed, &expected, s)) {
        free(s);
        s = expected;
    }
    return s;
}

/* ---- __text_signature__ --------------------------------------------------------------------- */

static const char *first_parameter(const MethodDef *def)
{
    switch (def->kind) {
    case KIND_METHOD:
        return "$self";
    case KIND_CLASS_METHOD:
        return "$type";
    case KIND_FUNCTION:
        return "$module";
    case KIND_STATIC_METHOD:
        return 0;
    }
    UNREACHABLE();
}

/* A doc that begins with calls, `max(a, b) -> value`, stands for a signature that cannot be told,
 * unless there is at most one way to call it. */
static bool doc_has_calls(const MethodDef *def)
{
    size_t size = strlen(def->name);
    return def->doc && strpbrk(def->signature, "=*") && strncmp(def->doc, def->name, size) == 0 &&
           def->doc[size] == '(';
}

Value signature_text(const MethodDef *def)
{
    if (doc_has_calls(def))
        return None;
    const char *first = first_parameter(def), *text = def->signature;
    if (signature_has_style(text))
        text++;
    const char *shown = strchr(text, ';');
    if (shown)
        text = shown + 2;
    StrBuilder b;
    builder_start(&b);
    builder_add_char(&b, '(');
    if (first) {
        builder_add_cstring(&b, first);
        if (def->kind == KIND_CLASS_METHOD && text[0] == '*')
            builder_add_cstring(&b, ", ");
        else if (!strchr(text, '/') || text[0] == '/')
            builder_add_cstring(&b, *text && text[0] != '/' ? ", /, " : ", /");
        else
            builder_add_cstring(&b, ", ");
        if (text[0] == '/')
            text += 1;
    }
    for (; *text; text++) {
        if (text[0] == '=' && text[1] == '?') {
            bool is_shown = text[2] && text[2] != ',';
            builder_add_cstring(&b, is_shown ? "=" : "=<unrepresentable>");
            text++;
        } else {
            builder_add_char(&b, (unsigned char)*text);
        }
    }
    builder_add_char(&b, ')');
    return builder_finish(&b);
}

Value signature_doc(const MethodDef *def)
{
    return def->doc ? str_from_cstring(def->doc) : None;
}

void signature_start(void)
{
    gc_add_root(&signature_values, 1);
    signature_values = list_new(256);
}
