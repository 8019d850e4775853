"""What every import begins and shows: its batch, how far it is, the rows that did not come in."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from bancheng.bootstrap import Container
from bancheng.cli.console import console, progress_of
from bancheng.cli.listing import listing
from bancheng.cli.operator import OPERATOR
from bancheng.importing.batch import Batch
from bancheng.importing.tables import BadRow

BAD_ROWS_SHOWN = 50
R = TypeVar("R")


def batch_of(container: Container, source_system: str) -> Batch:
    """A new batch, started by whoever runs the command."""
    return Batch(id=container.engine.ids.new(), source_system=source_system, started_by=OPERATOR)


def with_progress(results: Iterable[R], total: int) -> list[R]:
    """All of ``results``, with a bar that moves as they come."""
    with progress_of("导入") as progress:
        return list(progress.track(results, total=total, description=""))


def print_bad(rows: Sequence[BadRow], title: str = "未导入的行") -> None:
    """List the first of ``rows`` under ``title``, if there are any."""
    if not rows:
        return
    told = [
        (str(place), name, one.field or "", one.message, one.remedy, one.code)
        for place, name, error in rows[:BAD_ROWS_SHOWN]
        for one in (error, *error.others)
    ]
    console.print(listing(("位置", "编号", "字段", "原因", "处理办法", "代码"), told, title))
    if len(rows) > BAD_ROWS_SHOWN:
        console.print(f"…… 另有 {len(rows) - BAD_ROWS_SHOWN} 行")
