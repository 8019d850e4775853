"""叙述一览: the wording of every event, from the files of the families.

A new event needs a line in the file of its family; `tests/projections/test_sentences.py` says so.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from bancheng.domain.events import Event
from bancheng.projections.wording import (
    assistance,
    bulk,
    case_ends,
    case_results,
    cases,
    credentials,
    holding,
    improvement,
    incidents,
    meetings,
    notices,
    office,
    orders,
    past,
    privacy,
    recusal,
    supervision,
    tickets,
    warnings,
)
from bancheng.projections.wording.wording import Saying, Wording, says
from bancheng.projections.wording.words import WORDS

FAMILIES: Final = (
    tickets,
    orders,
    meetings,
    warnings,
    cases,
    case_ends,
    case_results,
    office,
    credentials,
    holding,
    notices,
    privacy,
    recusal,
    supervision,
    past,
    bulk,
    assistance,
    incidents,
    improvement,
)
SAYINGS: Final[Mapping[type[Event], Saying]] = {
    cls: saying for family in FAMILIES for cls, saying in family.SAYINGS.items()
}
WORDINGS: Final[dict[type[Event], Wording]] = {
    cls: Wording(cls, saying, WORDS) for cls, saying in SAYINGS.items()
}


def wording_of(cls: type[Event]) -> Wording:
    """What is said of events of ``cls``; of one that nobody worded its term alone."""
    # The trail must not stop where somebody forgot a line: a test finds that, and no hall should.
    if cls not in WORDINGS:
        fields = (one.name for one in msgspec.structs.fields(cls))
        WORDINGS[cls] = Wording(cls, says(cls.term, hidden=dict.fromkeys(fields, "")), WORDS)
    return WORDINGS[cls]
