/* builtins that compile, run and build: compile, eval, exec, __build_class__, input, anext. */
#include <stdio.h>
#include <unistd.h>
#include "compile/compile.h"
#include "core/abstract.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/error.h"
#include "core/module.h"
#include "core/names.h"
#include "modules/builtins.h"
#include "modules/system.h"
#include "types/bytes.h"
#include "types/cell.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/frame_locals.h"
#include "vm/state.h"

/* ---- compile, eval, exec */

enum {
    FUTURE_FLAGS = CODE_FUTURE_BARRY_AS_BDFL | CODE_FUTURE_ANNOTATIONS | 0x20000 | 0x40000 |
                   0x80000 | 0x100000 | 0x200000 | 0x800000,
    KNOWN_FLAGS = FUTURE_FLAGS | CODE_NESTED | COMPILE_SOURCE_IS_UTF8 | COMPILE_DONT_IMPLY_DEDENT |
                  COMPILE_ONLY_AST | COMPILE_IGNORE_COOKIE | COMPILE_TYPE_COMMENTS |
                  COMPILE_ALLOW_TOP_LEVEL_AWAIT | COMPILE_ALLOW_INCOMPLETE_INPUT |
                  COMPILE_OPTIMIZED_AST
};

static int inherited_future_flags(void)
{
    Frame *frame = thread_self()->frame;
    return frame ? (int)frame->code->flags & FUTURE_FLAGS : 0;
}

static int optimization_level(void)
{
    Value flags = sys_get("flags");
    Value level = flags ? get_attr_string(flags, "optimize") : 0;
    if (!level)
        error_clear();
    return level && is_int(level) ? (int)int_value(level) : 0;
}

/* Source text of compile(), eval() and exec(): str, bytes, or another buffer. The bytes stay
 * valid while *keep is held. */
static const char *source_text(Value source, const char *function, const char *what, int *flags,
                               size_t *size, Value *keep)
{
    const char *text;
    *keep = source;
    if (is_str(source)) {
        *flags |= COMPILE_IGNORE_COOKIE | COMPILE_SOURCE_IS_UTF8;
        text = TRY(str_utf8(source, size));
    } else if (has_buffer(source)) {
        Value copy = TRY(bytes_from_object(source));
        *keep = copy;
        text = ((Bytes *)copy)->data;
        *size = (size_t)((Bytes *)copy)->length;
    } else {
        raise(TypeError, "%s() arg 1 must be a %s object", function, what);
        return 0;
    }
    if (memchr(text, 0, *size)) {
        raise(SyntaxError, "source code string cannot contain null bytes");
        return 0;
    }
    return text;
}

static int mode_from_name(Value name)
{
    static const char *const modes[] = {[MODE_EXEC] = "exec",
                                        [MODE_EVAL] = "eval",
                                        [MODE_SINGLE] = "single",
                                        [MODE_FUNC_TYPE] = "func_type"};
    for (size_t i = 0; i < COUNT_OF(modes); i++)
        if (str_equals(name, modes[i]))
            return (int)i;
    return -1;
}

static bool is_ast_node(Value o)
{
    for (Type *type = type_of(o); type; type = type_base(type)) {
        const char *name = type_name(type);
        if (!strcmp(name, "ast.AST") || !strcmp(name, "_ast.AST") || !strcmp(name, "AST"))
            return true;
    }
    return false;
}

/* What audit hooks see of a source: a str as UTF-8. */
static Value source_shown(Value source)
{
    size_t size;
    if (!is_str(source))
        return source;
    const char *text = TRY(str_utf8_lossy(source, &size));
    return bytes_from(text, size);
}

