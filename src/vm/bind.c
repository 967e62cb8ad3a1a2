/* Binding a call's arguments to a Python function's parameters, with the messages that
 * explain why it can't be done. */
#include "base/stats.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/frame.h"
#include "core/suggest.h"

/* Positions of the parameters in the registers. */
typedef struct Parameters {
    const Code *code; /* the call's: the function may get another one meanwhile */
    uint32_t positional, keyword_only, total; /* without *args and **kwargs */
    int star, star_star;                      /* registers of *args and **kwargs, or -1 */
} Parameters;

static Parameters parameters_of(const Code *code)
{
    Parameters p = {
        code, code->argcount, code->kwonly_argcount, code->argcount + code->kwonly_argcount, -1,
        -1};
    uint32_t next = p.total;
    if (code->flags & CODE_VARARGS)
        p.star = (int)next++;
    if (code->flags & CODE_VARKEYWORDS)
        p.star_star = (int)next;
    return p;
}

static Value parameter_name(const Code *code, uint32_t i)
{
    return tuple_get(code->varnames, i);
}

static uint32_t defaults_count(Function *f)
{
    Value defaults = load_acquire(&f->defaults);
    return defaults ? (uint32_t)tuple_length(defaults) : 0;
}

COLD static bool fail_too_many(Function *f, const Code *code, const Value *registers, size_t given)
{
    uint32_t total = code->argcount, defaults = defaults_count(f), keyword_given = 0;
    for (uint32_t i = total; i < total + code->kwonly_argcount; i++)
        keyword_given += registers[i] != 0;
    Value takes;
    bool plural = total != 1;
    if (defaults) {
        takes =
            str_format("from %zd to %zd", (intptr_t)total - (intptr_t)defaults, (intptr_t)total);
        plural = true;
    } else {
        takes = str_format("%zd", (intptr_t)total);
    }
    Value extra = str_empty();
    if (keyword_given)
        extra = str_format(" positional argument%s (and %zd keyword-only argument%s)",
                           given != 1 ? "s" : "", (intptr_t)keyword_given,
                           keyword_given != 1 ? "s" : "");
    if (!takes || !extra)
        return false;
    raise(TypeError, "%V() takes %V positional argument%s but %zd%V %s given",
          load_acquire(&f->qualname), takes, plural ? "s" : "", (intptr_t)given, extra,
          given == 1 && !keyword_given ? "was" : "were");
    return false;
}

COLD static bool fail_missing(Function *f, const Code *code, const Value *registers, uint32_t start,
                              uint32_t end, const char *kind)
{
    Value missing = TRY(list_new(0));
    for (uint32_t i = start; i < end; i++)
        if (!registers[i]) {
            Value shown = TRY(object_repr(parameter_name(code, i)));
            if (!list_append(missing, shown))
                return false;
        }
    intptr_t n = list_length(missing);
    StrBuilder b;
    builder_start(&b);
    for (intptr_t i = 0; i < n; i++) {
        if (i)
            builder_add_cstring(&b, n == 2 ? " and " : i == n - 1 ? ", and " : ", ");
        builder_add(&b, list_get(missing, i));
    }
    Value text = TRY(builder_finish(&b));
    raise(TypeError, "%V() missing %zd required %s argument%s: %V", load_acquire(&f->qualname), n,
          kind, n == 1 ? "" : "s", text);
    return false;
}

/* Names of positional-only parameters that were passed by keyword: an error of its own, if
 * there is no **kwargs to take them. */
COLD static bool fail_unexpected(Function *f, const Code *code, Value kwnames, Value keyword)
{
    StrBuilder b;
    builder_start(&b);
    intptr_t found = 0;
    for (uint32_t i = 0; i < code->posonly_argcount; i++)
        for (intptr_t k = 0; k < tuple_length(kwnames); k++)
            if (str_equal(tuple_get(kwnames, k), parameter_name(code, i))) {
                if (found++)
                    builder_add_cstring(&b, ", ");
                builder_add(&b, parameter_name(code, i));
            }
    Value text = TRY(builder_finish(&b));
    if (found) {
        raise(TypeError,
              "%V() got some positional-only arguments passed as keyword arguments: '%V'",
              load_acquire(&f->qualname), text);
        return false;
    }
    Value names = TRY(tuple_slice(code->varnames, code->posonly_argcount,
                                  code->argcount + code->kwonly_argcount));
    Value close = suggest_name(names, keyword);
    if (!close && error_pending())
        return false;
    if (close)
        raise(TypeError, "%V() got an unexpected keyword argument '%V'. Did you mean '%V'?",
              load_acquire(&f->qualname), keyword, close);
    else
        raise(TypeError, "%V() got an unexpected keyword argument '%V'", load_acquire(&f->qualname),
              keyword);
    return false;
}

