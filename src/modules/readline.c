/* readline: input() with line editing, history and completion, by Editline, which has the interface
 * of GNU readline.
 *
 * The library has one state for the whole process. One thread at a time uses it (`turn`), for as
 * long as it reads a line; functions that are called back run in that turn. What the module keeps
 * for them is in roots. The library reads in the native state. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/abstract.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/share.h"
#include "core/thread.h"
#include "core/turn.h"
#include "gc/heap.h"
#include "modules/builtins.h"
#include "modules/readline_library.h"
#include "types/int.h"
#include "types/list.h"
#include "types/bytes.h"
#include "types/str.h"

static LAZY_LIBRARY_FUNCTION(EditlineLibrary, editline_library, "libedit.so.2", EDITLINE_SYMBOLS)

#define E editline_library()

    static Turn turn; /* the thread that uses the library */

enum { COMPLETER, DISPLAY, STARTUP, PRE_INPUT, HOOKS };
static Value hooks[HOOKS];         /* atomic: callables, or None; roots */
static char *delimiters;           /* malloc'ed; by turn, as are the following */
static int begin_index, end_index; /* atomic */
static int history_most = -1;      /* lines of a history file; negative: any number. atomic */
static bool auto_history = true;   /* atomic */
static int history_start;          /* what number the library gives to the first line */

/* LIBRARY { ... }  in the library's turn. */
#define LIBRARY WITH_TURN (turn_scope_enter(&turn))

static const char *encode(const char *function, Value text)
{
    size_t size;
    if (!is_str(text)) {
        raise(TypeError, "%s() argument must be str, not %B", function, text);
        return 0;
    }
    const char *bytes = TRY(str_to_fs(text, &size));
    if (strlen(bytes) != size) {
        raise(ValueError, "embedded null byte");
        return 0;
    }
    return bytes;
}

static Value decode(const char *text)
{
    return str_from_fs(text, strlen(text));
}

/* ---- functions that the library calls ----------------------------------------------------------
 */

/* Runs Python code from within the library. Nobody is told of exceptions, as in CPython. */
typedef struct Callback {
    NativePause pause;
    bool was_native;
    Value pending;
} Callback;

static void callback_enter(Callback *c)
{
    c->was_native = load_relaxed(&gc_self->state) == GC_NATIVE;
    if (c->was_native)
        native_pause(&c->pause);
    c->pending = error_take();
}

static void callback_leave(Callback *c)
{
    error_clear();
    if (c->pending)
        error_restore(c->pending);
    if (c->was_native)
        native_resume(&c->pause);
}

/* The next completion, malloc'ed; 0: there are no more. */
static char *on_completion(const char *text, int state)
{
    char *result = 0;
    size_t size;
    Callback c;
    callback_enter(&c);
    store_relaxed(E->rl_attempted_completion_over, 1); /* no file names instead */
    Value completer = load_acquire(&hooks[COMPLETER]), word = decode(text);
    Value answer = word && completer != None ? call2(completer, word, int_small(state)) : 0;
    const char *bytes = answer && is_str(answer) ? str_to_fs(answer, &size) : 0;
    if (bytes)
        result = strdup(bytes);
    callback_leave(&c);
    return result;
}

/* Characters in the first so many bytes. */
static int count_characters(const char *text, int size)
{
    int count = 0;
    for (int i = 0; i < size && text[i]; i++)
        count += (text[i] & 0xc0) != 0x80;
    return count;
}

static char **on_complete(const char *text, int start, int end)
{
    const char *line = *E->rl_line_buffer;
    *E->rl_completion_append_character = 0;
    *E->rl_completion_suppress_append = 0;
    int begin = count_characters(line, start);
    store_relaxed(&begin_index, begin);
    store_relaxed(&end_index, begin + count_characters(line + start, end - start));
    return E->rl_completion_matches(text, on_completion);
}

/* `text`, malloc'ed, divides words from now on. The library looks at the basic ones only. */
static void use_delimiters(char *text)
{
    *E->rl_completer_word_break_characters = text;
    *E->rl_basic_word_break_characters = text;
    free(delimiters);
    delimiters = text;
}

static Value match_list(char **matches, int count)
{
    Value list = TRY(list_new(count));
    for (int i = 1; i <= count; i++)
        TRY(list_append(list, TRY(decode(matches[i]))));
    return list;
}

