"""`bancheng trail`, `bancheng rebuild`, `bancheng retry` and `bancheng schema`."""

from collections.abc import Iterable
from typing import Annotated

import typer
from sqlalchemy import Connection

from bancheng.app.accesses import MATTERS
from bancheng.bootstrap import Container
from bancheng.cli.console import console, errors, existing_hall
from bancheng.cli.operator import saw
from bancheng.cli.tables import TRAIL_COLUMNS, Hall, ledger_table
from bancheng.domain.errors import NotFound
from bancheng.infra import database
from bancheng.projections import office, past_cases
from bancheng.projections.machine.checkpoints import Poison
from bancheng.projections.machine.health import Health
from bancheng.projections.matters import matter_by_number
from bancheng.projections.registry import PROJECTIONS
from bancheng.projections.trail import TRAIL, timeline

_KNOWN = {projection.name: projection for projection in PROJECTIONS}


def trail(
    number: Annotated[str, typer.Argument(help="办不成事工单、办件或历史办件的编号,或标识")],
) -> None:
    """打印一件办不成事工单、办件或历史办件的全程留痕。"""
    with existing_hall() as container, database.read(container.database) as connection:
        stream_id = stream_of(connection, number)
        entries = timeline(connection, stream_id)
        if not entries:
            raise NotFound(
                "TRAIL_NOT_FOUND",
                f"没有编号或标识为「{number}」的办不成事工单、办件或历史办件",
                remedy="请核对编号;几个来源系统有同一编号时请用标识",
            )
        if stream_id.startswith(MATTERS):
            saw(container.accesses, stream_id)
        rules = container.rules
        shown = Hall.of(rules.calendar(), rules.rulebook(), office.all_units(connection))
        title = f"全程留痕 {number}"
        console.print(ledger_table(TRAIL, entries, shown, *TRAIL_COLUMNS, title=title))


def stream_of(connection: Connection, number: str) -> str:
    """The stream of the matter or past case of that number; else ``number`` itself."""
    if (matter_id := matter_by_number(connection, number)) is not None:
        return matter_id
    past = past_cases.past_case_by_number(connection, number)
    return number if past is None else past.past_case_id


def rebuild(
    names: Annotated[list[str] | None, typer.Argument(help="台账名称;不填则全部重建")] = None,
) -> None:
    """从事件重建台账: 在旁边建好再切换,期间照常服务。"""
    with existing_hall() as container:
        _require_known(names or ())
        for name in names or _KNOWN:
            container.builder.rebuild(_KNOWN[name])
            console.print(f"已重建 {name}")


def retry(name: Annotated[str, typer.Argument(help="台账名称")]) -> None:
    """让停在某个事件上的台账重试该事件;serve 与 worker 随后自行继续。"""
    with existing_hall() as container:
        _require_known([name])
        before = _health(container, name).poison
        if before is None:
            console.print(f"{name} 没有停止,无需重试")
            return
        console.print(_stop(before), highlight=False, soft_wrap=True)
        container.runner.retry(name)
        container.runner.catch_up()
        after = _health(container, name)
    if after.poison is not None:
        errors.print(f"[red]仍然停止[/red],{_stop(after.poison)}", highlight=False, soft_wrap=True)
        raise typer.Exit(1)
    console.print(f"{name} 已恢复,现处理到第 {after.position} 号", highlight=False)


def _require_known(names: Iterable[str]) -> None:
    unknown = [name for name in names if name not in _KNOWN]
    if unknown:
        raise NotFound(
            "PROJECTION_NOT_FOUND",
            f"没有台账「{'、'.join(unknown)}」",
            remedy=f"可选: {'、'.join(_KNOWN)}",
        )


def _health(container: Container, name: str) -> Health:
    healths = container.runner.health(container.clock.now())
    return next(one for one in healths if one.name == name)


def _stop(poison: Poison) -> str:
    return (
        f"停在第 {poison.position} 号事件: 主题 {poison.topic},事件流 {poison.stream_id},"
        f"错误 {poison.error}"
    )


def schema() -> None:
    """打印 GraphQL 接口定义。"""
    from bancheng.graphql.schema import schema_text  # noqa: PLC0415  see `serve_container`

    typer.echo(schema_text())
