/* The builtins module: functions. Its types, exceptions and constants are added at the end. */
#include "core/abstract.h"
#include "core/audit.h"
#include "core/call.h"
#include "core/error.h"
#include "core/iterate.h"
#include "core/module.h"
#include "core/names.h"
#include "modules/builtins.h"
#include "types/bytes.h"
#include "types/classmethod.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/iterators.h"
#include "types/list.h"
#include "types/property.h"
#include "types/range.h"
#include "types/set.h"
#include "types/slice.h"
#include "types/str.h"
#include "types/super.h"
#include "types/tuple.h"
#include "vm/frame_locals.h"
#include "vm/import.h"
#include "vm/state.h"

FUNCTION(builtin_abs, "abs", "x, /", "Return the absolute value of the argument.")
{
    return number_absolute(args[0]);
}

static bool is_plainly_true(Value v)
{
    return v == True || (is_int(v) && v != int_small(0));
}

static bool is_plainly_false(Value v)
{
    return v == False || v == None || v == int_small(0);
}

static bool take_true(void *context UNUSED, Value item)
{
    return is_plainly_true(item);
}

static bool take_false(void *context UNUSED, Value item)
{
    return is_plainly_false(item);
}

/* Is there an item that is true, or false, as `wanted` says; `rest` takes others. -1: failure. */
static int find_truth(Value iterable, TakeFn rest, bool wanted)
{
    Iteration it;
    iteration_begin(&it, iterable);
    for (Value item; (item = iteration_feed(&it, rest, 0)) != 0;) {
        int truth = object_truth(item);
        if (truth < 0 || truth == wanted)
            return truth < 0 ? -1 : 1;
    }
    return it.failed ? -1 : 0;
}

FUNCTION(builtin_all, "all", "iterable, /",
         "Return True if bool(x) is True for all values x in the iterable.\n\n"
         "If the iterable is empty, return True.")
{
    return bool_value(!TRY_NOT_NEGATIVE(find_truth(args[0], take_true, false), 0));
}

FUNCTION(builtin_any, "any", "iterable, /",
         "Return True if bool(x) is True for any x in the iterable.\n\n"
         "If the iterable is empty, return False.")
{
    return bool_value(TRY_NOT_NEGATIVE(find_truth(args[0], take_false, true), 0));
}

FUNCTION(builtin_ascii, "ascii", "obj, /", "Return an ASCII-only representation of an object.")
{
    return object_ascii(args[0]);
}

static Value to_base(Value o, int base)
{
    return int_to_str(TRY(number_index(o)), base);
}

FUNCTION(builtin_bin, "bin", "number, /",
         "Return the binary representation of an integer.\n\n"
         "  >>> bin(40)\n"
         "  '0b101000'")
{
    return to_base(args[0], 2);
}

FUNCTION(builtin_hex, "hex", "number, /",
         "Return the hexadecimal representation of an integer.\n\n"
         "  >>> hex(3000)\n"
         "  '0xbb8'")
{
    return to_base(args[0], 16);
}

FUNCTION(builtin_oct, "oct", "number, /",
         "Return the octal representation of an integer.\n\n"
         "  >>> oct(-493)\n"
         "  '-0o755'")
{
    return to_base(args[0], 8);
}

FUNCTION(builtin_breakpoint, "breakpoint", "*args, **kws", "Call sys.breakpointhook(*args, **kws).")
{
    Value hook = sys_get("breakpointhook");
    if (!hook)
        return error_pending() ? 0 : raise(RuntimeError, "lost sys.breakpointhook");
    TRY(AUDIT("builtins.breakpoint", hook));
    return call_tuple_dict(hook, args[0], args[1]);
}

FUNCTION(builtin_callable, "callable", "obj, /",
         "Return whether the object is callable (i.e., some kind of function).")
{
    return bool_value(type_of(args[0])->call);
}

FUNCTION(builtin_chr, "chr", "i, /",
         "Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.")
{
    int64_t code;
    Value i = TRY(number_index(args[0]));
    if (!int_to_i64(i, &code) || code < 0 || code > 0x10ffff)
        return raise(ValueError, "chr() arg not in range(0x110000)");
    return str_from_char((uint32_t)code);
}

