"""What is fuzzed: each function takes bytes, and lets no exception out that the input may cause.

Inputs that ask for much memory by a number in them are left alone: that is no finding.
"""

import collections
import datetime
import decimal
import io
import json
import marshal
import pickle
import re
import signal
import struct
import warnings

warnings.simplefilter('ignore')
MODES = 'exec', 'eval', 'single'
MANY_DIGITS = re.compile(rb'[0-9]{5}')


def text_of(data):
    return data.decode('utf-8', 'surrogateescape' if data[:1] < b'\x80' else 'replace')


def source(data):
    """Source to a code object, through marshal and back. The first byte chooses the mode and the kind of source."""
    if not data:
        return None
    choice = data[0]
    program = data[1:]
    if choice & 4:
        program = program.decode('utf-8', 'replace')
    try:
        code = compile(program, 'fuzz', MODES[choice % 3], dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
        return None
    data = marshal.dumps(code)
    again = marshal.loads(data)
    # Not the code objects: a nan among the constants equals nothing.
    assert marshal.dumps(again) == data, 'marshal changed the code'
    return again


def integer(data):
    """int() of text and bytes, and back. The first byte is the base."""
    for digits in (data[1:], text_of(data[1:])):
        try:
            value = int(digits, data[0] if data else 10)
        except (ValueError, TypeError):
            continue
        for base, form in ((2, bin), (8, oct), (16, hex), (10, str)):
            try:
                assert int(form(value), base) == value
            except ValueError:
                assert form is str and abs(value) >= 10 ** 4300


def real(data):
    """float() and complex() of text and bytes, and back."""
    for kind in (float, complex):
        for digits in (data, text_of(data)):
            try:
                value = kind(digits)
            except (ValueError, TypeError):
                continue
            again = kind(repr(value))
            assert again == value or value != value
    try:
        value = float.fromhex(text_of(data))
    except (ValueError, OverflowError):
        return
    assert float.fromhex(value.hex()) == value or value != value


class TooLong(Exception):
    pass


def too_long(number, frame):
    raise TooLong


def regular_expression(data):
    """A pattern, a NUL, and the text to look for it in."""
    signal.signal(signal.SIGALRM, too_long)
    pattern, _, subject = data.partition(b'\0')
    if MANY_DIGITS.search(pattern) or len(pattern) > 200:
        return
    signal.setitimer(signal.ITIMER_REAL, 2)
    try:
        for pattern, subject in ((pattern, subject), (text_of(pattern), text_of(subject))):
            use(re.compile(pattern), subject)
    except (re.PatternError, OverflowError, RecursionError, ValueError, TypeError, MemoryError, TooLong):
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        re.purge()


def use(pattern, subject):
    for match in (pattern.match(subject), pattern.search(subject), pattern.fullmatch(subject)):
        if match:
            match.groups(), match.groupdict(), match.regs
    pattern.split(subject), pattern.findall(subject), pattern.subn(subject[:0], subject)


def structure(data):
    """A struct format, a NUL, and what it unpacks."""
    form, _, rest = data.partition(b'\0')
    if MANY_DIGITS.search(form):
        return
    try:
        size = struct.calcsize(form)
        rest = (rest + bytes(size))[:size]
        values = struct.unpack(form, rest)
        assert len(struct.pack(form, *values)) == size
    except (struct.error, OverflowError, UnicodeError):
        pass


def json_text(data):
    try:
        value = json.loads(data)
        json.loads(json.dumps(value))  # joins surrogates that were apart
        again = json.loads(json.dumps(value, ensure_ascii=False))
    except (ValueError, RecursionError):
        return
    assert again == value or 'NaN' in json.dumps(value)


def marshalled(data):
    """marshal.loads(), and what came of it through marshal again."""
    try:
        value = marshal.loads(data)
    except (ValueError, TypeError, EOFError):
        return
    try:
        data = marshal.dumps(value)
    except ValueError:  # nested too deep, or a code object's parts are none that compile() makes
        return
    marshal.loads(data)


CALLABLE = {kind.__name__: kind for kind in (
    complex, set, frozenset, slice, Exception, OSError, collections.deque, collections.OrderedDict, collections.Counter,
    collections.defaultdict, datetime.date, datetime.time, datetime.datetime, datetime.timedelta, datetime.timezone,
    decimal.Decimal, io.StringIO, io.BytesIO)}


class Unpickler(pickle.Unpickler):
    """Knows what no input can do harm with."""

    def find_class(self, module, name):
        return CALLABLE[name]

    def persistent_load(self, identifier):
        return identifier


def pickled(data):
    """Unpickling, and what came of it through pickle again. The data may raise whatever it likes, but for SystemError."""
    if MANY_DIGITS.search(data):
        return
    try:
        value = Unpickler(io.BytesIO(data)).load()
        pickle.loads(pickle.dumps(value))
    except SystemError:
        raise
    except Exception:
        pass


VALUES = 0, -12345, 10**25, 1.5, -0.0, float('nan'), 1e300, 1 - 2j, 'text', 'é\U0001f600', True, None, b'by'


def format_text(data):
    """A format string: for format(), for str.format, for % on str and on bytes."""
    if MANY_DIGITS.search(data):
        return
    text = text_of(data)
    for value in VALUES:
        for use_it in (lambda: format(value, text), lambda: text.format(value, value, key=value), lambda: text % value,
                    lambda: text % (value, value), lambda: data % (value,), lambda: text % {'key': value}):
            try:
                use_it()
            except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError, UnicodeError, MemoryError):
                pass
