"""Every act against every status: what the office may do when, written out once more by hand."""

from typing import get_type_hints

import pytest
from msgspec.structs import replace

from bancheng.app.acts.tickets import TICKET
from bancheng.app.registry import ACTS
from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.analyse import AnswerInquiry, PassOnPraise
from bancheng.domain.complaint.answer import AnswerReporter, PublishAnswer
from bancheng.domain.complaint.checks import RecordTicketFinding
from bancheng.domain.complaint.contact import ContactReporter, DiscloseReporter
from bancheng.domain.complaint.correct import CorrectTicket, SupplementReport
from bancheng.domain.complaint.deadline import (
    DenyExtension,
    GrantExtension,
    NoteProgress,
    RequestExtension,
    SubmitResult,
)
from bancheng.domain.complaint.discover import AcceptTicket, DivertTicket, RefuseTicket
from bancheng.domain.complaint.dispatch import (
    AddCoUnit,
    ReassignWorkOrder,
    SignInWorkOrder,
)
from bancheng.domain.complaint.ending import DenyTermination, RequestTermination, TerminateTicket
from bancheng.domain.complaint.meeting import CancelMeeting, FollowUpMeeting, RecordMeeting
from bancheng.domain.complaint.merging import MergeTicket
from bancheng.domain.complaint.on_the_spot import RejectSettlement, SettleOnTheSpot
from bancheng.domain.complaint.regrade import DenyRegrade, GrantRegrade, RequestRegrade
from bancheng.domain.complaint.regroup import ChangeLead
from bancheng.domain.complaint.release import ReleaseText
from bancheng.domain.complaint.repeating import RegisterRepeat
from bancheng.domain.complaint.returns import (
    EndWorkOrder,
    RejectReturn,
    ReturnWorkOrder,
    UpholdReturn,
)
from bancheng.domain.complaint.succession import TakeOverTicket
from bancheng.domain.complaint.supervise import ReopenTicket, StrikeOffTicket
from bancheng.domain.complaint.suspend import (
    DenySuspension,
    RequestSuspension,
    ResumeWorkOrder,
    SuspendWorkOrder,
)
from bancheng.domain.complaint.terms import OrderStatus, Status, TicketCategory
from bancheng.domain.complaint.ties import LinkTickets, UnlinkTickets
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.gathering import GatherMatter, ReleaseMatter
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.notices.recording import ResendNotice
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.privacy.restriction import (
    ErasePersonalData,
    LiftRestriction,
    RestrictProcessing,
)
from bancheng.domain.recusal import DenyRecusal, LiftRecusal
from bancheng.domain.supervision.answering import AnswerMeasure, CloseMeasure, ExtendAnswer
from bancheng.domain.supervision.climbing import ClimbLadder, DeclineMeasure, SignMeasure
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import (
    CallToInterview,
    IssueBulletin,
    IssueSupervisionOrder,
    ReferForAccountability,
    SendAdvisoryLetter,
    UrgeUnit,
)
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.logic_checks import CheckRule
from bancheng.domain.warnings.answering import (
    AnswerWarning,
    AppealWarning,
    RejectWarningAppeal,
    RevokeWarning,
)
from bancheng.domain.warnings.raising import RaiseWarning, ReplanDueDate
from support.assistance_acts import FILES as ASSISTANCE_FILES
from support.assistance_acts import gathered, gathering, releasing
from support.builders import (
    CO_1,
    LEAD,
    TEXT,
    a_called_back_ticket,
    a_closed_ticket,
    a_dispatched_ticket,
    a_diverted_ticket,
    a_refused_ticket,
    a_released_order,
    a_reported_ticket,
    a_resolved_ticket,
    a_returned_order,
    a_signed_in_ticket,
    a_terminated_ticket,
    a_verified_ticket,
    a_withdrawn_ticket,
    after,
    an_accepted_ticket,
    an_analysed_ticket,
    an_order_with_extension_asked,
    an_unanswered_ticket,
    analysing,
    answering,
    asking_extension,
    asking_suspension,
    asking_termination,
    calling_back,
    dispatching,
    passing,
    publishing,
    raising,
    returning,
    settling,
    signed_in,
    submitting,
    suspended,
    terminating,
    withdrawing,
)
from support.conduct_acts import carding, carding_found
from support.given import CALENDAR, HANDLER, OFFICER, READ, START, STREAM, given, local
from support.holding_acts import BEFORE as HOLDING
from support.holding_acts import all_of_them
from support.meeting_acts import CANCEL as CANCEL_MEETING
from support.meeting_acts import FOLLOW_UP, convening, recording, with_meeting
from support.notice_acts import giving_up, sending_again, telling, with_failed_notice
from support.proposing import called_to_account, late, proposed
from support.recusal_acts import asked_for, recused
from support.recusal_acts import asking as asking_recusal
from support.recusal_acts import denying as denying_recusal
from support.recusal_acts import lifting as lifting_recusal
from support.recusal_acts import ordering as ordering_recusal
from support.restricting import file_of, restricted
from support.tie_acts import (
    ANSWERED,
    FILES,
    a_merged_ticket,
    answered_with_main,
    linked,
    linking,
    merging,
    noting,
    repeating,
    supplemented_there,
    unlinking,
    unmerging,
)

