"""One Chinese term means one thing, and one thing has one English word: in the vocabulary of the
domain, in ledgers and their filters, in the SDL. Planted violations show that a test would see it.
"""

import re
from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

import pytest
from graphql import GraphQLNamedType, GraphQLObjectType, build_schema, get_named_type

from arch.tree import ROOT, SOURCE, shown
from bancheng import glossary
from bancheng.app.registry import ACTS
from bancheng.projections.registry import LEDGERS

SDL = (SOURCE / "graphql" / "schema.graphql").read_text(encoding="utf-8")
ACT_NAMES = {act.name for act in ACTS}
HEAD = re.compile(r"([\u4e00-\u9fff0-9「」]+)[::]")
PART = re.compile(r"[A-Z]?[a-z0-9]+")
# What an API says of a thing, besides the thing: that it is entered, masked, or was acted on.
ROLES_IN_THE_API = {"input", "masked", "act", "result"}
# 派发工单 and 工单处理员 are fixed compounds; rule books cite regulations by their own names.
LONE = re.compile(r"(?<!办不成事)(?<!派发)(?<!热线)工单(?!处理员|处理岗|处理窗口)")
TEXTS = [
    *sorted(SOURCE.rglob("*.py")), *sorted(SOURCE.rglob("*.toml")), *sorted(SOURCE.rglob("*.html")),
    *sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md")),
    SOURCE / "graphql" / "schema.graphql",
]  # fmt: skip


class Said(NamedTuple):
    """A Chinese word and the English name of what it is said of. ``field`` is the word of the
    field of that name, where there is one besides the filter."""

    where: str
    word: str
    name: str
    field: str | None = None


def parts(name: str) -> list[str]:
    """The parts of a name, of a plural as of its singular, without its role in the API."""
    found = [part.lower().removesuffix("s") for part in PART.findall(name)]
    return [part for part in found if part not in ROLES_IN_THE_API]


def is_one_thing(one: str, other: str) -> bool:
    """Whether two names differ at most by whose it is: ``name`` and ``item_name``."""
    short, long = sorted([parts(one), parts(other)], key=len)
    return long[-len(short) :] == short or long[: len(short)] == short


def of_two_things(said: list[Said]) -> set[tuple[str, str, str]]:
    """Words that are said of two things, with the names of both."""
    names = defaultdict(set)
    for one in said:
        names[one.word].add(one.name)
    pairs = {(word, *pair) for word in names for pair in combinations(sorted(names[word]), 2)}
    return {(word, one, other) for word, one, other in pairs if not is_one_thing(one, other)}


def in_ledgers() -> list[Said]:
    """The words of fields and filters of every ledger."""
    found = []
    for ledger in LEDGERS:
        fields = {field.name: field.word.text for field in ledger.fields if field.word}
        found += [Said(ledger.name, word, name) for name, word in fields.items()]
        headings = {field.name: field.word.heading for field in ledger.fields if field.word}
        found += [Said(ledger.name, heading, name) for name, heading in headings.items()]
        found += [Said(ledger.name, a.word, a.name, fields.get(a.name)) for a in ledger.asks]
    return found


def misnamed(said: list[Said]) -> list[Said]:
    """Filters that are named like a field and mean something else."""
    return [one for one in said if one.field is not None and one.field != one.word]


def in_the_vocabulary() -> list[Said]:
    """The nouns of the domain. What is done to a thing may be called as the thing that it makes."""
    kinds = {"value", "vocabulary", "ledger", "report"}
    entries = [entry for _, section in glossary.sections() for entry in section]
    return [Said(e.kind, e.term, e.identifier) for e in entries if e.kind in kinds]


def in_the_sdl(types: list[GraphQLNamedType]) -> list[Said]:
    """The terms of the types. Inputs of acts have the term of the act, results all the same."""
    things = [one for one in types if one.name.removesuffix("Input") not in ACT_NAMES]
    found = [(HEAD.match(one.description or ""), one.name) for one in things]
    return [Said("SDL", head[1], name) for head, name in found if head]


SCHEMA = build_schema(SDL)
TYPES = [one for one in SCHEMA.type_map.values() if not one.name.endswith("ActResult")]


def test_a_word_of_the_ledgers_is_said_of_one_thing():
    assert of_two_things(in_ledgers()) == set()


def test_a_filter_named_like_a_field_means_that_field():
    assert misnamed(in_ledgers()) == []


def test_a_term_of_the_domain_and_of_the_sdl_is_said_of_one_thing():
    assert of_two_things([*in_the_vocabulary(), *in_the_sdl(TYPES)]) == set()


def test_the_ticket_and_the_work_order_are_never_called_gongdan_alone():
    texts = {shown(path): path.read_text(encoding="utf-8") for path in TEXTS}
    found = ((path, one, text) for path, text in texts.items() for one in LONE.finditer(text))

    assert [f"{path}: {text[one.start() - 9 : one.end() + 9]}" for path, one, text in found] == []


def test_sortings_end_in_sort():
    fields = SCHEMA.query_type.fields.values()
    sorts = {get_named_type(f.args["orderBy"].type).name for f in fields if "orderBy" in f.args}

    assert len(sorts) > 10
    assert [name for name in sorts if not name.endswith("Sort")] == []


@pytest.mark.parametrize(
    "planted",
    [
        Said("ratings", "评价等级", "origin"),
        Said("deadlines", "办理期限", "started_at"),
    ],
)
def test_a_word_that_a_ledger_uses_for_a_second_thing_is_seen(planted):
    assert of_two_things([*in_ledgers(), planted])


def test_a_filter_that_means_another_unit_than_the_field_of_its_name_is_seen():
    assert misnamed([*in_ledgers(), Said("cases", "有过参与的单位编码", "unit", "承办单位编码")])


def test_a_type_whose_term_is_taken_is_seen():
    planted = [*TYPES, GraphQLObjectType("Slip", {}, description="派单: 办不成事工单。")]

    assert ("派单", "Slip", "WorkOrder") in of_two_things(
        [*in_the_vocabulary(), *in_the_sdl(planted)]
    )


@pytest.mark.parametrize(
    ("text", "is_alone"), [("所属工单。", True), ("所属办不成事工单。", False), ("派发工单", False)]
)
def test_gongdan_alone_is_seen(text, is_alone):
    assert bool(LONE.search(text)) is is_alone
