"""`bancheng demo`: a fresh hall, two weeks of its life, its ledgers, and then the API."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bancheng.bootstrap import Container, build
from bancheng.cli import tables
from bancheng.cli.console import configuration, console, plainly
from bancheng.cli.serving import serve_container
from bancheng.config import Config
from bancheng.domain.clocks import LimitState
from bancheng.domain.people import Actor
from bancheng.infra import database, logs
from bancheng.infra.clock import FixedClock, SeededIds, SystemClock
from bancheng.infra.master_key import create_key_file
from bancheng.projections import deadlines, registers, tickets, trails, warnings
from bancheng.projections.windows import PAGE_MAX, Window
from bancheng.simulation import hall
from bancheng.simulation.run import Simulation

FOLDER = Path("var/demo")
SHOWN = 12
SOON = timedelta(days=3)
_TOKEN_HOURS = 24.0


def demo(
    serve: Annotated[bool, typer.Option(help="打印后在本机提供服务,直到 Ctrl-C")] = True,  # noqa: FBT002
    seed: Annotated[int, typer.Option(help="随机种子;同一种子、同一时刻得到同样的大厅")] = 1,
    days: Annotated[int, typer.Option(min=1, max=60, help="模拟的天数")] = 14,
) -> None:
    """模拟一个大厅两周的办件,打印台账、预警与留痕,然后提供服务。"""
    with plainly():
        config = _fresh()
        logs.configure(config.log_format)
        now = SystemClock().now()
        _simulate(config, now, seed, days)
        container = build(config)
        try:
            container.runner.catch_up()
            _print(container, now)
            if serve:
                serve_container(container)
        finally:
            container.close()


def _fresh() -> Config:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("demo.db*"):
        old.unlink()
    key_file = FOLDER / "master.key"
    key_file.unlink(missing_ok=True)
    return configuration(
        database_url=f"sqlite:///{FOLDER / 'demo.db'}",
        master_key=create_key_file(key_file),
        hall="DEMO",
        hall_name="演示大厅",
    )


def _simulate(config: Config, now: datetime, seed: int, days: int) -> None:
    since = now - timedelta(days=days)
    clock = FixedClock(since)
    container = build(config, clock=clock, ids=SeededIds(seed, clock))
    try:
        simulation = Simulation(container.engine, clock, seed=seed)
        with console.status("正在模拟……"):
            container.runner.catch_up()
            simulation.open_hall(since, container.runner.catch_up)
            container.runner.start()
            acts = simulation.run(since, now, container.sweep.warn)
    finally:
        container.close()
    console.print(f"[bold]{config.hall_name}[/bold]: {days} 天,办理动作 {acts} 项")


def _print(container: Container, now: datetime) -> None:
    calendar = container.rules.calendar()
    with database.read(container.database) as connection:
        latest = tickets.tickets(
            connection,
            tickets.TicketFilter(),
            Window(order=tickets.TicketOrder.REPORTED_AT, descending=True, first=SHOWN),
        )
        due = deadlines.deadlines(
            connection,
            deadlines.DeadlineFilter(state=LimitState.RUNNING, due_before=now + SOON),
            Window(order=deadlines.DeadlineOrder.DUE_AT, first=SHOWN),
        )
        raised = warnings.warnings(
            connection,
            warnings.WarningFilter(),
            Window(order=warnings.WarningOrder.RAISED_AT, descending=True, first=SHOWN),
        )
        names = tables.names_of(registers.all_units(connection))
        told = _most_eventful(connection)
        entries = trails.timeline(connection, told.ticket_id)
    title = "办不成事工单台账(最近登记)"
    console.print(tables.ticket_table(latest.rows, calendar, names, title=title))
    title = "预警台账(最近发出)"
    console.print(tables.warning_table(raised.rows, calendar, names, title=title))
    title = "限时看板(已逾期与三日内到期)"
    console.print(tables.deadline_table(due.rows, now, calendar, names, title=title))
    title = f"全程留痕 {told.number} {told.subject_masked}"
    console.print(tables.trail_table(entries, calendar, names, title=title))
    _print_tokens(container, hall.STAFF)


def _most_eventful(connection: Connection) -> tickets.TicketRow:
    window = Window(order=tickets.TicketOrder.REPORTED_AT, first=PAGE_MAX)
    page = tickets.tickets(connection, tickets.TicketFilter(), window)
    return max(page.rows, key=lambda row: row.version)


def _print_tokens(container: Container, staff: Sequence[Actor]) -> None:
    console.print("[bold]身份令牌[/bold](24 小时有效;请求头 Authorization: Bearer 令牌)")
    shown = set()
    for member in staff:
        if member.roles not in shown:
            shown.add(member.roles)
            roles = "、".join(role.label for role in member.roles)
            console.print(f"{member.name} {member.id} {roles}({member.unit}):")
            typer.echo(container.issuer.issue(member.id, _TOKEN_HOURS))
