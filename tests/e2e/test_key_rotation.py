"""The master key is changed while the hall goes on, as an operator does it."""

import base64
import random
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from bancheng.bootstrap import Container, build
from bancheng.cli.console import carry_out
from bancheng.config import Config
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.office.keys import BeginKeyRotation
from bancheng.domain.people import PersonName, Reporter
from bancheng.infra import database as db
from bancheng.infra import rotation
from bancheng.infra.clock import FixedClock
from bancheng.infra.master_key import MasterKeys
from bancheng.infra.schema import person_key
from golden.sealed_world import World
from support.halls import MONDAY, hall, report
from support.processes import started
from support.program import MASTER_KEY_BYTES, bancheng
from support.rotating import report_on, rotate

NEW_BYTES = b"n" * 32
NEW = base64.b64encode(NEW_BYTES).decode()
KEYS = 100_000
BIRTHS = 10_000  # a commit
PAGE = 5_000
KILLED_AFTER = (20_000, 50_000)  # keys that were moved


def test_an_operator_changes_the_key_and_the_old_one_is_not_needed_any_more(
    furnished: str, tmp_path: Path
) -> None:
    with hall(furnished, FixedClock(MONDAY)) as container:
        ticket = report(container)
    file = tmp_path / "new.key"
    file.write_text(f"{NEW}\n", encoding="ascii")

    def keys(*arguments: str, fails: bool = False, **settings: str | None) -> str:
        done = bancheng(furnished, "keys", *arguments, fails=fails, **settings)
        return done.stdout + done.stderr

    both = {"BANCHENG_MASTER_KEY_NEXT_FILE": str(file)}
    assert "没有进行中的轮换" in keys("status")
    assert "没有新主密钥" in keys("rotate", fails=True)
    assert "已持有新主密钥" in keys("status", **both)
    assert "轮换已完成" in keys("rotate", **both)
    assert "轮换已完成" in keys("rotate", **both)
    trail = bancheng(furnished, "trail", "keys-hall", **both).stdout
    assert (trail.count("开始轮换主密钥: 由"), trail.count("完成轮换主密钥: ")) == (1, 1)
    assert "全部可以打开" in keys("check", **both)
    assert "主密钥不符" in keys("check", fails=True)
    assert "本机未持有" in keys("status", BANCHENG_MASTER_KEY=None)
    assert "没有进行中的轮换" in keys("status", BANCHENG_MASTER_KEY=NEW)
    assert "主密钥不符" in bancheng(furnished, "trail", ticket, fails=True).stderr
    assert "办不成" in bancheng(furnished, "trail", ticket, BANCHENG_MASTER_KEY=NEW).stdout


def test_who_was_killed_behind_the_last_key_writes_the_end_when_it_is_run_again(
    furnished: str,
) -> None:
    both = Config(
        database_url=furnished, hall="TEST", master_key=MASTER_KEY_BYTES, master_key_next=NEW_BYTES
    )
    masters = MasterKeys.of(MASTER_KEY_BYTES, NEW_BYTES)
    old, new = masters.current.id.hex(), rotation.following(masters).id.hex()
    container = build(both)
    carry_out(container, BeginKeyRotation, old=old, new=new)
    rotation.rotate(container.database, masters, lambda _: None)
    container.close()
    bancheng(furnished, "keys", "rotate", BANCHENG_MASTER_KEY_NEXT=NEW)
    trail = bancheng(furnished, "trail", "keys-hall", BANCHENG_MASTER_KEY=NEW).stdout
    assert (trail.count("开始轮换主密钥: 由"), trail.count("完成轮换主密钥: ")) == (1, 1)


def test_a_key_that_does_not_open_is_named_and_the_check_ends_with_1(furnished: str) -> None:
    with hall(furnished, FixedClock(MONDAY)) as container:
        ticket = report(container)
        with db.write(container.database) as connection:
            connection.execute(person_key.update().values(wrapped=b"\x07"))
    said = bancheng(furnished, "keys", "check", fails=True).stdout
    assert f"{ticket} 的密钥记录的格式号本程序不认识" in said
    assert "1 把打不开" in said


@pytest.mark.long
@pytest.mark.timeout(900)
def test_100_000_keys_are_rotated_while_writes_go_on_and_the_work_is_killed_twice(
    database: str,
) -> None:
    both = Config(
        database_url=database, hall="TEST", master_key=MASTER_KEY_BYTES, master_key_next=NEW_BYTES
    )
    people = many_people(database)
    reader = World(database, masters=MasterKeys.of(MASTER_KEY_BYTES, NEW_BYTES), cached=PAGE)
    writer, reported = started(report_on, both)
    tickets: list[tuple[str, str]] = [reported.recv()]
    chance = random.Random(5)

    moved = 0
    for kill_after in KILLED_AFTER:
        process, heard = started(rotate, both)
        while moved < kill_after:
            moved += heard.recv()
            reads_all_of(reader, chance.sample(people, 20))
            tickets += waiting_in(reported)
        process.kill()
        process.join()
        heard.close()
        reads_all_of(reader, people)
    during = len(tickets)
    process, heard = started(rotate, both)
    while (count := heard.recv()) is not None:
        moved += count
        reads_all_of(reader, chance.sample(people, 20))
        tickets += waiting_in(reported)
    process.join()
    tickets += [reported.recv() for _ in range(20)]  # of after the end
    writer.kill()
    writer.join()
    tickets += waiting_in(reported)

    assert moved <= KEYS + len(tickets) * 2 + 10, "what was moved is moved again"
    assert during > 50
    after = World(database, masters=MasterKeys.of(NEW_BYTES), cached=PAGE)
    for world in (reader, after):
        reads_all_of(world, people)
        world.close()
    container = build(Config(database_url=database, hall="TEST", master_key=NEW_BYTES))
    assert all(name_in(container, stream_id) == name for stream_id, name in tickets)
    container.close()
    assert "全部可以打开" in bancheng(database, "keys", "check", BANCHENG_MASTER_KEY=NEW).stdout


def many_people(url: str) -> list[PersonName]:
    """So many people, each with a key under the old master key, and a sealed name."""
    world, people = World(url, masters=MasterKeys.of(MASTER_KEY_BYTES)), []
    for _ in range(KEYS // BIRTHS):
        for _ in range(BIRTHS):
            owner = world.vault.identify(Reporter(name=PersonName("谁")))
            box = world.vault.seal(PersonName(name_of(owner), owner=owner))
            people.append(PersonName(owner=owner, box=box))
        world.commit()
    world.close()
    return people


def name_of(owner: str) -> str:
    return f"张{owner[-6:]}"


def reads_all_of(world: World, people: list[PersonName]) -> None:
    for start in range(0, len(people), PAGE):
        page = people[start : start + PAGE]
        world.vault.warm(each.owner for each in page)
        assert [world.vault.open(each) for each in page] == [
            name_of(each.owner or "") for each in page
        ]


def waiting_in(reported: Connection) -> list[tuple[str, str]]:
    """What was said and not heard yet."""
    found = []
    with suppress(EOFError):
        while reported.poll():
            found.append(reported.recv())
    return found


def name_in(container: Container, stream_id: str) -> str | None:
    (reported,) = container.store.load(stream_id)
    assert isinstance(reported.event, TicketReported)
    assert reported.event.reporter is not None
    return container.engine.vault.open(reported.event.reporter.name)
