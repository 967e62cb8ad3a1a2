"""array: results and messages.
The output is the test."""

import warnings
warnings.simplefilter("ignore")
from array import array
import array as A
def t(s):
    global a,b,u
    a=array('i',[1,2,3]); b=array('b',[1,2]); u=array('u','ab')
    try: r=repr(eval(s))
    except BaseException as e: r=type(e).__module__+'.'+type(e).__name__+': '+str(e)
    print(s, '->', r.split(' at 0x')[0])
for c in 'bBhHiIlLqQfd':
    for v in ['-1','1<<7','1<<8','1<<15','1<<16','1<<31','1<<32','1<<63','1<<64','-(1<<7)-1','-(1<<15)-1','-(1<<31)-1','-(1<<63)-1','"a"','1.5','1e300']:
        t(f"array('{c}',[{v}])")
for s in ["array('u',[1])","array('u',['ab'])","array('u','ab')","array('w','a\\U00012345')","array('w',['ab'])","array('w',[1])","array()","array('z')","array(1)","array('ii')","array('i','a')","array('i',1)","array('i',u)","array('u',a)","array('b',a)","array('i',b'12345678')","array('i',b'123')","array('i',bytearray(b'1234'))","array('i',x=1)","array('i',[1],2)","a[5]","a['a']","a[1.5]","a.__setitem__(5,1)","a.__setitem__('a',1)","a.__delitem__(5)","a.pop()","array('i').pop()","a.pop(9)","a.index(9)","a.index(2,2)","a.remove(9)","a+[1]","a+b","a.__iadd__([1])","a.__iadd__(b)","a.extend(b)","a.extend('a')","a.extend(1)","a*2","a*'a'","2*a","a.__imul__(2)","a.__imul__(-1)","a.append('a')","a.insert(1,'a')","a.insert(0,5)","a.fromlist(1)","a.fromlist([1,'a'])","a.frombytes(b'123')","a.frombytes('abcd')","a.fromunicode('a')","u.fromunicode('c')","u.fromunicode(1)","u.tounicode()","a.tounicode()","a.tobytes()","a.tolist()","a.buffer_info()[1]","a.byteswap()","array('d',[1]).byteswap()","a.typecode,a.itemsize","a==array('h',[1,2,3])","a<array('i',[1,2,4])","a==[1,2,3]","a<1","a[1:]","a[::2]","a[::-1]","a.__setitem__(slice(0,1),b)","a.__setitem__(slice(0,1),[1])","a.__setitem__(slice(0,3,2),array('i',[1]))","a.__setitem__(slice(0,3,2),array('i',[1,5]))","a.__delitem__(slice(0,3,2))","repr(array('i'))","repr(u)","array('u')","a.__reduce_ex__(3)","a.__reduce_ex__(2)","u.__reduce_ex__(2)","a.__reduce_ex__(5)","A.typecodes","A.ArrayType","A._array_reconstructor","A._array_reconstructor(array,'i',8,b'\\0\\0\\0\\1')","A._array_reconstructor(array,'i',99,b'')","A._array_reconstructor(array,'z',1,b'')","A._array_reconstructor(int,'i',1,b'')","iter(a)","iter(a).__reduce__()","memoryview(a).format","memoryview(u).format","memoryview(array('w','a')).format","2 in a","'a' in a","a.count(2)","hash(a)","array[int]","a.__copy__()","a.__deepcopy__(0)","a.__class_getitem__","a.fromfile(1,1)","a.tofile(1)","a.clear()","array('i',range(3))","array('i',iter([1,2]))","array('i',(1,2))","array('i',{1:2})","memoryview(a)[0]","array.__mro__","array.__module__","a.reverse()","array('I',[1.0])","array('f',['a'])","array('q',['a'])","array('Q',['a'])","array('L',['a'])","array('l',['a'])"]: t(s)
a=array('i',[1,2])
m=memoryview(a)
for f in (lambda:a.append(1),lambda:a.pop(),lambda:a.extend([1]),lambda:a.__iadd__(a),lambda: a.clear(), lambda: a.insert(0,1), lambda: a.__delitem__(0), lambda: a.byteswap(), lambda: a.frombytes(b''), lambda: a.__imul__(1), lambda: a.__imul__(2)):
    try: print(f())
    except Exception as e: print(repr(e))
class Own(array):
    def tolist(self): return 5
print(Own("i", [1]), Own("i"))
class Other(list):
    def __iter__(self): return iter([7,8])
    def __getitem__(self,i): return 99
class Iterated(tuple):
    def __iter__(self): return iter([7,8])
for s in (Other([1,2,3]), Other(), Iterated((1,2)), Iterated()):
    made=array('i',s); grown=array('i'); grown.extend(s); print(made,grown)
print(array('i',Other([1,2])).fromlist(Other([5])))
class Text(str):
    def __iter__(self): return iter('zz')
a=array('w',Text('ab')); a.fromunicode(Text('cd')); print(a); a.extend(Text('ef')); print(a)
class Equal:
    def __eq__(self,other): return True
for code in 'fd':
    a=array(code,[float('nan'),1,2]); a.remove(Equal()); a.remove(Equal()); print(a)
a=array('f',b'\x01\0\x80\x7f'); a.remove(Equal()); print(a)
a=array('d',[float('nan')]); print(a.index(Equal()),a.count(Equal()))
try: a.remove(a[0])
except ValueError as e: print(e)