static void on_display(char **matches, int count, int longest)
{
    Callback c;
    callback_enter(&c);
    Value hook = load_acquire(&hooks[DISPLAY]), list = match_list(matches, count);
    Value shown = list ? decode(matches[0]) : 0;
    if (shown && hook != None)
        shown = call3(hook, shown, list, int_small(longest));
    callback_leave(&c);
}

static int call_hook(int which)
{
    int result = 0;
    Callback c;
    callback_enter(&c);
    Value hook = load_acquire(&hooks[which]);
    Value answer = hook && hook != None ? call0(hook) : 0;
    if (answer && answer != None && !index_as_int(answer, &result))
        result = 0;
    callback_leave(&c);
    return result;
}

static int on_startup(void)
{
    return call_hook(STARTUP);
}

static int on_pre_input(void)
{
    return call_hook(PRE_INPUT);
}

/* ---- reading a line ----------------------------------------------------------------------------
 */

static bool line_done;  /* by turn */
static char *line_read; /* malloc'ed, or 0: the end of input */

static void on_line(char *line)
{
    line_done = true;
    line_read = line;
    E->rl_callback_handler_remove();
}

/* How long a signal may go unnoticed that came just before the wait began. */
enum { LOOK_AROUND_MS = 200 };

/* False with the exception of a signal handler. By turn. */
static bool edit_line(const char *prompt)
{
    const EditlineLibrary *e = E;
    line_done = false;
    line_read = 0;
    BLOCKING
    {
        e->rl_callback_handler_install(prompt, on_line);
    }
    while (!line_done) {
        struct pollfd input = {.fd = fileno(*e->rl_instream), .events = POLLIN};
        int n = -1;
        BLOCKING
        {
            n = poll(&input, 1, LOOK_AROUND_MS);
            if (n > 0)
                e->rl_callback_read_char();
        }
        if (n < 0 && errno != EINTR)
            raise_errno();
        else if (n <= 0 && !thread_poll(thread_self()))
            e->rl_reset_after_signal();
        if (error_pending()) {
            e->rl_callback_handler_remove();
            free(line_read);
            return false;
        }
    }
    return true;
}

static Value last_history(int length)
{
    const HIST_ENTRY *entry = length > 0 ? E->history_get(length - 1 + history_start) : 0;
    return entry && entry->line ? decode(entry->line) : None;
}

static int history_count(void)
{
    HISTORY_STATE *state = E->history_get_history_state();
    int length = state ? state->length : 0;
    free(state);
    return length;
}

/* A line that is not the one before again. */
static bool remember(const char *line)
{
    if (!*line || !load_relaxed(&auto_history))
        return true;
    Value last = TRY(last_history(history_count())), now = TRY(decode(line));
    if (last == None || !str_equal(last, now))
        E->add_history(line);
    return true;
}

/* input()'s hook: the line without its newline, or 0 with EOFError and the like. */
static Value read_line(Value prompt)
{
    size_t size;
    const char *text = TRY(str_to_fs(prompt, &size));
    LIBRARY
    {
        TRY(edit_line(text));
        char *line = line_read;
        if (!line)
            return raise(EOFError, "EOF when reading a line");
        Value result = remember(line) ? decode(line) : 0;
        free(line);
        return result;
    }
    return 0;
}

/* ---- settings ----------------------------------------------------------------------------------
 */

FUNCTION(parse_and_bind, "parse_and_bind", "string, /",
         "Execute the init line provided in the string argument.")
{
    const char *text = TRY(encode("parse_and_bind", args[0]));
    LIBRARY
    {
        E->rl_parse_and_bind(text);
        return None;
    }
    return 0;
}

/* None: the library's own default, 0. */
static bool file_name(Value v, const char **path)
{
    size_t size;
    *path = 0;
    if (v == None)
        return true;
    v = TRY(fs_path(v));
    *path = is_bytes(v) ? ((Bytes *)v)->data : TRY(str_to_fs(v, &size));
    return true;
}

static Value file_result(int error)
{
    if (!error)
        return None;
    errno = error;
    return raise_errno();
}