S, O = Status, OrderStatus  # noqa: E741
T = {"ticket_id": STREAM}
ORDER = {"ticket_id": STREAM, "order_id": LEAD}
# An order that a unit was asked to help by: that of a lead unit does not end.
OF_CO = {"ticket_id": STREAM, "order_id": CO_1}
DEMAND = {"matter_id": STREAM, "unit": "RS", "ground": "overdue", "demand": TEXT}
MEASURE = {"matter_id": STREAM, "measure_id": "BCS-1-D01"}
SLIP = IssueSupervisionOrder(**DEMAND, colour=SupervisionColour.BLUE)
# The acts on a warning are tried on the card that the hall itself got for a late acceptance,
# those on a limit on that of a supervision order: it runs in every status in which one is answered.
CARD_ACT = raising(LimitKind.ACCEPT, STREAM, WarningLevel.RED)
CARD = {"matter_id": STREAM, "warning_id": f"{STREAM}/accept/1/red"}
SUPERVISION_LIMIT = {"matter_id": STREAM, "kind": LimitKind.FEEDBACK, "subject": "BCS-1-D01"}
WEDNESDAYS_OFF = replace(CALENDAR, version="later", working_weekdays=(0, 1, 3, 4))

UNTIL = local("2026-03-31 00:00")
SUSPEND = SuspendWorkOrder(**ORDER, ruling=TEXT)
REGRADE = RequestRegrade(**T, complexity="complex", reason=TEXT)
TO_CALL = {"purpose": "contact", "fields": (PersonalField.PHONE,), "reason": TEXT}
FOR_ERASURE, TODAY = {"erasure_id": "erasure-1"}, START.date()
OVER = {S.CLOSED, S.REFUSED, S.DIVERTED, S.WITHDRAWN, S.TERMINATED, S.MERGED}
UNSENT = {S.REPORTED, S.ACCEPTED, S.ANALYSED}
# The act, as anybody would ask for it · the statuses of the ticket that admit it.
ALLOWED = {
    CorrectTicket(**T, reason=TEXT, category=TicketCategory.SUGGESTION): set(Status)
    - {S.CLOSED, S.DIVERTED},
    SupplementReport(**T, content=TEXT): set(Status) - {S.CLOSED, S.DIVERTED},
    DiscloseReporter(**T, **TO_CALL): set(Status) - {S.CLOSED},
    ContactReporter(**ORDER, purpose="contact", call=CallResult.CONNECTED): {S.DISPATCHED},
    AcceptTicket(**T): {S.REPORTED},
    RefuseTicket(**T, reason="litigation", explanation=TEXT, remedy=TEXT): UNSENT | {S.DISPATCHED},
    DivertTicket(**T, target="petition_office", explanation=TEXT, organ="信访局"): UNSENT
    | {S.DISPATCHED},
    withdrawing(): UNSENT | {S.DISPATCHED},
    asking_termination(): {S.DISPATCHED},
    terminating(): {S.DISPATCHED},
    DenyTermination(**ORDER, ruling=TEXT): {S.DISPATCHED},
    linking(): set(Status),
    unlinking(): set(Status),
    noting(): set(Status),
    repeating(): UNSENT,
    merging(): UNSENT | {S.DISPATCHED},
    unmerging(): {S.MERGED},
    answered_with_main(): {S.MERGED},
    supplemented_there(): set(Status),
    analysing(): {S.ACCEPTED, S.ANALYSED},
    AnswerInquiry(**T, answer=TEXT): UNSENT,
    PassOnPraise(**T, unit="RS"): {S.ACCEPTED, S.ANALYSED},
    dispatching(): {S.ANALYSED},
    SignInWorkOrder(**ORDER): {S.DISPATCHED},
    returning(): {S.DISPATCHED},
    RejectReturn(**ORDER, ruling=TEXT): {S.DISPATCHED},
    UpholdReturn(**ORDER, ruling=TEXT): {S.DISPATCHED},
    EndWorkOrder(**OF_CO, reason=TEXT): {S.DISPATCHED},
    ReassignWorkOrder(**ORDER, unit="GA", instruction=TEXT, released=READ): {S.DISPATCHED},
    NoteProgress(**ORDER, progress=TEXT): {S.DISPATCHED},
    asking_extension(): {S.DISPATCHED},
    GrantExtension(**ORDER, ruling=TEXT): {S.DISPATCHED},
    DenyExtension(**ORDER, ruling=TEXT): {S.DISPATCHED},
    asking_suspension(UNTIL): {S.DISPATCHED},
    SUSPEND: {S.DISPATCHED},
    DenySuspension(**ORDER, ruling=TEXT): {S.DISPATCHED},
    ResumeWorkOrder(**ORDER): {S.DISPATCHED},
    REGRADE: {S.DISPATCHED},
    GrantRegrade(**T, ruling=TEXT): {S.DISPATCHED},
    DenyRegrade(**T, ruling=TEXT): {S.DISPATCHED},
    ChangeLead(**OF_CO, reason=TEXT): {S.DISPATCHED},
    ReleaseText(**ORDER, released=READ): {S.DISPATCHED},
    AddCoUnit(**T, unit="GA", instruction=TEXT, released=READ): {S.DISPATCHED},
    settling(): UNSENT,
    RejectSettlement(**T, reason=TEXT): {S.RESOLVED},
    submitting(): {S.DISPATCHED},
    calling_back(): {S.RESOLVED},
    passing(): {S.RESOLVED},
    OrderRework(**ORDER, reason=TEXT): {S.RESOLVED},
    answering(): {S.RESOLVED, S.VERIFIED},
    publishing(): {S.RESOLVED, S.VERIFIED},
    # Of the hall itself, which owes an answer until there is one.
    UrgeUnit(**{**DEMAND, "unit": "HALL"}): set(Status) - OVER,
    SLIP: set(Status) - {S.CLOSED, S.DIVERTED},
    SendAdvisoryLetter(**DEMAND): set(Status) - {S.CLOSED, S.DIVERTED},
    IssueBulletin(**DEMAND): set(Status),
    CallToInterview(**DEMAND): set(Status),
    ReferForAccountability(**DEMAND): set(Status),
    carding(STREAM): set(Status),
    carding_found(STREAM): set(Status),
    ClimbLadder(matter_id=STREAM, kind=LimitKind.RESOLVE, subject=LEAD): {S.DISPATCHED},
    convening(): {S.ACCEPTED, S.ANALYSED, S.DISPATCHED},
    CANCEL_MEETING: set(Status),
    recording(): set(Status),
    FOLLOW_UP: set(Status),
    SignMeasure(**MEASURE, demand=TEXT): set(Status),
    DeclineMeasure(**MEASURE, reason=TEXT): set(Status),
    AnswerMeasure(**MEASURE, answer=TEXT): set(Status),
    ExtendAnswer(**MEASURE, ruling=TEXT): set(Status),
    CloseMeasure(**MEASURE, ruling=TEXT): set(Status),
    RecordTicketFinding(
        **T, finding_id="1", rule=CheckRule.RECORDED_LATE, basis="电子监察", detail="补录"
    ): set(Status),
    TakeOverTicket(**T, unit="RS", successor="GA"): set(Status) - {S.CLOSED},
    StrikeOffTicket(**T): {S.VERIFIED},
    ReopenTicket(**T, reason=TEXT): OVER - {S.MERGED},
    RaiseWarning(**SUPERVISION_LIMIT, level=WarningLevel.RED): set(Status) - {S.CLOSED},
    ReplanDueDate(**SUPERVISION_LIMIT): set(Status) - {S.CLOSED},
    AnswerWarning(**CARD, answer=TEXT): set(Status),
    AppealWarning(**CARD, ground=TEXT): set(Status),
    RejectWarningAppeal(**CARD, ruling=TEXT): set(Status),
    RevokeWarning(**CARD, ruling=TEXT): set(Status),
    telling(STREAM): set(Status),
    giving_up(STREAM): set(Status),
    sending_again(STREAM): set(Status),
    asking_recusal(STREAM): set(Status),
    ordering_recusal(STREAM): set(Status),
    denying_recusal(STREAM): set(Status),
    lifting_recusal(STREAM): set(Status),
    **{act: {S.DISPATCHED} for act in all_of_them(STREAM, LEAD)},
    gathering(STREAM): set(Status),
    releasing(STREAM): set(Status),
    RestrictProcessing(matter_id=STREAM, **FOR_ERASURE, erase_from=TODAY): OVER,
    LiftRestriction(matter_id=STREAM, **FOR_ERASURE): OVER,
    ErasePersonalData(matter_id=STREAM, **FOR_ERASURE): OVER,
}
COMMANDS = {type(command): command for command in ALLOWED}
# Of the acts on a work order: the statuses of the order that admit it, on a dispatched ticket.
ORDER_ALLOWED = {
    SignInWorkOrder: {O.DISPATCHED},
    ReturnWorkOrder: {O.DISPATCHED, O.SIGNED_IN},
    RejectReturn: {O.RETURNED},
    UpholdReturn: {O.RETURNED},
    EndWorkOrder: {O.RELEASED},
    ReassignWorkOrder: {O.DISPATCHED, O.SIGNED_IN, O.RELEASED},
    ChangeLead: {O.DISPATCHED, O.SIGNED_IN},
    ReleaseText: {O.DISPATCHED, O.SIGNED_IN, O.RETURNED},
    NoteProgress: {O.SIGNED_IN},
    RequestExtension: {O.SIGNED_IN},
    GrantExtension: {O.SIGNED_IN, O.RETURNED},
    DenyExtension: {O.SIGNED_IN, O.RETURNED},
    RequestSuspension: {O.SIGNED_IN},
    SuspendWorkOrder: {O.SIGNED_IN},
    DenySuspension: {O.SIGNED_IN},
    ResumeWorkOrder: {O.SIGNED_IN},
    RequestTermination: {O.SIGNED_IN},
    TerminateTicket: {O.SIGNED_IN},
    DenyTermination: {O.SIGNED_IN},
    SubmitResult: {O.SIGNED_IN},
    ContactReporter: {O.DISPATCHED, O.SIGNED_IN},
    **{act: {O.DISPATCHED, O.SIGNED_IN, O.RETURNED} for act in HOLDING},
}
# Refused by another rule than that of the status, which comes first or says more.
OTHER_CODE = {
    **{
        (ClimbLadder, one): ("DEADLINE_NOT_FOUND", "subject")
        for one in UNSENT | OVER - {S.CLOSED, S.TERMINATED}
    },
    ClimbLadder: ("DEADLINE_NOT_RUNNING", None),
    UrgeUnit: ("NOTHING_OWED", None),
    RaiseWarning: ("DEADLINE_NOT_RUNNING", None),
    TakeOverTicket: ("NOTHING_TO_TAKE_OVER", None),
    ReplanDueDate: ("DEADLINE_NOT_RUNNING", None),
    RestrictProcessing: ("MATTER_OPEN", None),
    LiftRestriction: ("NOT_RESTRICTED", None),
    ErasePersonalData: ("NOT_RESTRICTED", None),
}
# What it takes besides the right ticket.
DESK = {
    ClimbLadder: {"at": local("2026-05-06 09:00")},
    RaiseWarning: {"at": local("2026-05-06 09:00")},
    ReplanDueDate: {"calendar": WEDNESDAYS_OFF},
    AnswerWarning: {"by": HANDLER},
    AppealWarning: {"by": HANDLER},
    RestrictProcessing: {"files": {STREAM: file_of(STREAM)}},
    LinkTickets: {"files": FILES},
    UnlinkTickets: {"files": FILES},
    GatherMatter: {"files": ASSISTANCE_FILES},
    MergeTicket: {"files": FILES},
    RegisterRepeat: {"files": ANSWERED},
}

