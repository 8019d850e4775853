"""The schema is committed as it is, and speaks Chinese throughout."""

import re
from pathlib import Path

from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType

import bancheng.graphql
from bancheng.graphql.limits import LISTS, WITHIN
from bancheng.graphql.schema import schema, schema_text

COMMITTED = Path(bancheng.graphql.__file__).with_name("schema.graphql")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OURS = {n: t for n, t in schema._schema.type_map.items() if not n.startswith("__")}
HOW = "bancheng schema > src/bancheng/graphql/schema.graphql"
BUILT_IN = {"String", "Int", "Boolean", "ID", "Float", "Date", "DateTime", "JSON"}


def test_the_committed_schema_is_the_schema():
    assert schema_text().splitlines() == COMMITTED.read_text(encoding="utf-8").splitlines(), HOW


def test_everything_is_described_in_chinese():
    silent = []
    for name in OURS.keys() - BUILT_IN:
        one = OURS[name]
        parts = {**getattr(one, "fields", {}), **getattr(one, "values", {})}
        described = {name: one, **{f"{name}.{part}": what for part, what in parts.items()}}
        silent += [
            what for what, it in described.items() if not CHINESE.search(it.description or "")
        ]
    assert silent == []


def test_every_list_has_a_size_by_which_it_is_measured():
    unsized = set()
    for name, one in OURS.items():
        sized = LISTS if name == "Query" else WITHIN
        if isinstance(one, GraphQLObjectType):
            for part, field in one.fields.items():
                inner = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
                item = getattr(inner, "of_type", None)
                item = item.of_type if isinstance(item, GraphQLNonNull) else item
                if isinstance(inner, GraphQLList) and isinstance(item, GraphQLObjectType):
                    unsized |= {part} - {"edges", *sized}
    assert unsized == set()
