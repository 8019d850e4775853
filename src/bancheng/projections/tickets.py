"""办不成事工单台账: its rows, filters and queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, bindparam, exists

from bancheng.domain.complaint.terms import (
    Outcome,
    Satisfaction,
    Status,
    TicketCategory,
)
from bancheng.domain.events import Channel
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import SpecialGroup
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.projections.deadline_board import limit, running_at
from bancheng.projections.paging import Listing, among, before, contains, equals, since
from bancheng.projections.ticket_table import ticket, ticket_unit
from bancheng.projections.windows import Filter, LevelAt, Page, Window


class TicketRow(msgspec.Struct, frozen=True, kw_only=True):
    """办不成事工单: a ticket as the ledger has it.

    ``query_code`` and what begins with ``reporter_`` are not for unit officers.
    """

    ticket_id: str
    version: int
    number: str
    query_code: str
    category: TicketCategory
    channel: Channel
    source_ref: str | None
    subject_masked: str | None
    content_masked: str | None
    anonymous: bool
    reporter_name_masked: str | None
    reporter_phone_masked: str | None
    reporter_id_number_masked: str | None
    reporter_address_masked: str | None
    service_item: str | None
    case_id: str | None
    special_group: SpecialGroup | None
    proactive: bool
    first_contact_owner: str
    accused_unit: str | None
    cause: str | None
    complexity: str | None
    responsible_units: tuple[str, ...]
    lead_order_id: str | None
    lead_unit: str | None
    units: tuple[str, ...]
    status: Status
    step: Step
    refusal_reason: str | None
    diverted_to: str | None
    reported_at: datetime
    accepted_at: datetime | None
    analysed_at: datetime | None
    dispatched_at: datetime | None
    resolved_at: datetime | None
    verified_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    due_date: date | None
    on_time: bool | None
    limit_unit: LimitUnit | None
    used: int | None
    remaining: int | None
    overdue: int | None
    outcome: Outcome | None
    late_verdicts: int
    open_orders: int
    returns: int
    reworks: int
    reassignments: int
    extensions: int
    urges: int
    warnings: int
    supervision_orders: int
    open_supervision_orders: int
    reopenings: int
    call_backs: int
    reached: bool | None
    solved: bool | None
    satisfaction: Satisfaction | None
    recording_gap_seconds_max: int
    updated_at: datetime
    position: int

    @property
    def is_running(self) -> bool:
        """Whether the lead unit's limit is running, so that a light is on."""
        return self.due_at is not None and self.on_time is None

    @property
    def matter_id(self) -> str:
        """What every matter is known by."""
        return self.ticket_id

    @property
    def began_at(self) -> datetime:
        """Since when the citizen waits."""
        return self.reported_at

    @property
    def over_at(self) -> datetime | None:
        """Since when the citizen waits no more."""
        return self.closed_at


class TicketOrder(Labelled):
    """工单排序: by what the ledger can be ordered."""

    REPORTED_AT = "reported_at", "登记时间"
    DUE_AT = "due_at", "办理期限"
    NUMBER = "number", "编号"


class TicketFilter(Filter, frozen=True, kw_only=True):
    """台账筛选: ``unit`` has or had a work order. ``…_from`` is included, ``…_before`` is not.

    ``running`` asks for tickets whose lead limit runs, ``on_time`` for the lead's verdict,
    ``level`` for tickets of which any running limit is at that level.
    """

    unit: str | None = None
    lead_unit: str | None = None
    accused_unit: str | None = None
    category: TicketCategory | None = None
    channel: Channel | None = None
    step: Step | None = None
    statuses: tuple[Status, ...] = ()
    special_group: SpecialGroup | None = None
    satisfaction: Satisfaction | None = None
    cause: str | None = None
    service_item: str | None = None
    case_id: str | None = None
    source_ref: str | None = None
    anonymous: bool | None = None
    proactive: bool | None = None
    on_time: bool | None = None
    running: bool | None = None
    reported_from: datetime | None = None
    reported_before: datetime | None = None
    closed_from: datetime | None = None
    closed_before: datetime | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    level: LevelAt | None = None
    text: str | None = None


