"""datetime: dates and times added, compared, formatted, parsed, with zones; a calendar."""

import calendar
from datetime import date, datetime, timedelta, timezone

CASES = {50: [3972, "2024-03-23T15:20:50.000850+00:00"], 33000: [2789303, "2118-04-06T19:40:00.561000+00:00"]}


def main(size):
    start = datetime(2024, 1, 31, 12, 30, tzinfo=timezone.utc)
    zone = timezone(timedelta(hours=5, minutes=30))
    step = timedelta(days=1, seconds=3661, microseconds=17)
    moment = start
    total = 0
    for i in range(size):
        moment += step
        total += moment.weekday() + moment.toordinal() % 7
        text = moment.isoformat()
        assert datetime.fromisoformat(text) == moment
        total += moment.astimezone(zone).hour
        total += (moment - start).days & 7
        total += len(moment.strftime("%Y-%m-%d %H:%M:%S"))
        day = date(2000 + i % 100, i % 12 + 1, i % 28 + 1)
        total += day.isocalendar()[1] + day.replace(day=1).day + (day < moment.date())
        total += int(timedelta(hours=i, minutes=3) / timedelta(minutes=1)) & 15
        if i % 10 == 0:
            total += datetime.strptime("2024-03-05 10:20", "%Y-%m-%d %H:%M").minute
    for year in range(2000, 2000 + size // 400):
        total += len(calendar.TextCalendar().formatyear(year))
    return [total, moment.isoformat()]
