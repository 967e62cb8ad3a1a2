"""Capsules, by the functions of ctypes.pythonapi."""
import ctypes
import gc

from testing import equal, fails, run

api = ctypes.pythonapi
DESTRUCTOR = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)  # its end is near: no object to pass around


def function(name, result, *arguments):
    f = getattr(api, name)
    f.restype, f.argtypes = result, arguments
    return f


new = function("PyCapsule_New", ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
pointer = function("PyCapsule_GetPointer", ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)
name = function("PyCapsule_GetName", ctypes.c_char_p, ctypes.py_object)
context = function("PyCapsule_GetContext", ctypes.c_void_p, ctypes.py_object)
destructor = function("PyCapsule_GetDestructor", ctypes.c_void_p, ctypes.py_object)
is_valid = function("PyCapsule_IsValid", ctypes.c_int, ctypes.py_object, ctypes.c_char_p)
set_pointer = function("PyCapsule_SetPointer", ctypes.c_int, ctypes.py_object, ctypes.c_void_p)
set_name = function("PyCapsule_SetName", ctypes.c_int, ctypes.py_object, ctypes.c_char_p)
set_context = function("PyCapsule_SetContext", ctypes.c_int, ctypes.py_object, ctypes.c_void_p)
set_destructor = function("PyCapsule_SetDestructor", ctypes.c_int, ctypes.py_object, ctypes.c_void_p)
NAME = ctypes.c_char_p(b"some.name")


def test_what_it_holds():
    capsule = new(1234, NAME, None)
    equal(type(capsule).__name__, "PyCapsule")
    equal(repr(capsule).startswith('<capsule object "some.name" at 0x'), True)
    equal((pointer(capsule, b"some.name"), name(capsule), context(capsule), destructor(capsule)),
          (1234, b"some.name", None, None))
    equal((is_valid(capsule, b"some.name"), is_valid(capsule, b"other"), is_valid(capsule, None)), (1, 0, 0))
    equal(is_valid("no capsule", b"some.name"), 0)
    other = ctypes.c_char_p(b"other")
    equal((set_pointer(capsule, 5), set_name(capsule, other), set_context(capsule, 6)), (0, 0, 0))
    equal((pointer(capsule, b"other"), name(capsule), context(capsule)), (5, b"other", 6))


def test_without_a_name():
    capsule = new(1, None, None)
    equal((name(capsule), pointer(capsule, None)), (None, 1))
    equal(repr(capsule).startswith("<capsule object NULL at 0x"), True)


def test_errors():
    capsule = new(1, NAME, None)
    for text, call in (
            ("PyCapsule_New called with null pointer", lambda: new(None, NAME, None)),
            ("PyCapsule_GetPointer called with incorrect name", lambda: pointer(capsule, b"other")),
            ("PyCapsule_GetPointer called with invalid PyCapsule object", lambda: pointer([], NAME)),
            ("PyCapsule_GetName called with invalid PyCapsule object", lambda: name(1)),
            ("PyCapsule_GetContext called with invalid PyCapsule object", lambda: context(None)),
            ("PyCapsule_SetPointer called with null pointer", lambda: set_pointer(capsule, None)),
            ("PyCapsule_SetName called with invalid PyCapsule object", lambda: set_name("", NAME))):
        fails(ValueError, text, call)
    fails(TypeError, "cannot create 'PyCapsule' instances", type(capsule))


def test_destructor():
    ended = []
    at_end = DESTRUCTOR(ended.append)
    address = ctypes.cast(at_end, ctypes.c_void_p)
    capsule = new(77, NAME, address)
    equal(destructor(capsule), address.value)

    def many():
        return [id(new(n, NAME, address)) for n in range(100, 110)]

    made = many()
    for _ in range(3):
        gc.collect()
    equal(set(made[:9]) <= set(ended) and id(capsule) not in ended, True)
    set_destructor(capsule, None)


run(globals())
