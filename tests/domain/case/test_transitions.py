"""Every act against every status: what the office may do when, written out once more by hand."""

from datetime import date
from functools import partial
from typing import get_type_hints

import pytest
from msgspec.structs import replace

from bancheng.app.acts.cases import CASE
from bancheng.app.registry import ACTS
from bancheng.domain.calls import CallResult
from bancheng.domain.case.accept import (
    CaseAccepted,
    CaseDeemedAccepted,
    DeemAccepted,
    FillGap,
)
from bancheng.domain.case.analyse import CorrectMaterial, SupplementNoticed, SupplementReceived
from bancheng.domain.case.charges import ChargeFee, RecordPayment, WaiveCharge
from bancheng.domain.case.contact import ContactApplicant, DiscloseApplicant
from bancheng.domain.case.correct import AddRemark, CorrectCase
from bancheng.domain.case.cross_region import ReceiveLeg, SendLeg
from bancheng.domain.case.deadline import (
    CaseExtensionGranted,
    DenyCaseExtension,
    GrantCaseExtension,
    RequestCaseExtension,
)
from bancheng.domain.case.decide import CaseDecided
from bancheng.domain.case.discover import CaseSubmitted, MaterialsReceived
from bancheng.domain.case.dispatch import CaseTransferred, SignHandOver
from bancheng.domain.case.forward import CaseForwarded, ForwardCase
from bancheng.domain.case.hearing_course import HoldHearing
from bancheng.domain.case.hearing_right import RequestHearing, WaiveHearing
from bancheng.domain.case.pre_review import (
    PassPreReview,
    PreReviewPassed,
    PreReviewRejected,
    ResubmitCase,
)
from bancheng.domain.case.procedure import SpecialProcedureEnded, SpecialProcedureStarted
from bancheng.domain.case.rate import CaseRated, IssueRatingCode, RateByCode, RateCase
from bancheng.domain.case.ratings import (
    AppealRating,
    ContactRater,
    ExcludeRating,
    RectifyRating,
    UpholdRating,
)
from bancheng.domain.case.recall import RecallDecision
from bancheng.domain.case.refuse import AcceptanceRefused, DenyRefusal
from bancheng.domain.case.renewal import DeemRenewed
from bancheng.domain.case.renewing import Renewal
from bancheng.domain.case.succession import TakeOverCase
from bancheng.domain.case.supervise import (
    ApprovalReviewed,
    ArchiveCase,
    CaseArchived,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
    DeemWithdrawn,
    RecordFinding,
    ReviewApproval,
    TerminateCase,
    VoidCase,
    WithdrawCase,
)
from bancheng.domain.case.terms import (
    CaseOutcome,
    CaseStatus,
    RatingOrigin,
    RefusalGround,
)
from bancheng.domain.case.theme import (
    AttachChild,
    CloseWithTheme,
    FillChildGap,
    LeaveTheme,
    NoteChild,
    OpenChild,
)
from bancheng.domain.case.verify import (
    KeepResult,
    ResultDelivered,
    ResultMade,
    ResultNotified,
)
from bancheng.domain.gathering import GatherMatter, ReleaseMatter
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.notices.recording import ResendNotice
from bancheng.domain.people import CertificateNumber, Role, SpecialGroup
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
from support.assistance_acts import FILES, gathered, gathering, releasing
from support.builders import after
from support.case_builders import (
    CASE_ID,
    CASE_NUMBER,
    CHILDREN,
    CROSSING,
    HISTORIES,
    TEXT,
    THEME,
    THEME_OFFICER,
    UPWARD,
    C,
    a_pre_rejected_case,
    a_received_case,
    a_supplementing_case,
    accepting,
    an_accepted_case,
    an_accepted_gap,
    an_online_case,
    delivering,
    ending,
    finishing,
    forwarding,
    granting,
    holding,
    making,
    noticing,
    notifying,
    opened,
    rated,
    rating,
    receiving,
    refusing,
    reporting_refusal,
    requesting,
    sending_back,
    setting,
    starting,
    state_of,
    supplementing,
    telling,
    terminating,
    ticked,
    transferring,
    voiding,
    waiving,
    withdrawing,
)
from support.conduct_acts import carding, carding_found
from support.given import (
    CALENDAR,
    CLERK,
    CO_OFFICER,
    HEAD,
    OFFICER,
    START,
    VERIFIER,
    given,
    local,
)
from support.holding_acts import all_of_them, held_before
from support.notice_acts import giving_up, sending_again, with_failed_notice
from support.notice_acts import telling as telling_of
from support.proposing import called_to_account, late, proposed
from support.recusal_acts import asked_for, recused
from support.recusal_acts import asking as asking_recusal
from support.recusal_acts import denying as denying_recusal
from support.recusal_acts import lifting as lifting_recusal
from support.recusal_acts import ordering as ordering_recusal
from support.restricting import file_of, restricted