TICKETS = {
    S.REPORTED: a_reported_ticket,
    S.ACCEPTED: an_accepted_ticket,
    S.ANALYSED: an_analysed_ticket,
    S.DISPATCHED: a_dispatched_ticket,
    S.RESOLVED: a_called_back_ticket,
    S.VERIFIED: a_verified_ticket,
    S.CLOSED: a_closed_ticket,
    S.REFUSED: a_refused_ticket,
    S.DIVERTED: a_diverted_ticket,
    S.WITHDRAWN: a_withdrawn_ticket,
    S.TERMINATED: a_terminated_ticket,
    S.MERGED: a_merged_ticket,
}
TWO = ("RS", "YB")
REASSIGN = COMMANDS[ReassignWorkOrder]


def _to_help():
    return a_dispatched_ticket("YB", "RS")


def _objected():
    return after(_to_help(), returning(CO_1))


def _released():
    return after(_objected(), UpholdReturn(**OF_CO, ruling=TEXT))


def _helping():
    return signed_in(_to_help(), CO_1)


OF_CO_UNIT = {
    O.DISPATCHED: _to_help,
    O.SIGNED_IN: _helping,
    O.RETURNED: _objected,
    O.RELEASED: _released,
    O.REASSIGNED: lambda: after(_to_help(), replace(REASSIGN, order_id=CO_1)),
    O.SUBMITTED: lambda: after(_helping(), submitting(CO_1)),
    O.ENDED: lambda: after(_released(), COMMANDS[EndWorkOrder]),
}


