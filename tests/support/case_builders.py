"""Cases by the status they are in. Each is brought there by commands, so that it stays true."""

from datetime import date, datetime
from functools import reduce
from typing import Any

from msgspec.structs import replace

from bancheng.domain.case.accept import AcceptCase
from bancheng.domain.case.analyse import NoticeSupplement, ReceiveSupplement
from bancheng.domain.case.case import evolve
from bancheng.domain.case.collecting import Collector, Seen
from bancheng.domain.case.deadline import DeadlineVerdict
from bancheng.domain.case.decide import DecideCase
from bancheng.domain.case.discover import Received, ReceiveMaterials, SubmitCase
from bancheng.domain.case.dispatch import FinishStep, SignHandOver, TransferCase
from bancheng.domain.case.forward import ForwardCase
from bancheng.domain.case.hearing_course import HoldHearing, SetHearing
from bancheng.domain.case.hearing_right import RequestHearing, TellHearingRight, WaiveHearing
from bancheng.domain.case.notice import Wanted
from bancheng.domain.case.pre_review import PassPreReview, RejectPreReview
from bancheng.domain.case.procedure import EndProcedure, ProcedureNotice, StartProcedure
from bancheng.domain.case.rate import ImportRating, IssueRatingCode, RateByCode, RateCase
from bancheng.domain.case.refuse import RefuseAcceptance, ReportRefusal
from bancheng.domain.case.state import Case
from bancheng.domain.case.supervise import ArchiveCase, TerminateCase, VoidCase, WithdrawCase
from bancheng.domain.case.terms import (
    CaseOutcome,
    CaseSource,
    CaseStatus,
    CrossMode,
    CrossRegion,
    NotifyWay,
    RatingOrigin,
    RefusalGround,
)
from bancheng.domain.case.theme import OpenChild
from bancheng.domain.case.verify import DeliverResult, MakeResult, NotifyResult
from bancheng.domain.commands import Command
from bancheng.domain.deadlines import Deadline, key_of
from bancheng.domain.identity_numbers import PaperKind
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import (
    CaseKind,
    Charge,
    DeliveryWay,
    ItemStep,
    Material,
    ServiceItem,
    SpecialProcedure,
)
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Applicant, CertificateNumber, FreeText, IdNumber, PersonName
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.time_limits.limit import DueDate, Limit, LimitUnit, Pause, decide_due, judge

from .builders import History, after, officer_of, warned
from .given import CALENDAR, CLERK, CODE, HEAD, OFFICER, RULES, START, VERIFIER, Given, local

CASE_ID, CASE_NUMBER = "case-1", "BJ-1"
TEXT = FreeText("按规定办理,电话 13800138000")
SEALED = TEXT.owned_by(CASE_ID)
RECEIVER = PersonName("张建国")
CROSSING = CrossRegion(area="开鲁县", counterpart="开鲁县政务服务局", mode=CrossMode.COLLECTED)
SEEN = Seen(
    collector=Collector.APPLICANT,
    paper=PaperKind.RESIDENT,
    paper_no=IdNumber("150502199001011232"),
)
APPLICANT = Applicant(name=PersonName("张建国"))
C: dict[str, Any] = {"case_id": CASE_ID}


def working_days(amount: int, name: str, basis: str = "本单位承诺") -> Limit:
    unit = LimitUnit.WORKING_DAYS
    return Limit(id=f"item.{name}", amount=amount, unit=unit, label=name, basis=basis)


