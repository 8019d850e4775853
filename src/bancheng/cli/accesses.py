"""`bancheng accesses`: who looked, who came in and who was refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import typer
from rich.text import Text
from sqlalchemy import Connection

from bancheng.app.inputs import to_question
from bancheng.cli.console import console, existing_hall, readable
from bancheng.cli.reading import stream_of
from bancheng.cli.tables import Column, Hall, ledger_table
from bancheng.domain.accesses import AccessKind
from bancheng.infra import database
from bancheng.projections import office
from bancheng.projections.accesses import ACCESSES, AccessRow, SeenMatter, matters_of
from bancheng.projections.ledger.windows import PAGE_MAX, Window

_SHOWN_MAX: Final = 5


def accesses(
    *,
    matter: Annotated[str | None, typer.Option(help="只列看过这一件的: 编号或标识")] = None,
    staff: Annotated[str | None, typer.Option(help="只列此工号的")] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="自此日起")] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="至此日止,不含此日")
    ] = None,
    kind: Annotated[list[AccessKind] | None, typer.Option(help="访问种类,可重复")] = None,
    refused: Annotated[bool, typer.Option("--refused", help="只列被拒的")] = False,
    last: Annotated[int, typer.Option(min=1, max=PAGE_MAX, help="最近几次")] = 50,
) -> None:
    """列出访问日志: 谁看过一件、某人做了什么、谁想看而被拒;新的在前。"""
    with existing_hall() as container:
        local = container.rules.calendar()
        asked: dict[str, Any] = {
            "staff_id": staff,
            "accessed_from": since and local.start_of(since.date()),
            "accessed_before": until and local.start_of(until.date()),
            "kinds": kind or None,
            "was_refused": refused or None,
        }
        with database.read(container.database) as connection:
            if matter is not None:
                asked["matter_ids"] = [stream_of(connection, matter)]
            rows = _found(connection, asked, last)
            seen = matters_of(connection, [one.position for one in rows])
            units = office.all_units(connection)
        rules = container.rules
        hall = Hall.of(rules.calendar(), rules.rulebook(), units)
    console.print(ledger_table(ACCESSES, rows, hall, *_columns(seen), title="访问日志"))


def _found(connection: Connection, asked: Mapping[str, Any], last: int) -> Sequence[AccessRow]:
    filled = {name: one for name, one in asked.items() if one is not None}
    window = Window(sort=ACCESSES.first_sort, descending=True, first=last)
    return ACCESSES.page(connection, to_question(ACCESSES.filter, filled), window).rows


def _columns(seen: Mapping[int, Sequence[SeenMatter]]) -> tuple[Column, ...]:
    def matters(row: AccessRow, _: Hall) -> Text:
        named = [one.number or one.matter_id for one in seen.get(row.position, ())]
        more = f" 等 {len(named)} 件" if len(named) > _SHOWN_MAX else ""
        return readable("、".join(named[:_SHOWN_MAX]) + more)

    return (
        ("时间", "accessed_at"), ("工号", "staff_id"), ("姓名", "staff_name"),
        ("单位", "staff_unit"), ("种类", "kind"), ("内容", "what"), ("所看事项", matters),
        ("用途", "purpose"), ("被拒", "refused"), ("地址", "address"), ("终端", "terminal"),
    )  # fmt: skip
