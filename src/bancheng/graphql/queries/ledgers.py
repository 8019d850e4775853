"""Ledgers as queries: filter, sorting and keyset pages, the same for each of them."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any

import strawberry
from sqlalchemy import Connection as Database
from strawberry import UNSET

from bancheng.app.accesses import MATTERS
from bancheng.app.inputs import to_question
from bancheng.app.mending import mended
from bancheng.app.shapes import fields_holding
from bancheng.domain.errors import DomainError, faults_in, together
from bancheng.domain.people import Actor
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.inputs import data_of, filter_of
from bancheng.graphql.limits import PAGE_DEFAULT
from bancheng.graphql.looks import looks
from bancheng.graphql.queries.connections import Connection, connection_of
from bancheng.graphql.queries.filled import filled_in
from bancheng.graphql.queries.filter_values import Look, check_filled, check_values, named_in
from bancheng.graphql.types.case import Case
from bancheng.graphql.types.item import ServiceItem
from bancheng.graphql.types.nodes import node_of
from bancheng.graphql.types.ticket import Ticket
from bancheng.projections.cases.cases import CASES
from bancheng.projections.items import ITEMS
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.full_text import Written
from bancheng.projections.ledger.searching import Words
from bancheng.projections.ledger.windows import (
    PAGE_MAX,
    Filter,
    HoldsAt,
    LevelAt,
    Page,
    WhoAt,
    Window,
)
from bancheng.projections.sight import View, bound_unit, forbidden_filter
from bancheng.projections.tickets.tickets import TICKETS

# Conditions that hold at an instant, which is that of the request, and what a client says of them.
_AT: Mapping[type, str] = {LevelAt: "level", HoldsAt: "holds", WhoAt: "who"}
_NODES = {TICKETS.name: Ticket, CASES.name: Case, ITEMS.name: ServiceItem}


def chosen_of(ledger: Ledger[Any], asking: Asking, filled: Any) -> tuple[Filter, list[DomainError]]:
    """The filter that was filled in, kept to what may be seen, without what is wrong with it."""
    actor = asking.known
    ledger.view.require(actor)
    data: dict[str, Any] = data_of(filled) if filled else {}
    data = {name: value for name, value in data.items() if value is not None}
    _check_sight(actor, data, {one.name: one.seen_by for one in ledger.asks})
    for cls, asked in _AT.items():
        for name in data.keys() & set(fields_holding(ledger.filter, cls)):
            data[name] = {asked: data[name], "now": asking.now}
    for cls in (Words, Written):
        for name in data.keys() & set(fields_holding(ledger.filter, cls)):
            data[name] = {"text": data[name]}
    if ledger.part is not None:
        kept = ledger.part.asked(actor, ledger.view, data.get(ledger.part.ask))
        data |= {} if kept is None else {ledger.part.ask: kept}
    unit = bound_unit(actor)
    if unit is not None and ledger.rows is not None and ledger.rows.ask is not None:
        data[ledger.rows.ask] = [unit] if ledger.rows.several else unit
    faults = faults_in(lambda: check_filled(data), lambda: to_question(ledger.filter, data))
    chosen = mended(ledger.filter, data, faults)
    assert chosen is not None, "no condition has to be there"
    return chosen, faults


def window_of(ledger: Ledger[Any], asking: Asking, given: Mapping[str, Any]) -> Window:
    """The page that was asked for."""
    values = {name: value for name, value in given.items() if value not in (None, UNSET)}
    by = values.pop("order_by", None)
    sort = ledger.first_sort if by is None else next(o for o in ledger.sort if o == by.value)
    _check_sight(asking.known, [str(sort)] if by else [], ledger.sorts_seen_by)
    if not values.keys() & {"first", "last"}:
        values["first"] = PAGE_DEFAULT
    return Window(sort=sort, **{"descending": ledger.descending, **values})


def _check_sight(actor: Actor, asked: Iterable[str], seen_by: Mapping[str, View | None]) -> None:
    """A filter, and the order of rows, tell of a field as much as its value does."""
    for name in asked:
        view = seen_by[name]
        if view is not None and not view.shows(actor):
            raise forbidden_filter(name)


def ledger_field(ledger: Ledger[Any]) -> Any:
    """The query of ``ledger``."""
    connection = _connection_of(ledger)
    is_of_matters = not ledger.projection.of or set(MATTERS) & set(ledger.projection.of)

    async def resolve(  # noqa: PLR0917  these are GraphQL's arguments, not ours
        info: Any, filter: Any = UNSET, order_by: Any = UNSET, descending: Any = UNSET,  # noqa: A002
        first: Any = UNSET, after: Any = UNSET, last: Any = UNSET, before: Any = UNSET,
    ) -> Any:  # fmt: skip
        asking = asking_of(info)
        chosen, faults = chosen_of(ledger, asking, filter)
        window = window_of(
            ledger,
            asking,
            {"order_by": order_by, "descending": descending, "first": first, "after": after,
             "last": last, "before": before},
        )  # fmt: skip

        def read(database: Database, book: RuleBook) -> tuple[Page[Any], Filter]:
            look = Look(database, book, ledger)
            together(lambda: check_values(look, chosen), window.size, found=faults)
            named = named_in(look, chosen)
            return ledger.page(database, named, window), named

        page, named = await asking.read_by_rules(read)
        if is_of_matters:
            looks().listed(info.path.key, filled_in(named, window))
        return connection.of(page, named, asking)

    resolve.__annotations__ = _arguments(ledger) | {"return": connection.type}
    description = f"{ledger.term},按页查询。{ledger.view.told}"
    return strawberry.field(resolver=resolve, description=description)


@cache
def _connection_of(ledger: Ledger[Any]) -> Connection:
    node: Any = _NODES.get(ledger.name) or node_of(ledger)
    return connection_of(node, ledger.term, ledger.count)


@cache
def _arguments(ledger: Ledger[Any]) -> dict[str, Any]:
    def told(annotation: Any, text: str) -> Any:
        return Annotated[annotation | None, strawberry.argument(description=text)]

    way = "倒序" if ledger.descending else "顺序"
    words = {one.name: one.word for one in ledger.asks}
    return {
        "info": strawberry.Info,
        "filter": told(filter_of(ledger.filter, words), "筛选条件,须同时满足。"),
        "order_by": told(enum_of(ledger.sort), f"排序依据,默认{ledger.first_sort.label}。"),
        "descending": told(bool, f"是否倒序,默认{way}。"),
        "first": told(int, f"前几条,1 至 {PAGE_MAX};不填为 {PAGE_DEFAULT}。"),
        "after": told(str, "与 first 同用: 从此游标之后。"),
        "last": told(int, f"后几条,1 至 {PAGE_MAX}。"),
        "before": told(str, "与 last 同用: 到此游标之前。"),
    }