static bool check_attribute_name(Value name)
{
    if (!is_str(name))
        raise(TypeError, "attribute name must be string, not '%T'", name);
    return is_str(name);
}

FUNCTION(builtin_delattr, "delattr", "obj, name, /",
         "Deletes the named attribute from the given object.")
{
    TRY(check_attribute_name(args[1]));
    TRY(set_attr(args[0], args[1], 0));
    return None;
}

/* The namespace of the running Python frame. */
static Value current_locals(void)
{
    Frame *frame = thread_self()->frame;
    return frame ? frame_locals_snapshot(frame) : raise(SystemError, "frame does not exist");
}

FUNCTION(builtin_dir, "dir", "object=?, /",
         "If called without an argument, return the names in the current scope.\n"
         "Else, return an alphabetized list of names comprising (some of) the attributes\n"
         "of the given object, and of attributes reachable from it.")
{
    if (args[0])
        return object_dir(args[0]);
    Value locals = TRY(current_locals());
    Value keys = TRY(list_from_iterable(TRY(call_method0(locals, names.keys))));
    TRY(list_sort(keys));
    return keys;
}

FUNCTION(builtin_divmod, "divmod", "x, y, /",
         "Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.")
{
    return number_binary(OP_DIVMOD, args[0], args[1]);
}

FUNCTION(builtin_format, "format", "value, format_spec='', /",
         "Return type(value).__format__(value, format_spec)")
{
    if (!is_str(args[1]))
        return raise(TypeError, "format() argument 2 must be str, not %B", args[1]);
    return object_format(args[0], args[1]);
}

FUNCTION(builtin_getattr, "getattr", "object, name, default=?, /",
         "Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.\n"
         "When a default argument is given, it is returned when the attribute doesn't\n"
         "exist; without it, an exception is raised in that case.")
{
    TRY(check_attribute_name(args[1]));
    if (!args[2])
        return get_attr(args[0], args[1]);
    Value value;
    TRY(get_attr_optional(args[0], args[1], &value));
    return value ? value : args[2];
}

FUNCTION(builtin_globals, "globals", "",
         "Return the dictionary containing the current scope's global variables.")
{
    Frame *frame = thread_self()->frame;
    return frame ? frame->function->globals : None;
}

FUNCTION(builtin_hasattr, "hasattr", "obj, name, /",
         "Return whether the object has an attribute with the given name.")
{
    TRY(check_attribute_name(args[1]));
    int has = has_attr(args[0], args[1]);
    return has < 0 ? 0 : bool_value(has);
}

FUNCTION(builtin_hash, "hash", "obj, /", "Return the hash value for the given object.")
{
    int64_t hash;
    TRY(object_hash(args[0], &hash));
    return int_from(hash);
}

FUNCTION(builtin_id, "id", "obj, /", "Return the identity of an object.")
{
    Value id = TRY(object_id(args[0]));
    TRY(AUDIT("builtins.id", id));
    return id;
}

FUNCTION(builtin_isinstance, "isinstance", "obj, class_or_tuple, /",
         "Return whether an object is an instance of a class or of a subclass thereof.")
{
    int is = object_isinstance(args[0], args[1]);
    return is < 0 ? 0 : bool_value(is);
}

FUNCTION(builtin_issubclass, "issubclass", "cls, class_or_tuple, /",
         "Return whether 'cls' is derived from another class or is the same class.")
{
    int is = object_issubclass(args[0], args[1]);
    return is < 0 ? 0 : bool_value(is);
}

FUNCTION(builtin_iter, "iter", "object, sentinel=?, /",
         "Get an iterator from an object.\n\n"
         "In the first form, the argument must supply its own iterator, or be a sequence.\n"
         "In the second form, the callable is called until it returns the sentinel.")
{
    if (!args[1])
        return get_iter(args[0]);
    if (!type_of(args[0])->call)
        return raise(TypeError, "iter(v, w): v must be callable");
    return callable_iterator_new(args[0], args[1]);
}

