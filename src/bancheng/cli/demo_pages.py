"""What `bancheng demo` prints: the ledgers of a simulated hall, cases and tickets together."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, TypeVar

from rich.table import Table
from sqlalchemy import Connection

from bancheng.bootstrap import Container
from bancheng.cli import case_tables, tables
from bancheng.cli.console import console
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.infra import database
from bancheng.projections import deadlines, registers, trails, warnings
from bancheng.projections.case_filter import CaseFilter, CaseOrder
from bancheng.projections.cases import CaseRow, case_count, cases, children_of
from bancheng.projections.rating_ledger import RATINGS, RatingFilter, RatingOrder
from bancheng.projections.rating_rates import RateScope, rating_rates
from bancheng.projections.tickets import (
    TicketFilter,
    TicketOrder,
    TicketRow,
    ticket_count,
    tickets,
)
from bancheng.projections.windows import PAGE_MAX, Window

SHOWN: Final = 12
_SOON: Final = timedelta(days=3)
_SOME_DAYS: Final = timedelta(days=90)
_LAST_CASES: Final = Window(order=CaseOrder.SUBMITTED_AT, descending=True, first=SHOWN)
_ALL_CASES: Final = Window(order=CaseOrder.NUMBER, first=PAGE_MAX)
_LAST_TICKETS: Final = Window(order=TicketOrder.REPORTED_AT, descending=True, first=SHOWN)
_ALL_TICKETS: Final = Window(order=TicketOrder.REPORTED_AT, first=PAGE_MAX)
R = TypeVar("R", CaseRow, TicketRow)


class _Hall(NamedTuple):
    """One snapshot of the read models, and what is needed to show it."""

    connection: Connection
    now: datetime
    calendar: Calendar
    names: tables.Names


def show(container: Container, now: datetime) -> None:
    """Print the ledgers as they stand ``now``."""
    with database.read(container.database) as connection:
        names = tables.names_of(registers.all_units(connection))
        hall = _Hall(connection, now, container.rules.calendar(), names)
        for page in _PAGES:
            console.print(page(hall))


def _figures(hall: _Hall) -> str:
    in_time, late = (
        case_count(hall.connection, CaseFilter(on_time=on_time)) for on_time in (True, False)
    )
    decided = in_time + late
    share = f",按时率 {in_time / decided:.1%}" if decided else ""
    return (
        f"办件 {case_count(hall.connection, CaseFilter())} 件,"
        f"已作出决定 {decided} 件: 按时 {in_time},逾期 {late}{share};"
        f"办不成事工单 {ticket_count(hall.connection, TicketFilter())} 件"
    )


def _cases(hall: _Hall) -> Table:
    rows = cases(hall.connection, CaseFilter(accepted_before=hall.now), _LAST_CASES).rows
    return case_tables.case_table(
        rows, hall.calendar, hall.names, title="办件台账(已受理,按提交先后,最近的在前)"
    )


def _tickets(hall: _Hall) -> Table:
    rows = tickets(hall.connection, TicketFilter(), _LAST_TICKETS).rows
    title = "办不成事工单台账(最近登记)"
    return tables.ticket_table(rows, hall.calendar, hall.names, title=title)


def _board(hall: _Hall) -> Table:
    """What units owe an answer to is left out: it would hide what citizens wait for."""
    chosen = deadlines.DeadlineFilter(
        state=DeadlineState.RUNNING,
        due_before=hall.now + _SOON,
        kinds=tuple(kind for kind in LimitKind if kind is not LimitKind.FEEDBACK),
    )
    window = Window(order=deadlines.DeadlineOrder.DUE_AT, first=2 * SHOWN)
    rows = deadlines.deadlines(hall.connection, chosen, window).rows
    title = "限时看板(办件与工单,已逾期与三日内到期)"
    return tables.deadline_table(rows, hall.now, hall.calendar, hall.names, title=title)


def _warnings(hall: _Hall) -> Table:
    window = Window(order=warnings.WarningOrder.RAISED_AT, descending=True, first=SHOWN)
    rows = warnings.warnings(hall.connection, warnings.WarningFilter(), window).rows
    return tables.warning_table(rows, hall.calendar, hall.names, title="预警台账(最近发出)")


def _theme(hall: _Hall) -> Table | str:
    """The theme in which most is late, with what each unit does for it."""
    themes = cases(hall.connection, CaseFilter(is_theme=True), _ALL_CASES).rows
    children = children_of(hall.connection, [theme.case_id for theme in themes])
    # A theme has children once it was accepted.
    accepted = [theme for theme in themes if theme.case_id in children]
    if not accepted:
        return "一件事: 尚无已受理的主题件"
    ids = [child.case_id for several in children.values() for child in several]
    limits = deadlines.deadlines_of(hall.connection, ids)

    def late(theme: CaseRow) -> int:
        of_it = [limits.get(child.case_id, ()) for child in children[theme.case_id]]
        return sum(case_tables.is_late(limit, hall.now) for several in of_it for limit in several)

    theme = max(accepted, key=late)
    return case_tables.children_table(
        children[theme.case_id],
        limits,
        hall.now,
        hall.calendar,
        hall.names,
        title=f"一件事 {theme.number} {theme.item_name}({theme.status.label})与其子件",
    )


def _bad_ratings(hall: _Hall) -> Table:
    window = Window(order=RatingOrder.RATED_AT, descending=True, first=SHOWN)
    bad = RATINGS.page(hall.connection, RatingFilter(bad=True), window).rows
    rows = [(one, _ticket_about(hall, one.rating_id)) for one in bad]
    today = hall.calendar.local(hall.now).date()
    scope = RateScope(first_day=today - _SOME_DAYS, last_day=today)
    good = rating_rates(hall.connection, scope, hall.calendar).good
    title = f"差评与由此转办的工单(群众主动评价 {good.denominator} 条,好评 {good.numerator} 条)"
    return case_tables.rating_table(rows, hall.calendar, hall.names, title=title)


def _ticket_about(hall: _Hall, rating_id: str) -> TicketRow | None:
    found = tickets(hall.connection, TicketFilter(source_ref=rating_id), _LAST_TICKETS).rows
    return found[0] if found else None


def _trail_of_case(hall: _Hall) -> Table | str:
    rows = cases(hall.connection, CaseFilter(is_theme=False), _ALL_CASES).rows
    if not rows:
        return "全程留痕: 尚无办件"
    case = _most_eventful(rows)
    return _trail(hall, case.case_id, f"{case.number} {case.item_name}")


def _trail_of_ticket(hall: _Hall) -> Table | str:
    rows = tickets(hall.connection, TicketFilter(), _ALL_TICKETS).rows
    if not rows:
        return "全程留痕: 尚无工单"
    ticket = _most_eventful(rows)
    return _trail(hall, ticket.ticket_id, f"{ticket.number} {ticket.subject_masked}")


def _trail(hall: _Hall, matter_id: str, name: str) -> Table:
    entries = trails.timeline(hall.connection, matter_id)
    return tables.trail_table(entries, hall.calendar, hall.names, title=f"全程留痕 {name}")


def _most_eventful(rows: Sequence[R]) -> R:
    """Where people did most; a warning and its answer count for nothing."""
    return max(rows, key=lambda row: row.version - 2 * row.warnings)


_PAGES: Final[tuple[Callable[[_Hall], Table | str], ...]] = (
    _figures, _cases, _tickets, _board, _warnings, _theme, _bad_ratings, _trail_of_case,
    _trail_of_ticket,
)  # fmt: skip
