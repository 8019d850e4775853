"""办件分项: what the ledgers of parts of a case have in common: their case, and their queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Index, Table, Text, exists

from bancheng.domain.events import Envelope
from bancheng.domain.labelled import Labelled
from bancheng.projections.case_table import case, case_unit
from bancheng.projections.machine.columns import Code
from bancheng.projections.machine.rows import Row
from bancheng.projections.paging import Listing, among, equals
from bancheng.projections.windows import Filter


class OfCase(msgspec.Struct, frozen=True, kw_only=True):
    """所属办件: the three last fields are empty for a moment if the ledger of cases is behind."""

    case_id: str
    case_number: str | None
    item_name: str | None
    unit: str | None


class OfCaseFilter(Filter, frozen=True, kw_only=True):
    """所属办件筛选: ``unit`` has or had a part in the case, ``item_unit`` is that of its item."""

    unit: str | None = None
    case_id: str | None = None
    item_code: str | None = None
    item_unit: str | None = None


R = TypeVar("R", bound=OfCase)
_AS_SHOWN = (
    case.c.number.label("case_number"),
    case.c.item_name.label("item_name"),
    case.c.unit.label("unit"),
)


def listing(
    row: type[R],
    table: Table,
    *,
    orders: Mapping[Labelled, Column[Any]],
    conditions: Mapping[str, ColumnElement[bool]],
    same: Iterable[str] = (),
) -> Listing[R]:
    """The rows of ``table`` with their case. ``same`` are filters that ask for one value."""
    of_unit = exists().where(case_unit.c.case_id == table.c.case_id, equals(case_unit.c.unit))
    (key,) = table.primary_key.columns
    return Listing(
        row,
        columns=(*table.c, *_AS_SHOWN),
        source=table.outerjoin(case, case.c.case_id == table.c.case_id),
        key=key,
        orders=orders,
        conditions={
            "unit": of_unit,
            "case_id": equals(table.c.case_id),
            "item_code": equals(case.c.item_code),
            "item_unit": equals(case.c.unit, "item_unit"),
            **conditions,
            **{name: equals(table.c[name]) for name in same},
        },
    )


def of_cases(
    found: Listing[R], table: Table, order: Column[Any]
) -> Callable[[Connection, Iterable[str]], dict[str, list[R]]]:
    """The query for the parts of several cases, those of each case in ``order``."""
    (key,) = table.primary_key.columns
    select = found.select().where(among(table.c.case_id, "ids")).order_by(order, key)

    def parts_of(connection: Connection, ids: Iterable[str]) -> dict[str, list[R]]:
        parts: defaultdict[str, list[R]] = defaultdict(list)
        for one in connection.execute(select, {"ids": list(ids)}):
            parts[one.case_id].append(found.read(one))
        return parts

    return parts_of


def actor_columns(name: str) -> tuple[Column[Any], ...]:
    """Who did something, as they stood then."""
    return Column(f"{name}_by", Code), Column(f"{name}_by_name", Text), Column(f"{name}_unit", Code)


def actor(name: str, envelope: Envelope) -> Row:
    """The values of `actor_columns`."""
    who = envelope.actor
    return {f"{name}_by": who.id, f"{name}_by_name": who.name, f"{name}_unit": who.unit}


def case_index(ledger: str) -> Index:
    """The index by which the parts of a case are found."""
    return Index(f"{ledger}_case", "case_id")
