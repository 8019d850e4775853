"""导出: a ledger with the filter and the order of a query, taken away whole and not page by page.

What may be filled in, who may ask for it and what is wrong with it is what the query says.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec
from graphql import GraphQLError, OperationDefinitionNode, get_variable_values, parse
from sqlalchemy import Connection
from strawberry.types.arguments import StrawberryArgument, convert_argument

from bancheng.domain.errors import DomainError, together
from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.graphql.context import Asking
from bancheng.graphql.naming import lower_camel
from bancheng.graphql.queries.filled import filled_in
from bancheng.graphql.queries.filter_values import Look, check_values, named_in
from bancheng.graphql.queries.ledgers import chosen_of, window_of
from bancheng.graphql.schema import schema
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import Word
from bancheng.projections.ledger.windows import PAGE_MAX, Filter, HoldsAt, LevelAt, Window

ARGUMENTS = ("filter", "orderBy", "descending")


class Wanted(NamedTuple):
    """所求: the rows of a ledger that somebody takes away, and in which order."""

    ledger: Ledger[Any]
    chosen: Filter
    faults: list[DomainError]
    sort: Labelled
    descending: bool

    def checked(self, database: Connection, book: RuleBook) -> Filter:
        """The filter by which the rows are found; ``InvalidInput`` with all that is wrong."""
        look = Look(database, book, self.ledger)
        together(lambda: check_values(look, self.chosen), found=self.faults)
        return named_in(look, self.chosen)

    def told(self) -> dict[str, Any]:
        """What was filled in, as the access log may keep it."""
        told = filled_in(self.chosen, self._window)
        return {name: one for name, one in told.items() if name in ARGUMENTS}

    def conditions(self, local: Callable[[datetime], datetime]) -> Iterator[tuple[str, str]]:
        """What was filled in, as people read it; of what may be any text, how long it is."""
        words = {one.name: Word(one.word).heading for one in self.ledger.asks}
        told = filled_in(self.chosen, self._window)["filter"]
        for name, value in msgspec.structs.asdict(self.chosen).items():
            if lower_camel(name) in told:
                yield words[name], _text_of(value, told[lower_camel(name)], local)

    @property
    def _window(self) -> Window:
        return Window(sort=self.sort, descending=self.descending, first=PAGE_MAX)


def wanted_of(ledger: Ledger[Any], asking: Asking, said: Mapping[str, Any]) -> Wanted:
    """What was asked for in the words of the ledger's query, a value for each argument.

    ``NotAllowed`` if the person may not; `MalformedError` if ``said`` does not fit them.
    """
    ledger.view.require(asking.known)
    filled = _filled(ledger, said)
    chosen, faults = chosen_of(ledger, asking, filled.get("filter"))
    window = window_of(ledger, asking, {
        "order_by": filled.get("order_by"), "descending": filled.get("descending"),
    })  # fmt: skip
    return Wanted(ledger, chosen, faults, window.sort, window.descending)


class MalformedError(Exception):
    """What was said does not fit the arguments; ``errors`` are GraphQL's own."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


def _text_of(value: Any, told: Any, local: Callable[[datetime], datetime]) -> str:
    match value:
        case tuple():
            pairs = zip(value, told, strict=True)
            text = "、".join(_text_of(one, said, local) for one, said in pairs)
        case Labelled() | LevelAt():
            text = (value.level if isinstance(value, LevelAt) else value).label
        case HoldsAt() | bool():
            text = "是" if (value.holds if isinstance(value, HoldsAt) else value) else "否"
        case datetime():
            text = f"{local(value):%Y-%m-%d %H:%M}"
        case _:
            text = str(told)
    return text


def _filled(ledger: Ledger[Any], said: Mapping[str, Any]) -> dict[str, Any]:
    known = schema._schema  # noqa: SLF001  it has no public name
    values = get_variable_values(known, _declared(ledger.name), dict(said))
    if isinstance(values, list):
        raise MalformedError(values)
    converter = schema.schema_converter
    return {
        one.python_name: convert_argument(
            values.coerced[_said_as(one)], one.type, converter.scalar_registry, schema.config
        )
        for one in _arguments(ledger.name)
        if _said_as(one) in values.coerced
    }


@cache
def _arguments(name: str) -> list[StrawberryArgument]:
    query: Any = schema.get_type_by_name("Query")
    (field,) = [one for one in query.fields if one.name == name]
    return [one for one in field.arguments if _said_as(one) in ARGUMENTS]


def _said_as(argument: StrawberryArgument) -> str:
    return lower_camel(argument.python_name)


@cache
def _declared(name: str) -> Any:
    """The arguments of the query of a ledger, as variables of an operation that has no other."""
    query: Any = schema._schema.query_type  # noqa: SLF001
    arguments = query.fields[lower_camel(name)].args
    told = ", ".join(f"${one}: {arguments[one].type}" for one in ARGUMENTS)
    (operation,) = parse(f"query ({told}) {{ __typename }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation.variable_definitions
