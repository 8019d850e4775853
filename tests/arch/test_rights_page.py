"""The page of rights is what the declarations say."""

import pytest

from arch import rights
from bancheng.domain.people import Role


def test_the_page_says_who_may_do_and_see_what():
    written = rights.PAGE.read_text(encoding="utf-8").splitlines()
    assert written == rights.render().splitlines(), "python tests/arch/rights.py writes it"


@pytest.fixture(scope="module")
def lines() -> dict[str, rights.Line]:
    return {line.name: line for line in (*rights.acts(), *rights.questions(), *rights.fields())}


def test_whatever_there_is_is_for_somebody(lines):
    assert [name for name, line in lines.items() if not line.roles] == []


@pytest.mark.parametrize(
    ("name", "role", "mark"),
    [
        ("AcceptTicket", Role.HANDLER, rights.MAY),
        ("AcceptTicket", Role.WINDOW_CLERK, rights.NOT),
        ("workOrders", Role.UNIT_OFFICER, rights.OWN),
        ("serviceItems", Role.UNIT_OFFICER, rights.MAY),
        ("onTimeRates", Role.UNIT_HEAD, rights.OWN),
        ("auditTrail", Role.UNIT_OFFICER, rights.OWN),
        ("auditTrail", Role.DUTY_LEADER, rights.NOT),
        ("Ticket.reporter", Role.UNIT_OFFICER, rights.NOT),
        ("Ticket.reporter", Role.HANDLER, rights.MAY),
        ("me", Role.ADMINISTRATOR, rights.MAY),
    ],
)
def test_a_mark_tells_what_the_law_of_the_hall_says(lines, name, role, mark):
    assert lines[name].mark(role) == mark
