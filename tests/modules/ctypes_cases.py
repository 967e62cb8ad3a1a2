"""ctypes: C data in memory, and functions of the C library that are called and that call back."""

import ctypes
import errno
import gc
import pickle
import sys
import weakref
from ctypes import (
    CDLL, CFUNCTYPE, POINTER, Array, BigEndianStructure, Structure, Union, addressof, alignment,
    byref, c_byte, c_char, c_char_p, c_double, c_float, c_int, c_int64, c_long, c_longlong, c_short,
    c_size_t, c_ubyte, c_uint, c_uint64, c_ulong, c_void_p, c_wchar, c_wchar_p, cast, create_string_buffer,
    create_unicode_buffer, memmove, memset, pointer, py_object, resize, sizeof, string_at, wstring_at,
)

from testing import equal, fails, run

libc = CDLL(None, use_errno=True)


class Point(Structure):
    _fields_ = [("x", c_int), ("y", c_int)]


def test_integers_keep_their_low_bits():
    equal([t(-1).value for t in (c_ubyte, c_uint, c_ulong)], [255, 2**32 - 1, 2**64 - 1])
    equal([t(2**70 + 5).value for t in (c_byte, c_int, c_longlong)], [5, 5, 5])
    equal(c_short(2**15).value, -(2**15))
    fails(TypeError, "'float' object cannot be interpreted as an integer", c_int, 1.5)


def test_fields_are_laid_out_as_c_does():
    class Mixed(Structure):
        _fields_ = [("a", c_byte), ("b", c_double), ("c", c_short), ("d", Point), ("e", c_char * 3)]

    equal([getattr(Mixed, n).offset for n in "abcde"], [0, 8, 16, 20, 28])
    equal((sizeof(Mixed), alignment(Mixed)), (32, 8))

    class Packed(Structure):
        _pack_ = 1
        _fields_ = [("a", c_byte), ("b", c_double)]

    equal((sizeof(Packed), alignment(Packed)), (9, 1))

    class Aligned(Structure):
        _align_ = 32
        _fields_ = [("a", c_byte)]

    equal((sizeof(Aligned), alignment(Aligned)), (32, 32))


def test_bit_fields():
    class Bits(Structure):
        _fields_ = [("a", c_int, 3), ("b", c_uint, 5), ("c", c_int64, 40)]

    bits = Bits(-4, 31, 2**39 - 1)
    equal((bits.a, bits.b, bits.c), (-4, 31, 2**39 - 1))
    bits.b = 33
    equal((bits.a, bits.b, bits.c), (-4, 1, 2**39 - 1))


def test_the_other_byte_order():
    class Big(BigEndianStructure):
        _fields_ = [("a", c_short), ("b", c_int, 4), ("c", c_int, 28), ("d", c_double)]

    big = Big(1, 2, 3, 1.5)
    equal(bytes(big), b"\0\1\0\0\x20\0\0\3\x3f\xf8\0\0\0\0\0\0")
    equal((big.a, big.b, big.c, big.d), (1, 2, 3, 1.5))


def test_anonymous_members_and_unions():
    class Word(Union):
        _fields_ = [("whole", c_uint), ("bytes", c_ubyte * 4)]

    class Box(Structure):
        _anonymous_ = ["word"]
        _fields_ = [("kind", c_int), ("word", Word)]

    box = Box(1)
    box.whole = 0x01020304
    equal((list(box.bytes), box.word.whole, Box.whole.offset), ([4, 3, 2, 1], 0x01020304, 4))


def test_a_part_is_seen_through_the_whole_and_keeps_it_alive():
    class Pair(Structure):
        _fields_ = [("first", Point), ("second", Point)]

    second = Pair((1, 2), (3, 4)).second
    gc.collect()
    equal((second.x, second.y), (3, 4))
    pair = second._b_base_
    pair.second.x = 9
    equal(second.x, 9)


