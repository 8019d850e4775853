"""事项目录: its rows, filters and queries."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, bindparam, exists, or_, select, tuple_

from bancheng.domain.items import CaseKind, ItemLevel, PowerType, ServiceItem
from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.terms import LimitUnit
from bancheng.projections.item_catalogue import catalogue, catalogue_window
from bancheng.projections.machine.columns import Instant
from bancheng.projections.paging import Listing, among, contains, equals
from bancheng.projections.windows import Filter, Page, Window


class ItemRow(msgspec.Struct, frozen=True, kw_only=True):
    """事项: one version of a service item; ``superseded_from``: a later one holds from that day."""

    code: str
    version: int
    current: bool
    basic_code: str
    name: str
    level: ItemLevel
    parent: str | None
    type: PowerType
    kind: CaseKind
    unit: str
    statutory_label: str | None
    statutory_amount: int | None
    statutory_unit: LimitUnit | None
    promised_label: str | None
    promised_amount: int | None
    promised_unit: LimitUnit | None
    windows: tuple[str, ...]
    effective_from: date
    effective_to: date | None
    superseded_from: date | None
    published_at: datetime
    source: str
    withdrawn: bool
    withdrawn_at: datetime | None
    withdrawal_reason: str | None
    content: ServiceItem


class ItemVersionRow(msgspec.Struct, frozen=True, kw_only=True):
    """事项版本: when a version of an item was published and how long it holds."""

    code: str
    version: int
    effective_from: date
    effective_to: date | None
    superseded_from: date | None
    published_at: datetime
    source: str
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


class ItemOrder(Labelled):
    """事项排序: by what the catalogue can be ordered."""

    CODE = "code", "实施编码"
    NAME = "name", "事项名称"
    PUBLISHED_AT = "published_at", "发布时间"


class ItemFilter(Filter, frozen=True, kw_only=True):
    """事项筛选: ``offered_on``: a version of the item holds on that day."""

    text: str | None = None
    basic_code: str | None = None
    parent: str | None = None
    unit: str | None = None
    type: PowerType | None = None
    kind: CaseKind | None = None
    level: ItemLevel | None = None
    window: str | None = None
    withdrawn: bool | None = None
    offered_on: date | None = None

    def chosen(self) -> dict[str, object]:
        return super().chosen() | {"current": True}


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

ITEMS = Listing(
    ItemRow,
    columns=[catalogue.c[name] for name in ItemRow.__struct_fields__],
    source=catalogue,
    key=catalogue.c.code,
    orders={
        ItemOrder.CODE: catalogue.c.code,
        ItemOrder.NAME: catalogue.c.name,
        ItemOrder.PUBLISHED_AT: catalogue.c.published_at,
    },
    conditions={
        "text": contains(catalogue.c.name, catalogue.c.code),
        "window": _at_window,
        "offered_on": _holds_on_the_day,
    }
    | {
        name: equals(catalogue.c[name])
        for name in (
            "current", "basic_code", "parent", "unit", "type", "kind", "level", "withdrawn",
        )
    },
)  # fmt: skip
_CURRENT = ITEMS.select().where(catalogue.c.current.is_(True), among(catalogue.c.code, "codes"))
_ONE = ITEMS.select().where(equals(catalogue.c.code), equals(catalogue.c.version))
_SOME = ITEMS.select().where(
    tuple_(catalogue.c.code, catalogue.c.version).in_(bindparam("pairs", expanding=True))
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


def items(connection: Connection, chosen: ItemFilter, window: Window) -> Page[ItemRow]:
    """A page of the catalogue: the latest version of each item, withdrawn ones too."""
    return ITEMS.page(connection, chosen, window)


def item_count(connection: Connection, chosen: ItemFilter) -> int:
    """How many items ``chosen`` lets through."""
    return ITEMS.count(connection, chosen)


def items_by_code(connection: Connection, codes: Iterable[str]) -> dict[str, ItemRow]:
    """The latest version of each item."""
    found = connection.execute(_CURRENT, {"codes": list(codes)})
    return {row.code: ITEMS.read(row) for row in found}


def item_version(connection: Connection, code: str, number: int) -> ItemRow | None:
    """That version of the item."""
    found = connection.execute(_ONE, {"code": code, "version": number}).first()
    return None if found is None else ITEMS.read(found)


def item_versions(connection: Connection, pairs: Iterable[tuple[str, int]]) -> list[ItemRow]:
    """Those versions of items, each by its code and its number."""
    return [ITEMS.read(row) for row in connection.execute(_SOME, {"pairs": list(pairs)})]


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