S = CaseStatus
UNSUPPLEMENTED = RefusalGround.NOT_SUPPLEMENTED
RATING = {**C, "rating_id": f"{CASE_NUMBER}-P01"}
UNDECIDED = {
    S.SUBMITTED, S.PRE_REJECTED, S.PRE_REVIEWED, S.RECEIVED, S.SUPPLEMENTING, S.ACCEPTED,
}  # fmt: skip
OPEN = UNDECIDED | {S.DECIDED, S.MADE, S.NOTIFIED}
OVER = set(S) - OPEN
FOR_ERASURE = {"matter_id": CASE_ID, "erasure_id": "erasure-1"}
NOT_ACCEPTED = UNDECIDED - {S.ACCEPTED}
UNSERVED = {S.SUBMITTED, S.PRE_REJECTED, S.PRE_REVIEWED}
ONCE_RATED = set(S) - UNSERVED
ONCE_ACCEPTED = set(S) - (UNDECIDED - {S.ACCEPTED}) - {S.REFUSED, S.FORWARDED}
# The acts on a warning are tried on the card for a late pre-review, those on a limit on the time
# to answer that card: it outlives the case, so it runs in every status.
CARD_ID = f"{CASE_ID}/pre_review/1/red"
CARD = {"matter_id": CASE_ID, "warning_id": CARD_ID}
LIMIT = {"matter_id": CASE_ID, "kind": LimitKind.CARD_FEEDBACK, "subject": CARD_ID}
DEMAND = {"matter_id": CASE_ID, "unit": "RS", "ground": "overdue", "demand": TEXT}
MEASURE = {"matter_id": CASE_ID, "measure_id": "BJ-1-D01"}
CARD_ACT = RaiseWarning(
    matter_id=CASE_ID, kind=LimitKind.PRE_REVIEW, subject=CASE_ID, level=WarningLevel.RED
)
THURSDAYS_OFF = replace(CALENDAR, version="later", working_weekdays=(0, 1, 2, 4))
TO_CALL = {"purpose": "contact", "fields": (PersonalField.NAME,), "reason": TEXT}

