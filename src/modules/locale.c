/* _locale: the C library's locales. Weft itself computes without them: they matter only to who asks
 * here. */
#include <errno.h>
#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/lock.h"
#include "base/utf8.h"
#include "core/abstract.h"
#include "core/alloc.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "core/share.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

static Value locale_error; /* class locale.Error; root */
static Mutex locale_lock
    FREE_AFTER_FORK; /* what the C library returns is its own, until the next call */

static Value text(const char *s)
{
    return str_from_fs(s, strlen(s));
}

static Value set_locked(int category, const char *name)
{
    const char *result = setlocale(category, name);
    if (result)
        return text(result);
    Value message =
        TRY(str_from_cstring(name ? "unsupported locale setting" : "locale query failed"));
    return raise_value((Type *)locale_error, message);
}

FUNCTION(locale_setlocale, "setlocale", "category, locale=None, /",
         "Activates/queries locale processing.")
{
    int category;
    const char *name = 0;
    TRY(index_as_int(args[0], &category));
    if (args[1] != None && !is_str(args[1]))
        return raise(TypeError, "setlocale() argument 2 must be str or None, not %B", args[1]);
    if (args[1] != None)
        name = TRY(str_cstring(args[1]));
    mutex_lock(&locale_lock);
    Value result = set_locked(category, name);
    mutex_unlock(&locale_lock);
    return result;
}

/* ---- localeconv
 * ----------------------------------------------------------------------------------- */

static Value grouping(const char *sizes)
{
    Value list = TRY(list_new(0));
    if (!*sizes)
        return list;
    const char *p = sizes;
    for (; *p && *p != CHAR_MAX; p++)
        TRY(list_append(list, int_small(*p)));
    TRY(list_append(list, int_small(*p)));
    return list;
}

static Value conventions_locked(void)
{
    const struct lconv *c = localeconv();
    Value dict = TRY(dict_new());
#define TEXT(field)   TRY(dict_set_cstring(dict, #field, TRY(text(c->field))));
#define NUMBER(field) TRY(dict_set_cstring(dict, #field, int_small(c->field)));
    TEXT(int_curr_symbol)
    TEXT(currency_symbol)
    TEXT(mon_decimal_point)
    TEXT(mon_thousands_sep)
    TRY(dict_set_cstring(dict, "mon_grouping", TRY(grouping(c->mon_grouping))));
    TEXT(positive_sign)
    TEXT(negative_sign)
    NUMBER(int_frac_digits)
    NUMBER(frac_digits)
    NUMBER(p_cs_precedes)
    NUMBER(p_sep_by_space)
    NUMBER(n_cs_precedes)
    NUMBER(n_sep_by_space)
    NUMBER(p_sign_posn)
    NUMBER(n_sign_posn)
    TEXT(decimal_point)
    TEXT(thousands_sep)
    TRY(dict_set_cstring(dict, "grouping", TRY(grouping(c->grouping))));
#undef TEXT
#undef NUMBER
    return dict;
}

FUNCTION(locale_localeconv, "localeconv", "",
         "Returns numeric and monetary locale-specific parameters.")
{
    mutex_lock(&locale_lock);
    Value result = conventions_locked();
    mutex_unlock(&locale_lock);
    return result;
}

/* ---- comparing
 * -------------------------------------------------------------------------------------- */

/* Characters as wchar_t, which are UCS-4 here, in the heap. */
static const wchar_t *wide(Value v)
{
    const Str *s = (const Str *)v;
    Raw *raw = TRY(raw_new((s->length + 1) * (intptr_t)sizeof(wchar_t)));
    wchar_t *out = (wchar_t *)(void *)raw->data;
    for (intptr_t i = 0; i < s->length; i++)
        if (!(out[i] = (wchar_t)str_char(v, i))) {
            raise(ValueError, "embedded null character");
            return 0;
        }
    out[s->length] = 0;
    return out;
}

static bool check_str(const char *function, int number, Value v)
{
    return is_str(v) ||
           raise(TypeError, "%s() argument %d must be str, not %B", function, number, v);
}

FUNCTION(locale_strcoll, "strcoll", "os1, os2, /", "Compares two strings according to the locale.")
{
    TRY(check_str("strcoll", 1, args[0]));
    TRY(check_str("strcoll", 2, args[1]));
    const wchar_t *a = TRY(wide(args[0])), *b = TRY(wide(args[1]));
    return int_small(wcscoll(a, b));
}

