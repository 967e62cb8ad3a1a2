"""Texts: Unicode in the methods of str, slices with any bounds, codecs, templates, wrapping."""

LETTERS = ['a', 'b', 'Z', ' ', '\t', '\n', '1', '_', 'é', 'ß', 'ẞ', 'İ', 'ı', 'ŉ', 'ǆ', 'ǅ', 'Σ', 'ς', 'σ', 'ﬃ', 'ΐ', 'ა', 'Ა', 'Ꭰ', 'ꭰ', '日', '½', '²', '٣', '༣', '፩', 'Ⅷ', 'ⓐ', '\u0345', '\u0301', '\u0307', '\xa0', '\u2028', '\x1c', '\x85', '\u200b', '\u3000', '\ufeff',
           '\U0001d400', '\U0001f600', '\U00010400', '\ud800', '\udfff', '\x00', '\x7f', 'ª', 'ʰ', '·', '‿', '\u1680', '\u180e', 'Ω', 'K', 'Å', '\uffff', '\U0010ffff']
PREDICATES = ['isalpha', 'isalnum', 'isdigit', 'isdecimal', 'isnumeric', 'isspace', 'istitle', 'isupper', 'islower', 'isidentifier', 'isprintable', 'isascii']
CASES = ['upper', 'lower', 'title', 'capitalize', 'casefold', 'swapcase']
CODECS = ['utf-8', 'utf-16', 'utf-16-le', 'utf-32-be', 'utf-7', 'ascii', 'latin-1', 'cp1252', 'cp437', 'utf-8-sig', 'idna', 'punycode', 'unicode_escape', 'raw_unicode_escape', 'mac-roman', 'koi8-r', 'iso8859-15', 'nope']
ERRORS = ['strict', 'ignore', 'replace', 'backslashreplace', 'xmlcharrefreplace', 'surrogateescape', 'surrogatepass', 'namereplace', 'nope']
BOUNDS = ['', '0', '1', '-1', '2', '-2', '3', '-5', '100', '-100', '2**63', '-2**63', '2**70', '-2**70', 'None', 'True', 'Index(1)', '2**62', 'sys.maxsize', '-sys.maxsize - 1']


def text(m, most=8):
    return ''.join(m.choice(LETTERS) for _ in range(m.randint(0, most)))


def cases(m):
    value = text(m)
    return m.guarded([f'show([getattr({value!r}, name)() for name in {m.sample(CASES, 3)}], [getattr({value!r}, name)() for name in {m.sample(PREDICATES, 4)}])'])


def methods(m):
    value, part, other = text(m, 12), text(m, 2), text(m, 3)
    n = m.pick(*BOUNDS[1:])
    use = m.pick('split()', f'split({part!r})', f'split(None, {n})', f'rsplit({part!r}, {n})', f'splitlines({m.pick("", "True")})', f'strip({m.pick("", repr(other))})', f'lstrip({other!r})', f'rstrip()', f'replace({part!r}, {other!r})', f'replace({part!r}, {other!r}, {n})', f'find({part!r}, {n})', f'rfind({part!r}, {n}, {m.pick(*BOUNDS[1:])})', f'index({part!r})', f'rindex({part!r}, {n})',
                 f'count({part!r}, {n})', f'startswith({part!r}, {n})', f'endswith(({part!r}, {other!r}), {n})', f'partition({part!r})', f'rpartition({part!r})', f'center({m.randint(-2, 20)}, {m.choice(LETTERS)!r})', f'ljust({m.randint(-2, 20)})', f'rjust({m.randint(-2, 20)}, {other!r})', f'zfill({m.randint(-2, 20)})', f'expandtabs({m.pick("", "4", "0", "-1")})', f'join([{part!r}, {other!r}])', f'join({other!r})',
                 f'removeprefix({part!r})', f'removesuffix({part!r})', f'translate({{ord({m.choice(LETTERS)!r}): {m.pick("None", repr(other), "65", "2**21", "-1", "1.5", "b")}}})', f'translate(str.maketrans({part!r}, {other!r}))', f'translate(str.maketrans("ab1", "é日x", "Z "))', f'encode({m.choice(CODECS)!r}, {m.choice(ERRORS)!r})', f'encode({m.choice(CODECS)!r})', f'__contains__({part!r})', f'__add__({other!r})', f'__mul__({m.randint(-1, 3)})', f'__lt__({other!r})')
    return m.guarded([f'b = 5', f'show({value!r}.{use})'])


def slices(m):
    kind = m.pick('str', 'bytes', 'bytearray', 'list', 'tuple', 'range', 'memoryview')
    whole = {'str': repr(text(m)), 'bytes': "b'abcdef'", 'bytearray': "bytearray(b'abcdef')", 'list': '[1, 2, 3, 4, 5]', 'tuple': '(1, 2, 3, 4, 5)', 'range': 'range(-3, 30, 4)', 'memoryview': "memoryview(bytearray(b'abcdef'))"}[kind]
    cut = f'{m.choice(BOUNDS)}:{m.choice(BOUNDS)}{m.pick("", ":" + m.choice(BOUNDS), ":" + m.choice(BOUNDS))}'
    new = m.pick('[]', '[7, 8]', "b'xy'", '"xy"', 'range(3)', 'None', 'iter((1, 2))', '5', 'v', '[b"z"]', 'bytearray(b"long value")')
    action = m.pick(f'show(v[{cut}] if type(v) is not memoryview else bytes(v[{cut}]))', f'show(v[{cut}] if type(v) is not memoryview else bytes(v[{cut}]))', f'v[{cut}] = {new}', f'del v[{cut}]', f'v[{cut}] += {new}', f'show(slice({cut.replace("::", ":None:").replace(":", ", ").strip(", ") or "None"}).indices({m.randint(-1, 9)}))', f'show(v[{m.choice(BOUNDS[1:])}])', f'v[{m.choice(BOUNDS[1:])}] = {m.pick("1", "256", "None", "b")}', f'del v[{m.choice(BOUNDS[1:])}]')
    try:
        compile(action, 'x', 'exec')
    except SyntaxError:
        action = 'show(v[1:])'
    return ['import sys', *m.guarded(['b = 3', f'v = {whole}', action, 'show(v if type(v) is not memoryview else bytes(v))'])]


