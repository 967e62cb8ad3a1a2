"""zlib."""

import copy
import zlib
from cases import show

CASES = r"""
sorted(x for x in dir(zlib) if x[:1]!='_')
zlib.decompress(zlib.compress(b'abc'*100))
zlib.compress(b'abc')
zlib.compress(b'abc',9)
zlib.compress(b'abc',level=0,wbits=-15)
zlib.compress(b'abc',20)
zlib.compress('a')
zlib.decompress(b'abc')
zlib.decompress(b'')
zlib.decompress(zlib.compress(b'abc')[:-1])
zlib.decompress(zlib.compress(b'abc')+b'x')
zlib.decompress(b'x',wbits=100)
zlib.decompress(zlib.compress(b'abc'),bufsize=0)
zlib.decompress(zlib.compress(b'abc'),bufsize=-1)
zlib.adler32(b'abc')
zlib.adler32(b'abc',1)
zlib.crc32(b'abc')
zlib.crc32(b'abc',2**40)
zlib.compressobj().compress(b'abc')
(lambda c: c.compress(b'abc')+c.flush())(zlib.compressobj())
(lambda c: c.compress(b'abc')+c.flush(zlib.Z_SYNC_FLUSH)+c.compress(b'd')+c.flush())(zlib.compressobj(1))
(lambda c: (c.flush(),c.flush()))(zlib.compressobj())
(lambda c: (c.flush(),c.compress(b'a')))(zlib.compressobj())
(lambda c: c.flush(17))(zlib.compressobj())
(lambda c: c.flush(0))(zlib.compressobj())
zlib.compressobj(50)
zlib.compressobj(wbits=50)
zlib.compressobj(zdict=b'abc').compress(b'')
zlib.compressobj(zdict=1)
(lambda c: (c.copy().flush(), c.flush()))(zlib.compressobj())
(lambda c: (c.flush(), c.copy()))(zlib.compressobj())
(lambda d: (d.decompress(zlib.compress(b'abc')+b'xyz'), d.unused_data, d.unconsumed_tail, d.eof, d.flush()))(zlib.decompressobj())
(lambda d: (d.decompress(zlib.compress(b'abc'*1000), 10), len(d.unconsumed_tail), d.eof, d.decompress(d.unconsumed_tail,5), len(d.flush())))(zlib.decompressobj())
(lambda d: d.decompress(b'', -1))(zlib.decompressobj())
(lambda d: d.decompress(b'abc'))(zlib.decompressobj())
(lambda d: d.flush(0))(zlib.decompressobj())
zlib.decompressobj(zdict=1)
zlib.decompressobj(wbits=100)
(lambda d: (d.copy().decompress(zlib.compress(b'q')),))(zlib.decompressobj())
zlib.decompressobj()
zlib.compressobj()
type(zlib.compressobj())
type(zlib.decompressobj())
zlib._ZlibDecompressor
(lambda d: (d.decompress(zlib.compress(b'abc'*1000), 10), d.needs_input, d.eof, d.decompress(b'',5), d.needs_input, d.decompress(b'',-1)[:3], d.eof, d.unused_data))(zlib._ZlibDecompressor())
(lambda d: (d.decompress(zlib.compress(b'abc')+b'xx'), d.eof, d.unused_data, d.decompress(b'a')))(zlib._ZlibDecompressor())
zlib.MAX_WBITS, zlib.DEFLATED, zlib.DEF_MEM_LEVEL, zlib.Z_BEST_COMPRESSION, zlib.DEF_BUF_SIZE
zlib.error
zlib.compress(b'a', wbits=31)
zlib.decompress(zlib.compress(b'a', wbits=31), 47)
zlib.decompressobj(zdict=b'abc').decompress((lambda c: c.compress(b'abcabc')+c.flush())(zlib.compressobj(zdict=b'abc')))
zlib.decompressobj().decompress((lambda c: c.compress(b'abcabc')+c.flush())(zlib.compressobj(zdict=b'abc')))
[getattr(zlib,x) for x in dir(zlib) if x[:2]=='Z_']
copy.copy(zlib.compressobj())
"""

show(CASES, globals())
