"""Tickets by the state they are in. Each is brought there by commands, so that it stays true."""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from typing import Any

from msgspec.structs import replace

from bancheng.domain.calls import CallResult
from bancheng.domain.commands import Command
from bancheng.domain.complaint.analyse import AnalyseCause
from bancheng.domain.complaint.answer import AnswerReporter, PublishAnswer
from bancheng.domain.complaint.deadline import RequestExtension, SubmitResult
from bancheng.domain.complaint.discover import AcceptTicket, DivertTicket, RefuseTicket
from bancheng.domain.complaint.discover import ReportTicket as Report
from bancheng.domain.complaint.dispatch import DispatchWorkOrders, SignInWorkOrder
from bancheng.domain.complaint.ending import (
    RequestTermination,
    TerminateTicket,
    WithdrawTicket,
)
from bancheng.domain.complaint.on_the_spot import SettleOnTheSpot
from bancheng.domain.complaint.regrade import GrantRegrade, RequestRegrade
from bancheng.domain.complaint.returns import ReturnWorkOrder, UpholdReturn
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.complaint.suspend import RequestSuspension, SuspendWorkOrder
from bancheng.domain.complaint.terms import (
    AnswerWay,
    Outcome,
    ReporterWay,
    Satisfaction,
    TicketCategory,
)
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.complaint.verify import PassVerification, RecordCallBack
from bancheng.domain.deadlines import Deadline, key_of
from bancheng.domain.events import Channel, Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Actor, FreeText, PersonName, Phone, Reporter, Title
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.limit import DueDate, Extension, Verdict, decide_due, judge
from bancheng.domain.time_limits.plan import plan_warnings
from bancheng.domain.warnings.raising import RaiseWarning

from .given import CALENDAR, NUMBER, OFFICER, READ, RULES, START, STREAM, Given, local

History = tuple[Recorded, ...]
TEXT = FreeText("跑了两趟都没有办成")
SEALED = TEXT.owned_by(STREAM)
REPORTER = Reporter(name=PersonName("张建国"), phone=Phone("13800138000"))
LEAD, CO_1, CO_2 = (f"{NUMBER}-{serial:02d}" for serial in (1, 2, 3))


def officer_of(unit: str) -> Actor:
    """The officer of a unit; that of ``RS`` is the usual one."""
    return OFFICER if unit == OFFICER.unit else replace(OFFICER, id=f"o-{unit}", unit=unit)


def due(
    limit: str, since: datetime, last_day: str, *, extension: int = 0, times: int = 1
) -> DueDate:
    """When the rule book's limit of that id, begun ``since``, ends: with ``last_day``."""
    rule = next(rule for rule in RULES.limits if rule.limit.id == limit)
    allowed = RULES.extension_for(rule.purpose, item_type=rule.item_type)
    more = None
    if extension and allowed:
        more = Extension(amount=extension, basis=allowed.basis, times=times)
    decided = decide_due(
        rule.limit, since, CALENDAR, rulebook_version=RULES.version, extension=more
    )
    assert str(decided.due_date) == last_day, f"due on {decided.due_date}, not {last_day}"
    return warned(decided, rule.purpose)


def warned(decided: DueDate, purpose: str) -> DueDate:
    """``decided`` with the warnings that the rule book plans for the purpose."""
    thresholds = RULES.thresholds_for(purpose)
    return replace(decided, warnings=plan_warnings(decided, thresholds, CALENDAR))


def verdict(decided: DueDate, finished_at: datetime, *, on_time: bool, used: int) -> Verdict:
    """The verdict on ``decided``, which must say what the test says by hand."""
    judged = judge(decided, finished_at, CALENDAR)
    assert (judged.on_time, judged.used) == (on_time, used)
    return judged


def after(
    history: History,
    command: Command,
    by: Actor | None = None,
    at: datetime | None = None,
    **desk: Any,
) -> History:
    """The history once ``command`` was carried out, which the rules must allow."""
    outcome = Given(history).when(command, by, at, **desk)
    assert outcome.refusal is None, outcome.refusal
    return outcome.history


def reporting(**fields: Any) -> Report:
    """A named complaint at the window, but for ``fields``."""
    usual = {
        "category": TicketCategory.COMPLAINT, "channel": Channel.WINDOW, "reporter": REPORTER,
        "subject": Title("社保卡"), "content": TEXT, "accused_unit": "RS",
    }  # fmt: skip
    return Report(**{**usual, **fields})


