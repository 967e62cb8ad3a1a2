"""unicodedata."""

import unicodedata
from cases import show

CASES = r"""
unicodedata.name('a')
unicodedata.name('ab')
unicodedata.name(1)
unicodedata.name('\0')
unicodedata.name('\0',None)
unicodedata.name('\u4e00')
unicodedata.name('\uac01')
unicodedata.lookup('latin small letter a')
unicodedata.lookup('HANGUL SYLLABLE GAG')
unicodedata.lookup('CJK UNIFIED IDEOGRAPH-4E00')
unicodedata.lookup('foo')
unicodedata.lookup('KEYCAP DIGIT ZERO')
unicodedata.lookup('NULL')
unicodedata.lookup(1)
unicodedata.lookup('\u1234')
unicodedata.lookup('x'*300)
unicodedata.decimal('5')
unicodedata.decimal('a')
unicodedata.decimal('a',None)
unicodedata.digit('\xb2')
unicodedata.digit('a')
unicodedata.numeric('\xbd')
unicodedata.numeric('a')
unicodedata.numeric('\u4e00')
unicodedata.category('a')
unicodedata.category('')
unicodedata.bidirectional('a')
unicodedata.combining('\u0301')
unicodedata.east_asian_width('\u4e00')
unicodedata.mirrored('(')
unicodedata.decomposition('\xe9')
unicodedata.decomposition('\xbd')
unicodedata.decomposition('a')
unicodedata.decomposition('\uac01')
unicodedata.normalize('NFC','e\u0301')
unicodedata.normalize('NFD','\xe9')
unicodedata.normalize('X','\xe9')
unicodedata.normalize('NFKC','\ufb01')
unicodedata.normalize('NFKC',1)
unicodedata.is_normalized('NFC','e\u0301')
unicodedata.is_normalized('X','e\u0301')
unicodedata.unidata_version
unicodedata.ucd_3_2_0.unidata_version
unicodedata.ucd_3_2_0.category('\u0221')
unicodedata.ucd_3_2_0.name('a')
unicodedata.ucd_3_2_0.numeric('\u4e00')
unicodedata.ucd_3_2_0.normalize('NFC','\U0002F868')
[hex(c) for c in range(0x20000) if unicodedata.ucd_3_2_0.mirrored(chr(c)) != (unicodedata.mirrored(chr(c)) and unicodedata.ucd_3_2_0.category(chr(c)) != 'Cn')]
[hex(c) for c in range(0x20000) if unicodedata.ucd_3_2_0.east_asian_width(chr(c)) != unicodedata.east_asian_width(chr(c)) and unicodedata.ucd_3_2_0.category(chr(c)) != 'Cn']
[unicodedata.ucd_3_2_0.decomposition(chr(c)) for c in (0x2f868, 0x2f91f, 0x1d78, 0xc4)]
unicodedata.ucd_3_2_0
type(unicodedata.ucd_3_2_0)
unicodedata.UCD()
sorted(x for x in dir(unicodedata) if x[:1]!='_')
unicodedata.name('\ue000')
unicodedata.name('\uf900')
unicodedata.name('\U0001f600')
unicodedata.name('\U0001f1e6',0)
unicodedata.normalize('NFC','\u1100\u1161\u11a8')
unicodedata.name('\ufe00')
unicodedata.name('\U000e0100')
unicodedata.name('\U00017000')
unicodedata.lookup('TANGUT IDEOGRAPH-17000')
"""

show(CASES, globals())
