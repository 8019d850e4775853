"""督促旧录: what was demanded of units on tickets before it was the same for tickets and cases.

Histories have these events, and no act leads to them any more: `bancheng.domain.supervision` took
their place. They count as what they were.
"""

from bancheng.domain.events import Event, topic
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.time_limits.limit import DueDate


@topic("complaint.work-order-urged", step=Step.SUPERVISE)
class WorkOrderUrged(Event, frozen=True, kw_only=True):
    """旧催办: the unit was told to hurry with a work order; no answer was asked for."""

    order_id: str
    demand: FreeText

    def title(self) -> str:
        return "催办"


@topic("complaint.supervision-order-issued", step=Step.SUPERVISE)
class SupervisionOrderIssued(Event, frozen=True, kw_only=True):
    """旧督办: a supervision order with a demand and a date by which the unit must answer it."""

    supervision_order_id: str
    unit: str
    colour: SupervisionColour
    demand: FreeText
    feedback_due: DueDate

    def title(self) -> str:
        return "督办"


@topic("complaint.supervision-order-answered", step=Step.SUPERVISE)
class SupervisionOrderAnswered(Event, frozen=True, kw_only=True):
    """旧督办反馈: the unit answered the supervision order."""

    supervision_order_id: str
    answer: FreeText

    def title(self) -> str:
        return "督办反馈"