def a_reported_ticket(**fields: Any) -> History:
    return Given().when(reporting(**fields), at=START).history


def a_refused_ticket(**fields: Any) -> History:
    command = RefuseTicket(ticket_id=STREAM, reason="litigation", explanation=TEXT, remedy=TEXT)
    return after(a_reported_ticket(**fields), command)


def diverting() -> DivertTicket:
    return DivertTicket(
        ticket_id=STREAM, target="petition_office", explanation=TEXT, organ="信访局"
    )


def a_diverted_ticket(**fields: Any) -> History:
    return after(a_reported_ticket(**fields), diverting())


def withdrawing() -> WithdrawTicket:
    return WithdrawTicket(
        ticket_id=STREAM, way=ReporterWay.PHONE, record_no="LY-2026-0001", reason=TEXT
    )


def a_withdrawn_ticket(**fields: Any) -> History:
    return after(a_reported_ticket(**fields), withdrawing())


def asking_termination(order_id: str = LEAD) -> RequestTermination:
    return RequestTermination(
        ticket_id=STREAM, order_id=order_id, request_no="人社函2026-1号", reason=TEXT
    )


def a_ticket_with_termination_asked(*units: str) -> History:
    return after(a_signed_in_ticket(*units), asking_termination())


def terminating(order_id: str = LEAD) -> TerminateTicket:
    return TerminateTicket(
        ticket_id=STREAM, order_id=order_id, ruling=TEXT, explanation=TEXT, remedy=TEXT
    )


def a_terminated_ticket(*units: str) -> History:
    return after(a_ticket_with_termination_asked(*units), terminating())


def an_accepted_ticket(**fields: Any) -> History:
    return after(a_reported_ticket(**fields), AcceptTicket(ticket_id=STREAM))


def analysing(complexity: str = "general") -> AnalyseCause:
    return AnalyseCause(
        ticket_id=STREAM, cause="delay", complexity=complexity, units=("RS",), opinion=TEXT
    )


def an_analysed_ticket(complexity: str = "general", **fields: Any) -> History:
    return after(an_accepted_ticket(**fields), analysing(complexity))


def dispatching(*units: str, limit_working_days: int | None = None) -> DispatchWorkOrders:
    lead, *others = units or ("RS",)
    return DispatchWorkOrders(
        ticket_id=STREAM, lead_unit=lead, co_units=tuple(others), instruction=TEXT, released=READ,
        limit_working_days=limit_working_days,
    )  # fmt: skip


def a_dispatched_ticket(
    *units: str, limit_working_days: int | None = None, **fields: Any
) -> History:
    """Its lead order waits for the signature of the first of ``units``, by default ``RS``."""
    command = dispatching(*units, limit_working_days=limit_working_days)
    return after(an_analysed_ticket(**fields), command)


def dispatched_from(at: datetime, **desk: Any) -> History:
    """A ticket reported ``at``, whose order to ``RS`` goes out three minutes later."""
    history = Given().when(reporting(), at=at, **desk).history
    for command in (AcceptTicket(ticket_id=STREAM), analysing(), dispatching()):
        history = after(history, command, **desk)
    return history


def signed_in(history: History, order_id: str = LEAD, unit: str = "RS") -> History:
    command = SignInWorkOrder(ticket_id=STREAM, order_id=order_id)
    return after(history, command, officer_of(unit))


def a_signed_in_ticket(*units: str, **fields: Any) -> History:
    """Its lead order is in hand; those of co-units still wait for their signature."""
    return signed_in(a_dispatched_ticket(*units, **fields), unit=(units or ("RS",))[0])


def returning(order_id: str = LEAD, reason: str = "not_our_duty") -> ReturnWorkOrder:
    return ReturnWorkOrder(ticket_id=STREAM, order_id=order_id, reason=reason, explanation=TEXT)


def a_returned_order(*units: str, **fields: Any) -> History:
    return after(a_dispatched_ticket(*units, **fields), returning())


def a_released_order(*units: str, **fields: Any) -> History:
    command = UpholdReturn(ticket_id=STREAM, order_id=LEAD, ruling=TEXT)
    return after(a_returned_order(*units, **fields), command)


