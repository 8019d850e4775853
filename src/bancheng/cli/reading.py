"""`bancheng trail`, `bancheng rebuild` and `bancheng schema`."""

from typing import Annotated

import typer
from sqlalchemy import Connection

from bancheng.cli import tables
from bancheng.cli.console import console, hall
from bancheng.domain.errors import NotFound
from bancheng.infra import database
from bancheng.projections import past_cases, registers, trails
from bancheng.projections.matter_register import matter_by_number
from bancheng.projections.registry import PROJECTIONS


def trail(
    number: Annotated[str, typer.Argument(help="工单、办件或历史办件的编号,或标识")],
) -> None:
    """打印一件工单、办件或历史办件的全程留痕。"""
    with hall() as container, database.read(container.database) as connection:
        entries = trails.timeline(connection, _stream_of(connection, number))
        if not entries:
            raise NotFound(
                "TRAIL_NOT_FOUND",
                f"没有编号或标识为「{number}」的工单、办件或历史办件",
                remedy="请核对编号;几个来源系统有同一编号时请用标识",
            )
        calendar = container.rules.calendar()
        names = tables.names_of(registers.all_units(connection))
        title = f"全程留痕 {number}"
        console.print(tables.trail_table(entries, calendar, names, title=title))


def _stream_of(connection: Connection, number: str) -> str:
    if (matter_id := matter_by_number(connection, number)) is not None:
        return matter_id
    past = past_cases.past_case_by_number(connection, number)
    return number if past is None else past.past_case_id


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
    from bancheng.graphql.schema import schema_text  # noqa: PLC0415  see `serve_container`

    typer.echo(schema_text())
