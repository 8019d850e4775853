"""读值: how a value of an event is read, by its type or by what it is the code of."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from bancheng.domain.assistance.state import PREFIX as ASSISTANCES
from bancheng.domain.case.accept import Terms
from bancheng.domain.case.collecting import Seen
from bancheng.domain.case.deadline import DeadlineDue, DeadlineVerdict
from bancheng.domain.case.discover import Received
from bancheng.domain.case.history import PREFIX as PAST_CASES
from bancheng.domain.case.history import PastCaseHeader
from bancheng.domain.case.item_steps import StepBegun
from bancheng.domain.case.joint_materials import JointMaterial
from bancheng.domain.case.notice import Wanted
from bancheng.domain.case.procedure import ProcedureNotice
from bancheng.domain.case.recall import DeadlineReopened
from bancheng.domain.case.renewing import Renewing
from bancheng.domain.case.review import ReviewPlan
from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.case.terms import CrossRegion
from bancheng.domain.complaint.merging import LimitResumed
from bancheng.domain.complaint.regrade import OrderDue
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.held_parts import HeldPart
from bancheng.domain.incidents.incident import PREFIX as INCIDENTS
from bancheng.domain.items import ServiceItem
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Party, Personal
from bancheng.domain.supervision.events import Climb
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.effects import DeemedAcceptance
from bancheng.domain.time_limits.explain import end_in_words
from bancheng.domain.time_limits.levels import PlannedRung, WarningLevel
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.domain.time_limits.terms import DueDate, LimitUnit, Pause, Verdict
from bancheng.domain.warnings.events import LimitPassedOn
from bancheng.projections.wording.marks import at_mark, end_mark, other_mark, term_mark, unit_mark

Masked = Callable[[Personal | None], str | None]
Reader = Callable[[Any, Masked], str]
_MATTERS: Final = (TICKETS, CASES, PAST_CASES, ASSISTANCES, INCIDENTS)
_FEN: Final = 100
_LISTED: Final = 100


def unit(code: str, _: Masked) -> str:
    """A code of a unit."""
    return unit_mark(code)


def units(codes: tuple[str, ...], _: Masked) -> str:
    """Codes of units."""
    return "、".join(map(unit_mark, codes))


def other_order(order_id: str, _: Masked) -> str:
    """An order that another unit has."""
    return other_mark(order_id)


def term(among: str) -> Reader:
    """A code of the rule book's words ``among``."""
    return lambda code, _: term_mark(among, code)


def yuan(fen: int, _: Masked) -> str:
    """An amount in fen."""
    return f"{fen / _FEN:.2f} 元"


def about(subject: str, _: Masked) -> str:
    """What a limit is about: 本件 if it is the matter itself, else its number or name."""
    whole, _slash, part = subject.partition("/")
    if whole.startswith(_MATTERS):
        return part or "本件"
    return subject


def warning(warning_id: str, masked: Masked) -> str:
    """A warning, by its limit and level, of which its id is made; a card for conduct by its id."""
    try:
        subject, kind, _cycle, level = warning_id.rsplit("/", 3)
        limit, colour = LimitKind(kind), WarningLevel(level)  # type: ignore[call-arg]
    except ValueError:  # whoever follows the log must not stop at an id
        return f"行为牌 {warning_id}"
    return f"「{limit.label}」时限({about(subject, masked)})的预警「{colour.label}」"


def amount_of(amount: int, unit_of_time: LimitUnit) -> str:
    """So many units of time."""
    return f"{amount} {unit_of_time.label}"


def due(value: DueDate, _: Masked) -> str:
    """The amount, with what was added, and the last day of it."""
    limit, more = value.limit, value.extension
    added = f"含延期 {amount_of(more.amount, limit.unit)}," if more and more.amount else ""
    # 止 and not 前: a day before which something is to be done may be taken for no day of it.
    return f"{amount_of(value.amount, limit.unit)}({added}{end_in_words(value)} 止)"


def end(value: datetime, _: Masked) -> str:
    """An instant at which a time is over."""
    return end_mark(value)


def verdict(value: Verdict, _: Masked) -> str:
    """Whether it was in time, and by how much."""
    if value.on_time:
        return f"按时,用 {amount_of(value.used, value.unit)}"
    return f"逾期 {amount_of(value.overdue, value.unit)}"


def pause(value: Pause, _: Masked) -> str:
    """Since when, and until when at the latest."""
    resumed, until = value.resumed_at, value.approved_until
    ends = f",至 {at_mark(resumed)}" if resumed else f",至 {end_mark(until)}" if until else ""
    return f"自 {at_mark(value.started_at)} 起{ends}"


