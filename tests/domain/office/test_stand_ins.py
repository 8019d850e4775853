"""双岗登记: who names whom to stand in for whom, and from when to when."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.office.staff import StaffDismissed, StaffRegistered
from bancheng.domain.office.stand_ins import EndStandIn, NameStandIn, StandInEnded, StandInNamed
from bancheng.domain.people import Role
from support.given import (
    ADMIN,
    CO_OFFICER,
    DUTY,
    HEAD,
    MEMBERS,
    START,
    VERIFIER,
    Given,
    given,
)

REGISTERED = StaffRegistered(
    staff_id="o1", name="人社甲", post="承办", unit="RS", roles=(Role.UNIT_OFFICER,)
)
SECOND = MEMBERS["second-RS"]
UNTIL = START + timedelta(days=7)
NAME, END = (act(staff_id="o1", stand_in=SECOND.id) for act in (NameStandIn, EndStandIn))
NAMED = StandInNamed(stand_in=SECOND.id, name=SECOND.name)


def there(*more) -> Given:
    return Given(given(REGISTERED, *more).history, "staff-o1")


def test_the_head_of_the_unit_or_the_administrator_names_who_stands_in():
    for by in (HEAD, ADMIN):
        there().when(NAME, by, stream_id="staff-o1").then(NAMED)
    for by in (DUTY, replace(HEAD, id="head-YB", unit="YB")):
        there().when(NAME, by, stream_id="staff-o1").then_refused("STAND_IN_OF_OTHERS")
        there(NAMED).when(END, by, stream_id="staff-o1").then_refused("STAND_IN_OF_OTHERS")


def test_who_stands_in_is_another_one_of_the_unit_whose_post_has_work_in_hand():
    members = MEMBERS | {"head": replace(HEAD, id="head")}
    for who, code in (
        ("o1", "PAIRED_WITH_ONESELF"),
        (CO_OFFICER.id, "STAFF_OF_OTHER_UNIT"),
        ("nobody", "STAFF_UNKNOWN"),
        ("head", "STAND_IN_UNFIT"),
    ):
        command = replace(NAME, stand_in=who)
        refused = there().when(command, HEAD, stream_id="staff-o1", staff=members)
        refused.then_refused(code, "stand_in")


def test_who_verifies_stands_in_for_no_officer_and_nobody_for_who_has_no_work_in_hand():
    both = replace(VERIFIER, id=SECOND.id, unit="RS", roles=(Role.VERIFIER, Role.WINDOW_CLERK))
    members = MEMBERS | {both.id: both}
    there().when(NAME, HEAD, stream_id="staff-o1", staff=members).then_refused(
        "STAND_IN_UNFIT", "stand_in"
    )
    leads = replace(REGISTERED, roles=(Role.UNIT_HEAD,))
    there(leads).when(NAME, HEAD, stream_id="staff-o1").then_refused("STAND_IN_UNFIT", "stand_in")


@pytest.mark.parametrize(
    ("since", "until", "kept"),
    [
        (None, None, (None, None)),
        (None, UNTIL, (START, UNTIL)),
        (START - timedelta(days=3), UNTIL, (START, UNTIL)),
        (START + timedelta(days=1), UNTIL, (START + timedelta(days=1), UNTIL)),
    ],
    ids=["always", "from now on", "not before it is named", "later"],
)
def test_it_is_always_or_for_a_period_that_does_not_begin_before_it_is_named(since, until, kept):
    command = replace(NAME, since=since, until=until)
    named = there().when(command, HEAD, at=START, stream_id="staff-o1")
    named.then(replace(NAMED, since=kept[0], until=kept[1]))


def test_a_period_has_an_end_that_is_to_come():
    for since, until, code in (
        (START, None, "PERIOD_WITHOUT_END"),
        (None, START, "PERIOD_OVER"),
        (UNTIL, UNTIL, "PERIOD_OVER"),
    ):
        command = replace(NAME, since=since, until=until)
        refused = there().when(command, HEAD, at=START, stream_id="staff-o1")
        refused.then_refused(code, "until")


def test_it_is_named_otherwise_by_naming_it_again_and_not_the_same_twice():
    there(NAMED).when(NAME, HEAD, stream_id="staff-o1").then_refused(
        "STAND_IN_UNCHANGED", "stand_in"
    )
    for_a_week = replace(NAME, until=UNTIL)
    there(NAMED).when(for_a_week, HEAD, at=START, stream_id="staff-o1").then(
        replace(NAMED, since=START, until=UNTIL)
    )


def test_it_is_ended_once_and_not_after_its_time():
    period = replace(NAMED, since=START, until=UNTIL)
    there(NAMED).when(END, HEAD, stream_id="staff-o1").then(StandInEnded(stand_in=SECOND.id))
    there(NAMED, StandInEnded(stand_in=SECOND.id)).when(
        END, HEAD, stream_id="staff-o1"
    ).then_refused("NOT_NAMED")
    there(period).when(END, HEAD, at=UNTIL, stream_id="staff-o1").then_refused("NOT_NAMED")
    there(period).when(END, ADMIN, stream_id="staff-o1").then(StandInEnded(stand_in=SECOND.id))


def test_of_who_was_dismissed_nobody_stands_in():
    for command in (NAME, END):
        gone = there(NAMED, StaffDismissed()).when(command, HEAD, stream_id="staff-o1")
        gone.then_refused("STAFF_NOT_ACTIVE", "staff_id")
