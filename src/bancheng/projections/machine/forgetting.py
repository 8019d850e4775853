"""遗忘: when the personal data of a matter is erased, its rows show no more of it than a rebuild.

What a row has masked was masked when its event was applied. After the keys are gone a rebuild finds
「已销毁」 in its place, so the live rows have to say so, too.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Table

from bancheng.domain.events import Recorded
from bancheng.domain.people import ERASED
from bancheng.projections.machine.columns import MASKED
from bancheng.projections.machine.rows import Rows

Masking = Mapping[Table, Sequence[str]]


def masking(tables: Sequence[Table]) -> Masking:
    """The columns of each table that hold masked values, where there are any."""
    named = {table: [one.name for one in table.c if one.name.endswith(MASKED)] for table in tables}
    return {table: names for table, names in named.items() if names}


def forget(rows: Rows, recorded: Recorded, columns: Masking) -> None:
    """Let the rows of the stream of ``recorded`` show nothing any more in ``columns``."""
    for table, names in columns.items():
        for row in rows.all_of(table, recorded.stream_id):
            row |= {name: ERASED for name in names if row[name] is not None}
