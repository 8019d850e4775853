"""A stream as an engine goes along it: its events so far, and what they have led to."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from bancheng.app.acts.act import Aggregate
from bancheng.domain.events import Envelope, Event, Recorded

Stamped = Sequence[tuple[Envelope, Event]]


class Stream:
    """事件流: what happened to one matter, and the state it has led to, as far as a story has come.

    It is loaded once and each event folded once, neither before somebody asks.
    """

    def __init__(
        self, kind: Aggregate[Any], stream_id: str, load: Callable[[], list[Recorded]]
    ) -> None:
        self.kind = kind
        self.stream_id = stream_id
        self._load = load
        self._state = kind.empty()
        self._folded = 0

    @cached_property
    def history(self) -> list[Recorded]:
        """What happened to it, in the order in which it was recorded."""
        return self._load()

    @property
    def version(self) -> int:
        """That of its last event; 0 if nothing has happened yet."""
        return len(self.history)

    @property
    def state(self) -> Any:
        """What everything so far has led to."""
        fresh = self.history[self._folded :]
        self._state = self.kind.state_after(fresh, self._state)
        self._folded = len(self.history)
        return self._state

    @property
    def last_at(self) -> datetime | None:
        """When the latest of what happened to it did, if its kind goes by that."""
        if not self.kind.chronological:
            return None
        # Not that of the last event: it may tell of something that was before the one it follows.
        return max((one.envelope.occurred_at for one in self.history), default=None)

    def since(self, at: datetime) -> list[Recorded]:
        """What happened to it after ``at``; nothing of a kind that does not go by that."""
        if not self.kind.chronological:
            return []
        return [one for one in self.history if one.envelope.occurred_at > at]

    def state_as_of(self, at: datetime) -> Any:
        """What had happened by ``at`` had led to; None if nothing had."""
        by_then = [one for one in self.history if one.envelope.occurred_at <= at]
        return self.kind.state_after(by_then) if by_then else None

    def state_with(self, stamped: Stamped) -> Any:
        """What ``stamped`` would lead to, if it were stored behind what there is."""
        return self.kind.state_after(self._behind(stamped, 0), self.state)

    def goes_on(self, stamped: Stamped, position: int) -> None:
        """``stamped`` was stored behind what there was; ``position`` is where its last event is."""
        self.history += self._behind(stamped, position)

    def _behind(self, stamped: Stamped, position: int) -> list[Recorded]:
        return [
            Recorded(
                stream_id=self.stream_id,
                version=version,
                position=position,
                envelope=envelope,
                event=event,
            )
            for version, (envelope, event) in enumerate(stamped, start=self.version + 1)
        ]