FUNCTION(builtin_aiter, "aiter", "async_iterable, /",
         "Return an AsyncIterator for an AsyncIterable object.")
{
    UnaryFn aiter = type_of(args[0])->aiter;
    if (!aiter)
        return raise(TypeError, "'%T' object is not an async iterable", args[0]);
    Value iterator = TRY(aiter(args[0]));
    if (!type_of(iterator)->anext)
        return raise(TypeError, "aiter() returned not an async iterator of type '%T'", iterator);
    return iterator;
}

FUNCTION(builtin_len, "len", "obj, /", "Return the number of items in a container.")
{
    intptr_t length = object_length(args[0]);
    return length < 0 ? 0 : int_from(length);
}

FUNCTION(builtin_locals, "locals", "",
         "Return a dictionary containing the current scope's local variables.")
{
    return current_locals();
}

typedef struct Extreme {
    Value best; /* 0: none yet */
    CompareOp op;
} Extreme;

static bool take_extreme_int(void *context, Value item)
{
    Extreme *e = context;
    if (!e->best || !are_ints(e->best, item))
        return false;
    intptr_t a = (intptr_t)e->best, b = (intptr_t)item;
    if (e->op == CMP_GT ? b > a : b < a)
        e->best = item;
    return true;
}

/* Without a key: the best item, or 0. */
static Value extreme_item(Iteration *it, CompareOp op)
{
    Extreme e = {0, op};
    for (Value item; (item = iteration_feed(it, take_extreme_int, &e)) != 0;) {
        int better = e.best ? object_compare_bool(item, e.best, op) : 1;
        if (better < 0) {
            it->failed = true;
            return 0;
        }
        if (better)
            e.best = item;
    }
    return e.best;
}

/* The item with the best key, or 0. */
static Value extreme_by_key(Iteration *it, Value key, CompareOp op)
{
    Value best = 0, best_key = 0;
    for (Value item; (item = iteration_next(it)) != 0;) {
        Value item_key = call1(key, item);
        int better = !item_key ? -1 : best ? object_compare_bool(item_key, best_key, op) : 1;
        if (better < 0) {
            it->failed = true;
            return 0;
        }
        if (better) {
            best = item;
            best_key = item_key;
        }
    }
    return best;
}

static Value extreme_of_two(Value a, Value b, CompareOp op)
{
    int second = are_ints(a, b)
                     ? (op == CMP_GT ? (intptr_t)b > (intptr_t)a : (intptr_t)b < (intptr_t)a)
                     : object_compare_bool(b, a, op);
    return second < 0 ? 0 : second ? b : a;
}

static Value max_of_two(Value a, Value b)
{
    return extreme_of_two(a, b, CMP_GT);
}

static Value min_of_two(Value a, Value b)
{
    return extreme_of_two(a, b, CMP_LT);
}

/* max() and min(): args are positional tuple, key, default. */
static Value extreme(Value *args, const char *name, CompareOp op)
{
    Value positional = args[0], key = args[1] == None ? 0 : args[1], fallback = args[2];
    intptr_t n = tuple_length(positional);
    if (!n)
        return raise(TypeError, "%s expected at least 1 argument, got 0", name);
    if (n > 1 && fallback)
        return raise(TypeError,
                     "Cannot specify a default for %s() with multiple positional arguments", name);
    if (n == 2 && !key)
        return extreme_of_two(tuple_get(positional, 0), tuple_get(positional, 1), op);
    Iteration it;
    iteration_begin(&it, n > 1 ? positional : tuple_get(positional, 0));
    Value best = key ? extreme_by_key(&it, key, op) : extreme_item(&it, op);
    if (it.failed)
        return 0;
    if (best)
        return best;
    return fallback ? fallback : raise(ValueError, "%s() iterable argument is empty", name);
}

FUNCTION(builtin_max, "max", "*args, key=None, default=?",
         "max(iterable, *[, default=obj, key=func]) -> value\n"
         "max(arg1, arg2, *args, *[, key=func]) -> value\n\n"
         "With a single iterable argument, return its biggest item. The\n"
         "default keyword-only argument specifies an object to return if\n"
         "the provided iterable is empty.\n"
         "With two or more positional arguments, return the largest argument.")
{
    return extreme(args, "max", CMP_GT);
}

