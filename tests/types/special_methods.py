"""Special methods of Python classes: operators and their reflections, conversions, containers,
descriptors, changes of a class after the fact, subclasses of builtin types. The output is the
test."""

import re

def t(f, *a, **k):
    try:
        r = f(*a, **k)
        print(re.sub('0x[0-9a-f]+', '0x', repr(r)))
    except BaseException as e:
        print(type(e).__name__, re.sub('0x[0-9a-f]+', '0x', str(e)))

class A:

    def __init__(s, n):
        s.n = n

    def __add__(s, o):
        print('add', s.n)
        return NotImplemented

    def __radd__(s, o):
        print('radd', s.n)
        return 'r' + s.n

    def __eq__(s, o):
        print('eq', s.n)
        return NotImplemented

    def __lt__(s, o):
        print('lt', s.n)
        return NotImplemented

    def __gt__(s, o):
        print('gt', s.n)
        return True

class B(A):

    def __radd__(s, o):
        print('Bradd', s.n)
        return 'b' + s.n

class C(A):
    pass
a, b, c = (A('a'), B('b'), C('c'))
t(lambda: a + a)
t(lambda: a + b)
t(lambda: a + c)
t(lambda: b + a)
t(lambda: 1 + a)
t(lambda: a + 1)
t(lambda: a == b)
t(lambda: a == 1)
t(lambda: a < b)
t(lambda: a < 1)
t(lambda: a <= b)
t(lambda: hash(a))
t(lambda: a - 1)
t(lambda: a ** 2)
t(lambda: pow(a, 1, 2))
t(lambda: -a)
t(lambda: abs(a))
t(lambda: ~a)
t(lambda: int(a))
t(lambda: float(a))
t(lambda: a[0])
t(lambda: len(a))
t(lambda: iter(a))
t(lambda: next(a))
t(lambda: 1 in a)
t(lambda: a())
t(lambda: divmod(a, 1))
t(lambda: a @ 1)
t(lambda: a << 1)
t(lambda: round(a))
t(lambda: [1][a])
t(lambda: 'ab' * a)
t(lambda: a and 1)

def st(o, k, v):
    o[k] = v

def de(o, k):
    del o[k]
t(st, a, 1, 2)
t(de, a, 1)

class L:

    def __len__(s):
        return s.v
for v in (-1, 'a', 2 ** 100, 3.0, True, 5):
    l = L()
    l.v = v
    t(len, l)
    t(bool, l)

class Bo:

    def __bool__(s):
        return 1
t(bool, Bo())

class It:

    def __iter__(s):
        return 1
t(iter, It())
t(list, It())

class It2:
    __iter__ = None
t(iter, It2())
t(lambda: 1 in It2())

class Co:
    __contains__ = None
t(lambda: 1 in Co())

class Ha:

    def __hash__(s):
        return s.v
for v in (-1, 2 ** 61 - 1, 2 ** 64, 'a', -2, True):
    h = Ha()
    h.v = v
    t(hash, h)

class Hn:
    __hash__ = None
t(hash, Hn())

class He:

    def __eq__(s, o):
        return True
t(hash, He())
print(He.__hash__)

class He2(He):
    __hash__ = object.__hash__
t(lambda: isinstance(hash(He2()), int))

class Ge:

    def __getitem__(s, i):
        if i > 3:
            raise IndexError
        return i
t(list, Ge())
t(lambda: 2 in Ge())
t(st, Ge(), 1, 2)
t(de, Ge(), 1)
t(iter, Ge())
t(reversed, Ge())

class Se:

    def __setitem__(s, k, v):
        print('si', k, v)
Se()[1] = 2
t(de, Se(), 1)
t(lambda: Se()[1])

class Ne:

    def __next__(s):
        return 5
t(next, Ne())
t(iter, Ne())

class Ca:

    def __call__(s, *a, **k):
        return (a, k)
t(Ca(), 1, x=2)
t(Ca().__call__, 3)

class Ix:

    def __index__(s):
        return s.v
i = Ix()
i.v = 2
t(lambda: [1, 2, 3][i])
t(lambda: hex(i))
t(lambda: int(i))
t(lambda: float(i))
i.v = 'a'
t(lambda: [1, 2, 3][i])
t(lambda: int(i))

class In:

    def __int__(s):
        return s.v
i = In()
i.v = 5
t(int, i)
i.v = 'a'
t(int, i)
i.v = 1.5
t(int, i)

class Fl:

    def __float__(s):
        return s.v
i = Fl()
i.v = 5
t(float, i)
i.v = 'a'
t(float, i)

class Re:

    def __repr__(s):
        return s.v

    def __str__(s):
        return s.v

    def __format__(s, f):
        return s.v
r = Re()
r.v = 5
t(repr, r)
t(str, r)
t(format, r)
t(lambda: '%s' % r)
r.v = 'ok'
t(repr, r)
t(str, r)
t(format, r, 'x')
t(lambda: f'{r!r:>5}')