FORM = Material(code="M1", name="申请表")
LEASE = Material(code="M2", name="租赁合同", gap_allowed=True)
PHOTO = Material(code="M3", name="门面照片", required=False)
SURVEY = SpecialProcedure(code="P1", name="现场勘查", working_days=10, basis="行政许可法第四十五条")
EXPERTS = SpecialProcedure(code="P2", name="专家评审", working_days=3, counted=True)
SURVEYORS = ("o1", "d1")  # both of RS
CHAIR = "third-RS"
FEE = Charge(name="工本费", amount_fen=1000, basis="发改价格〔2020〕1号")
EXAMINE, REVIEW = "审查", "复核"
ITEM = ServiceItem(
    code="FOOD", basic_code="0141", name="食品经营许可新办", version=1, type=PowerType.LICENCE,
    kind=CaseKind.PROMISED, unit="RS", legal_basis="食品安全法第三十五条",
    statutory=working_days(20, "statutory", "行政许可法第四十二条"),
    promised=working_days(5, "promised"),
    steps=(
        ItemStep(name=EXAMINE, unit="RS", limit=working_days(3, "step.1")),
        ItemStep(name=REVIEW, unit="YB", limit=working_days(1, "step.2")),
        ItemStep(name="登记"),
    ),
    materials=(FORM, LEASE, PHOTO), procedures=(SURVEY, EXPERTS), charges=(FEE,),
    deliveries=(DeliveryWay.COUNTER, DeliveryWay.POST), effective_from=date(2026, 1, 1),
)  # fmt: skip
DECIDE, CERTIFY = "决定", "制证"
# All in one unit, as most items are; the last step comes after the decision.
OWN = replace(
    ITEM, code="OWN", steps=(
        ItemStep(name=EXAMINE, unit="RS", limit=working_days(3, "step.1")),
        ItemStep(name=DECIDE, limit=working_days(1, "step.2")),
        ItemStep(name=CERTIFY, unit="RS", limit=working_days(1, "step.3")),
    ),
)  # fmt: skip
INSTANT = replace(
    ITEM, code="CARD", name="社保卡补领", kind=CaseKind.INSTANT, statutory=None, promised=None,
    steps=(), materials=(FORM,), procedures=(),
)  # fmt: skip
# Examined here, decided by an organ above; no law of its own sets its time.
UPWARD = replace(
    ITEM, code="UPWARD", name="危险化学品经营许可", kind=CaseKind.REPORTED_UP, statutory=None,
    steps=(), procedures=(),
)  # fmt: skip
CHILDREN = {"CHILD-RS": "RS", "CHILD-YB": "YB", "CHILD-GA": "GA"}
THEME = replace(
    ITEM, code="CAFE", name="开餐饮店一件事", kind=CaseKind.JOINT, unit="HALL", statutory=None,
    promised=None, children=tuple(CHILDREN),
)  # fmt: skip
ITEMS = {
    **{item.code: item for item in (ITEM, OWN, INSTANT, UPWARD, THEME)},
    **{code: replace(ITEM, code=code, unit=unit) for code, unit in CHILDREN.items()},
}
THEME_OFFICER = officer_of("HALL")
ALL_HERE = ("M1", "M2")
PERIOD = 10
RIGHT_ORGAN = "市市场监督管理局"


def submitting(**fields: Any) -> SubmitCase:
    """At the window, for the promised item, but for ``fields``."""
    return SubmitCase(**{"item": ITEM.code, "applicant": APPLICANT, **fields})


def opened(command: Command, at: datetime = START, stream: str = CASE_ID, **desk: Any) -> History:
    """The history of the case that ``command`` opens, which the rules must allow."""
    usual = {"items": ITEMS, "official_number": CASE_NUMBER}
    outcome = Given(stream=stream).when(command, at=at, **{**usual, **desk})
    assert outcome.refusal is None, outcome.refusal
    return outcome.history


def a_child(item: str = "CHILD-RS", accepted_at: datetime = START) -> History:
    """A case of a theme that was accepted then."""
    command = OpenChild(
        item=item, theme_id=CASE_ID, theme_number=CASE_NUMBER, applied_at=START,
        accepted_at=accepted_at,
    )  # fmt: skip
    return opened(command, stream="case-2", official_number="BJ-2")


def ticked(*codes: str) -> tuple[Received, ...]:
    return tuple(Received(code=code) for code in codes)


def a_submitted_case(item: ServiceItem = ITEM, **fields: Any) -> History:
    """An application for ``item``, at the window but for ``fields``."""
    return opened(submitting(item=item.code, **fields), items={**ITEMS, item.code: item})


def an_online_case(**fields: Any) -> History:
    return a_submitted_case(source=CaseSource.ONLINE, **fields)


