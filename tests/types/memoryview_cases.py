"""memoryview: indexing, casts, comparison, release."""

from cases import show

CASES = r"""
memoryview(1)
memoryview(b'abc')[10]
memoryview(b'abc')['a']
memoryview(b'abc')[0,0]
memoryview(b'abc')[()]
memoryview(b'abc')[...]
memoryview(b'abc').cast('x')
memoryview(b'abc').cast('h')
memoryview(b'abc').cast('B',[2])
memoryview(b'abcd').cast('B',[2,2])[0]
memoryview(b'abcd').cast('B',[2,2])[0,1]
memoryview(b'abcd').cast('B',[2,2])[0:1,1:]
memoryview(b'abcd').cast('B',[2,2])[0:1]
memoryview(b'abcd').cast('B',[2,2])[0,1,1]
memoryview(b'abcd').cast('B',[2,2])[5,1]
memoryview(b'abcd').cast('B',[2,2]).tolist()
memoryview(b'abcd').cast('h',[2,2])
memoryview(b'abcd').cast('h').cast('i')
memoryview(b'abcd')[::2].cast('h')
memoryview(b'abcd').cast('B',[0,2])
memoryview(b'abcd').cast('B',[2,'a'])
memoryview(b'abcd').cast('B',5)
memoryview(b'abcd').cast(1)
memoryview(b'abcd').cast('B',[2,2]).cast('B',[4])
memoryview(b'abcd').cast('B',[2,2]).cast('h')
memoryview(bytearray(b'abcd')).__setitem__(0,300)
memoryview(bytearray(b'abcd')).__setitem__(0,'a')
memoryview(bytearray(b'abcd')).__setitem__(slice(0,2),b'abc')
memoryview(bytearray(b'abcd')).__setitem__(slice(0,2),1)
memoryview(bytearray(b'abcd')).__delitem__(0)
memoryview(bytearray(b'abcd')).cast('h').__setitem__(slice(0,1),b'ab')
memoryview(b'abcd').__setitem__(0,1)
memoryview(b'abcd').__delitem__(0)
hash(memoryview(bytearray(b'abcd')))
hash(memoryview(b'abcd').cast('h'))
hash(memoryview(b'abcd').cast('B',[2,2]))==hash(b'abcd')
memoryview(b'abcd').cast('B',[2,2]).hex(' ',2)
memoryview(b'abcd').tobytes('X')
memoryview(b'abcd').tobytes('F')
memoryview(b'abcdef').cast('B',[2,3]).tobytes('F')
memoryview(b'abcdef').cast('B',[2,3]).strides
memoryview(b'abcdef').cast('c')[0]
memoryview(b'abcdefgh').cast('d')[0]
memoryview(b'\1\2').cast('?').tolist()
memoryview(bytearray(b'ab')).cast('?').__setitem__(0,'x')
memoryview(bytearray(b'ab')).cast('c').__setitem__(0,'x')
memoryview(bytearray(b'ab')).cast('c').__setitem__(0,b'xx')
memoryview(bytearray(b'ab')).cast('h').__setitem__(0,2**20)
memoryview(bytearray(b'abcdefgh')).cast('d').__setitem__(0,'x')
memoryview(bytearray(b'abcdefgh')).cast('f').__setitem__(0,1e300)
memoryview(bytearray(b'abcdefgh')).cast('Q').__setitem__(0,-1)
memoryview(bytearray(b'abcdefgh')).cast('Q').__setitem__(0,2**70)
len(memoryview(b'a').cast('B',[]))
memoryview(b'a').cast('B',[])[()]
memoryview(b'a').cast('B',[])[0]
memoryview(b'a').cast('B',[])[...]
memoryview(b'a').cast('B',[]).tolist()
list(memoryview(b'a').cast('B',[]))
list(memoryview(b'abcd').cast('B',[2,2]))
memoryview(b'abcd').cast('B',[2,2]) == memoryview(b'abcd')
memoryview(b'abcd').cast('h') == memoryview(b'abcd')
memoryview(b'abcd').cast('B').cast('c') == b'abcd'
memoryview(b'abcd') < b'a'
memoryview(b'a').foo
(lambda m: (m.release(), len(m)))(memoryview(b'a'))
(lambda m: (m.release(), m == m, m != m))(memoryview(b'a'))
(lambda m: (memoryview(m), m.release()))(memoryview(b'a'))
(lambda m: (m.__enter__() is m, m.__exit__(1,2,3)))(memoryview(b'a'))
iter(memoryview(b'ab'))
memoryview(object=b'a')
memoryview(b'ab')[1:].obj
memoryview(b'ab').toreadonly().readonly
memoryview(b'abcd').cast('B',[2,2]).c_contiguous
memoryview(b'abcd').suboffsets
memoryview(b'abcd').cast('@h').format
memoryview(b'abcd').cast('<h').format
'x' in memoryview(b'x')
120 in memoryview(b'x')
bytes(memoryview(b'abcd')[::-1])
b''.join([memoryview(b'abcd')[::2]])
b'abcd'.find(memoryview(b'abcd')[::2])
memoryview(b'abcd').cast('P')
memoryview(b'abcd').cast('e').tolist()
"""

show(CASES, globals())
