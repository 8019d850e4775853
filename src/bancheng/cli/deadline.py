"""`bancheng deadline explain` and `bancheng calendar import`."""

from pathlib import Path
from typing import Annotated

import typer

from bancheng.app.queries import DeadlineHistory, as_json, deadlines_of
from bancheng.bootstrap import Container
from bancheng.cli.console import carry_out, console, hall
from bancheng.cli.tables import about
from bancheng.domain.office.calendars import PublishCalendar
from bancheng.infra import database
from bancheng.infra.files import read_text
from bancheng.projections.matters import matter_by_number, number_of
from bancheng.projections.work_orders.work_orders import ORDERS_BY_ID

app = typer.Typer(help="时限说明。", no_args_is_help=True)
calendars = typer.Typer(help="工作日历。", no_args_is_help=True)
CALENDAR_BYTES_MAX = 200_000


@app.command("explain")
def explain(
    number: Annotated[str, typer.Argument(help="办不成事工单、办件或派单的编号,或标识")],
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,  # noqa: FBT002
) -> None:
    """说明每个时限的到期日与结论: 计入与不计的时段、理由、规则与日历版本、依据。"""
    with hall() as container:
        matter_id, order_id = _found(container, number)
        with database.read(container.database) as connection:
            official = number_of(connection, matter_id)
        histories = [
            one
            for one in deadlines_of(container.store, matter_id)
            if order_id in (None, one.deadline.subject)
        ]
    if json:
        typer.echo(as_json(histories))
        return
    for one in histories:
        _print(one, about(one.deadline.kind, one.deadline.subject, matter_id, official))


@calendars.command("import")
def import_calendar(
    file: Annotated[Path, typer.Argument(help="日历文件(TOML 或 JSON)")],
) -> None:
    """发布新版工作日历;未办结的时限随后按新日历重新定期,已有结论不变。"""
    with hall() as container:
        text = read_text(file, bytes_max=CALENDAR_BYTES_MAX)
        carry_out(container, PublishCalendar, text=text)
        container.runner.catch_up()  # the calendar in force is read from a ledger
        container.calendar.refresh()  # else the old one is believed for another second
        changed = container.sweep.replan()
        container.runner.catch_up()
        version = container.rules.calendar().version
    console.print(f"已发布日历「{version}」,重新定期 {changed} 个时限")


def _found(container: Container, number: str) -> tuple[str, str | None]:
    """The matter, and the order if ``number`` names one."""
    with database.read(container.database) as connection:
        matter_id = matter_by_number(connection, number)
        order = ORDERS_BY_ID.one(connection, number)
    if order is not None:
        return order.ticket_id, order.order_id
    return matter_id or number, None


def _print(one: DeadlineHistory, about: str) -> None:
    deadline = one.deadline
    console.print(f"[bold]{deadline.kind.label} {about}[/bold] {deadline.state.label}")
    for decision in one.decisions:
        console.print(f"— {decision.term}", highlight=False)
        for line in decision.lines():
            console.print(f"  {line}", highlight=False)
    for lines in one.verdict_lines():
        console.print("— 时限结论", highlight=False)
        for line in lines:
            console.print(f"  {line}", highlight=False)