# The act, as anybody would ask for it · the statuses of the case that admit it.
ALLOWED = {
    CorrectCase(**C, reason=TEXT, special_group=SpecialGroup.ELDERLY): set(S),
    AddRemark(**C, remark=TEXT): OPEN,
    DiscloseApplicant(**C, **TO_CALL): set(S) - {S.ARCHIVED},
    ContactApplicant(**C, purpose="contact", call=CallResult.CONNECTED): set(S) - {S.ARCHIVED},
    PassPreReview(**C): {S.SUBMITTED},
    sending_back("M2"): {S.SUBMITTED},
    ResubmitCase(**C): {S.PRE_REJECTED},
    receiving("M1"): {S.SUBMITTED, S.PRE_REVIEWED, S.RECEIVED},
    CorrectMaterial(**C, code="M1", correction=TEXT): {S.RECEIVED},
    noticing("M2"): {S.RECEIVED},
    supplementing("M2"): {S.SUPPLEMENTING},
    accepting(): {S.RECEIVED},
    DeemAccepted(**C): {S.SUBMITTED, S.PRE_REVIEWED, S.RECEIVED},
    DeemRenewed(**C): {S.ACCEPTED},
    forwarding(): {S.ACCEPTED},
    FillGap(**C, materials=ticked("M2")): {S.ACCEPTED},
    reporting_refusal(UNSUPPLEMENTED): NOT_ACCEPTED,
    DenyRefusal(**C, ruling=TEXT): NOT_ACCEPTED,
    refusing(UNSUPPLEMENTED): NOT_ACCEPTED,
    transferring("YB"): OPEN,
    SignHandOver(**C): OPEN,
    finishing(): ONCE_ACCEPTED & OPEN,
    starting(): {S.ACCEPTED},
    ending(): {S.ACCEPTED},
    telling(): {S.ACCEPTED},
    requesting(): {S.ACCEPTED},
    waiving(): {S.ACCEPTED},
    setting(): {S.ACCEPTED},
    holding(): {S.ACCEPTED},
    RequestCaseExtension(**C, reason=TEXT): {S.ACCEPTED},
    GrantCaseExtension(**C, ruling=TEXT): {S.ACCEPTED},
    DenyCaseExtension(**C, ruling=TEXT): {S.ACCEPTED},
    granting(): {S.ACCEPTED},
    SendLeg(**C, content="材料"): OPEN,
    ReceiveLeg(**C, content="结果"): set(S),
    ChargeFee(**C, charge="工本费", bill_no="缴1号"): ONCE_ACCEPTED & OPEN,
    RecordPayment(**C, charge="工本费", receipt_no="票1号"): ONCE_ACCEPTED & OPEN,
    WaiveCharge(**C, charge="工本费", reason=TEXT, basis="财税"): ONCE_ACCEPTED & OPEN,
    RecallDecision(**C, reason=TEXT): {S.DECIDED},
    making(): {S.DECIDED},
    notifying(): {S.MADE},
    KeepResult(**C, place="3号柜"): {S.NOTIFIED},
    delivering(): {S.NOTIFIED},
    IssueRatingCode(**C): ONCE_RATED - {S.VOIDED},
    rating(): ONCE_RATED - {S.VOIDED},
    rating(origin=RatingOrigin.STAFF_ASSISTED): ONCE_RATED - {S.VOIDED},
    rating(origin=RatingOrigin.IMPORT): ONCE_RATED - {S.VOIDED},
    ContactRater(**RATING, call=CallResult.CONNECTED, justified=True, finding=TEXT): ONCE_RATED,
    RectifyRating(**RATING, measure=TEXT): ONCE_RATED,
    AppealRating(**RATING, ground=TEXT): ONCE_RATED,
    ExcludeRating(**RATING, ruling=TEXT): ONCE_RATED,
    UpholdRating(**RATING, ruling=TEXT): ONCE_RATED,
    withdrawing(): UNDECIDED,
    DeemWithdrawn(**C): {S.ACCEPTED},
    terminating(): {S.ACCEPTED},
    voiding(): OPEN,
    ReviewApproval(**C, passed=True, conclusion=TEXT): {S.DELIVERED, S.ARCHIVED},
    ArchiveCase(**C, archive_no="1"): {
        S.DELIVERED, S.FORWARDED, S.REFUSED, S.WITHDRAWN, S.TERMINATED,
    },
    RecordFinding(
        **C, finding_id="1", rule=CheckRule.RECORDED_LATE, basis="电子监察", detail="补录"
    ): set(S),
    TakeOverCase(**C, unit="RS", successor="YB"): OPEN,
    FillChildGap(**C, materials=ticked("M2")): {S.ACCEPTED},
    AttachChild(
        **C, item="CHILD-RS", child_id="case-2", number="BJ-2", unit="RS"
    ): ONCE_ACCEPTED,
    NoteChild(**C, item="CHILD-RS", status=S.TERMINATED): ONCE_ACCEPTED,
    CloseWithTheme(**C): {S.DECIDED, S.MADE},
    LeaveTheme(**C): {S.DECIDED, S.MADE},
    UrgeUnit(**DEMAND): OPEN,
    IssueSupervisionOrder(**DEMAND, colour=SupervisionColour.BLUE): set(S)
    - {S.ARCHIVED, S.VOIDED},
    SendAdvisoryLetter(**DEMAND): set(S) - {S.ARCHIVED, S.VOIDED},
    IssueBulletin(**DEMAND): set(S),
    CallToInterview(**DEMAND): set(S),
    ReferForAccountability(**DEMAND): set(S),
    ClimbLadder(matter_id=CASE_ID, kind=LimitKind.PROMISED, subject=CASE_ID): {S.ACCEPTED},
    SignMeasure(**MEASURE, demand=TEXT): set(S),
    DeclineMeasure(**MEASURE, reason=TEXT): set(S),
    AnswerMeasure(**MEASURE, answer=TEXT): set(S),
    ExtendAnswer(**MEASURE, ruling=TEXT): set(S),
    CloseMeasure(**MEASURE, ruling=TEXT): set(S),
    RaiseWarning(**LIMIT, level=WarningLevel.RED): set(S),
    ReplanDueDate(**LIMIT): set(S),
    AnswerWarning(**CARD, answer=TEXT): set(S),
    AppealWarning(**CARD, ground=TEXT): set(S),
    RejectWarningAppeal(**CARD, ruling=TEXT): set(S),
    RevokeWarning(**CARD, ruling=TEXT): set(S),
    **{act(CASE_ID): set(S) for act in (
        telling_of, giving_up, sending_again, asking_recusal, ordering_recusal, denying_recusal,
        lifting_recusal, carding, carding_found, gathering, releasing,
    )},
    **{act: set(OPEN) for act in all_of_them(CASE_ID)},
    RestrictProcessing(**FOR_ERASURE, erase_from=START.date()): OVER,
    LiftRestriction(**FOR_ERASURE): OVER,
    ErasePersonalData(**FOR_ERASURE): OVER,
}  # fmt: skip
MEASURE_ACTS = {AnswerMeasure, ExtendAnswer, CloseMeasure}
# Their histories here never came to a promise that could be late.
NEVER_ACCEPTED = ({*S} - ONCE_ACCEPTED | {S.WITHDRAWN, S.VOIDED}) - {S.FORWARDED}
COMMANDS = {type(command): command for command in ALLOWED}
RATING_ACTS = {ContactRater, RectifyRating, AppealRating, ExcludeRating, UpholdRating}
WARNING_ACTS = {
    RaiseWarning, ReplanDueDate, AnswerWarning, AppealWarning, RejectWarningAppeal, RevokeWarning,
}  # fmt: skip
# Refused by another rule than that of the status, which comes first or says more.
OTHER_CODE = {
    **{(ClimbLadder, one): ("DEADLINE_NOT_FOUND", "subject") for one in NEVER_ACCEPTED},
    ClimbLadder: ("DEADLINE_NOT_RUNNING",),
    UrgeUnit: ("NOTHING_OWED",),
    **dict.fromkeys(RATING_ACTS, ("RATING_NOT_FOUND", "rating_id")),
    AttachChild: ("CHILD_UNKNOWN", "item"),
    FillChildGap: ("NO_THEME",),
    TakeOverCase: ("NOTHING_TO_TAKE_OVER",),
    NoteChild: ("CHILD_UNKNOWN", "item"),
    RestrictProcessing: ("MATTER_OPEN",),
    LiftRestriction: ("NOT_RESTRICTED",),
    ErasePersonalData: ("NOT_RESTRICTED",),
}
LAPSED, WAITED_FOR = local("2026-03-10 00:00"), local("2026-03-17 00:00")
ANSWERED_AT, REPORTED_AT = local("2026-03-13 09:00"), local("2026-03-17 00:00")
SECOND = replace(OFFICER, id="second")
# What it takes besides the right case.
DESK = {
    ClimbLadder: {"at": local("2026-05-06 09:00")},
    DeemAccepted: {"at": LAPSED},
    DeemRenewed: {"at": local("2026-04-02 00:00")},
    DeemWithdrawn: {"at": LAPSED},
    SignHandOver: {"by": CO_OFFICER},
    type(finishing()): {"by": OFFICER},
    type(reporting_refusal()): {"at": WAITED_FOR},
    type(refusing()): {"at": WAITED_FOR},
    type(terminating()): {"by": HEAD},
    type(granting()): {"by": OFFICER},
    HoldHearing: {"by": OFFICER, "at": local("2026-03-16 09:30")},
    ForwardCase: {"by": OFFICER},
    WaiveCharge: {"by": HEAD},
    RateCase: {"by": VERIFIER},
    ReviewApproval: {"by": HEAD},
    # The one before the decision, the other after it.
    VoidCase: {"by": replace(HEAD, roles=(Role.DUTY_LEADER, Role.UNIT_HEAD))},
    RectifyRating: {"by": OFFICER},
    AppealRating: {"by": OFFICER},
    RaiseWarning: {"at": local("2026-05-06 09:00")},
    ReplanDueDate: {"calendar": THURSDAYS_OFF},
    AnswerWarning: {"by": CLERK},
    AppealWarning: {"by": CLERK},
    RestrictProcessing: {"files": {CASE_ID: file_of(CASE_ID)}},
    GatherMatter: {"files": FILES},
}
# For some acts the case must have gone another way to its status.
COURSES = {
    (FillGap, S.ACCEPTED): an_accepted_gap,
    (DeemWithdrawn, S.ACCEPTED): an_accepted_gap,
    (ForwardCase, S.ACCEPTED): lambda: an_accepted_case(item=UPWARD),
    (DeemRenewed, S.ACCEPTED): lambda: an_accepted_case(
        renewal=Renewal(licence_no=CertificateNumber("JY1"), expires_on=date(2026, 4, 1))
    ),
    (FillChildGap, S.ACCEPTED): lambda: opened(
        OpenChild(
            item="CHILD-RS",
            theme_id="case-0",
            theme_number="BJ-0",
            applied_at=START,
            accepted_at=START,
            gap=("M2",),
        )
    ),
    (DeemAccepted, S.SUBMITTED): an_online_case,
    (DeemAccepted, S.RECEIVED): lambda: a_received_case("M3"),
    (type(ending()), S.ACCEPTED): lambda: after(an_accepted_case(), starting(), OFFICER),
    **{
        (act, status): lambda before=before, status=status: before(HISTORIES[status](), CASE_ID)
        for act, before in (
            (ResendNotice, with_failed_notice),
            (DenyRecusal, asked_for),
            (LiftRecusal, recused),
            (ReleaseMatter, gathered),
        )
        for status in S
    },
    **held_before({status: HISTORIES[status] for status in OPEN}, CASE_ID),
    **{
        (command, status): lambda status=status: restricted(HISTORIES[status]())
        for command in (LiftRestriction, ErasePersonalData)
        for status in OVER
    },
}


