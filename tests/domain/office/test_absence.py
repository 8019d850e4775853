"""去向留言: who says it of whom, until when, and who is there instead."""

from datetime import timedelta

from msgspec.structs import replace

from bancheng.domain.office.absence import (
    AbsenceEnded,
    AbsenceNoted,
    EndAbsence,
    NoteAbsence,
    Whereabouts,
)
from bancheng.domain.office.staff import StaffDismissed, StaffRegistered
from bancheng.domain.people import Role
from support.given import CO_OFFICER, DUTY, HEAD, OFFICER, START, Given, given

REGISTERED = StaffRegistered(
    staff_id="o1", name="人社甲", post="承办", unit="RS", roles=(Role.UNIT_OFFICER,)
)
UNTIL = START + timedelta(days=1)
SAID = {"whereabouts": Whereabouts.MEETING, "since": START, "until": UNTIL}
NOTE, END = NoteAbsence(staff_id="o1", **SAID, stand_in="second-RS"), EndAbsence(staff_id="o1")
NOTED = AbsenceNoted(**SAID, stand_in="second-RS")


def there(*more) -> Given:
    return Given(given(REGISTERED, *more).history, "staff-o1")


def test_whoever_goes_or_leads_their_unit_says_where_and_who_is_there_instead():
    for by in (OFFICER, HEAD):
        there().when(NOTE, by, stream_id="staff-o1").then(NOTED)
    for by in (CO_OFFICER, DUTY, replace(HEAD, id="head-YB", unit="YB")):
        there().when(NOTE, by, stream_id="staff-o1").then_refused("ABSENCE_OF_OTHERS")


def test_who_stands_in_is_another_one_of_the_unit():
    for who, code in (
        ("o1", "STANDS_IN_FOR_ONESELF"),
        (CO_OFFICER.id, "STAFF_OF_OTHER_UNIT"),
        ("nobody", "STAFF_UNKNOWN"),
    ):
        command = replace(NOTE, stand_in=who)
        there().when(command, OFFICER, stream_id="staff-o1").then_refused(code, "stand_in")
    alone = there().when(replace(NOTE, stand_in=None), OFFICER, stream_id="staff-o1")
    alone.then(replace(NOTED, stand_in=None))


def test_it_ends_after_it_began_and_not_before_it_was_said():
    for until in (START, START - timedelta(days=1)):
        command = replace(NOTE, until=until)
        there().when(command, OFFICER, stream_id="staff-o1").then_refused("ABSENCE_OVER", "until")
    late = there().when(NOTE, OFFICER, at=UNTIL, stream_id="staff-o1")
    late.then_refused("ABSENCE_OVER", "until")


def test_who_is_back_before_says_so_once():
    there(NOTED).when(END, OFFICER, stream_id="staff-o1").then(AbsenceEnded())
    there(NOTED, AbsenceEnded()).when(END, OFFICER, stream_id="staff-o1").then_refused("NOT_AWAY")
    there().when(END, OFFICER, stream_id="staff-o1").then_refused("NOT_AWAY")
    over = there(NOTED).when(END, OFFICER, at=UNTIL, stream_id="staff-o1")
    over.then_refused("NOT_AWAY")


def test_of_who_was_dismissed_nothing_is_said():
    for command in (NOTE, END):
        gone = there(NOTED, StaffDismissed()).when(command, OFFICER, stream_id="staff-o1")
        gone.then_refused("STAFF_NOT_ACTIVE", "staff_id")
