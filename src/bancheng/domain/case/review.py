"""批后复审: which grants are looked at again, by when, and by whom.

The rule book says within how many days of the delivery, the item how large a share of its cases.
"""

from typing import Final
from zlib import crc32

from msgspec import Struct

from bancheng.domain.case.state import Case
from bancheng.domain.case.terms import CaseOutcome
from bancheng.domain.commands import Desk
from bancheng.domain.errors import NotAllowed, WrongStep
from bancheng.domain.guards import Attempt
from bancheng.domain.time_limits.limit import DueDate

_ALL: Final = 100


class ReviewPlan(Struct, frozen=True, kw_only=True):
    """复审计划: that ``unit`` looks at the grant again until ``due``."""

    unit: str
    due: DueDate


def review_plan(case: Case, desk: Desk) -> ReviewPlan | None:
    """The plan of a grant that goes out now; ``None`` if it is not among those looked at again."""
    due = desk.due_for("case.post_review", case.offered)
    if due is None or case.outcome is not CaseOutcome.GRANTED or not _is_drawn(case, desk):
        return None
    return ReviewPlan(unit=case.offered.unit, due=due)


def _is_drawn(case: Case, desk: Desk) -> bool:
    share = case.offered.review_share
    # By the id of the case, which nobody chooses: whoever decides can not tell beforehand, and the
    # same case is drawn whenever it is asked.
    return share is None or crc32(desk.stream_id.encode()) % _ALL < share


def needs_grant(case: Case, _: Attempt) -> None:
    """``WrongStep`` unless something was granted that could be looked at again."""
    if case.outcome is not CaseOutcome.GRANTED:
        raise WrongStep("NOTHING_GRANTED", "本件没有准予的决定", remedy="无需批后复审")


def needs_another_than_decider(case: Case, attempt: Attempt) -> None:
    """``NotAllowed`` for whoever decided the case."""
    if attempt.desk.actor.id in (case.deciders or ()):
        raise NotAllowed(
            "REVIEWER_IS_DECIDER",
            "批后复审不得由作出决定的人办理",
            remedy="请由该单位的另一人复审",
        )