def _case_for(command, status):
    """A case in ``status`` on which nothing but the status could stand in the way."""
    if (command, status) in COURSES:
        return COURSES[command, status]()
    if command in SUPERVISED:
        return SUPERVISED[command](HISTORIES[status]())
    if command in RATING_ACTS and status in ONCE_RATED:
        return _rated(command, status)
    if command in (AttachChild, NoteChild) and status in ONCE_ACCEPTED:
        return _theme(status)
    if command in (CloseWithTheme, LeaveTheme):
        return _child(status)
    history = HISTORIES[status]()
    crosses = command in (SendLeg, ReceiveLeg)
    return _crossing(history) if crosses else _asked_for(command, history)


def _crossing(history):
    """The same history, of a case that another area has a part in."""
    first = replace(history[0], event=replace(history[0].event, cross_region=CROSSING))
    return (first, *history[1:])


def _asked_for(command, history):
    """What is answered was asked for before, as far as the status admits that."""
    asked = {
        RecordPayment: (COMMANDS[ChargeFee], None),
        WaiveCharge: (COMMANDS[ChargeFee], None),
        RequestHearing: (telling(), OFFICER),
        WaiveHearing: (telling(), OFFICER),
        HoldHearing: (setting(), OFFICER),
        RateByCode: (IssueRatingCode(**C), None),
        SignHandOver: (transferring("YB"), None),
        GrantCaseExtension: (COMMANDS[RequestCaseExtension], OFFICER),
        DenyCaseExtension: (COMMANDS[RequestCaseExtension], OFFICER),
        type(finishing()): (transferring("RS"), None),
    }
    status = state_of(history).status
    if command in asked and status in ALLOWED[COMMANDS[command]]:
        history = after(history, *asked[command])
        is_signed = command is type(finishing())
        return after(history, SignHandOver(**C), SECOND) if is_signed else history
    if command in (type(reporting_refusal()), type(refusing()), DenyRefusal):
        return _unsupplemented(command, status, history)
    return history


