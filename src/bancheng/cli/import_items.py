"""`bancheng import items`: a hall's catalogue of items is published; bad rows are listed."""

from pathlib import Path
from typing import Annotated

import typer

from bancheng.cli.console import console, hall
from bancheng.cli.import_registers import open_units
from bancheng.cli.import_report import batch_of, print_bad, with_progress
from bancheng.importing.items.columns import FORM, REQUIRED
from bancheng.importing.items.publishing import ItemImport, ItemImported
from bancheng.importing.tables import BadRow
from bancheng.infra.tables import read_table

SOURCE_MAX = 200


def items(
    file: Annotated[
        Path, typer.Argument(help="CSV、CSV.GZ 或 XLSX,必有列: " + "、".join(REQUIRED))
    ],
    source: Annotated[str, typer.Option(help="来源系统名称")] = "items",
    document: Annotated[str, typer.Option(help="目录的依据文件,不填为文件名")] = "",
) -> None:
    """发布事项目录,一行一项。内容有变的发布新版本,没有变化的不重复发布。"""
    with hall() as container:
        # Read whole before anything is stored: a file may be broken at its end.
        rows = list(read_table(file, FORM, bytes_max=container.config.import_bytes_max))
        with container.in_bulk() as bulk:
            work = ItemImport(
                engine=bulk.engine,
                batch=batch_of(bulk, source),
                units=open_units(container),
                source=(document or file.name)[:SOURCE_MAX],
            )
            results = with_progress(work.run(rows), len(rows))
        container.runner.catch_up()
    _print(results)
    raise typer.Exit(1 if any(result.error for result in results) else 0)


def _print(results: list[ItemImported]) -> None:
    bad = [BadRow(one.line, one.code, one.error) for one in results if one.error]
    new = sum(one.version == 1 for one in results)
    changed = sum(one.version > 1 for one in results)
    same = len(results) - new - changed - len(bad)
    console.print(
        f"共 {len(results)} 行: 新发布 {new},新版本 {changed},没有变化 {same},有误 {len(bad)}"
    )
    print_bad(bad)