FUNCTION(locale_strxfrm, "strxfrm", "string, /",
         "Return a string that can be used as a key for locale-aware comparisons.")
{
    if (!is_str(args[0]))
        return raise(TypeError, "strxfrm() argument must be str, not %B", args[0]);
    const wchar_t *source = TRY(wide(args[0]));
    errno = 0;
    size_t size = wcsxfrm(0, source, 0);
    if (errno && errno != ERANGE)
        return raise_errno();
    Raw *raw = TRY(raw_new((intptr_t)((size + 1) * sizeof(wchar_t))));
    wchar_t *out = (wchar_t *)(void *)raw->data;
    size = wcsxfrm(out, source, size + 1);
    /* Its numbers are weights, not characters: some are beyond Unicode. */
    for (size_t i = 0; i < size; i++)
        if ((uint32_t)out[i] > UNICODE_MAX)
            return raise(ValueError, "character U+%x is not in range [U+0000; U+10ffff]",
                         (unsigned)out[i]);
    return str_from_ucs4((const uint32_t *)(const void *)out, (intptr_t)size);
}

/* ---- nl_langinfo
 * -------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int item;
} items[] = {
#define ITEM(name) {#name, (int)(name)},
    ITEM(DAY_1) ITEM(DAY_2) ITEM(DAY_3) ITEM(DAY_4) ITEM(DAY_5) ITEM(DAY_6) ITEM(DAY_7) ITEM(
        ABDAY_1) ITEM(ABDAY_2) ITEM(ABDAY_3) ITEM(ABDAY_4) ITEM(ABDAY_5) ITEM(ABDAY_6) ITEM(ABDAY_7)
        ITEM(MON_1) ITEM(MON_2) ITEM(MON_3) ITEM(MON_4) ITEM(MON_5) ITEM(MON_6) ITEM(MON_7)
            ITEM(MON_8) ITEM(MON_9) ITEM(MON_10) ITEM(MON_11) ITEM(MON_12) ITEM(ABMON_1)
                ITEM(ABMON_2) ITEM(ABMON_3) ITEM(ABMON_4) ITEM(ABMON_5) ITEM(ABMON_6) ITEM(ABMON_7)
                    ITEM(ABMON_8) ITEM(ABMON_9) ITEM(ABMON_10) ITEM(ABMON_11) ITEM(ABMON_12)
                        ITEM(RADIXCHAR) ITEM(THOUSEP) ITEM(CRNCYSTR) ITEM(D_FMT) ITEM(D_T_FMT)
                            ITEM(T_FMT) ITEM(AM_STR) ITEM(PM_STR) ITEM(CODESET) ITEM(T_FMT_AMPM)
                                ITEM(ERA) ITEM(ERA_D_FMT) ITEM(ERA_D_T_FMT) ITEM(ERA_T_FMT)
                                    ITEM(ALT_DIGITS) ITEM(YESEXPR) ITEM(NOEXPR) ITEM(_DATE_FMT)
#undef ITEM
};

static Value info_locked(int item)
{
    for (size_t i = 0; i < COUNT_OF(items); i++)
        if (items[i].item == item)
            return text(nl_langinfo(item));
    return raise(ValueError, "unsupported langinfo constant");
}

FUNCTION(locale_nl_langinfo, "nl_langinfo", "key, /",
         "Return the value for the locale information associated with key.")
{
    int item;
    TRY(index_as_int(args[0], &item));
    mutex_lock(&locale_lock);
    Value result = info_locked(item);
    mutex_unlock(&locale_lock);
    return result;
}

FUNCTION(locale_getencoding, "getencoding", "", "Get the current locale encoding.")
{
    return text(nl_langinfo(CODESET));
}

/* ---- messages
 * -------------------------------------------------------------------------------------------- */

/* Argument `number` (0: the only one) as a C string; None, where that is allowed, as 0. */
static bool message_text(const char *function, int number, Value v, bool or_none, const char **out)
{
    *out = 0;
    if (or_none && v == None)
        return true;
    const char *kind = or_none ? "str or None" : "str";
    if (!is_str(v) && !number)
        return raise_bad_argument(function, kind, v);
    if (!is_str(v))
        return raise(TypeError, "%s() argument %d must be %s, not %B", function, number, kind, v);
    *out = str_cstring(v);
    return *out != 0;
}

