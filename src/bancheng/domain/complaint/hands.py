"""办不成事工单在手: by which acts on a ticket somebody has it, or an order, in hand."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.complaint import correct, discover, dispatch, ending, returns
from bancheng.domain.events import Event
from bancheng.domain.hands import Hands, its_order, lets, lets_of, takes, the_whole
from bancheng.domain.holding import events as holding

# Who submitted a result has it again if it is to be done anew.
HANDS: Final[Mapping[type[Event], Hands]] = {
    **holding.HANDS,
    discover.TicketAccepted: takes(the_whole),
    dispatch.WorkOrderSignedIn: takes(its_order),
    **dict.fromkeys(
        (
            dispatch.WorkOrderReassigned,
            returns.ReturnUpheld,
            returns.WorkOrderEnded,
            ending.WorkOrderDropped,
        ),
        lets(its_order),
    ),
    # Whoever turns out to be accused is not even to know of it any more.
    correct.TicketCorrected: lets_of(lambda event, one: one.staff_id == event.accused_staff),
}
