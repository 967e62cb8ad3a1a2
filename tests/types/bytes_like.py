"""bytes, bytearray and memoryview."""

from testing import equal, fails, raises, run


def test_construction():
    equal((bytes(), bytes(3), bytes([1, 2]), bytes("é", "utf-8"), bytes(bytearray(b"a")),
           bytes(memoryview(b"x"))), (b"", b"\0\0\0", b"\1\2", b"\xc3\xa9", b"a", b"x"))
    fails(ValueError, "bytes must be in range(0, 256)", bytes, [256])
    fails(ValueError, "negative count", bytes, -1)
    fails(TypeError, "string argument without an encoding", bytes, "a")
    fails(TypeError, "encoding without a string argument", bytes, 5, "utf-8")
    fails(TypeError, "cannot convert 'float' object to bytes", bytes, 1.5)
    fails(TypeError, "'str' object cannot be interpreted as an integer", bytes, ["a"])
    fails(MemoryError, "", lambda: b"x" * 10 ** 15)


def test_index_and_slice():
    b = b"abc"
    equal((b[0], b[-1], b[1:], b[::-1], list(b)), (97, 99, b"bc", b"cba", [97, 98, 99]))
    fails(IndexError, "index out of range", lambda: b[3])
    fails(TypeError, "byte indices must be integers or slices, not str", lambda: b["a"])
    with raises(TypeError, "'bytes' object does not support item assignment"):
        b[0] = 1


def test_repr():
    equal((repr(b"a'\"\n\x00\xff\\"), repr(b"'"), repr(bytearray(b"a"))),
          ("b'a\\'\"\\n\\x00\\xff\\\\'", 'b"\'"', "bytearray(b'a')"))


def test_operators():
    equal((b"a" + b"b", b"ab" * 2, b"a" < b"b", b"a" == b"a", b"a" == "a", 97 in b"a", b"b" in b"abc",
           b"a" + bytearray(b"b"), bytearray(b"a") + b"b"),
          (b"ab", b"abab", True, True, False, True, True, b"ab", bytearray(b"ab")))
    fails(TypeError, "can't concat int to bytes", lambda: b"" + 5)
    fails(TypeError, "a bytes-like object is required, not 'str'", lambda: "a" in b"a")
    fails(ValueError, "byte must be in range(0, 256)", lambda: 300 in b"a")


def test_searching():
    b = b"abcabc"
    equal((b.find(b"c"), b.rfind(b"c"), b.find(99), b.find(b"x"), b.count(b"bc"), b.index(b"b", 2),
           b.startswith(b"ab"), b.endswith((b"x", b"bc"))), (2, 5, 2, -1, 2, 4, True, True))
    fails(ValueError, "subsection not found", b.index, b"x")
    fails(TypeError, "argument should be integer or bytes-like object, not 'str'", b.find, "a")
    fails(TypeError, "startswith first arg must be bytes or a tuple of bytes, not str",
          b.startswith, "a")


def test_text_like_methods():
    equal((b"aBc".upper(), b"aBc".lower(), b"ab cd".title(), b"ab".capitalize(), b"aB".swapcase()),
          (b"ABC", b"abc", b"Ab Cd", b"Ab", b"Ab"))
    equal((b" a ".strip(), b"xax".strip(b"x"), b"a,b,c".split(b","), b"a b".split(),
           b"a,b,c".rsplit(b",", 1), b"a\nb".splitlines(), b"a.b".partition(b"."),
           b"-".join([b"a", bytearray(b"b")]), b"aXa".replace(b"X", b"--")),
          (b"a", b"a", [b"a", b"b", b"c"], [b"a", b"b"], [b"a,b", b"c"], [b"a", b"b"],
           (b"a", b".", b"b"), b"a-b", b"a--a"))
    equal((b"a".ljust(3), b"a".rjust(3, b"*"), b"a".center(3), b"7".zfill(3), b"a\tb".expandtabs(4)),
          (b"a  ", b"**a", b" a ", b"007", b"a   b"))
    equal((b"ab".isalpha(), b"12".isdigit(), b"a1".isalnum(), b" ".isspace(), b"A".isupper(),
           b"\xe9".isalpha(), b"a".isascii()), (True, True, True, True, True, False, True))
    equal(b"abc".translate(bytes.maketrans(b"ab", b"xy")), b"xyc")
    equal(b"abc".translate(None, b"b"), b"ac")
    equal((b"abc".removeprefix(b"a"), b"abc".removesuffix(b"c")), (b"bc", b"ab"))
    fails(TypeError, "sequence item 1: expected a bytes-like object, str found", b"".join,
          [b"a", "b"])
    fails(ValueError, "empty separator", b"a".split, b"")


