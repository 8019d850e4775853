"""历史办件台账: its rows, filters and queries."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam

from bancheng.domain.labelled import Labelled
from bancheng.projections.paging import Listing, before, contains, equals, since
from bancheng.projections.past_case_ledger import past_case
from bancheng.projections.windows import Filter, Page, Window


class PastCaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """历史办件: a case that another system handled, as it tells of it."""

    past_case_id: str
    source_system: str
    external_id: str
    channel: str | None
    department: str | None
    responsible: str | None
    started_at: datetime | None
    deadline: datetime | None
    planned_end: datetime | None
    ended_at: datetime | None
    late: bool | None
    steps: int
    last_activity: str
    first_occurred_at: datetime
    last_occurred_at: datetime
    batch_id: str | None
    position: int


class PastCaseOrder(Labelled):
    """历史办件排序: by what the ledger can be ordered."""

    FIRST_OCCURRED_AT = "first_occurred_at", "首个环节时间"
    DEADLINE = "deadline", "期限"


class PastCaseFilter(Filter, frozen=True, kw_only=True):
    """历史办件筛选: ``…_from`` is included, ``…_before`` is not."""

    source_system: str | None = None
    external_id: str | None = None
    batch_id: str | None = None
    ended: bool | None = None
    late: bool | None = None
    started_from: datetime | None = None
    started_before: datetime | None = None
    deadline_from: datetime | None = None
    deadline_before: datetime | None = None
    ended_from: datetime | None = None
    ended_before: datetime | None = None
    text: str | None = None


PAST_CASES = Listing(
    PastCaseRow,
    columns=tuple(past_case.c),
    source=past_case,
    key=past_case.c.past_case_id,
    orders={
        PastCaseOrder.FIRST_OCCURRED_AT: past_case.c.first_occurred_at,
        PastCaseOrder.DEADLINE: past_case.c.deadline,
    },
    conditions={
        "ended": past_case.c.ended_at.is_not(None)
        == bindparam("ended", type_=past_case.c.late.type),
        "started_from": since(past_case.c.started_at, "started_from"),
        "started_before": before(past_case.c.started_at, "started_before"),
        "deadline_from": since(past_case.c.deadline, "deadline_from"),
        "deadline_before": before(past_case.c.deadline, "deadline_before"),
        "ended_from": since(past_case.c.ended_at, "ended_from"),
        "ended_before": before(past_case.c.ended_at, "ended_before"),
        "text": contains(
            past_case.c.external_id,
            past_case.c.department,
            past_case.c.responsible,
            past_case.c.last_activity,
        ),
    }
    | {
        name: equals(past_case.c[name])
        for name in ("source_system", "external_id", "batch_id", "late")
    },
)

_BY_NUMBER = PAST_CASES.select().where(equals(past_case.c.external_id)).limit(2)


def past_cases(connection: Connection, chosen: PastCaseFilter, window: Window) -> Page[PastCaseRow]:
    """A page of the ledger."""
    return PAST_CASES.page(connection, chosen, window)


def past_case_count(connection: Connection, chosen: PastCaseFilter) -> int:
    """How many past cases ``chosen`` lets through."""
    return PAST_CASES.count(connection, chosen)


def past_case_by_number(connection: Connection, external_id: str) -> PastCaseRow | None:
    """The past case with that number; ``None`` if no source or more than one has it."""
    found = connection.execute(_BY_NUMBER, {"external_id": external_id}).all()
    return PAST_CASES.read(found[0]) if len(found) == 1 else None