def codecs(m):
    data = bytes(m.choice([0, 10, 0x41, 0x5c, 0x75, 0x78, 0x7f, 0x80, 0xa4, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xed, 0xa0, 0xf0, 0x9f, 0x98, 0xff, 0xfe, 0x2b, 0x2d]) for _ in range(m.randint(0, 8)))
    codec, errors = m.choice(CODECS), m.choice(ERRORS)
    use = m.pick(f'{data!r}.decode({codec!r}, {errors!r})', f'{data!r}.decode({codec!r})', f'str({data!r}, {codec!r}, {errors!r})', f'codecs.getincrementaldecoder("utf-8")({errors!r}).decode({data!r})', f'codecs.getincrementaldecoder("utf-8")().decode({data!r}, True)', f'io.TextIOWrapper(io.BytesIO({data!r}), encoding="utf-8", errors={errors!r}, newline={m.pick("None", repr(""), repr(chr(10)))}).read()', f'{data!r}.hex({m.pick("", repr(":"), repr("-") + ", 2", repr(":") + ", -3", repr("é"), repr("::"))})',
                 f'bytes.fromhex({m.pick("", "41 42", "4", "zz", "4 1", "41é", " 41  ")!r})', f'{data!r}.translate(bytes(range(256)), b"A")', f'{data!r}.translate({m.pick("None", "b", "bytes(3)")}, delete={data[:1]!r})', f'base64.b64encode({data!r})', f'base64.b64decode({m.pick("QQ==", "QQ", "Q", "QUI=", "Q!UI=", "====")!r}{m.pick("", ", validate=True")})', f'binascii.crc32({data!r})', f'zlib.adler32({data!r})', f'{data!r}.{m.pick(*PREDICATES[:3], *CASES[:4])}()', f'{data!r}.split({data[:1]!r})', f'{data!r}.find({m.pick("65", "256", "-1", repr(data[1:2]))})', f'repr({data!r}), str(bytearray({data!r}))', f'{data!r}.splitlines(True)', f'{data!r}.join([b"1", bytearray(b"2")])', f'{data!r}.expandtabs({m.randint(0, 4)})')
    return ['import codecs, io, base64, binascii, zlib', *m.guarded(['b = 4', f'show({use})'], 'fail')]


def names(m):
    value = text(m, 4)
    use = m.pick(f'[unicodedata.name(c, "none") for c in {value!r}]', f'[unicodedata.category(c) + unicodedata.bidirectional(c) for c in {value!r}]', f'unicodedata.normalize({m.pick("NFC", "NFD", "NFKC", "NFKD", "X")!r}, {value!r})', f'[unicodedata.numeric(c, None) for c in {value!r}]', f'unicodedata.decimal({value!r})', f'unicodedata.is_normalized("NFC", {value!r})', f'[unicodedata.decomposition(c) for c in {value!r}]', f'int({value!r})', f'float({value!r})', f'ascii({value!r}), repr({value!r})', f'{value!r} < {text(m)!r}', f'sorted({value!r})', f'hash({value!r}) == hash({value!r})', f'[ord(c) for c in {value!r}]', f'json.dumps({value!r})',
                 f'json.loads(json.dumps({value!r}))', f're.findall(r"{m.pick("\\w+", "\\s", "\\d", "\\b", "(?i)ß|k|σ", "[^\\W\\d]", "(?a)\\w", ".", "\\S+")}", {value!r})', f're.escape({value!r})', f're.split(r"\\s|b", {value!r})', f'textwrap.wrap("the quick {value.replace(chr(92), "").replace(chr(34), "").encode("ascii", "ignore").decode().strip()!a} fox jumps", {m.randint(1, 15)})', f'textwrap.shorten("the quick brown fox", {m.randint(1, 25)})', f'string.Template("$a ${{b}} $$ {m.pick("", "$", "$1", "$c")}").{m.pick("substitute", "safe_substitute")}(a={value!r}, b=2)', f'string.capwords({value!r})', f'shlex.split({value!r})', f'html.escape({value!r})', f'urllib.parse.quote({value!r})', f'{value!r}.encode().decode()', f'difflib.get_close_matches({value!r}, ["abc", "Zb", "a1"])', f'fnmatch.fnmatch({value!r}, "*a?")')
    return ['import unicodedata, json, re, textwrap, string, shlex, html, urllib.parse, difflib, fnmatch', *m.guarded([f'show({use})'])]


BLOCKS = [cases, methods, methods, methods, slices, slices, codecs, codecs, names, names]
