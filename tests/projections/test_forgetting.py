"""Whatever a row has masked stands in a column that an erasure finds."""

import pytest

from bancheng.domain.people import Personal
from bancheng.infra.database import connect
from bancheng.projections.machine.forgetting import masking
from bancheng.projections.registry import PROJECTIONS
from projections.filled import histories
from projections.journeys import varied
from projections.views import MemoryLog, Views
from support import backends

MARK = "⟦遮⟧"


class Marking:
    """Masks every value alike, so that it is known again wherever it stands."""

    def masked(self, value: Personal | None) -> str | None:
        return None if value is None else MARK


@pytest.fixture(scope="module")
def marked() -> set[tuple[str, str]]:
    """The columns in which any row of any journey holds a masked value."""
    found: set[tuple[str, str]] = set()
    for history in (varied(11, tickets=40, cases=60), *histories().values()):
        with backends.furnished("sqlite") as url:
            engine = connect(url)
            views = Views(engine, MemoryLog(history), opener=Marking()).caught_up()
            with views.database.read() as connection:
                for one in PROJECTIONS:
                    for table in one.tables:
                        for row in connection.execute(table.select()).mappings():
                            found |= {(table.name, at) for at in row if MARK in str(row[at])}
            engine.dispose()
    return found


def test_what_is_masked_in_a_row_stands_where_an_erasure_finds_it(marked):
    emptied = {
        (table.name, at)
        for one in PROJECTIONS
        for table, names in masking(one.tables).items()
        for at in names
    }
    assert marked - emptied == set(), "its name must end in _masked"
    assert emptied - marked == set(), "no journey masks anything there: tell of it in filled.py"


def test_what_the_trail_and_the_tickets_mask_is_known_again(marked):
    assert ("ticket_ledger", "subject_masked") in marked
    assert ("audit_trail", "reason_masked") in marked
