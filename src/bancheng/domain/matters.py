"""What tickets and cases have in common, seen from above: which events move which clocks."""

from collections.abc import Mapping, Sequence

from bancheng.domain import clocks
from bancheng.domain.clocks import Change, Moves
from bancheng.domain.complaint.clocks import CLOCKS as OF_TICKETS
from bancheng.domain.events import Recorded

CLOCKS: Mapping[type, Moves] = {**OF_TICKETS}


def changes_of(recorded: Recorded) -> Sequence[Change]:
    """What ``recorded`` does to the clocks of its matter, whichever kind it is."""
    return clocks.changes_of(recorded, CLOCKS)
