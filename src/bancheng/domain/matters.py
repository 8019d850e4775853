"""What every event, of a ticket or of a case, does to the deadlines of its matter."""

from collections.abc import Mapping, Sequence

from bancheng.domain import deadlines
from bancheng.domain.case.moves import MOVES as OF_CASES
from bancheng.domain.complaint.moves import MOVES as OF_TICKETS
from bancheng.domain.deadlines import Change, Moves
from bancheng.domain.events import Recorded

MOVES: Mapping[type, Moves] = {**OF_CASES, **OF_TICKETS}


def changes_of(recorded: Recorded) -> Sequence[Change]:
    """What ``recorded`` does to the deadlines of its matter, whichever kind it is."""
    return deadlines.changes_of(recorded, MOVES)