class Ia:

    def __iadd__(s, o):
        return ('iadd', o)

    def __imul__(s, o):
        return NotImplemented

    def __ipow__(s, o):
        return ('ipow', o)
x = Ia()
x += 1
print(x)

def im():
    x = Ia()
    x *= 2
t(im)
x = Ia()
x **= 3
print(x)

def isub():
    x = Ia()
    x -= 2
t(isub)

class Po:

    def __pow__(s, *a):
        return ('pow', a)

    def __rpow__(s, *a):
        return ('rpow', a)
t(lambda: Po() ** 2)
t(lambda: 2 ** Po())
t(lambda: pow(Po(), 2, 3))
t(lambda: pow(2, Po(), 3))
t(lambda: pow(2, 3, Po()))

class De:

    def __get__(s, i, o):
        return ('get', i is not None, o)

    def __set__(s, i, v):
        print('set', v)

    def __delete__(s, i):
        print('delete')

class UD:
    d = De()
u = UD()
t(lambda: u.d)
t(lambda: UD.d)
u.d = 1
del u.d
u.__dict__['d'] = 5
t(lambda: u.d)

class Dg:

    def __get__(s, i, o):
        return 'dg'
UD.e = Dg()
t(lambda: u.e)
u.e = 7
t(lambda: u.e)
del u.e
t(lambda: u.e)

class Ds:

    def __set__(s, i, v):
        print('ds', v)
UD.g = Ds()
t(lambda: type(u.g))
u.g = 1

def dl():
    del u.g
t(dl)

class Dd:

    def __delete__(s, i):
        print('dd')
UD.h = Dd()
del u.h

def sh():
    u.h = 1
t(sh)
Dg.__set__ = lambda s, i, v: print('late set', v)
u.e = 5
t(lambda: u.e)

class Z:
    pass
z = Z()
t(lambda: z + 1)
Z.__add__ = lambda s, o: 'added'
t(lambda: z + 1)
del Z.__add__
t(lambda: z + 1)

class Z2(Z):
    pass
z2 = Z2()
Z.__len__ = lambda s: 7
t(len, z2)
Z2.__len__ = lambda s: 8
t(len, z2)
Z.__len__ = lambda s: 9
t(len, z2)
del Z2.__len__
t(len, z2)
del Z.__len__
t(len, z2)
Z.__call__ = lambda s: 'called'
t(z2)
Z.__getattr__ = lambda s, n: n
t(lambda: z2.foo)
del Z.__getattr__
t(lambda: z2.foo)
Z.__init__ = lambda s, x: setattr(s, 'x', x)
t(lambda: Z(3).x)
t(Z)
del Z.__init__
t(lambda: Z())
Z.__new__ = lambda c, *a: 'new'
t(Z, 1)

class Int(int):

    def __add__(s, o):
        return 'Iadd'
t(lambda: Int(1) + 1)
t(lambda: 1 + Int(1))
t(lambda: Int(3) * 2)
t(lambda: Int(5))
t(lambda: Int(5).__add__(1))
t(lambda: str(Int(5)))

class Li(list):

    def append(s, x):
        list.append(s, x * 2)

    def __len__(s):
        return 99
l = Li([1])
l.append(2)
t(lambda: l)
t(len, l)
l.zz = 3
t(lambda: l.__dict__)
t(lambda: Li.__add__(l, [1]))
t(lambda: l * 2)
t(lambda: [0] + l)

class Tu(tuple):

    def __new__(c, *a):
        return tuple.__new__(c, a)
x = Tu(1, 2, 3)
x.at = 5
t(lambda: (x, x.at, len(x), x[1:], hash(x) == hash((1, 2, 3))))

class St(str):
    __slots__ = ('q', 'r')
s = St('abc')
s.q = 1
t(lambda: (s, s.q, s.upper()))
t(lambda: s.r)
t(setattr, s, 'w', 1)

class St2(St):
    pass
s = St2('héllo wörld')
s.q = 1
s.foo = 2
t(lambda: (s, s.q, s.foo, s.__dict__, s == 'héllo wörld', hash(s) == hash('héllo wörld')))

class By(bytes):
    pass
b = By(b'xyz')
b.a = 1
t(lambda: (b, b.a))

class Fo(float):
    pass
f = Fo(1.5)
f.a = 2
t(lambda: (f, f.a, f + 1))

class Di(dict):

    def __missing__(s, k):
        return ('missing', k)
d = Di(a=1)
d.x = 5
t(lambda: (d['a'], d['b'], d.x, d))

class Ex(ValueError):

    def __init__(s, a, b):
        super().__init__(a)
        s.b = b
e = Ex(1, 2)
e.c = 3
t(lambda: (e, e.args, e.b, e.__dict__))
t(lambda: Ex())

class Ty(type):
    x = 5

class Tc(metaclass=Ty):
    pass
t(lambda: Tc.x)
t(lambda: Tc().x)
Tc.x = 6
t(lambda: (Tc.x, Tc().x, Ty.x))
