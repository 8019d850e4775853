"""Every column of every read model is filled in some journey: a new one that nothing fills fails.

A column that is never anything but its default is one that no test would miss.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, get_args

import msgspec
import pytest

from bancheng.domain.labelled import Labelled
from bancheng.infra.database import connect
from bancheng.projections.cases.cases import CASES
from bancheng.projections.ledger.fields import Field, Word, fields_of
from bancheng.projections.registry import LEDGERS, PROJECTIONS
from projections.filled import histories
from projections.journeys import varied
from projections.views import Anew
from support import backends

LEDGER_TABLES = {ledger.table.name for ledger in LEDGERS}
TABLES = [table for one in PROJECTIONS for table in one.tables if table.name not in LEDGER_TABLES]


class Kept(msgspec.Struct):
    """What all the journeys left: the rows of each ledger, and those of the other tables."""

    ledgers: dict[str, list[Any]]
    tables: dict[str, list[Mapping[str, Any]]]


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    found = Kept({one.name: [] for one in LEDGERS}, {str(one.name): [] for one in TABLES})
    # What a function of an event writes does not depend on the database.
    with backends.furnished("sqlite") as url:
        engine = connect(url)
        anew = Anew(engine, *PROJECTIONS)
        for history in (varied(11, tickets=40, cases=60), *histories().values()):
            _keep(found, anew, history)
        engine.dispose()
    return found


def _keep(found, anew, history):
    with anew.of(history).database.read() as connection:
        for one in LEDGERS:
            found.ledgers[one.name] += map(one.read, connection.execute(one.select()))
        for table in TABLES:
            found.tables[str(table.name)] += connection.execute(table.select()).mappings()


def unfilled(fields: Iterable[Field], rows: Iterable[msgspec.Struct]) -> list[str]:
    """Which of ``fields`` have in no row anything but their default, or nothing at all."""
    told = list(rows)
    return [
        one.name
        for one in fields
        if not any(_says(getattr(row, one.name), one.default) for row in told)
    ]


def _says(value: Any, default: Any) -> bool:
    return value != default and (bool(value) or default is True)


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_every_column_of_a_ledger_is_filled_in_some_journey(kept, ledger):
    assert unfilled(ledger.fields, kept.ledgers[ledger.name]) == [], "tell of it in filled.py"


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_what_is_read_is_of_the_type_that_its_row_declares(kept, ledger):
    """A member of a vocabulary that came back as its mere code has no label to be shown by."""
    rows = kept.ledgers[ledger.name]
    for field in ledger.fields:
        (kind, *_) = get_args(field.kind) if field.is_several else (field.kind,)
        if isinstance(kind, type) and issubclass(kind, Labelled):
            values = [getattr(row, field.name) for row in rows]
            read = [v for one in values for v in (one if field.is_several else (one,))]
            assert {type(one) for one in read} - {type(None)} <= {kind}, field.name


@pytest.mark.parametrize("table", TABLES, ids=lambda one: one.name)
def test_every_column_of_the_other_tables_is_filled_in_some_journey(kept, table):
    rows = kept.tables[str(table.name)]
    empty = [one.name for one in table.c if not any(row[one.name] for row in rows)]
    assert empty == [], "tell of it in filled.py"


def test_a_new_column_that_nothing_fills_is_found(kept):
    forgotten = Annotated[str | None, Word("谁也不填的栏目")]
    planted = msgspec.defstruct(
        "Planted", [("forgotten", forgotten, None)], bases=(CASES.row,), kw_only=True
    )
    rows = [planted(**msgspec.structs.asdict(row)) for row in kept.ledgers["cases"]]
    assert unfilled(fields_of(planted), rows) == ["forgotten"]


@pytest.mark.parametrize("name", ["hearing_announcement_no", "review_failures", "cross_mode"])
def test_a_column_that_its_function_does_not_fill_any_more_is_found(kept, name):
    field = next(one for one in CASES.fields if one.name == name)
    rows = [msgspec.structs.replace(row, **{name: field.default}) for row in kept.ledgers["cases"]]
    assert unfilled(CASES.fields, rows) == [name]
