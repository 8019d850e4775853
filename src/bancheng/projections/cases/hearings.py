"""办件台账: what the course of a hearing does to the row of its case."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.case import hearing_course, hearing_right
from bancheng.domain.case.hearing import HearingStage
from bancheng.domain.events import Event, Recorded
from bancheng.projections.cases.changes import ROWS
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.rows import Rows


def _hearing_told(rows: Rows, _: hearing_right.HearingRightTold, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    anew = ("hearing_asked_on", "hearing_at", "hearing_place", "hearing_chair")
    row |= dict.fromkeys((*anew, "hearing_announcement_no"))
    row["hearing"] = HearingStage.TOLD


def _hearing_asked(rows: Rows, event: hearing_right.HearingRequested, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    # Who asks although one is announced leaves it set.
    is_set = row["hearing"] is HearingStage.SET
    row |= {"hearing": HearingStage.SET if is_set else HearingStage.ASKED}
    row["hearing_asked_on"] = event.asked_on


def _hearing_set(rows: Rows, event: hearing_course.HearingSet, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    if row["hearing"] in (HearingStage.HELD, HearingStage.WAIVED):  # this is another one
        row["hearing_asked_on"] = None
    row |= {
        "hearing": HearingStage.SET,
        "hearing_at": event.at,
        "hearing_place": event.place,
        "hearing_chair": event.chair,
        "hearing_announcement_no": event.announcement_no or row["hearing_announcement_no"],
    }


def _hearing_held(rows: Rows, event: hearing_course.HearingHeld, recorded: Recorded) -> None:
    row = ROWS.touch(rows, recorded)
    row |= {
        "hearing": HearingStage.HELD,
        "hearing_held_at": recorded.envelope.occurred_at,
        "hearing_records": (*row["hearing_records"], event.record_no),
    }


OF_HEARINGS: Final[Mapping[type[Event], Handler]] = {
    hearing_right.HearingRightTold: _hearing_told,
    hearing_right.HearingRequested: _hearing_asked,
    hearing_right.HearingWaived: ROWS.sets(hearing=HearingStage.WAIVED),
    hearing_course.HearingSet: _hearing_set,
    hearing_course.HearingHeld: _hearing_held,
}