ORDERS = {
    O.DISPATCHED: lambda: a_dispatched_ticket(*TWO),
    O.SIGNED_IN: lambda: a_signed_in_ticket(*TWO),
    O.RETURNED: lambda: a_returned_order(*TWO),
    O.RELEASED: lambda: a_released_order(*TWO),
    O.REASSIGNED: lambda: after(a_dispatched_ticket(*TWO), REASSIGN),
    O.SUBMITTED: lambda: after(a_signed_in_ticket(*TWO), submitting()),
    O.ENDED: OF_CO_UNIT[O.ENDED],
}


def _asked():
    return an_order_with_extension_asked(*TWO)


# The same, each with an extension that was asked for before; it takes a signature to ask.
ASKED = {
    O.DISPATCHED: ORDERS[O.DISPATCHED],
    O.SIGNED_IN: _asked,
    O.RETURNED: lambda: after(_asked(), returning()),
    O.RELEASED: lambda: after(after(_asked(), returning()), COMMANDS[UpholdReturn]),
    O.REASSIGNED: lambda: after(_asked(), REASSIGN),
    O.SUBMITTED: lambda: after(_asked(), submitting()),
    O.ENDED: ORDERS[O.ENDED],
}


def _suspended():
    return suspended(ORDERS[O.SIGNED_IN](), UNTIL, local("2026-03-02 09:10"))