def test_what_a_pointer_points_to_stays_alive():
    pointers = (POINTER(c_int) * 100)()
    for i in range(100):
        pointers[i] = pointer(c_int(i))
    names = (c_char_p * 100)(*[b"name %d" % i for i in range(100)])
    gc.collect()
    filler = [bytes(i) for i in range(2000)]
    equal([p.contents.value for p in pointers], list(range(100)))
    equal(names[57], b"name 57")
    del filler


def test_arrays_index_slice_and_compare_as_types():
    numbers = (c_int * 5)(1, 2, 3)
    equal((numbers[1:4], numbers[::-2], numbers[-1], len(numbers)), ([2, 3, 0], [0, 3, 1], 0, 5))
    numbers[1:3] = (7, 8)
    equal(list(numbers), [1, 7, 8, 0, 0])
    fails(IndexError, "invalid index", numbers.__getitem__, 5)
    assert c_int * 5 is c_int * 5 and issubclass(c_int * 5, Array)
    text = create_string_buffer(b"abc", 6)
    equal((text.raw, text.value, text[1:3]), (b"abc\0\0\0", b"abc", b"bc"))
    wide = create_unicode_buffer("h\u00e9\U0001f600")
    equal((wide.value, len(wide)), ("h\u00e9\U0001f600", 4))


def test_classes_of_arrays_are_forgotten_with_their_last_user():
    refs = [weakref.ref(c_long * (100 + i)) for i in range(200)]
    gc.collect()
    assert sum(r() is not None for r in refs) < 20


def test_buffers_of_data_and_data_in_buffers():
    grid = (c_int * 3 * 2)((1, 2, 3), (4, 5, 6))
    view = memoryview(grid)
    equal((view.shape, view.format, view.itemsize, view.nbytes), ((2, 3), "<i", 4, 24))
    equal(view.cast("B").cast("i").tolist(), [1, 2, 3, 4, 5, 6])
    data = bytearray(16)
    numbers = (c_int * 4).from_buffer(data)
    numbers[2] = 258
    equal(bytes(data[8:10]), b"\2\1")
    fails(BufferError, "Existing exports of data: object cannot be re-sized", data.append, 1)
    del numbers
    data.append(1)
    equal(Point.from_buffer_copy(b"\1\0\0\0\2\0\0\0").y, 2)
    fails(TypeError, "underlying buffer is not writable", c_int.from_buffer, b"1234")


def test_resize_keeps_what_was_there():
    numbers = (c_int * 2)(5, 6)
    resize(numbers, 4000)
    equal((sizeof(numbers), list(numbers)), (4000, [5, 6]))
    fails(ValueError, "minimum size is 8", resize, numbers, 4)


def test_memory_functions():
    buffer = create_string_buffer(10)
    memmove(buffer, b"hello", 5)
    memset(addressof(buffer) + 5, ord("!"), 2)
    equal((string_at(buffer), string_at(buffer, 3), wstring_at("wide", 2)), (b"hello!!", b"hel", "wi"))
    address = cast(buffer, c_void_p)
    equal(cast(address, POINTER(c_char))[1], b"e")


def test_characters_that_are_none():
    message = "character U+41424344 is not in range [U+0000; U+10ffff]"
    data = (c_uint * 3)(0x41424344, 0x110000, 0)
    for length in -1, 2, 1:
        fails(ValueError, message, wstring_at, addressof(data), length)
    fails(ValueError, message, lambda: (c_wchar * 3).from_buffer(data).value)
    fails(ValueError, message, lambda: (c_wchar * 3).from_buffer(data)[0])
    fails(ValueError, message, lambda: c_wchar_p(addressof(data)).value)


def test_calls_convert_arguments_and_results():
    equal((libc.abs(-5), libc.strlen(b"four"), libc.toupper(ord("a"))), (5, 4, 65))
    strchr = libc.strchr
    strchr.argtypes, strchr.restype = (c_char_p, c_char), c_char_p
    equal(strchr(b"a=b", b"="), b"=b")
    fails(ctypes.ArgumentError,
          "argument 1: TypeError: 'str' object cannot be interpreted as ctypes.c_char_p",
          strchr, "text", b"=")
    fails(TypeError, "this function takes at least 2 arguments (1 given)", strchr, b"")
    strtod = CFUNCTYPE(c_double, c_char_p, c_void_p)(("strtod", libc))
    equal(strtod(b"2.5e3", None), 2500.0)


