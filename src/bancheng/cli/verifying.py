"""`bancheng verify`: whether what was recorded is still what was recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import typer
from sqlalchemy import Connection

from bancheng.cli.console import configuration, console, plainly, progress_of
from bancheng.cli.reading import stream_of
from bancheng.domain.errors import NotFound
from bancheng.hall_data import access_log_of, log_of
from bancheng.infra import database, streams
from bancheng.infra.access_verification import looked_through, record_count
from bancheng.infra.recorder import Recorder
from bancheng.infra.streams import Stream
from bancheng.projections import matters

VERSIONS_SHOWN = 20


@dataclass
class Verified:
    """核验结果: how much was looked at, and how many streams do not hold."""

    streams: int = 0
    events: int = 0
    broken: int = 0


def verify(
    matter: Annotated[
        str | None,
        typer.Argument(help="办不成事工单、办件或历史办件的编号,或事件流标识;不填则核验全部"),
    ] = None,
) -> None:
    """核验哈希链: 事件与访问记录入库后有无改动、抽去或调换。只读,不需要主密钥。"""
    with plainly(), log_of(configuration()) as recorder:
        if matter is None:
            total = streams.event_count(recorder.engine)
            done = _verified(recorder, streams.every(recorder.engine), total)
        else:
            stream = _found(recorder, matter)
            done = _verified(recorder, [stream], stream.events)
    outcome = f"{done.broken} 个事件流的哈希链有误" if done.broken else "哈希链完整"
    looked_at = f"共核验 {done.streams} 个事件流、{done.events} 个事件"
    console.print(f"{looked_at}: {outcome}", highlight=False)
    holds = matter is not None or _accesses_hold()
    raise typer.Exit(1 if done.broken or not holds else 0)


def _accesses_hold() -> bool:
    """Look through the access log, and say whether it holds."""
    with plainly(), access_log_of(configuration()) as engine:
        if engine is None:
            console.print("没有访问日志", highlight=False)
            return True
        records, purged, broken = 0, 0, list[int]()
        with database.read(engine) as connection, progress_of("访问日志") as progress:
            task = progress.add_task("", total=record_count(connection))
            for page in looked_through(connection):
                records += page.records
                broken += page.broken
                purged += len(page.purged)
                progress.advance(task, page.records)
    shown = "、".join(map(str, broken[:VERSIONS_SHOWN]))
    outcome = f"{len(broken)} 条有误: {shown}" if broken else "哈希链完整"
    gone = f",另有 {purged} 条期满已清除" if purged else ""
    console.print(f"共核验 {records} 条访问记录{gone}: {outcome}", highlight=False, soft_wrap=True)
    return not broken


def _verified(recorder: Recorder, chosen: Iterable[Stream], total: int) -> Verified:
    """Look at ``chosen``, one after the other, and print a line for each that does not hold."""
    done = Verified()
    with progress_of("核验") as progress:
        task = progress.add_task("", total=total)
        for stream in chosen:
            versions = recorder.verify_chain(stream.stream_id)
            if versions:
                line = _line(recorder, stream.stream_id, versions)
                progress.console.print(line, highlight=False, soft_wrap=True)
            done.streams += 1
            done.events += stream.events
            done.broken += bool(versions)
            progress.advance(task, stream.events)
    return done


def _line(recorder: Recorder, stream_id: str, versions: list[int]) -> str:
    with database.read(recorder.engine) as connection:
        known = _has_ledgers(connection)
        number = matters.number_of(connection, stream_id) if known else None
    shown = "、".join(map(str, versions[:VERSIONS_SHOWN]))
    more = f" 等 {len(versions)} 处" if len(versions) > VERSIONS_SHOWN else ""
    return f"[red]有误[/red] {number or '无编号'} 事件流 {stream_id} 版本 {shown}{more}"


def _found(recorder: Recorder, name: str) -> Stream:
    stream = streams.one(recorder.engine, name)
    if stream is None:
        with database.read(recorder.engine) as connection:
            known = _has_ledgers(connection)
            stream_id = stream_of(connection, name) if known else name
        stream = streams.one(recorder.engine, stream_id)
    if stream is None:
        raise NotFound(
            "STREAM_NOT_FOUND",
            f"没有编号或标识为「{name}」的事件流",
            remedy="请核对编号;刚恢复、尚未重建台账的数据库请用事件流标识",
        )
    return stream


def _has_ledgers(connection: Connection) -> bool:
    # A log put back without its ledgers can be verified before anything else is done to it.
    return database.has_table(connection, matters.matter.name)
