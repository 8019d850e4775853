"""动态口令: a device counts by an act of its owner, and no longer by one of an administrator."""

import pytest
from msgspec.structs import replace

from bancheng.domain.office.credential_events import (
    CredentialKind,
    CredentialRevoked,
    SecondFactorEnrolled,
    SecondFactorRemoved,
    TokenIssued,
)
from bancheng.domain.office.credentials import RevokeCredential
from bancheng.domain.office.second_factor import EnrolSecondFactor, RemoveSecondFactor
from bancheng.domain.office.staff import StaffDismissed, StaffRegistered
from bancheng.domain.people import Role
from bancheng.domain.time_limits.rulebook import RuleBookError, override
from bancheng.domain.time_limits.rulebook_changes import changes_between
from bancheng.domain.time_limits.rules import SecondFactor
from support.given import ADMIN, HANDLER, RULES, START, SUPERVISOR, given

H = {"staff_id": HANDLER.id}
REGISTERED = StaffRegistered(
    staff_id=HANDLER.id, name=HANDLER.name, post="派单", unit="HALL", roles=HANDLER.roles
)
OFF = replace(RULES, second_factor=SecondFactor.OFF)


def test_a_device_is_enrolled_by_its_owner_alone():
    given(REGISTERED).when(EnrolSecondFactor(**H), HANDLER).then(SecondFactorEnrolled())
    refused = given(REGISTERED).when(EnrolSecondFactor(**H), ADMIN)
    refused.then_refused("SECOND_FACTOR_OF_ANOTHER")


def test_no_device_is_enrolled_where_the_book_has_none():
    refused = given(REGISTERED).when(EnrolSecondFactor(**H), HANDLER, rulebook=OFF)
    refused.then_refused("SECOND_FACTOR_OFF")


def test_another_device_takes_the_place_of_the_one_before():
    again = given(REGISTERED, SecondFactorEnrolled()).when(EnrolSecondFactor(**H), HANDLER)
    again.then(SecondFactorEnrolled())


def test_an_administrator_takes_a_device_off_once_also_where_the_book_has_none_any_more():
    enrolled = given(REGISTERED, SecondFactorEnrolled())
    after = enrolled.when(RemoveSecondFactor(**H), ADMIN, rulebook=OFF).then(SecondFactorRemoved())
    after.when(RemoveSecondFactor(**H), ADMIN).then_refused("SECOND_FACTOR_MISSING", "staff_id")


@pytest.mark.parametrize("past", [(), (REGISTERED, SecondFactorEnrolled(), StaffDismissed())])
def test_who_is_not_there_has_no_device(past):
    for act in (EnrolSecondFactor(**H), RemoveSecondFactor(**H)):
        by = HANDLER if isinstance(act, EnrolSecondFactor) else ADMIN
        given(*past).when(act, by).then_refused("STAFF_NOT_ACTIVE", "staff_id")


def test_whoever_comes_back_after_a_dismissal_has_no_device():
    back = given(REGISTERED, SecondFactorEnrolled(), StaffDismissed(), REGISTERED)
    back.when(RemoveSecondFactor(**H), ADMIN).then_refused("SECOND_FACTOR_MISSING", "staff_id")


def test_another_post_or_role_leaves_the_device():
    moved = replace(REGISTERED, post="另一岗位", roles=(Role.SUPERVISOR,))
    after = given(REGISTERED, SecondFactorEnrolled(), moved)
    after.when(RemoveSecondFactor(**H), ADMIN).then(SecondFactorRemoved())


@pytest.mark.parametrize("ending", [SecondFactorEnrolled(), SecondFactorRemoved()])
def test_what_a_device_ends_is_every_token_of_before(ending):
    issued = TokenIssued(valid_until=START)
    revoke = RevokeCredential(**H, credential_id="e2")
    revoked = CredentialRevoked(kind=CredentialKind.TOKEN, credential_id="e2")
    given(REGISTERED, issued).when(revoke, ADMIN).then(revoked)
    after = given(REGISTERED, issued, ending)
    after.when(revoke, ADMIN).then_refused("CREDENTIAL_UNKNOWN", "credential_id")


def book(said: str):
    return override(RULES, f'version = "2"\nbasis = "测试"\n{said}')


def test_the_book_says_of_whom_a_device_is_required():
    everybody = book('second_factor = "required"')
    some = book('second_factor = "required"\nsecond_factor_roles = ["supervisor"]')
    asked = [
        [rules.requires_second_factor(who) for who in (HANDLER, SUPERVISOR)]
        for rules in (OFF, RULES, some, everybody)
    ]
    assert asked == [[False, False], [False, False], [False, True], [True, True]]


@pytest.mark.parametrize(
    "said",
    [
        'second_factor = "offered"\nsecond_factor_roles = ["handler"]',
        'second_factor = "required"\nsecond_factor_roles = []',
        'second_factor = "required"\nsecond_factor_roles = ["clerk"]',
        'second_factor = "sometimes"',
    ],
)
def test_a_book_that_says_two_things_of_devices_is_refused(said):
    with pytest.raises(RuleBookError, match="second_factor"):
        book(said)


def test_a_change_of_the_book_is_told_in_words():
    some = book('second_factor = "required"\nsecond_factor_roles = ["supervisor", "handler"]')
    told = {
        one.entry: (one.before, one.after, one.cases, one.tickets)
        for one in changes_between(RULES, some)
    }
    assert told["second_factor"] == ("offered", "required", False, False)
    assert told["second_factor_roles"] == (None, "supervisor、handler", False, False)
