"""A read model whose tables change has another version, so that it is built anew everywhere."""

import json
from dataclasses import replace

import msgspec
import pytest
from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import Whole, stream_column
from bancheng.projections.registry import PROJECTIONS
from golden.shapes import FOLDER, SameVersionError, path_of, shape_of, unwritten, write

NUMBER = {"type_": Text, "nullable": False}
PLAN = {"type_": Whole(list[int])}


def ledger(version=1, indexes=(), **columns):
    """A ledger with these columns, by default those it began with."""
    columns = columns or {"number": NUMBER, "plan": PLAN}
    own = stream_column("matter_id", primary_key=True)
    others = [Column(name, **said) for name, said in columns.items()]
    table = Table("a_ledger", MetaData(), own, *others, *indexes)
    return Projection(name="a_ledger", version=version, tables=(table,))


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda it: it.name)
def test_the_tables_of_a_version_are_those_that_were_written_down(projection):
    assert not unwritten(projection), "run `make golden`, read the new file, and add it"


def test_no_shape_is_an_orphan():
    assert {path.name for path in FOLDER.iterdir()} == {path_of(one).name for one in PROJECTIONS}


@pytest.mark.parametrize(
    "changed",
    [
        ledger(number={"type_": Integer, "nullable": False}, plan=PLAN),
        ledger(number={"type_": Text}, plan=PLAN),
        ledger(number={"type_": Text, "primary_key": True}, plan=PLAN),
        ledger(number=NUMBER, plan={"type_": Whole(list[str])}),
        ledger(number=NUMBER, plan=PLAN, more={"type_": Text}),
        ledger(number=NUMBER),
        ledger(indexes=[Index("a_ledger_number", "number")]),
    ],
    ids=["type", "nullable", "key", "held", "added", "removed", "index"],
)
def test_a_changed_table_needs_a_raised_version(tmp_path, changed):
    write([ledger()], tmp_path)
    before = path_of(changed, tmp_path).read_bytes()

    with pytest.raises(SameVersionError, match=r"Raise it, then run `make golden`"):
        unwritten(changed, tmp_path)
    with pytest.raises(SameVersionError):
        write([changed], tmp_path)
    assert path_of(changed, tmp_path).read_bytes() == before

    raised = replace(changed, version=2)
    assert unwritten(raised, tmp_path)
    assert write([raised], tmp_path) == [path_of(raised, tmp_path)]
    assert not unwritten(raised, tmp_path)


def test_a_version_is_only_raised(tmp_path):
    write([ledger(version=2)], tmp_path)

    with pytest.raises(SameVersionError):
        unwritten(ledger(version=1), tmp_path)


def test_words_for_people_are_no_part_of_a_shape():
    said = [
        msgspec.defstruct("Kept", [("days", int)], namespace={"__doc__": words})
        for words in ("before", "after")
    ]
    first, second = (shape_of(ledger(plan={"type_": Whole(kind)})) for kind in said)
    assert first == second
    assert "days" in json.dumps(first)
