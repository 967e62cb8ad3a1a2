"""What builtin functions, methods and constructors say of wrong arguments."""

import collections
import datetime
import functools
import heapq
import itertools
import operator
import re
import struct
import time
import zlib

from testing import equal, fails, raises, run


def test_too_many_arguments_where_all_can_be_named():
    fails(TypeError, "Struct() takes at most 1 argument (2 given)", struct.Struct, True, '1')
    fails(TypeError, "compress() takes at most 2 arguments (3 given)", itertools.compress, 0, 1, 2)
    fails(TypeError, "memoryview() takes at most 1 keyword argument (2 given)", memoryview, a=0, b=1)
    fails(TypeError, "zip() takes at most 1 keyword argument (2 given)", zip, a=1, b=2)
    fails(TypeError, "NameError() takes at most 1 keyword argument (2 given)", NameError, a=1, b=2)
    fails(TypeError, "NameError() got an unexpected keyword argument 'a'", UnboundLocalError, a=1)


def test_no_argument_where_some_are_needed():
    fails(TypeError, "__build_class__: not enough arguments", __build_class__)
    fails(TypeError, "attrgetter expected 1 argument, got 0", operator.attrgetter)
    fails(TypeError, "itemgetter expected 1 argument, got 0", operator.itemgetter)
    fails(TypeError, "methodcaller needs at least one argument, the method name", operator.methodcaller)
    fails(TypeError, "sorted expected 1 argument, got 0", lambda: sorted(key=1, x=2))


def test_keywords_of_sorted_are_those_of_sort():
    equal(sorted([2, 1], key=None, reverse=True), [2, 1])
    fails(TypeError, "sort() got an unexpected keyword argument 'kez'. Did you mean 'key'?",
          lambda: sorted([1], kez=1))
    fails(TypeError, "'int' object is not iterable", lambda: sorted(3, mod=1))


def test_slots_that_take_an_index_complain_without_a_name():
    for method in ([].__mul__, ''.__rmul__, b''.__mul__, bytearray().__imul__, (1,).__rmul__):
        fails(TypeError, " expected 1 argument, got 0", method)
    fails(TypeError, "expected 1 argument, got 0", (1).__mul__)
    fails(TypeError, "expected 1 argument, got 0", [].__add__)


def test_none_is_called_none_in_messages_about_arguments():
    fails(TypeError, "__format__() argument must be str, not None", (1.5).__format__, None)
    fails(TypeError, "rindex() argument 1 must be str, not None", 'a'.rindex, None)
    fails(TypeError, "replace() argument 2 must be str, not None", 'a'.replace, 'a', None)
    fails(TypeError, "heapify() argument must be list, not None", heapq.heapify, None)
    fails(TypeError, "heappush() argument 1 must be list, not None", heapq.heappush, None, 1)
    fails(TypeError, "dict() argument after ** must be a mapping, not NoneType", lambda: dict(**None))


def test_ranges_of_searches():
    indices = "slice indices must be integers or have an __index__ method"
    fails(TypeError, indices, [1].index, 1, None)
    fails(TypeError, indices, (1,).index, 1, 'a')
    fails(TypeError, indices, collections.deque([1]).index, 1, None)
    indices = "slice indices must be integers or None or have an __index__ method"
    fails(TypeError, indices, b'a'.find, object(), 'a')
    fails(TypeError, "find() argument 1 must be str, not int", 'a'.find, 1, 'a')


def test_order_of_conversions():
    fails(TypeError, "'str' object cannot be interpreted as an integer", b''.hex, 1, 'x')
    fails(TypeError, "a bytes-like object is required, not 'str'", b'a'.replace, 'a', b'x', 'y')
    fails(TypeError, "replace() argument 1 must be str, not int", 'a'.replace, 1, 2, 'x')


def test_where_an_int_is_needed_and_index_is_not_asked():
    class Index:
        def __index__(self):
            return 1

    for take in (collections.deque().__init__, iter([1]).__setstate__, iter('a').__setstate__,
                 iter(()).__setstate__, reversed([1]).__setstate__):
        arguments = ([], Index()) if take.__name__ == '__init__' else (Index(),)
        fails(TypeError, "an integer is required", take, *arguments)


def test_namespaces_of_eval():
    fails(TypeError, "globals must be a real dict; try eval(expr, {}, mapping)", eval, '1', '{}')
    fails(TypeError, "globals must be a dict", eval, '1', 3)
    fails(TypeError, "locals must be a mapping", eval, '1', 3, 4)
    fails(TypeError, "exec() globals must be a dict, not int", exec, '1', 3, 4)


def test_items_of_what_has_none():
    class Plain:
        pass

    class Bad:
        def __index__(self):
            raise LookupError('index')

    fails(TypeError, "'Plain' object doesn't support item deletion", operator.delitem, Plain(), 0)
    fails(TypeError, "'Plain' object does not support item deletion", operator.delitem, Plain(), 's')
    fails(TypeError, "'int' object does not support item deletion", operator.delitem, 1, 0)
    fails(TypeError, "'str' object doesn't support item deletion", operator.delitem, '', 0)
    fails(LookupError, "index", operator.setitem, 's', Bad(), 1)
    fails(TypeError, "'int' object does not support item assignment", operator.setitem, 1, Bad(), 1)


