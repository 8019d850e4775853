"""What a read model is: tables, and one small function for each event that changes them.

Live running and rebuilding call the same functions; neither may have another side effect.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, Table

from bancheng.domain.events import Event, Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.privacy.events import ENDS_KEY_OF_STREAM
from bancheng.projections.machine.exchange import Exchange
from bancheng.projections.machine.forgetting import forget, masking
from bancheng.projections.machine.rows import Rows

Handler = Callable[[Rows, Any, Recorded], None]


class TimeBasis(Labelled):
    """时间依据: by which of its two times an event counts at a moment."""

    RECORDED = "recorded", "入库时间"
    OCCURRED = "occurred", "发生时间"


class Log(Protocol):
    """事件日志: what a projection follows."""

    def read(self, after: int, limit: int) -> list[Recorded]:
        """At most ``limit`` events behind position ``after``, in order, none ever skipped."""

    def at(self, positions: Sequence[int]) -> list[Recorded]:
        """The events at ``positions``, in their order; without those that are not there."""

    def of(
        self, streams: Sequence[str], topics: Sequence[str], until: int | None = None
    ) -> list[Recorded]:
        """The events of ``streams``, each in its order, up to the position ``until``.

        Only those with one of ``topics``, if any is named.
        """

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


@dataclass(frozen=True)
class Projection:
    """投影: a read model.

    ``version`` is raised with every change of ``tables`` or functions; the rows are then built
    anew. ``follows`` are the families of topics that it looks at (what a topic begins with, up to
    the dot); of these, ``every`` handles what has no function of its own in ``handles``; without
    it such an event changes no row. Who follows no family in particular follows all. ``of`` begins
    the ids of the streams that it follows, all if it is empty: tickets and cases have some
    families in common. ``added_by``: each row of the first table is of one event, never changed,
    and has its position and time in these columns. ``goes_by_order``: its functions need the
    events of a stream in the order in which they were recorded, whenever they happened.
    ``by_first``: the rows of the first table are made by the first event of a stream, and never
    changed. ``retroactive`` are events that count as of any moment, also before they happened:
    what is withheld now is not to be had from the past. The rows that they change may not be there.
    """

    name: str
    version: int
    tables: tuple[Table, ...]
    handles: Mapping[type[Event], Handler] = field(default_factory=dict)
    follows: tuple[str, ...] = ()
    every: Handler | None = None
    of: tuple[str, ...] = ()
    added_by: Mapping[TimeBasis, str] | None = None
    goes_by_order: bool = False
    by_first: bool = False
    retroactive: frozenset[type[Event]] = frozenset()

    def __post_init__(self) -> None:
        if stray := [cls for cls in self.handles if not self.looks_at(cls)]:
            names = ", ".join(sorted(cls.__name__ for cls in stray))
            raise TypeError(f"{self.name} handles what it does not follow: {names}")

    def handler_of(self, cls: type[Event]) -> Handler | None:
        """What applies events of ``cls``; none if they change no row here."""
        own = self.handles.get(cls, self.every if self.looks_at(cls) else None)
        return self._forgetting(own) if cls in ENDS_KEY_OF_STREAM else own

    def _forgetting(self, own: Handler | None) -> Handler | None:
        """What it does when what a stream has sealed is erased, whether or not it follows that."""
        columns = masking(self.tables)
        if not columns:
            return own

        def forgotten(rows: Rows, event: Any, recorded: Recorded) -> None:
            if own is not None:
                own(rows, event, recorded)
            forget(rows, recorded, columns)

        return forgotten

    def looks_at(self, cls: type[Event]) -> bool:
        """Whether it follows the family of ``cls``."""
        return not self.follows or family_of(cls) in self.follows

    def follows_stream(self, stream_id: str) -> bool:
        """Whether events of that stream may change rows here."""
        return not self.of or stream_id.startswith(self.of)


def family_of(cls: type[Event]) -> str:
    """族: what the topics of related events begin with."""
    return cls.topic.partition(".")[0]