FUNCTION(
    read_init_file, "read_init_file", "filename=None, /",
    "Execute a readline initialization file.\n\nThe default filename is the last filename used.")
{
    const char *path;
    TRY(file_name(args[0], &path));
    TRY(path ? AUDIT("open", args[0], str_from_cstring("r"), int_small(0))
             : AUDIT("open", str_from_cstring("<readline_init_file>"), str_from_cstring("r"),
                     int_small(0)));
    LIBRARY
    {
        errno = 0;
        int failed = E->rl_read_init_file(path);
        return file_result(!failed ? 0 : errno ? errno : ENOENT);
    }
    return 0;
}

FUNCTION(get_line_buffer, "get_line_buffer", "", "Return the current contents of the line buffer.")
{
    LIBRARY
    {
        const char *line = *E->rl_line_buffer;
        return decode(line ? line : "");
    }
    return 0;
}

FUNCTION(insert_text, "insert_text", "string, /",
         "Insert text into the line buffer at the cursor position.")
{
    const char *text = TRY(encode("insert_text", args[0]));
    LIBRARY
    {
        E->rl_insert_text(text);
        return None;
    }
    return 0;
}

FUNCTION(redisplay, "redisplay", "",
         "Change what's displayed on the screen to reflect contents of the line buffer.")
{
    LIBRARY
    {
        E->rl_redisplay();
        return None;
    }
    return 0;
}

/* ---- completion --------------------------------------------------------------------------------
 */

static Value set_hook(const char *name, int which, Value hook)
{
    if (hook != None && !type_of(hook)->call)
        return raise(TypeError, "%s(func): argument not callable", name);
    root_store(&hooks[which], hook);
    return None;
}

FUNCTION(
    set_completer, "set_completer", "function=None, /",
    "Set or remove the completer function.\n\nThe function is called as function(text, state),\n"
    "for state in 0, 1, 2, ..., until it returns a non-string.\nIt should return the next "
    "possible completion starting with 'text'.")
{
    return set_hook("set_completer", COMPLETER, args[0]);
}

FUNCTION(get_completer, "get_completer", "", "Get the current completer function.")
{
    return load_acquire(&hooks[COMPLETER]);
}

FUNCTION(get_completion_type, "get_completion_type", "",
         "Get the type of completion being attempted.")
{
    return int_small(*E->rl_completion_type);
}

FUNCTION(get_begidx, "get_begidx", "", "Get the beginning index of the completion scope.")
{
    return int_small(load_relaxed(&begin_index));
}

FUNCTION(get_endidx, "get_endidx", "", "Get the ending index of the completion scope.")
{
    return int_small(load_relaxed(&end_index));
}

FUNCTION(set_completer_delims, "set_completer_delims", "string, /",
         "Set the word delimiters for completion.")
{
    const char *text = TRY(encode("set_completer_delims", args[0]));
    char *copy = strdup(text);
    if (!copy)
        return raise_no_memory();
    LIBRARY
    {
        use_delimiters(copy);
        return None;
    }
    free(copy);
    return 0;
}

FUNCTION(get_completer_delims, "get_completer_delims", "",
         "Get the word delimiters for completion.")
{
    LIBRARY
    {
        return decode(delimiters);
    }
    return 0;
}

FUNCTION(
    set_display_hook, "set_completion_display_matches_hook", "function=None, /",
    "Set or remove the completion display function.\n\nThe function is called as\n  "
    "function(substitution, [matches], longest_match_length)\nonce each time matches need to be "
    "displayed.")
{
    TRY(set_hook("set_completion_display_matches_hook", DISPLAY, args[0]));
    LIBRARY
    {
        *E->rl_completion_display_matches_hook =
            args[0] == None ? 0 : (VFunction *)(void (*)(void))on_display;
        return None;
    }
    return 0;
}

FUNCTION(set_startup_hook, "set_startup_hook", "function=None, /",
         "Set or remove the function invoked by the rl_startup_hook callback.\n\nThe function is "
         "called with no arguments just\nbefore readline prints the first prompt.")
{
    return set_hook("set_startup_hook", STARTUP, args[0]);
}

FUNCTION(
    set_pre_input_hook, "set_pre_input_hook", "function=None, /",
    "Set or remove the function invoked by the rl_pre_input_hook callback.\n\nThe function is "
    "called with no arguments after the first prompt\nhas been printed and just before readline "
    "starts reading input\ncharacters.")
{
    return set_hook("set_pre_input_hook", PRE_INPUT, args[0]);
}

/* ---- history -----------------------------------------------------------------------------------
 */