def test_structures_by_value():
    class Quotient(Structure):
        _fields_ = [("quot", c_int), ("rem", c_int)]

    class LongQuotient(Structure):
        _fields_ = [("quot", c_longlong), ("rem", c_longlong)]

    for name, result, item in (("div", Quotient, c_int), ("lldiv", LongQuotient, c_longlong)):
        function = libc[name]
        function.argtypes, function.restype = (item, item), result
        answer = function(-17, 5)
        equal((answer.quot, answer.rem), (-3, -2))

    class Floats(Structure):
        _fields_ = [("a", c_float), ("b", c_float), ("c", c_double)]

    class Large(Structure):
        _fields_ = [("items", c_long * 8)]

    class Either(Union):
        _fields_ = [("number", c_long), ("real", c_double)]

    for value in (Floats(1, 2, 3), Large((c_long * 8)(*range(8))), Either(number=5), Point(1, 2)):
        seen = []
        kind = type(value)
        identity = CFUNCTYPE(c_int, kind, c_int)(lambda v, n: seen.append(bytes(v)) or n)
        equal((identity(value, 7), seen), (7, [bytes(value)]))


def test_callbacks_and_their_errors():
    @CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
    def compare(a, b):
        return b[0] - a[0]

    numbers = (c_int * 6)(3, 1, 2, 6, 5, 4)
    libc.qsort(numbers, 6, sizeof(c_int), compare)
    equal(list(numbers), [6, 5, 4, 3, 2, 1])

    def divide(n):
        gc.collect()
        return 12 // n

    callback = CFUNCTYPE(c_int, c_int)(divide)
    equal(callback(5), 2)
    caught = []
    sys.unraisablehook, hook = caught.append, sys.unraisablehook
    try:
        callback(0)
    finally:
        sys.unraisablehook = hook
    equal((caught[0].exc_type, caught[0].err_msg),
          (ZeroDivisionError, f"Exception ignored on calling ctypes callback function {divide!r}"))


def test_a_collection_while_c_code_holds_the_only_way_to_objects():
    @CFUNCTYPE(py_object, py_object)
    def wrap(value):
        gc.collect()
        return [value]

    value = wrap(wrap({"a": 1}))
    gc.collect()
    equal(value, [[{"a": 1}]])


def test_errno_is_a_copy_for_the_program():
    ctypes.set_errno(0)
    equal(libc.open(b"/no/such/file", 0), -1)
    equal(ctypes.get_errno(), errno.ENOENT)
    equal((ctypes.set_errno(5), ctypes.get_errno()), (errno.ENOENT, 5))


def test_paramflags_and_errcheck():
    prototype = CFUNCTYPE(c_int, c_int)
    absolute = prototype(("abs", libc), ((1, "number", 3),))
    equal((absolute(), absolute(number=-4), absolute(-5)), (3, 4, 5))
    fails(TypeError, "call takes exactly 0 arguments (1 given)", absolute, other=1)
    frexp = CFUNCTYPE(c_double, c_double, POINTER(c_int))(("frexp", libc), ((1, "x"), (2, "exponent")))
    equal(frexp(8.0), 4)
    absolute.errcheck = lambda result, function, arguments: (result, arguments)
    equal(absolute(-6), (6, (-6,)))


def test_what_has_no_pointers_can_be_pickled():
    point = pickle.loads(pickle.dumps(Point(3, 4)))
    equal((point.x, point.y), (3, 4))
    fails(ValueError, "ctypes objects containing pointers cannot be pickled", pickle.dumps, c_char_p(b"x"))


def test_what_is_not_there():
    fails(OSError, "no_such_library.so: cannot open shared object file: No such file or directory",
          CDLL, "no_such_library.so")
    assert not hasattr(libc, "no_such_function")
    fails(ValueError, "NULL pointer access", getattr, POINTER(c_int)(), "contents")
    fails(TypeError, "abstract class", Structure)


run(globals())
