"""The operator prints a matter and a ledger as they were, and what changed since."""

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


def test_what_changed_in_a_matter_is_printed_field_by_field(recorded):
    database, number = recorded

    said = compared(database, "matter", number, "2026-03-02 10:00", "2026-03-02 12:30")
    same = compared(database, "matter", number, "2026-03-02 10:00", "2026-03-02 10:30")

    assert next(
        [cell.strip() for cell in line.strip("│").split("│")][-3:]
        for line in said.splitlines()
        if "待受理" in line
    ) == ["状态", "待受理", "待分析"]
    assert "限时看板" in said
    assert "没有变动" in same


def test_what_changed_in_a_ledger_is_printed_whole_however_much_it_is(recorded):
    database, number = recorded

    said = compared(database, "ledger", "tickets", "2026-03-02 10:00", "2026-03-02 13:00")

    rows = [msgspec.json.decode(line) for line in said.splitlines()]
    assert [one["编号"] for one in rows if one["变动"] == "变动"] == [number]
    assert len({one["编号"] for one in rows if one["变动"] == "新增"}) == MANY
    (own,) = [one for one in rows if one["编号"] == number]
    assert own["栏目"]["状态"] == ["待受理", "待分析"]


def compared(database: str, what: str, name: str, since: str, until: str) -> str:
    return bancheng(database, "compare", what, name, "--since", since, "--until", until).stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ledger", "audit_trail", "2026-03-02", "2026-03-03"), "LEDGER_NOT_FOUND"),
        (("ledger", "tickets", "2026-03-03", "2026-03-02"), "MOMENTS_REVERSED"),
        (("ledger", "tickets", "2026-03-03", "2999-03-02"), "PAST_IN_FUTURE"),
        (("matter", "BCS0", "2026-03-02", "2026-03-03"), "MATTER_NOT_FOUND"),
    ],
)
def test_what_can_not_be_compared_says_why(furnished, arguments, code):
    what, name, since, until = arguments
    said = bancheng(
        furnished, "compare", what, name, "--since", since, "--until", until, fails=True
    )
    assert code in said.stderr


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