FUNCTION(builtin_compile, "compile",
         "source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1",
         "Compile source into a code object that can be executed by exec() or eval().")
{
    Value filename = TRY(fs_text(args[1]));
    if (!is_str(args[2]))
        return raise(TypeError, "compile() argument 'mode' must be str, not %B", args[2]);
    int flags, optimize, feature_version;
    TRY(index_as_int(args[3], &flags));
    TRY(index_as_int(args[5], &optimize));
    TRY(index_as_int(args[6], &feature_version));
    int dont_inherit = object_truth(args[4]);
    if (dont_inherit < 0)
        return 0;
    if (flags & ~KNOWN_FLAGS)
        return raise(ValueError, "compile(): unrecognised flags");
    if (optimize < -1 || optimize > 2)
        return raise(ValueError, "compile(): invalid optimize value");
    if (optimize < 0)
        optimize = optimization_level();
    if (!dont_inherit)
        flags |= inherited_future_flags();
    int mode = mode_from_name(args[2]);
    if (mode < 0)
        return raise(ValueError, flags & COMPILE_ONLY_AST
                                     ? "compile() mode must be 'exec', 'eval', 'single' or "
                                       "'func_type'"
                                     : "compile() mode must be 'exec', 'eval' or 'single'");
    if (mode == MODE_FUNC_TYPE && !(flags & COMPILE_ONLY_AST))
        return raise(ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
    TRY(AUDIT("compile", source_shown(args[0]), is_ast_node(args[0]) ? None : filename));
    if (is_ast_node(args[0]) && (flags & COMPILE_OPTIMIZED_AST) == COMPILE_ONLY_AST)
        return args[0];
    if (is_ast_node(args[0]))
        return compile_ast_object(args[0], filename, (CompileMode)mode, flags, optimize);
    size_t size;
    Value keep;
    const char *text =
        TRY(source_text(args[0], "compile", "string, bytes or AST", &flags, &size, &keep));
    if (feature_version < 0 || !(flags & COMPILE_ONLY_AST))
        feature_version = 0;
    return compile_source_version(text, size, filename, (CompileMode)mode, flags, optimize,
                                  feature_version);
}

static bool is_mapping(Value v)
{
    return is_dict(v) || type_of(v)->getitem;
}

static bool check_exec_namespaces(Value globals, Value locals)
{
    if (globals != None && !is_dict(globals))
        return raise(TypeError, "exec() globals must be a dict, not %T", globals);
    if (locals != None && !is_mapping(locals))
        return raise(TypeError, "locals must be a mapping or None, not %T", locals);
    return true;
}

static bool check_eval_namespaces(Value globals, Value locals)
{
    if (locals != None && !is_mapping(locals))
        return raise(TypeError, "locals must be a mapping");
    if (globals == None || is_dict(globals))
        return true;
    return raise(TypeError, is_mapping(globals)
                                ? "globals must be a real dict; try eval(expr, {}, mapping)"
                                : "globals must be a dict");
}

/* Fills in globals and locals of eval() and exec() from the caller's frame. */
static bool complete_namespaces(const char *function, Value *globals, Value *locals)
{
    TRY(strcmp(function, "eval") ? check_exec_namespaces(*globals, *locals)
                                 : check_eval_namespaces(*globals, *locals));
    Frame *frame = thread_self()->frame;
    if (*globals == None) {
        if (!frame) {
            raise(SystemError, "globals and locals cannot be NULL");
            return false;
        }
        *globals = frame->function->globals;
        if (*locals == None)
            *locals = TRY(frame_locals_snapshot(frame));
    } else if (*locals == None) {
        *locals = *globals;
    }
    int known = dict_contains(*globals, names.__builtins__);
    if (known < 0)
        return false;
    if (known)
        return true;
    return dict_set(*globals, names.__builtins__, builtins_of_running());
}

static bool check_closure(Value code, Value closure)
{
    intptr_t need = tuple_length(((Code *)code)->freevars);
    if (!need) {
        if (closure != None) {
            raise(TypeError, "cannot use a closure with this code object");
            return false;
        }
        return true;
    }
    bool good = closure != None && has_shape(closure, SHAPE_TUPLE) && tuple_length(closure) == need;
    for (intptr_t i = 0; good && i < need; i++)
        good = has_shape(tuple_get(closure, i), SHAPE_CELL);
    if (!good)
        raise(TypeError, "code object requires a closure of exactly length %zd", need);
    return good;
}

static Value run_source(Value source, const char *function, Value globals, Value locals,
                        Value closure, CompileMode mode)
{
    TRY(complete_namespaces(function, &globals, &locals));
    if (has_layout(source, LAYOUT_CODE)) {
        if (mode == MODE_EXEC)
            TRY(check_closure(source, closure));
        else if (tuple_length(((Code *)source)->freevars))
            return raise(TypeError, "code object passed to eval() may not contain free variables");
        TRY(AUDIT("exec", source));
        return vm_run_code((Code *)source, globals, locals, closure == None ? 0 : closure);
    }
    if (closure != None)
        return raise(TypeError, "closure can only be used when source is a code object");
    int flags = inherited_future_flags();
    size_t size;
    Value keep;
    const char *text =
        TRY(source_text(source, function, "string, bytes or code", &flags, &size, &keep));
    if (mode == MODE_EVAL)
        while (size && (*text == ' ' || *text == '\t'))
            text++, size--;
    Value filename = TRY(str_from_cstring("<string>"));
    TRY(AUDIT("compile", source_shown(source), filename));
    Value code = TRY(compile_source(text, size, filename, mode, flags, optimization_level()));
    TRY(AUDIT("exec", code));
    return vm_run_code((Code *)code, globals, locals, 0);
}

FUNCTION(builtin_eval, "eval", "source, /, globals=None, locals=None",
         "Evaluate the given source in the context of globals and locals.")
{
    return run_source(args[0], "eval", args[1], args[2], None, MODE_EVAL);
}

FUNCTION(builtin_exec, "exec", "source, /, globals=None, locals=None, *, closure=None",
         "Execute the given source in the context of globals and locals.")
{
    TRY(run_source(args[0], "exec", args[1], args[2], args[3], MODE_EXEC));
    return None;
}

/* ---- classes */

/* `bases` with each non-class that has __mro_entries__ replaced by what that returns. */
static Value resolve_bases(Value bases)
{
    Value list = 0;
    for (intptr_t i = 0; i < tuple_length(bases); i++) {
        Value base = tuple_get(bases, i), method = 0;
        if (!is_type(base))
            TRY(get_attr_optional(base, names.__mro_entries__, &method));
        if (!method) {
            if (list)
                TRY(list_append(list, base));
            continue;
        }
        Value entries = TRY(call1(method, bases));
        if (!is_tuple(entries))
            return raise(TypeError, "__mro_entries__ must return a tuple");
        if (!list)
            list = TRY(list_from_values(((Tuple *)bases)->items, i));
        TRY(list_extend(list, entries));
    }
    return list ? list_as_tuple(list) : bases;
}

/* The most derived of the given metaclass and the bases' ones. */
static Value most_derived_metaclass(Value winner, Value bases)
{
    for (intptr_t i = 0; i < tuple_length(bases); i++) {
        Type *type = type_of(tuple_get(bases, i));
        if (type_is_subtype((Type *)winner, type))
            continue;
        if (!type_is_subtype(type, (Type *)winner))
            return raise(TypeError,
                         "metaclass conflict: the metaclass of a derived class must be a "
                         "(non-strict) subclass of the metaclasses of all its bases");
        winner = (Value)type;
    }
    return winner;
}

static Value prepare_namespace(Value metaclass, Value name, Value bases, Value keywords)
{
    Value prepare;
    TRY(get_attr_optional(metaclass, names.__prepare__, &prepare));
    if (!prepare)
        return dict_new();
    Value namespace = TRY(call_tuple_dict(prepare, TRY(tuple_of(name, bases)), keywords));
    if (!is_dict(namespace) && !type_of(namespace)->getitem)
        return raise(TypeError, "%V.__prepare__() must return a mapping, not %T",
                     is_type(metaclass) ? TRY(get_attr(metaclass, names.__name__))
                                        : TRY(str_from_cstring("<metaclass>")),
                     namespace);
    return namespace;
}

/* The body's `__class__` cell must have been filled by type.__new__. */
static Value check_class_cell(Value cell, Value class, Value name)
{
    if (!has_shape(cell, SHAPE_CELL) || !is_type(class))
        return class;
    Value content = load_acquire(&((Cell *)cell)->value);
    if (!content)
        return raise(RuntimeError,
                     "__class__ not set defining %R as %R. Was __classcell__ propagated to "
                     "type.__new__?",
                     name, class);
    if (content != class)
        return raise(TypeError, "__class__ set to %R defining %R as %R", content, name, class);
    return class;
}

FUNCTION(builtin_build_class, "__build_class__", "func=?, name=?, /, *bases, metaclass=?, **kwds",
         "Internal helper function used by the class statement.")
{
    Value function = args[0], name = args[1], metaclass = args[3];
    if (!name)
        return raise(TypeError, "__build_class__: not enough arguments");
    if (!has_layout(function, LAYOUT_FUNCTION))
        return raise(TypeError, "__build_class__: func must be a function");
    if (!is_str(name))
        return raise(TypeError, "__build_class__: name is not a string");
    Value bases = TRY(resolve_bases(args[2]));
    if (!metaclass)
        metaclass = tuple_length(bases) ? (Value)type_of(tuple_get(bases, 0)) : (Value)&type_type;
    if (is_type(metaclass))
        metaclass = TRY(most_derived_metaclass(metaclass, bases));
    Value namespace = TRY(prepare_namespace(metaclass, name, bases, args[4]));
    Function *body = (Function *)function;
    Value cell =
        TRY(vm_run_code(load_acquire(&body->code), body->globals, namespace, body->closure));
    if (bases != args[2])
        TRY(set_item(namespace, names.__orig_bases__, args[2]));
    Value class = TRY(call_tuple_dict(metaclass, TRY(tuple_of(name, bases, namespace)), args[4]));
    return check_class_cell(cell, class, name);
}

/* ---- anext */

typedef struct AnextAwaitable {
    Object ob;
    Value wrapped, fallback; /* immutable after init */
} AnextAwaitable;
static Type anext_awaitable_type;

static void anext_awaitable_trace(Object *o, Tracer *tracer)
{
    gc_visit(tracer, ((AnextAwaitable *)o)->wrapped);
    gc_visit(tracer, ((AnextAwaitable *)o)->fallback);
}

static Value anext_iterator(Value self)
{
    return coroutine_awaitable(((AnextAwaitable *)self)->wrapped, 0);
}

/* StopAsyncIteration gives the fallback. */
static Value anext_outcome(Value self, Value result)
{
    if (result || !error_clear_if(StopAsyncIteration))
        return result;
    return raise_stop_iteration(((AnextAwaitable *)self)->fallback);
}

static Value anext_self(Value self)
{
    return self;
}

static Value anext_next(Value self)
{
    Value iterator = TRY(anext_iterator(self)), result;
    SendResult outcome = iterator_send(iterator, None, &result);
    if (outcome == SEND_RETURNED)
        return raise_stop_iteration(result);
    return anext_outcome(self, result);
}

METHOD(anext_send, "send", "arg, /", "")
{
    Value iterator = TRY(anext_iterator(args[0]));
    return anext_outcome(args[0], call_method1(iterator, names.send, args[1]));
}

METHOD(anext_throw, "throw", "typ, val=None, tb=None, /", "")
{
    Value iterator = TRY(anext_iterator(args[0]));
    return anext_outcome(
        args[0], args[2] == None ? call_method1(iterator, names.throw, args[1])
                                 : call_method3(iterator, names.throw, args[1], args[2], args[3]));
}

METHOD(anext_close, "close", "", "")
{
    Value iterator = TRY(anext_iterator(args[0]));
    return anext_outcome(args[0], call_method0(iterator, names.close));
}

static MethodDef *const anext_methods[] = {M(anext_send), M(anext_throw), M(anext_close), 0};

static Type anext_awaitable_type = {
    TYPE_HEAD("anext_awaitable", AnextAwaitable),
    .iter = anext_self,
    .await = anext_self,
    .next = anext_next,
    .methods = anext_methods,
    .trace = anext_awaitable_trace,
    .flags = TYPE_NO_NEW,
};

FUNCTION(builtin_anext, "anext", "aiterator, default=?, /",
         "Return the next item from the async iterator.\n\n"
         "If default is given and the async iterator is exhausted,\n"
         "it is returned instead of raising StopAsyncIteration.")
{
    UnaryFn anext = type_of(args[0])->anext;
    if (!anext)
        return raise(TypeError, "'%T' object is not an async iterator", args[0]);
    Value awaitable = TRY(anext(args[0]));
    if (!args[1])
        return awaitable;
    AnextAwaitable *a = TRY(NEW(AnextAwaitable, &anext_awaitable_type));
    gc_store(a, &a->wrapped, awaitable);
    gc_store(a, &a->fallback, args[1]);
    return (Value)a;
}

/* ---- input */

static Value standard_stream(const char *name)
{
    Value stream = sys_get(name);
    if (!stream || stream == None)
        return error_pending() ? 0 : raise(RuntimeError, "input(): lost sys.%s", name);
    return stream;
}

Value (*input_line_hook)(Value prompt);

/* Is it the standard stream of this number, and a terminal? */
static bool is_terminal(Value stream, int fd)
{
    int number = -1;
    Value answer = call_method0(stream, names.fileno);
    if (!answer || !index_as_int(answer, &number))
        error_clear();
    return number == fd && isatty(fd);
}

static Value edited_line(Value out, Value prompt)
{
    prompt = TRY(object_str(prompt));
    if (str_find(prompt, TRY(str_from_char(0)), 0, str_length(prompt)) >= 0)
        return raise(ValueError, "input: prompt string cannot contain null characters");
    if (!call_method0(out, names.flush))
        error_clear();
    return load_acquire(&input_line_hook)(prompt);
}

FUNCTION(builtin_input, "input", "prompt='', /",
         "Read a string from standard input.  The trailing newline is stripped.\n\n"
         "The prompt string, if given, is printed to standard output without a\n"
         "trailing newline before reading input.")
{
    Value in = TRY(standard_stream("stdin")), out = TRY(standard_stream("stdout"));
    Value err = TRY(standard_stream("stderr"));
    TRY(AUDIT("builtins.input", args[0]));
    if (!call_method0(err, names.flush))
        error_clear();
    if (load_acquire(&input_line_hook) && is_terminal(in, 0) && is_terminal(out, 1))
        return edited_line(out, args[0]);
    TRY(call_method1(out, names.write, TRY(object_str(args[0]))));
    if (!call_method0(out, names.flush))
        error_clear();
    Value line = TRY(call_method0(in, names.readline));
    if (!is_str(line))
        return raise(TypeError, "object.readline() returned non-string");
    intptr_t length = str_length(line);
    if (!length)
        return raise(EOFError, "EOF when reading a line");
    if (str_char(line, length - 1) == '\n')
        line = TRY(str_substring(line, 0, length - 1));
    return line;
}

static MethodDef *const functions[] = {
    M(builtin_compile),
    M(builtin_eval),
    M(builtin_exec),
    M(builtin_build_class),
    M(builtin_anext),
    M(builtin_input),
    0,
};

bool builtins_add_code_functions(Value module)
{
    type_ready(&anext_awaitable_type, 0);
    Value module_name = TRY(get_attr(module, names.__name__));
    for (MethodDef *const *def = functions; *def; def++)
        if (!module_add(module, (*def)->name, builtin_new(*def, module, module_name)))
            return false;
    return true;
}