def sending_back(*codes: str, **fields: Any) -> RejectPreReview:
    """With the materials ``codes`` to be mended within a fortnight of work."""
    return RejectPreReview(**{**C, "wanted": wanted(*codes), "working_days": PERIOD, **fields})


def a_pre_rejected_case() -> History:
    return after(an_online_case(), sending_back("M2"))


def a_pre_reviewed_case() -> History:
    return after(an_online_case(), PassPreReview(**C))


def receiving(*codes: str) -> ReceiveMaterials:
    return ReceiveMaterials(**C, materials=ticked(*codes))


def a_received_case(*codes: str, **fields: Any) -> History:
    """With the materials ``codes``, by default all that are required."""
    return after(a_submitted_case(**fields), receiving(*(codes or ALL_HERE)))


def wanted(*codes: str, standard: str = "加盖公章") -> tuple[Wanted, ...]:
    return tuple(Wanted(code=code, standard=standard) for code in codes)


def noticing(*codes: str, standard: str = "加盖公章", days: int = PERIOD) -> NoticeSupplement:
    told = wanted(*codes, standard=standard)
    return NoticeSupplement(**C, wanted=told, working_days=days)


def supplementing(*codes: str) -> ReceiveSupplement:
    return ReceiveSupplement(**C, materials=ticked(*codes))


def a_supplementing_case(**fields: Any) -> History:
    return after(a_received_case("M1", **fields), noticing("M2"))


def accepting(promise: str | None = None) -> AcceptCase:
    return AcceptCase(**C, gap_promise_no=promise)


def an_accepted_case(**fields: Any) -> History:
    return after(a_received_case(**fields), accepting())


def an_accepted_gap(**fields: Any) -> History:
    return after(a_received_case("M1", **fields), accepting("承诺1号"))


def reporting_refusal(
    ground: RefusalGround = RefusalGround.NOT_OURS, **fields: Any
) -> ReportRefusal:
    usual = {"reason": TEXT, "basis": "行政许可法第三十二条", "right_organ": _organ(ground)}
    return ReportRefusal(**C, ground=ground, **{**usual, **fields})


def refusing(ground: RefusalGround = RefusalGround.NOT_OURS, **fields: Any) -> RefuseAcceptance:
    usual = {"reason": TEXT, "basis": "行政许可法第三十二条", "right_organ": _organ(ground)}
    return RefuseAcceptance(**C, ground=ground, **{**usual, "remedy": TEXT, **fields})


def _organ(ground: RefusalGround) -> str | None:
    return RIGHT_ORGAN if ground is RefusalGround.NOT_OURS else None


def a_refused_case(**fields: Any) -> History:
    return after(after(a_received_case(**fields), reporting_refusal()), refusing())


def transferring(unit: str = "RS", step: str | None = None) -> TransferCase:
    return TransferCase(**C, to_unit=unit, step=step, materials=("M1",))


def handed_over(history: History, unit: str = "RS", step: str | None = None) -> History:
    """``history``, and the file went to ``unit``, which signed for it."""
    holder = reduce(evolve, history, Case()).holder
    by = None if holder is None else officer_of(holder)
    history = after(history, transferring(unit, step), by)
    return after(history, SignHandOver(**C), replace(officer_of(unit), id=f"second-{unit}"))


def finishing(step: str = EXAMINE) -> FinishStep:
    return FinishStep(**C, name=step, opinion=TEXT)


def starting(
    procedure: str = "P1", *, told: bool = True, days: int = 10, on: str = "2026-03-02"
) -> StartProcedure:
    """Told of by a notice of that day, and with the two officers that a survey takes."""
    notice = ProcedureNotice(
        number="告知1号",
        told_on=date.fromisoformat(on),
        working_days=days if procedure == "P1" else 3,
    )
    return StartProcedure(
        **C, procedure=procedure, notice=notice if told else None, officers=SURVEYORS
    )


def ending() -> EndProcedure:
    return EndProcedure(**C, finding=TEXT)


