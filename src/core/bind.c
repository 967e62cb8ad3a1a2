/* Binding the arguments of a call to the parameters of a builtin function, with CPython's
 * messages. */
#include "core/signature.h"

#include <stdio.h>
#include <string.h>
#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/suggest.h"
#include "core/type_impl.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* ---- names in messages ---------------------------------------------------------------------- */

static bool is_constructor(const MethodDef *def)
{
    return !strcmp(def->name, "__new__") || !strcmp(def->name, "__init__");
}

/* The builtin type that declares a __new__ or __init__ that was called with `self`. */
static Type *constructor_owner(const CallSite *site)
{
    if (site->owner || !site->self)
        return site->owner;
    Type *type = site->def->kind == KIND_METHOD || !is_type(site->self) ? type_of(site->self)
                                                                        : (Type *)site->self;
    for (Type *base; (base = type_base(type)) != 0; type = base)
        if (base->new_def != site->def && base->init_def != site->def)
            break;
    return type;
}

/* The name in messages of the shorter kinds: "insert", or the type for a constructor. */
static const char *bare_name(const CallSite *site)
{
    if (is_constructor(site->def)) {
        Type *owner = constructor_owner(site);
        if (owner)
            return type_short_name(owner);
    }
    return site->def->name;
}

/* "int()", or "function" where CPython's parser was not told the name. Valid until the next call.
 */
static const char *shown_name(const Signature *s, const CallSite *site)
{
    static _Thread_local char text[128];
    if (s->style == '#')
        return "function";
    snprintf(text, sizeof text, "%s()", s->style == '!' ? site->def->name : bare_name(site));
    return text;
}

/* "list.append", "math.sqrt", "len". */
static Value full_name(const CallSite *site)
{
    const MethodDef *def = site->def;
    if (is_constructor(def))
        return str_from_cstring(bare_name(site));
    if (def->kind == KIND_FUNCTION) {
        if (site->module && is_str(site->module) && !str_equals(site->module, "builtins"))
            return format_value("%V.%s", site->module, def->name);
        return str_from_cstring(def->name);
    }
    Type *owner = site->owner;
    if (!owner && site->self)
        owner = is_type(site->self) ? (Type *)site->self : type_of(site->self);
    if (!owner)
        return str_from_cstring(def->name);
    return format_value("%V.%s", TRY(type_qualname(owner)), def->name);
}

/* ---- wrong counts ---------------------------------------------------------------------------- */

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static bool fail_count_positional(const Signature *s, const CallSite *site, size_t nargs)
{
    bool constructor = is_constructor(site->def);
    if (s->style == '$' || s->style == '#') {
        size_t bound = nargs < s->required ? s->required : s->positional;
        return raise(TypeError, "%s%s takes %s %zu argument%s (%zu given)",
                     s->style == '#' ? "function" : site->def->name, s->style == '#' ? "" : "()",
                     s->required == s->positional ? "exactly"
                     : nargs < s->required        ? "at least"
                                                  : "at most",
                     bound, plural(bound), nargs);
    }
    if (s->takes_keywords && !s->positional && s->var_positional < 0 && !constructor)
        return raise(TypeError, "%s() takes no positional arguments", bare_name(site));
    if (s->count == 0 || (s->count == 1 && s->required == 1 && !constructor)) {
        Value name = TRY(full_name(site));
        if (s->count == 1)
            return raise(TypeError, "%V() takes exactly one argument (%zu given)", name, nargs);
        if (constructor)
            return raise(TypeError, "%V() takes no arguments", name);
        return raise(TypeError, "%V() takes no arguments (%zu given)", name, nargs);
    }
    bool exact = s->required == s->positional && s->var_positional < 0;
    size_t bound = nargs < s->required ? s->required : s->positional;
    return raise(TypeError, "%s expected %s%zu argument%s, got %zu", bare_name(site),
                 exact                 ? ""
                 : nargs < s->required ? "at least "
                                       : "at most ",
                 bound, plural(bound), nargs);
}

static bool fail_no_keywords(const Signature *s, const CallSite *site)
{
    if ((s->style == '!' || s->style == '$') && !site->owner)
        return raise(TypeError, "%s() takes no keyword arguments", site->def->name);
    Value name = TRY(full_name(site));
    return raise(TypeError, "%V() takes no keyword arguments", name);
}

static size_t count_required_positional_only(const Signature *s)
{
    return s->required < s->positional_only ? s->required : s->positional_only;
}

/* Counts that are wrong whatever the names are, for functions with parameters that can be named. */
static bool counts_fit(const Signature *s, size_t nargs, size_t nkw)
{
    size_t count = s->count;
    bool fit =
        s->var_positional < 0 ? nargs <= s->positional && nargs + nkw <= count : nkw <= count - 1;
    return fit && nargs >= count_required_positional_only(s);
}

