"""各次起算: what the board of deadlines and the ledger of stretches share of their rows."""

from typing import Protocol

from sqlalchemy import Table

from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.events import Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.projections.machine.rows import Row, Rows


class Owed(Protocol):
    """A row that says who owes something, None for the hall itself, and on which matter."""

    @property
    def unit(self) -> str | None: ...
    @property
    def matter_id(self) -> str: ...


def own_or_the_halls(row: Owed, unit: str) -> bool:
    """Of a case the hall's own limits are seen too: its applicant waits for those as well."""
    return row.unit == unit or (row.unit is None and row.matter_id.startswith(CASES))


def runs_of(
    rows: Rows, table: Table, recorded: Recorded, kind: LimitKind, subject: str
) -> list[Row]:
    """The rows of one kind on one subject within the matter, in the order in which they began."""
    found = rows.all_of(table, recorded.stream_id)
    of_it = [row for row in found if row["kind"] is kind and row["subject"] == subject]
    return of_it if len(of_it) <= 1 else sorted(of_it, key=lambda row: int(row["run"]))
