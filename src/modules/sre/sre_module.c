/* _sre, for Lib/re. */
#include <stdlib.h>
#include "base/unicode.h"
#include "core/abstract.h"
#include "core/error.h"
#include "core/module.h"
#include "modules/sre/sre_object.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"

void sre_start(void)
{
    if (type_flags(&pattern_type) & TYPE_READY)
        return;
    sre_pattern_start();
    sre_match_start();
    sre_scanner_start();
    sre_template_start();
}

/* The codes of a list as machine words, in a Raw. */
static Raw *codes_from_list(Value list, size_t *count)
{
    Value tuple = TRY(list_as_tuple(list));
    *count = (size_t)tuple_length(tuple);
    Raw *raw = TRY(raw_new((intptr_t)(*count * 4)));
    uint32_t *codes = (uint32_t *)(void *)raw->data;
    for (size_t i = 0; i < *count; i++) {
        Value item = tuple_get(tuple, (intptr_t)i);
        uint64_t code;
        if (!is_int_any(item)) {
            raise(TypeError, "an integer is required");
            return 0;
        }
        if (!int_to_u64(item, &code) || code > UINT32_MAX) {
            raise(OverflowError, "regular expression code size limit exceeded");
            return 0;
        }
        codes[i] = (uint32_t)code;
    }
    return raw;
}

static bool check_type(Value v, bool ok, const char *name, const char *type)
{
    if (ok)
        return true;
    raise(TypeError, "compile() argument '%s' must be %s, not %B", name, type, v);
    return false;
}

FUNCTION(sre_compile, "compile", "pattern, flags, code, groups, groupindex, indexgroup", "")
{
    int flags;
    TRY(index_as_int(args[1], &flags));
    TRY(check_type(args[2], is_list(args[2]), "code", "list"));
    intptr_t groups = TRY_INDEX(args[3]);
    TRY(check_type(args[4], is_dict(args[4]), "groupindex", "dict"));
    TRY(check_type(args[5], is_tuple(args[5]), "indexgroup", "tuple"));
    size_t count;
    Raw *codes = TRY(codes_from_list(args[2], &count));
    if (groups < 0 || groups > SRE_MAXGROUPS)
        return raise(RuntimeError, "invalid SRE code");
    Value program = TRY(sre_program_new((uint32_t *)(void *)codes->data, count, (uint32_t)groups));
    Pattern *pattern = TRY(NEW(Pattern, &pattern_type));
    gc_store(pattern, &pattern->pattern, args[0]);
    gc_store(pattern, &pattern->groupindex, args[4]);
    gc_store(pattern, &pattern->indexgroup, args[5]);
    gc_store(pattern, &pattern->program, program);
    pattern->groups = groups;
    pattern->flags = flags;
    if (args[0] != None && !is_str(args[0]) && !has_buffer(args[0]))
        return raise(TypeError, "expected string or bytes-like object, got '%T'", args[0]);
    pattern->kind = args[0] == None ? PATTERN_ANY : is_str(args[0]) ? PATTERN_STR : PATTERN_BYTES;
    return (Value)pattern;
}

FUNCTION(sre_template, "template", "pattern, template, /", "")
{
    return template_new(args[0], args[1]);
}

FUNCTION(sre_getcodesize, "getcodesize", "", "")
{
    return int_small(4);
}

static bool character_argument(Value v, uint32_t *c)
{
    int i;
    if (!index_as_int(v, &i))
        return false;
    *c = (uint32_t)i;
    return true;
}

FUNCTION(sre_ascii_iscased, "ascii_iscased", "character, /", "")
{
    uint32_t c;
    TRY(character_argument(args[0], &c));
    return bool_value((c | 32) - 'a' < 26);
}

FUNCTION(sre_unicode_iscased, "unicode_iscased", "character, /", "")
{
    uint32_t c;
    TRY(character_argument(args[0], &c));
    return bool_value(unicode_to_lower(c) != c || unicode_to_upper(c) != c);
}

FUNCTION(sre_ascii_tolower, "ascii_tolower", "character, /", "")
{
    uint32_t c;
    TRY(character_argument(args[0], &c));
    return int_from((int32_t)sre_lower(CASE_ASCII, c));
}

FUNCTION(sre_unicode_tolower, "unicode_tolower", "character, /", "")
{
    uint32_t c;
    TRY(character_argument(args[0], &c));
    return int_from((int32_t)sre_lower(CASE_UNICODE, c));
}

static MethodDef *const functions[] = {
    M(sre_compile),         M(sre_template),      M(sre_getcodesize),     M(sre_ascii_iscased),
    M(sre_unicode_iscased), M(sre_ascii_tolower), M(sre_unicode_tolower), 0};

static bool execute(Value module)
{
    sre_start();
    return module_add_int(module, "MAGIC", SRE_MAGIC) && module_add_int(module, "CODESIZE", 4) &&
           module_add_int(module, "MAXREPEAT", SRE_MAXREPEAT) &&
           module_add_int(module, "MAXGROUPS", SRE_MAXGROUPS) &&
           module_add_string(module, "copyright", "Weft's regular expression engine for Lib/re");
}

const ModuleDef module__sre = {"_sre", 0, functions, execute};
