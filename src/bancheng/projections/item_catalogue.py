"""事项目录: one row a version of a service item, the latest of each code marked as current.

A version holds from its first day until a later one's first day, its own last day, or the
withdrawal; which of them an instant falls into is asked of the rows (`items.in_force`).
"""

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text

from bancheng.domain.events import Recorded
from bancheng.domain.items import CaseKind, ItemLevel, PowerType, ServiceItem
from bancheng.domain.office.calendars import CalendarPublished
from bancheng.domain.office.item import ItemPublished, ItemWithdrawn
from bancheng.domain.office.staff import StaffDismissed, StaffRegistered
from bancheng.domain.office.unit import UnitClosed, UnitRegistered
from bancheng.domain.time_limits.limit import Limit, LimitUnit
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import Code, Coded, Codes, Instant, Whole, stream_column
from bancheng.projections.machine.rows import Rows

metadata = MetaData()

catalogue = Table(
    "item_catalogue",
    metadata,
    stream_column(),
    Column("code", Code, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("current", Boolean, nullable=False),
    Column("basic_code", Code, nullable=False),
    Column("name", Code, nullable=False),
    Column("level", Coded(ItemLevel), nullable=False),
    Column("parent", Code),
    Column("type", Coded(PowerType), nullable=False),
    Column("kind", Coded(CaseKind), nullable=False),
    Column("unit", Code, nullable=False),
    Column("statutory_label", Text),
    Column("statutory_amount", Integer),
    Column("statutory_unit", Coded(LimitUnit)),
    Column("promised_label", Text),
    Column("promised_amount", Integer),
    Column("promised_unit", Coded(LimitUnit)),
    Column("windows", Codes, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Column("superseded_from", Date),
    Column("published_at", Instant, nullable=False),
    Column("source", Text, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("withdrawn_at", Instant),
    Column("withdrawal_reason", Text),
    Column("content", Whole(ServiceItem), nullable=False),
    Index("item_catalogue_stream", "stream_id"),
    Index("item_catalogue_current", "current", "code"),
    Index("item_catalogue_unit", "unit", "code"),
)

catalogue_window = Table(
    "item_catalogue_window",
    metadata,
    stream_column(),
    Column("code", Code, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("window", Code, primary_key=True),
    Index("item_catalogue_window_stream", "stream_id"),
    Index("item_catalogue_window_window", "window", "code"),
)


def _published(rows: Rows, event: ItemPublished, recorded: Recorded) -> None:
    item = event.item
    for row in rows.all_of(catalogue, recorded.stream_id):
        row["current"] = False
        until = row["superseded_from"]
        row["superseded_from"] = min(until or item.effective_from, item.effective_from)
    rows.new(
        catalogue,
        stream_id=recorded.stream_id,
        code=item.code,
        version=item.version,
        current=True,
        basic_code=item.basic_code,
        name=item.name,
        level=item.level,
        parent=item.parent,
        type=item.type,
        kind=item.kind,
        unit=item.unit,
        **_limit("statutory", item.statutory),
        **_limit("promised", item.promised),
        windows=item.windows,
        effective_from=item.effective_from,
        effective_to=item.effective_to,
        published_at=recorded.envelope.occurred_at,
        source=event.source,
        withdrawn=False,
        content=item,
    )
    for code in item.windows:
        at = {"code": item.code, "version": item.version, "window": code}
        rows.new(catalogue_window, stream_id=recorded.stream_id, **at)


def _withdrawn(rows: Rows, event: ItemWithdrawn, recorded: Recorded) -> None:
    for row in rows.all_of(catalogue, recorded.stream_id):
        if not row["withdrawn"]:
            row["withdrawn"] = True
            row["withdrawn_at"] = recorded.envelope.occurred_at
            row["withdrawal_reason"] = event.reason


def _limit(name: str, limit: Limit | None) -> dict[str, object]:
    if limit is None:
        return {}
    return {
        f"{name}_label": limit.label,
        f"{name}_amount": limit.amount,
        f"{name}_unit": limit.unit,
    }


PROJECTION = Projection(
    name="item_catalogue",
    version=1,
    tables=(catalogue, catalogue_window),
    handles={ItemPublished: _published, ItemWithdrawn: _withdrawn},
    ignores=frozenset(
        {UnitRegistered, UnitClosed, StaffRegistered, StaffDismissed, CalendarPublished}
    ),
    foreign=("complaint.", "case.", "warning.", "deadline."),
)
