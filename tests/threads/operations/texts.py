"""Rows of str, bytes, bytearray and memoryview."""

import operator

from _rows import CALLS, CHANGES, Table

MANY = 16 * CALLS
TEXT = "Some text, \u00e4\u4e2d\U0001f600 and the end "


def set_item(target, where, x):
    target[where] = x


def delete(target, where):
    del target[where]


def add_in_place(target, x):
    target += x


def multiply_in_place(target, n):
    target *= n


texts = Table("str, bytes", str, bytes)
texts.pure("all methods of str", hash, len, repr, lambda s: s[3], lambda s: s[::-1], list,
           lambda s: {s: 1}[s], lambda s: s.upper(), lambda s: s.encode(), lambda s: s.split(),
           lambda s: s.find("end"), lambda s: s + s, lambda s: s * 2, lambda s: s.casefold(),
           lambda s: s.isidentifier(), lambda s: s.replace("e", "a"), lambda s: s == TEXT,
           lambda s: s.translate({101: "E"}), lambda s: s.center(50), lambda s: s.title(),
           lambda s: f"{s:>40}", lambda s: "text" in s, lambda s: s.partition(","),
           new=lambda: "".join(list(TEXT)), names="*", note="they never change")
texts.pure("all methods of bytes", hash, len, repr, lambda s: s[3], lambda s: s[::-1], list,
           lambda s: {s: 1}[s], lambda s: s.upper(), lambda s: s.decode(), lambda s: s.split(),
           lambda s: s.find(b"end"), lambda s: s + s, lambda s: s * 2, lambda s: s.hex(),
           lambda s: s.replace(b"e", b"a"), lambda s: memoryview(s)[2:4].tobytes(),
           lambda s: s.center(50), lambda s: b"text" in s, lambda s: s.partition(b","),
           new=lambda: bytes(list(TEXT.encode())), note="they never change")

bytearrays = Table("bytearray", bytearray)
bytearrays.commutes("`b.append(x)`", lambda b, k: b.append(k % 256), new=bytearray, view=sorted,
                    names="append")
bytearrays.commutes("`b.extend(c)`; `b += c`",
                    lambda b, k: (b.extend(bytes([k % 256] * 2)),
                                  add_in_place(b, bytes([k % 256] * 2))),
                    new=bytearray, view=lambda b: sorted(zip(b[::2], b[1::2])),
                    names="extend __iadd__")
bytearrays.commutes("`b.insert(i, x)`", lambda b, k: b.insert(0, k % 256), new=bytearray,
                    view=sorted, names="insert")
bytearrays.commutes("`b.pop()`", lambda b, k: b.pop(),
                    new=lambda: bytearray(i % 256 for i in range(MANY)), view=bytes, names="pop")
bytearrays.commutes("`b.remove(x)`", lambda b, k: b.remove(k % 256),
                    new=lambda: bytearray(i % 256 for i in range(MANY)), view=sorted, names="remove")
bytearrays.commutes("`b[i] = x`; `b[i:j] = c`",
                    lambda b, k: (set_item(b, 2 * k, k % 9), set_item(b, slice(2 * k + 1, 2 * k + 2),
                                                                  b"x")),
                    new=lambda: bytearray(2 * MANY), view=bytes, names="__setitem__")
bytearrays.commutes("`del b[i]`; `del b[i:j]`", lambda b, k: (delete(b, 0), delete(b, slice(1, 3))),
                    new=lambda: bytearray(3 * MANY), view=len, names="__delitem__")
bytearrays.commutes("`b.reverse()`", lambda b, k: b.reverse(), new=lambda: bytearray(b"12345"),
                    view=bytes, names="reverse")
bytearrays.commutes("`b *= n`", lambda b, k: multiply_in_place(b, 1),
                    new=lambda: bytearray(b"12345"), view=bytes, names="__imul__")
bytearrays.commutes("`b.clear()`", lambda b, k: b.clear(), new=lambda: bytearray(b"12345"),
                    view=bytes, names="clear")
bytearrays.commutes("`b.take_bytes(n)`" if hasattr(bytearray, "take_bytes") else "`b.__alloc__()`",
                    lambda b, k: b.__alloc__() >= 0, new=lambda: bytearray(b"12345"), view=bytes,
                    names="__alloc__ take_bytes resize")
BYTE_WRITES = [lambda b: b.append(97), lambda b: b.pop(0), lambda b: b.reverse(),
               lambda b: set_item(b, slice(None), b"abcabc"), lambda b: b.clear(),
               lambda b: b.extend(b"cba" * 9), lambda b: delete(b, slice(2, 5))]
BYTES = set(b"abc")
bytearrays.loose("`len(b)`; `b[i]`", lambda b: (len(b), b[2]), new=lambda: bytearray(b"abcabc"),
                 writes=BYTE_WRITES, errors=IndexError,
                 plausible=lambda got: 0 <= got[0] < 99 and got[1] in BYTES | {0},
                 names="__len__ __getitem__",
                 raw=True)
