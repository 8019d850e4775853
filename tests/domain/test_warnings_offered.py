"""What may be done about warnings can be asked without doing it; the decision answers the same."""

from functools import reduce

import pytest

from bancheng.app.registry import BY_COMMAND, TICKET
from bancheng.domain.commands import Desk
from bancheng.domain.deadlines import key_of
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.answering import (
    AnswerWarning,
    AppealWarning,
    RejectWarningAppeal,
    RevokeWarning,
)
from bancheng.domain.warnings.raising import RaiseWarning, ReplanDueDate
from support.builders import (
    LEAD,
    TEXT,
    a_dispatched_ticket,
    a_reported_ticket,
    a_signed_in_ticket,
    after,
    raising,
    submitting,
)
from support.given import CALENDAR, OFFICER, RULES, STAFF, STREAM, given, local
from support.rules import load_calendar

YELLOW_AT = local("2026-03-09 09:00")
CARD = "BCS-1-01/resolve/1/yellow"
OF_CARD = {"matter_id": STREAM, "warning_id": CARD}
MONDAY_OFF = load_calendar(
    'version = "汛情"\nsource = "汛情"\n[days.2026-03-09]\nkind = "day_off"\nname = "防汛"\n'
)
FIELDS = {
    AnswerWarning: {"answer": TEXT},
    AppealWarning: {"ground": TEXT},
    RejectWarningAppeal: {"ruling": TEXT},
    RevokeWarning: {"ruling": TEXT},
}


def carded():
    return after(a_signed_in_ticket(), raising(LimitKind.RESOLVE, LEAD, WarningLevel.YELLOW),
                 at=YELLOW_AT)  # fmt: skip


APPEAL = AppealWarning(**OF_CARD, ground=TEXT)
STORIES = {
    "reported": a_reported_ticket,
    "dispatched": lambda: a_dispatched_ticket("RS", "YB"),
    "carded": carded,
    "answered": lambda: after(carded(), AnswerWarning(**OF_CARD, answer=TEXT), OFFICER),
    "appealed": lambda: after(carded(), APPEAL, OFFICER),
    "upheld": lambda: after(
        after(carded(), APPEAL, OFFICER), RejectWarningAppeal(**OF_CARD, ruling=TEXT)
    ),
    "revoked": lambda: after(carded(), RevokeWarning(**OF_CARD, ruling=TEXT)),
    "done": lambda: after(carded(), submitting()),
}


def command(act, target, state):
    """The act on ``target``; of the levels, one that is owed if there is any."""
    if act in FIELDS:
        return act(matter_id=STREAM, warning_id=target, **FIELDS[act])
    subject, _, kind = target.rpartition("/")
    level = {}
    if act is RaiseWarning:
        deadline = state.deadlines.get(target)
        plan = deadline.due.warnings if deadline else ()
        owed = [one.level for one in plan if one.level not in deadline.raised]
        level = {"level": owed[0] if owed else WarningLevel.RED}
    return act(matter_id=STREAM, kind=LimitKind(kind), subject=subject, **level)


@pytest.mark.parametrize("act", [*FIELDS, RaiseWarning, ReplanDueDate])
@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("calendar", [CALENDAR, MONDAY_OFF], ids=["usual", "Monday off"])
def test_what_is_offered_is_done_and_what_is_not_is_refused_for_the_same_reason(
    act, story, calendar
):
    history, decision = STORIES[story](), BY_COMMAND[act].decide
    state = reduce(TICKET.evolve, history, TICKET.empty())
    missing = "BCS-1-09/resolve" if act in (RaiseWarning, ReplanDueDate) else "BCS-1-09"
    for actor in STAFF:
        for at in (history[-1].envelope.occurred_at, local("2026-03-30 10:00")):
            desk = Desk(now=at, actor=actor, calendar=calendar, rulebook=RULES, stream_id=STREAM)
            for target in (*decision.among(state), missing):
                refusal = decision.refusal(state, act, desk, target)
                done = given(*history).when(
                    command(act, target, state), by=actor, at=at, calendar=calendar
                )
                assert (refusal and refusal.code) == (done.refusal and done.refusal.code)


def test_the_parts_to_choose_from_are_the_cards_that_stand_and_the_deadlines_that_ever_ran():
    state = reduce(TICKET.evolve, carded(), TICKET.empty())

    assert BY_COMMAND[AnswerWarning].decide.among(state) == [CARD]
    assert set(BY_COMMAND[RaiseWarning].decide.among(state)) == {
        key_of(LimitKind.ACCEPT, STREAM), key_of(LimitKind.SIGN_IN, LEAD),
        key_of(LimitKind.RESPOND, LEAD), key_of(LimitKind.RESOLVE, LEAD),
        key_of(LimitKind.CARD_FEEDBACK, CARD),
    }  # fmt: skip