def test_values_of_conversion_methods():
    class Wrong:
        def __complex__(self):
            return 's'

    fails(TypeError, "__complex__ returned non-complex (type str)", complex, Wrong())


def test_a_value_that_is_not_in_a_deque():
    fails(ValueError, "5 is not in deque", collections.deque([1]).remove, 5)


def test_what_can_not_be_called_is_told_first():
    fails(TypeError, "'str' object is not callable", lambda: 'a'(**{1: 2}))
    fails(TypeError, "type() takes no keyword arguments", lambda: type(1, sep=2))


def test_names_of_iterator_types():
    equal(type(iter('ab')).__name__, 'str_ascii_iterator')
    equal(type(iter('é')).__name__, 'str_iterator')
    equal(type(iter(collections.deque())).__module__, 'collections')


def test_slot_names_are_checked_before_conflicts():
    with raises(TypeError, "__slots__ must be identifiers"):
        class C:
            __slots__ = 'x', ''
            x = 1
    with raises(ValueError, "'x' in __slots__ conflicts with class variable"):
        class D:
            __slots__ = 'x', 'y'
            x = 1


def test_wrapped_function_is_read_only():
    with raises(AttributeError, "readonly attribute"):
        functools.wraps(len)(classmethod(len))


def test_bases_of_another_layout():
    class A(set):
        pass

    class B(A):
        pass

    with raises(TypeError, "__bases__ assignment: 'dict' object layout differs from 'A'"):
        B.__bases__ = (dict,)


def test_exported_bytearray_refuses_empty_changes_with_a_step():
    data = bytearray(b'abc')
    view = memoryview(data)
    with raises(BufferError):
        del data[2:2:-1]
    with raises(BufferError):
        data[0:0:2] = b''
    del data[5:5]
    view.release()


def test_empty_texts_have_hash_zero():
    equal((hash(''), hash(b'')), (0, 0))


def test_packing_ints_as_floats():
    fails(struct.error, "int too large to convert", struct.pack, '>e', 1000000)
    fails(OverflowError, "float too large to pack with e format", struct.pack, '>e', 1e6)
    fails(TypeError, "argument must be read-write bytes-like object, not bytes",
          struct.pack_into, 'b', b'', None, 1)


def test_formats_of_struct_that_are_not_ascii():
    fails(UnicodeEncodeError, "'ascii' codec can't encode characters in position 0-1: ordinal not in range(128)",
          struct.calcsize, 'é' * 2)
    fails(struct.error, "embedded null character", struct.calcsize, b'\x00\xff')


def test_characters_beyond_a_long():
    fails(OverflowError, "Python int too large to convert to C long", format, 10**30, 'c')
    fails(OverflowError, "%c arg not in range(0x110000)", format, -1, 'c')


def test_float_of_a_subclass_of_int_asks_it():
    class Number(int):
        def __float__(self):
            return 2.5

    equal(float(Number(7)), 2.5)

    class Wrong(int):
        def __float__(self):
            return 's'

    fails(TypeError, "Wrong.__float__ returned non-float (type str)", float, Wrong())


def test_complex_powers_that_are_too_large():
    infinite = complex('inf')
    for exponent in (1, 0.5, 101):
        fails(OverflowError, "complex exponentiation", pow, infinite, exponent)
    fails(ZeroDivisionError, "0.0 to a negative or complex power", pow, infinite, 1j)
    equal(repr((1e200 + 1e200j)**2), '(nan+nanj)')
    equal(repr(complex(-0.0, 0.0)**1), '(-0+0j)')


def test_digits_of_other_scripts_in_formats():
    equal(format(4, '\u0663'), '  4')
    equal('{\u0661}'.format('a', 'b'), 'b')
    equal(format(1.5, '.\u0661f'), '1.5')


def test_huge_precision_without_digits_to_show():
    equal(format(3.5, '.1468611468'), '3.5')


def test_repetition_in_place_of_what_is_no_number():
    class Plain:
        pass

    def multiply(left, right):
        left *= right

    fails(TypeError, "unsupported operand type(s) for *=: 'Plain' and 'str'", multiply, Plain(), '')
    fails(TypeError, "can't multiply sequence by non-int of type 'float'", multiply, 1.5, '')


def test_rounding_an_int_to_none():
    equal(round(7, None), 7)
    fails(TypeError, "'NoneType' object cannot be interpreted as an integer", (7).__round__, None)


def test_lengths_of_combinations_are_looked_at_first():
    fails(TypeError, "'list' object cannot be interpreted as an integer",
          itertools.combinations, 2, [])


def test_unions_are_not_iterable():
    fails(TypeError, "'types.UnionType' object is not iterable", iter, int | str)


def test_sum_iterates_before_it_looks_at_the_start():
    fails(TypeError, "'bool' object is not iterable", sum, True, b'')


def test_negative_bounds_of_islice():
    fails(ValueError, "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
          itertools.islice, [1], -2)
    fails(ValueError, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
          itertools.islice, [1], -1)


