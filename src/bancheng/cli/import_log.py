"""`bancheng import log`: event logs of other systems become past cases; bad rows are listed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bancheng.bootstrap import Container
from bancheng.cli.console import console, hall, readable
from bancheng.cli.import_report import batch_of, print_bad, with_progress
from bancheng.importing.logs.corrections import Corrections
from bancheng.importing.logs.mapping import LogMapping, read_mapping
from bancheng.importing.logs.recording import ImportedCase, LogImport
from bancheng.importing.logs.rows import LogRow, Survey, survey
from bancheng.infra import database
from bancheng.infra.event_logs import read_log
from bancheng.infra.files import read_text
from bancheng.projections.ledger.windows import HoldsAt
from bancheng.projections.past_cases import PAST_CASES

MAPPING_BYTES_MAX = 1_000_000


def log(
    file: Annotated[Path, typer.Argument(help="CSV、CSV.GZ、XLSX、XES 或 XES.GZ")],
    mapping: Annotated[Path, typer.Option(help="映射文件(TOML): 哪一列是什么")],
    corrections: Annotated[
        Corrections,
        typer.Option(
            help="此前导入的环节与来源不同时: refuse 列出而不导入,record 记为更正,"
            "add 时间不同的另记一个环节"
        ),
    ] = Corrections.REFUSE,
) -> None:
    """导入其他系统的办件日志。重复执行不会重复导入;中断后再执行会接着导入。"""
    with hall() as container:
        read = read_mapping(read_text(mapping, bytes_max=MAPPING_BYTES_MAX))
        # The file is read twice: that it can be read to its end is known before anything is stored.
        counted = survey(_rows(container, file, read), read)
        with container.in_bulk() as bulk:
            work = LogImport(
                engine=bulk.engine,
                mapping=read,
                batch=batch_of(bulk, read.source_system),
                corrections=corrections,
            )
            run = work.run(_rows(container, file, read), counted)
            results = with_progress(run, counted.cases)
        container.runner.catch_up()
        _print(results)
        _print_unseen(read, counted)
        _print_ledger(container, read.source_system)
    raise typer.Exit(1 if any(result.bad for result in results) else 0)


def _rows(container: Container, file: Path, mapping: LogMapping) -> Iterator[LogRow]:
    return read_log(file, mapping.form, bytes_max=container.config.import_bytes_max)


def _print(results: list[ImportedCase]) -> None:
    rows, new, known, corrected = (
        sum(getattr(result, name) for result in results)
        for name in ("rows", "new", "known", "corrected")
    )
    cases = sum(bool(result.external_id) for result in results)
    console.print(
        f"共 {cases} 件 {rows} 个环节: 新导入 {new},此前已导入 {known},"
        f"有误 {rows - new - known - corrected};"
        f"另更新信息 {sum(result.restated for result in results)} 件"
        + (f",更正环节 {corrected} 个" if corrected else "")
    )
    print_bad([row for result in results for row in result.bad])
    findings = [row for result in results for row in result.findings]
    print_bad(findings, "已导入但自相矛盾的办件")


def _print_unseen(mapping: LogMapping, counted: Survey) -> None:
    if unseen := [name for name in mapping.columns.values() if name not in counted.columns]:
        said = f"映射所列的「{'、'.join(unseen)}」在日志中没有出现,请核对是否写错"
        console.print(readable(said))


def _print_ledger(container: Container, source_system: str) -> None:
    with database.read(container.database) as connection:

        def count(*, ended: bool | None = None, late: bool = False) -> int:
            chosen = PAST_CASES.filter(
                source_system=source_system,
                ended=ended,
                late=HoldsAt(holds=True, now=now) if late else None,
            )
            return PAST_CASES.count(connection, chosen)

        now = container.engine.clock.now()
        console.print(
            readable(
                f"台账中「{source_system}」共 {count()} 件: 已办结 {count(ended=True)}"
                f"(逾期 {count(ended=True, late=True)}),未办结 {count(ended=False)}"
                f"(已超期 {count(ended=False, late=True)})"
            )
        )
