"""Ledgers as queries: filter, order and keyset pages, the same for each of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry
from sqlalchemy import Connection
from strawberry import UNSET

from bancheng.app.inputs import to_command
from bancheng.app.shapes import fields_holding
from bancheng.domain.errors import InvalidInput, NotAllowed
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Actor
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.inputs import data_of, filter_of
from bancheng.graphql.limits import PAGE_DEFAULT
from bancheng.graphql.permissions import View, bound_unit
from bancheng.graphql.queries.connections import connection_of
from bancheng.projections.windows import PAGE_MAX, Filter, LevelAt, Page, PausedAt, Window

CHOICES_MAX = 50
# Conditions that hold at an instant, which is that of the request, and what a client says of them.
_AT: Mapping[type, str] = {LevelAt: "level", PausedAt: "paused"}


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """台账: a read model that is read by pages.

    ``bound_by`` is the filter that keeps a bound officer to their own unit. By what ``hidden``
    names they may neither filter nor order: a filter tells what it finds.
    """

    name: str
    node: Any
    filter: type[Filter]
    words: Mapping[str, str]
    order: type[Labelled]
    first_order: Labelled
    descending: bool
    page: Callable[[Connection, Any, Window], Page[Any]]
    count: Callable[[Connection, Any], int]
    view: View
    bound_by: str | None = None
    hidden: frozenset[str] = frozenset()

    def chosen(self, asking: Asking, filled: Any) -> Filter:
        """The filter that was filled in, kept to what may be seen."""
        actor = asking.known
        self.view.require(actor)
        data: dict[str, Any] = data_of(filled) if filled else {}
        data = {name: value for name, value in data.items() if value not in (None, [])}
        _check_choices(data)
        self._check_hidden(actor, data)
        for cls, asked in _AT.items():
            for name in data.keys() & set(fields_holding(self.filter, cls)):
                data[name] = {asked: data[name], "now": asking.now}
        if self.bound_by is not None and (unit := bound_unit(actor)) is not None:
            data[self.bound_by] = unit
        return to_command(self.filter, data)

    def window(self, asking: Asking, given: Mapping[str, Any]) -> Window:
        """The page that was asked for."""
        values = {name: value for name, value in given.items() if value not in (None, UNSET)}
        by = values.pop("order_by", None)
        order = self.first_order if by is None else next(o for o in self.order if o == by.value)
        self._check_hidden(asking.known, [str(order)] if by else [])
        if not values.keys() & {"first", "last"}:
            values["first"] = PAGE_DEFAULT
        return Window(order=order, **{"descending": self.descending, **values})

    def _check_hidden(self, actor: Actor, names: Mapping[str, Any] | list[str]) -> None:
        asked = next((name for name in names if name in self.hidden), None)
        if asked is not None and bound_unit(actor) is not None:
            raise NotAllowed(
                "FILTER_FORBIDDEN",
                "您的角色不能按此条件筛选或排序",
                field=asked,
                remedy="请删去此条件",
            )


def _check_choices(data: Mapping[str, Any]) -> None:
    for name, value in data.items():
        if isinstance(value, list) and len(value) > CHOICES_MAX:
            raise InvalidInput(
                "FILTER_TOO_LONG",
                f"一个条件最多列 {CHOICES_MAX} 项,现有 {len(value)} 项",
                field=name,
                remedy="请减少所列项",
            )


def ledger_field(ledger: Ledger) -> Any:
    """The query of ``ledger``."""
    connection = connection_of(ledger.node, ledger.view.term, ledger.count)

    async def resolve(  # noqa: PLR0917  these are GraphQL's arguments, not ours
        info: Any, filter: Any = UNSET, order_by: Any = UNSET, descending: Any = UNSET,  # noqa: A002
        first: Any = UNSET, after: Any = UNSET, last: Any = UNSET, before: Any = UNSET,
    ) -> Any:  # fmt: skip
        asking = asking_of(info)
        chosen = ledger.chosen(asking, filter)
        window = ledger.window(
            asking,
            {"order_by": order_by, "descending": descending, "first": first, "after": after,
             "last": last, "before": before},
        )  # fmt: skip
        page = await asking.services.read(lambda database: ledger.page(database, chosen, window))
        return connection.of(page, chosen, asking)

    resolve.__annotations__ = _arguments(ledger) | {"return": connection.type}
    description = f"{ledger.view.term},按页查询。{ledger.view.told}"
    return strawberry.field(resolver=resolve, description=description)


def _arguments(ledger: Ledger) -> dict[str, Any]:
    def told(annotation: Any, text: str) -> Any:
        return Annotated[annotation | None, strawberry.argument(description=text)]

    way = "倒序" if ledger.descending else "顺序"
    return {
        "info": strawberry.Info,
        "filter": told(filter_of(ledger.filter, ledger.words), "筛选条件,须同时满足。"),
        "order_by": told(enum_of(ledger.order), f"排序依据,默认{ledger.first_order.label}。"),
        "descending": told(bool, f"是否倒序,默认{way}。"),
        "first": told(int, f"前几条,1 至 {PAGE_MAX};不填为 {PAGE_DEFAULT}。"),
        "after": told(str, "与 first 同用: 从此游标之后。"),
        "last": told(int, f"后几条,1 至 {PAGE_MAX}。"),
        "before": told(str, "与 last 同用: 到此游标之前。"),
    }