FUNCTION(set_auto_history, "set_auto_history", "enabled, /",
         "Enables or disables automatic history.")
{
    int enabled = TRY_NOT_NEGATIVE(object_truth(args[0]), 0);
    store_relaxed(&auto_history, enabled != 0);
    return None;
}

FUNCTION(history_add, "add_history", "string, /", "Add an item to the history buffer.")
{
    const char *text = TRY(encode("add_history", args[0]));
    LIBRARY
    {
        E->add_history(text);
        return None;
    }
    return 0;
}

FUNCTION(history_clear, "clear_history", "", "Clear the current readline history.")
{
    LIBRARY
    {
        E->clear_history();
        return None;
    }
    return 0;
}

FUNCTION(get_history_item, "get_history_item", "index, /",
         "Return the current contents of history item at one-based index.")
{
    int index;
    TRY(index_as_int(args[0], &index));
    LIBRARY
    {
        if (index < 1 || index > history_count())
            return None;
        const HIST_ENTRY *entry = E->history_get(index - 1 + history_start);
        return entry && entry->line ? decode(entry->line) : None;
    }
    return 0;
}

FUNCTION(get_current_history_length, "get_current_history_length", "",
         "Return the current (not the maximum) length of history.")
{
    LIBRARY
    {
        return int_small(history_count());
    }
    return 0;
}

/* The lines from `first` on, as a list of strs. */
static Value history_lines(int first)
{
    Value lines = TRY(list_new(0));
    int count = history_count();
    for (int i = first; i < count; i++) {
        const HIST_ENTRY *entry = E->history_get(i + history_start);
        TRY(list_append(lines, TRY(decode(entry && entry->line ? entry->line : ""))));
    }
    return lines;
}

static bool set_history(Value lines)
{
    Value line;
    size_t size;
    E->clear_history();
    for (intptr_t i = 0; (line = list_get(lines, i)) != 0; i++)
        E->add_history(TRY(str_to_fs(line, &size)));
    return true;
}

/* Puts `line` in the place of another, or (0) nothing. The library numbers its lines for good, and
 * goes wrong over what is taken out: all are entered anew. */
static Value change_history(Value which, Value line)
{
    int position;
    TRY(index_as_int(which, &position));
    if (position < 0)
        return raise(ValueError, "History index cannot be negative");
    LIBRARY
    {
        if (position >= history_count())
            return raise(ValueError, "No history item at position %d", position);
        Value lines = TRY(history_lines(0));
        TRY(line ? list_set(lines, position, line)
                 : list_delete_slice(lines, position, position + 1));
        return set_history(lines) ? None : 0;
    }
    return 0;
}

FUNCTION(remove_history_item, "remove_history_item", "pos, /",
         "Remove history item given by its zero-based position.")
{
    return change_history(args[0], 0);
}

FUNCTION(replace_history_item, "replace_history_item", "pos, line, /",
         "Replaces history item given by its position with contents of line.\n\npos is zero-based.")
{
    TRY(encode("replace_history_item", args[1]));
    return change_history(args[0], args[1]);
}

FUNCTION(set_history_length, "set_history_length", "length, /",
         "Set the maximal number of lines which will be written to the history file.\n\nA negative "
         "length is used to inhibit history truncation.")
{
    int length;
    TRY(index_as_int(args[0], &length));
    store_relaxed(&history_most, length);
    return None;
}

FUNCTION(get_history_length, "get_history_length", "",
         "Return the maximum number of lines that will be written to the history file.")
{
    return int_small(load_relaxed(&history_most));
}

static bool audit_file(Value name, const char *mode)
{
    return AUDIT("open", name == None ? str_from_cstring("~/.history") : name,
                 str_from_cstring(mode), int_small(0));
}

FUNCTION(read_history_file, "read_history_file", "filename=None, /",
         "Load a readline history file.\n\nThe default filename is ~/.history.")
{
    const char *path;
    TRY(file_name(args[0], &path));
    TRY(audit_file(args[0], "r"));
    LIBRARY
    {
        return file_result(E->read_history(path));
    }
    return 0;
}