def test_a_bad_index_is_not_in_bytes():
    class Bad:
        def __index__(self):
            raise LookupError

    fails(TypeError, "a bytes-like object is required, not 'Bad'", lambda: Bad() in b'abc')


def test_lists_of_a_subclass_are_extended_in_place():
    class Sum(list):
        def __add__(self, other):
            return 'added'

    items = Sum([1])
    items += [2]
    equal(items == [1, 2], True)
    equal(items + [3], 'added')


def test_too_large_ints():
    """As an argument, as a factor, as a subscript."""
    big = 2 ** 70
    for function in ("a".center, "a".ljust, b"a".rjust, [1].pop, bytearray(b"a").pop, (1).to_bytes, range(0).__iter__().__setstate__):
        fails(OverflowError, f"Python int too large to convert to C {'long' if function.__name__ == '__setstate__' else 'ssize_t'}", function, big)
    fails(OverflowError, "Python int too large to convert to C ssize_t", itertools.combinations, [1], big)
    for value in ("a", b"a", [1], (1,), bytearray(b"a"), collections.deque([1])):
        fails(OverflowError, "cannot fit 'int' into an index-sized integer", operator.mul, value, big)
        fails(IndexError, "cannot fit 'int' into an index-sized integer", operator.getitem, value, big)


def test_owners_in_messages():
    class Names(set):
        pass

    class Frozen(frozenset):
        pass

    fails(TypeError, "Names expected at most 1 argument, got 2", Names, 1, 2)
    fails(TypeError, "Frozen expected at most 1 argument, got 2", Frozen, 1, 2)
    fails(TypeError, "int.mro() takes no arguments (1 given)", int.mro, 1)
    fails(TypeError, "type.mro() takes no arguments (1 given)", type.mro, int, 1)
    fails(TypeError, "reduce() takes no keyword arguments", functools.reduce, a=1)
    fails(TypeError, "__exit__() takes no keyword arguments", memoryview(b"").__exit__, a=1)
    fails(TypeError, "memoryview.__exit__() takes no keyword arguments", memoryview.__exit__, memoryview(b""), a=1)
    fails(TypeError, "group() takes no keyword arguments", re.match("", "").group, a=1)


def test_counts_of_functions_with_a_format():
    fails(TypeError, "fromordinal() takes exactly 1 argument (0 given)", datetime.date.fromordinal)
    fails(TypeError, "strptime() takes exactly 2 arguments (1 given)", datetime.datetime.strptime, "")
    fails(TypeError, "function takes at most 3 arguments (4 given)", datetime.date, 1, 2, 3, 4)
    fails(TypeError, "this function got an unexpected keyword argument 'year'", datetime.time, year=1)
    fails(TypeError, "__new__() got an unexpected keyword argument 'years'", datetime.timedelta, years=1)
    fails(TypeError, "compress() takes exactly 1 positional argument (0 given)", zlib.compressobj().compress)
    fails(TypeError, "copy() takes no arguments", zlib.compressobj().copy, 1)


def test_what_is_checked_first():
    fails(ValueError, "embedded null character", bytes, 3, "a\0")
    fails(ValueError, "embedded null character", "a".encode, "a\0", 5)
    fails(TypeError, "a bytes-like object is required, not 'str'", struct.unpack_from, "i", "a", "b")
    fails(ValueError, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.", itertools.islice, [], "a", "b")
    fails(TypeError, "'types.GenericAlias' object is not reversible", reversed, list[int])
    fails(TypeError, "cannot convert 'NoneType' object to bytearray", bytearray(b"ab").__setitem__, slice(1), None)
    fails(TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)", bytearray(b"ab").__setitem__, slice(1), 1.5)
    fails(TypeError, "get_clock_info() argument 1 must be str, not int", time.get_clock_info, 3)


def test_positions_of_unicode_errors():
    error = UnicodeDecodeError("utf-8", b"a", 0, 1, "why")
    fails(TypeError, "an integer is required", setattr, error, "start", 1.0)
    fails(OverflowError, "Python int too large to convert to C ssize_t", setattr, error, "end", 2 ** 70)
    error.start = True
    equal(error.start, 1)


def test_key_error_of_ordered_dict():
    """Its pop() and move_to_end() take the key for the arguments of KeyError."""
    for method in (collections.OrderedDict().pop, collections.OrderedDict().move_to_end):
        for key, args in ((None, ()), ((1, 2), (1, 2)), (3, (3,))):
            try:
                method(key)
            except KeyError as error:
                equal(error.args, args)


def test_empty_bytes_in_any_encoding():
    equal(b"".decode("no such thing"), "")
    equal(str(bytearray(), "no such thing"), "")
    fails(LookupError, "unknown encoding: no such thing", "".encode, "no such thing")


def test_name_of_free_variable():
    def outer(value):
        del value
        return lambda: value
    with raises(NameError, "cannot access free variable 'value' where it is not associated with a value in enclosing scope") as caught:
        outer(1)()
    equal(caught.value.name, "value")


run(globals())
