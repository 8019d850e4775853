"""窗口设置与派班: what a window is for, and who sits there from when to when."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.office.window import WindowClosed, WindowRegistered
from bancheng.domain.office.window_terms import (
    ArrangeWindow,
    EndWindowDuty,
    StaffWindow,
    WindowArranged,
    WindowDutyEnded,
    WindowStaffed,
)
from bancheng.domain.windows import WindowAuthority, WindowKind
from support.given import ADMIN, CLERK, DUTY, HEAD, START, Given, given

REGISTERED = WindowRegistered(code="A01", name="综合窗口一", unit="RS")
DAYS = {"open_from": date(2026, 3, 2), "open_until": date(2026, 4, 30)}
BOTH = (WindowAuthority.ACCEPT, WindowAuthority.DECIDE)
ARRANGE = ArrangeWindow(code="A01", kind=WindowKind.TEMPORARY, authorities=BOTH, **DAYS)
ARRANGED = WindowArranged(kind=WindowKind.TEMPORARY, authorities=BOTH, **DAYS)
SEAT = StaffWindow(code="A01", staff_id=CLERK.id, since=START)
STAFFED = WindowStaffed(staff_id=CLERK.id, name=CLERK.name, since=START)
END = EndWindowDuty(code="A01", staff_id=CLERK.id)
UNTIL = START + timedelta(days=7)


def there(*more) -> Given:
    return Given(given(REGISTERED, *more).history, "window-A01")


def test_a_window_is_of_a_kind_for_days_and_with_authority():
    there().when(ARRANGE).then(ARRANGED)
    always = replace(ARRANGE, open_from=None, open_until=None, authorities=BOTH[::-1])
    there(ARRANGED).when(always).then(replace(ARRANGED, open_from=None, open_until=None))
    there(ARRANGED).when(ARRANGE).then_refused("ARRANGEMENT_UNCHANGED", "code")
    wrong = replace(ARRANGE, open_until=date(2026, 3, 1))
    there().when(wrong).then_refused("OPEN_DAYS_REVERSED", "open_until")


def test_what_was_said_of_it_stays_with_another_name_and_ends_with_it():
    renamed = replace(REGISTERED, name="综合窗口甲")
    there(ARRANGED, renamed).when(ARRANGE).then_refused("ARRANGEMENT_UNCHANGED", "code")
    there(ARRANGED, WindowClosed(), REGISTERED).when(ARRANGE).then(ARRANGED)


def test_who_sits_there_is_of_a_post_that_does_from_then_on_or_to_then():
    for by in (ADMIN, DUTY):
        there().when(SEAT, by).then(STAFFED)
    there(STAFFED).when(replace(SEAT, until=UNTIL)).then(replace(STAFFED, until=UNTIL))
    there().when(replace(SEAT, staff_id=HEAD.id)).then_refused("SEAT_UNFIT", "staff_id")
    there().when(replace(SEAT, staff_id="nobody")).then_refused("STAFF_UNKNOWN", "staff_id")
    there().when(replace(SEAT, until=START)).then_refused("DUTY_OVER", "until")


def test_it_is_ended_once_and_not_after_its_time():
    there(STAFFED).when(END).then(WindowDutyEnded(staff_id=CLERK.id))
    there(STAFFED, WindowDutyEnded(staff_id=CLERK.id)).when(END).then_refused("NOT_ON_DUTY")
    there(replace(STAFFED, until=UNTIL)).when(END, at=UNTIL).then_refused("NOT_ON_DUTY")
    there(STAFFED, WindowClosed(), REGISTERED).when(END).then_refused("NOT_ON_DUTY")


@pytest.mark.parametrize("command", [ARRANGE, SEAT, END])
def test_of_a_window_that_is_closed_nothing_is_said(command):
    there(STAFFED, WindowClosed()).when(command).then_refused("WINDOW_NOT_OPEN", "code")
