#!/bin/sh
# On 2020-01-27 the Spring Festival of 2020 was made longer, up to 2020-02-02 (国办发明电〔2020〕1号).
# workalendar 17.0.0 keeps the notice of November 2019 alone: 2020-01-31 is worked, and so is
# Saturday 2020-02-01, which the first notice had as a make-up workday and the second has as off.
# chinesecalendar 1.11.0 follows the second one. Two working days lie between them: whoever reckons
# ten working days from 2020-01-20 comes to another day with each.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet --disable-pip-version-check chinesecalendar==1.11.0 workalendar==17.0.0
"$room/venv/bin/python" -W ignore - <<'PY'
from datetime import date, timedelta

import chinese_calendar
from workalendar.asia import China

china = China()


def tenth(is_worked):
    day, left = date(2020, 1, 20), 10
    while left:
        day += timedelta(days=1)
        left -= is_worked(day)
    return str(day)


seen = {
    str(day): (chinese_calendar.is_workday(day), china.is_working_day(day))
    for day in (date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2), date(2020, 2, 3))
}
reckoned = tenth(chinese_calendar.is_workday), tenth(china.is_working_day)
print(seen, reckoned)
assert seen == {
    "2020-01-31": (False, True),
    "2020-02-01": (False, True),
    "2020-02-02": (False, False),
    "2020-02-03": (True, True),
}
assert reckoned == ("2020-02-11", "2020-02-07"), reckoned
PY