FUNCTION(locale_gettext, "gettext", "msg, /",
         "gettext(msg) -> string\n\nReturn translation of msg.")
{
    const char *message;
    TRY(message_text("gettext", 0, args[0], false, &message));
    return text(gettext(message));
}

FUNCTION(locale_dgettext, "dgettext", "domain, msg, /",
         "dgettext(domain, msg) -> string\n\nReturn translation of msg in domain.")
{
    const char *domain, *message;
    TRY(message_text("dgettext", 1, args[0], true, &domain));
    TRY(message_text("dgettext", 2, args[1], false, &message));
    return text(dgettext(domain, message));
}

FUNCTION(locale_dcgettext, "dcgettext", "domain, msg, category, /",
         "Return translation of msg in domain and category.")
{
    const char *domain, *message;
    int category;
    TRY(message_text("dcgettext", 1, args[0], true, &domain));
    TRY(message_text("dcgettext", 2, args[1], false, &message));
    TRY(index_as_int(args[2], &category));
    return text(dcgettext(domain, message, category));
}

FUNCTION(locale_textdomain, "textdomain", "domain, /",
         "Set the C library's textdmain to domain, returning the new domain.")
{
    const char *domain;
    TRY(message_text("textdomain", 0, args[0], true, &domain));
    const char *result = textdomain(domain);
    return result ? text(result) : raise_errno();
}

FUNCTION(locale_bindtextdomain, "bindtextdomain", "domain, dir, /",
         "Bind the C library's domain to dir.")
{
    const char *domain, *directory;
    TRY(message_text("bindtextdomain", 1, args[0], false, &domain));
    if (!*domain)
        return raise_value((Type *)locale_error,
                           str_from_cstring("domain must be a non-empty string"));
    TRY(message_text("bindtextdomain", 2, args[1], true, &directory));
    const char *result = bindtextdomain(domain, directory);
    return result ? text(result) : raise_errno();
}

FUNCTION(locale_bind_textdomain_codeset, "bind_textdomain_codeset", "domain, codeset, /",
         "Bind the C library's domain to codeset.")
{
    const char *domain, *codeset;
    TRY(message_text("bind_textdomain_codeset", 1, args[0], false, &domain));
    TRY(message_text("bind_textdomain_codeset", 2, args[1], true, &codeset));
    const char *result = bind_textdomain_codeset(domain, codeset);
    return result ? text(result) : None;
}

/* ---- the module
 * -------------------------------------------------------------------------------------------- */

static bool start_once(void)
{
    if (locale_error)
        return true;
    gc_add_root(&locale_error, 1);
    Value bases = TRY(tuple_of((Value)Exception)), dict = TRY(dict_new());
    TRY(dict_set(dict, names.__module__, TRY(str_from_cstring("locale"))));
    Value cls =
        TRY(type_new_class(&type_type, TRY(str_intern_cstring("Error")), bases, dict, 0, 0, 0));
    root_store(&locale_error, cls);
    return true;
}

static bool execute(Value module)
{
    TRY(start_once());
    for (size_t i = 0; i < COUNT_OF(items); i++)
        TRY(module_add_int(module, items[i].name, items[i].item));
    return module_add_int(module, "LC_CTYPE", LC_CTYPE) &&
           module_add_int(module, "LC_TIME", LC_TIME) &&
           module_add_int(module, "LC_COLLATE", LC_COLLATE) &&
           module_add_int(module, "LC_MONETARY", LC_MONETARY) &&
           module_add_int(module, "LC_MESSAGES", LC_MESSAGES) &&
           module_add_int(module, "LC_NUMERIC", LC_NUMERIC) &&
           module_add_int(module, "LC_ALL", LC_ALL) &&
           module_add_int(module, "CHAR_MAX", CHAR_MAX) &&
           module_add(module, "Error", locale_error);
}

static MethodDef *const functions[] = {M(locale_setlocale),
                                       M(locale_localeconv),
                                       M(locale_strcoll),
                                       M(locale_strxfrm),
                                       M(locale_nl_langinfo),
                                       M(locale_getencoding),
                                       M(locale_gettext),
                                       M(locale_dgettext),
                                       M(locale_dcgettext),
                                       M(locale_textdomain),
                                       M(locale_bindtextdomain),
                                       M(locale_bind_textdomain_codeset),
                                       0};

const ModuleDef module__locale = {"_locale", "Support for POSIX locales.", functions, execute};
