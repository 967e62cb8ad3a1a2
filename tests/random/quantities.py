"""Numbers and times: dates and durations, decimals, fractions, bits of ints, complex numbers, statistics."""

WHENS = ['datetime.date(2024, 2, 29)', 'datetime.date(1, 1, 1)', 'datetime.date.max', 'datetime.datetime(2000, 1, 1)', 'datetime.datetime(2023, 12, 31, 23, 59, 59, 999999)',
         'datetime.datetime.min', 'datetime.datetime(2020, 5, 17, 8, 30, tzinfo=datetime.timezone.utc)', 'datetime.time(12, 30)', 'datetime.time(0, 0, 0, 5)', 'datetime.time.max',
         'datetime.timedelta(days=1, seconds=-1)', 'datetime.timedelta(0)', 'datetime.timedelta.max', 'datetime.timedelta(microseconds=-1)', 'datetime.timedelta(hours=36)',
         'datetime.timezone(datetime.timedelta(hours=-5, minutes=-30))', "datetime.timezone(datetime.timedelta(0), 'zero')", 'datetime.datetime(1970, 1, 1, fold=1)',
         'datetime.datetime(2020, 5, 17, 8, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))', 'datetime.time(7, tzinfo=datetime.timezone.utc)']
FORMATS = ['%Y-%m-%d', '%H:%M:%S.%f', '%j %U %W %w', '%a %A %b %B', '%p %I', '%z|%Z|%:z', '%y%%', '%G-W%V-%u', '%c', '%x %X', '%', '%d/%m/%y', 'é %Y', '', '%s%'[:0], '%-d']
STAMPS = ['2024-02-29', '2024-W09-4', '20240229', '2024-02-30', '2024-02-29T12:30', '2024-02-29 12:30:15.5', '2024-02-29T12:30:15+02:00', '2024-02-29T12Z', '12:30', '12:30:15.123456', 'T12:30',
          '1230', '24:00', '2024-2-9', '', 'x', '2024-02-29T12:30:15,25', '2024-W53-1', '2020-W53-7', '0000-01-01', '2024-02-29é', '12:30+25:00', '12:30:15-00:00:01', '20240229T123015']


def when(m):
    return m.choice(WHENS)


def number(m):
    return m.pick(str(m.randint(-9, 9)), m.atom('float'), m.atom('small'), str(m.randint(-10 ** 6, 10 ** 6)))


def dates(m):
    name = m.name()
    use = m.pick(f'{name} + {when(m)}', f'{name} - {when(m)}', f'{name} < {when(m)}', f'{name} == {when(m)}', f'str({name})', f'repr({name})', f'{name}.isoformat({m.pick("", "", repr(" "), repr("T"), "timespec=" + repr(m.pick("hours", "milliseconds", "auto", "x")))})',
                 f'{name}.replace({m.pick("year", "month", "day", "hour", "minute", "tzinfo", "microsecond", "fold")}={m.pick("1", "0", "13", "29", "None", "-1", "2**40", "1.5")})', f'{name}.strftime({m.choice(FORMATS[:10])!r})', f'format({name}, {m.choice(FORMATS[:7])!r})',
                 f'{name} * {number(m)}', f'{number(m)} * {name}', f'{name} / {number(m)}', f'{name} // {number(m)}', f'{name} % {when(m)}', f'divmod({name}, {when(m)})', f'-{name}', f'abs({name})', f'{name}.total_seconds()', f'{name}.days, {name}.seconds, {name}.microseconds',
                 f'{name}.isocalendar()', f'{name}.weekday(), {name}.isoweekday()', f'{name}.timetuple()', f'{name}.utctimetuple()', f'{name}.toordinal()', f'{name}.utcoffset(), {name}.tzname(), {name}.dst()', f'{name}.astimezone({when(m)})', f'{name}.date(), {name}.time(), {name}.timetz()',
                 f'hash({name}) == hash({when(m)})', f'bool({name})', f'{name}.ctime()', f'{name}.timestamp()' if 'tzinfo' in name else f'{name}.year, {name}.month', f'pickle.loads(pickle.dumps({name})) == {name}', f'copy.replace({name}, day=3)', f'{name}.{m.pick("hour", "fold", "tzinfo", "zz", "min", "resolution")}',
                 f'datetime.datetime.combine({name}, {when(m)})', f'{name}.fromordinal({m.randint(-3, 4000000)})', f'{name}.fromisocalendar({m.randint(0, 10000)}, {m.randint(0, 54)}, {m.randint(0, 8)})', f'round({name})', f'{name} in [{when(m)}, {when(m)}]', f'max({name}, {when(m)})', f'{name}.utcoffset({when(m)})')
    return ['import datetime, pickle, copy', *m.guarded([f'{name} = {when(m)}', f'show({use})'])]


