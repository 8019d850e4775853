"""随机请求: GraphQL requests made from the schema by chance, right and wrong ones, by anybody.

The same seed makes the same requests of the same hall. Each field of the roots comes in its turn,
so a round asks for all of them. Half of the requests are meant rightly, by somebody who may: they
name what there is, and come as far as the rules. The others hold anything, by anybody.
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

DEPTH_MAX, FIELDS_MAX = 4, 6
# What people and programs really send: placeholders, other widths, signs without ink, too much.
TEXTS = ("", " ", "a\0b", "\u200b\u200b", "１２３４５６", "%_/", "字" * 201, "\ud7ff", "-1",
         "2026-03-02", "0001-01-01", "no-such", "case-", "ticket-none", "[red]x[/red]")  # fmt: skip
DAYS = ("2026-03-02", "0001-01-01", "9999-12-31", "2026-02-30", "1900-01-01", "2999-12-31", "")
CLOCKS = ("T09:00:00+08:00", "T00:00:00Z", "T23:59:59.999999-12:00", "T09:00:00", "")
NUMBERS = (0, 1, 2, 20, 200, 201, -1, 2**31 - 1, -(2**31), 2**31, 2**63, 1.5)
# Whoever fills these into a wrong field must not find them in what is said of it.
SENT = ("13500135000", "110101199003070011")
USUAL: Mapping[str, tuple[Any, ...]] = {
    "Date": ("2026-03-02", "2026-03-03"),
    "DateTime": ("2026-03-20T09:00:00+08:00",),
    "Boolean": (True, False),
    "Int": (1, 2, 3),
    "Float": (1.5,),
}
JUNK: tuple[Any, ...] = (None, True, 7, "x", [], {}, [[1]], {"a": {"b": []}})


@dataclass(frozen=True)
class Request:
    """One operation of that ``kind``, who sends it, and which field of the root it asks for."""

    kind: str
    root: str
    query: str
    variables: Mapping[str, Any]
    by: Actor


def requests(
    schema: GraphQLSchema,
    seed: int,
    people: Sequence[Actor],
    may: Mapping[str, Sequence[Actor]],
    known: Mapping[str, Sequence[str]],
) -> Iterator[Request]:
    """Requests without end.

    ``known`` are ids, numbers and codes that the hall has, by the field that they are for; ``may``
    says who may do which mutation.
    """
    chance = random.Random(seed)
    maker = _Maker(chance, known)
    roots = {
        "query": schema.query_type,
        "mutation": schema.mutation_type,
        "subscription": schema.subscription_type,
    }
    for number in count():
        for kind, root in roots.items():
            assert root is not None
            for at, (name, field) in enumerate(root.fields.items()):
                maker.is_right = chance.random() < 0.5
                by = people[(number + at) % len(people)]
                if maker.is_right and may.get(name):
                    by = chance.choice(may[name])
                yield maker.request(kind, name, field, by)


class _Maker:
    def __init__(self, chance: random.Random, known: Mapping[str, Sequence[str]]) -> None:
        self._chance, self._known = chance, known
        self.is_right = True

    def request(self, kind: str, name: str, field: GraphQLField, by: Actor) -> Request:
        args = {
            arg: declared.type
            for arg, declared in field.args.items()
            if is_non_null_type(declared.type) or self._chance.random() < 0.4
            if not (self.is_right and arg in ("expectedVersion", "occurredAt", "after", "before"))
        }
        values = {arg: self._value(wanted, arg) for arg, wanted in args.items()}
        if self.is_right and {"first", "last"} <= values.keys():
            args.pop("last"), values.pop("last")
        told = ", ".join(f"${arg}: {wanted}" for arg, wanted in args.items())
        given = ", ".join(f"{arg}: ${arg}" for arg in args)
        head = f"{kind} {f'({told})' if told else ''}"
        query = f"{head} {{ {name}{f'({given})' if given else ''} {self._selection(field.type)} }}"
        if not self.is_right and self._chance.random() < 0.1:
            cut = self._chance.randrange(len(query))
            query = query[:cut] + self._chance.choice(("", "{", '"', "é", "$")) + query[cut + 1 :]
        return Request(kind, name, query, values, by)

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

    def _value(self, of: Any, name: str) -> Any:
        if not self.is_right and self._chance.random() > 0.95:
            return self._chance.choice(JUNK)
        kind = get_nullable_type(of)
        if is_list_type(kind):
            length = 1 if self.is_right else self._chance.choice((0, 1, 1, 2))
            return [self._value(kind.of_type, name) for _ in range(length)]
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind)
        if isinstance(kind, GraphQLEnumType):
            return self._chance.choice([*kind.values, *([] if self.is_right else ["NO_SUCH"])])
        return self._leaf(str(kind), name)

    def _object(self, kind: GraphQLInputObjectType) -> dict[str, Any]:
        wanted = {
            name: field.type
            for name, field in kind.fields.items()
            if is_non_null_type(field.type)
            or self._chance.random() < (0.05 if self.is_right else 0.2)
            if self.is_right or self._chance.random() < 0.98
        }
        return {name: self._value(field, name) for name, field in wanted.items()}

    def _leaf(self, kind: str, name: str) -> Any:
        if self.is_right:
            return self._chance.choice(USUAL.get(kind) or self._known.get(name) or [self._fresh()])
        choose = self._chance.choice
        if kind == "Date":
            return choose(DAYS)
        if kind == "DateTime":
            return choose(DAYS) + choose(CLOCKS)
        if kind == "Boolean":
            return choose((True, False))
        if kind in ("Int", "Float"):
            return choose(NUMBERS)
        return choose(choose((TEXTS, SENT, *self._known.values())))

    def _fresh(self) -> str:
        return f"文字{self._chance.randrange(10**6)}"