def _to_be_suspended():
    return after(ORDERS[O.SIGNED_IN](), asking_suspension(UNTIL))


def _with_suspension_asked(status):
    return _to_be_suspended() if status is O.SIGNED_IN else ORDERS[status]()


# The same, each with a suspension before; it takes a signature to suspend.
SUSPENDED = {
    O.DISPATCHED: ORDERS[O.DISPATCHED],
    O.SIGNED_IN: _suspended,
    O.RETURNED: lambda: after(_suspended(), returning()),
    O.RELEASED: lambda: after(after(_suspended(), returning()), COMMANDS[UpholdReturn]),
    O.REASSIGNED: lambda: after(_suspended(), REASSIGN),
    O.SUBMITTED: lambda: after(_suspended(), submitting()),
    O.ENDED: ORDERS[O.ENDED],
}


def _with_termination_asked(status):
    asked = status is O.SIGNED_IN
    return after(ORDERS[status](), asking_termination()) if asked else ORDERS[status]()


def _order_state(command, status):
    if command in (TerminateTicket, DenyTermination):
        return _with_termination_asked(status)
    if command in (EndWorkOrder, ChangeLead):
        return OF_CO_UNIT[status]()
    if command is ResumeWorkOrder:
        return SUSPENDED[status]()
    if command in (SuspendWorkOrder, DenySuspension):
        return _with_suspension_asked(status)
    if command in HOLDING and status in ORDER_ALLOWED[command]:
        return HOLDING[command](ORDERS[status](), STREAM, LEAD)
    asked = command in (GrantExtension, DenyExtension)
    return (ASKED if asked else ORDERS)[status]()


