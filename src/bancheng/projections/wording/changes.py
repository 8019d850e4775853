"""变动: what an event says field by field, each under its label, and what stood there before.

What was before is not in most events. Of a due date it is what `bancheng.domain.matters` says of
the limit; of anything else what the last earlier event of the stream says under the same name.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from bancheng.domain.deadlines import Deadline, Redecided, Reopened, Started, fold, key_of
from bancheng.domain.events import Event, Recorded
from bancheng.domain.matters import changes_of
from bancheng.domain.time_limits.terms import DueDate
from bancheng.projections.wording.readers import Masked, about, due
from bancheng.projections.wording.sentences import wording_of
from bancheng.projections.wording.wording import Wording


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """变动: one field of an event; ``before`` only where there was something else."""

    name: str
    label: str
    before: str | None = None
    after: str | None = None


def looks_back(cls: type[Event]) -> bool:
    """Whether earlier events of the stream are needed to say what was before."""
    return bool(wording_of(cls).shape.was)


def fields_of_event(
    recorded: Recorded, earlier: Sequence[Recorded], masked: Masked
) -> list[Change]:
    """The fields of an event; ``earlier`` are those before it, if it `looks_back`."""
    event, wording = recorded.event, wording_of(type(recorded.event))
    found: list[Change] = []
    moved = [name for name in wording.shape.was if _is_due(getattr(event, name))]
    for name, part in wording.parts.items():
        after = wording.read(name, event, masked)
        if after is not None and name not in moved:
            before = _before(wording, name, event, earlier, masked)
            found.append(Change(name=name, label=part.label, before=before, after=after))
    return [*found, *(_limits(recorded, earlier, masked) if moved else ())]


def _is_due(value: Any) -> bool:
    held = value[0] if isinstance(value, tuple) and value else value
    return isinstance(held, DueDate) or isinstance(getattr(held, "due", None), DueDate)


def _before(
    wording: Wording, name: str, event: Event, earlier: Sequence[Recorded], masked: Masked
) -> str | None:
    if name not in wording.shape.was:
        return None
    for one in reversed(earlier):
        other = wording_of(type(one.event))
        value = getattr(one.event, name, None)
        is_of_it = name in other.parts and other.shape.sets
        if is_of_it and value not in (None, ()) and type(value) is type(getattr(event, name)):
            return other.read(name, one.event, masked)
    return None


def _limits(recorded: Recorded, earlier: Sequence[Recorded], masked: Masked) -> Iterator[Change]:
    deadlines: Mapping[str, Deadline] = {}
    for one in earlier:
        deadlines = fold(deadlines, changes_of(one), one.envelope.occurred_at)
    for change in changes_of(recorded):
        if isinstance(change, Started | Redecided | Reopened) and change.due is not None:
            had = deadlines.get(key_of(change.kind, change.subject))
            yield Change(
                name="due",
                label=f"{change.kind.label}期限({about(change.subject, masked)})",
                before=None if had is None else due(had.due, masked),
                after=due(change.due, masked),
            )
