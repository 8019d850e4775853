"""工作人员: who held which role when."""

import pytest
from msgspec.structs import replace

from bancheng.domain.held_parts import HeldPart, InHand
from bancheng.domain.office.staff import (
    DismissStaff,
    RegisterStaff,
    StaffDismissed,
    StaffRegistered,
)
from bancheng.domain.people import Role
from support.given import given

FIELDS = {"staff_id": "o1", "name": "王芳", "post": "承办", "unit": "RS"}
REGISTER = RegisterStaff(**FIELDS, roles=(Role.UNIT_OFFICER,))
REGISTERED = StaffRegistered(**FIELDS, roles=(Role.UNIT_OFFICER,))
DISMISS = DismissStaff(staff_id="o1")
DISMISSED = StaffDismissed()


def test_a_member_of_staff_is_registered_with_post_unit_and_roles():
    given().when(REGISTER).then(REGISTERED)


def test_the_same_registration_again_is_refused():
    given(REGISTERED).when(REGISTER).then_refused("STAFF_UNCHANGED", "staff_id")


@pytest.mark.parametrize(
    "change",
    [{"name": "王芳芳"}, {"post": "科长"}, {"unit": "YB"}, {"roles": (Role.SUPERVISOR,)}],
    ids=lambda change: next(iter(change)),
)
def test_any_change_is_a_registration_of_its_own(change):
    given(REGISTERED).when(replace(REGISTER, **change)).then(replace(REGISTERED, **change))


def test_a_role_named_twice_is_held_once():
    twice = replace(REGISTER, roles=(Role.HANDLER, Role.SUPERVISOR, Role.HANDLER))
    given().when(twice).then(replace(REGISTERED, roles=(Role.HANDLER, Role.SUPERVISOR)))


def test_nobody_verifies_and_resolves():
    both = replace(REGISTER, roles=(Role.VERIFIER, Role.UNIT_OFFICER))
    given().when(both).then_refused("ROLES_INCOMPATIBLE", "roles")


def test_the_unit_must_be_one_of_the_hall():
    given().when(replace(REGISTER, unit="XX")).then_refused("UNIT_UNKNOWN", "unit")


def test_a_member_of_staff_is_dismissed_once():
    given(REGISTERED).when(DISMISS).then(DISMISSED)
    given(REGISTERED, DISMISSED).when(DISMISS).then_refused("STAFF_NOT_ACTIVE", "staff_id")


def test_nobody_is_dismissed_with_work_in_hand_unless_that_is_said():
    held = {"in_hand": InHand(parts=(HeldPart(matter_id="ticket-1"),))}
    given(REGISTERED).when(DISMISS, **held).then_refused("WORK_IN_HAND", "unhanded")
    given(REGISTERED).when(replace(DISMISS, unhanded=True), **held).then(DISMISSED)


def test_a_stranger_is_not_dismissed():
    given().when(DISMISS).then_refused("STAFF_NOT_ACTIVE", "staff_id")


def test_only_who_is_registered_is_offered_to_be_dismissed():
    assert given(REGISTERED).refusal_of(DismissStaff) == ""
    for past in ((), (REGISTERED, DISMISSED)):
        assert given(*past).refusal_of(DismissStaff) == "STAFF_NOT_ACTIVE"


def test_whoever_was_dismissed_may_be_registered_again():
    given(REGISTERED, DISMISSED).when(REGISTER).then(REGISTERED)