# Where the status alone is not enough: what the ticket of an act must be besides.
SPECIAL = {
    (AnswerInquiry, status): lambda status=status: TICKETS[status](category=TicketCategory.INQUIRY)
    for status in UNSENT
} | {
    (PassOnPraise, status): lambda status=status: TICKETS[status](category=TicketCategory.PRAISE)
    for status in (S.ACCEPTED, S.ANALYSED)
} | {
    (SettleOnTheSpot, S.ANALYSED): lambda: an_analysed_ticket("simple"),
    (RejectSettlement, S.RESOLVED): lambda: after(a_reported_ticket(), settling()),
    (GrantRegrade, S.DISPATCHED): lambda: after(a_signed_in_ticket(), REGRADE),
    (DenyRegrade, S.DISPATCHED): lambda: after(a_signed_in_ticket(), REGRADE),
    (RefuseTicket, S.DISPATCHED): a_released_order,
    (DivertTicket, S.DISPATCHED): a_released_order,
    (AnswerReporter, S.VERIFIED): an_unanswered_ticket,
    (PublishAnswer, S.RESOLVED): lambda: a_resolved_ticket(reporter=None),
    (PublishAnswer, S.VERIFIED): an_unanswered_ticket,
} | {
    (ResendNotice, status): lambda status=status: with_failed_notice(TICKETS[status](), STREAM)
    for status in Status
} | {
    (DenyRecusal, status): lambda status=status: asked_for(TICKETS[status](), STREAM)
    for status in Status
} | {
    (LiftRecusal, status): lambda status=status: recused(TICKETS[status](), STREAM)
    for status in Status
} | {
    (UnlinkTickets, status): lambda status=status: linked(TICKETS[status]())
    for status in Status
} | {
    (ReleaseMatter, status): lambda status=status: gathered(TICKETS[status](), STREAM)
    for status in Status
}  # fmt: skip