def asking_extension(order_id: str = LEAD) -> RequestExtension:
    return RequestExtension(ticket_id=STREAM, order_id=order_id, reason=TEXT)


def an_order_with_extension_asked(*units: str, **fields: Any) -> History:
    return after(a_signed_in_ticket(*units, **fields), asking_extension())


def submitting(order_id: str = LEAD, outcome: Outcome = Outcome.SOLVED) -> SubmitResult:
    return SubmitResult(ticket_id=STREAM, order_id=order_id, outcome=outcome, result=TEXT)


def asking_suspension(until: datetime, order_id: str = LEAD) -> RequestSuspension:
    return RequestSuspension(ticket_id=STREAM, order_id=order_id, until=until, measures=TEXT)


def suspended(history: History, until: datetime, at: datetime, order_id: str = LEAD) -> History:
    """The same, suspended ``at``: asked for by an officer and approved by a handler."""
    asked = after(history, asking_suspension(until, order_id), at=at)
    return after(asked, SuspendWorkOrder(ticket_id=STREAM, order_id=order_id, ruling=TEXT), at=at)


def regraded(history: History, complexity: str, at: datetime | None = None) -> History:
    asked = after(
        history, RequestRegrade(ticket_id=STREAM, complexity=complexity, reason=TEXT), at=at
    )
    return after(asked, GrantRegrade(ticket_id=STREAM, ruling=TEXT), at=at)


def settling(outcome: Outcome = Outcome.SOLVED) -> SettleOnTheSpot:
    return SettleOnTheSpot(ticket_id=STREAM, cause="delay", outcome=outcome, answer=TEXT)


def a_resolved_ticket(outcome: Outcome = Outcome.SOLVED, **fields: Any) -> History:
    return after(a_signed_in_ticket(**fields), submitting(outcome=outcome))


def calling_back(**answer: Any) -> RecordCallBack:
    """The reporter was reached and content, but for ``answer``."""
    usual = {"call": CallResult.CONNECTED, "solved": True, "satisfaction": Satisfaction.SATISFIED}
    return RecordCallBack(ticket_id=STREAM, **{**usual, **answer})


UNREACHED = {"call": CallResult.NO_ANSWER, "solved": None, "satisfaction": None, "comment": TEXT}
UNSOLVED = {"solved": False, "satisfaction": Satisfaction.DISSATISFIED}


def a_called_back_ticket(outcome: Outcome = Outcome.SOLVED, **answer: Any) -> History:
    return after(a_resolved_ticket(outcome), calling_back(**answer))


def passing() -> PassVerification:
    return PassVerification(ticket_id=STREAM, conclusion=TEXT)


def answering(**more: Any) -> AnswerReporter:
    return AnswerReporter(ticket_id=STREAM, **{"way": AnswerWay.WRITTEN, "answer": TEXT, **more})


def publishing(text: str = "已责成窗口改正。") -> PublishAnswer:
    return PublishAnswer(ticket_id=STREAM, place="大厅公示栏", answer=ReleasedText(text))


def an_unanswered_ticket() -> History:
    """Verified though its reporter was reached by no call, as often as the book demands."""
    history = a_resolved_ticket()
    for day in ("2026-03-03", "2026-03-04"):
        history = after(history, calling_back(**UNREACHED), at=on_day(day))
    return after(history, passing(), at=on_day("2026-03-04"))


def a_verified_ticket() -> History:
    return after(a_called_back_ticket(), passing())


def a_closed_ticket() -> History:
    return after(a_verified_ticket(), StrikeOffTicket(ticket_id=STREAM))


def raising(kind: LimitKind, subject: str, level: WarningLevel) -> RaiseWarning:
    return RaiseWarning(matter_id=STREAM, kind=kind, subject=subject, level=level)


def deadline_of(history: History, kind: LimitKind, subject: str = LEAD) -> Deadline:
    """The deadline as the write state has it after ``history``."""
    return deadlines_of(history)[key_of(kind, subject)]


def deadlines_of(history: History) -> Mapping[str, Deadline]:
    """All deadlines of the ticket after ``history``, by their keys."""
    return reduce(evolve, history, Ticket()).deadlines


def on_day(text: str) -> datetime:
    """Half past ten of that day, in the hall."""
    return local(f"{text} 10:30")
