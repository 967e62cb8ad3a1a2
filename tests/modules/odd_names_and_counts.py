"""unicodedata.lookup() of bytes, characters_written below 0, and a program name with NUL for syslog.
The output is the test."""
import sys
import syslog
import unicodedata


def t(function, *args):
    try:
        print(ascii(function(*args)))
    except Exception as e:
        print(type(e).__name__, ascii(str(e)))


for name in b"SPACE", bytearray(b"SPACE"), 5, b"nope", b"x" * 300, "a\0", b"a\0b":
    t(unicodedata.lookup, name)
    t(unicodedata.ucd_3_2_0.lookup, name)


def written(value, delete=False):
    error = BlockingIOError()
    error.characters_written = value
    if delete:
        del error.characters_written
    return error.characters_written


for value in -5, -1, 0, 5, True, 2 ** 70, "x":
    t(written, value)
    t(written, value, True)
t(lambda: BlockingIOError(11, "x", -5).characters_written)
t(lambda: BlockingIOError(11, "x", -1).characters_written)

for name in "a\0b", "\ud800":
    sys.argv[0] = name
    t(syslog.openlog)
    syslog.closelog()
    t(syslog.openlog, name)
    syslog.closelog()
