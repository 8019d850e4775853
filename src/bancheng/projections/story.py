"""事件正文: what the events of the trail say in full, read from the log itself when it is asked.

Personal values are masked, those whose key was destroyed read 「已销毁」.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from bancheng.domain.events import TOPICS, Recorded
from bancheng.domain.people import Personal
from bancheng.projections.ledger.listing import among
from bancheng.projections.machine.batches import Batch, Batches
from bancheng.projections.trail import AuditEntryRow, trail
from bancheng.projections.wording.changes import Change, fields_of_event, looks_back
from bancheng.projections.wording.marks import Names, filled

_READ_AT_ONCE: Final = 1000
_POSITIONS = select(trail.c.stream_id, trail.c.position).where(among(trail.c.stream_id, "streams"))


class Entry(NamedTuple):
    """一条留痕: where it stands."""

    position: int
    stream_id: str
    topic: str


def entry_of(row: AuditEntryRow) -> Entry:
    """Where the event of that line stands."""
    return Entry(row.position, row.stream_id, row.topic)


def told(entry: AuditEntryRow, names: Names) -> str:
    """叙述: the whole sentence, who did it first."""
    unit, name, post = names.unit(entry.actor_unit), entry.actor_name, entry.actor_post
    who = name if unit in (name, post) else f"{unit} {name}"
    return f"{who}({post}){filled(entry.sentence, names)}"


def details(batches: Batches, positions: Sequence[int]) -> dict[int, Any]:
    """What the events at ``positions`` say, field by field, under the names of their types."""
    batch = batches.at(positions)

    def masked(value: Any) -> str | None:
        if isinstance(value, Personal):
            return batch.masked(value)
        raise TypeError(f"a {type(value).__name__} in an event")

    return {
        recorded.position: msgspec.to_builtins(recorded.event, enc_hook=masked)
        for recorded in batch.events
    }


def needed_for(connection: Connection, entries: Iterable[Entry]) -> list[int]:
    """Which events must be read to say what changed with those of ``entries``."""
    wanted = list(entries)
    streams = {one.stream_id for one in wanted if looks_back(TOPICS[one.topic])}
    last = {one.stream_id: one.position for one in sorted(wanted)}
    found = connection.execute(_POSITIONS, {"streams": sorted(streams)}) if streams else ()
    before = {position for stream_id, position in found if position < last[stream_id]}
    return sorted(before | {one.position for one in wanted})


def changes(
    batches: Batches, entries: Iterable[Entry], needed: Sequence[int]
) -> dict[int, list[Change]]:
    """What each of ``entries`` changed; ``needed`` are the events that `needed_for` names.

    Units, words of the rule book and instants are marks still.
    """
    read: dict[str, list[tuple[Recorded, Batch]]] = {}
    for start in range(0, len(needed), _READ_AT_ONCE):
        batch = batches.at(needed[start : start + _READ_AT_ONCE])
        for recorded in batch.events:
            read.setdefault(recorded.stream_id, []).append((recorded, batch))
    wanted = {one.position for one in entries}
    return {
        recorded.position: _changed(some[: n + 1])
        for some in read.values()
        for n, (recorded, _) in enumerate(some)
        if recorded.position in wanted
    }


def _changed(course: Sequence[tuple[Recorded, Batch]]) -> list[Change]:
    *earlier, (recorded, batch) = course
    kept = earlier if looks_back(type(recorded.event)) else []
    return fields_of_event(recorded, [one for one, _ in kept], batch.masked)


def read_by(change: Change, names: Names) -> Change:
    """``change`` as people of the hall read it."""
    before, after = change.before, change.after
    return msgspec.structs.replace(
        change,
        before=None if before is None else filled(before, names).strip(),
        after=None if after is None else filled(after, names).strip(),
    )
