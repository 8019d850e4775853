"""`bancheng import`: files of other systems become streams; bad rows are listed."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bancheng.app.engine import Context
from bancheng.app.message_import import COLUMNS, Imported, MessageImport
from bancheng.bootstrap import Container
from bancheng.cli.console import AT_CONSOLE, OPERATOR, console, hall
from bancheng.cli.import_items import items
from bancheng.cli.import_log import log
from bancheng.cli.import_report import BadRow, print_bad, with_progress
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.time_limits.rulebook import override
from bancheng.infra import database
from bancheng.infra.files import read_table
from bancheng.projections.tickets import TicketFilter, ticket_count

app = typer.Typer(
    help="导入: 把其他系统的数据变成工单与历史办件,把事项目录发布出来。", no_args_is_help=True
)
app.command("items")(items)
app.command("log")(log)


@app.command("messages")
def messages(
    file: Annotated[Path, typer.Argument(help="CSV、CSV.GZ 或 XLSX,列: " + "、".join(COLUMNS))],
    limit: Annotated[int, typer.Option(min=1, max=365, help="办理时限(工作日)")] = 15,
    source: Annotated[str, typer.Option(help="来源系统名称")] = "messages",
    unit: Annotated[str, typer.Option(help="答复单位编码,没有则新建")] = "IMPORTED",
    category: Annotated[TicketCategory, typer.Option(help="登记类别")] = TicketCategory.COMPLAINT,
) -> None:
    """导入留言与答复。重复执行不会重复导入;中断后再执行会接着导入。"""
    with hall() as container:
        rows = list(read_table(file, COLUMNS, bytes_max=container.config.import_bytes_max))
        register_unit(container, unit)
        with container.in_bulk() as bulk:
            work = prepared(bulk, limit, source, unit, category)
            results = with_progress(work.run(rows), len(rows))
        container.runner.catch_up()
        _print(container, results, unit)
    raise typer.Exit(1 if any(result.error for result in results) else 0)


def prepared(
    container: Container, limit: int, source: str, unit: str, category: TicketCategory
) -> MessageImport:
    """An import whose matters have a limit of ``limit`` working days of their own."""
    units = container.rules.units()
    rules = replace(
        container.rules,
        rulebook_in_force=override(container.rules.rulebook(), _rule(limit)),
        open_units=lambda: units,  # asked once, not for every row
    )
    return MessageImport(
        engine=replace(container.engine, rules=rules),
        source_system=source,
        batch_id=container.engine.ids.new(),
        unit=unit,
        category=category,
        cause="imported",
        complexity="imported",
    )


def _rule(limit: int) -> str:
    """What the rule book lacks for matters of another system: their own limit, named as such."""
    return f"""
version = "导入-{limit}个工作日"
basis = "历史数据按导入时给定的时限计算"

[causes.imported]
label = "历史数据导入,原系统未作原因分析"

[complexities.imported]
label = "历史数据导入"

[limits.resolve_imported]
purpose = "resolve"
complexity = "imported"
amount = {limit}
unit = "working_days"
label = "导入时给定: {limit}个工作日"
basis = "历史数据按导入时给定的时限计算"
"""


def register_unit(container: Container, unit: str) -> None:
    """Make sure that there is a unit to which the old replies belong."""
    if unit in container.rules.units():
        return
    context = Context(actor=OPERATOR, key=f"import/unit/{unit}", place=AT_CONSOLE)
    container.engine.execute(RegisterUnit(code=unit, name="来源系统承办单位"), context)
    container.runner.catch_up()


def _print(container: Container, results: list[Imported], unit: str) -> None:
    bad = [BadRow(one.line, one.source_id, one.error) for one in results if one.error]
    new = sum(result.is_new for result in results)
    old = len(results) - new - len(bad)
    console.print(f"共 {len(results)} 行: 新导入 {new},此前已导入 {old},有误 {len(bad)}")
    print_bad(bad)
    on_time, late = (_judged(container, unit, on_time=verdict) for verdict in (True, False))
    console.print(f"台账中「{unit}」已反馈 {on_time + late} 件: 按时 {on_time},逾期 {late}")


def _judged(container: Container, unit: str, *, on_time: bool) -> int:
    with database.read(container.database) as connection:
        return ticket_count(connection, TicketFilter(lead_unit=unit, on_time=on_time))
