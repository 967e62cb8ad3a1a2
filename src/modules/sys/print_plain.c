/* An exception shown without the traceback module, for when it cannot be imported (any more): as
 * the module shows it without its chain, but for source lines, notes, and what belongs to groups
 * and syntax errors. */
#include "core/abstract.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "modules/sys/hooks.h"
#include "types/exception.h"
#include "types/str.h"
#include "types/traceback.h"

#define REPEAT_LIMIT 3 /* times that the same line is shown */

static bool frame_place(Value frame, Value *filename, Value *name)
{
    Value code = TRY(get_attr_string(frame, "f_code"));
    *filename = TRY(get_attr_string(code, "co_filename"));
    *name = TRY(get_attr_string(code, "co_name"));
    return is_str(*filename) && is_str(*name);
}

static void write_repeats(int times)
{
    if (times > REPEAT_LIMIT)
        hook_write_error(str_format("  [Previous line repeated %d more time%s]\n",
                                    times - REPEAT_LIMIT, times == REPEAT_LIMIT + 1 ? "" : "s"));
}

static void write_traceback(Value traceback)
{
    Value filename = 0, name = 0, last_file = 0, last_name = 0;
    int last_line = -1, times = 0;
    hook_write_error(str_from_cstring("Traceback (most recent call last):\n"));
    for (; traceback; traceback = load_acquire(&((Traceback *)traceback)->next)) {
        const Traceback *t = (Traceback *)traceback;
        if (!frame_place(t->frame, &filename, &name)) {
            error_clear();
            continue;
        }
        if (traceback_lineno(t) != last_line || filename != last_file || name != last_name) {
            write_repeats(times);
            times = 0;
        }
        last_line = traceback_lineno(t);
        last_file = filename;
        last_name = name;
        if (++times <= REPEAT_LIMIT)
            hook_write_error(
                str_format("  File \"%V\", line %d, in %V\n", filename, traceback_lineno(t), name));
    }
    write_repeats(times);
}

/* "module.Class" or, of builtins and __main__, "Class". */
static Value qualified_name(Type *type)
{
    Value name = get_attr_string((Value)type, "__qualname__");
    Value module = name ? get_attr_string((Value)type, "__module__") : 0;
    if (module && is_str(name) && is_str(module) && !str_equals(module, "builtins") &&
        !str_equals(module, "__main__"))
        return str_format("%V.%V", module, name);
    error_clear();
    return name && is_str(name) ? name : str_from_cstring(type_short_name(type));
}

static void write_last_line(Value exception)
{
    Value text = object_str(exception), name;
    if (!text) {
        error_clear();
        text = str_from_cstring("<exception str() failed>");
    }
    name = qualified_name(type_of(exception));
    if (!name)
        error_clear();
    else
        hook_write_error(text && str_length(text) ? str_format("%V: %V\n", name, text)
                                                  : str_format("%V\n", name));
}

void print_exception_plainly(Value exception)
{
    Value traceback = load_acquire(&((Exception_ *)exception)->traceback);
    if (traceback)
        write_traceback(traceback);
    write_last_line(exception);
}
