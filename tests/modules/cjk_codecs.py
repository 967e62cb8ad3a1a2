"""The encodings of East Asia: all that they map, errors, and pieces.
The output is the test."""
import codecs
import zlib

STATELESS = '''gb2312 gbk gb18030 big5 cp950 big5hkscs cp949 euc_kr johab euc_jp shift_jis cp932 euc_jisx0213
euc_jis_2004 shift_jisx0213 shift_jis_2004'''.split()
STATEFUL = 'hz iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_3 iso2022_jp_2004 iso2022_jp_ext iso2022_kr'.split()

every_character = ' '.join(chr(c) for c in range(0x2ffff))
every_pair = b'\n'.join(bytes([a, b]) for a in range(0x80, 256) for b in range(0x20, 256))
every_third = b'\n'.join(bytes([0x8f, a, b]) for a in range(0xa1, 256) for b in range(0xa1, 256))
every_fourth = b'\n'.join(bytes([a, b, c, d]) for a in range(0x81, 0x85) for b in range(0x30, 0x3a)
                          for c in range(0x81, 255) for d in range(0x30, 0x3a))
for name in STATELESS + STATEFUL:
    print(name, zlib.crc32(every_character.encode(name, 'replace')), end=' ')
    if name in STATELESS:
        for data in (every_pair, every_third, every_fourth):
            print(zlib.crc32(data.decode(name, 'replace').encode()), end=' ')
    print()


def show(call):
    try:
        print(ascii(call()))
    except (UnicodeError, TypeError, LookupError, AttributeError, OverflowError) as e:
        print(type(e).__name__, ascii(str(e)))


escapes = [b'\x1b', b'\x1ba', b'\x1b$', b'\x1b$x', b'\x1b(Z', b'\x1b$(Z', b'\x1b$(Da', b'\x1b&@\x1b$B$"', b'\x1b.Aa\x1bNi',
           b'\x1b.A\x1bN', b'\x1bNab', b'\x0e$"\x0f', b'\x1b$)C\x0e0!\n0!', b'\x1b$B0\n', b'\x1b$B0', b'\x1b$B!\x80',
           b'\x1b$B~~', b'\x80', b'\x1b$B\x01', b'\x1b(I1', b'\x1b(J\\~', b'\x1b' + b'(' * 20, b'\x1b$(Q0!.!', b'\x1b$(P!"',
           b'\x1b.F\x1bNa', b'\x1b$(O$w', b'~', b'~~', b'~{0!~}a', b'~{0!~~', b'~{0!\n', b'~{0', b'~\n', b'~}']
for name in STATEFUL:
    for data in escapes:
        show(lambda: data.decode(name))
for name in STATELESS:
    for data in (b'a\xff', b'a\xff\xffb', b'a\x81', b'\x8f\xa1', b'\x8e\x21', b'\x81\x30\x81', b'\x81\x30\x81\x3a', b'\xa4\xd4\xa4'):
        show(lambda: data.decode(name))
        show(lambda: data.decode(name, 'backslashreplace'))
    for text in ('a\udc80b', 'e\u0301', '\xe6\u0300', '\xca\u0304', '\u304b', '\u304b\u309a', '\uc9d4'):
        show(lambda: text.encode(name))
        show(lambda: text.encode(name, 'xmlcharrefreplace'))
    encoder, decoder = codecs.getincrementalencoder(name)(), codecs.getincrementaldecoder(name)()
    for piece in ('\xe6', '\u0300', '\u304b', 'a', '\xca'):
        show(lambda: encoder.encode(piece))
        show(encoder.getstate)
    show(lambda: encoder.encode('', True))
    for piece in (b'a\x81', b'\x30', b'\x81', b'\x40'):
        show(lambda: decoder.decode(piece))
        show(decoder.getstate)
