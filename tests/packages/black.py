"""black: reformats its own kind of mess and large files of the standard library."""

import hashlib
import inspect
import textwrap
import typing

import black

MESS = '''
def f(a,b = 1,*args,c:int=3,**kw)->dict:
    x = {'a':1,"b":[1,2,3,],
     'c':(a if b else c)}
    if not(x) : return   x
    else: y=lambda q:q**2; z=a[1 :2]
    with open( 'f' ) as g, open("h") as i: pass
    match x:
        case {"k":v,**rest} if v>1: print(f"{v!r:>{10}}")
    return some_function_name(argument_number_one, argument_number_two)[index].attribute.method(value)(again)
class  A ( B ) :
  async def m( self ): await x ; del (a), (b)
type X[T]=list[T]
'''


def main():
    print(black.format_str(MESS, mode=black.Mode()))
    print(black.format_str(MESS, mode=black.Mode(line_length=40, string_normalization=False)))
    for module in (textwrap, inspect.getmodule(black.Mode)):
        text = black.format_str(inspect.getsource(module), mode=black.Mode(line_length=60))
        print(module.__name__, len(text), hashlib.sha256(text.encode()).hexdigest()[:16])
    for wrong in ("x = (", "def f(:\n", "print 'a'"):
        try:
            black.format_str(wrong, mode=black.Mode())
        except black.InvalidInput as error:
            print(error)


main()
