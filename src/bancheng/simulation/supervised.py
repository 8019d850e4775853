"""效能监察: what is demanded of units, and carded of what they did; and what they answer."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any, Final

from bancheng.domain.case.ratings import RatingUpheld
from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.complaint.analyse import CauseAnalysed
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.supervision.answering import AnswerMeasure, CloseMeasure, ExtendAnswer
from bancheng.domain.supervision.climbing import DeclineMeasure, SignMeasure
from bancheng.domain.supervision.conduct import GiveConductCard
from bancheng.domain.supervision.events import (
    MeasureProposed,
    MeasureTaken,
    SupervisionColour,
)
from bancheng.domain.supervision.taking import (
    CallToInterview,
    IssueBulletin,
    IssueSupervisionOrder,
    ReferForAccountability,
    SendAdvisoryLetter,
    TakeMeasure,
    UrgeUnit,
)
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.conduct import Conduct
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.events import WarningRaised
from bancheng.simulation import hall, people
from bancheng.simulation.pace import Life, Look, Pace, Seen, Step, Stretch, weighed
from bancheng.simulation.shares import Shares

# What a unit did if the cause of a ticket is 不给办.
_ITS_FAULT: Final[Mapping[str, tuple[Conduct, str]]] = {
    "refusal_without_cause": (Conduct.NO_LAWFUL_REASON, "经核实,窗口不予办理而不说明理由。"),
    "incomplete_notice": (Conduct.NOT_TOLD_AT_ONCE, "经核实,窗口未一次性告知所缺材料。"),
    "poor_attitude": (Conduct.ATTITUDE, "经核实,窗口服务态度差。"),
}
_ABOUT_ANSWERS: Final = (LimitKind.FEEDBACK, LimitKind.CARD_FEEDBACK)
_DEMANDS: Final[Mapping[type[TakeMeasure], tuple[int, str]]] = {
    IssueSupervisionOrder: (6, "说明逾期原因,两日内办结。"),
    SendAdvisoryLetter: (3, "近期多件逾期,请查找原因并书面回复。"),
    IssueBulletin: (2, "逾期未办结,予以通报,限期整改。"),
    CallToInterview: (2, "约谈单位负责人,请说明情况并提出整改措施。"),
    ReferForAccountability: (2, "多次督促仍不办理,移送问责。"),
}


class Supervisors:
    """What the office of efficiency supervision does about red cards."""

    def __init__(self, chance: Random, calendar: Calendar, shares: Shares) -> None:
        self._chance = chance
        self._shares = shares
        self._pace = Pace(chance, calendar)

    def life(self, at: datetime, matter_id: str, card: WarningRaised) -> Life:
        """The unit is urged while it still owes what it got the card for, and perhaps more."""
        unit = card.unit
        is_one = card.level is WarningLevel.RED and card.kind not in _ABOUT_ANSWERS
        # What is late of a ticket is pressed for within the life of that ticket.
        of_case = matter_id.startswith(CASES)
        if unit not in people.OFFICERS or not (is_one and of_case):
            return
        if self._chance.random() >= self._shares.urged:
            return
        at = self._pace.later(at, hours=4)
        shown: dict[str, Any] = {
            "matter_id": matter_id, "unit": unit, "stands_on": card.warning_id,
        }  # fmt: skip
        seen = yield Look(at, matter_id)
        if not _stands(seen, card):
            return
        demand = FreeText("已逾期,请抓紧办理。")
        yield Step(at, hall.EFFICIENCY, UrgeUnit(**shown, ground="overdue", demand=demand))
        if self._chance.random() < self._shares.pressed:
            yield from self._pressed(self._pace.later(at, hours=7), card, shown)

    def demanded(self, at: datetime, matter_id: str, taken: MeasureTaken) -> Life:
        """The unit answers what the ladder demanded of it, if it has to."""
        if taken.answer_due is not None and taken.unit in people.OFFICERS:
            shown = {"matter_id": matter_id, "unit": taken.unit}
            yield from self._answered(at, shown, taken.measure_id)

    def proposed(self, at: datetime, matter_id: str, proposed: MeasureProposed) -> Life:
        """What the ladder proposed is signed, or declined, within the day."""
        at = self._pace.later(at, hours=6)
        of: dict[str, Any] = {"matter_id": matter_id, "measure_id": proposed.measure_id}
        if self._chance.random() >= self._shares.signed:
            reason = FreeText("单位已限期整改,暂不处理。")
            yield Step(at, hall.EFFICIENCY, DeclineMeasure(**of, reason=reason))
            return
        demand = FreeText("多次督促仍未办结,请说明原因并立即办结。")
        seen = yield Step(at, hall.EFFICIENCY, SignMeasure(**of, demand=demand))
        if seen.state.measures[proposed.measure_id].waits and proposed.unit in people.OFFICERS:
            shown = {"matter_id": matter_id, "unit": proposed.unit}
            yield from self._answered(at, shown, proposed.measure_id)

    def misconduct(self, at: datetime, matter_id: str, event: CauseAnalysed | RatingUpheld) -> Life:
        """A card for what people told of a unit, in a ticket or by a bad rating that stands."""
        cause = event.cause if isinstance(event, CauseAnalysed) else "poor_attitude"
        if cause not in _ITS_FAULT or self._chance.random() >= self._shares.carded:
            return
        at = self._pace.later(at, hours=7)
        seen = yield Look(at, matter_id)
        unit = event.units[0] if isinstance(event, CauseAnalysed) else seen.state.offered.unit
        if not seen.state.involves(unit):
            return
        conduct, facts = _ITS_FAULT[cause]
        yield Step(at, hall.EFFICIENCY, GiveConductCard(
            matter_id=matter_id, unit=unit, conduct=conduct, facts=FreeText(facts)))  # fmt: skip

    def _pressed(self, at: datetime, card: WarningRaised, shown: Mapping[str, Any]) -> Stretch:
        seen = yield Look(at, shown["matter_id"])
        if not _stands(seen, card):
            return at
        act = weighed(self._chance, {act: weight for act, (weight, _) in _DEMANDS.items()})
        colour = {"colour": SupervisionColour.BLUE} if act is IssueSupervisionOrder else {}
        demand = FreeText(_DEMANDS[act][1])
        command: Any = act  # each has fields of its own
        seen = yield Step(
            at, hall.EFFICIENCY, command(**shown, **colour, ground="overdue", demand=demand)
        )
        *_, measure_id = seen.state.measures
        if seen.state.measures[measure_id].waits:
            at = yield from self._answered(at, shown, measure_id)
        return at

    def _answered(self, at: datetime, shown: Mapping[str, Any], measure_id: str) -> Stretch:
        of = {"matter_id": shown["matter_id"], "measure_id": measure_id}
        if self._chance.random() < self._shares.answer_extended:
            at = self._pace.later(at, hours=2)
            ruling = FreeText("单位申请延期,情况属实,同意。")
            yield Step(at, hall.SUPERVISOR, ExtendAnswer(**of, ruling=ruling))
        # Mostly in time; some need more than the two working days that the book allows.
        at = self._pace.later(at, hours=20)
        answer = FreeText("已责成专人办理,今后按期办结。")
        yield Step(at, people.OFFICERS[shown["unit"]], AnswerMeasure(**of, answer=answer))
        at = self._pace.later(at, hours=7)
        ruling = FreeText("已整改,了结。")
        yield Step(at, hall.EFFICIENCY, CloseMeasure(**of, ruling=ruling))
        return at


def _stands(seen: Seen, card: WarningRaised) -> bool:
    """Whether the card still stands and its unit still has the matter to do."""
    state = seen.state
    return card.warning_id in state.warnings and state.is_owed and state.owes(card.unit)