def _ticket_for(command, status):
    """A ticket in ``status`` on which nothing but the status could stand in the way."""
    if special := SPECIAL.get((command, status)):
        return special()
    if command in (RaiseWarning, ReplanDueDate, TakeOverTicket):
        return _with_supervision_order(status)
    if command in (LiftRestriction, ErasePersonalData) and status in OVER:
        return restricted(TICKETS[status]())
    if command in SUPERVISED:
        return SUPERVISED[command](TICKETS[status]())
    if command in ORDER_ALLOWED and status is S.DISPATCHED:
        return _order_state(command, min(ORDER_ALLOWED[command]))
    return TICKETS[status]()


def _with_supervision_order(status):
    if status is S.DIVERTED:
        return after(after(a_reported_ticket(), SLIP), COMMANDS[DivertTicket])
    if status is S.CLOSED:  # not before it was answered
        answered = after(after(a_verified_ticket(), SLIP), COMMANDS[AnswerMeasure], OFFICER)
        return after(answered, COMMANDS[StrikeOffTicket])
    return after(TICKETS[status](), SLIP)


def _carded(history, *, appealed=False):
    """The same history, but for a card that was raised right after the report."""
    reported, *onward = history
    carded = after((reported,), CARD_ACT, at=local("2026-03-04 00:00"))
    if appealed:
        carded = after(carded, COMMANDS[AppealWarning], HANDLER)
    return (*carded, *onward)


SUPERVISED = {
    **dict.fromkeys((AnswerWarning, AppealWarning, RevokeWarning), _carded),
    RejectWarningAppeal: lambda history: _carded(history, appealed=True),
    ClimbLadder: late,
    **dict.fromkeys((SignMeasure, DeclineMeasure), proposed),
    **dict.fromkeys((AnswerMeasure, ExtendAnswer), called_to_account),
    CloseMeasure: lambda history: called_to_account(history, answered=True),
    **dict.fromkeys((CancelMeeting, RecordMeeting), with_meeting),
    FollowUpMeeting: lambda history: with_meeting(history, held=True),
}


TICKET_ACTS = [act.command for act in ACTS if TICKET in act.on and not act.opens]
ORDER_ACTS = [command for command in TICKET_ACTS if "order_id" in get_type_hints(command)]


def test_the_tables_name_every_act_and_every_status():
    assert set(COMMANDS) == set(TICKET_ACTS)
    assert set(ORDER_ALLOWED) == set(ORDER_ACTS) - {OrderRework}
    assert set(TICKETS) == set(Status)
    assert set(ORDERS) == set(ASKED) == set(OrderStatus)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("act", TICKET_ACTS, ids=lambda act: act.__name__)
def test_an_act_is_allowed_in_the_statuses_of_the_table_and_refused_in_all_others(act, status):
    command = COMMANDS[act]
    outcome = given(*_ticket_for(act, status)).when(command, **DESK.get(act, {}))
    if status in ALLOWED[command]:
        assert outcome.refusal is None, outcome.refusal
        assert outcome.events
    else:
        usual = OTHER_CODE.get(act, ("WRONG_STATUS",))
        outcome.then_refused(*OTHER_CODE.get((act, status), usual))


@pytest.mark.parametrize("status", OrderStatus)
@pytest.mark.parametrize("act", ORDER_ALLOWED, ids=lambda act: act.__name__)
def test_an_act_on_an_order_is_allowed_in_the_order_statuses_of_the_table_only(act, status):
    command = COMMANDS[act] if status is not O.ENDED else replace(COMMANDS[act], order_id=CO_1)
    outcome = given(*_order_state(act, status)).when(command)
    if status in ORDER_ALLOWED[act]:
        assert outcome.refusal is None, outcome.refusal
        assert outcome.events
    else:
        outcome.then_refused("WRONG_ORDER_STATUS")


@pytest.mark.parametrize("act", ORDER_ACTS, ids=lambda act: act.__name__)
def test_an_act_on_an_order_that_is_not_there_is_refused(act):
    history = a_called_back_ticket() if act is OrderRework else a_dispatched_ticket()
    command = replace(COMMANDS[act], order_id="BCS-1-09")
    given(*history).when(command).then_refused("WORK_ORDER_NOT_FOUND", "order_id")