READERS = {"__contains__": lambda b: b"b" in b, "__add__": lambda b: b + b"a",
           "__mul__": lambda b: b * 2, "__mod__": lambda b: b % (),
           "__eq__": lambda b: b == b"abc", "__repr__": repr, "__iter__": list,
           "copy": lambda b: b.copy(), "capitalize": lambda b: b.capitalize(),
           "center": lambda b: b.center(30), "count": lambda b: b.count(b"a"),
           "decode": lambda b: b.decode("latin-1"), "endswith": lambda b: b.endswith(b"a"),
           "expandtabs": lambda b: b.expandtabs(), "find": lambda b: b.find(b"c"),
           "hex": lambda b: b.hex(), "index": lambda b: b.index(b"c"),
           "isalnum": lambda b: b.isalnum(), "isalpha": lambda b: b.isalpha(),
           "isascii": lambda b: b.isascii(), "isdigit": lambda b: b.isdigit(),
           "islower": lambda b: b.islower(), "isspace": lambda b: b.isspace(),
           "istitle": lambda b: b.istitle(), "isupper": lambda b: b.isupper(),
           "join": lambda b: b.join([b"x", b"y"]), "ljust": lambda b: b.ljust(30),
           "lower": lambda b: b.lower(), "lstrip": lambda b: b.lstrip(b"a"),
           "partition": lambda b: b.partition(b"b"), "removeprefix": lambda b: b.removeprefix(b"a"),
           "removesuffix": lambda b: b.removesuffix(b"c"), "replace": lambda b: b.replace(b"a", b"xy"),
           "rfind": lambda b: b.rfind(b"a"), "rindex": lambda b: b.rindex(b"a"),
           "rjust": lambda b: b.rjust(30), "rpartition": lambda b: b.rpartition(b"b"),
           "rsplit": lambda b: b.rsplit(b"b"), "rstrip": lambda b: b.rstrip(b"c"),
           "split": lambda b: b.split(b"b"), "splitlines": lambda b: b.splitlines(),
           "startswith": lambda b: b.startswith(b"a"), "strip": lambda b: b.strip(b"ac"),
           "swapcase": lambda b: b.swapcase(), "title": lambda b: b.title(),
           "translate": lambda b: b.translate(bytes(range(256))), "upper": lambda b: b.upper(),
           "zfill": lambda b: b.zfill(30)}
bytearrays.loose("every other method", lambda b: [read(b) for name, read in READERS.items()
                                                if name not in ("index", "rindex", "__mod__")],
                 new=lambda: bytearray(b"abcabc"), writes=BYTE_WRITES, errors=ValueError,
                 names=" ".join(READERS) + " fromhex maketrans",
                 note="they read bytes one after the other, and never memory of others",
                 raw=True)

views = Table("memoryview", memoryview)
views.commutes("`m[i] = x`; `m[i:j] = b`",
               lambda m, k: (set_item(m, 2 * k, k % 9), set_item(m, slice(2 * k + 1, 2 * k + 2),
                                                                   b"x")),
               new=lambda: memoryview(bytearray(2 * MANY)), view=bytes,
               names="__setitem__ __delitem__")
views.loose("`m[i]`; `m[i:j]`; `m.tobytes()`; `m.tolist()`; `m.hex()`; `m == n`; `x in m`; "
            "`for x in m`; `m.index(x)`; `m.count(x)`",
            lambda m: [*m, m[1], *m[1:3].tobytes(), *m.tolist(), *bytes.fromhex(m.hex()),
                       m == b"abc", len(m), *reversed(m)],
            new=lambda: memoryview(bytearray(b"abcabc")),
            writes=[lambda m: set_item(m, slice(None), b"cccbbb"), lambda m: set_item(m, 2, 97)],
            plausible=lambda got: set(got) <= BYTES | {0, 1, 6},
            names="__getitem__ tobytes tolist hex __eq__ __iter__ __len__ index count",
            note="bytes one after the other; an item of several bytes may be seen half written",
                 raw=True)
views.pure("`m.cast()`; `m.toreadonly()`; `m.obj`, `nbytes`, `format`, `shape` ...; `hash(m)`; "
           "`repr(m)`",
           hash, lambda m: m.cast("H").tolist(), lambda m: m.toreadonly().tobytes(),
           lambda m: (m.obj, m.nbytes, m.readonly, m.itemsize, m.format, m.ndim, m.shape, m.strides,
                      m.suboffsets, m.c_contiguous, m.f_contiguous, m.contiguous),
           lambda m: repr(m)[:13], new=lambda: memoryview(b"abcabc"),
           names="cast toreadonly obj nbytes readonly itemsize format ndim shape strides suboffsets "
                 "c_contiguous f_contiguous contiguous __repr__ _from_flags")
views.loose("`m.release()`; `with m`", lambda m: m[2], new=lambda: memoryview(bytearray(b"abcabc")),
            writes=[lambda m: m.release()], errors=ValueError, guarantee="raises",
            plausible=lambda got: got == 99, names="release __enter__ __exit__",
            note="ValueError in whoever uses it afterwards")


def resized_while_in_use(data, n):
    done = 0
    for _ in range(CALLS):
        if n % 2:
            with memoryview(data) as view:
                assert bytes(view[:3]) == b"abc" and len(view) >= 3
        else:
            try:
                data.append(1)
                done += 1
            except BufferError:
                pass
    return done


views.work("changing the size of a bytearray, array or BytesIO while a view of it exists", "raises",
           resized_while_in_use, new=lambda: bytearray(b"abc"),
           holds=lambda data, results: len(data) == 3 + sum(results), note="BufferError")

if __name__ == "__main__":
    from _running import run_rows
    run_rows()
