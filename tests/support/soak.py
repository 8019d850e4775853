"""A hall at its busiest: many append, some slowly, some in vain, and one reads along."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, pairwise

from bancheng.infra.store import Store

from .notes import REGISTER, asked, notes, opened
from .processes import processes_of

PATIENCE_SECONDS = 60
_PAUSE_MAX = 0.004


class TakenBack(Exception):
    """A writer thinks better of it: the unit rolls back."""


@dataclass
class Written:
    """What writers know to be committed: each event's text, and the numbers they were given."""

    texts: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)


@dataclass
class Seen:
    """What a tailing reader saw, in the order it saw it."""

    positions: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def look(self, store: Store) -> None:
        """Read on from the last position, as every projection does."""
        while page := store.read(self.positions[-1] if self.positions else 0, 50):
            self.positions += [each.position for each in page]
            self.texts += [each.event.text for each in page]  # type: ignore[attr-defined]

    def faults(self, written: Written) -> dict[str, Sequence[object]]:
        """What was missed, seen twice, seen though never committed, or out of order."""
        seen, known = Counter(self.texts), set(written.texts)
        found: dict[str, Sequence[object]] = {
            "missed": sorted(known - set(seen)),
            "twice": [text for text, times in seen.items() if times > 1],
            "never committed": sorted(set(seen) - known),
            "out of order": [pair for pair in pairwise(self.positions) if pair[0] >= pair[1]],
            "within a stream out of order": _disordered(self.texts),
        }
        return {fault: where for fault, where in found.items() if where}


def _disordered(texts: list[str]) -> list[str]:
    """Texts read "stream/serial"; the serials of a stream must rise."""
    last: dict[str, int] = {}
    found: list[str] = []
    for text in texts:
        stream, serial = text.split("/")
        if int(serial) <= last.get(stream, 0):
            found.append(text)
        last[stream] = int(serial)
    return found


@dataclass(frozen=True)
class Size:
    """How many processes of how many threads append how often, and whether one overtakes another.

    Overtaking is staged, so that a log that does not provide for it fails every time.
    """

    writers: int
    threads: int
    units: int
    overtaking: bool


def soak(url: str, size: Size) -> tuple[Written, Seen]:
    """Write and read along; what was written and what was seen."""
    seen = Seen()
    with opened(url) as store:
        first = _overtaken(store, seen) if size.overtaking else Written()
        with tailing(store, seen), processes_of(size.writers) as processes:
            work = partial(write_much, url, size)
            parts = list(processes.map(work, range(size.writers), timeout=PATIENCE_SECONDS))
    return together([first, *parts]), seen


def _overtaken(store: Store, seen: Seen) -> Written:
    """One append draws its position, a later one commits first, and the reader looks between."""
    with store.unit() as early:
        early.append("early", 0, notes("early/1"), asked())
        with store.unit() as late:
            late.append("late", 0, notes("late/1"), asked())
        seen.look(store)
    seen.look(store)
    return Written(texts=["early/1", "late/1"])


def together(parts: list[Written]) -> Written:
    return Written(
        texts=list(chain.from_iterable(part.texts for part in parts)),
        numbers=list(chain.from_iterable(part.numbers for part in parts)),
    )


@contextmanager
def tailing(store: Store, seen: Seen) -> Iterator[None]:
    """Read along until the block ends, and once more after that."""
    over = threading.Event()

    def tail() -> None:
        while not over.is_set():
            seen.look(store)
            time.sleep(0.001)
        seen.look(store)

    reader = threading.Thread(target=tail)
    reader.start()
    try:
        yield
    finally:
        over.set()
        reader.join(PATIENCE_SECONDS)


def write_much(url: str, size: Size, writer: int) -> Written:
    """One process of the soak: its own engine, and several threads on it."""
    names = [f"w{writer}-{thread}" for thread in range(size.threads)]
    with opened(url) as store, ThreadPoolExecutor(size.threads) as threads:
        return together(list(threads.map(lambda name: _write(store, name, size.units), names)))


def _write(store: Store, name: str, units: int) -> Written:
    written, chance, version = Written(), random.Random(name), 0
    for _ in range(units):
        texts = [f"{name}/{version + n + 1}" for n in range(chance.randint(1, 3))]
        number = None
        with suppress(TakenBack):
            with store.unit() as unit:
                if chance.random() < 0.3:
                    number = unit.next_number(REGISTER)
                answer = unit.append(name, version, notes(*texts), asked(texts[0]))
                time.sleep(chance.choice([0, 0, chance.random() * _PAUSE_MAX]))
                if chance.random() < 0.15:
                    raise TakenBack
            version = answer.version
            written.texts += texts
            written.numbers += [number] if number else []
    return written
