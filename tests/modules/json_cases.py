"""json: reading, writing, messages."""

import _json
import json
import json.scanner
from cases import show


class Listed(list):
    def __iter__(self):
        return iter([7, 8])


class Tupled(tuple):
    def __iter__(self):
        return iter([])


class Broken(list):
    def __iter__(self):
        raise ZeroDivisionError("broken")


CASES = r"""
json.loads('')
json.loads('[')
json.loads('[1')
json.loads('[1,')
json.loads('[1,]')
json.loads('[1 2]')
json.loads('{')
json.loads('{"a"')
json.loads('{"a":')
json.loads('{"a":1')
json.loads('{"a":1,')
json.loads('{"a":1,}')
json.loads('{"a":1 "b":2}')
json.loads('{a:1}')
json.loads('{"a" 1}')
json.loads('"abc')
json.loads('"a\nb"')
json.loads('"\\x"')
json.loads('"\\u12"')
json.loads('"\\u12zz"')
json.loads('"\\ud800"')
json.loads('"\\ud800\\udc00"')
json.loads('"\\ud800\\u0041"')
json.loads('"\\')
json.loads('nul')
json.loads('-')
json.loads('-Infinity')
json.loads('NaN')
json.loads('1.5e')
json.loads('1e5')
json.loads('01')
json.loads('1.')
json.loads('-0')
json.loads('[1] x')
json.loads('1', parse_int=str)
json.loads('1.5', parse_float=str)
json.loads('NaN', parse_constant=str)
json.loads('{"a":1,"a":2}')
json.loads('{"a":1}', object_hook=list)
json.loads('{"a":1}', object_pairs_hook=list)
json.loads('{"a":1}', object_hook=1)
json.loads(b'[1]')
json.loads(1)
json.dumps({1:2,None:3,True:4,1.5:5})
json.dumps({(1,):2})
json.dumps({(1,):2}, skipkeys=True)
json.dumps(object())
json.dumps([object()])
json.dumps({'a':object()})
json.dumps(float('nan'))
json.dumps(float('nan'),allow_nan=False)
json.dumps([float('inf')],allow_nan=False)
json.dumps('a\u1234\U00012345"\\\n\x01\x7f')
json.dumps('a\u1234\U00012345"\\\n\x01\x7f',ensure_ascii=False)
json.dumps([1,[2,{'a':[]}],{}],indent=2)
json.dumps([1,2],separators=(',',':'))
json.dumps({'b':1,'a':2},sort_keys=True)
json.dumps({'b':1,2:2},sort_keys=True)
(lambda l:(l.append(l),json.dumps(l)))([])
(lambda d:(d.__setitem__('a',d),json.dumps(d)))({})
json.dumps(set(),default=list)
json.dumps(set(),default=lambda o:o)
json.dumps(True)
json.dumps(10**30)
json.dumps([1.5,1e100,-0.0,True,None])
json.dumps([[]]*2)
json.dumps({'a':()})
_json.scanstring('"abc"x',1)
_json.scanstring('abc"x',0,False)
_json.scanstring('a\nb"x',0,False)
_json.scanstring('a',5)
_json.scanstring(b'a',5)
_json.encode_basestring('a\u1234"')
_json.encode_basestring_ascii('a\u1234"')
_json.encode_basestring_ascii(1)
_json.make_scanner(1)
_json.make_encoder
_json.make_scanner
json.scanner.c_make_scanner(json.JSONDecoder())
json.scanner.c_make_scanner(json.JSONDecoder())('[1]',0)
json.scanner.c_make_scanner(json.JSONDecoder())('[1]',5)
json.scanner.c_make_scanner(json.JSONDecoder())('[1]',-1)
json.scanner.c_make_scanner(json.JSONDecoder()).strict
json.loads('"a\x00b"',strict=False)
json.loads('{"a": 1, b}')
json.loads('["a", tru]')
json.loads('[ ]'), json.loads('{ }'), json.loads(' [ 1 , 2 ] ')
json.dumps({'a':1}, indent='\t')
json.loads('[-]')
json.loads('[1.5.2]')
json.loads('\ufeff[]')
json.dumps(1, cls=None)
json.dumps(Listed([1, 2, 3])), json.dumps(Listed()), json.dumps({"a": Listed([1])}, indent=1)
json.dumps(Tupled((1, 2))), json.dumps([Tupled(), (1, 2)])
json.dumps(Broken([1]))
json.loads('1'*5000)
"""

show(CASES, globals())
