"""`bancheng trail`, `bancheng rebuild` and `bancheng schema`."""

from typing import Annotated

import typer

from bancheng.cli import tables
from bancheng.cli.console import console, hall
from bancheng.domain.errors import NotFound
from bancheng.graphql.schema import schema_text
from bancheng.infra import database
from bancheng.projections import registers, trails
from bancheng.projections.matter_register import matter_by_number
from bancheng.projections.registry import PROJECTIONS


def trail(matter: Annotated[str, typer.Argument(help="工单或办件的编号或标识")]) -> None:
    """打印一件工单或办件的全程留痕。"""
    with hall() as container, database.read(container.database) as connection:
        entries = trails.timeline(connection, matter_by_number(connection, matter) or matter)
        if not entries:
            raise NotFound(
                "MATTER_NOT_FOUND",
                f"没有编号或标识为「{matter}」的工单或办件",
                remedy="请核对编号",
            )
        calendar = container.rules.calendar()
        names = tables.names_of(registers.all_units(connection))
        title = f"全程留痕 {matter}"
        console.print(tables.trail_table(entries, calendar, names, title=title))


def rebuild(
    names: Annotated[list[str] | None, typer.Argument(help="台账名称;不填则全部重建")] = None,
) -> None:
    """从事件重建台账: 在旁边建好再切换,期间照常服务。"""
    known = {projection.name: projection for projection in PROJECTIONS}
    unknown = [name for name in names or () if name not in known]
    with hall() as container:
        if unknown:
            raise NotFound(
                "PROJECTION_NOT_FOUND",
                f"没有台账「{'、'.join(unknown)}」",
                remedy=f"可选: {'、'.join(known)}",
            )
        for name in names or known:
            container.builder.rebuild(known[name])
            console.print(f"已重建 {name}")


def schema() -> None:
    """打印 GraphQL 接口定义。"""
    typer.echo(schema_text())
