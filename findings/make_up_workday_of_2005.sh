#!/bin/sh
# 2005-12-31, a Saturday, was worked: it paid for a day off of New Year 2006 (国办发明电〔2005〕35号).
# chinesecalendar 1.11.0 has it as a day off, so its days of that notice do not balance: Sunday to
# Tuesday are off, one by statute and one in the place of a Sunday, and nothing pays for the third.
# holidays 0.109 has it as worked. From 2004 to 2026 it is the one day on which the two differ.
set -eu
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet --disable-pip-version-check chinesecalendar==1.11.0 holidays==0.109
"$room/venv/bin/python" - <<'PY'
from datetime import date, timedelta

import chinese_calendar
import holidays

china = holidays.country_holidays("CN")
first, last = date(2004, 1, 1), date(2026, 12, 31)
days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
differ = {
    str(day): (chinese_calendar.is_workday(day), china.is_working_day(day))
    for day in days
    if chinese_calendar.is_workday(day) != china.is_working_day(day)
}
print(differ)
assert differ == {"2005-12-31": (False, True)}, differ
PY
