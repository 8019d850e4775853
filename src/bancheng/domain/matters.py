"""What every event, of a ticket or of a case, does to its deadlines and to who has it in hand."""

from collections.abc import Mapping, Sequence

from bancheng.domain import deadlines, hands
from bancheng.domain.case.hands import HANDS as IN_CASES
from bancheng.domain.case.moves import MOVES as OF_CASES
from bancheng.domain.complaint.hands import HANDS as IN_TICKETS
from bancheng.domain.complaint.moves import MOVES as OF_TICKETS
from bancheng.domain.deadlines import Change, Moves
from bancheng.domain.events import Event, Recorded
from bancheng.domain.hands import Hands, Holders

MOVES: Mapping[type, Moves] = {**OF_CASES, **OF_TICKETS}
HANDS: Mapping[type[Event], Hands] = {**IN_CASES, **IN_TICKETS}


def changes_of(recorded: Recorded) -> Sequence[Change]:
    """What ``recorded`` does to the deadlines of its matter, whichever kind it is."""
    return deadlines.changes_of(recorded, MOVES)


def holders_after(holders: Holders, recorded: Recorded) -> Holders:
    """Who has the parts of its matter in hand after ``recorded``, whichever kind it is."""
    return hands.holders_after(holders, recorded, HANDS)
