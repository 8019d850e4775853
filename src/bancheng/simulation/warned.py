"""Who was warned answers, objects, or lets it pass."""

from datetime import datetime
from random import Random

from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Actor, FreeText
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.warnings.answering import (
    AnswerWarning,
    AppealWarning,
    RejectWarningAppeal,
    RevokeWarning,
)
from bancheng.domain.warnings.events import ConductCardGiven, WarningRaised
from bancheng.simulation import hall, people
from bancheng.simulation.pace import Life, Pace, Step
from bancheng.simulation.shares import Shares


class Desks:
    """What people do about the warnings that they find on their desks."""

    def __init__(self, chance: Random, calendar: Calendar, shares: Shares) -> None:
        self._chance = chance
        self._shares = shares
        self._pace = Pace(chance, calendar)

    def life(self, at: datetime, matter_id: str, warning: WarningRaised | ConductCardGiven) -> Life:
        """The unit that was warned answers within a day, mostly; it may also object."""
        # Only what asks for an answer has a date for it; the lighter levels are read and done with.
        if warning.feedback_due is None or self._chance.random() < self._shares.warning_ignored:
            return
        id_ = warning.warning_id
        by = people.OFFICERS.get(warning.unit or "") or _at_the_post(warning)
        at = self._pace.later(at, hours=6)
        answer = FreeText("已安排专人办理,按期办结。")
        yield Step(at, by, AnswerWarning(matter_id=matter_id, warning_id=id_, answer=answer))
        if self._chance.random() >= self._shares.warning_appealed:
            return
        ground = FreeText("延误系上级平台故障所致,请予撤销。")
        yield Step(at, by, AppealWarning(matter_id=matter_id, warning_id=id_, ground=ground))
        at = self._pace.later(at, hours=7)
        if self._chance.random() < self._shares.warning_revoked:
            ruling = FreeText("平台故障属实,予以撤销。")
            yield Step(at, hall.EFFICIENCY, RevokeWarning(
                matter_id=matter_id, warning_id=id_, ruling=ruling))  # fmt: skip
            return
        ruling = FreeText("理由不成立,维持。")
        yield Step(at, hall.EFFICIENCY, RejectWarningAppeal(
            matter_id=matter_id, warning_id=id_, ruling=ruling))  # fmt: skip


def _at_the_post(warning: WarningRaised | ConductCardGiven) -> Actor:
    """Who holds the post that the card names, if no unit's officer is meant."""
    kind = warning.kind if isinstance(warning, WarningRaised) else LimitKind.CARD_FEEDBACK
    roles = kind.answered_by(warning.unit)
    own = (one for one in people.STAFF if warning.unit in (None, one.unit))
    return next(one for one in own if one.may(*roles))
