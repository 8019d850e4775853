"""An act can be asked, without a command, whether somebody may do it now, and on what."""

import pytest

from bancheng.app.acts.tickets import TICKET
from bancheng.domain.commands import Desk
from bancheng.domain.complaint.discover import AcceptTicket, accept
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.errors import NotAllowed, WrongStep
from bancheng.domain.guards import Decision, Targets
from bancheng.domain.people import Role
from support.given import CALENDAR, CLERK, HANDLER, RULES, START, STREAM

TAKEN = WrongStep("TAKEN", "已被领走", remedy="请换一件")


def needs_what_is_free(ticket, attempt):
    if attempt.target != "free":
        raise TAKEN


GUARDED = TICKET.act(
    AcceptTicket,
    Decision(needs_what_is_free, accept, Targets(lambda command: "", lambda ticket: ["free", "x"])),
    Role.HANDLER,
)
PLAIN = TICKET.act(AcceptTicket, accept, Role.HANDLER)


def desk(actor):
    return Desk(now=START, actor=actor, calendar=CALENDAR, rulebook=RULES, stream_id=STREAM)


@pytest.mark.parametrize("act", [GUARDED, PLAIN])
def test_the_role_is_asked_first(act):
    refusal = act.refusal(Ticket(), desk(CLERK), "x")
    assert isinstance(refusal, NotAllowed)
    assert refusal.code == "ROLE_MISSING"


def test_then_the_guard_says_whether_it_can_be_done_on_a_target():
    assert GUARDED.refusal(Ticket(), desk(HANDLER), "x") is TAKEN
    assert GUARDED.refusal(Ticket(), desk(HANDLER), "free") is None


def test_the_targets_are_those_of_the_decision():
    assert GUARDED.targets(Ticket()) == ["free", "x"]


def test_a_decision_without_a_guard_asks_for_the_role_alone_and_is_about_the_whole_matter():
    assert PLAIN.refusal(Ticket(), desk(HANDLER)) is None
    assert PLAIN.targets(Ticket()) == [""]
