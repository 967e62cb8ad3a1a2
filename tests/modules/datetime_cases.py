# env: TZ=Europe/Berlin
"""datetime: what its types compute, print and pickle, and what they say of bad arguments."""

import copy
import datetime as module
import pickle
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, timezone, tzinfo
from cases import show

td = timedelta
PROTOCOLS = range(6)


class Zone(tzinfo):
    """Summer time from April to September."""

    def __init__(self, hours=1):
        self.hours = hours

    def utcoffset(self, dt):
        return td(hours=self.hours) + self.dst(dt)

    def dst(self, dt):
        return td(hours=1) if dt and 4 <= dt.month < 10 else td(0)

    def tzname(self, dt):
        return "Z%" + str(self.hours)

    def __repr__(self):
        return "Zone(" + str(self.hours) + ")"


class Bad(tzinfo):
    def __init__(self, answer):
        self.answer = answer

    def utcoffset(self, dt):
        return self.answer

    dst = tzname = utcoffset


class D(date):
    pass


class DT(datetime):
    pass


class TD(timedelta):
    pass


class Text(str):
    def replace(self, *args):
        return None


def ratio(value):
    class Float(float):
        def as_integer_ratio(self):
            return value
    return Float()


d = date(2024, 2, 29)
t = time(12, 30, 15, 123456)
dt = datetime(2024, 2, 29, 12, 30, 15, 123456)
aware = datetime(2024, 7, 1, 12, tzinfo=Zone())
utc = datetime(2024, 7, 1, 12, tzinfo=UTC)

