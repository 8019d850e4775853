"""Cards for what a unit did on a matter."""

from typing import Any

from bancheng.domain.supervision.conduct import CardFinding, GiveConductCard
from bancheng.domain.time_limits.conduct import Conduct

from .builders import TEXT


def carding(matter_id: str, **fields: Any) -> GiveConductCard:
    """A card that efficiency supervision gives for what it saw."""
    usual = {"unit": "RS", "conduct": Conduct.ATTITUDE, "facts": TEXT}
    return GiveConductCard(matter_id=matter_id, **{**usual, **fields})


def carding_found(matter_id: str, **fields: Any) -> CardFinding:
    """The card for what a check found."""
    usual = {"unit": "RS", "conduct": Conduct.STEP_OVERDUE, "facts": TEXT}
    found = {"finding_id": "step_overdue/e1"}
    return CardFinding(matter_id=matter_id, **{**usual, **found, **fields})
