/* _locale: the C library's locale, for Lib/locale.py and Lib/gettext.py. Changing it is for the
 * whole process, and for programs with one thread. */
#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>
#include "core/abstract.h"
#include "core/alloc.h"
#include "core/error.h"
#include "core/module.h"
#include "modules/module_util.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str_inline.h"

static Value error_class; /* root, once made */

/* Text of the C library, in the encoding of the locale, which is UTF-8 or one that ASCII is part
 * of: other bytes become surrogates. */
static Value from_locale(const char *text)
{
    return str_from_fs(text, strlen(text));
}

/* A str argument as C text; None gives 0 where `optional`. */
static bool text_argument_at(Value v, const char *function, int number, bool optional,
                             const char **out)
{
    *out = 0;
    if (optional && v == None)
        return true;
    if (!is_str(v))
        return raise(TypeError, "%s() argument %d must be str%s, not %T", function, number,
                     optional ? " or None" : "", v);
    *out = str_cstring(v);
    return *out;
}

FUNCTION(locale_setlocale, "setlocale", "category, locale=None, /",
         "Activates/queries locale processing.")
{
    int category;
    const char *name;
    TRY(index_as_int(args[0], &category));
    TRY(text_argument_at(args[1], "setlocale", 2, true, &name));
    const char *result =
        category < 0 || category > LC_IDENTIFICATION ? 0 : setlocale(category, name);
    if (!result)
        return raise((Type *)error_class,
                     name ? "unsupported locale setting" : "locale query failed");
    return from_locale(result);
}

/* ---- localeconv ------------------------------------------------------------------------- */

static Value grouping_list(const char *grouping)
{
    Value list = TRY(list_new(0));
    for (; *grouping && *grouping != CHAR_MAX; grouping++)
        TRY(list_append(list, int_small(*grouping)));
    if (list_length(list))
        TRY(list_append(list, int_small(*grouping)));
    return list;
}

FUNCTION(locale_localeconv, "localeconv", "",
         "Returns numeric and monetary locale-specific parameters.")
{
    const struct lconv *l = localeconv();
    const struct {
        const char *name, *text;
    } texts[] = {
        {"int_curr_symbol", l->int_curr_symbol},     {"currency_symbol", l->currency_symbol},
        {"mon_decimal_point", l->mon_decimal_point}, {"mon_thousands_sep", l->mon_thousands_sep},
        {"positive_sign", l->positive_sign},         {"negative_sign", l->negative_sign},
        {"decimal_point", l->decimal_point},         {"thousands_sep", l->thousands_sep},
    };
    const struct {
        const char *name;
        int value;
    } numbers[] = {
        {"int_frac_digits", l->int_frac_digits}, {"frac_digits", l->frac_digits},
        {"p_cs_precedes", l->p_cs_precedes},     {"p_sep_by_space", l->p_sep_by_space},
        {"n_cs_precedes", l->n_cs_precedes},     {"n_sep_by_space", l->n_sep_by_space},
        {"p_sign_posn", l->p_sign_posn},         {"n_sign_posn", l->n_sign_posn},
    };
    Value dict = TRY(dict_new());
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        TRY(dict_set_cstring(dict, texts[i].name, TRY(from_locale(texts[i].text))));
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        TRY(dict_set_cstring(dict, numbers[i].name, int_small(numbers[i].value)));
    TRY(dict_set_cstring(dict, "mon_grouping", TRY(grouping_list(l->mon_grouping))));
    TRY(dict_set_cstring(dict, "grouping", TRY(grouping_list(l->grouping))));
    return dict;
}

/* ---- Collation -------------------------------------------------------------------------- */

