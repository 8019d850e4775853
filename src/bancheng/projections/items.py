"""事项目录: one row a version of a service item, the latest of each code marked as current.

A version holds from its first day until a later one's first day, its own last day, or the
withdrawal; which of them an instant falls into is asked of the rows (`in_force`).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Final

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    bindparam,
    exists,
    or_,
    select,
    true,
    tuple_,
)

from bancheng.domain.events import Recorded
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind, ItemLevel, ServiceItem
from bancheng.domain.office.item import ItemConfirmed, ItemPublished, ItemWithdrawn
from bancheng.domain.office.streams import ITEM
from bancheng.domain.time_limits.terms import Limit, LimitUnit
from bancheng.projections.ledger.asking import ask, search
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Word,
    asked,
    key,
    prose,
    sorts,
    stream,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.listing import among, equals
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import Code, Instant, stream_column
from bancheng.projections.machine.rows import Rows
from bancheng.projections.sight import EVERY_ROW, EVERYBODY

ALIKE_MAX: Final = 200  # townships, streets and villages of one district
# What was promised is shown whole, as `statutory` and `promised` of the API.
_words = Annotated[str | None, prose, unseen]
_amount = Annotated[int | None, unseen]
_unit = Annotated[LimitUnit | None, unseen]


class ServiceItemRow(msgspec.Struct, frozen=True, kw_only=True):
    """事项: one version of a service item; ``superseded_from``: a later one holds from that day."""

    stream_id: Annotated[str, stream, unseen]
    code: Annotated[str, Word("实施编码"), key, sorts]
    version: Annotated[int, Word("第几版"), key]
    current: Annotated[bool, Word("是否最新发布的一版")]
    basic_code: Annotated[str, Word("基本编码"), asked]
    name: Annotated[str, Word("事项名称"), sorts]
    level: Annotated[ItemLevel, Word("事项层级"), asked]
    parent: Annotated[str | None, Word("上级事项编码"), asked]
    type: Annotated[PowerType, Word("事项类型"), asked]
    kind: Annotated[CaseKind, Word("办件类型"), asked]
    unit: Annotated[str, Word("实施单位编码"), asked, unit_code]
    statutory_label: _words
    statutory_amount: _amount
    statutory_unit: _unit
    promised_label: _words
    promised_amount: _amount
    promised_unit: _unit
    windows: Annotated[tuple[str, ...], Word("办理窗口编码")]
    effective_from: Annotated[date, Word("生效日期")]
    effective_to: Annotated[date | None, Word("失效日期,当日仍有效")]
    superseded_from: Annotated[date | None, Word("自该日起由后来的版本取代")]
    published_at: Annotated[datetime, Word("发布时间"), sorts]
    checked_at: Annotated[datetime, Word("办事指南最近一次发布或核对的时间"), asked, sorts]
    compared_with: Annotated[str | None, Word("最近一次核对所依的"), prose]
    promised_saved: Annotated[int | None, Word("较上一版压减的承诺时限,单位相同的才有")]
    steps_saved: Annotated[int | None, Word("较上一版减少的环节数;增加的为负")]
    materials_saved: Annotated[int | None, Word("较上一版减少的必要材料数;增加的为负")]
    source: Annotated[str, Word("来源"), prose]
    withdrawn: Annotated[bool, Word("是否已取消"), asked]
    withdrawn_at: Annotated[datetime | None, Word("取消时间")]
    withdrawal_reason: Annotated[str | None, Word("取消原因"), prose]
    content: Annotated[ServiceItem, unseen]


class ItemVersionRow(msgspec.Struct, frozen=True, kw_only=True):
    """事项版本: when a version of an item was published and how long it holds."""

    code: Annotated[str, unseen]
    version: Annotated[int, Word("第几版")]
    effective_from: Annotated[date, Word("生效日期")]
    effective_to: Annotated[date | None, Word("失效日期,当日仍有效")]
    superseded_from: Annotated[date | None, Word("自该日起由后来的版本取代")]
    published_at: Annotated[datetime, Word("发布时间")]
    promised_saved: Annotated[int | None, Word("较上一版压减的承诺时限,单位相同的才有")]
    steps_saved: Annotated[int | None, Word("较上一版减少的环节数;增加的为负")]
    materials_saved: Annotated[int | None, Word("较上一版减少的必要材料数;增加的为负")]
    source: Annotated[str, Word("来源")]
    withdrawn_at: Annotated[datetime | None, Word("取消时间")]
    withdrawal_reason: Annotated[str | None, Word("取消原因")]


catalogue = table_of(
    ServiceItemRow,
    "item_catalogue",
    Index("item_catalogue_stream", "stream_id"),
    Index("item_catalogue_current", "current", "code"),
    Index("item_catalogue_unit", "unit", "code"),
)

catalogue_window = Table(
    "item_catalogue_window",
    MetaData(),
    stream_column(),
    Column("code", Code, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("window", Code, primary_key=True),
    Index("item_catalogue_window_stream", "stream_id"),
    Index("item_catalogue_window_window", "window", "code"),
)


def _published(rows: Rows, event: ItemPublished, recorded: Recorded) -> None:
    item, saved = event.item, {}
    for row in rows.all_of(catalogue, recorded.stream_id):
        row["current"] = False
        until = row["superseded_from"]
        row["superseded_from"] = min(until or item.effective_from, item.effective_from)
        if row["version"] == item.version - 1:
            saved = _saved(row["content"], item)
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
        checked_at=recorded.envelope.occurred_at,
        **saved,
        source=event.source,
        withdrawn=False,
        content=item,
    )
    for code in item.windows:
        at = {"code": item.code, "version": item.version, "window": code}
        rows.new(catalogue_window, stream_id=recorded.stream_id, **at)


def _saved(before: ServiceItem, after: ServiceItem) -> dict[str, int | None]:
    """What the later version spares the applicant of time, steps and materials (减时间环节材料)."""
    earlier, later = before.promised, after.promised
    days = None
    if earlier is not None and later is not None and earlier.unit is later.unit:
        days = earlier.amount - later.amount
    return {
        "promised_saved": days,
        "steps_saved": len(before.steps) - len(after.steps),
        "materials_saved": _needed(before) - _needed(after),
    }


def _needed(item: ServiceItem) -> int:
    return sum(one.required for one in item.materials)


def _confirmed(rows: Rows, event: ItemConfirmed, recorded: Recorded) -> None:
    for row in rows.all_of(catalogue, recorded.stream_id):
        if row["version"] == event.version:
            row["checked_at"] = recorded.envelope.occurred_at
            row["compared_with"] = event.compared_with


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


_other = catalogue.alias()
_DAY = bindparam("offered_on", type_=catalogue.c.effective_from.type)
_holds_on_the_day = exists().where(
    _other.c.code == catalogue.c.code,
    _other.c.withdrawn.is_(False),
    _other.c.effective_from <= _DAY,
    or_(_other.c.effective_to.is_(None), _other.c.effective_to >= _DAY),
    or_(_other.c.superseded_from.is_(None), _other.c.superseded_from > _DAY),
)
_at_window = exists().where(
    catalogue_window.c.code == catalogue.c.code,
    catalogue_window.c.version == catalogue.c.version,
    equals(catalogue_window.c.window),
)

ITEMS = Ledger(
    "service_items",
    "事项目录",
    ServiceItemRow,
    catalogue,
    told="目录中的一项,所示为其一个版本的承诺",
    version=8,
    follows=("office",),
    of=(ITEM,),
    handles={
        ItemPublished: _published,
        ItemConfirmed: _confirmed,
        ItemWithdrawn: _withdrawn,
    },
    beside=(catalogue_window,),
    seen_by=EVERYBODY,
    rows=EVERY_ROW,
    first="code",
    descending=False,
    always=catalogue.c.current == true(),
    asks=(
        search("事项名称或实施编码中的文字", catalogue.c.name, catalogue.c.code),
        ask("window", str, "办理窗口编码", _at_window),
        ask("offered_on", date, "在该日有效的事项(不含已取消的)", _holds_on_the_day),
    ),
)
_CURRENT = ITEMS.select().where(catalogue.c.current.is_(True), among(catalogue.c.code, "codes"))
_ONE = ITEMS.select().where(equals(catalogue.c.code), equals(catalogue.c.version))
_SOME = ITEMS.select().where(
    tuple_(catalogue.c.code, catalogue.c.version).in_(bindparam("pairs", expanding=True))
)
_ALIKE = (
    select(catalogue.c.content)
    .where(
        equals(catalogue.c.basic_code),
        catalogue.c.current.is_(True),
        catalogue.c.withdrawn.is_(False),
    )
    .order_by(catalogue.c.code)
    .limit(ALIKE_MAX)
)
_HISTORY = (
    select(*(catalogue.c[name] for name in ItemVersionRow.__struct_fields__))
    .where(among(catalogue.c.code, "codes"))
    .order_by(catalogue.c.version)
)
_IN_FORCE = select(catalogue.c.content).where(
    equals(catalogue.c.code),
    catalogue.c.effective_from <= bindparam("day"),
    or_(catalogue.c.superseded_from.is_(None), catalogue.c.superseded_from > bindparam("day")),
    or_(
        catalogue.c.withdrawn_at.is_(None),
        catalogue.c.withdrawn_at > bindparam("at", type_=Instant),
    ),
)


def items_by_code(connection: Connection, codes: Iterable[str]) -> dict[str, ServiceItemRow]:
    """The latest version of each item."""
    found = connection.execute(_CURRENT, {"codes": list(codes)})
    return {row.code: ITEMS.read(row) for row in found}


def items_alike(connection: Connection, basic_code: str) -> list[ServiceItem]:
    """What is offered under one basic code now, by whichever unit; in the order of their codes."""
    return list(connection.scalars(_ALIKE, {"basic_code": basic_code}))


def item_version(connection: Connection, code: str, number: int) -> ServiceItemRow | None:
    """That version of the item."""
    found = connection.execute(_ONE, {"code": code, "version": number}).first()
    return None if found is None else ITEMS.read(found)


def versions_of(connection: Connection, codes: Iterable[str]) -> dict[str, list[ItemVersionRow]]:
    """The versions of each item, in the order in which they were published."""
    found: dict[str, list[ItemVersionRow]] = {}
    for row in connection.execute(_HISTORY, {"codes": list(codes)}):
        found.setdefault(row.code, []).append(ItemVersionRow(**row._mapping))  # noqa: SLF001
    return found


def in_force(connection: Connection, code: str, day: date, at: datetime) -> ServiceItem | None:
    """The version that holds on ``day`` and was not withdrawn by ``at``, or ceased to hold last."""
    found: ServiceItem | None = connection.scalar(_IN_FORCE, {"code": code, "day": day, "at": at})
    return found


def item_versions(
    connection: Connection, pairs: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], ServiceItemRow]:
    """Those versions of items, each by its code and its number."""
    rows = map(ITEMS.read, connection.execute(_SOME, {"pairs": list(pairs)}))
    return {(row.code, row.version): row for row in rows}
