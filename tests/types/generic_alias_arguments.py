"""types.GenericAlias with lists, tuples and odd things as arguments, and the type of what it makes.
The output is the test."""
from types import GenericAlias; from typing import TypeVar, ParamSpec, TypeVarTuple, Callable, Generic
import collections.abc as c
T=TypeVar('T');U=TypeVar('U');P=ParamSpec('P')
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
for args in ([T],T),((T,),T),([[T]],T),((T,[U]),U), ([list[T]],T), ((T,[U]),):
    a=GenericAlias(tuple,args)
    print(a, a.__parameters__)
    t(lambda: a[int]); t(lambda: a[int,str])
class A(GenericAlias):
    pass
a=A(list,(T,))
print(type(a), type(next(iter(a))), type(a[int]), next(iter(a)))
n=next(iter(a)); print(n.__unpacked__, n.__reduce__()[0])
class Z(Generic[P,T]): pass
print(Z[[T],U].__parameters__, c.Callable[[T],U].__parameters__, c.Callable[[T],U][int,str], Z[[T],U])
t(lambda: Z[[T],U][int,str]); print(c.Callable[P,T][[int],str],c.Callable[P,T][[U],str], c.Callable[P,T][[U],str][int])
class G: __class_getitem__=classmethod(GenericAlias)
t(lambda: G[P,T][[U],int]); t(lambda: G[P,T][[U],int].__parameters__);t(lambda: G[P,T][[U],int][str])
l=[T]
t(lambda: (GenericAlias(tuple,(l,T))[int].__args__[0] is l))
t(lambda: (int | GenericAlias(tuple,([T],T))).__parameters__)
t(lambda: (int | GenericAlias(tuple,([T],T)))[str])

l = [T]
a = GenericAlias(tuple, (l, U))
print(a.__parameters__)
l.insert(0, P)
print(a[int])
l = [T]
a = GenericAlias(tuple, (l,))
print(a.__parameters__)
l.insert(0, P)
t(lambda: a[int])
