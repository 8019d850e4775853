"""`bancheng compare`: what changed in a matter or a ledger between two moments."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer

from bancheng.app.accesses import matters_among
from bancheng.bootstrap import Container
from bancheng.cli.console import console, existing_hall
from bancheng.cli.listing import listing
from bancheng.cli.operator import saw
from bancheng.cli.past import By, hall_of, instant_of, ledger_called, moment_option, side_of
from bancheng.cli.usage import Commands
from bancheng.domain.errors import NotFound
from bancheng.infra import database
from bancheng.projections.comparison import COMPARED, Comparison, RowChange, order_checked
from bancheng.projections.ledger.cells import Reading
from bancheng.projections.ledger.windows import PAGE_MAX
from bancheng.projections.machine.base import TimeBasis
from bancheng.projections.matters import matter_by_number, numbers_of

app = Commands("对比: 一件或一本台账在两个时刻之间的变动。")
Since = Annotated[datetime, moment_option("--since", "较早的时刻")]
Until = Annotated[datetime, moment_option("--until", "较晚的时刻")]


@app.command("matter")
def matter(
    number: Annotated[str, typer.Argument(help="办不成事工单或办件的编号,或标识")],
    since: Since,
    until: Until,
    by: By = TimeBasis.RECORDED,
) -> None:
    """打印一件办不成事工单或办件及其各部分在两个时刻之间的变动,逐栏列出原值与现值。"""
    with existing_hall() as container:
        with database.read(container.database) as connection:
            matter_id = matter_by_number(connection, number) or number
        with _compared(container, since, until, by) as comparison:
            changes = comparison.of_matter(matter_id)
            if changes is None:
                raise NotFound(
                    "MATTER_NOT_FOUND",
                    f"这两个时刻都没有编号或标识为「{number}」的办不成事工单或办件",
                    remedy="请核对编号与时刻",
                )
            saw(container.accesses, matter_id)
            reading = hall_of(container, comparison.later.connection).reading
        headings = ["台账", "标识", "变动", "栏目", "原值", "现值"]
        lines = [line for one in changes for line in _lines(one, reading)]
        title = f"{number} 自 {since:%Y-%m-%d %H:%M} 至 {until:%Y-%m-%d %H:%M}"
        console.print(listing(headings, lines, title) if lines else f"{title}: 没有变动")


@app.command("ledger")
def ledger(
    name: Annotated[str, typer.Argument(help="台账名称,如 tickets、cases、deadlines")],
    since: Since,
    until: Until,
    by: By = TimeBasis.RECORDED,
) -> None:
    """逐行打印一本台账在两个时刻之间的变动,每行一条 JSON: 栏目名为键,原值与现值为值。"""
    with existing_hall() as container:
        wanted = ledger_called(name, COMPARED)
        with _compared(container, since, until, by) as comparison:
            connection = comparison.later.connection
            reading = hall_of(container, connection).reading
            after, goes_on = "", True
            while goes_on:
                rows, last, goes_on = comparison.of_ledger(wanted, PAGE_MAX, after)
                after = last or ""
                numbers = numbers_of(connection, {one.stream_id for one in rows})
                _record(container, rows)
                for one in rows:
                    told = _told(one, numbers.get(one.stream_id), reading)
                    typer.echo(json.dumps(told, ensure_ascii=False))


@contextmanager
def _compared(
    container: Container, since: datetime, until: datetime, by: TimeBasis
) -> Iterator[Comparison]:
    """Both moments as the operator sees them, who sees every row."""
    first, last = instant_of(container, since), instant_of(container, until)
    order_checked(first, last)
    with side_of(container, first, by) as earlier, side_of(container, last, by) as later:
        yield Comparison(earlier, later, actor=None)


def _record(container: Container, rows: Sequence[RowChange]) -> None:
    if matters := matters_among(dict.fromkeys(row.stream_id for row in rows)):
        saw(container.accesses, *matters)


def _lines(change: RowChange, reading: Reading) -> Iterator[list[str]]:
    """A line for each field; what is the same for all of them stands in the first."""
    ledger = change.ledger
    row = [ledger.term, change.key, change.kind.label]
    for field, before, after in change.told(reading):
        yield [*row, ledger.heading(field.name), before, after]
        row = ["", "", ""]


def _told(change: RowChange, number: str | None, reading: Reading) -> dict[str, object]:
    heading = change.ledger.heading
    fields = {heading(one.name): [was, now] for one, was, now in change.told(reading)}
    named = {"标识": change.key, "编号": number, "变动": change.kind.label, "栏目": fields}
    return {name: one for name, one in named.items() if one is not None}
