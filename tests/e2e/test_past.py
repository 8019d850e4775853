"""The operator prints a matter and a ledger as they were."""

from datetime import timedelta

import msgspec
import pytest

from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.infra.clock import FixedClock
from support import backends
from support.halls import MONDAY, act, hall, report
from support.program import bancheng

pytestmark = backends.ONCE
MANY = 250  # more than a page


@pytest.fixture
def recorded(furnished: str) -> tuple[str, str]:
    """A ticket of nine o'clock, accepted at eleven, and many others at noon; its number."""
    clock = FixedClock(MONDAY)
    with hall(furnished, clock) as container:
        ticket = report(container)
        number = container.store.load(ticket)[0].event.number
        clock.advance(timedelta(hours=2))
        act(container, AcceptTicket(ticket_id=ticket))
        clock.advance(timedelta(hours=1))
        for _ in range(MANY):
            report(container)
    return furnished, number


def test_a_matter_is_printed_as_it_was(recorded):
    database, number = recorded

    was = bancheng(database, "as-of", "matter", number, "--at", "2026-03-02 10:00").stdout
    later = bancheng(database, "as-of", "matter", number, "--at", "2026-03-02 11:30").stdout

    assert "待受理" in was
    assert "待受理" not in later
    assert "2026-03-02 11:00" in later
    assert "计时中" in was
    assert "受理" in was


def test_a_ledger_is_printed_whole_however_long_it_is(recorded):
    database, number = recorded

    was = bancheng(database, "as-of", "ledger", "tickets", "--at", "2026-03-02 10:00").stdout
    later = bancheng(database, "as-of", "ledger", "tickets", "--at", "2026-03-02 13:00").stdout

    assert [msgspec.json.decode(line)["编号"] for line in was.splitlines()] == [number]
    numbers = [msgspec.json.decode(line)["编号"] for line in later.splitlines()]
    assert len(set(numbers)) == len(numbers) == MANY + 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ledger", "nothing", "--at", "2026-03-02"), "LEDGER_NOT_FOUND"),
        (("ledger", "tickets", "--at", "2999-03-02"), "PAST_IN_FUTURE"),
        (("ledger", "tickets", "--at", "0001-01-01"), "FIELD_INVALID"),
        (("matter", "BCS0", "--at", "2026-03-02 10:00"), "MATTER_NOT_FOUND"),
        (
            ("ledger", "past_cases", "--at", "2026-03-02", "--by", "occurred"),
            "PAST_BY_RECORDED_ONLY",
        ),
    ],
)
def test_what_can_not_be_printed_says_why(furnished, arguments, code):
    assert code in bancheng(furnished, "as-of", *arguments, fails=True).stderr
