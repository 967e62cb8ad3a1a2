"""struct: results and messages.
The output is the test."""

import struct
def t(s):
    try: r=repr(eval(s))
    except BaseException as e: r=type(e).__module__+'.'+type(e).__name__+': '+str(e)
    print(s, '->', r.split(' at 0x')[0])
for s in ["struct.calcsize('z')","struct.calcsize('=n')","struct.calcsize('<P')","struct.calcsize('3')","struct.calcsize('99999999999999999999i')","struct.calcsize(' i  i ')","struct.calcsize('i 3 s')","struct.calcsize('ci')","struct.calcsize('=ci')","struct.calcsize('ic0i')","struct.calcsize(b'i')","struct.calcsize(1)","struct.calcsize('\u1234')","struct.calcsize('i\\0')","struct.calcsize('9223372036854775807s1s')","struct.calcsize('2305843009213693952d')",
"struct.pack('i')","struct.pack('i',1,2)","struct.pack('i','a')","struct.pack('i',1.5)","struct.pack('i',1<<31)","struct.pack('b',128)","struct.pack('b',-129)","struct.pack('B',256)","struct.pack('B',-1)","struct.pack('h',40000)","struct.pack('H',-1)","struct.pack('I',-1)","struct.pack('I',1<<32)","struct.pack('<I',1<<32)","struct.pack('<i',1<<31)","struct.pack('<h',1<<31)","struct.pack('<b',1<<31)","struct.pack('<B',1<<31)","struct.pack('<H',-1)","struct.pack('q',1<<63)","struct.pack('Q',-1)","struct.pack('Q',1<<64)","struct.pack('<q',1<<63)","struct.pack('<Q',-1)","struct.pack('<Q',1<<64)","struct.pack('l',1<<63)","struct.pack('L',-1)","struct.pack('L',1<<64)","struct.pack('n',1<<63)","struct.pack('N',-1)","struct.pack('N',1<<64)","struct.pack('P',-1)","struct.pack('P',1<<64)","struct.pack('P',-(1<<70))","struct.pack('<l',1<<40)","struct.pack('<L',1<<40)","struct.pack('c',1)","struct.pack('c',b'ab')","struct.pack('s',1)","struct.pack('p',1)","struct.pack('3s',b'abcdef')","struct.pack('5p',b'abcdef')","struct.pack('0p',b'abcdef')","struct.pack('300p',b'a'*290)[:3]","struct.pack('f','a')","struct.pack('f',1e300)","struct.pack('e',1e6)","struct.pack('<e',65520.0)","struct.pack('<f',1e300)","struct.pack('d',10**400)","struct.pack('?',[])","struct.pack('>e',1.1)","struct.pack('i',True)","struct.pack()","struct.pack('iii',1,2)","struct.pack('')",
"struct.unpack('i',b'')","struct.unpack('i',b'12345')","struct.unpack('i','a')","struct.unpack('i')","struct.unpack_from('i',b'')","struct.unpack_from('i',b'12345',2)","struct.unpack_from('i',b'12345',-2)","struct.unpack_from('i',b'12345',-9)","struct.unpack_from('i',b'12345',-5)","struct.unpack_from('i',b'12345',offset='a')","struct.pack_into('i',b'1234',0,1)","struct.pack_into('i',bytearray(2),0,1)","struct.pack_into('i',bytearray(8),-2,1)","struct.pack_into('i',bytearray(8),-9,1)","struct.pack_into('i',bytearray(8),6,1)","struct.pack_into('i',bytearray(8))","struct.pack_into('i',bytearray(8),0)","struct.pack_into()","struct.pack_into('i')","struct.pack_into('i',bytearray(8),'a',1)","list(struct.iter_unpack('i',b'12345678'))","struct.iter_unpack('i',b'123')","struct.iter_unpack('',b'')","struct.iter_unpack('i','a')","struct.iter_unpack('i',b'1234')","struct.Struct('i')","struct.Struct('i').format","struct.Struct('ii').size","struct.Struct('iz')","struct.Struct()","struct.Struct(1)","struct.Struct('i').pack()","struct.Struct('i').unpack(b'')","struct.Struct('i').pack_into(bytearray(8))","struct.Struct('i').pack_into()","struct.Struct('i').iter_unpack(b'1234').__length_hint__()","struct.unpack('?',b'\\x02')","struct.unpack('3s2p',b'abcd\\xff')","struct.unpack('0p',b'')","struct.unpack('<3x',b'abc')","struct.unpack('cbB?hHiIlLqQnNefdPs',bytes(range(130))[:struct.calcsize('cbB?hHiIlLqQnNefdPs')])","struct.error.__module__,struct.error.__mro__","struct.unpack('>e',b'\\x7c\\x01')","struct.unpack('<f',b'\\0\\0\\x80\\x7f')", "struct.pack('>hhl', 1, 2, 3)","struct.pack('i',10**30)","struct.pack('b','a')","struct.pack('h',1.0)","struct.pack('q',1.0)","struct.pack('<q','a')","struct.pack('n','a')","struct.pack('d','a')", "type(struct.iter_unpack('i',b'1234'))"]: t(s)
class NoFloat:
    def __float__(self): raise ValueError("no float")
n=NoFloat()
for s in ["struct.pack('f',n)","struct.pack('<d',n)","struct.pack('e',1j)","struct.pack('d',None)"]: t(s)
b=bytearray(8)
i=struct.iter_unpack('i',b)
next(i)
i=None
b.append(1)
print(b)