def _unsupplemented(command, status, history):
    """The same, but for a notice before it whose time is over, and for what it leads to."""
    if status not in NOT_ACCEPTED:
        return history
    history = TOLD[status]()
    if command is type(reporting_refusal()):
        return history
    return after(history, reporting_refusal(UNSUPPLEMENTED), at=REPORTED_AT)


def _resubmitted():
    return after(a_pre_rejected_case(), ResubmitCase(**C), at=ANSWERED_AT)


TOLD = {
    S.SUBMITTED: _resubmitted,
    S.PRE_REJECTED: a_pre_rejected_case,
    S.PRE_REVIEWED: lambda: after(_resubmitted(), PassPreReview(**C)),
    S.RECEIVED: lambda: after(a_supplementing_case(), supplementing("M3"), at=ANSWERED_AT),
    S.SUPPLEMENTING: a_supplementing_case,
}


def _rated(command, status):
    if status is S.VOIDED:
        history = after(rated(a_received_case()), COMMANDS[VoidCase])
    else:
        history = rated(HISTORIES[status]())
    steps = {
        ContactRater: (),
        RectifyRating: (ContactRater,),
        AppealRating: (ContactRater,),
        ExcludeRating: (ContactRater, AppealRating),
        UpholdRating: (ContactRater, AppealRating),
    }
    for step in steps[command]:
        history = after(history, COMMANDS[step], **DESK.get(step, {}))
    return history


