"""What each event of a hearing leaves in the write state of its case. It only assigns."""

from typing import Any

from msgspec.structs import replace

from bancheng.domain.case import hearing_course, hearing_right
from bancheng.domain.case.hearing import Hearing, HearingStage
from bancheng.domain.case.state import Case
from bancheng.domain.events import Recorded
from bancheng.domain.matter_state import Leaves


def _told(case: Case, event: hearing_right.HearingRightTold, _: Recorded) -> Case:
    # Who is told later than the others has as long as they had: the last notice counts.
    told = Hearing(
        stage=HearingStage.TOLD,
        told_on=event.told_on,
        until=event.due.due_date,
        over_at=event.due.due_at,
    )
    return replace(case, hearing=told)


def _to(stage: HearingStage) -> Leaves[Case]:
    def moved(case: Case, _: Any, __: Recorded) -> Case:
        before = case.hearing or Hearing(stage=stage)
        return replace(case, hearing=replace(before, stage=stage))

    return moved


def _asked(case: Case, event: hearing_right.HearingRequested, _: Recorded) -> Case:
    before = case.hearing or Hearing(stage=HearingStage.ASKED)
    # What was announced and set stays so; whoever asked has it in their own time besides.
    stage = before.stage if before.stage.is_coming else HearingStage.ASKED
    held_by = event.due and event.due.due_date
    return replace(case, hearing=replace(before, stage=stage, asked=True, held_by=held_by))


def _set(case: Case, event: hearing_course.HearingSet, _: Recorded) -> Case:
    before = case.hearing or Hearing(stage=HearingStage.SET)
    if before.stage is HearingStage.HELD:
        before = Hearing(stage=HearingStage.SET)
    is_public = before.public or event.announcement_no is not None
    now = replace(
        before,
        stage=HearingStage.SET,
        at=event.at,
        place=event.place,
        chair=event.chair,
        public=is_public,
    )
    return replace(case, hearing=now)


def _held(case: Case, event: hearing_course.HearingHeld, recorded: Recorded) -> Case:
    held = _to(HearingStage.HELD)(case, event, recorded)
    return replace(held, hearing_records=(*case.hearing_records, event.record_no))


LEFT_BY_HEARINGS: dict[type, Leaves[Case]] = {
    hearing_right.HearingRightTold: _told,
    hearing_right.HearingRequested: _asked,
    hearing_right.HearingWaived: _to(HearingStage.WAIVED),
    hearing_course.HearingSet: _set,
    hearing_course.HearingHeld: _held,
}
