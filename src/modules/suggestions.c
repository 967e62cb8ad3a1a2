/* _suggestions: what traceback asks for "Did you mean". */
#include "core/error.h"
#include "core/module.h"
#include "core/suggest.h"
#include "types/list.h"
#include "types/str.h"

FUNCTION(generate_suggestions, "_generate_suggestions", "candidates, item, /",
         "Returns the candidate in candidates that's closest to item")
{
    if (!is_list(args[0]))
        return raise(TypeError, "candidates must be a list");
    if (!is_str(args[1]))
        return raise(TypeError, "_generate_suggestions() argument 2 must be str, not %B", args[1]);
    for (intptr_t i = 0; i < list_length(args[0]); i++) {
        Value candidate = list_get(args[0], i);
        if (candidate && !is_str(candidate))
            return raise(TypeError, "all elements in 'candidates' must be strings");
    }
    Value found = suggest_name(args[0], args[1]);
    return found || error_pending() ? found : None;
}

static MethodDef *const functions[] = {M(generate_suggestions), 0};

const ModuleDef module__suggestions = {.name = "_suggestions", .functions = functions};
