"""`bancheng deadline explain`: how each date of a matter was decided."""

from typing import Annotated

import typer

from bancheng.app.queries import DeadlineHistory, as_json, deadlines_of
from bancheng.bootstrap import Container
from bancheng.cli.console import console, existing_hall, readable
from bancheng.cli.operator import saw
from bancheng.cli.tables import about
from bancheng.cli.usage import Commands
from bancheng.infra import database
from bancheng.projections.matters import matter_by_number, number_of
from bancheng.projections.work_orders.work_orders import ORDERS_BY_ID

app = Commands("时限说明。")


@app.command("explain")
def explain(
    number: Annotated[str, typer.Argument(help="办不成事工单、办件或派单的编号,或标识")],
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,  # noqa: FBT002
) -> None:
    """说明每个时限的到期日与结论: 计入与不计的时段、理由、规则与日历版本、依据。"""
    with existing_hall() as container:
        matter_id, order_id = _found(container, number)
        with database.read(container.database) as connection:
            official = number_of(connection, matter_id)
        histories = [
            one
            for one in deadlines_of(container.store, matter_id)
            if order_id in (None, one.deadline.subject)
        ]
        saw(container.accesses, matter_id)
    if json:
        typer.echo(as_json(histories))
        return
    for one in histories:
        _print(one, about(one.deadline.kind, one.deadline.subject, matter_id, official))


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
    console.print(readable(f"{deadline.kind.label} {about}", "bold"), deadline.state.label)
    for decision in one.decisions:
        console.print(readable(f"— {decision.term}"), highlight=False)
        for line in decision.lines():
            console.print(readable(f"  {line}"), highlight=False)
    for lines in one.verdict_lines():
        console.print("— 时限结论", highlight=False)
        for line in lines:
            console.print(readable(f"  {line}"), highlight=False)
