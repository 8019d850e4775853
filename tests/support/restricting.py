"""Matters whose personal data is kept and not used, for decisions about them."""

from msgspec.structs import replace

from bancheng.domain.events import Recorded
from bancheng.domain.matter_files import MatterFile
from bancheng.domain.privacy.events import ProcessingRestricted
from bancheng.domain.time_limits.rules import RetentionOf

from .given import ROBOT, START, recorded


def file_of(matter_id: str) -> MatterFile:
    """The file of a matter that is over and shares nobody."""
    return MatterFile(
        matter_id=matter_id,
        kind=RetentionOf.TICKETS,
        number=matter_id,
        is_over=True,
        last_at=START,
        restricted_by=None,
        keys=(matter_id,),
        on_file=frozenset(),
        held={},
    )


def restricted(history: tuple[Recorded, ...]) -> tuple[Recorded, ...]:
    """The same history, but its data is kept for the erasure ``erasure-1``."""
    last = history[-1]
    event = ProcessingRestricted(erasure_id="erasure-1", erase_from=START.date(), keys=())
    at = last.envelope.occurred_at
    next_one = recorded(event, last.version + 1, ROBOT, at, last.stream_id)
    return (*history, replace(next_one, position=last.position + 1))
