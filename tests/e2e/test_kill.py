"""A process that dies at any moment loses nothing it has acknowledged, and repeats nothing."""

import csv
import random
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bancheng.app.acts.tickets import TICKET
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.infra.access_verification import looked_through
from bancheng.infra.clock import FixedClock
from bancheng.projections.registry import PROJECTIONS
from support import halls
from support.accesses import look_on_and_on, recorded
from support.bulks import sign_in_until_killed, signatures
from support.importing import import_messages
from support.ladders import climb_until_killed, climbed
from support.processes import started
from support.program import MASTER_KEY_BYTES, bancheng

pytestmark = pytest.mark.long
ROWS = 60
KILLS = 6
LATE = 40
EVENTS_A_ROW = 6
COLUMNS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")


def write_messages(file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        for number in range(1, ROWS + 1):
            times = ("2026/3/2 9:00:00", f"2026/3/{3 + number % 27} 10:00:00")
            writer.writerow(
                (number, f"U{number}", f"标题{number}", times[0], "内容", "已答复", times[1])
            )


def rows_of(hall: Container) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every read model, in an order of its own."""
    found = {}
    with hall.database.connect() as connection:
        for projection in PROJECTIONS:
            for table in projection.tables:
                rows = connection.execute(select(table).order_by(*table.primary_key))
                found[table.name] = [tuple(row) for row in rows]
    return found


def test_a_killed_import_loses_no_acknowledged_row_and_repeats_none(
    database: str, tmp_path: Path
) -> None:
    file, chance = tmp_path / "messages.csv", random.Random(7)
    write_messages(file)
    config = Config(database_url=database, hall="TEST", master_key=MASTER_KEY_BYTES)
    acknowledged: dict[str, int] = {}
    for _ in range(KILLS):
        process, heard = started(import_messages, config, file)
        # Die somewhere within the row that follows so many acknowledged ones.
        for _ in range(chance.randrange(1, 2 + ROWS // KILLS)):
            source_id, position, error = heard.recv()
            assert not error
            assert acknowledged.setdefault(source_id, position) == position
        process.kill()
        process.join()
        heard.close()
    bancheng(database, "import", "messages", str(file))

    hall = build(config)
    try:
        hall.runner.catch_up()
        log = [one for one in hall.store.read(0, 10_000) if one.stream_id.startswith("ticket-")]
        kept = {(one.envelope.source_id, one.position) for one in log}
        assert set(acknowledged.items()) <= kept
        assert len(acknowledged) > KILLS
        counted = Counter(one.envelope.source_id for one in log)
        assert counted == {str(number): EVENTS_A_ROW for number in range(1, ROWS + 1)}
        live = rows_of(hall)
        for projection in PROJECTIONS:
            hall.builder.rebuild(projection)
        assert rows_of(hall) == live
        assert len(live["ticket_ledger"]) == ROWS
    finally:
        hall.close()


def test_no_look_is_lost_that_was_answered_before_the_process_died(database: str) -> None:
    config = Config(database_url=database, hall="TEST", master_key=MASTER_KEY_BYTES)
    chance = random.Random(7)
    answered: list[str] = []
    for _ in range(KILLS):
        process, heard = started(look_on_and_on, config)
        answered += [heard.recv() for _ in range(chance.randrange(1, 200))]
        process.kill()
        process.join()
        while heard.poll():  # what it still said before it died was answered as well
            try:
                answered.append(heard.recv())
            except (EOFError, OSError):
                break
    hall = build(config)
    try:
        kept = Counter(one["what"] for one in recorded(hall))
        with hall.database.connect() as connection:
            broken = [one for page in looked_through(connection) for one in page.broken]
    finally:
        hall.close()
    lost = Counter(answered) - kept
    assert (lost, broken) == (Counter(), [])
    assert "哈希链完整" in bancheng(database, "verify").stdout


def test_a_sweep_that_is_killed_between_two_rungs_loses_none_and_takes_none_twice(
    furnished: str,
) -> None:
    chance, clock = random.Random(7), FixedClock(halls.MONDAY)
    with halls.hall(furnished, clock) as hall:
        tickets = [halls.dispatched(hall) for _ in range(LATE)]
        clock.set(halls.MONDAY + timedelta(days=21))
        hall.sweep.warn()
    recorded = []
    for day in range(2):
        at = halls.MONDAY + timedelta(days=21 + day)
        _killed_again_and_again(furnished, at, chance)
        with halls.hall(furnished, FixedClock(at)) as hall:
            halls.settled(hall)
            assert hall.sweep.climb() == 0
            recorded.append({tuple(climbed(hall, one)) for one in tickets})
    urge = ("urge", "2026-03-10", "2026-03-23")
    assert recorded == [{(urge,)}, {(urge, ("supervise", "2026-03-12", "2026-03-24"))}]


def _killed_again_and_again(database: str, at: datetime, chance: random.Random) -> None:
    """Sweeps that die somewhere about a rung, and at last one that ends by itself."""
    told = [""]
    for _ in range(KILLS):
        process, heard = started(climb_until_killed, database, at)
        told = [heard.recv() for _ in range(chance.randrange(1, LATE // KILLS))]
        process.kill()
        process.join()
        heard.close()
    assert all(told)  # none of them came to its end
    process, heard = started(climb_until_killed, database, at)
    while heard.recv():
        pass
    process.join()
    heard.close()


def test_an_act_for_many_that_is_killed_is_finished_under_its_key_and_does_none_twice(
    furnished: str,
) -> None:
    chance = random.Random(7)
    with halls.hall(furnished, FixedClock(halls.MONDAY)) as hall:
        tickets = [halls.dispatched(hall) for _ in range(LATE)]
        orders = [(one, f"{TICKET.state_after(hall.store.load(one)).number}-01") for one in tickets]
    batches = set()
    for _ in range(KILLS):
        process, heard = started(sign_in_until_killed, furnished, orders)
        # What was done before is answered as it was then, so each run comes a little further.
        for _ in range(chance.randrange(1, LATE)):
            batches.add(heard.recv())
        process.kill()
        process.join()
        heard.close()
    process, heard = started(sign_in_until_killed, furnished, orders)
    while batch := heard.recv():
        batches.add(batch)
    process.join()
    heard.close()
    with halls.hall(furnished, FixedClock(halls.MONDAY)) as hall:
        signed = [signatures(hall, one) for one in tickets]
        assert len(hall.store.load(min(batches))) == 1
    assert len(batches) == 1
    assert signed == [[min(batches)]] * LATE