static intptr_t find_parameter(const Code *code, Value keyword)
{
    uint32_t end = code->argcount + code->kwonly_argcount;
    for (uint32_t i = code->posonly_argcount; i < end; i++)
        if (parameter_name(code, i) == keyword)
            return i;
    if (load_relaxed(&keyword->flags) & FLAG_INTERNED) /* names of parameters are so as well */
        return -1;
    for (uint32_t i = code->posonly_argcount; i < end; i++)
        if (str_equal(parameter_name(code, i), keyword))
            return i;
    return -1;
}

static bool bind_keywords(Function *f, const Parameters *p, Value *registers, const Value *values,
                          Value kwnames)
{
    for (intptr_t k = 0; k < tuple_length(kwnames); k++) {
        Value keyword = tuple_get(kwnames, k);
        if (!is_str(keyword)) {
            raise(TypeError, "%V() keywords must be strings", load_acquire(&f->qualname));
            return false;
        }
        intptr_t i = find_parameter(p->code, keyword);
        if (i < 0) {
            if (p->star_star < 0)
                return fail_unexpected(f, p->code, kwnames, keyword);
            if (!dict_set(registers[p->star_star], keyword, values[k]))
                return false;
            continue;
        }
        if (registers[i]) {
            raise(TypeError, "%V() got multiple values for argument '%V'",
                  load_acquire(&f->qualname), keyword);
            return false;
        }
        registers[i] = values[k];
    }
    return true;
}

static bool bind_defaults(Function *f, const Parameters *p, Value *registers, size_t given)
{
    if (given < p->positional) {
        Value defaults = load_acquire(&f->defaults);
        uint32_t count = defaults ? (uint32_t)tuple_length(defaults) : 0;
        uint32_t required = count > p->positional ? 0 : p->positional - count;
        for (uint32_t i = (uint32_t)given; i < required; i++)
            if (!registers[i])
                return fail_missing(f, p->code, registers, 0, required, "positional");
        for (uint32_t i = required; i < p->positional; i++)
            if (!registers[i])
                registers[i] = tuple_get(defaults, i - p->positional + count);
    }
    Value kwdefaults = p->keyword_only ? load_acquire(&f->kwdefaults) : 0;
    for (uint32_t i = p->positional; i < p->total; i++) {
        if (registers[i])
            continue;
        if (kwdefaults)
            registers[i] = dict_get(kwdefaults, parameter_name(p->code, i));
        if (registers[i])
            continue;
        if (error_pending())
            return false;
        for (uint32_t j = i + 1; kwdefaults && j < p->total; j++)
            if (!registers[j])
                registers[j] = dict_get(kwdefaults, parameter_name(p->code, j));
        return fail_missing(f, p->code, registers, p->positional, p->total, "keyword-only");
    }
    return true;
}

/* Arguments in their place, by position, some left out that have defaults: no more than these to
 * write. False, and nothing was done: not so simple. */
ALWAYS_INLINE bool bind_trailing_defaults(Function *f, const Code *code, Value *registers,
                                          size_t nargs)
{
    Value defaults = load_acquire(&f->defaults);
    size_t count = defaults ? (size_t)tuple_length(defaults) : 0, total = code->argcount;
    if (nargs > total || nargs + count < total || code->kwonly_argcount ||
        code->flags & (CODE_VARARGS | CODE_VARKEYWORDS))
        return false;
    for (size_t i = nargs; i < total; i++)
        registers[i] = tuple_get(defaults, (intptr_t)(i + count - total));
    return true;
}

