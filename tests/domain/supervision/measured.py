"""A ticket and a case on which a unit can be called to account, and the acts that do so."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bancheng.domain.people import Actor, FreeText
from bancheng.domain.supervision.answering import AnswerMeasure, CloseMeasure, ExtendAnswer
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import (
    CallToInterview,
    IssueBulletin,
    IssueSupervisionOrder,
    ReferForAccountability,
    SendAdvisoryLetter,
    UrgeUnit,
)
from bancheng.domain.time_limits.levels import Rung
from support.builders import TEXT, a_dispatched_ticket, officer_of, on_day
from support.case_builders import CASE_ID, an_accepted_case
from support.given import STREAM

AT = on_day("2026-03-05")  # a Thursday
OF_RS = officer_of("RS")
BLUE = SupervisionColour.BLUE


class Kind(NamedTuple):
    """案件种类: a matter that RS has in hand; YB has no part in it."""

    matter_id: str
    number: str
    begun: Callable[[], Any]
    order: str | None

    def demand(self, act: type, **fields: Any) -> Any:
        usual = {"unit": "RS", "ground": "overdue", "demand": TEXT}
        colour = {"colour": BLUE} if act is IssueSupervisionOrder else {}
        return act(matter_id=self.matter_id, **{**usual, **colour, **fields})

    def answer(self, serial: int = 1) -> AnswerMeasure:
        return AnswerMeasure(**self.measure(serial), answer=TEXT)

    def extend(self) -> ExtendAnswer:
        return ExtendAnswer(**self.measure(1), ruling=TEXT)

    def close(self) -> CloseMeasure:
        return CloseMeasure(**self.measure(1), ruling=TEXT)

    @property
    def sealed(self) -> FreeText:
        return TEXT.owned_by(self.matter_id)

    def measure(self, serial: int) -> dict[str, str]:
        return {"matter_id": self.matter_id, "measure_id": f"{self.number}-D{serial:02d}"}


TICKET = Kind(STREAM, "BCS-1", a_dispatched_ticket, "BCS-1-01")
CASE = Kind(CASE_ID, "BJ-1", an_accepted_case, None)
RUNGS = {
    UrgeUnit: Rung.URGE,
    IssueSupervisionOrder: Rung.SUPERVISE,
    SendAdvisoryLetter: Rung.ADVISE,
    IssueBulletin: Rung.BULLETIN,
    CallToInterview: Rung.INTERVIEW,
    ReferForAccountability: Rung.HOLD_ACCOUNTABLE,
}


def stranger() -> Actor:
    return officer_of("YB")
