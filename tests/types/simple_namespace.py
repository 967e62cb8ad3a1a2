"""types.SimpleNamespace: what is given goes into the dict, past all that a subclass defines.
The output is the test."""
from types import SimpleNamespace as S
import copy
def t(name, f):
    try: r = f()
    except BaseException as e: r = (type(e).__name__, str(e)[:150])
    print(name, repr(r)[:300], flush=True)
class A(S):
    def __setattr__(s,k,v): print('set',k); super().__setattr__(k,v)
    @property
    def p(s): return 'prop'
    @p.setter
    def p(s,v): print('setter')
    __slots__=('q',)
class St(str): pass
t('a', lambda: (A(a=1,p=2,q=3), A(a=1,p=2,q=3).__dict__, A(p=2).p))
t('a2', lambda: A({'a':1,'p':2}, p=3).__dict__)
t('a3', lambda: copy.replace(A(a=1), p=4, a=2).__dict__)
x=A()
t('a4', lambda: x.__init__({'a':1,5:2,'b':3}))
t('a4', lambda: x)
t('a5', lambda: x.__init__({'a':1},b=2)); t('a5',lambda: x)
t('a6', lambda: S(__dict__=5, __class__=6).__dict__); t('a6', lambda: S(__class__=6))
t('a7', lambda: S([('a',1),('b',2)],c=3)); t('a8', lambda: S(5)); t('a9', lambda: S({'a':1},{'b':2})); t('a10', lambda: S([('a',1),(2,3)]))
t('a11', lambda: [type(k).__name__ for k in S({St('a'):1}).__dict__]); t('a12', lambda: S({'':1, 'x y':2}))
y=S(); t('n', lambda: y.__init__([('a',1),(2,3)])); t('n', lambda: y)
class B(S):
    @property
    def __dict__(s): return {'z':1}
t('b', lambda: (B(a=1).__dict__, B(a=1).a, vars(B(a=1)), B(a=1)))
t('b2', lambda: copy.replace(B(a=1),c=2).a)
class C(dict):
    def keys(s): return ['k']
    def __getitem__(s,k): return 'got'
    def __iter__(s): return iter(['k'])
    def items(s): return [('it',1)]
t('c', lambda: S(C(a=1)))
class D:
    def keys(s): return ['k',St('l')]
    def __getitem__(s,k): return 'got'
t('d', lambda: S(D()))
z=S(a=1); z.__dict__[5]=6
t('e', lambda: copy.replace(z,b=2)); t('e', lambda: copy.replace(z,b=2).__dict__)