def stamps(m):
    kind = m.pick('date', 'datetime', 'time')
    text = m.choice(STAMPS)
    if m.chance(30):
        text = ''.join(m.choice('0123456789-:.TW+ ') for _ in range(m.randint(0, 14)))
    make = m.pick(f'datetime.{kind}.fromisoformat({text!r})', f'datetime.{kind}.fromisoformat({text!r})', f'datetime.datetime.strptime({text!r}, {m.pick("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%H:%M", "%Y-W%W-%w", "%G-W%V-%u", "%Y%m%d", "%d", "%", "%Q", "")!r})',
                  f'datetime.{kind}({", ".join(m.some(0, 5, lambda: m.pick("1", "2", "12", "0", "31", "24", "2020", "-1", "None", "1.0", "2**40")))})', f'datetime.timedelta({", ".join(m.some(0, 7, lambda: number(m)))})',
                  f'datetime.timedelta({m.pick("weeks", "hours", "days", "minutes", "milliseconds", "years")}={number(m)})', f'datetime.timezone({when(m)}{m.pick("", ", " + repr("n"), ", 1", ", None")})', f'datetime.datetime.fromtimestamp({number(m)}, datetime.timezone.utc)')
    return ['import datetime', *m.guarded([f'show({make})'])]


def decimal_text(m):
    if m.chance(20):
        return m.pick('NaN', '-Infinity', 'sNaN', 'inf', 'nan12', '', '.', '1e', '--1', '1_000', ' 1.5 ', '١', '1e9999', '-0', '0E+5', '1E-400', 'é', '0x1')
    return f'{m.pick("", "-", "+")}{m.randint(0, 10 ** m.randint(0, 30))}{m.pick("", ".", f".{m.randint(0, 10 ** 9)}", f".{m.randint(0, 999)}")}{m.pick("", "", "", f"e{m.randint(-30, 30)}")}'