/* A str as wide text, which wchar_t's four bytes make a copy of its characters. */
static const wchar_t *wide_argument(Value v, const char *function, int number)
{
    if (!is_str(v)) {
        if (number)
            raise(TypeError, "%s() argument %d must be str, not %T", function, number, v);
        else
            raise(TypeError, "%s() argument must be str, not %T", function, v);
        return 0;
    }
    for (intptr_t i = 0; i < str_length(v); i++)
        if (str_char(v, i) == 0) {
            raise(ValueError, "embedded null character");
            return 0;
        }
    Raw *raw = TRY(raw_new((str_length(v) + 1) * 4));
    chars_copy(raw->data, 4, 0, str_data(v), str_width(v), 0, str_length(v));
    char_put(raw->data, 4, (size_t)str_length(v), 0);
    return (const wchar_t *)(const void *)raw->data;
}

FUNCTION(locale_strcoll, "strcoll", "os1, os2, /", "Compares two strings according to the locale.")
{
    const wchar_t *a = TRY(wide_argument(args[0], "strcoll", 1));
    const wchar_t *b = TRY(wide_argument(args[1], "strcoll", 2));
    return int_small(wcscoll(a, b));
}

FUNCTION(locale_strxfrm, "strxfrm", "string, /",
         "Return a string that can be used as a key for locale-aware comparisons.")
{
    const wchar_t *text = TRY(wide_argument(args[0], "strxfrm", 0));
    size_t size = wcsxfrm(0, text, 0);
    Raw *raw = TRY(raw_new(((intptr_t)size + 1) * 4));
    wcsxfrm((wchar_t *)(void *)raw->data, text, size + 1);
    return str_from_ucs4((uint32_t *)(void *)raw->data, (intptr_t)size);
}

/* ---- Information ------------------------------------------------------------------------ */

static const struct {
    const char *name;
    int item;
} items[] = {
#define ITEM(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }
    ITEM(DAY_1),       ITEM(DAY_2),     ITEM(DAY_3),      ITEM(DAY_4),     ITEM(DAY_5),
    ITEM(DAY_6),       ITEM(DAY_7),     ITEM(ABDAY_1),    ITEM(ABDAY_2),   ITEM(ABDAY_3),
    ITEM(ABDAY_4),     ITEM(ABDAY_5),   ITEM(ABDAY_6),    ITEM(ABDAY_7),   ITEM(MON_1),
    ITEM(MON_2),       ITEM(MON_3),     ITEM(MON_4),      ITEM(MON_5),     ITEM(MON_6),
    ITEM(MON_7),       ITEM(MON_8),     ITEM(MON_9),      ITEM(MON_10),    ITEM(MON_11),
    ITEM(MON_12),      ITEM(ABMON_1),   ITEM(ABMON_2),    ITEM(ABMON_3),   ITEM(ABMON_4),
    ITEM(ABMON_5),     ITEM(ABMON_6),   ITEM(ABMON_7),    ITEM(ABMON_8),   ITEM(ABMON_9),
    ITEM(ABMON_10),    ITEM(ABMON_11),  ITEM(ABMON_12),   ITEM(RADIXCHAR), ITEM(THOUSEP),
    ITEM(CRNCYSTR),    ITEM(D_FMT),     ITEM(D_T_FMT),    ITEM(T_FMT),     ITEM(AM_STR),
    ITEM(PM_STR),      ITEM(CODESET),   ITEM(T_FMT_AMPM), ITEM(ERA),       ITEM(ERA_D_FMT),
    ITEM(ERA_D_T_FMT), ITEM(ERA_T_FMT), ITEM(ALT_DIGITS), ITEM(YESEXPR),   ITEM(NOEXPR),
#undef ITEM
};

FUNCTION(locale_langinfo, "nl_langinfo", "key, /",
         "Return the value for the locale information associated with key.")
{
    int key;
    TRY(index_as_int(args[0], &key));
    for (size_t i = 0; i < COUNT_OF(items); i++)
        if (items[i].item == key)
            return from_locale(nl_langinfo(key));
    return raise(ValueError, "unsupported langinfo constant");
}

FUNCTION(locale_getencoding, "getencoding", "", "Get the current locale encoding.")
{
    const char *encoding = nl_langinfo(CODESET);
    return str_from_cstring(*encoding ? encoding : "UTF-8");
}