/* The default of a parameter without argument; 0, perhaps with an exception, if there is none. */
static Value default_of(Function *f, const Code *code, uint32_t i)
{
    if (i < code->argcount) {
        Value defaults = load_acquire(&f->defaults);
        intptr_t at = defaults ? (intptr_t)i - code->argcount + tuple_length(defaults) : -1;
        return at >= 0 ? tuple_get(defaults, at) : 0;
    }
    Value kwdefaults = load_acquire(&f->kwdefaults);
    return kwdefaults ? dict_get(kwdefaults, parameter_name(code, i)) : 0;
}

/* Some arguments by keyword, for a function without *args and **kwargs. False, with the arguments
 * where they were: it goes wrong, or is not so simple. */
static bool bind_few_keywords(Function *f, const Code *code, Value *registers, size_t nargs,
                              Value kwnames, size_t keywords)
{
    enum { FEW = 6 };
    const Value *names = ((Tuple *)code->varnames)->items;
    uint32_t total = code->argcount + code->kwonly_argcount, i;
    Value values[FEW];
    if (keywords > FEW || nargs > code->argcount || nargs + keywords > total ||
        code->flags & (CODE_VARARGS | CODE_VARKEYWORDS))
        return false;
    for (size_t k = 0; k < keywords; k++)
        values[k] = registers[nargs + k];
    for (i = (uint32_t)nargs; i < total; i++)
        registers[i] = 0;
    bool bound = true;
    for (size_t k = 0; k < keywords && bound; k++) {
        Value keyword = tuple_get(kwnames, (intptr_t)k);
        for (i = code->posonly_argcount; i < total && names[i] != keyword;)
            i++;
        bound = i < total && !registers[i];
        if (bound)
            registers[i] = values[k];
    }
    for (i = (uint32_t)nargs; i < total && bound; i++)
        if (!registers[i])
            bound = (registers[i] = default_of(f, code, i)) != 0;
    for (size_t k = 0; k < keywords && !bound; k++)
        registers[nargs + k] = values[k];
    return bound;
}

#define INLINE_KEYWORDS 16

static bool bind(Function *f, const Code *code, Value *registers, size_t nargs, Value kwnames,
                 size_t keywords)
{
    Parameters p = parameters_of(code);
    size_t given = nargs < p.positional ? nargs : p.positional;

    /* Everything that lies behind the positional arguments may be overwritten by what comes
     * next: take it aside first. */
    Value surplus = 0, copied = 0, small[INLINE_KEYWORDS];
    const Value *values = small;
    if (keywords > INLINE_KEYWORDS) {
        copied = TRY(tuple_from_values(registers + nargs, (intptr_t)keywords));
        values = ((Tuple *)copied)->items;
    } else {
        memcpy(small, registers + nargs, keywords * sizeof(Value));
    }
    if (p.star >= 0)
        surplus = TRY(tuple_from_values(registers + given, (intptr_t)(nargs - given)));
    for (size_t i = given; i < p.total; i++)
        registers[i] = 0;
    if (p.star >= 0)
        registers[p.star] = surplus;
    if (p.star_star >= 0)
        registers[p.star_star] = TRY(dict_new_sized((intptr_t)keywords));
    if (keywords && !bind_keywords(f, &p, registers, values, kwnames))
        return false;
    if (nargs > given && p.star < 0)
        return fail_too_many(f, code, registers, nargs);
    return bind_defaults(f, &p, registers, given);
}

bool function_bind(Thread *thread, Function *f, const Code *code, Value *registers, size_t nargs,
                   Value kwnames)
{
    STATS_ADD(arguments_bound);
    if (!kwnames && bind_trailing_defaults(f, code, registers, nargs))
        return true;
    /* More arguments than the function has registers are roots until they are in its tuple. */
    size_t keywords = kwnames ? (size_t)tuple_length(kwnames) : 0;
    if (kwnames && bind_few_keywords(f, code, registers, nargs, kwnames, keywords))
        return true;
    if (unlikely(thread->exception))
        return false;
    Value *top = thread->gc.registers_top, *end = registers + nargs + keywords;
    if (end > top)
        thread->gc.registers_top = end;
    bool bound = bind(f, code, registers, nargs, kwnames, keywords);
    thread->gc.registers_top = top;
    return bound;
}