def telling(**fields: Any) -> TellHearingRight:
    return TellHearingRight(**{**C, "notice_no": "听告1号", **fields})


def requesting(on: str = "2026-03-02") -> RequestHearing:
    return RequestHearing(**C, request_no="听申1号", asked_on=date.fromisoformat(on))


def waiving() -> WaiveHearing:
    return WaiveHearing(**C, statement_no="弃1号")


def setting(at: str = "2026-03-16 09:00", **fields: Any) -> SetHearing:
    """By somebody who has not looked at the case, and announced, as it must be if nobody asked."""
    usual = {
        "notice_no": "听通1号",
        "place": "三楼",
        "chair": CHAIR,
        "announcement_no": "公1号",
    }
    return SetHearing(**{**C, **usual, "at": local(at), **fields})


def holding(**fields: Any) -> HoldHearing:
    return HoldHearing(**{**C, "record_no": "笔录1号", "signatures": 3, **fields})


def granting() -> DecideCase:
    return DecideCase(**C, outcome=CaseOutcome.GRANTED, document_no="许可1号")


def rejecting(**fields: Any) -> DecideCase:
    usual = {"reason": TEXT, "basis": "食品安全法第三十五条", "remedy": TEXT}
    return DecideCase(
        **C, outcome=CaseOutcome.REFUSED, document_no="不予1号", **{**usual, **fields}
    )


def a_decided_case(**fields: Any) -> History:
    return after(an_accepted_case(**fields), granting(), OFFICER)


def a_rejected_case(**fields: Any) -> History:
    """Decided, and the answer is no."""
    return after(an_accepted_case(**fields), rejecting(), HEAD)


def making() -> MakeResult:
    return MakeResult(**C, documents=("食品经营许可证",), certificate_no=CertificateNumber("JY1"))


def a_made_case(**fields: Any) -> History:
    return after(a_decided_case(**fields), making())


def notifying() -> NotifyResult:
    return NotifyResult(**C, way=NotifyWay.SMS)


def a_notified_case(**fields: Any) -> History:
    return after(a_made_case(**fields), notifying())


def delivering(**fields: Any) -> DeliverResult:
    usual = {"way": DeliveryWay.COUNTER, "receiver": RECEIVER, "seen": SEEN}
    return DeliverResult(**C, **{**usual, **fields})


def a_delivered_case(**fields: Any) -> History:
    return after(a_notified_case(**fields), delivering())


def an_archived_case(**fields: Any) -> History:
    return after(a_delivered_case(**fields), ArchiveCase(**C, archive_no="2026-1"))


def forwarding() -> ForwardCase:
    return ForwardCase(**C, document_no="报1号", organ=RIGHT_ORGAN, told=NotifyWay.SMS)


def a_forwarded_case(**fields: Any) -> History:
    return after(an_accepted_case(**{"item": UPWARD, **fields}), forwarding(), OFFICER)


def withdrawing(**fields: Any) -> WithdrawCase:
    """On a paper that was signed on the day of the application."""
    usual = {"request_no": "撤1号", "signed_on": CALENDAR.local(START).date(), "reason": TEXT}
    return WithdrawCase(**C, **{**usual, **fields})


def terminating(**fields: Any) -> TerminateCase:
    usual = {"reason": TEXT, "basis": "食品安全法第三十五条", "remedy": TEXT}
    return TerminateCase(**C, **{**usual, **fields})


def voiding(**fields: Any) -> VoidCase:
    usual = {"reason": TEXT, "basis": "食品安全法第三十五条", "remedy": TEXT}
    return VoidCase(**C, **{**usual, **fields})


def a_withdrawn_case(**fields: Any) -> History:
    return after(a_received_case(**fields), withdrawing())


def a_terminated_case(**fields: Any) -> History:
    return after(an_accepted_case(**fields), terminating())


def a_voided_case(**fields: Any) -> History:
    return after(a_submitted_case(**fields), voiding())


