"""案件行: what any event may do to the row of its matter, the same for tickets and cases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from bancheng.domain.events import Event, Recorded
from bancheng.domain.hands import WHOLE
from bancheng.domain.privacy.events import (
    PersonalDataErased,
    ProcessingRestricted,
    RestrictionLifted,
)
from bancheng.domain.processing import DataState
from bancheng.domain.steps import Step
from bancheng.domain.supervision.events import (
    AnswerExtended,
    MeasureAnswered,
    MeasureClosed,
    MeasureDeclined,
    MeasureProposed,
    MeasureTaken,
)
from bancheng.domain.time_limits.levels import Rung
from bancheng.projections.ledger.in_hand import keep_holder
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.rows import Row, Rows


def _nothing(_row: Row, _recorded: Recorded) -> None:
    return None


@dataclass(frozen=True, eq=False)
class MatterRows:
    """案件台账的行: the rows of ``table``, one a matter.

    ``step_of`` says in which step a matter stands by its status: the one whose act it waits for.
    ``beside`` is what a kind of matter keeps of any event, besides what all keep.
    """

    table: Table
    step_of: Mapping[Any, Step]
    beside: Callable[[Row, Recorded], None] = _nothing

    def touch(self, rows: Rows, recorded: Recorded) -> Row:
        """The matter's row, with what every event changes; the gap is in whole seconds."""
        row = rows.of(self.table, recorded.stream_id)
        envelope = recorded.envelope
        gap = int((envelope.recorded_at - envelope.occurred_at).total_seconds())
        row["version"] = recorded.version
        row["position"] = recorded.position
        row["updated_at"] = envelope.recorded_at
        row["recording_gap_seconds_max"] = max(row["recording_gap_seconds_max"], gap)
        keep_holder(row, WHOLE, recorded)
        self.beside(row, recorded)
        return row

    def move(self, rows: Rows, recorded: Recorded, status: Any) -> Row:
        """The matter's row, now in ``status`` and in the step that goes with it."""
        row = self.touch(rows, recorded)
        row["status"] = status
        row["step"] = self.step_of[status]
        return row

    def touched(self, rows: Rows, _: object, recorded: Recorded) -> None:
        """What an event does that changes nothing else."""
        self.touch(rows, recorded)

    def becomes(self, status: Any, *stamps: str) -> Handler:
        """What moves the matter to ``status`` and writes when into the columns ``stamps``."""

        def moved(rows: Rows, _: Event, recorded: Recorded) -> None:
            row = self.move(rows, recorded, status)
            row |= dict.fromkeys(stamps, recorded.envelope.occurred_at)

        return moved

    def stamps(self, *names: str) -> Handler:
        """What writes when it happened into the columns ``names``."""

        def stamped(rows: Rows, _: Event, recorded: Recorded) -> None:
            row = self.touch(rows, recorded)
            row |= dict.fromkeys(names, recorded.envelope.occurred_at)

        return stamped

    def counts(self, *names: str, by: int = 1) -> Handler:
        """What adds ``by`` to each of the counts ``names``."""

        def counted(rows: Rows, _: Event, recorded: Recorded) -> None:
            row = self.touch(rows, recorded)
            row |= {name: row[name] + by for name in names}

        return counted

    def sets(self, **values: Any) -> Handler:
        """What writes ``values`` into the row."""

        def changed(rows: Rows, _: Event, recorded: Recorded) -> None:
            row = self.touch(rows, recorded)
            row |= values

        return changed

    def supervised(self, involve: Callable[[Rows, Recorded, str], None]) -> Mapping[Any, Handler]:
        """What measures do to the row; ``involve`` lets their unit see the matter."""

        def taken(rows: Rows, event: MeasureTaken, recorded: Recorded) -> None:
            self.measured(rows, recorded, event.rung, asks=event.answer_due is not None)
            # It may be accused and have no part in it; what it must answer for it must see.
            involve(rows, recorded, event.unit)

        return {
            MeasureTaken: taken,
            MeasureAnswered: self.counts("open_measures", by=-1),
            **dict.fromkeys(
                (AnswerExtended, MeasureClosed, MeasureProposed, MeasureDeclined), self.touched
            ),
        }

    def measured(self, rows: Rows, recorded: Recorded, rung: Rung, *, asks: bool) -> None:
        """Count a measure of ``rung``; the row keeps the highest."""
        row = self.touch(rows, recorded)
        row["measure_count"] += 1
        row["urges"] += rung is Rung.URGE
        row["open_measures"] += asks
        row["rung"] = max(row["rung"] or rung, rung, key=list(Rung).index)

    @property
    def data(self) -> Mapping[type[Event], Handler]:
        """What an erasure does to the row: its personal data is kept unused, or gone."""
        return {
            ProcessingRestricted: self.sets(data_state=DataState.RESTRICTED),
            RestrictionLifted: self.sets(data_state=DataState.KEPT),
            PersonalDataErased: self.sets(data_state=DataState.ERASED),
        }
