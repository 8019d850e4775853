"""What a read model is: tables, and one small function for each event that changes them.

Live running and rebuilding call the same functions; neither may have another side effect.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, Table

from bancheng.domain.events import TOPICS, Event, Recorded
from bancheng.projections.machine.exchange import Exchange
from bancheng.projections.machine.rows import Rows

Handler = Callable[[Rows, Any, Recorded], None]


class Log(Protocol):
    """事件日志: what a projection follows."""

    def read(self, after: int, limit: int) -> list[Recorded]:
        """At most ``limit`` events behind position ``after``, in order, none ever skipped."""

    def at(self, positions: Sequence[int]) -> list[Recorded]:
        """The events at ``positions``, in their order; without those that are not there."""

    def head(self) -> int:
        """The highest position up to which nothing can appear any more."""


@dataclass(frozen=True)
class Database:
    """数据库: how a transaction begins.

    ``write`` commits when its block ends and rolls back if it raises. It need not wait for the
    disk: rows and position are lost together or not at all. ``read`` only reads. ``exchange`` is
    how the rows of a batch of ``long_batch`` events or more get into a connection's transaction.
    """

    write: Callable[[], AbstractContextManager[Connection]]
    read: Callable[[], AbstractContextManager[Connection]]
    exchange: Callable[[Connection], AbstractContextManager[Exchange]]
    long_batch: int = 100


class UnnamedEventError(TypeError):
    """A projection neither handles nor ignores an event class."""


@dataclass(frozen=True)
class Projection:
    """投影: a read model.

    ``version`` is raised with every change of ``tables`` or functions; the rows are then built
    anew. ``handles`` and ``ignores`` together name every event class, so that a new event is
    never skipped by silence. ``foreign`` are beginnings of topics that are another family's
    business altogether; ``every`` handles whatever comes. ``of`` begins the ids of the streams it
    follows, if it does not follow all: tickets and cases have some events in common.
    """

    name: str
    version: int
    tables: tuple[Table, ...]
    handles: Mapping[type[Event], Handler] = field(default_factory=dict)
    ignores: frozenset[type[Event]] = frozenset()
    foreign: tuple[str, ...] = ()
    every: Handler | None = None
    of: str = ""

    def __post_init__(self) -> None:
        if both := self.handles.keys() & self.ignores:
            raise TypeError(f"{self.name} handles and ignores {_names(both)}")

    def require_complete(self, classes: Iterable[type[Event]] | None = None) -> None:
        """Raise ``UnnamedEventError`` unless every registered event class is named."""
        known = TOPICS.values() if classes is None else classes
        named = self.handles.keys() | self.ignores
        missing = {cls for cls in known if cls not in named and not self._is_foreign(cls)}
        if missing and self.every is None:
            raise UnnamedEventError(f"{self.name} names neither way: {_names(missing)}")

    def handler_of(self, cls: type[Event]) -> Handler | None:
        """What applies events of ``cls``; none if they change no row here.

        ``UnnamedEventError`` if nobody named ``cls``.
        """
        handler = self.handles.get(cls)
        if handler is not None:
            return handler
        if cls in self.ignores or self._is_foreign(cls):
            return None
        if self.every is None:
            raise UnnamedEventError(f"{self.name} does not name {cls.__name__}")
        return self.every

    def _is_foreign(self, cls: type[Event]) -> bool:
        return cls.topic.startswith(self.foreign)


def _names(classes: Iterable[type]) -> str:
    return ", ".join(sorted(cls.__name__ for cls in classes))