def test_decode():
    equal((b"a\xc3\xa9".decode(), b"\xe9".decode("latin-1"), b"a\0".decode("utf-16-le"),
           b"\xff\xfea\0".decode("utf-16"), b"a\xffb".decode("utf-8", "replace"),
           b"a\xff".decode("ascii", "ignore"), b"\xff".decode("utf-8", "backslashreplace"),
           b"\xff".decode("utf-8", "surrogateescape")),
          ("aé", "é", "a", "a", "a\ufffdb", "a", "\\xff", "\udcff"))
    fails(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xff in position 0: invalid start "
          "byte", b"\xff".decode)
    fails(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xc3 in position 1: unexpected end "
          "of data", b"a\xc3".decode)
    fails(UnicodeDecodeError, "'utf-8' codec can't decode byte 0xc3 in position 0: invalid "
          "continuation byte", b"\xc3a".decode)
    fails(UnicodeDecodeError, "'ascii' codec can't decode byte 0xe9 in position 0: ordinal not in "
          "range(128)", b"\xe9".decode, "ascii")
    fails(LookupError, "unknown encoding: nothing", b"a".decode, "nothing")
    equal(b"\xed\xa0\x80".decode("utf-8", "replace"), "\ufffd\ufffd\ufffd")
    equal(b"\xf0\x9f\x98".decode("utf-8", "replace"), "\ufffd")


def test_hex():
    equal((b"\x01\xab".hex(), b"\1\2\3".hex("-"), b"\1\2\3\4".hex(":", 2), bytes.fromhex("01 aB")),
          ("01ab", "01-02-03", "0102:0304", b"\1\xab"))
    fails(ValueError, "non-hexadecimal number found in fromhex() arg at position 1", bytes.fromhex,
          "1x")


def test_hash_and_key():
    equal(hash(b"abc"), hash(bytes(bytearray(b"abc"))))
    equal({b"a": 1}[b"a"], 1)
    fails(TypeError, "unhashable type: 'bytearray'", hash, bytearray())


def test_percent_format():
    equal((b"%d %s %a %c %x" % (5, b"b", "é", 65, 255), b"%(k)b" % {b"k": b"v"}),
          (b"5 b '\\xe9' A ff", b"v"))
    fails(TypeError, "%b requires a bytes-like object, or an object that implements __bytes__, not "
          "'str'", lambda: b"%s" % "a")


def test_bytes_method():
    class C:
        def __bytes__(self):
            return b"own"

    class Bad:
        def __bytes__(self):
            return 5

    equal(bytes(C()), b"own")
    fails(TypeError, "__bytes__ returned non-bytes (type int)", bytes, Bad())


def test_bytearray_mutation():
    b = bytearray(b"abc")
    b[0] = 120
    b.append(100)
    b.extend(b"ef")
    b.insert(1, 33)
    b += b"g"
    equal(b, bytearray(b"x!bcdefg"))
    equal((b.pop(), b.pop(0)), (103, 120))
    b.remove(33)
    b.reverse()
    equal(b, bytearray(b"fedcb"))
    del b[1]
    b[1:3] = b"12345"
    equal(b, bytearray(b"f12345b"))
    b[::2] = b"...."
    equal(b, bytearray(b".1.3.5."))
    b *= 2
    b.clear()
    equal(b, bytearray())


def test_bytearray_slices_get_its_own_bytes():
    for step in -1, 2, 3, 1:
        b = bytearray(range(8))
        wanted = list(range(8))
        part = wanted[:len(wanted[::step])]
        wanted[::step] = part
        b[::step] = memoryview(b)[:len(part)]
        equal(list(b), wanted)
    b = bytearray(range(8))
    b[5:1:-1] = memoryview(b)[2:6]
    equal(list(b), [0, 1, 5, 4, 3, 2, 6, 7])


def test_bytearray_failures():
    b = bytearray(b"a")
    with raises(ValueError, "byte must be in range(0, 256)"):
        b[0] = 256
    with raises(IndexError, "bytearray index out of range"):
        b[5] = 1
    fails(ValueError, "byte must be in range(0, 256)", b.append, -1)
    fails(ValueError, "value not found in bytearray", b.remove, 5)
    fails(IndexError, "pop index out of range", b.pop, 3)
    fails(IndexError, "pop from empty bytearray", bytearray().pop)
    fails(TypeError, "'str' object cannot be interpreted as an integer", b.append, "a")
    fails(TypeError, "can't extend bytearray with int", b.extend, 5)
    with raises(ValueError, "attempt to assign bytes of size 1 to extended slice of size 2"):
        bytearray(b"abcd")[::2] = b"x"