FUNCTION(builtin_min, "min", "*args, key=None, default=?",
         "min(iterable, *[, default=obj, key=func]) -> value\n"
         "min(arg1, arg2, *args, *[, key=func]) -> value\n\n"
         "With a single iterable argument, return its smallest item. The\n"
         "default keyword-only argument specifies an object to return if\n"
         "the provided iterable is empty.\n"
         "With two or more positional arguments, return the smallest argument.")
{
    return extreme(args, "min", CMP_LT);
}

FUNCTION(builtin_next, "next", "iterator, default=?, /",
         "Return the next item from the iterator.\n\n"
         "If default is given and the iterator is exhausted,\n"
         "it is returned instead of raising StopIteration.")
{
    if (!is_iterator(args[0]))
        return raise(TypeError, "'%T' object is not an iterator", args[0]);
    Value item = type_of(args[0])->next(args[0]);
    if (item)
        return item;
    if (args[1])
        return !error_pending() || error_clear_if(StopIteration) ? args[1] : 0;
    return error_pending() ? 0 : raise_stop_iteration(0);
}

FUNCTION(builtin_ord, "ord", "c, /", "Return the Unicode code point for a one-character string.")
{
    Value c = args[0];
    intptr_t size;
    if (is_str(c)) {
        size = str_length(c);
        if (size == 1)
            return int_small(str_char(c, 0));
    } else if (is_bytes(c) || is_bytearray(c)) {
        Buffer buffer;
        TRY(buffer_get(c, &buffer, BUFFER_READ));
        size = buffer.size;
        Value result = size == 1 ? int_small((unsigned char)buffer.data[0]) : 0;
        buffer_release(&buffer);
        if (result)
            return result;
    } else {
        return raise(TypeError, "ord() expected string of length 1, but %T found", c);
    }
    return raise(TypeError, "ord() expected a character, but string of length %zd found", size);
}

FUNCTION(builtin_pow, "pow", "base, exp, mod=None",
         "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.")
{
    return number_power(args[0], args[1], args[2]);
}

/* The text that separates or ends: a str, or None for the usual one. */
static Value print_part(Value part, const char *name, const char *usual)
{
    if (part == None)
        return str_from_cstring(usual);
    return is_str(part) ? part
                        : raise(TypeError, "%s must be None or a string, not %T", name, part);
}

FUNCTION(builtin_print, "print", "*args, sep=' ', end='\\n', file=None, flush=False",
         "Prints the values to a stream, or to sys.stdout by default.\n\n"
         "  sep\n    string inserted between values, default a space.\n"
         "  end\n    string appended after the last value, default a newline.\n"
         "  file\n    a file-like object (stream); defaults to the current sys.stdout.\n"
         "  flush\n    whether to forcibly flush the stream.")
{
    Value file = args[3];
    if (file == None) {
        file = sys_get("stdout");
        if (!file)
            return error_pending() ? 0 : raise(RuntimeError, "lost sys.stdout");
        if (file == None) /* there is no stdout: nothing to print to */
            return None;
    }
    Value separator = TRY(print_part(args[1], "sep", " "));
    Value end = TRY(print_part(args[2], "end", "\n"));
    intptr_t n = tuple_length(args[0]);
    for (intptr_t i = 0; i < n; i++) {
        if (i)
            TRY(call_method1(file, names.write, separator));
        TRY(call_method1(file, names.write, TRY(object_str(tuple_get(args[0], i)))));
    }
    TRY(call_method1(file, names.write, end));
    int flush = object_truth(args[4]);
    if (flush < 0)
        return 0;
    if (flush)
        TRY(call_method0(file, names.flush));
    return None;
}

FUNCTION(builtin_repr, "repr", "obj, /",
         "Return the canonical string representation of the object.")
{
    return object_repr(args[0]);
}

