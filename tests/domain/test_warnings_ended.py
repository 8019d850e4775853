"""A deadline that has ended gives no warning any more, however it ended."""

import pytest

from bancheng.domain.complaint.discover import AcceptTicket, DivertTicket, RefuseTicket
from bancheng.domain.complaint.dispatch import ReassignWorkOrder, SignInWorkOrder
from bancheng.domain.complaint.returns import UpholdReturn
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.supervision.answering import AnswerMeasure
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder
from bancheng.domain.time_limits.levels import WarningLevel
from support.builders import (
    LEAD,
    TEXT,
    a_dispatched_ticket,
    a_reported_ticket,
    a_returned_order,
    a_signed_in_ticket,
    a_verified_ticket,
    after,
    calling_back,
    officer_of,
    passing,
    raising,
    submitting,
)
from support.given import READ, STREAM, given, local

ACCEPT, SIGN_IN = LimitKind.ACCEPT, LimitKind.SIGN_IN
RESOLVE, FEEDBACK = LimitKind.RESOLVE, LimitKind.FEEDBACK
LEVELS = (WarningLevel.REMINDER, WarningLevel.YELLOW, WarningLevel.RED)
YELLOW_AT = local("2026-03-09 09:00")
MUCH_LATER = local("2026-03-30 10:00")
ORDER = {"ticket_id": STREAM, "order_id": LEAD}
ORDERED = IssueSupervisionOrder(
    matter_id=STREAM, unit="YB", colour=SupervisionColour.BLUE, ground="overdue", demand=TEXT
)


def warn(level, kind=RESOLVE, subject=LEAD):
    return raising(kind, subject, level)


REFUSE = RefuseTicket(ticket_id=STREAM, reason="litigation", explanation=TEXT, remedy=TEXT)
DIVERT = DivertTicket(ticket_id=STREAM, target="petition_office", explanation=TEXT, organ="信访局")
SIGNATURE = SignInWorkOrder(**ORDER)
AWAY = ReassignWorkOrder(**ORDER, unit="GA", instruction=TEXT, released=READ)
ENDED = {
    "signed in time": (SIGN_IN, a_signed_in_ticket),
    "signed late": (SIGN_IN, lambda: after(a_dispatched_ticket(), SIGNATURE, at=MUCH_LATER)),
    "objected to": (SIGN_IN, a_returned_order),
    "resolved in time": (RESOLVE, lambda: after(a_signed_in_ticket(), submitting())),
    "resolved late": (RESOLVE, lambda: after(a_signed_in_ticket(), submitting(), at=MUCH_LATER)),
    "return upheld": (
        RESOLVE, lambda: after(a_returned_order(), UpholdReturn(**ORDER, ruling=TEXT)),
    ),
    "reassigned": (RESOLVE, lambda: after(a_signed_in_ticket(), AWAY)),
    "reassigned unsigned": (SIGN_IN, lambda: after(a_dispatched_ticket(), AWAY)),
    "accepted": (ACCEPT, lambda: after(a_reported_ticket(), AcceptTicket(ticket_id=STREAM))),
    "refused": (ACCEPT, lambda: after(a_reported_ticket(), REFUSE)),
    "diverted": (ACCEPT, lambda: after(a_reported_ticket(), DIVERT)),
}  # fmt: skip


@pytest.mark.parametrize("ended", ENDED)
def test_a_limit_that_has_ended_gives_no_warning_any_more(ended):
    kind, story = ENDED[ended]
    subject = STREAM if kind is ACCEPT else LEAD
    for level in LEVELS:
        given(*story()).when(warn(level, kind, subject), at=MUCH_LATER).then_refused(
            "DEADLINE_NOT_RUNNING"
        )


def test_an_objection_stops_the_time_to_sign_and_not_the_time_to_resolve():
    given(*a_returned_order()).when(warn(WarningLevel.RED, SIGN_IN), at=MUCH_LATER).then_refused(
        "DEADLINE_NOT_RUNNING"
    )
    assert given(*a_returned_order()).when(warn(WarningLevel.RED), at=MUCH_LATER).refusal is None


def test_a_missing_answer_to_a_card_is_warned_of_also_after_striking_off():
    carded = after(a_signed_in_ticket(), warn(WarningLevel.YELLOW), at=YELLOW_AT)
    card = carded[-1].event.warning_id
    for command in (submitting(), calling_back(), passing()):
        carded = after(carded, command)
    closed = after(carded, StrikeOffTicket(ticket_id=STREAM))
    for story in (carded, closed):
        act = warn(WarningLevel.RED, LimitKind.CARD_FEEDBACK, card)
        assert given(*story).when(act, at=MUCH_LATER).refusal is None


@pytest.mark.parametrize("end", [REFUSE, DIVERT], ids=["refused", "diverted"])
def test_a_supervision_order_is_warned_of_until_it_is_answered_though_its_ticket_went_elsewhere(
    end,
):
    story = after(after(a_reported_ticket(accused_unit="YB"), ORDERED), end)
    act = warn(WarningLevel.RED, FEEDBACK, "BCS-1-D01")
    (card,) = given(*story).when(act, at=MUCH_LATER).events
    assert card.unit == "YB"
    answer = AnswerMeasure(matter_id=STREAM, measure_id="BCS-1-D01", answer=TEXT)
    answered = after(story, answer, officer_of("YB"))
    given(*answered).when(act, at=MUCH_LATER).then_refused("DEADLINE_NOT_RUNNING")


def test_what_comes_after_the_result_is_nobodys_delay():
    given(*a_verified_ticket()).when(warn(WarningLevel.RED), at=MUCH_LATER).then_refused(
        "DEADLINE_NOT_RUNNING"
    )
