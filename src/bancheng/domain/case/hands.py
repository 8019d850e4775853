"""办件在手: by which acts on a case somebody has it in hand, or nobody any more."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.case import accept, analyse, discover, dispatch
from bancheng.domain.events import Event
from bancheng.domain.hands import Hands, takes, the_whole
from bancheng.domain.holding import events as holding

# Until the receiver has signed, a file that is on its way is still whose it was.
HANDS: Final[Mapping[type[Event], Hands]] = {
    **holding.HANDS,
    **dict.fromkeys(
        (
            discover.MaterialsReceived,
            analyse.SupplementReceived,
            accept.CaseAccepted,
            dispatch.HandOverSigned,
        ),
        takes(the_whole),
    ),
}