def decimals(m):
    def value():
        return m.pick(f'D({decimal_text(m)!r})', f'D({decimal_text(m)!r})', f'D({m.randint(-999, 999)})', 'D("0.1")', 'D(1)', 'D("1.10")')
    other = m.pick(value(), value(), m.atom('small'), m.atom('float'), m.atom())
    other = f'({other})' if other.startswith('lambda') else other
    a, b = m.name(), m.name()
    spec = f'{m.pick("", "<", ">", "*^", "=")}{m.pick("", "+", " ", "-")}{m.pick("", "0")}{m.pick("", str(m.randint(1, 20)))}{m.pick("", ",")}{m.pick("", f".{m.randint(0, 8)}")}{m.pick("", "f", "e", "g", "%", "E", "G", "n", "d")}'
    use = m.pick(f'{a} + {b}', f'{a} - {b}', f'{a} * {b}', f'{a} / {b}', f'{a} // {b}', f'{a} % {b}', f'divmod({a}, {b})', f'{a} == {b}', f'{a} < {b}', f'{a} ** {m.randint(-4, 6)}', f'-{a}, +{a}, abs({a})', f'round({a}, {m.randint(-4, 6)})', f'round({a})', f'int({a})', f'float({a})', f'str({a})',
                 f'format({a}, {spec!r})', f'{a}.quantize(D("{m.pick("1", "0.01", "1e3", "0.000")}"){m.pick("", ", rounding=decimal.ROUND_UP", ", rounding=decimal.ROUND_HALF_EVEN", ", rounding=decimal.ROUND_FLOOR")})', f'{a}.normalize()', f'{a}.as_tuple()', f'{a}.as_integer_ratio()',
                 f'{a}.sqrt()', f'{a}.to_eng_string()', f'{a}.adjusted()', f'{a}.compare({b})', f'{a}.copy_sign({b})', f'{a}.is_nan(), {a}.is_signed(), {a}.is_zero(), {a}.is_finite()', f'{a}.number_class()', f'{a}.scaleb(3)', f'{a}.to_integral_value()', f'{a}.fma(2, 3)', f'{a}.min({b})', f'math.floor({a})',
                 f'bool({a})', f'f"{{{a}:.2f}}"', f'"%s %.3f" % ({a}, {a})', f'{a}.remainder_near({b})', f'{a}.shift(2)', f'{a}.ln()', f'{a}.exp()', f'{a}.same_quantum({b})', f'sum([{a}, {a}])', f'D(repr({a})[9:-2])')
    context = m.pick('decimal.Context()', f'decimal.Context(prec={m.randint(1, 12)})', f'decimal.Context(prec={m.randint(1, 12)}, rounding=decimal.ROUND_{m.pick("UP", "DOWN", "CEILING", "HALF_UP", "05UP")})', 'decimal.BasicContext', 'decimal.Context(traps=[])')
    return ['import decimal, math', 'from decimal import Decimal as D', f'with decimal.localcontext({context}):', *m.body(m.guarded([f'{a}, {b} = {value()}, {other}', f'show({use})']))]


def fractions(m):
    def value():
        return m.pick(f'F({m.randint(-30, 30)}, {m.randint(-3, 30)})', f'F({decimal_text(m)!r})', f'F("{m.randint(-9, 9)}/{m.randint(0, 9)}")', f'F({m.atom("float")})', 'F()', 'F(1, 3)')
    other = m.pick(value(), m.atom('small'), m.atom('float'), m.atom('complex'), m.atom('str'))
    a, b = m.name(), m.name()
    use = m.pick(*(f'{a} {sign} {b}' for sign in ('+', '-', '*', '/', '//', '%', '**', '<', '==', '>=')), f'divmod({a}, {b})', f'round({a}, {m.randint(-2, 4)})', f'round({a})', f'int({a}), float({a})', f'{a}.limit_denominator({m.randint(0, 20)})', f'str({a}), repr({a})', f'{a}.numerator, {a}.denominator',
                 f'format({a}, {m.pick("", ".2f", "10", ".3e", "_", "+", "05", ".2%", "x", "/^9")!r})', f'math.trunc({a}), math.floor({a}), math.ceil({a})', f'{b} - {a}', f'{b} * {a}', f'hash({a}) == hash({b})', f'{a}.as_integer_ratio()', f'{a}.is_integer()', f'abs({a}), -{a}')
    return ['import math', 'from fractions import Fraction as F', *m.guarded([f'{a}, {b} = {value()}, {other}', f'show({use})'])]


