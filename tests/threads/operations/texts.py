"""Rows of str, bytes, bytearray and memoryview."""

import marshal
import operator
import pickle

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
bytearrays.loose("`len(b)`; `b[i]`; `for x in b`", lambda b: [len(b), b[2], *b],
                 new=lambda: bytearray(b"abcabc"), writes=BYTE_WRITES, errors=IndexError,
                 plausible=lambda got: 0 <= got[0] < 99 and {*got[1:]} <= BYTES | {0},
                 names="__len__ __getitem__ __iter__")
for text, read, names in (
        ("`b[i:j]`", lambda b: (b[1:4]), ""), ("`b[i:j:k]`", lambda b: b[::2], ""),
        ("`bytes(b)`; `bytearray(b)`", bytes, ""), ("`x in b`", lambda b: b"ba" in b, "__contains__"),
        ("`b + c`", lambda b: b + b"a", "__add__"), ("`c + b`", lambda b: b"a" + b, ""),
        ("`b * n`", lambda b: b * 2, "__mul__"), ("`b % t`", lambda b: b % (), "__mod__"),
        ("`b == c`; `b < c`", lambda b: b == b"abcabc", "__eq__"), ("`repr(b)`", repr, "__repr__"),
        ("`b.copy()`", lambda b: b.copy(), "copy"),
        ("`pickle.dumps(b)`", lambda b: pickle.loads(pickle.dumps(b, 5)), ""),
        ("`pickle.dumps(b)` of old protocols", lambda b: pickle.loads(pickle.dumps(b, 2)), ""),
        ("`marshal.dumps(b)`", lambda b: marshal.loads(marshal.dumps(b)), ""),
        ("`b.capitalize()`", lambda b: b.capitalize(), "capitalize"),
        ("`b.center(n)`", lambda b: b.center(30), "center"),
        ("`b.count(c)`", lambda b: b.count(b"a"), "count"),
        ("`b.decode()`", lambda b: b.decode(), "decode"),
        ("`b.startswith(c)`", lambda b: b.startswith((b"cba", b"abc")), "startswith"),
        ("`b.endswith(c)`", lambda b: b.endswith(b"bc"), "endswith"),
        ("`b.expandtabs()`", lambda b: b.expandtabs(), "expandtabs"),
        ("`b.find(c)`", lambda b: b.find(b"ca", 1), "find"), ("`b.index(c)`", lambda b: b.index(b"c"), "index"),
        ("`b.rfind(c)`", lambda b: b.rfind(b"a", 0, -1), "rfind"),
        ("`b.rindex(c)`", lambda b: b.rindex(b"a"), "rindex"), ("`b.hex()`", lambda b: b.hex(), "hex"),
        ("`b.isalnum()` and its kin", lambda b: b.isalnum(),
         "isalnum isalpha isascii isdigit islower isspace istitle isupper"),
        ("`b.ljust(n)`", lambda b: b.ljust(30), "ljust"),
        ("`b.rjust(n)`", lambda b: b.rjust(30), "rjust"), ("`b.zfill(n)`", lambda b: b.zfill(30), "zfill"),
        ("`b.lower()`", lambda b: b.lower(), "lower"), ("`b.upper()`", lambda b: b.upper(), "upper"),
        ("`b.swapcase()`", lambda b: b.swapcase(), "swapcase"), ("`b.title()`", lambda b: b.title(), "title"),
        ("`b.strip(c)`", lambda b: b.strip(b"ac"), "strip"), ("`b.lstrip(c)`", lambda b: b.lstrip(b"a"), "lstrip"),
        ("`b.rstrip(c)`", lambda b: b.rstrip(b"c"), "rstrip"),
        ("`b.partition(c)`", lambda b: b.partition(b"ca"), "partition"),
        ("`b.rpartition(c)`", lambda b: b.rpartition(b"ca"), "rpartition"),
        ("`b.removeprefix(c)`", lambda b: b.removeprefix(b"a"), "removeprefix"),
        ("`b.removesuffix(c)`", lambda b: b.removesuffix(b"c"), "removesuffix"),
        ("`b.replace(c, d)`", lambda b: b.replace(b"a", b"xy"), "replace"),
        ("`b.split(c)`", lambda b: b.split(b"b"), "split"), ("`b.rsplit(c)`", lambda b: b.rsplit(b"b"), "rsplit"),
        ("`b.splitlines()`", lambda b: b.splitlines(), "splitlines"),
        ("`b.translate(t)`", lambda b: b.translate(bytes(range(256))), "translate fromhex maketrans")):
    bytearrays.moment(text, read, new=lambda: bytearray(b"abcabc"), writes=BYTE_WRITES, names=names)
# A bytearray that joins can't change its length.
bytearrays.moment("`b.join(l)`", lambda b: b.join([b"x", b"y"]), new=lambda: bytearray(b"abcabc"), names="join",
                  writes=[lambda b: b.reverse(), lambda b: set_item(b, slice(None), b"abcxyz")])

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