CASES = r"""
(MINYEAR, MAXYEAR, UTC is timezone.utc, sorted(n for n in dir(module) if n[0] != "_" and n != "datetime_CAPI" and n != "sys"))
(td.min, td.max, td.resolution, date.min, date.max, time.max, datetime.max, timezone.min, timezone.max)
td(1, 2, 3, 4, 5, 6, 7)
td(days=1.5, seconds=0.1, microseconds=2.5)
td(microseconds=0.5), td(microseconds=1.5), td(microseconds=-0.5), td(milliseconds=0.0005)
td(days=-1, microseconds=1)
td(10**9)
td(10**10)
td(microseconds=10**20)
td(10**40)
td(1e300)
td(float("inf"))
td(float("nan"))
td("x")
td(seconds=None)
[str(td(n, 1, us)) for n in (0, 1, -1, 2) for us in (0, 5)]
[repr(x) for x in (td(0), td(1), td(seconds=1), TD(microseconds=1), td(1, 2, 3))]
(td(1) + td(2), td(1) - td(2), -td(1, 1), +TD(1), abs(td(-1, 1)), bool(td(0)), td(1) * 3, 3 * td(1), td(1) * 1.5, td(1) * True)
(td(1) / 2, td(1) / 0.3, td(1) // 7, td(1) / td(7), td(1) // td(0, 7), td(1) % td(0, 7), divmod(td(-1), td(0, 7)))
(td(microseconds=5) / 2, td(microseconds=7) / 2, td(microseconds=-5) / 2, td(microseconds=5) * 0.5)
td(1) / 0
td(1) // 0
td(1) / 0.0
td(1) % td(0)
td(1) // td(0)
td(1) / td(0)
divmod(td(1), td(0))
td(1) * float("inf")
td(1) / float("nan")
td(1) * ratio(1)
td(1) * ratio((1, 2, 3))
td(1) * 10**20
td(1) * "x"
td(1) + 3
3 - td(1)
(td(1) < td(2), td(1) == td(0, 86400), td(1) == 1, hash(td(1)) == hash(TD(1)), td(1).total_seconds())
td(1) < 1
date(2024)
date(2024, 1)
date(10000, 1, 1)
date(2023, 2, 29)
date(2024, 13, 1)
date(2024, 1, 2.5)
date(2**40, 1, 1)
date(2**70, 1, 1)
date(-2**40, 1, 1)
(d, str(d), d.year, d.month, d.day, D(2024, 1, 1))
[date.fromordinal(n) for n in (1, 365, 366, 1461, 146097, 146098, 719163, 3652059)]
date.fromordinal(0)
date.fromordinal(10**7)
all(date.fromordinal(n).toordinal() == n for n in range(1, 3652060, 97))
[tuple(date(y, 1, 1).isocalendar()) for y in (1, 2004, 2005, 2009, 2010, 2021, 9999)]
[tuple(date(y, 12, 31).isocalendar()) for y in (2004, 2005, 2008, 2009, 2020, 9999)]
d.isocalendar()
(d.isocalendar().week, pickle.loads(pickle.dumps(d.isocalendar())))
date.fromisocalendar(2020, 53, 7)
date.fromisocalendar(2021, 53, 1)
date.fromisocalendar(0, 1, 1)
date.fromisocalendar(2021, 1, 8)
date.fromisocalendar(2021, 2**40, 8)
date.fromisocalendar(9999, 52, 7)
(d.weekday(), d.isoweekday(), d.toordinal(), d.ctime(), d.timetuple())
(d + td(1), d - td(1, 5), d - date(2000, 1, 1), D(2024, 1, 1) + td(1), td(1) + d)
date.max + td(1)
date.min - td(1)
td(1) - d
d - dt
(d == dt, d != dt, d == date(2024, 2, 29), d < date.max)
d < dt
dt < d
d < 3
(d.replace(year=2000), d.replace(day=1), copy.replace(d, month=3), type(D(2024, 1, 1).replace(day=2)))
d.replace(year=2023)
d.replace(foo=1)
(format(d, ""), format(d, "%d.%m.%y"), d.strftime("%f %z|%Z|%:z|%%f"))
format(d, "%Y") == d.strftime("%Y")
d.__format__(3)
d.strftime(3)
date.fromisoformat("2024-02-29"), date.fromisoformat("20240229"), date.fromisoformat("2024-W09-4"), date.fromisoformat("2024W09")
[D.fromisoformat("2024-W01"), date.fromisoformat("2020-W53-7")]
date.fromisoformat(3)
date.fromisoformat("2024-2-29")
date.fromisoformat("2024-0229")
date.fromisoformat("2024-W54-1")
date.fromisoformat("2024-13-01")
date.fromisoformat("2024-02-2\u0669")
time(25)
time(0, 60)
time(0, 0, 60)
time(0, 0, 0, 10**6)
time(fold=2)
time(tzinfo=3)
time(1.5)
(t, time(1), time(1, 2), time(1, 2, 3), time(1, fold=1), time(1, tzinfo=UTC, fold=1))
[t.isoformat(s) for s in ("auto", "hours", "minutes", "seconds", "milliseconds", "microseconds")]
t.isoformat("x")
t.isoformat(3)
(str(time(1, tzinfo=UTC)), str(time(1, tzinfo=timezone(-td(hours=1, seconds=5, microseconds=7)))))
(time(1, tzinfo=UTC) == time(2, tzinfo=timezone(td(hours=1))), hash(time(1, tzinfo=UTC)) == hash(time(2, tzinfo=timezone(td(hours=1)))))
(time(1) == time(1, fold=1), hash(time(1)) == hash(time(1, fold=1)), time(1) == time(1, tzinfo=UTC), bool(time(0)))
time(1) < time(1, tzinfo=UTC)
(time(1, tzinfo=Zone()).utcoffset(), time(1, tzinfo=Zone()).dst(), time(1, tzinfo=Zone()).tzname(), time(1).tzname())
(t.replace(hour=1), t.replace(tzinfo=UTC, fold=1), t.replace(tzinfo=None))
(t.strftime("%H:%M:%S.%f%z"), format(time(1, tzinfo=Zone()), "%z %:z %Z"))
[time.fromisoformat(s) for s in ("12", "1230", "T12:30:15", "12:30:15.5", "12:30:15,123456789", "123015Z", "12:30+01:00", "12:30-010203.5")]
time.fromisoformat("12:3")
time.fromisoformat("1")
time.fromisoformat("12:30:15.")
time.fromisoformat("12:3015")
time.fromisoformat("12:30Z1")
time.fromisoformat("25:00")
time.fromisoformat("12:00+25:00")
datetime(2024, 1, 1, fold=3)
datetime(2024, 1, 1, 24)
datetime(2024, 1, 1, tzinfo=3)
(dt, datetime(2024, 1, 1), datetime(2024, 1, 1, 1, 2), datetime(2024, 1, 1, 0, 0, 3), DT(2024, 1, 1, fold=1, tzinfo=UTC))
(str(dt), str(utc), str(aware), dt.isoformat("\xe9"), dt.isoformat(" ", "minutes"))
dt.isoformat("xx")
dt.isoformat(timespec="x")
dt.isoformat(timespec=3)
(dt.date(), dt.time(), utc.timetz(), dt.ctime(), dt.timetuple(), aware.timetuple(), aware.utctimetuple())
(dt + td(1), dt - td(0, 0, 1), dt - datetime(2024, 1, 1), td(1) + DT(2024, 1, 1))
datetime.max + td(0, 0, 1)
datetime.min - td(0, 0, 1)
dt - utc
(utc - aware, utc < aware, utc == utc.astimezone(Zone()), dt == utc, hash(utc) == hash(utc.astimezone(timezone(td(hours=3)))))
dt < utc
(dt == dt.replace(fold=1), hash(dt) == hash(dt.replace(fold=1)), utc == 3)
(utc.astimezone(Zone()), utc.astimezone(timezone(td(hours=-3))), aware.astimezone(UTC), utc.astimezone(UTC) is utc)
(utc.astimezone(), dt.astimezone(UTC), dt.astimezone())
dt.astimezone(3)
(datetime.combine(d, t), datetime.combine(dt, time(1, tzinfo=UTC, fold=1)), DT.combine(d, t, UTC))
datetime.combine(3, t)
datetime.combine(d, 3)
(dt.replace(year=2023, day=1), utc.replace(tzinfo=None), copy.replace(dt, hour=0, fold=1))
dt.replace(year=2023)
[datetime.fromisoformat(s) for s in ("2024-02-29", "2024-02-29T12", "20240229T123015", "2024-02-29 12:30:15.5+01:00", "2024-W09-4T12:30Z", "2024W09412:30", "2024-02-29x12")]
datetime.fromisoformat("2024-02-29T")
datetime.fromisoformat("2024-02-30")
datetime.fromisoformat("2024-02")
datetime.fromisoformat("")
(dt.strftime("%Y-%m-%d %H:%M:%S.%f"), aware.strftime("%z %:z %Z %%z %:x"), utc.strftime("%Z%z"))
datetime(2024, 1, 1, tzinfo=Bad(Text("x"))).strftime("%Z")
datetime(2024, 1, 1, tzinfo=Bad(5)).utcoffset()
datetime(2024, 1, 1, tzinfo=Bad(td(1))).dst()
datetime(2024, 1, 1, tzinfo=Bad(5)).tzname()
datetime.strptime("29.02.2024 12:30", "%d.%m.%Y %H:%M")
datetime.strptime("x", "y")
datetime.strptime(3, "y")
[datetime.fromtimestamp(n) for n in (0, 1.5, -1.5, 0.0000005, 0.0000015, 1729989000, 1729992600)]
[datetime.fromtimestamp(n, UTC) for n in (0, 2**31, -1e9)]
(date.fromtimestamp(0), datetime.fromtimestamp(1e9, Zone()))
datetime.fromtimestamp(1e15)
datetime.fromtimestamp(1e30)
datetime.fromtimestamp(float("nan"))
datetime.fromtimestamp("x")
[datetime(2024, 10, 27, 2, 30, fold=f).timestamp() for f in (0, 1)]
[datetime(2024, 3, 31, 2, 30, fold=f).timestamp() for f in (0, 1)]
[datetime(2024, 3, 31, 2, 30, fold=f).astimezone(UTC) for f in (0, 1)]
(dt.timestamp(), utc.timestamp(), datetime(1, 1, 2, tzinfo=UTC).timestamp())
(type(datetime.now()), type(DT.now(UTC)), datetime.now(UTC).tzinfo, type(D.today()), type(DT.today()))
datetime.now(3)
(timezone.utc, timezone(td(0)), timezone(td(0)) is UTC, timezone(td(0), "x"), timezone(td(hours=-1, minutes=-30)))
[str(timezone(x)) for x in (td(0), td(hours=5), -td(hours=5, minutes=30), td(seconds=-1, microseconds=1))]
(timezone(td(hours=1), "x").tzname(None), timezone(td(hours=1)) == timezone(td(hours=1), "x"), UTC != 3)
timezone(3)
timezone(td(1))
timezone(td(0), 3)
UTC < UTC
UTC.utcoffset(3)
UTC.fromutc(3)
UTC.fromutc(dt)
tzinfo().utcoffset(None)
tzinfo().fromutc(dt)
Zone().fromutc(dt)
Bad(None).fromutc(datetime(2024, 1, 1, tzinfo=Bad(None)))
type("X", (timezone,), {})
[pickle.dumps(x, p) for x in (d, t, dt, td(1, 2, 3), UTC, dt.replace(fold=1)) for p in (0, 2, 4)]
all(pickle.loads(pickle.dumps(x, p)) == x for x in (d, t, dt, td(1), UTC, utc, timezone.max) for p in PROTOCOLS)
all(copy.deepcopy(x) == x and type(copy.copy(x)) is type(x) for x in (d, t, utc, TD(1), D(1, 1, 1), aware))
(dt.replace(fold=1).__reduce_ex__(3), dt.replace(fold=1).__reduce_ex__(4), utc.__reduce__(), UTC.__reduce__(), time(1, fold=1).__reduce__())
(date(b"\x07\xe8\x02\x1d"), datetime(b"\x07\xe8\x82\x1d\x0c\0\0\0\0\0", UTC), time(b"\x8c\0\0\0\0\1"), date("\x07\xe8\x02\x1d"))
date("\u0107\xe8\x02\x1d")
date(b"\x07\xe8\x0d\x1d")
datetime(b"\x07\xe8\x02\x1d\x0c\0\0\0\0\0", 3)
d.year.__class__ and setattr(d, "year", 3)
setattr(td(1), "days", 3)
"""

show(CASES, globals())
