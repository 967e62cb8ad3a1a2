"""bz2 and lzma."""

import _bz2
import _lzma
import bz2
import lzma
from cases import show

CASES = r"""
bz2.decompress(bz2.compress(b'abc'*100))[:10]
_bz2.BZ2Compressor(0)
_bz2.BZ2Compressor(10)
_bz2.BZ2Compressor('a')
(lambda c: len(c.compress(b'abc')+c.flush()))(_bz2.BZ2Compressor())
(lambda c: (c.flush(),c.flush()))(_bz2.BZ2Compressor())
(lambda c: (c.flush(),c.compress(b'a')))(_bz2.BZ2Compressor())
_bz2.BZ2Decompressor().decompress(b'abcdef')
(lambda d: (d.decompress(bz2.compress(b'abc'*1000), 10), d.needs_input, d.eof, d.decompress(b'',5), d.needs_input, d.decompress(b'',-1)[:3], d.eof, d.unused_data))(_bz2.BZ2Decompressor())
(lambda d: (d.decompress(bz2.compress(b'abc')+b'xx'), d.eof, d.unused_data, d.decompress(b'a')))(_bz2.BZ2Decompressor())
bz2.decompress(b'')
bz2.decompress(b'abc')
bz2.decompress(bz2.compress(b'abc')[:-2])
_bz2.BZ2Decompressor().decompress('a')
_bz2.BZ2Decompressor().decompress(b'a',max_length='a')
_bz2.BZ2Decompressor
lzma.decompress(lzma.compress(b'abc'*100))[:10]
lzma.compress(b'abc')
lzma.compress(b'abc', format=lzma.FORMAT_ALONE)
lzma.compress(b'abc', check=lzma.CHECK_SHA256)
lzma.compress(b'abc', format=lzma.FORMAT_RAW, filters=[{'id':lzma.FILTER_LZMA2}])
lzma.compress(b'abc', filters=[{'id':lzma.FILTER_DELTA,'dist':4},{'id':lzma.FILTER_LZMA2,'preset':3}])
lzma.compress(b'abc', format=77)
lzma.compress(b'abc', format=lzma.FORMAT_RAW)
lzma.compress(b'abc', preset=100)
lzma.compress(b'abc', preset=1, filters=[])
lzma.compress(b'abc', filters=[])
lzma.compress(b'abc', filters=[{}])
lzma.compress(b'abc', filters=[{'id':1}])
lzma.compress(b'abc', filters=[{'id':lzma.FILTER_LZMA2,'foo':1}])
lzma.compress(b'abc', filters=[1])
lzma.compress(b'abc', format=lzma.FORMAT_ALONE, check=1)
lzma.LZMADecompressor(format=99)
lzma.LZMADecompressor(format=lzma.FORMAT_RAW)
lzma.LZMADecompressor(filters=[{'id':lzma.FILTER_LZMA2}])
lzma.LZMADecompressor(format=lzma.FORMAT_RAW, memlimit=5, filters=[{'id':lzma.FILTER_LZMA2}])
lzma.LZMADecompressor(memlimit=5).decompress(lzma.compress(b'abc'))
lzma.LZMADecompressor().decompress(b'abcdefghijklmnop')
lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(b'abcdefghijklmnop')
(lambda d: (d.decompress(lzma.compress(b'abc'*1000), 10), d.needs_input, d.eof, d.decompress(b'',5), d.needs_input, d.decompress(b'',-1)[:3], d.eof, d.unused_data, d.check))(lzma.LZMADecompressor())
(lambda d: (d.decompress(lzma.compress(b'abc')+b'xx'), d.eof, d.unused_data, d.decompress(b'a')))(lzma.LZMADecompressor())
lzma.decompress(lzma.compress(b'abc')[:-2])
lzma.decompress(b'')
(lambda c: (c.flush(),c.flush()))(lzma.LZMACompressor())
(lambda c: (c.flush(),c.compress(b'a')))(lzma.LZMACompressor())
lzma.is_check_supported(lzma.CHECK_SHA256), lzma.is_check_supported(15), lzma.is_check_supported(100)
_lzma._encode_filter_properties({'id':lzma.FILTER_LZMA2,'preset':6})
_lzma._encode_filter_properties({'id':lzma.FILTER_LZMA1})
_lzma._decode_filter_properties(lzma.FILTER_LZMA2, b'\x16')
_lzma._decode_filter_properties(lzma.FILTER_LZMA1, b']\0\0\x80\0')
_lzma._decode_filter_properties(lzma.FILTER_DELTA, b'\x03')
_lzma._decode_filter_properties(lzma.FILTER_X86, b'')
_lzma._decode_filter_properties(lzma.FILTER_LZMA2, b'')
lzma.LZMAError
lzma.decompress(lzma.compress(b'abc', format=lzma.FORMAT_RAW, filters=[{'id':lzma.FILTER_LZMA2}]), format=lzma.FORMAT_RAW, filters=[{'id':lzma.FILTER_LZMA2}])
"""

show(CASES, globals())