def party(value: Party, masked: Masked) -> str:
    """A person, every part masked."""
    parts = (value.name, value.phone, value.id_number, value.address)
    return ",".join(filter(None, map(masked, parts)))


def _of_kind(
    value: DeadlineDue | DeadlineReopened | LimitPassedOn | LimitResumed, masked: Masked
) -> str:
    return f"{value.kind.label}({about(value.subject, masked)}): {due(value.due, masked)}"


def _judged(value: DeadlineVerdict, masked: Masked) -> str:
    return f"{value.kind.label}({about(value.subject, masked)}): {verdict(value.verdict, masked)}"


def _terms(value: Terms, masked: Masked) -> str:
    named = {"法定": value.statutory, "承诺": value.promised, "许可有效期": value.renewal}
    return ";".join(f"{name} {due(one, masked)}" for name, one in named.items() if one) or "无期限"


def _begun(value: StepBegun, masked: Masked) -> str:
    return f"{value.name}({unit_mark(value.unit)}),{due(value.due, masked)}"


def _notice(value: ProcedureNotice, _: Masked) -> str:
    return f"{value.number},{value.told_on} 告知,{value.working_days} 个工作日"


def _renewing(value: Renewing, _: Masked) -> str:
    return f"原许可 {value.expires_on} 届满" + (",逾期提出" if value.is_late else "")


def _region(value: CrossRegion, _: Masked) -> str:
    return f"{value.area} {value.counterpart}({value.mode.label})"


def _seen(value: Seen, masked: Masked) -> str:
    number = f"{value.collector.label},{value.paper.label} {masked(value.paper_no)}"
    return number + (f",委托书 {value.mandate}" if value.mandate else "")


def _header(value: PastCaseHeader, _: Masked) -> str:
    return " ".join(filter(None, (value.external_id, value.department, value.outcome)))


def _item(value: ServiceItem, _: Masked) -> str:
    return f"{value.name}({value.code},第 {value.version} 版)"


BY_TYPE: Final[Mapping[type, Reader]] = {
    str: lambda value, _: value,
    int: lambda value, _: str(value),
    bool: lambda value, _: "是" if value else "否",
    date: lambda value, _: str(value),
    datetime: lambda value, _: at_mark(value),
    Labelled: lambda value, _: value.label,
    Personal: lambda value, masked: masked(value) or "",
    Party: party,
    DueDate: due,
    PlannedRung: lambda value, _: f"{value.rung.label}({at_mark(value.at)})",
    Climb: lambda value, _: at_mark(value.due_at) if value.due_at else "",
    Verdict: verdict,
    Pause: pause,
    Terms: _terms,
    StepBegun: _begun,
    DeadlineDue: _of_kind,
    DeadlineReopened: _of_kind,
    LimitPassedOn: _of_kind,
    LimitResumed: _of_kind,
    DeadlineVerdict: _judged,
    OrderDue: lambda value, masked: f"{value.order_id}: {due(value.due, masked)}",
    HeldPart: lambda value, _: value.order_id or about(value.matter_id, _),
    Received: lambda value, _: f"{value.code} {value.copies} 份",
    Wanted: lambda value, _: f"{value.code}: {value.standard}",
    JointMaterial: lambda value, _: f"{value.code}(事项 {value.item} 的 {value.own_code})",
    ReviewPlan: lambda value, masked: f"{unit_mark(value.unit)},{due(value.due, masked)}",
    DeemedAcceptance: lambda value, _: f"自 {at_mark(value.effective_at)} 起",
    ProcedureNotice: _notice,
    Renewing: _renewing,
    CrossRegion: _region,
    Seen: _seen,
    PastCaseHeader: _header,
    ServiceItem: _item,
    Calendar: lambda value, _: value.version,
    RuleBook: lambda value, _: f"{value.title} {value.version}",
}


def reader_of(annotation: Any) -> Reader:
    """How a value of that type is read; ``TypeError`` if nobody said."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return reader_of(args[0])
    if origin in (Union, UnionType):
        return reader_of(next(one for one in args if one is not type(None)))
    if origin is tuple:
        return partial(_listed, reader_of(args[0]))
    found = next((BY_TYPE[cls] for cls in annotation.__mro__ if cls in BY_TYPE), None)
    if found is None:
        raise TypeError(f"nobody says how a {annotation.__name__} is read: add it to BY_TYPE")
    return found


def _listed(read: Reader, values: tuple[Any, ...], masked: Masked) -> str:
    shown = "、".join(read(one, masked) for one in values[:_LISTED])
    return shown if len(values) <= _LISTED else f"{shown} 等 {len(values)} 项"
