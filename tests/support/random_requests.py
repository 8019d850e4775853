"""随机请求: GraphQL requests made from the schema by chance, right and wrong ones, by anybody.

The same seed makes the same requests of the same hall. Each field of the roots comes in its turn,
so a round asks for all of them; who asks and what is filled in is drawn.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_union_type,
)

from bancheng.domain.people import Actor

DEPTH_MAX, FIELDS_MAX, RIGHT = 4, 6, 0.7
# What people and programs really send: placeholders, other widths, signs without ink, too much.
TEXTS = ("", " ", "a\0b", "\u200b\u200b", "１２３４５６", "%_/", "字" * 201, "\ud7ff", "-1",
         "2026-03-02", "0001-01-01", "no-such", "case-", "ticket-none", "[red]x[/red]")  # fmt: skip
DAYS = ("2026-03-02", "0001-01-01", "9999-12-31", "2026-02-30", "1900-01-01", "2999-12-31", "")
CLOCKS = ("T09:00:00+08:00", "T00:00:00Z", "T23:59:59.999999-12:00", "T09:00:00", "")
NUMBERS = (0, 1, 2, 20, 200, 201, -1, 2**31 - 1, -(2**31), 2**31, 2**63, 1.5)
# Whoever fills these into a wrong field must not find them in what is said of it.
SENT = ("13500135000", "110101199003070011")
JUNK: tuple[Any, ...] = (None, True, 7, "x", [], {}, [[1]], {"a": {"b": []}})


@dataclass(frozen=True)
class Request:
    """One operation, who sends it, and which field of the root it asks for."""

    root: str
    query: str
    variables: Mapping[str, Any]
    by: Actor


def requests(
    schema: GraphQLSchema, seed: int, people: Sequence[Actor], known: Sequence[str]
) -> Iterator[Request]:
    """Requests without end; ``known`` are ids, numbers and codes that the hall has."""
    maker = _Maker(schema, random.Random(seed), known)
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    for number in count():
        for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
            for at, (name, field) in enumerate(root.fields.items()):
                by = people[(number + at) % len(people)]
                yield maker.request(kind, name, field, by)


class _Maker:
    def __init__(self, schema: GraphQLSchema, chance: random.Random, known: Sequence[str]) -> None:
        self._schema, self._chance, self._known = schema, chance, known

    def request(self, kind: str, name: str, field: GraphQLField, by: Actor) -> Request:
        args = {
            arg: declared.type
            for arg, declared in field.args.items()
            if is_non_null_type(declared.type) or self._chance.random() < 0.4
        }
        values = {arg: self._value(wanted) for arg, wanted in args.items()}
        told = ", ".join(f"${arg}: {wanted}" for arg, wanted in args.items())
        given = ", ".join(f"{arg}: ${arg}" for arg in args)
        head = f"{kind} {f'({told})' if told else ''}"
        query = f"{head} {{ {name}{f'({given})' if given else ''} {self._selection(field.type)} }}"
        if self._chance.random() < 0.05:
            cut = self._chance.randrange(len(query))
            query = query[:cut] + self._chance.choice(("", "{", '"', "é", "$")) + query[cut + 1 :]
        return Request(name, query, values, by)

    def _selection(self, of: Any, depth: int = 1) -> str:
        kind = get_named_type(of)
        if is_leaf_type(kind):
            return ""
        if is_union_type(kind):
            parts = (f"... on {one.name} {self._selection(one, depth)}" for one in kind.types)
            return f"{{ __typename {' '.join(parts)} }}"
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        fields = [
            (name, field)
            for name, field in kind.fields.items()
            if not field.args and (depth < DEPTH_MAX or is_leaf_type(get_named_type(field.type)))
        ]
        taken = self._chance.sample(fields, min(len(fields), self._chance.randint(1, FIELDS_MAX)))
        inner = (
            # Members of a union may call fields of different types alike.
            f"{name}_{kind.name}: {name} {self._selection(field.type, depth + 1)}"
            if depth == 1 and self._chance.random() < 0.1
            else f"{name} {self._selection(field.type, depth + 1)}"
            for name, field in taken
        )
        return f"{{ __typename {' '.join(inner)} }}"

    def _value(self, of: Any) -> Any:
        if self._chance.random() > 0.97:
            return self._chance.choice(JUNK)
        kind = get_nullable_type(of)
        if is_list_type(kind):
            return [self._value(kind.of_type) for _ in range(self._chance.choice((0, 1, 1, 2)))]
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind)
        if isinstance(kind, GraphQLEnumType):
            return self._chance.choice([*kind.values, "NO_SUCH"])
        return self._leaf(str(kind))

    def _object(self, kind: GraphQLInputObjectType) -> dict[str, Any]:
        wanted = {
            name: field.type
            for name, field in kind.fields.items()
            if (is_non_null_type(field.type) and self._chance.random() < 0.98)
            or self._chance.random() < 0.2
        }
        return {name: self._value(field) for name, field in wanted.items()}

    def _leaf(self, kind: str) -> Any:
        choose = self._chance.choice
        if kind == "Date":
            return choose(DAYS)
        if kind == "DateTime":
            return choose(DAYS) + choose(CLOCKS)
        if kind == "Boolean":
            return choose((True, False))
        if kind in ("Int", "Float"):
            return choose(NUMBERS)
        right = self._chance.random() < RIGHT
        return choose(self._known) if right and self._known else choose((*TEXTS, *SENT))