COLD static bool fail_counts(const Signature *s, const CallSite *site, size_t nargs, size_t nkw)
{
    const char *name = shown_name(s, site);
    if (!s->count && nargs + nkw)
        return raise(TypeError, "%s takes no arguments", name);
    if (s->var_positional < 0 && nargs + nkw > s->count)
        return raise(TypeError, "%s takes at most %d %sargument%s (%zu given)", name, s->count,
                     nargs ? "" : "keyword ", plural(s->count), nargs + nkw);
    if (s->var_positional >= 0 && nkw > (size_t)s->count - 1)
        return raise(TypeError, "%s takes at most %d keyword argument%s (%zu given)", name,
                     s->count - 1, plural(s->count - 1), nkw);
    if (s->var_positional < 0 && nargs > s->positional) {
        if (!s->positional)
            return raise(TypeError, "%s takes no positional arguments", name);
        return raise(TypeError, "%s takes %s %d positional argument%s (%zu given)", name,
                     s->required == s->positional ? "exactly" : "at most", s->positional,
                     plural(s->positional), nargs);
    }
    size_t least = count_required_positional_only(s);
    return raise(TypeError, "%s takes %s %zu positional argument%s (%zu given)", name,
                 least == s->positional && s->var_positional < 0 ? "exactly" : "at least", least,
                 plural(least), nargs);
}

/* ---- keywords -------------------------------------------------------------------------------- */

/* The parameter that can be given by this name, or -1. */
static int find_parameter(const Signature *s, Value name)
{
    for (int i = s->positional_only; i < s->count; i++)
        if (s->parameters[i].name == name && i != s->var_positional && i != s->var_keyword)
            return i;
    for (int i = s->positional_only; i < s->count; i++)
        if (i != s->var_positional && i != s->var_keyword && is_str(name) &&
            str_equal(s->parameters[i].name, name))
            return i;
    return -1;
}

static bool fail_missing(const Signature *s, const CallSite *site, int i)
{
    return raise(TypeError, "%s missing required argument '%V' (pos %d)", shown_name(s, site),
                 s->parameters[i].name, i + 1);
}

/* The parameters that can be given by name. */
static Value names_of(const Signature *s)
{
    Value names = TRY(list_new(s->count));
    for (int i = s->positional_only; i < s->count; i++)
        if (i != s->var_positional && i != s->var_keyword)
            TRY(list_append(names, s->parameters[i].name));
    return names;
}

/* A keyword that found no free parameter. */
static bool fail_keyword(const Signature *s, const CallSite *site, Value name)
{
    if (!is_str(name))
        return raise(TypeError, "keywords must be strings");
    int i = find_parameter(s, name);
    if (i >= 0)
        return raise(TypeError, "argument for %s given by name ('%V') and position (%d)",
                     shown_name(s, site), name, i + 1);
    const char *this = s->style == '#' ? "this " : "";
    Value similar = suggest_name(TRY(names_of(s)), name);
    if (!similar && error_pending())
        return false;
    if (similar)
        return raise(TypeError, "%s%s got an unexpected keyword argument '%V'. Did you mean '%V'?",
                     this, shown_name(s, site), name, similar);
    return raise(TypeError, "%s%s got an unexpected keyword argument '%V'", this,
                 shown_name(s, site), name);
}

/* Puts the keyword arguments where they belong; what is wrong with one is told only after missing
 * parameters are. *wrong: the first such name. */
static bool bind_keywords(const Signature *s, Value *values, Value kwnames, Value *out,
                          Value *wrong)
{
    for (intptr_t k = 0; k < tuple_length(kwnames); k++) {
        Value name = tuple_get(kwnames, k);
        int i = find_parameter(s, name);
        if (i >= 0 && !out[i]) {
            out[i] = values[k];
        } else if (i < 0 && s->var_keyword >= 0 && is_str(name)) {
            if (!out[s->var_keyword])
                out[s->var_keyword] = TRY(dict_new());
            TRY(dict_set(out[s->var_keyword], name, values[k]));
        } else if (!*wrong) {
            *wrong = name;
        }
    }
    return true;
}

static bool fill_defaults(const Signature *s, const CallSite *site, Value *out)
{
    for (int i = 0; i < s->count; i++) {
        const Parameter *parameter = &s->parameters[i];
        if (out[i])
            continue;
        if (parameter->required)
            return fail_missing(s, site, i);
        if (parameter->kind == PARAM_VAR_POSITIONAL)
            out[i] = TRY(tuple_empty());
        else
            out[i] = parameter->fallback;
    }
    return true;
}

bool signature_bind(const Signature *s, const CallSite *site, Value *args, size_t nargs,
                    Value kwnames, Value *out)
{
    size_t nkw = kwnames ? (size_t)tuple_length(kwnames) : 0;
    if (nkw && !s->takes_keywords)
        return fail_no_keywords(s, site);
    if (s->takes_keywords && s->var_keyword < 0) {
        if (unlikely(!counts_fit(s, nargs, nkw)))
            return fail_counts(s, site, nargs, nkw);
    } else if (nargs < count_required_positional_only(s) ||
               (nargs > s->positional && s->var_positional < 0))
        return fail_count_positional(s, site, nargs);

    size_t direct = nargs < s->positional ? nargs : s->positional;
    memset(out, 0, s->count * sizeof(Value));
    for (size_t i = 0; i < direct; i++)
        out[i] = args[i];
    if (nargs > direct)
        out[s->var_positional] = TRY(tuple_from_values(args + direct, (intptr_t)(nargs - direct)));
    Value wrong = 0;
    if (nkw)
        TRY(bind_keywords(s, args + nargs, kwnames, out, &wrong));
    TRY(fill_defaults(s, site, out));
    return !wrong || fail_keyword(s, site, wrong);
}
