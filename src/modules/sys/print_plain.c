/* An exception shown without the traceback module: without its chain, notes, and what belongs to
 * groups and syntax errors. So is one that nobody can catch (sys.unraisablehook), with the lines of
 * its source; and any other when that module cannot be imported (any more). */
#include "core/abstract.h"
#include "core/call.h"
#include "core/dialect.h"
#include "core/error.h"
#include "core/names.h"
#include "modules/sys/hooks.h"
#include "types/exception.h"
#include "types/str.h"
#include "types/traceback.h"
#include "vm/import.h"

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

/* The line of the source that linecache finds, indented; nothing if there is none. */
static void write_source_line(Value filename, int line)
{
    Value module = import_absolute(str_intern_cstring("linecache"));
    Value getline = module ? get_attr_string(module, "getline") : 0;
    Value text = getline ? call2(getline, filename, int_small(line)) : 0;
    text = text ? call_method0(text, str_intern_cstring("strip")) : 0;
    if (text && is_str(text) && str_length(text))
        hook_write_error(str_format("    %V\n", text));
    error_clear();
}

static void write_traceback(Value traceback, bool with_source)
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
        if (++times > REPEAT_LIMIT)
            continue;
        hook_write_error(str_format("  File \"%V\", line %d, in %V\n", filename, last_line, name));
        if (with_source)
            write_source_line(filename, last_line);
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

/* `colon`: also where there is no text. */
static void write_last_line(Value exception, bool colon)
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
        hook_write_error(text && (colon || str_length(text)) ? str_format("%V: %V\n", name, text)
                                                             : str_format("%V\n", name));
}

void print_exception_plainly(Value exception, bool unraisable)
{
    Value traceback = load_acquire(&((Exception_ *)exception)->traceback);
    if (traceback)
        write_traceback(traceback, unraisable);
    write_last_line(exception, unraisable);
}