/* The last `most` lines of the history (negative: all) to a file, in the library's format. */
static Value write_lines(const char *path, int most)
{
    int count = history_count();
    if (most < 0 || most >= count)
        return file_result(E->write_history(path));
    Value all = TRY(history_lines(0)), some = TRY(history_lines(count - most));
    TRY(set_history(some));
    Value result = file_result(E->write_history(path));
    Value pending = error_take();
    TRY(set_history(all));
    if (pending)
        error_restore(pending);
    return result;
}

FUNCTION(write_history_file, "write_history_file", "filename=None, /",
         "Save a readline history file.\n\nThe default filename is ~/.history.")
{
    const char *path;
    TRY(file_name(args[0], &path));
    TRY(audit_file(args[0], "w"));
    LIBRARY
    {
        return write_lines(path, load_relaxed(&history_most));
    }
    return 0;
}

/* The library would append what the file has already: reads that, adds to it and writes all. */
static Value append_lines(const char *path, int count)
{
    int length = history_count();
    Value all = TRY(history_lines(0));
    Value added = TRY(history_lines(count < length ? length - count : 0));
    E->clear_history();
    int error = E->read_history(path);
    if (error == ENOENT)
        error = 0;
    Value line;
    size_t size;
    for (intptr_t i = 0; !error && (line = list_get(added, i)) != 0; i++)
        E->add_history(TRY(str_to_fs(line, &size)));
    Value result = error ? file_result(error) : write_lines(path, load_relaxed(&history_most));
    Value pending = error_take();
    TRY(set_history(all));
    if (pending)
        error_restore(pending);
    return result;
}

FUNCTION(append_history_file, "append_history_file", "nelements, filename=None, /",
         "Append the last nelements items of the history list to file.\n\nThe default filename is "
         "~/.history.")
{
    int count;
    const char *path;
    TRY(index_as_int(args[0], &count));
    if (count < 0)
        return raise(ValueError, "nelements must be positive");
    TRY(file_name(args[1], &path));
    TRY(audit_file(args[1], "a"));
    LIBRARY
    {
        return append_lines(path, count);
    }
    return 0;
}

/* ---- the module --------------------------------------------------------------------------------
 */

static MethodDef *const functions[] = {
    M(parse_and_bind),
    M(read_init_file),
    M(get_line_buffer),
    M(insert_text),
    M(redisplay),
    M(set_completer),
    M(get_completer),
    M(get_completion_type),
    M(get_begidx),
    M(get_endidx),
    M(set_completer_delims),
    M(get_completer_delims),
    M(set_display_hook),
    M(set_startup_hook),
    M(set_pre_input_hook),
    M(set_auto_history),
    M(history_add),
    M(history_clear),
    M(get_history_item),
    M(get_current_history_length),
    M(remove_history_item),
    M(replace_history_item),
    M(set_history_length),
    M(get_history_length),
    M(read_history_file),
    M(write_history_file),
    M(append_history_file),
    0,
};

/* Once. */
static bool start_library(void)
{
    const EditlineLibrary *e = TRY(editline_library());
    char *text = strdup(" \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?");
    if (!text)
        return raise_no_memory();
    *e->rl_readline_name = "python";
    *e->rl_instream = stdin;
    *e->rl_outstream = stdout;
    *e->rl_catch_signals = 0;
    e->rl_initialize();
    e->using_history();
    e->add_history("1");
    history_start = e->history_get(1) ? 1 : 0;
    e->clear_history();
    e->rl_bind_key('\t', e->rl_insert);
    *e->rl_startup_hook = on_startup;
    *e->rl_pre_input_hook = on_pre_input;
    *e->rl_attempted_completion_function = on_complete;
    use_delimiters(text);
    gc_add_root(hooks, HOOKS);
    for (int i = 0; i < HOOKS; i++)
        hooks[i] = None;
    store_release(&input_line_hook, read_line);
    return true;
}

static bool execute(Value module)
{
    LIBRARY
    {
        if (!delimiters)
            TRY(start_library());
        const EditlineLibrary *e = E;
        return module_add_string(module, "backend", "editline") &&
               module_add_int(module, "_READLINE_VERSION", RL_READLINE_VERSION) &&
               module_add_int(module, "_READLINE_RUNTIME_VERSION", *e->rl_readline_version) &&
               module_add_string(module, "_READLINE_LIBRARY_VERSION", *e->rl_library_version);
    }
    return false;
}

const ModuleDef module_readline = {
    "readline",
    "Importing this module enables command line editing using libedit readline.",
    functions,
    execute,
};