def _with_card(history, *, appealed):
    """The same history, but for a card about a late pre-review right after the submission."""
    carded = after(an_online_case(), CARD_ACT, at=local("2026-03-04 00:00"))
    if appealed:
        carded = after(carded, COMMANDS[AppealWarning], CLERK)
    return (*carded, *history[1:])


SUPERVISED = {
    **dict.fromkeys(WARNING_ACTS, partial(_with_card, appealed=False)),
    RejectWarningAppeal: partial(_with_card, appealed=True),
    ClimbLadder: late,
    **dict.fromkeys((SignMeasure, DeclineMeasure), proposed),
    **dict.fromkeys(MEASURE_ACTS, called_to_account),
    CloseMeasure: partial(called_to_account, answered=True),
}


def _theme(status):
    """A theme in ``status``, every child decided."""
    history = an_accepted_case(item=THEME)
    for item in CHILDREN:
        made = NoteChild(**C, item=item, status=S.MADE, outcome=CaseOutcome.GRANTED)
        history = after(history, made)
    return _onward(history, status, THEME_OFFICER)


def _child(status):
    if status not in ONCE_ACCEPTED - {S.NOTIFIED}:
        return HISTORIES[status]()
    child = OpenChild(
        item="CHILD-RS", theme_id="case-0", theme_number="BJ-0", applied_at=START, accepted_at=START
    )
    history = after(opened(child), finishing(), OFFICER)
    if status in (S.DELIVERED, S.ARCHIVED):
        history = after(_onward(history, S.DECIDED, OFFICER), COMMANDS[CloseWithTheme])
        return history if status is S.DELIVERED else after(history, COMMANDS[ArchiveCase])
    return _onward(history, status, OFFICER)