_of_unit = exists().where(ticket_unit.c.ticket_id == ticket.c.ticket_id, equals(ticket_unit.c.unit))
_is_running = ticket.c.due_at.is_not(None) & ticket.c.on_time.is_(None)

TICKETS = Listing(
    TicketRow,
    columns=tuple(ticket.c),
    source=ticket,
    key=ticket.c.ticket_id,
    orders={
        TicketOrder.REPORTED_AT: ticket.c.reported_at,
        TicketOrder.DUE_AT: ticket.c.due_at,
        TicketOrder.NUMBER: ticket.c.number,
    },
    conditions={
        "unit": _of_unit,
        "statuses": among(ticket.c.status, "statuses"),
        "running": _is_running == bindparam("running", type_=ticket.c.anonymous.type),
        "reported_from": since(ticket.c.reported_at, "reported_from"),
        "reported_before": before(ticket.c.reported_at, "reported_before"),
        "closed_from": since(ticket.c.closed_at, "closed_from"),
        "closed_before": before(ticket.c.closed_at, "closed_before"),
        "due_from": since(ticket.c.due_at, "due_from"),
        "due_before": before(ticket.c.due_at, "due_before"),
        "text": contains(ticket.c.number, ticket.c.subject_masked, ticket.c.content_masked),
    }
    | {
        name: exists().where(at)
        for name, at in running_at(limit.c.matter_id == ticket.c.ticket_id).items()
    }
    | {
        name: equals(ticket.c[name])
        for name in (
            "lead_unit",
            "accused_unit",
            "category",
            "channel",
            "step",
            "special_group",
            "satisfaction",
            "cause",
            "service_item",
            "case_id",
            "source_ref",
            "anonymous",
            "proactive",
            "on_time",
        )
    },
)

_BY_IDS = TICKETS.select().where(among(ticket.c.ticket_id, "ids"))
_BY_NUMBER = TICKETS.select().where(equals(ticket.c.number))
_OF_CASES = TICKETS.select().where(among(ticket.c.case_id, "ids")).order_by(ticket.c.number)
_BY_QUERY_CODE = TICKETS.select().where(equals(ticket.c.query_code))


def tickets(connection: Connection, chosen: TicketFilter, window: Window) -> Page[TicketRow]:
    """A page of the ledger."""
    return TICKETS.page(connection, chosen, window)


def ticket_count(connection: Connection, chosen: TicketFilter) -> int:
    """How many tickets ``chosen`` lets through."""
    return TICKETS.count(connection, chosen)


def tickets_by_id(connection: Connection, ids: Iterable[str]) -> dict[str, TicketRow]:
    """The tickets of ``ids`` that there are."""
    found = connection.execute(_BY_IDS, {"ids": list(ids)})
    return {row.ticket_id: TICKETS.read(row) for row in found}


def ticket_by_number(connection: Connection, number: str) -> TicketRow | None:
    """The ticket with that official number."""
    found = connection.execute(_BY_NUMBER, {"number": number}).first()
    return None if found is None else TICKETS.read(found)


def ticket_by_query_code(connection: Connection, query_code: str) -> TicketRow | None:
    """The ticket whose reporter was given that code."""
    found = connection.execute(_BY_QUERY_CODE, {"query_code": query_code}).first()
    return None if found is None else TICKETS.read(found)


def tickets_of_cases(connection: Connection, case_ids: Iterable[str]) -> dict[str, list[TicketRow]]:
    """The tickets that name each case, in the order of their numbers."""
    found: defaultdict[str, list[TicketRow]] = defaultdict(list)
    for row in connection.execute(_OF_CASES, {"ids": list(case_ids)}):
        found[row.case_id].append(TICKETS.read(row))
    return found
