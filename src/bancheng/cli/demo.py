"""`bancheng demo`: a fresh hall, four weeks of its life, its ledgers, and then the API."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bancheng.bootstrap import Container, build
from bancheng.cli import notices
from bancheng.cli.console import configuration, console, plainly
from bancheng.cli.demo_pages import show
from bancheng.cli.office import token_of
from bancheng.cli.reporting import write_demo
from bancheng.cli.serving import serve_container
from bancheng.config import Config
from bancheng.domain.people import Actor
from bancheng.infra import logs
from bancheng.infra.clock import FixedClock, SeededIds, SystemClock
from bancheng.infra.master_key import create_key_file
from bancheng.simulation import people
from bancheng.simulation.catalogue import WINDOWS, catalogue
from bancheng.simulation.departments import DEPARTMENTS
from bancheng.simulation.month import live
from bancheng.simulation.townships import TOWNSHIPS

FOLDER = Path("var/demo")
_TOKEN_HOURS = 24


def demo(
    serve: Annotated[bool, typer.Option(help="打印后在本机提供服务,直到 Ctrl-C")] = True,  # noqa: FBT002
    seed: Annotated[int, typer.Option(help="随机种子;同一种子、同一时刻得到同样的大厅")] = 1,
    days: Annotated[int, typer.Option(min=1, max=60, help="模拟的天数")] = 28,
    cases: Annotated[int, typer.Option(min=1, max=50_000, help="申请办件的件数")] = 250,
) -> None:
    """模拟一个大厅四周的办件与办不成事工单,打印台账、预警与留痕,然后提供服务。"""
    with plainly():
        config = _fresh()
        logs.configure(config.log_format)
        now = SystemClock().now()
        _simulate(config, now, seed, days, cases)
        container = build(config)  # anew: the clock of the simulation stands still
        try:
            container.runner.catch_up()
            while container.noticing.go_on():
                pass
            show(container, now)
            notices.show(container)
            write_demo(container, FOLDER / "月报.docx")
            _print_tokens(container, people.STAFF)
            if serve:
                serve_container(container)
        finally:
            container.close()


def _fresh() -> Config:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("demo.db*"):  # with SQLite's own files beside it, -wal and -shm
        old.unlink()
    key_file = FOLDER / "master.key"
    key_file.unlink(missing_ok=True)
    return configuration(
        database_url=f"sqlite:///{FOLDER / 'demo.db'}",
        master_key=create_key_file(key_file),
        hall="DEMO",
        hall_name="演示大厅",
        notices=None,  # nobody outside is told of what nobody did
    )


def _simulate(config: Config, now: datetime, seed: int, days: int, cases: int) -> None:
    since = now - timedelta(days=days)
    clock = FixedClock(since)
    container = build(config, clock=clock, ids=SeededIds(seed, clock))
    try:
        items = tuple(catalogue(seed, container.rules.calendar().local(since).date()))
        with console.status("正在模拟……"), container.in_bulk() as bulk:
            acts = live(bulk, clock, since, now, items=items, seed=seed, cases=cases)
    finally:
        container.close()
    console.print(
        f"[bold]{config.hall_name}[/bold]: {days} 天,{len(WINDOWS)} 个窗口,"
        f"{len(DEPARTMENTS)} 个部门,{len(TOWNSHIPS)} 个乡镇,事项 {len(items)} 项,办理动作 {acts} 项"
    )


def _print_tokens(container: Container, staff: Sequence[Actor]) -> None:
    console.print("[bold]身份令牌[/bold](24 小时有效;请求头 Authorization: Bearer 令牌)")
    shown = set()
    for member in staff:
        if member.roles not in shown:
            shown.add(member.roles)
            roles = "、".join(role.label for role in member.roles)
            console.print(f"{member.name} {member.id} {roles}({member.unit}):")
            typer.echo(token_of(container, member.id, _TOKEN_HOURS))
