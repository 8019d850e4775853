"""`bancheng keys`: which master key wraps what, another one in its place, and whether all open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from sqlalchemy import Engine

from bancheng.app.acts.office import KEYS
from bancheng.bootstrap import Container
from bancheng.cli.console import (
    carry_out,
    configuration,
    console,
    existing_hall,
    plainly,
    progress_of,
    readable,
)
from bancheng.cli.usage import Commands
from bancheng.config import Config
from bancheng.domain.office.keys import BeginKeyRotation, EndKeyRotation
from bancheng.hall_data import keys_of, log_of, masters_of, require_hall
from bancheng.infra import database, rotation
from bancheng.infra.master_key import MasterKeys
from bancheng.infra.ownership import Owner, owner_of

FAULTS_SHOWN = 100
_TABLES = {"person_key": "人员与事项的密钥", "hall_key": "本厅密钥"}

app = Commands("主密钥与由其封装的密钥: 状况、轮换、检查。")


@app.command()
def status() -> None:
    """显示本库由哪把主密钥封存、各有多少密钥由哪把主密钥封装。只读,不需要主密钥。"""
    with plainly():
        config = configuration()
        held = _held(config)
        with log_of(config) as recorder, database.read(recorder.engine) as connection:
            owner, found = owner_of(connection), rotation.counts(connection)
    if owner is None:
        _say("本库尚未启用,没有主密钥")
        return
    _say(f"本库主密钥 {_named(owner.master_key, held)}")
    if owner.next_master_key is not None:
        _say(f"正在换用的主密钥 {_named(owner.next_master_key, held)}")
    for table, by_key in sorted(found.items(), reverse=True):
        each = "、".join(f"{_named(key_id, held)} {count} 个" for key_id, count in by_key.items())
        _say(f"{_TABLES[table]} {sum(by_key.values())} 个" + (f": {each}" if each else ""))
    _say(_next_step(owner, held))


@app.command()
def rotate() -> None:
    """轮换主密钥: 把全部密钥改由 BANCHENG_MASTER_KEY_NEXT 封装。不必停机;中断后再次运行即继续。"""
    with plainly():
        config = configuration()
        require_hall(config)
        masters = masters_of(config)
        rotation.following(masters)
    with existing_hall() as container, plainly():
        engine = container.database
        _record_begin(container, masters)
        with _counted("换用新主密钥", _total(engine)) as done:
            rotation.rotate(engine, masters, done)
        with database.read(engine) as connection:
            owner = owner_of(connection)
        _record_end(container, masters, owner)
    if owner is not None:
        _say(f"本库现由主密钥 {owner.master_key.hex()} 封存")
        _say(_next_step(owner, masters))


@app.command()
def check() -> None:
    """检查密钥: 逐一打开每把封装的密钥,列出打不开的。只读。"""
    faults = 0
    with plainly(), keys_of(configuration()) as (engine, masters):
        total = _total(engine)
        with _counted("检查", total) as done:
            for fault in rotation.faults(engine, masters, done):
                faults += 1
                if faults <= FAULTS_SHOWN:
                    _say(fault)
    _say(f"共检查 {total} 把密钥: " + (f"{faults} 把打不开" if faults else "全部可以打开"))
    raise typer.Exit(1 if faults else 0)


def _record_begin(container: Container, masters: MasterKeys) -> None:
    """Tell the trail that a rotation begins, unless it was told, or there is nothing to do."""
    with database.read(container.database) as connection:
        owner = owner_of(connection)
    new = rotation.following(masters).id
    is_old = owner is not None and owner.master_key == masters.current.id
    if is_old and _under_way(container) != new.hex():
        carry_out(container, BeginKeyRotation, old=masters.current.id.hex(), new=new.hex())


def _record_end(container: Container, masters: MasterKeys, owner: Owner | None) -> None:
    """Tell the trail that it is done; also if whoever did it was killed before they could."""
    new = rotation.following(masters).id
    if owner is not None and owner.master_key == new and _under_way(container) == new.hex():
        carry_out(container, EndKeyRotation, new=new.hex(), keys=_total(container.database))


def _under_way(container: Container) -> str | None:
    """The master key that a rotation is under way to, as the trail tells."""
    return KEYS.state_after(container.store.load(f"{KEYS.prefix}hall")).following


def _held(config: Config) -> MasterKeys | None:
    """The master keys of this environment, if it has any: to look, none is needed."""
    if config.master_key is None:
        return None
    return masters_of(config)


def _named(key_id: bytes, held: MasterKeys | None) -> str:
    known = held is not None and held.holds(key_id)
    return f"{key_id.hex()}({'本机持有' if known else '本机未持有'})"


def _next_step(owner: Owner, held: MasterKeys | None) -> str:
    new = None if held is None else held.following
    if owner.next_master_key is not None:
        return "轮换未完成: 请运行 bancheng keys rotate,完成前每个进程须持有两把主密钥"
    if new is None or held is None or new.id == held.current.id:
        return "没有进行中的轮换"
    if owner.master_key == new.id:
        return (
            "轮换已完成: 请在每个进程上以新主密钥作 BANCHENG_MASTER_KEY,"
            "删去 BANCHENG_MASTER_KEY_NEXT,重新启动;旧主密钥须与旧备份一同保管、一同销毁"
        )
    return "已持有新主密钥: 待每个进程都以两把主密钥重新启动后,运行 bancheng keys rotate"


def _total(engine: Engine) -> int:
    with database.read(engine) as connection:
        return sum(sum(found.values()) for found in rotation.counts(connection).values())


@contextmanager
def _counted(work: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar that hears how many more are done."""
    with progress_of(work) as progress:
        task = progress.add_task("", total=total)
        yield lambda count: progress.advance(task, count)


def _say(text: str) -> None:
    console.print(readable(text), highlight=False, soft_wrap=True)
