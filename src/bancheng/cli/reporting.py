"""`bancheng report`: what the hall files of a week, a month or a year, to go on editing."""

import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from bancheng.bootstrap import Container
from bancheng.cli import operator
from bancheng.cli.console import console, existing_hall
from bancheng.cli.exporting import new_file
from bancheng.domain.errors import InvalidInput
from bancheng.hall_papers import Reader
from bancheng.hall_reports import ReportFile, report_file
from bancheng.infra import database
from bancheng.projections.periodicals.composing import KINDS
from bancheng.projections.reports.span import PeriodKind

_KINDS = {one.value: one for one in KINDS}


def report(
    kind: Annotated[str, typer.Argument(help=f"种类: {'、'.join(_KINDS)}")],
    day: Annotated[datetime, typer.Argument(help="期间内的任一日", formats=["%Y-%m-%d"])],
    target: Annotated[Path, typer.Argument(help="写入的 .docx 文件;不得已存在")],
    remark: Annotated[list[str] | None, typer.Option(help="典型案例或说明,可多次")] = None,
) -> None:
    """把一期周报、月报、年报写成可继续编辑的 DOCX;所提及的案件记入访问日志。"""
    with existing_hall() as container:
        found = _kind_of(kind)
        with new_file(target) as out:
            file = _made(container, found, day.date(), remark or ())
            _record(container, file, found, day.date())
            out.write(file.content)
            out.flush()
            os.fsync(out.fileno())
        console.print(f"{file.title}: {target},SHA-256 {file.digest}", soft_wrap=True)


def write_demo(container: Container, target: Path) -> None:
    """Write the report of this month beside the demo, anew each time, and say where."""
    today = container.rules.calendar().local(container.clock.now()).date()
    file = _made(container, PeriodKind.MONTH, today, ("演示数据,无典型案例。",))
    target.write_bytes(file.content)
    console.print(f"[bold]{file.title}[/bold]: {target}", soft_wrap=True)


def _made(container: Container, kind: PeriodKind, of: date, remarks: Sequence[str]) -> ReportFile:
    reader = Reader(None, container.rules.calendar(), container.rules.rulebook())
    with database.snapshot(container.database) as connection:
        return report_file(
            connection, reader.calendar, reader.names(connection), kind, of,
            hall=container.config.hall_name, now=container.clock.now(), remarks=remarks,
        )  # fmt: skip


def _record(container: Container, file: ReportFile, kind: PeriodKind, of: date) -> None:
    what = f"{operator.command_name()}:{kind}.docx"
    for one in file.accesses(operator.visitor(), what, of.isoformat()):
        container.accesses.record(one)


def _kind_of(name: str) -> PeriodKind:
    found = _KINDS.get(name.lower())
    if found is None:
        raise InvalidInput(
            "REPORT_KIND_UNKNOWN",
            f"没有周期报告「{name}」",
            field="kind",
            remedy=f"可选: {'、'.join(_KINDS)}",
        )
    return found