def rating(
    level: RatingLevel = RatingLevel.DISSATISFIED,
    origin: RatingOrigin = RatingOrigin.CITIZEN,
    **fields: Any,
) -> Command:
    """As it comes from that origin; the citizen's own has to be `coded` before."""
    said = {**C, "level": level, "named": True, **fields}
    if origin is RatingOrigin.CITIZEN:
        return RateByCode(**said, code=CODE)
    if origin is RatingOrigin.STAFF_ASSISTED:
        return RateCase(**said)
    return ImportRating(**said, source_ref="PJ-1", by_default=origin is RatingOrigin.DEFAULT)


def coded(history: History, at: datetime | None = None) -> History:
    """``history``, and at its end the code for its last visit was given out."""
    return after(history, IssueRatingCode(**C), CLERK, at=at or history[-1].envelope.occurred_at)


def rated(history: History, *said: Any, at: datetime | None = None, **fields: Any) -> History:
    """``history``, and it was rated so, by the citizen unless another origin is given."""
    command = rating(*said, **fields)
    given = coded(history, at) if isinstance(command, RateByCode) else history
    by = VERIFIER if isinstance(command, RateCase) else None
    return after(given, command, by, at=at)


HISTORIES = {
    CaseStatus.SUBMITTED: a_submitted_case,
    CaseStatus.PRE_REJECTED: a_pre_rejected_case,
    CaseStatus.PRE_REVIEWED: a_pre_reviewed_case,
    CaseStatus.RECEIVED: a_received_case,
    CaseStatus.SUPPLEMENTING: a_supplementing_case,
    CaseStatus.ACCEPTED: an_accepted_case,
    CaseStatus.DECIDED: a_decided_case,
    CaseStatus.MADE: a_made_case,
    CaseStatus.NOTIFIED: a_notified_case,
    CaseStatus.DELIVERED: a_delivered_case,
    CaseStatus.FORWARDED: a_forwarded_case,
    CaseStatus.ARCHIVED: an_archived_case,
    CaseStatus.REFUSED: a_refused_case,
    CaseStatus.WITHDRAWN: a_withdrawn_case,
    CaseStatus.TERMINATED: a_terminated_case,
    CaseStatus.VOIDED: a_voided_case,
}


def state_of(history: History) -> Case:
    return reduce(evolve, history, Case())


def deadline(history: History, kind: LimitKind, subject: str = CASE_ID) -> Deadline:
    """The deadline as the write state has it after ``history``."""
    return state_of(history).deadlines[key_of(kind, subject)]


def running(history: History) -> set[LimitKind]:
    return {
        deadline.kind for deadline in state_of(history).deadlines.values() if deadline.is_running
    }


def awaiting_due(since: datetime, last_day: str, amount: int = PERIOD) -> DueDate:
    """Until when a notice of ``since`` waits for the applicant."""
    label, basis = f"补正期限{amount}个工作日", "一次性告知书"
    limit = replace(working_days(amount, "", basis), id="case.await_supplement", label=label)
    return case_due(limit, LimitKind.AWAIT_SUPPLEMENT, since, last_day)


def case_due(
    limit: Limit | str,
    kind: LimitKind,
    since: datetime,
    last_day: str,
    pauses: tuple[Pause, ...] = (),
) -> DueDate:
    """When ``limit``, or that of the rule book, begun ``since``, ends: with ``last_day``."""
    if isinstance(limit, str):
        limit = next(rule.limit for rule in RULES.limits if rule.limit.id == limit)
    decided = decide_due(limit, since, CALENDAR, rulebook_version=RULES.version, pauses=pauses)
    assert str(decided.due_date) == last_day, f"due on {decided.due_date}, not {last_day}"
    effect = RULES.effect_for(kind.effect, item_type=PowerType.LICENCE)
    return warned(replace(decided, effect=effect), kind.purpose)


def verdicts_at(history: History, at: datetime) -> tuple[DeadlineVerdict, ...]:
    """What is judged ``at`` of the limits of the whole case, law before promise."""
    return tuple(
        DeadlineVerdict(
            kind=kind, subject=CASE_ID, verdict=judge(deadline(history, kind).due, at, CALENDAR)
        )
        for kind in (LimitKind.STATUTORY, LimitKind.PROMISED)
    )