/* ---- Message catalogues ----------------------------------------------------------------- */

FUNCTION(locale_gettext, "gettext", "msg, /", "Return translation of msg.")
{
    const char *message;
    TRY(text_argument_at(args[0], "gettext", 1, false, &message));
    return from_locale(gettext(message));
}

FUNCTION(locale_dgettext, "dgettext", "domain, msg, /", "Return translation of msg in domain.")
{
    const char *domain, *message;
    TRY(text_argument_at(args[0], "dgettext", 1, true, &domain));
    TRY(text_argument_at(args[1], "dgettext", 2, false, &message));
    return from_locale(dgettext(domain, message));
}

FUNCTION(locale_dcgettext, "dcgettext", "domain, msg, category, /",
         "Return translation of msg in domain and category.")
{
    const char *domain, *message;
    int category;
    TRY(text_argument_at(args[0], "dcgettext", 1, true, &domain));
    TRY(text_argument_at(args[1], "dcgettext", 2, false, &message));
    TRY(index_as_int(args[2], &category));
    return from_locale(dcgettext(domain, message, category));
}

FUNCTION(locale_textdomain, "textdomain", "domain, /",
         "Set the C library's textdmain to domain, returning the new domain.")
{
    const char *domain;
    TRY(text_argument_at(args[0], "textdomain", 1, true, &domain));
    const char *result = textdomain(domain);
    return result ? from_locale(result) : raise_errno();
}

FUNCTION(locale_bindtextdomain, "bindtextdomain", "domain, dir, /",
         "Bind the C library's domain to dir.")
{
    const char *domain, *directory;
    TRY(text_argument_at(args[0], "bindtextdomain", 1, false, &domain));
    if (!*domain)
        return raise((Type *)error_class, "domain must be a non-empty string");
    directory = args[1] == None ? 0 : TRY(str_to_fs(TRY(fs_path(args[1])), 0));
    const char *result = bindtextdomain(domain, directory);
    return result ? from_locale(result) : raise_errno();
}

FUNCTION(locale_bind_codeset, "bind_textdomain_codeset", "domain, codeset, /",
         "Bind the C library's domain to codeset.")
{
    const char *domain, *codeset;
    TRY(text_argument_at(args[0], "bind_textdomain_codeset", 1, false, &domain));
    TRY(text_argument_at(args[1], "bind_textdomain_codeset", 2, true, &codeset));
    const char *result = bind_textdomain_codeset(domain, codeset);
    return result ? from_locale(result) : None;
}

/* ---- The module ------------------------------------------------------------------------- */

static MethodDef *const functions[] = {M(locale_setlocale),
                                       M(locale_localeconv),
                                       M(locale_strcoll),
                                       M(locale_strxfrm),
                                       M(locale_langinfo),
                                       M(locale_getencoding),
                                       M(locale_gettext),
                                       M(locale_dgettext),
                                       M(locale_dcgettext),
                                       M(locale_textdomain),
                                       M(locale_bindtextdomain),
                                       M(locale_bind_codeset),
                                       0};

static bool execute(Value module)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
        {"LC_CTYPE", LC_CTYPE},       {"LC_TIME", LC_TIME},         {"LC_COLLATE", LC_COLLATE},
        {"LC_MONETARY", LC_MONETARY}, {"LC_MESSAGES", LC_MESSAGES}, {"LC_NUMERIC", LC_NUMERIC},
        {"LC_ALL", LC_ALL},           {"CHAR_MAX", CHAR_MAX},
    };
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add_int(module, constants[i].name, constants[i].value));
    for (size_t i = 0; i < COUNT_OF(items); i++)
        TRY(module_add_int(module, items[i].name, items[i].item));
    return module_add_exception(module, "locale.Error", Exception, &error_class);
}

const ModuleDef module__locale = {"_locale", "Support for POSIX locales.", functions, execute};