def _onward(history, status, officer):
    """From acceptance to ``status``."""
    exits = {S.WITHDRAWN: WithdrawCase, S.TERMINATED: TerminateCase, S.VOIDED: VoidCase}
    if status in exits:
        by = {S.WITHDRAWN: officer, S.TERMINATED: replace(HEAD, unit=officer.unit)}.get(status)
        return after(history, COMMANDS[exits[status]], by)
    ways = {
        S.ACCEPTED: (), S.DECIDED: (granting(),), S.MADE: (making(),), S.NOTIFIED: (notifying(),),
        S.DELIVERED: (delivering(),), S.ARCHIVED: (COMMANDS[ArchiveCase],),
    }  # fmt: skip
    for reached, commands in ways.items():
        for command in commands:
            history = after(history, command, officer if reached in (S.DECIDED, S.MADE) else None)
        if reached is status:
            break
    return history


CASE_ACTS = [act.command for act in ACTS if CASE in act.on and not act.opens]


def test_the_tables_name_every_act_and_every_status():
    assert set(COMMANDS) == set(CASE_ACTS)
    assert set(HISTORIES) == set(CaseStatus)
    assert {act for act in CASE_ACTS if "rating_id" in get_type_hints(act)} == RATING_ACTS


@pytest.mark.parametrize("status", CaseStatus)
@pytest.mark.parametrize("act", CASE_ACTS, ids=lambda act: act.__name__)
def test_an_act_is_allowed_in_the_statuses_of_the_table_and_refused_in_all_others(act, status):
    command, history = COMMANDS[act], _case_for(act, status)
    assert state_of(history).status is status
    outcome = given(*history).when(command, **DESK.get(act, {}))
    if status in ALLOWED[command]:
        assert outcome.refusal is None, outcome.refusal
        assert outcome.events
    elif act in (CloseWithTheme, LeaveTheme) and status not in ONCE_ACCEPTED - {S.NOTIFIED}:
        outcome.then_refused("NO_THEME")
    else:
        usual = OTHER_CODE.get(act, ("WRONG_STATUS",))
        outcome.then_refused(*OTHER_CODE.get((act, status), usual))


# The course of a case as the systems that were studied have it, and its exits (domain, 4.1).
COURSE = {
    CaseSubmitted, PreReviewPassed, PreReviewRejected, MaterialsReceived, SupplementNoticed,
    SupplementReceived, CaseAccepted, AcceptanceRefused, CaseDeemedAccepted, CaseTransferred,
    SpecialProcedureStarted, SpecialProcedureEnded, CaseExtensionGranted, CaseDecided, ResultMade,
    ResultNotified, ResultDelivered, CaseRated, CaseArchived, CaseWithdrawn, CaseTerminated,
    CaseVoided, ApprovalReviewed, CaseForwarded,
}  # fmt: skip


def test_every_stage_and_every_exit_is_reached():
    reached = set()
    for command, statuses in ALLOWED.items():
        act = type(command)
        for status in statuses:
            outcome = given(*_case_for(act, status)).when(command, **DESK.get(act, {}))
            reached |= {type(one.event) for one in outcome.history}
    assert reached >= COURSE
