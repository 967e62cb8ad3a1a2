/* pyexpat's constants: pyexpat.errors and pyexpat.model, versions and features. */
#include <stdio.h>
#include <string.h>
#include "core/error.h"
#include "core/names.h"
#include "modules/expat/parser.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

/* By code, from 1 on; the names are those of expat.h without XML_ERROR_. */
static const char *const error_names[] = {
    "NO_MEMORY",
    "SYNTAX",
    "NO_ELEMENTS",
    "INVALID_TOKEN",
    "UNCLOSED_TOKEN",
    "PARTIAL_CHAR",
    "TAG_MISMATCH",
    "DUPLICATE_ATTRIBUTE",
    "JUNK_AFTER_DOC_ELEMENT",
    "PARAM_ENTITY_REF",
    "UNDEFINED_ENTITY",
    "RECURSIVE_ENTITY_REF",
    "ASYNC_ENTITY",
    "BAD_CHAR_REF",
    "BINARY_ENTITY_REF",
    "ATTRIBUTE_EXTERNAL_ENTITY_REF",
    "MISPLACED_XML_PI",
    "UNKNOWN_ENCODING",
    "INCORRECT_ENCODING",
    "UNCLOSED_CDATA_SECTION",
    "EXTERNAL_ENTITY_HANDLING",
    "NOT_STANDALONE",
    "UNEXPECTED_STATE",
    "ENTITY_DECLARED_IN_PE",
    "FEATURE_REQUIRES_XML_DTD",
    "CANT_CHANGE_FEATURE_ONCE_PARSING",
    "UNBOUND_PREFIX",
    "UNDECLARING_PREFIX",
    "INCOMPLETE_PE",
    "XML_DECL",
    "TEXT_DECL",
    "PUBLICID",
    "SUSPENDED",
    "NOT_SUSPENDED",
    "ABORTED",
    "FINISHED",
    "SUSPEND_PE",
    "RESERVED_PREFIX_XML",
    "RESERVED_PREFIX_XMLNS",
    "RESERVED_NAMESPACE_URI",
    "INVALID_ARGUMENT",
    "NO_BUFFER",
    "AMPLIFICATION_LIMIT_BREACH",
};
_Static_assert(COUNT_OF(error_names) == XML_ERROR_AMPLIFICATION_LIMIT_BREACH,
               "error_names is in the order of enum XML_Error");

/* A module `full_name` with this doc, an attribute of its parent. */
static Value add_submodule(Value parent, const char *full_name, const char *doc)
{
    Value module = TRY(module_new(TRY(str_from_cstring(full_name))));
    TRY(module_add_string(module, "__doc__", doc));
    TRY(module_add(parent, strrchr(full_name, '.') + 1, module));
    return module;
}

static bool add_errors(Value parent)
{
    Value module = TRY(
        add_submodule(parent, "pyexpat.errors", "Constants used to describe error conditions."));
    Value codes = TRY(dict_new()), messages = TRY(dict_new());
    for (int code = 1; code <= (int)COUNT_OF(error_names); code++) {
        Value message =
            TRY(str_from_cstring(expat_library()->XML_ErrorString((enum XML_Error)code)));
        char name[64];
        snprintf(name, sizeof name, "XML_ERROR_%s", error_names[code - 1]);
        TRY(module_add(module, name, message));
        TRY(dict_set(codes, message, int_small(code)));
        TRY(dict_set(messages, int_small(code), message));
    }
    return module_add(module, "codes", codes) && module_add(module, "messages", messages);
}

static bool add_model(Value parent)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
        {"XML_CTYPE_EMPTY", XML_CTYPE_EMPTY},   {"XML_CTYPE_ANY", XML_CTYPE_ANY},
        {"XML_CTYPE_MIXED", XML_CTYPE_MIXED},   {"XML_CTYPE_NAME", XML_CTYPE_NAME},
        {"XML_CTYPE_CHOICE", XML_CTYPE_CHOICE}, {"XML_CTYPE_SEQ", XML_CTYPE_SEQ},
        {"XML_CQUANT_NONE", XML_CQUANT_NONE},   {"XML_CQUANT_OPT", XML_CQUANT_OPT},
        {"XML_CQUANT_REP", XML_CQUANT_REP},     {"XML_CQUANT_PLUS", XML_CQUANT_PLUS},
    };
    Value module = TRY(add_submodule(parent, "pyexpat.model",
                                     "Constants used to interpret content model information."));
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        TRY(module_add_int(module, constants[i].name, constants[i].value));
    return true;
}

static Value feature_list(void)
{
    Value list = TRY(list_new(12));
    for (const XML_Feature *f = expat_library()->XML_GetFeatureList();
         f->feature != XML_FEATURE_END; f++) {
        Value name = TRY(str_from_cstring(f->name));
        TRY(list_append(list, TRY(tuple_of(name, TRY(int_from(f->value))))));
    }
    return list;
}

bool expat_add_constants(Value module)
{
    const ExpatLibrary *expat = expat_library();
    XML_Expat_Version version = expat->XML_ExpatVersionInfo();
    return module_add_string(module, "EXPAT_VERSION", expat->XML_ExpatVersion()) &&
           module_add(module, "version_info",
                      tuple_of(int_small(version.major), int_small(version.minor),
                               int_small(version.micro))) &&
           module_add_string(module, "native_encoding", "UTF-8") &&
           module_add(module, "features", feature_list()) && add_errors(module) &&
           add_model(module) &&
           module_add_int(module, "XML_PARAM_ENTITY_PARSING_NEVER",
                          XML_PARAM_ENTITY_PARSING_NEVER) &&
           module_add_int(module, "XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE",
                          XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE) &&
           module_add_int(module, "XML_PARAM_ENTITY_PARSING_ALWAYS",
                          XML_PARAM_ENTITY_PARSING_ALWAYS);
}
