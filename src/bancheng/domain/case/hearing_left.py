"""What each event of a hearing leaves in the write state of its case. It only assigns."""

from msgspec.structs import replace

from bancheng.domain.case import hearing_course, hearing_right
from bancheng.domain.case.hearing import Hearing, HearingStage
from bancheng.domain.case.state import Case
from bancheng.domain.events import Recorded
from bancheng.domain.matter_state import Leaves


def _told(case: Case, event: hearing_right.HearingRightTold, _: Recorded) -> Case:
    # Who is told later has as long as the others, who may have asked since they were told.
    before = case.hearing
    is_open = before is not None and before.stage is HearingStage.TOLD
    first = before.told_on if before is not None and is_open else event.told_on
    return replace(case, hearing=Hearing(stage=HearingStage.TOLD, told_on=first))


def _waived(case: Case, _: hearing_right.HearingWaived, __: Recorded) -> Case:
    # Nothing of it is left: what is announced later is another hearing.
    return replace(case, hearing=Hearing(stage=HearingStage.WAIVED))


def _asked(case: Case, _: hearing_right.HearingRequested, __: Recorded) -> Case:
    before = case.hearing or Hearing(stage=HearingStage.ASKED)
    # What was announced and set stays so; whoever asked has it in their own time besides.
    stage = before.stage if before.stage.is_coming else HearingStage.ASKED
    return replace(case, hearing=replace(before, stage=stage, asked=True))


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


def _held(case: Case, event: hearing_course.HearingHeld, _: Recorded) -> Case:
    before = case.hearing or Hearing(stage=HearingStage.HELD)
    held = replace(before, stage=HearingStage.HELD)
    records = (*case.hearing_records, event.record_no)
    return replace(case, hearing=held, hearing_records=records)


LEFT_BY_HEARINGS: dict[type, Leaves[Case]] = {
    hearing_right.HearingRightTold: _told,
    hearing_right.HearingRequested: _asked,
    hearing_right.HearingWaived: _waived,
    hearing_course.HearingSet: _set,
    hearing_course.HearingHeld: _held,
}
