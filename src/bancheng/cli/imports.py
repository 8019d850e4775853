"""`bancheng import`: files of other systems become streams; bad rows are listed."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bancheng.bootstrap import Container
from bancheng.cli.console import console, hall, readable
from bancheng.cli.import_items import items
from bancheng.cli.import_log import log
from bancheng.cli.import_registers import staff, units, windows
from bancheng.cli.import_report import batch_of, print_bad, with_progress
from bancheng.cli.usage import Commands
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.office.unit import RegisterUnit
from bancheng.importing.batch import Batch
from bancheng.importing.messages.corrections import MessageCorrections
from bancheng.importing.messages.limits import rulebook_of_messages
from bancheng.importing.messages.reading import COLUMNS, FORM
from bancheng.importing.messages.recording import Imported, MessageImport
from bancheng.importing.tables import BadRow
from bancheng.infra import database
from bancheng.infra.tables import read_table
from bancheng.projections.office import all_units
from bancheng.projections.tickets.tickets import TICKETS

app = Commands(
    "导入: 登记单位、窗口与人员,发布事项目录,把其他系统的数据变成办不成事工单与历史办件。"
)
app.command("units")(units)
app.command("windows")(windows)
app.command("staff")(staff)
app.command("items")(items)
app.command("log")(log)


@app.command("messages")
def messages(
    file: Annotated[
        Path,
        typer.Argument(help="CSV、CSV.GZ 或 XLSX,列: " + "、".join(one.name for one in COLUMNS)),
    ],
    *,
    limit: Annotated[int, typer.Option(min=1, max=365, help="办理时限(工作日)")] = 15,
    source: Annotated[str, typer.Option(help="来源系统名称")] = "messages",
    unit: Annotated[str, typer.Option(help="答复单位编码,没有则新建")] = "IMPORTED",
    category: Annotated[TicketCategory, typer.Option(help="登记类别")] = TicketCategory.COMPLAINT,
    corrections: Annotated[
        MessageCorrections,
        typer.Option(
            help="此前导入的留言与来源不同时: refuse 列出而不导入,"
            "record 能更正的记为登记更正,不能的列出"
        ),
    ] = MessageCorrections.REFUSE,
) -> None:
    """导入留言与答复,未答复的成为在办的办不成事工单。重复执行不会重复导入;中断后再执行会接着导入。"""
    with hall() as container:
        # Read whole before anything is stored: a file may be broken at its end.
        rows = list(read_table(file, FORM, bytes_max=container.config.import_bytes_max))
        batch = batch_of(container, source)
        register_unit(container, batch, unit)
        with container.in_bulk() as bulk:
            work = replace(prepared(bulk, batch, limit, unit, category), corrections=corrections)
            results = with_progress(work.run(rows), len(rows))
        container.runner.catch_up()
        _print(container, results, unit)
    raise typer.Exit(1 if any(result.error for result in results) else 0)


def register_unit(container: Container, batch: Batch, unit: str) -> None:
    """Make sure that there is a unit to which the old replies belong."""
    with database.read(container.database) as connection:
        known = {one.code for one in all_units(connection)}
    # To register a closed one opens it again, and ends its succession. What is known of it still
    # comes in, and a new message of it is refused by line.
    if unit in known:
        return
    context = batch.context(f"import/unit/{unit}", unit)
    container.engine.execute(RegisterUnit(code=unit, name="来源系统承办单位"), context)
    container.runner.catch_up()


def prepared(
    container: Container, batch: Batch, limit: int, unit: str, category: TicketCategory
) -> MessageImport:
    """An import whose tickets have a limit of ``limit`` working days of their own."""
    book = rulebook_of_messages(container.rules.rulebook(), limit)
    rules = replace(container.rules, rulebook_in_force=lambda: book)
    engine = replace(container.engine, rules=rules)
    return MessageImport(engine=engine, batch=batch, unit=unit, category=category)


def _print(container: Container, results: list[Imported], unit: str) -> None:
    bad = [BadRow(one.line, one.source_id, one.error) for one in results if one.error]
    new = sum(one.is_new for one in results if not one.error)
    corrected = sum(one.corrected for one in results)
    righted = sum(one.righted for one in results)
    old = len(results) - new - len(bad)
    console.print(
        f"共 {len(results)} 行: 新导入 {new},此前已导入 {old},有误 {len(bad)}"
        + (f";其中登记更正 {corrected} 件" if corrected else "")
    )
    if righted:
        console.print(f"此前在本厅列为逾期,按来源系统的答复时间为按时 {righted} 件")
    print_bad(bad)
    on_time, late = (
        _count(container, lead_unit=unit, on_time=verdict) for verdict in (True, False)
    )
    judged = f"台账中「{unit}」已反馈 {on_time + late} 件: 按时 {on_time},逾期 {late}"
    console.print(readable(judged))
    waiting = _count(container, lead_unit=unit, running=True)
    now = container.engine.clock.now()
    overdue = _count(container, lead_unit=unit, running=True, due_before=now)
    if waiting:
        console.print(f"未答复而在办 {waiting} 件: 其中已逾期 {overdue} 件,不再为此发预警")


def _count(container: Container, **asked: object) -> int:
    with database.read(container.database) as connection:
        return TICKETS.count(connection, TICKETS.filter(**asked))
