"""Making classes: arguments, __slots__, order of bases, assignment to class attributes,
metaclasses. The output is the test."""

import types

def t(f, *a, **k):
    try:
        r = f(*a, **k)
        print(repr(r) if ' at 0x' not in repr(r) else type(r).__name__)
    except BaseException as e:
        print(type(e).__name__, e)
t(lambda: type('A', (int, str), {}))
t(lambda: type('A', (object, int), {}))
t(lambda: type('A', (int, int), {}))
t(lambda: type('A', (bool,), {}))
t(lambda: type('A', (1,), {}))
t(lambda: type('A', [], {}))
t(lambda: type(1, (), {}))
t(lambda: type('A', (), []))
t(lambda: type('A\x00', (), {}))
t(lambda: type('A', (), {'__slots__': ['a', 'b'], 'a': 1}))
t(lambda: type('A', (), {'__slots__': [1]}))
t(lambda: type('A', (), {'__slots__': ['1a']}))
t(lambda: type('A', (), {'__slots__': ['__dict__', '__dict__']}))
t(lambda: type('A', (), {'__slots__': ['__weakref__', '__weakref__']}))
t(lambda: type('A', (int,), {'__slots__': ['a']}))
t(lambda: type('A', (tuple,), {'__slots__': ['a']}))
t(lambda: type('A', (bytes,), {'__slots__': ['a']}))
t(lambda: type('A', (type,), {'__slots__': ['a']}))
t(lambda: type('A', (str,), {'__slots__': ['a']}))
t(lambda: type('A', (int,), {'__slots__': []}))
t(lambda: type('A', (int,), {'__slots__': ['__dict__']}))
t(lambda: type('A', (int,), {'__slots__': ['__weakref__']}))
t(lambda: type('A', (), {'__qualname__': 1}))
t(lambda: type('A', (), {'__classcell__': 1}))

class S:
    __slots__ = ('x', 'y', '__z')
s = S()
s.x = 1
t(lambda: s.x)
t(lambda: s.y)
t(lambda: s.q)
t(setattr, s, 'q', 1)
t(delattr, s, 'y')
t(lambda: s.__dict__)
t(lambda: S.x)
t(lambda: S._S__z)
t(lambda: S.__dict__['x'].__get__(1))
t(lambda: S.__slots__)
del s.x
t(lambda: s.x)

class S2(S):
    __slots__ = ('w',)
s = S2()
s.x = 1
s.w = 2
print(s.x, s.w)
t(setattr, s, 'v', 1)

class S3(S):
    pass
s = S3()
s.x = 1
s.w = 2
print(s.x, s.w, s.__dict__)

class M1:
    __slots__ = ('a',)

class M2:
    __slots__ = ('b',)
t(lambda: type('A', (M1, M2), {}))

class M3:
    __slots__ = ()
t(lambda: type('A', (M1, M3), {}).__mro__)

class D1:
    pass

class DS(M1, D1):
    __slots__ = ('c',)
d = DS()
d.a = 1
d.c = 2
d.zz = 3
print(d.__dict__)

class X(D1, M1):
    pass
x = X()
x.a = 5
x.b = 6
print(x.__dict__)

class A:
    pass

class B(A):
    pass

class C(A):
    pass

class D(B, C):
    pass
print(D.__mro__, D.mro(), D.__bases__, D.__base__, A.__subclasses__())
t(lambda: type('E', (A, B), {}))
t(lambda: type('E', (A, A), {}))

class P:

    def f(self):
        return 'P'

class Q:

    def f(self):
        return 'Q'

class R(P):
    pass
r = R()
print(r.f())
R.__bases__ = (Q,)
print(r.f(), R.__mro__, P.__subclasses__(), Q.__subclasses__())

def sb(c, b):
    c.__bases__ = b
