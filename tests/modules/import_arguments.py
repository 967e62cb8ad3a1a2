"""_imp and _symtable: arguments of other types, names that are no module's.
The output is the test."""
import _imp
import _symtable
import marshal
import os.path


def show(function, *args):
    try:
        print(ascii(function(*args)))
    except (TypeError, ImportError, ValueError, SyntaxError) as e:
        print(type(e).__name__, ascii(str(e)))


for name in 'is_builtin', 'is_frozen', 'is_frozen_package', 'get_frozen_object', 'find_frozen':
    for argument in 1, None, set(), {'a': 1}, 'nope', 'a\0b':
        show(getattr(_imp, name), argument)
for data in 1, b'abc', b'', marshal.dumps(3):
    show(_imp.get_frozen_object, 'x', data)
for args in (('\udc80', '__main__', frozenset()), ('a', '<s>', 5), ('a', '<s>', 'x'), (5, '<s>', 'exec'), ('a', 5, 'exec'),
             ('\udc80', '<s>', 'exec'), ('a\0', 'a', 'exec')):
    show(_symtable.symtable, *args)
for filename in b'f.py', b'f\0', 'f\0', 5, b'\xff':
    try:
        print(type(_symtable.symtable('a', filename, 'exec')).__name__)
        print(ascii(compile('a', filename, 'exec').co_filename))
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
try:
    compile('a', 'f\0', 'exec')
except ValueError as e:
    print(e)


class Spec:
    name = origin = 'x'


for bad in 5, None:
    Spec.name = bad
    show(_imp.create_builtin, Spec)
    show(_imp.create_dynamic, Spec)
    Spec.name, Spec.origin = 'x', bad
    show(_imp.create_dynamic, Spec)
show(os.path.normpath, 'a/../\ud800//b')