FUNCTION(builtin_round, "round", "number, ndigits=None",
         "Round a number to a given precision in decimal digits.")
{
    Value call_args[2] = {args[0], args[1]};
    Value result = call_special(names.__round__, call_args, args[1] == None ? 1 : 2);
    if (!result && !error_pending())
        return raise(TypeError, "type %T doesn't define __round__ method", args[0]);
    return result;
}

FUNCTION(builtin_setattr, "setattr", "obj, name, value, /",
         "Sets the named attribute on the given object to the specified value.")
{
    TRY(check_attribute_name(args[1]));
    TRY(set_attr(args[0], args[1], args[2]));
    return None;
}

FUNCTION(builtin_sorted, "sorted", "*iterable, **keywords; iterable, /, *, key=None, reverse=False",
         "Return a new list containing all items from the iterable in ascending order.\n\n"
         "A custom key function can be supplied to customize the sort order, and the\n"
         "reverse flag can be set to request the result in descending order.")
{
    if (tuple_length(args[0]) != 1)
        return raise(TypeError, "sorted expected 1 argument, got %zd", tuple_length(args[0]));
    Value list = TRY(list_from_iterable(tuple_get(args[0], 0)));
    Value sort = TRY(get_attr(list, names.sort));
    TRY(call_tuple_dict(sort, TRY(tuple_empty()), args[1]));
    return list;
}

/* Float totals carry the lost low part along (Neumaier, "Rundungsfehleranalyse einiger Verfahren
 * zur Summation endlicher Summen", 1974). */
typedef struct FloatSum {
    double high, low;
} FloatSum;

static void float_sum_add(FloatSum *sum, double x)
{
    double total = sum->high + x;
    if (__builtin_fabs(sum->high) >= __builtin_fabs(x))
        sum->low += (sum->high - total) + x;
    else
        sum->low += (x - total) + sum->high;
    sum->high = total;
}

static double float_sum_result(const FloatSum *sum)
{
    return sum->low && __builtin_isfinite(sum->low) ? sum->high + sum->low : sum->high;
}

static NOINLINE bool take_other_int(FloatSum *sum, Value item)
{
    int64_t value;
    if (!is_int_any(item) || !int_to_i64(item, &value))
        return false;
    sum->high += (double)value;
    return true;
}

static bool take_float(void *context, Value item)
{
    FloatSum *sum = context;
    if (is_tagged_float(item) || has_shape(item, SHAPE_FLOAT))
        float_sum_add(sum, float_value(item));
    else if (is_int(item))
        sum->high += (double)int_value(item);
    else
        return take_other_int(sum, item);
    return true;
}

static bool int_sum_add(int64_t *total, int64_t value)
{
    int64_t sum;
    if (__builtin_add_overflow(*total, value, &sum))
        return false;
    *total = sum;
    return true;
}

static NOINLINE bool take_boxed_int(int64_t *total, Value item)
{
    int64_t value;
    return type_of(item) == &int_type && int_to_i64(item, &value) && int_sum_add(total, value);
}

static bool take_int(void *total, Value item)
{
    if (is_int(item))
        return int_sum_add(total, int_value(item));
    if (item == True || item == False)
        return int_sum_add(total, item == True);
    return take_boxed_int(total, item);
}

/* Ints as long as their sum fits 64 bits, then floats, with ints among them, then anything: what
 * comes after a stage does not go back to it, so that the result is CPython's. */