def bits(m):
    n = m.pick(m.atom('int'), str(m.randint(-10 ** 30, 10 ** 30)), str(m.randint(-300, 300)))
    k = m.randint(-3, 80)
    use = m.pick(f'({n}).bit_length(), ({n}).bit_count()', f'({n}) << {k}', f'({n}) >> {k}', f'~({n})', f'({n}) & {m.atom("int")}', f'({n}) | -{m.randint(1, 2 ** 70)}', f'({n}) ^ {m.randint(0, 2 ** 70)}', f'({n}).to_bytes({m.randint(0, 16)}, {m.pick("big", "little")!r}, signed={m.chance(50)})', f'int.from_bytes(({n}).to_bytes(20, signed=True), signed=True)',
                 f'pow({n}, {m.randint(-5, 40)}, {m.randint(-20, 50)})', f'math.isqrt({n})', f'math.gcd({n}, {m.randint(-10 ** 9, 10 ** 9)}), math.lcm({n}, 12)', f'math.comb({m.randint(-2, 30)}, {m.randint(-2, 30)})', f'math.perm({m.randint(-2, 20)}, {m.pick("None", "3", "-1")})', f'math.factorial({m.randint(-2, 25)})', f'int(str({n})), int(hex({n}), 16)', f'"%x %o %d" % ({n}, {n}, {n})',
                 f'({n}).__format__("_b")', f'f"{{{n}:,}}"', f'divmod({n}, {m.pick("7", "-7", "2**64", "-10**15", "0")})', f'({n}) // {m.pick("3", "-3", "2**40", "1.5")}', f'({n}) % {m.pick("3", "-3", "2**40", "-1.5")}', f'({n}) / {m.pick("3", "2**70", "10**300", "-7")}', f'float({n}), complex({n})', f'({n}) == float({n})', f'({n}) < {m.atom("float")}', f'round({n}, {m.randint(-25, 3)})',
                 f'hash({n})', f'math.log2(abs({n}) or 1) > 5', f'({n}).as_integer_ratio(), ({n}).is_integer(), ({n}).conjugate()', f'bin({n}), oct({n})', f'range({n}, {n} + 10, 3)[{m.randint(-5, 5)}]', f'len(range({n}, {n} + {m.randint(-5, 50)}))', f'{n} in range(-100, 10**20, 7)')
    return ['import math', *m.guarded([f'show({use})'])]


def reals(m):
    x, y = (m.pick(m.atom('float'), repr(m.uniform(-1e3, 1e3)), repr(m.random() * 10.0 ** m.randint(-300, 300)), str(m.randint(-9, 9))) for _ in range(2))
    use = m.pick(f'math.fmod({x}, {y})', f'math.remainder({x}, {y})', f'math.frexp({x})', f'math.ldexp({x}, {m.randint(-1100, 1100)})', f'math.modf({x})', f'math.nextafter({x}, {y}{m.pick("", ", steps=3", ", steps=-1")})', f'math.ulp({x})', f'math.copysign({x}, {y})', f'math.isclose({x}, {y}{m.pick("", ", rel_tol=0.5", ", abs_tol=-1")})', f'math.fsum([{x}, {y}, -{y}])',
                 f'math.sumprod([{x}, {y}], [{y}, 2])', f'math.hypot({x}, {y}) >= 0', f'math.dist([{x}], [{y}])', f'math.trunc({x}), math.floor({x}), math.ceil({x})', f'({x}).hex(), float.fromhex(({x} + 0.0).hex())', f'({x} + 0.0).as_integer_ratio()', f'round({x}, {m.randint(-3, 18)})', f'math.fma({x}, {y}, 1.0)', f'math.degrees({x}), math.radians({x})',
                 f'{x} // {y}, {x} % {y}', f'divmod({x}, {y})', f'({x}) ** {m.randint(-3, 3)}', f'complex({x}, {y}) * complex({y}, 1)', f'complex({x}, {y}) / complex({y}, 1)', f'complex({x}, {y}).conjugate(), abs(complex(3, 4))', f'str(complex({x}, {y}))', f'f"{{complex({x}, {y}):{m.pick(".2f", "10.3g", "+", ",", "e", "<30", "=")}}}"', f'sum([{x}, {y}, 1e100, 1.0, -1e100])', f'min({x}, {y}), max({x}, {y})', f'sorted([{x}, {y}, 0])',
                 f'hash({y} + 1) == hash({y} + 1.0)', f'int({x})', f'statistics.fmean([{x}, {y}])', f'statistics.median([{x}, {y}, 1])', f'f"{{{x}:.{m.randint(0, 17)}{m.pick("f", "e", "g", "")}}}"', f'({x}).is_integer()', f'"{x}".rjust(9), repr({x} + 0.0)', f'json.dumps([{x}, {y}])', f'struct.pack("<{m.pick("d", "f", "e")}", {x})', f'math.sqrt({x})', f'math.cbrt(27.0), math.exp2(3)', f'random.Random({x}).random()')
    return ['import math, statistics, json, struct, random', *m.guarded([f'show({use})'])]


BLOCKS = [dates, dates, stamps, decimals, decimals, fractions, bits, bits, reals, reals]