def test_bytearray_export_blocks_resizing():
    b = bytearray(b"abc")
    m = memoryview(b)
    fails(BufferError, "Existing exports of data: object cannot be re-sized", b.append, 1)
    b[0] = 1
    m.release()
    b.append(1)


def test_view_that_nobody_holds_does_not_block_resizing():
    class Stream:
        def __init__(self):
            self.buffer = bytearray()

        def take(self, n):
            data = bytes(memoryview(self.buffer)[:n])
            del self.buffer[:n]
            return data

        def replace(self, n):
            data = memoryview(self.buffer)[:n].tobytes()
            self.buffer[:n] = b""
            return data

        def drain(self):
            data = memoryview(self.buffer).tolist()
            self.buffer.clear()
            return data

    stream = Stream()
    for _ in range(100):
        stream.buffer.extend(b"abcdef")
        equal(stream.take(2), b"ab")
        equal(stream.replace(2), b"cd")
        equal(stream.drain(), list(b"ef"))


def test_memoryview_basics():
    m = memoryview(b"abcd")
    equal((m[0], m[-1], len(m), m.tobytes(), m[1:3].tobytes(), m[::-1].tobytes(), list(m[::2])),
          (97, 100, 4, b"abcd", b"bc", b"dcba", [97, 99]))
    equal((m.format, m.itemsize, m.nbytes, m.ndim, m.shape, m.strides, m.readonly, m.contiguous),
          ("B", 1, 4, 1, (4,), (1,), True, True))
    assert m == b"abcd" and m[1:] == b"bcd" and m.obj == b"abcd"
    fails(IndexError, "index out of bounds on dimension 1", lambda: m[4])
    fails(TypeError, "memoryview: a bytes-like object is required, not 'str'", memoryview, "a")


def test_memoryview_writing():
    b = bytearray(b"abcd")
    m = memoryview(b)
    m[0] = 65
    m[1:3] = b"XY"
    equal(b, bytearray(b"AXYd"))
    with raises(TypeError, "cannot modify read-only memory"):
        memoryview(b"a")[0] = 1
    with raises(ValueError, "memoryview assignment: lvalue and rvalue have different structures"):
        m[0:2] = b"abc"
    with raises(ValueError, "memoryview: invalid value for format 'B'"):
        m[0] = 300
    with raises(TypeError, "cannot delete memory"):
        del m[0]


def test_memoryview_release():
    m = memoryview(b"abc")
    m.release()
    fails(ValueError, "operation forbidden on released memoryview object", lambda: m[0])
    with memoryview(b"x") as n:
        equal(n[0], 120)
    fails(ValueError, "operation forbidden on released memoryview object", n.tobytes)


def test_memoryview_cast():
    m = memoryview(bytes(range(8))).cast("I")
    equal((m.tolist(), m.itemsize, m.shape), ([0x03020100, 0x07060504], 4, (2,)))
    back = m.cast("B")
    equal(back.tobytes(), bytes(range(8)))
    two = back.cast("B", (2, 4))
    equal((two.tolist(), two[1, 2], two.ndim), ([[0, 1, 2, 3], [4, 5, 6, 7]], 6, 2))
    fails(TypeError, "memoryview: length is not a multiple of itemsize", memoryview(b"abc").cast,
          "I")


def test_memoryview_hash_and_hex():
    equal(hash(memoryview(b"ab")), hash(b"ab"))
    fails(ValueError, "cannot hash writable memoryview object", hash, memoryview(bytearray(b"a")))
    equal(memoryview(b"\1\2").hex(), "0102")
    equal(memoryview(b"abc").toreadonly().readonly, True)


def test_buffers_are_accepted_everywhere():
    m = memoryview(b"b")
    equal((b"abc".find(m), b"-".join([m, m]), b"abc".replace(m, b"x"), int.from_bytes(m),
           bytearray(m), b"abc".split(m)), (1, b"b-b", b"axc", 98, bytearray(b"b"), [b"a", b"c"]))


def test_subclass():
    class B(bytes):
        pass

    b = B(b"abc")
    b.x = 1
    equal((b == b"abc", type(b[:]), b.upper(), hash(b) == hash(b"abc")), (True, bytes, b"ABC", True))


run(globals())
