"""`bancheng as-of`: a matter or a ledger as it was at a moment."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from bancheng.app.accesses import matters_among
from bancheng.app.past import moment_asked
from bancheng.bootstrap import Container
from bancheng.cli.console import console, existing_hall
from bancheng.cli.listing import listing
from bancheng.cli.operator import saw
from bancheng.cli.tables import ABOUT, Hall, ledger_table, level
from bancheng.cli.usage import Commands
from bancheng.domain.case.state import PREFIX as CASE_PREFIX
from bancheng.domain.errors import NotFound
from bancheng.infra import database
from bancheng.projections import office
from bancheng.projections.cases.cases import CASES_BY_ID
from bancheng.projections.comparison import Side
from bancheng.projections.deadlines.deadlines import DEADLINES, DEADLINES_OF_MATTERS
from bancheng.projections.ledger.cells import text_of
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.machine.base import TimeBasis
from bancheng.projections.machine.moments import moment_of
from bancheng.projections.machine.past import past
from bancheng.projections.matters import matter_by_number
from bancheng.projections.registry import LEDGERS, PROJECTIONS
from bancheng.projections.tickets.tickets import TICKETS_BY_ID

app = Commands("往日: 一件或一本台账在某一时刻的样子。")


def moment_option(name: str, told: str) -> Any:
    """The option ``name``, which takes a moment."""
    return typer.Option(
        name,
        formats=[
            f"%Y-%m-%d{clock}" for clock in ("", " %H:%M", "T%H:%M", " %H:%M:%S", "T%H:%M:%S")
        ],
        help=f"{told}(大厅时间),如 2026-11-01 09:00,可到秒;只写日期为当日 0 时",
    )


At = Annotated[datetime, moment_option("--at", "时刻")]
By = Annotated[
    TimeBasis,
    typer.Option(help="recorded: 当时本厅已知的(入库时间);occurred: 按今日所知(发生时间)"),
]


@app.command("matter")
def matter(
    number: Annotated[str, typer.Argument(help="办不成事工单或办件的编号,或标识")],
    at: At,
    by: By = TimeBasis.RECORDED,
) -> None:
    """打印一件办不成事工单或办件在某一时刻的各栏与各项时限。"""
    with existing_hall() as container:
        instant = instant_of(container, at)
        with database.read(container.database) as connection:
            matter_id = matter_by_number(connection, number) or number
        with side_of(container, instant, by) as (_, connection):
            query: Any = CASES_BY_ID if matter_id.startswith(CASE_PREFIX) else TICKETS_BY_ID
            row = query.one(connection, matter_id)
            if row is None:
                raise NotFound(
                    "MATTER_NOT_FOUND",
                    f"那时没有编号或标识为「{number}」的办不成事工单或办件",
                    remedy="请核对编号与时刻",
                )
            saw(container.accesses, matter_id)
            limits = DEADLINES_OF_MATTERS(connection, [matter_id]).get(matter_id, [])
            hall = hall_of(container, connection)
            cells = _cells(query.ledger, row, hall).items()
            title = f"{number} 于 {at:%Y-%m-%d %H:%M}"
            console.print(listing(["栏目", "内容"], cells, title))
            shown = "kind", ABOUT, "unit", "due_at", "state", ("级别", _light(instant))
            console.print(ledger_table(DEADLINES, limits, hall, *shown, title="时限"))


@app.command("ledger")
def ledger(
    name: Annotated[str, typer.Argument(help="台账名称,如 tickets、cases、deadlines")],
    at: At,
    by: By = TimeBasis.RECORDED,
) -> None:
    """逐行打印一本台账在某一时刻的全部内容,每行一条 JSON,栏目名为键。"""
    with existing_hall() as container:
        wanted = ledger_called(name, LEDGERS)
        with side_of(container, instant_of(container, at), by) as (_, connection):
            hall = hall_of(container, connection)
            order: dict[str, Any] = {"sort": wanted.first_sort, "descending": wanted.descending}
            for rows in wanted.pages(connection, wanted.filter(), **order):
                if matters := matters_among(wanted.streams_in(rows)):
                    saw(container.accesses, *matters)
                for row in rows:
                    typer.echo(json.dumps(_cells(wanted, row, hall), ensure_ascii=False))


def _cells(wanted: Ledger[Any], row: Any, hall: Hall) -> dict[str, str]:
    """What the row says, by the headings of its columns; what is empty is left out."""
    texts = {
        wanted.heading(one.name): text_of(one, getattr(row, one.name), hall.reading)
        for one in wanted.fields
        if one.is_shown
    }
    return {heading: text for heading, text in texts.items() if text}


def _light(now: datetime) -> Any:
    def light(row: Any, _: Hall) -> str:
        reached = row.level(now)
        return "" if reached is None else level(reached)

    return light


@contextmanager
def side_of(container: Container, instant: datetime, by: TimeBasis) -> Iterator[Side]:
    """The moment, and a connection on which the read models are those of it."""
    moment = moment_of(container.batches.log, instant, by)
    with past(container.database, container.batches, moment, PROJECTIONS) as connection:
        yield Side(moment, connection)


def hall_of(container: Container, connection: Connection) -> Hall:
    """How the hall reads what ``connection`` has, by the words of today."""
    rules = container.rules
    return Hall.of(rules.calendar(), rules.rulebook(), office.all_units(connection))


def instant_of(container: Container, at: datetime) -> datetime:
    """The instant that was meant, in the hall's own time; ``InvalidInput`` if it is to come."""
    meant = at.replace(tzinfo=container.rules.calendar().tzinfo)
    return moment_asked(meant, container.clock.now())


def ledger_called(name: str, among: Sequence[Ledger[Any]]) -> Ledger[Any]:
    """The ledger of that name."""
    known = {ledger.name: ledger for ledger in among}
    if name not in known:
        raise NotFound(
            "LEDGER_NOT_FOUND", f"没有台账「{name}」", remedy=f"可选: {'、'.join(known)}"
        )
    return known[name]
