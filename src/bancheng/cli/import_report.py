"""What every import begins and shows: its batch, how far it is, the rows that did not come in."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bancheng.bootstrap import Container
from bancheng.cli.console import OPERATOR, console
from bancheng.domain.errors import DomainError
from bancheng.importing.batch import Batch

BAD_ROWS_SHOWN = 50
R = TypeVar("R")


def batch_of(container: Container, source_system: str) -> Batch:
    """A new batch, started by whoever runs the command."""
    return Batch(id=container.engine.ids.new(), source_system=source_system, started_by=OPERATOR)


class BadRow(NamedTuple):
    """A row that was refused: its line or where else it stands, what it is called, and why."""

    place: int | str
    name: str
    error: DomainError


def with_progress(results: Iterable[R], total: int) -> list[R]:
    """All of ``results``, with a bar that moves as they come."""
    columns = (TextColumn("导入"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    found = []
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=total)
        for result in results:
            found.append(result)
            progress.advance(task)
    return found


def print_bad(rows: Sequence[BadRow]) -> None:
    """List the first of ``rows``, if there are any."""
    if not rows:
        return
    table = Table("位置", "编号", "字段", "原因", "处理办法", title="未导入的行")
    for place, name, error in rows[:BAD_ROWS_SHOWN]:
        table.add_row(str(place), name, error.field, error.message, error.remedy)
    console.print(table)
    if len(rows) > BAD_ROWS_SHOWN:
        console.print(f"…… 另有 {len(rows) - BAD_ROWS_SHOWN} 行有误")
