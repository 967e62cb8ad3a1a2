"""Descriptors, bound methods, super, slot wrappers, errors of attribute access. The output is the
test."""

import re
import types

def t(f, *a, **k):
    try:
        r = f(*a, **k)
        r = repr(r)
        print(re.sub('0x[0-9a-f]+', '0x', r))
    except BaseException as e:
        print(type(e).__name__, re.sub('0x[0-9a-f]+', '0x', str(e)), getattr(e, 'name', None), repr(type(getattr(e, 'obj', None))))

class A:

    def f(self):
        """doc"""
        return 1

    @classmethod
    def c(cls):
        return cls

    @staticmethod
    def s():
        return 's'

    @property
    def p(self):
        return 'p'
a = A()
for x in (list.append, [].append, int.__add__, 1 .__add__, int.real, dict.fromkeys, dict.__dict__['fromkeys'], len, object.__new__, types.FunctionType.__globals__, types.FunctionType.__code__, A.f, a.f, A.c, a.c, A.s, a.s, A.p, A.__dict__['c'], A.__dict__['s'], A.__dict__['p'], A.__dict__['__dict__'], A.__dict__['__weakref__'], object.__init_subclass__, A.__init_subclass__, object.__dict__['__class__'], types.SimpleNamespace.__init__):
    t(lambda: x)
    for n in ('__name__', '__qualname__', '__objclass__', '__self__', '__module__', '__doc__', '__text_signature__', '__func__', '__wrapped__', '__isabstractmethod__'):
        try:
            v = getattr(x, n)
        except AttributeError as e:
            v = ('AE', str(e))
        print('  ', n, re.sub('0x[0-9a-f]+', '0x', repr(v))[:100])
t(lambda: a.f.foo)
t(lambda: a.f == a.f)
t(lambda: hash(a.f) == hash(a.f))
t(lambda: a.f.__get__(1))
t(lambda: types.MethodType(1, 2))
t(lambda: types.MethodType(len, None))
t(lambda: types.MethodType(len))
t(lambda: types.MethodType(len, [1])())
t(lambda: setattr(a.f, 'x', 1))
t(lambda: a.f.__reduce__())
t(lambda: [].append.__reduce__())
t(lambda: len.__reduce__())
t(lambda: list.append.__reduce__())
t(lambda: int.__add__.__reduce__())
t(lambda: 1 .__add__.__reduce__())
t(lambda: int.__add__ == int.__add__)
t(lambda: 1 .__add__ == 1 .__add__)
t(lambda: [].append == [].append)
l = []
t(lambda: l.append == l.append)
t(lambda: l.append == l.extend)
t(lambda: hash(l.append) == hash(l.append))
t(lambda: l.__len__ == l.__len__)
t(lambda: hash(l.__len__) == hash(l.__len__))
t(lambda: l.append < l.append)
t(lambda: dict.fromkeys.__self__)
t(lambda: dict.__dict__['fromkeys'].__get__(None, int))
t(lambda: dict.__dict__['fromkeys'].__get__(None, None))
t(lambda: dict.__dict__['fromkeys'].__get__({}))
t(lambda: dict.__dict__['fromkeys'].__get__(None, 1))
t(lambda: dict.__dict__['fromkeys']())
t(lambda: dict.__dict__['fromkeys'](dict, 'ab'))
t(lambda: dict.__dict__['fromkeys'](1, 'ab'))
t(lambda: classmethod(1).__get__(1)())
t(lambda: classmethod())
t(lambda: classmethod(1, 2))
t(lambda: staticmethod(f=1))
t(lambda: classmethod(len).__get__([])())
t(lambda: staticmethod(len)([1]))

class C2(classmethod):
    x = 1
t(lambda: C2(len))
t(lambda: C2(len).__dict__)
cm = classmethod(A.f)
cm.zz = 1
t(lambda: cm.zz)
t(lambda: cm.__func__)
t(lambda: cm.__wrapped__)

class B(A):

    def f(self):
        return super().f() + 1

    @classmethod
    def c(cls):
        return ('B', super().c())
b = B()
t(b.f)
t(b.c)
t(lambda: super(B, b))
t(lambda: super(B))
t(lambda: super(B, 1))
t(lambda: super(1))
t(lambda: super(1, 2))
t(lambda: super(B, B).c())
t(lambda: super(B, int))
t(lambda: super(B, b).foo)
t(lambda: super(B, b).__self__)
t(lambda: super(B, b).__thisclass__)
t(lambda: super(B, b).__self_class__)
t(lambda: super(B, b).__class__)
t(lambda: super(B, b).p)
t(lambda: super(B, b).s())
t(lambda: super(x=1))
t(lambda: super(1, 2, 3))
t(lambda: super())
t(lambda: super(B).__get__(b).f())
t(lambda: super(A, b).f)
t(lambda: setattr(super(B, b), 'x', 1))
t(lambda: super(B, b) == super(B, b))
t(lambda: super(B, b).__init__(1))
t(lambda: super(B).f)

