"""csv."""

import _csv
import copy
import csv
import io
import pickle
from cases import show

def w(row, **k):
    s = io.StringIO()
    csv.writer(s, **k).writerow(row)
    return s.getvalue()


def f(rows):
    try:
        return list(csv.reader(rows))
    except csv.Error as e:
        return str(e)


class Int:
    def __int__(self):
        return 1

    def __str__(self):
        return "Int"


CASES = r"""
list(csv.reader(['a,b,c','"a,b",c','"a""b",c','a b, c','']))
list(csv.reader(['a\nb']))
list(csv.reader(['a\\\rb','c'],escapechar='\\'))
list(csv.reader(['a\\\rb,x','c'],escapechar='\\'))
list(csv.reader(['a\\\rb\n','c'],escapechar='\\'))
list(csv.reader(['a\\\r','c"d"\n','e'],escapechar='\\'))
list(csv.reader(['a\\\rb'],escapechar='\\'))
list(csv.reader(['a\\\rb'],escapechar='\\',strict=True))
w([1j, Int(), 1.5, True, None, 'a', b'x'], quoting=csv.QUOTE_NONNUMERIC)
list(csv.reader(['"a','b"']))
list(csv.reader(['"a','b']))
list(csv.reader(['"a','b'],strict=True))
list(csv.reader(['"a"b'],strict=True))
list(csv.reader(['"a"b']))
list(csv.reader([1]))
list(csv.reader([b'a']))
list(csv.reader(['a\0b']))
csv.reader(1)
csv.reader(['a'],delimiter='ab')
csv.reader(['a'],delimiter=1)
csv.reader(['a'],delimiter='')
csv.reader(['a'],delimiter=None)
csv.reader(['a'],quotechar='ab')
csv.reader(['a'],quotechar=None)
csv.reader(['a'],quotechar='')
csv.reader(['a'],quotechar=1)
csv.reader(['a'],quotechar=None,quoting=csv.QUOTE_NONE)
csv.reader(['a'],escapechar='ab')
csv.reader(['a'],escapechar=1)
csv.reader(['a'],quoting=100)
csv.reader(['a'],quoting='x')
csv.reader(['a'],lineterminator=None)
csv.reader(['a'],lineterminator=1)
csv.reader(['a'],foo=1)
csv.reader(['a'],'foo')
csv.reader(['a'],delimiter='\n')
csv.reader(['a'],delimiter='"')
csv.reader(['a'],delimiter=' ',skipinitialspace=True)
csv.reader(['a'],delimiter='a',escapechar='a')
csv.reader(['a'],quotechar='\n')
csv.reader(['a'],lineterminator=',')
csv.reader(['a'],lineterminator='x,')
csv.reader(['a'],quotechar=' ', skipinitialspace=True)
csv.reader(['a'],escapechar='\r')
csv.reader(['a']).dialect.delimiter, csv.reader(['a']).line_num
list(csv.reader(["a,'b,c'"],quotechar="'"))
list(csv.reader(['a\\,b,c\\\nd'],escapechar='\\'))
list(csv.reader(['a,b\\'],escapechar='\\'))
list(csv.reader(['a,b\\'],escapechar='\\',strict=True))
list(csv.reader(['1,"2",3.5,x'],quoting=csv.QUOTE_NONNUMERIC))
list(csv.reader(['1,"2",3.5'],quoting=csv.QUOTE_NONNUMERIC))
list(csv.reader(['1,,"",x'],quoting=csv.QUOTE_NOTNULL))
list(csv.reader(['1,,"",x'],quoting=csv.QUOTE_STRINGS))
list(csv.reader(['1,,"",3'],quoting=csv.QUOTE_STRINGS))
list(csv.reader(['"a",b'],quoting=csv.QUOTE_NONE))
list(csv.reader(['a, b,  "c"'],skipinitialspace=True))
list(csv.reader(['a\r\nb,c\r\n']))
list(csv.reader(['a,b\r\n','\r\n','c\n']))
list(csv.reader(['a\r']))
list(csv.reader(['a\rb']))
list(csv.reader(['a,"b\r\n','c"\r\n']))
w(['a,b','c"d',1,None,2.5,'e\nf',''])
w(['a'],quoting=csv.QUOTE_ALL)
w(['a',1,None,2.5,''],quoting=csv.QUOTE_NONNUMERIC)
w(['a',1,None,2.5,''],quoting=csv.QUOTE_STRINGS)
w(['a',1,None,2.5,''],quoting=csv.QUOTE_NOTNULL)
w(['a,b'],quoting=csv.QUOTE_NONE)
w(['a,b'],quoting=csv.QUOTE_NONE,escapechar='\\')
w(['a"b'],quoting=csv.QUOTE_NONE,escapechar='\\')
w(['a"b'],doublequote=False)
w(['a"b'],doublequote=False,escapechar='\\')
w(['a\\b'],escapechar='\\')
w([''])
w([])
w([None])
w([''],quoting=csv.QUOTE_NONE)
w([None],quoting=csv.QUOTE_NONE)
w([None],quoting=csv.QUOTE_STRINGS)
w(1)
w('abc')
w(['a b'],delimiter=' ')
w([' a'],skipinitialspace=True)
w(['a'],lineterminator='!')
w(['a!'],lineterminator='!')
w(['\r'])
w([1.5,float('nan'),10**20])
w(['a\0b'])
w([''], delimiter=' ', skipinitialspace=False)
w([' '], delimiter=' ')
w(['',''])
csv.writer(1)
csv.writer(io.StringIO()).writerows([[1],[2]])
csv.writer(io.StringIO()).writerows(1)
csv.writer(io.StringIO()).writerow([1])
csv.field_size_limit()
csv.field_size_limit('a')
(csv.field_size_limit(5), f(['abcdefgh']), csv.field_size_limit(131072))
csv.register_dialect('x', delimiter=';')
csv.get_dialect('x').delimiter
csv.list_dialects()
csv.unregister_dialect('x')
csv.unregister_dialect('x')
csv.get_dialect('x')
csv.register_dialect(1)
csv.register_dialect('y', 1)
csv.register_dialect('y', delimiter='ab')
_csv.Dialect()
_csv.Dialect(delimiter=';').delimiter
_csv.Dialect(strict=5).strict
_csv.Dialect().foo
setattr(_csv.Dialect(),'delimiter',1)
delattr(_csv.Dialect(),'delimiter')
setattr(_csv.Dialect(),'quoting',1)
csv.excel().delimiter
csv.Sniffer().sniff('a;b\nc;d').delimiter
list(csv.DictReader(['a,b','1,2']))
repr(csv.reader([]))[:13], repr(csv.writer(io.StringIO()))[:13]
type(csv.reader([])), type(csv.writer(io.StringIO())), _csv.Error
_csv.Reader()
_csv.Writer()
_csv.QUOTE_ALL, _csv.QUOTE_MINIMAL, _csv.QUOTE_NONE, _csv.QUOTE_NONNUMERIC, _csv.QUOTE_STRINGS, _csv.QUOTE_NOTNULL
_csv.Dialect.__doc__
iter(csv.reader([]))
"""

show(CASES, globals())
