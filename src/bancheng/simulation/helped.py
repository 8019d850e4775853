"""帮办: now and then somebody who applied is helped through it, until their case is over."""

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from bancheng.domain.assistance.contact import DiscloseClient
from bancheng.domain.assistance.course import EndAssistance, NoteAssistance, RateAssistance
from bancheng.domain.assistance.mandate import AcceptMandate, ChangeContact, Client, CorrectClient
from bancheng.domain.assistance.terms import AssistanceKind, AssistanceOutcome, AssistanceStage
from bancheng.domain.case.discover import CaseSubmitted
from bancheng.domain.events import Recorded
from bancheng.domain.gathering import GatherMatter, ReleaseMatter
from bancheng.domain.people import Actor, FreeText, SpecialGroup, Title
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.simulation import hall, people
from bancheng.simulation.citizens import somebody
from bancheng.simulation.pace import DAY, Life, Look, Pace, Seen, Step, Stretch, weighed

# By turns and not by chance: it is so seldom that some weeks would have none.
_EVERY: Final = 12
_NOTICED: Final = timedelta(hours=1)
_KINDS: Final = {
    AssistanceKind.ASSISTED: 6, AssistanceKind.ENTERPRISE: 3, AssistanceKind.MAJOR_PROJECT: 1,
}  # fmt: skip
_LEVELS: Final = {RatingLevel.VERY_SATISFIED: 7, RatingLevel.SATISFIED: 2, RatingLevel.FAIR: 1}

_CLERKS: Final = {clerk.id: clerk for clerk in people.WINDOW_CLERKS.values()}


class Helpers:
    """Who helps whom through what, and what becomes of it."""

    def __init__(self, chance: Random, calendar: Calendar) -> None:
        self._chance = chance
        self._pace = Pace(chance, calendar)
        self._turn = 0

    def life(self, recorded: Recorded) -> Life:
        """What the hall does for who submitted the case, if their turn has come."""
        clerk = _CLERKS.get(recorded.envelope.actor.id)
        if not isinstance(recorded.event, CaseSubmitted) or clerk is None:
            return
        self._turn += 1
        if self._turn % _EVERY:
            return
        turn, case_id = self._turn // _EVERY, recorded.stream_id
        at = self._pace.after(recorded.envelope.occurred_at, _NOTICED)
        opened = yield Step(at, clerk, self._mandate(recorded.event, clerk))
        at = self._pace.later(at, hours=1)
        gathering = GatherMatter(matter_id=case_id, assistance_id=opened.matter_id)
        yield Step(at, clerk, gathering)
        if turn % 2:  # it was the wrong number, and the right one after that
            at = self._pace.later(at, hours=1)
            releasing = ReleaseMatter(matter_id=case_id, assistance_id=opened.matter_id)
            yield Step(at, clerk, releasing)
            at = self._pace.later(at, hours=1)
            yield Step(at, clerk, gathering)
        at = yield from self._helped(at, clerk, opened, turn)
        yield from self._ended(at, opened, case_id)

    def _mandate(self, event: CaseSubmitted, clerk: Actor) -> AcceptMandate:
        group = self._chance.random() < 1 / 3
        return AcceptMandate(
            kind=weighed(self._chance, _KINDS),
            client=somebody(self._chance, Client),
            subject=Title(f"办理「{event.item.name}」"[:200]),
            wanted=FreeText("材料如何准备、到哪些窗口办不清楚,请全程帮办。"),
            staff_id=clerk.id,
            special_group=self._chance.choice(list(SpecialGroup)) if group else None,
        )

    def _helped(self, at: datetime, clerk: Actor, opened: Seen, turn: int) -> Stretch:
        """What is done for them in the first days, and by whom then."""
        about: dict[str, Any] = {"assistance_id": opened.matter_id}
        at = self._pace.later(at, hours=4)
        note = FreeText("已陪同核对材料清单,当场补齐复印件。")
        yield Step(at, clerk, NoteAssistance(**about, stage=AssistanceStage.PREPARED, note=note))
        at = self._pace.later(at, hours=7)
        opening = DiscloseClient(
            **about, purpose="contact", fields=(PersonalField.PHONE,),
            reason=FreeText("电话告知办理进度。"),
        )  # fmt: skip
        yield Step(at, clerk, opening)
        note = FreeText("已告知受理情况与办理期限。")
        yield Step(at, clerk, NoteAssistance(**about, stage=AssistanceStage.FOLLOWED, note=note))
        if turn % 2:
            client = somebody(self._chance, Client)
            why = FreeText("委托人更换联系电话。")
            yield Step(at, clerk, CorrectClient(**about, client=client, reason=why))
            leaves = FreeText("原帮办员调岗。")
            change = ChangeContact(**about, staff_id=people.ISSUER.id, reason=leaves)
            at = self._pace.later(at, hours=7)
            yield Step(at, people.DUTY_LEADER, change)
        return at

    def _ended(self, at: datetime, opened: Seen, case_id: str) -> Life:
        """Once the case is over so is this, and somebody asks how it was."""
        at = self._pace.later(at, hours=7)
        while not (case := (yield Look(at, case_id)).state).status.is_closed:
            at = self._pace.after(at, DAY)
        seen = yield Look(at, opened.matter_id)
        contact = next(one for one in people.STAFF if one.id == seen.state.contact)
        is_done = case.outcome is not None
        end = EndAssistance(
            assistance_id=opened.matter_id,
            outcome=AssistanceOutcome.DONE if is_done else AssistanceOutcome.NOT_DONE,
            reason=None
            if is_done
            else FreeText("申请未作出决定即结束,已说明原因与再次办理的途径。"),
        )
        yield Step(at, contact, end)
        rating = RateAssistance(
            assistance_id=opened.matter_id, level=weighed(self._chance, _LEVELS)
        )
        yield Step(self._pace.later(at, hours=7), hall.VERIFIER, rating)