def g():
    return super()
t(g)

def g(x):
    return super()
t(g, 1)
t(lambda: int.__add__(1))
t(lambda: int.__add__('a', 1))
t(lambda: int.__add__())
t(lambda: int.__add__(1, 2))
t(lambda: 1 .__radd__(2))
t(lambda: int.__pow__(2, 3))
t(lambda: int.__pow__(2, 3, 5))
t(lambda: int.__rpow__(2, 3))
t(lambda: list.__setitem__([1], 0, 2))
t(lambda: list.__delitem__([1], 0))
t(lambda: [1].__contains__(1))
t(lambda: [1].__iter__().__next__())
t(lambda: [].__iter__().__next__())
t(lambda: [1].__len__())
t(lambda: 5 .__bool__())
t(lambda: 5 .__hash__())
t(lambda: 5 .__lt__('a'))
t(lambda: 5 .__eq__(5))
t(lambda: [].__hash__)
t(lambda: object.__setattr__(A, 'x', 1))
t(lambda: object.__delattr__(A, 'x'))
t(lambda: object.__getattribute__(A, 'f'))
t(lambda: object.__setattr__(a, 'x', 1))
t(lambda: a.x)
t(lambda: object.__setattr__(a, 1, 1))
t(lambda: type.__setattr__(A, 'x', 1))
t(lambda: type.__setattr__(int, 'x', 1))
t(lambda: object.__getattribute__(a, 1))
t(lambda: getattr(a, 1))
t(lambda: 1 .__init__())
t(lambda: 1 .__init__(1))
t(lambda: [].__init__(1))
t(lambda: [].__init__(x=1))
t(lambda: len.__call__([1]))
t(lambda: int.__call__('5'))
t(lambda: type.__call__(int, '5'))
t(lambda: A.f.__get__(a)())
t(lambda: A.f.__get__(None, A))
t(lambda: A.f.__get__(None))
t(lambda: A.f.__get__())
t(lambda: property.__set__(A.__dict__['p'], a, 1))
t(lambda: A.__dict__['p'].__set__(a))
t(lambda: A.__dict__['p'].__delete__(a))
t(lambda: A.__dict__['p'].__get__(a))
t(lambda: 1 .__index__(1))
t(lambda: 1 .__repr__(x=1))
t(lambda: bytearray(b'ab').__buffer__(0))
t(lambda: [1, 2].__add__([3]))
t(lambda: [1].__mul__(2))
t(lambda: [1].__rmul__(2))
t(lambda: [1].__mul__('a'))
t(lambda: [1].__iadd__('a'))
t(lambda: [1].__imul__(2))
t(lambda: 'a'.__mod__(1))
t(lambda: 'a'.__rmod__('%s'))
t(lambda: 'a'.__add__(1))
t(lambda: a.zz)
t(lambda: A.zz)
t(lambda: 1 .zz)
t(lambda: delattr(a, 'zz'))
t(lambda: setattr(a, 'p', 1))
t(lambda: setattr(a, 'f', 1))
t(lambda: a.f)
t(lambda: setattr(object(), 'q', 1))
t(lambda: delattr(object(), 'q'))
t(lambda: setattr(1, 'numerator', 1))
t(lambda: setattr([], 'append', 1))
t(lambda: setattr(None, 'x', 1))
t(lambda: setattr(len, '__name__', 1))
t(lambda: a.__dict__)
t(lambda: setattr(a, '__dict__', 1))
t(lambda: delattr(a, '__dict__'))
t(lambda: setattr(a, '__dict__', {'k': 1}))
t(lambda: a.k)
t(lambda: a.__weakref__)

class G:

    def __getattr__(self, n):
        return 'ga ' + n

    def __setattr__(self, n, v):
        print('set', n, v)
        object.__setattr__(self, n, v)

    def __delattr__(self, n):
        print('del', n)
        object.__delattr__(self, n)
g = G()
t(lambda: g.foo)
g.x = 1
t(lambda: g.x)
del g.x
t(lambda: g.x)
t(lambda: delattr(g, 'x'))

class H:

    def __getattribute__(self, n):
        if n == 'bad':
            raise AttributeError('no bad')
        return 'gab ' + n
t(lambda: H().x)
t(lambda: H().bad)
t(lambda: getattr(H(), 'bad', 'dflt'))
t(lambda: hasattr(H(), 'bad'))

class H2(H):

    def __getattr__(self, n):
        return 'fallback ' + n
t(lambda: H2().bad)
t(lambda: H2().x)
H2.__getattr__ = None
t(lambda: H2().bad)
