"""Exception groups, except* and implicit chaining.
The output is the test."""

def t(f,*a,**k):
    try: return f(*a,**k)
    except BaseException as e: return type(e).__name__+': '+str(e)
def tree(e):
    if isinstance(e,BaseExceptionGroup): return (type(e).__name__,e.message,[tree(x) for x in e.exceptions])
    return repr(e)
g=ExceptionGroup('a',[ValueError(1),ExceptionGroup('b',[TypeError(2),ValueError(3)]),OSError(4)])
print(str(g),repr(g),tree(g))
for m in (ValueError,(TypeError,OSError),lambda e:isinstance(e,OSError),KeyError,ExceptionGroup): print(tree(g.subgroup(m)),[tree(x) for x in g.split(m)])
g.add_note('n'); g.__cause__=ValueError('c'); 
a,b=g.split(ValueError); print(a.__notes__,b.__notes__,a.__cause__,a.__notes__ is g.__notes__,a.__suppress_context__,a.__traceback__)
class MyEG(ExceptionGroup):
    def derive(self,excs): return MyEG(self.message+'!',excs)
print([tree(x) for x in MyEG('x',[ValueError(1),TypeError(2)]).split(ValueError)])
print(type(BaseExceptionGroup('x',[ValueError()])),type(BaseExceptionGroup('x',[KeyboardInterrupt()])),t(ExceptionGroup,'x',[KeyboardInterrupt()]))
class E2(BaseExceptionGroup,ValueError): pass
print(t(E2,'a',[KeyboardInterrupt()]),type(E2('a',[ValueError()])))
def f(exc,*types):
    log=[]
    try:
        try: raise exc
        except* ValueError as e: log.append(('V',tree(e)))
        except* (TypeError,OSError) as e: log.append(('T',tree(e))); raise
    except BaseException as e: log.append(('out',tree(e),e.__context__ and tree(e.__context__)))
    return log
for e in (ValueError(1),TypeError(2),KeyError(3),g,ExceptionGroup('q',[KeyError(1),ValueError(2)]),ExceptionGroup('z',[ExceptionGroup('y',[ValueError(1)])]),KeyboardInterrupt()):
    print(f(e))
def h():
    try:
        try: raise ExceptionGroup('g',[ValueError(1),TypeError(2),KeyError(3)])
        except* ValueError as e: raise RuntimeError('r1')
        except* TypeError as e: raise RuntimeError('r2') from e
    except BaseException as e: return tree(e),[(x.__cause__ and tree(x.__cause__),x.__context__ and tree(x.__context__)) for x in e.exceptions]
print(h())
def k():
    try:
        try: raise ExceptionGroup('g',[ValueError(1)])
        except* ExceptionGroup: pass
    except BaseException as e: return repr(e)
print(k())
def k():
    try:
        try: raise ExceptionGroup('g',[ValueError(1)])
        except* 5: pass
    except BaseException as e: return repr(e)
print(k())
# context rules
def chain():
    try:
        try: 1/0
        except Exception as e: raise KeyError('x')
    except Exception as e2: return repr(e2.__context__),e2.__cause__,e2.__suppress_context__
print(chain())
def chain2():
    try:
        try: 1/0
        except Exception as e: raise KeyError('x') from None
    except Exception as e2: return repr(e2.__context__),e2.__cause__,e2.__suppress_context__
print(chain2())
def cyc():
    a=ValueError('a'); b=ValueError('b')
    try:
        try: raise a
        except ValueError:
            try: raise b
            except ValueError: raise a
    except ValueError as e: return repr(e),repr(e.__context__),repr(e.__context__.__context__)
print(cyc())
e=ValueError('x'); e.foo=1; print(e.__dict__,e.__reduce__()); e.__setstate__({'bar':2}); print(e.bar)
