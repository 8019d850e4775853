"""What `bancheng demo` prints: the ledgers of a simulated hall, cases and tickets together."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar

from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection

from bancheng.bootstrap import Container
from bancheng.cli import tables
from bancheng.cli.console import console, readable
from bancheng.cli.listing import listing
from bancheng.cli.metrics import metrics_page
from bancheng.cli.tables import ABOUT, TRAIL_COLUMNS, VERDICT, Hall, ledger_table
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.infra import database
from bancheng.projections import office, trail
from bancheng.projections.cases.cases import CASES, CHILDREN
from bancheng.projections.cases.ratings import RATINGS, RatingRow
from bancheng.projections.cases.row import CaseRow
from bancheng.projections.deadlines.board import DeadlineRow
from bancheng.projections.deadlines.deadlines import DEADLINES, DEADLINES_OF_MATTERS
from bancheng.projections.disclosures import DISCLOSURES
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.windows import PAGE_MAX, Window
from bancheng.projections.reports.on_time_rates import ON_TIME_RATES
from bancheng.projections.reports.rating_rates import RATING_RATES
from bancheng.projections.tickets.row import TicketRow
from bancheng.projections.tickets.tickets import TICKETS
from bancheng.projections.trail import TRAIL
from bancheng.projections.warnings import WARNINGS

SHOWN: Final = 12
_SOON: Final = timedelta(days=3)
_A_MONTH: Final = timedelta(days=30)
_SOME_DAYS: Final = timedelta(days=90)
R = TypeVar("R", CaseRow, TicketRow)


class _Hall(NamedTuple):
    """The read models as one transaction sees them, and what is needed to show them.

    Taken from several, the figures of one page might not fit those of the next.
    """

    connection: Connection
    now: datetime
    shown: Hall
    purposes: Mapping[str, str]


def show(container: Container, now: datetime) -> None:
    """Print the ledgers as they stand ``now``."""
    purposes = {one.code: one.label for one in container.rules.rulebook().disclosures}
    with database.read(container.database) as connection:
        units = office.all_units(connection)
        rules = container.rules
        hall = _Hall(connection, now, Hall.of(rules.calendar(), rules.rulebook(), units), purposes)
        for page in _PAGES:
            console.print(page(hall))


def _rows(hall: _Hall, ledger: Ledger[Any], most: int = SHOWN, **chosen: Any) -> Sequence[Any]:
    """The first rows of ``ledger`` in its own sorting."""
    window = Window(sort=ledger.first_sort, descending=ledger.descending, first=most)
    return ledger.page(hall.connection, ledger.filter(**chosen), window).rows


def _figures(hall: _Hall) -> str:
    def cases(**chosen: Any) -> int:
        return CASES.count(hall.connection, CASES.filter(**chosen))

    # One thing counts once (一件事计一件); what its children are stands beside it.
    return (
        f"办件 {cases(is_child=False)} 件,另有一件事子件 {cases(is_child=True)} 件;"
        f"办不成事工单 {TICKETS.count(hall.connection, TICKETS.filter())} 件"
    )


def _kept(hall: _Hall) -> Table:
    """How many limits were kept: what is overdue and not decided yet is among the late ones."""
    today = hall.shown.calendar.local(hall.now).date()
    scope = ON_TIME_RATES.scope(first_day=today - _SOME_DAYS, last_day=today)
    calendar, by = hall.shown.calendar, ["kind"]
    rows = ON_TIME_RATES.read(hall.connection, scope, calendar, by, now=hall.now)
    told = []
    for row in rows:
        rate = row.on_time
        share = "" if rate.percent is None else f"{rate.percent:.1f}%"
        figures = (rate.numerator, rate.denominator, share, row.late, row.still_owed, row.outside)
        told.append((row.kind.label, *map(str, figures)))
    headings = ("时限", "按时", "应结", "按时率", "届满未结", "其中仍未办结", "期内解除")
    title = "按时办结率(每项时限计一次,计入其结束与届满中较早的一日)"
    return listing(headings, told, title)


def _metrics(hall: _Hall) -> Table:
    today = hall.shown.calendar.local(hall.now).date()
    return metrics_page(hall.connection, hall.shown.calendar, (today - _A_MONTH, today), hall.now)


def _due(row: CaseRow, _: Hall) -> str:
    return str(row.promised_due_date or row.statutory_due_date or "")


def _cases(hall: _Hall) -> Table:
    return ledger_table(
        CASES,
        _rows(hall, CASES, accepted_before=hall.now),
        hall.shown,
        "number", "item_name", "kind", "source", "window",
        ("申请人", lambda row, _: readable(row.applicant_name_masked or "")),
        "unit",
        ("状态", lambda row, _: row.status.label + ("(视为受理)" if row.deemed else "")),
        "submitted_at", ("期限", _due), VERDICT,
        title="办件台账(已受理,按提交先后,最近的在前)",
    )  # fmt: skip


def _tickets(hall: _Hall) -> Table:
    return ledger_table(
        TICKETS,
        _rows(hall, TICKETS),
        hall.shown,
        "number", "category", "channel", "subject_masked",
        ("反映人", lambda row, _: readable(row.reporter_name_masked or "匿名")),
        "lead_unit", "step", "status", "reported_at", "due_date", VERDICT,
        title="办不成事工单台账(最近登记)",
    )  # fmt: skip


def _light(row: DeadlineRow, now: datetime) -> str:
    reached = row.level(now)
    return tables.level(reached) if reached else row.state.label


_ANSWERS = (LimitKind.FEEDBACK, LimitKind.CARD_FEEDBACK)


def _board(hall: _Hall) -> Table:
    """What units owe an answer to is left out: it would hide what citizens wait for."""
    kinds = tuple(kind for kind in LimitKind if kind not in _ANSWERS)
    running = (DeadlineState.RUNNING,)
    return ledger_table(
        DEADLINES,
        _rows(
            hall, DEADLINES, 2 * SHOWN, states=running, due_before=hall.now + _SOON, kinds=kinds
        ),
        hall.shown,
        ("级别", lambda row, _: _light(row, hall.now)),
        ABOUT,
        ("时限", lambda row, _: readable(f"{row.kind.label}: {row.label}")),
        "unit", "started_at",
        ("期限", lambda row, _: f"{row.due_date} 止{'(暂定)' if row.provisional else ''}"),
        title="限时看板(办件与办不成事工单,已逾期与三日内到期)",
    )  # fmt: skip


def _warnings(hall: _Hall) -> Table:
    return ledger_table(
        WARNINGS,
        _rows(hall, WARNINGS),
        hall.shown,
        ("级别", lambda row, _: tables.level(row.level)),
        ABOUT, "kind", "conduct", "unit", "planned_at", "raised_at", "late", "state",
        title="预警台账(最近发出)",
    )  # fmt: skip


def _theme(hall: _Hall) -> Table | str:
    """The theme in which most is late, with what each unit does for it."""
    themes = _rows(hall, CASES, PAGE_MAX, is_theme=True)
    children = CHILDREN(hall.connection, [theme.case_id for theme in themes])
    # A theme has children once it was accepted; those of the demo fit on one page.
    accepted = [theme for theme in themes if theme.case_id in children]
    if not accepted:
        return "一件事: 尚无已受理的主题件"
    ids = [child.case_id for several in children.values() for child in several]
    limits = DEADLINES_OF_MATTERS(hall.connection, ids)

    def late(row: CaseRow) -> list[DeadlineRow]:
        return [one for one in limits.get(row.case_id, ()) if _is_late(one, hall.now)]

    def late_at(row: CaseRow, shown: Hall) -> str:
        """Where somebody is late: the unit, the limit and its light."""
        return "、".join(
            f"{escape(shown.names.unit(one.unit or ''))}{one.kind.label}({one.due_date} 止) "
            + _light(one, hall.now)
            for one in late(row)
        )

    theme = max(accepted, key=lambda one: sum(len(late(child)) for child in children[one.case_id]))
    return ledger_table(
        CASES,
        children[theme.case_id],
        hall.shown,
        "number", "item_name", "unit", "step", "status", ("期限", _due), "decided_at", VERDICT,
        ("迟在", late_at),
        title=f"一件事 {theme.number} {theme.item_name}({theme.status.label})与其子件",
    )  # fmt: skip


def _is_late(row: DeadlineRow, now: datetime) -> bool:
    """Whether the limit ran out before what it waited for."""
    return row.state.is_late or row.level(now) is WarningLevel.RED


def _bad_ratings(hall: _Hall) -> Table:
    today = hall.shown.calendar.local(hall.now).date()
    scope = RATING_RATES.scope(first_day=today - _SOME_DAYS, last_day=today)
    (rates,) = RATING_RATES.read(hall.connection, scope, hall.shown.calendar, now=hall.now)
    given = f"群众主动评价 {rates.good.denominator} 条,好评 {rates.good.numerator} 条"

    def ticket(row: RatingRow, _: Hall) -> str:
        found = _rows(hall, TICKETS, 1, source_ref=row.rating_id)
        return f"{found[0].number} {found[0].status.label}" if found else ""

    return ledger_table(
        RATINGS,
        _rows(hall, RATINGS, bad=True),
        hall.shown,
        "rating_id", "item_name", "unit", "level", "origin", "named", "rated_at", "state",
        ("办不成事工单", ticket),
        title=f"差评与由此转办的办不成事工单({given})",
    )  # fmt: skip


def _disclosures(hall: _Hall) -> Table:
    beyond = DISCLOSURES.count(hall.connection, DISCLOSURES.filter(beyond=True))
    return ledger_table(
        DISCLOSURES,
        _rows(hall, DISCLOSURES),
        hall.shown,
        "matter_number", "staff_name", "staff_unit",
        ("用途", lambda row, _: hall.purposes.get(row.purpose, row.purpose)),
        ("项目", lambda row, _: "、".join(row.fields)),
        "reason_masked", "opened_at", "window",
        ("当日次数", lambda row, _: f"{row.that_day}{' 超' if row.beyond else ''}"),
        title=f"调阅台账(最近;超过每日次数的共 {beyond} 次)",
    )  # fmt: skip


def _trail_of_case(hall: _Hall) -> Table | str:
    rows = _rows(hall, CASES, PAGE_MAX, is_theme=False)
    if not rows:
        return "全程留痕: 尚无办件"
    case = _most_eventful(rows)
    return _trail(hall, case.case_id, f"{case.number} {case.item_name}")


def _trail_of_ticket(hall: _Hall) -> Table | str:
    rows = _rows(hall, TICKETS, PAGE_MAX)
    if not rows:
        return "全程留痕: 尚无办不成事工单"
    ticket = _most_eventful(rows)
    return _trail(hall, ticket.ticket_id, f"{ticket.number} {ticket.subject_masked}")


def _trail(hall: _Hall, matter_id: str, name: str) -> Table:
    entries = trail.timeline(hall.connection, matter_id)
    return ledger_table(TRAIL, entries, hall.shown, *TRAIL_COLUMNS, title=f"全程留痕 {name}")


def _most_eventful(rows: Sequence[R]) -> R:
    """Where people did most."""
    # A warning is an event and mostly another one that answers it: neither moved the matter on.
    return max(rows, key=lambda row: row.version - 2 * row.warnings)


_PAGES: Final[tuple[Callable[[_Hall], Table | str], ...]] = (
    _figures, _kept, _metrics, _cases, _tickets, _board, _warnings, _theme, _bad_ratings,
    _disclosures, _trail_of_case, _trail_of_ticket,
)  # fmt: skip