FUNCTION(builtin_sum, "sum", "iterable, /, start=0",
         "Return the sum of a 'start' value (default: 0) plus an iterable of numbers")
{
    Value total = args[1];
    Iteration it;
    iteration_begin(&it, args[0]);
    if (it.failed)
        return 0;
    if (is_str(total))
        return raise(TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
    if (is_bytes(total))
        return raise(TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
    if (is_bytearray(total))
        return raise(TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
    Value item = 0;
    int64_t ints = 0;
    if (total != True && total != False && take_int(&ints, total)) {
        item = iteration_feed(&it, take_int, &ints);
        total = TRY(int_from(ints));
        if (!item)
            return it.failed ? 0 : total;
        total = TRY(number_binary(OP_ADD, total, item));
    }
    if (is_tagged_float(total) || has_shape(total, SHAPE_FLOAT)) {
        FloatSum floats = {float_value(total), 0};
        item = iteration_feed(&it, take_float, &floats);
        total = TRY(float_from(float_sum_result(&floats)));
        if (!item)
            return it.failed ? 0 : total;
        total = TRY(number_binary(OP_ADD, total, item));
    }
    while ((item = iteration_next(&it)) != 0)
        total = TRY(number_binary(OP_ADD, total, item));
    return it.failed ? 0 : total;
}

FUNCTION(builtin_vars, "vars", "object=?, /",
         "Without arguments, equivalent to locals().\n"
         "With an argument, equivalent to object.__dict__.")
{
    if (!args[0])
        return current_locals();
    Value dict;
    TRY(get_attr_optional(args[0], names.__dict__, &dict));
    return dict ? dict : raise(TypeError, "vars() argument must have __dict__ attribute");
}

FUNCTION(builtin_import, "__import__", "name, globals=None, locals=None, fromlist=(), level=0",
         "Import a module.")
{
    intptr_t level = TRY_INDEX(args[4]);
    return import_module(args[0], args[1] == None ? 0 : args[1], args[3], level);
}

static MethodDef *const functions[] = {
    M(builtin_abs),      M(builtin_all),        M(builtin_any),
    M(builtin_ascii),    M(builtin_bin),        M(builtin_breakpoint),
    M(builtin_callable), M(builtin_chr),        M(builtin_delattr),
    M(builtin_dir),      M(builtin_divmod),     M(builtin_format),
    M(builtin_getattr),  M(builtin_globals),    M(builtin_hasattr),
    M(builtin_hash),     M(builtin_hex),        M(builtin_id),
    M(builtin_import),   M(builtin_isinstance), M(builtin_issubclass),
    M(builtin_iter),     M(builtin_aiter),      M(builtin_len),
    M(builtin_locals),   M(builtin_max),        M(builtin_min),
    M(builtin_next),     M(builtin_oct),        M(builtin_ord),
    M(builtin_pow),      M(builtin_print),      M(builtin_repr),
    M(builtin_round),    M(builtin_setattr),    M(builtin_sorted),
    M(builtin_sum),      M(builtin_vars),       0,
};

static bool add_types(Value module)
{
    static Type *const types[] = {
        &bool_type,         &bytearray_type, &bytes_type,    &classmethod_type, &complex_type,
        &dict_type,         &enumerate_type, &filter_type,   &float_type,       &frozenset_type,
        &int_type,          &list_type,      &map_type,      &memoryview_type,  &object_type,
        &property_type,     &range_type,     &reversed_type, &set_type,         &slice_type,
        &staticmethod_type, &str_type,       &super_type,    &tuple_type,       &type_type,
        &zip_type,
    };
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (!module_add_type(module, types[i]))
            return false;
#define EXCEPTION(name, base, struct_)                                                             \
    if (!module_add_type(module, name))                                                            \
        return false;
#include "core/exceptions.def"
#undef EXCEPTION
    return module_add(module, "ExceptionGroup", ExceptionGroup) &&
           module_add(module, "EnvironmentError", (Value)OSError) &&
           module_add(module, "IOError", (Value)OSError);
}

static bool execute(Value module)
{
    builtin_max_def.pair = max_of_two;
    builtin_min_def.pair = min_of_two;
    if (!add_types(module) || !builtins_add_code_functions(module))
        return false;
    interpreter.import_function = dict_get_cstring(module_dict(module), "__import__");
    return module_add(module, "None", None) && module_add(module, "True", True) &&
           module_add(module, "False", False) && module_add(module, "Ellipsis", Ellipsis) &&
           module_add(module, "NotImplemented", NotImplemented) &&
           module_add(module, "__debug__", True);
}

const ModuleDef module_builtins = {
    .name = "builtins",
    .doc = "Built-in functions, types, exceptions, and other objects.",
    .functions = functions,
    .execute = execute,
};