t(sb, R, ())
t(sb, R, 1)
t(sb, R, (1,))
t(sb, R, (R,))
t(sb, int, (R,))
t(sb, R, (int,))
t(delattr, R, '__bases__')
t(sb, R, (object,))
t(sb, object, ())
t(setattr, int, 'x', 1)
t(delattr, int, 'x')
t(lambda: int.foo)
t(lambda: R.foo)
t(delattr, R, 'foo')
t(setattr, R, 1, 2)
t(setattr, R, '__name__', 1)
t(setattr, R, '__name__', 'a\x00b')
t(delattr, R, '__name__')
t(setattr, R, '__qualname__', 1)
t(setattr, R, '__module__', 5)
t(lambda: R.__module__)
t(setattr, int, '__name__', 'x')
t(setattr, int, '__doc__', 'x')
t(delattr, R, '__doc__')
t(setattr, R, '__doc__', 'x')
t(lambda: R.__doc__)
R.__name__ = 'RR'
print(R)
R.__qualname__ = 'a.b'
print(R.__qualname__, R.__name__)
t(lambda: R())

class F1:
    pass

class F2:
    pass
f = F1()
f.a = 1
f.__class__ = F2
print(type(f), f.a)

def sc(o, c):
    o.__class__ = c
t(sc, f, 1)
t(sc, 1, int)
t(sc, f, int)
t(sc, f, S)
t(delattr, f, '__class__')
t(sc, [], list)
t(object, 1)
t(object().__init__, 1)
t(A, 1)
t(A, x=1)

class N:

    def __new__(cls, *a):
        return object.__new__(cls)
t(N, 1)

class N2:

    def __new__(cls, *a):
        return object.__new__(cls, *a)
t(N2, 1)
t(N2)

class N3:

    def __init__(self, *a):
        object.__init__(self, *a)
t(N3, 1)

class N4:

    def __init__(self):
        return 1
t(N4)
t(object.__new__)
t(object.__new__, 1)
t(object.__new__, int)
t(object.__new__, list)
t(list.__new__, int)
t(int.__new__, bool, 1)
t(bool.__new__, int)
t(lambda: object().x)
t(setattr, object(), 'x', 1)
t(lambda: 1 .x)
t(setattr, 1, 'x', 1)
t(setattr, 1, 'real', 1)
t(delattr, 1, 'real')
t(setattr, [], 'append', 1)
t(object.__repr__, 1)
t(object().__format__, 'x')
t(object().__format__, 1)
t(object().__reduce__)
t(lambda: object.__doc__[:20])
t(lambda: object.__text_signature__)
t(lambda: int.__text_signature__)
t(lambda: object() < object())
t(lambda: object() == 1)
t(lambda: object() != 1)

class Meta(type):

    def __new__(m, n, b, d, **k):
        print('new', n, k)
        return super().__new__(m, n, b, d)

    def __init__(c, n, b, d, **k):
        print('init', n, k)

    def __call__(c, *a):
        print('call', a)
        return super().__call__(*a)

class U(metaclass=Meta, z=1):
    pass
U()

class Meta2(type):
    pass
t(lambda: Meta2('a', (U,), {}))
t(lambda: type.__call__(U))

class Meta3(type):

    def mro(c):
        return [c, 1]
t(lambda: Meta3('a', (), {}))

class Meta4(type):

    def mro(c):
        return [c, int, object]
t(lambda: Meta4('a', (), {}))

class Meta5(type):

    def mro(c):
        return 5
t(lambda: Meta5('a', (), {}))

class Meta6(type):

    def mro(c):
        return (c, A, object)
t(lambda: Meta6('a', (), {}).__mro__)
t(lambda: type.__new__(type))
t(lambda: type.__new__(int))
t(lambda: type.__new__(1))
t(lambda: type.__new__(type, 1))
t(lambda: type())
t(lambda: type(1, 2))
t(lambda: type.__init__(A))
t(lambda: type.__init__(A, 1, x=2))
t(lambda: type.mro(1))
t(lambda: type.mro(int))
t(lambda: type.__subclasses__(1))
t(lambda: types.FunctionType.__call__)
t(lambda: type(types.FunctionType)())

class I:

    def __init_subclass__(cls, **k):
        print('is', cls, k)

class J(I, a=1):
    pass

def mk():

    class K(a=1):
        pass
t(mk)

class Desc:

    def __set_name__(self, o, n):
        print('sn', o, n)

class V:
    d = Desc()

class Desc2:

    def __set_name__(self, o, n):
        1 / 0

def mk():

    class W:
        d = Desc2()
try:
    mk()
except ZeroDivisionError as e:
    print(e, e.__notes__)
