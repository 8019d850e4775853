"""核验排队: whoever floods the door from one address waits behind themself."""

import asyncio
from threading import Event

import pytest

from bancheng.web import sign_in_queue
from bancheng.web.sign_in_queue import AT_ONCE, WAITING_ADDRESS_MAX, WAITING_MAX, Busy, SignInQueue


class Door:
    """Verifications that take until the door is opened; how many ran at once is counted."""

    def __init__(self) -> None:
        self.open = Event()
        self.running = self.most = self.done = 0

    def verify(self) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        assert self.open.wait(10)
        self.running -= 1
        self.done += 1


def flood(addresses: list[str]) -> tuple[Door, list[str]]:
    """What came of one attempt from each of ``addresses``, all made before the door opens."""
    door = Door()

    async def all_at_once() -> list[str]:
        queue = SignInQueue()

        async def attempt(address: str) -> str:
            try:
                await queue.through(address, door.verify)
            except Busy:
                return "busy"
            return "in"

        tasks = [asyncio.create_task(attempt(address)) for address in addresses]
        await asyncio.sleep(0)  # each has taken its place, or was sent away
        door.open.set()
        said = await asyncio.gather(*tasks)
        assert queue._waiting == {}
        return said

    return door, asyncio.run(all_at_once())


def test_a_flood_from_one_address_leaves_room_for_the_others():
    door, said = flood(["flood"] * 100 + ["counter"])
    assert said == ["in"] * WAITING_ADDRESS_MAX + ["busy"] * (100 - WAITING_ADDRESS_MAX) + ["in"]
    assert door.done == WAITING_ADDRESS_MAX + 1


def test_no_more_wait_than_there_is_room_for_and_few_run_at_once():
    door, said = flood([f"10.0.0.{n}" for n in range(200)])
    assert said.count("in") == door.done == WAITING_MAX
    assert door.most <= AT_ONCE


def test_who_is_sent_away_may_come_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sign_in_queue, "WAITING_MAX", 1)
    door = Door()
    door.open.set()

    async def twice() -> None:
        queue = SignInQueue()
        for _ in range(2):
            await queue.through("10.0.0.1", door.verify)

    asyncio.run(twice())
    assert door.done == 2
