"""单位: who takes work in the hall, since when, and who takes over when a unit is closed."""

from msgspec.structs import replace

from bancheng.domain.commands import OpenWork
from bancheng.domain.office.unit import CloseUnit, RegisterUnit, UnitClosed, UnitRegistered
from support.given import given

REGISTER = RegisterUnit(code="RS", name="人社局")
REGISTERED = UnitRegistered(code="RS", name="人社局")
CLOSE = CloseUnit(code="RS")
CLOSED = UnitClosed(successor="YB")


def test_a_unit_is_registered():
    given().when(REGISTER).then(REGISTERED)


def test_the_same_registration_again_is_refused():
    given(REGISTERED).when(REGISTER).then_refused("UNIT_UNCHANGED", "code")


def test_a_unit_may_change_its_name():
    renamed = RegisterUnit(code="RS", name="人力资源和社会保障局")
    given(REGISTERED).when(renamed).then(UnitRegistered(code="RS", name=renamed.name))


def test_a_unit_is_closed_once():
    given(REGISTERED).when(replace(CLOSE, successor="YB")).then(CLOSED)
    given(REGISTERED, CLOSED).when(CLOSE).then_refused("UNIT_NOT_OPEN", "code")


def test_what_was_never_registered_is_not_closed():
    given().when(CLOSE).then_refused("UNIT_NOT_OPEN", "code")


def test_only_what_is_open_is_offered_to_be_closed():
    assert given(REGISTERED).refusal_of(CloseUnit) == ""
    assert {given(*past).refusal_of(CloseUnit) for past in ((), (REGISTERED, CLOSED))} == {
        "UNIT_NOT_OPEN"
    }


def test_a_closed_unit_is_opened_again_by_registering_it():
    given(REGISTERED, CLOSED).when(REGISTER).then(REGISTERED)


ORDERS = OpenWork(term="派单", count=2, example="BCS-1-01")
STAFF = OpenWork(term="人员", count=1, example="人社甲")


def test_a_unit_that_has_nothing_is_closed_without_a_successor():
    given(REGISTERED).when(CLOSE).then(UnitClosed())


def test_a_unit_that_has_something_needs_a_successor_and_is_told_what_it_has():
    outcome = given(REGISTERED).when(CLOSE, open_work=(ORDERS, STAFF))
    outcome.then_refused("SUCCESSOR_MISSING", "successor")
    assert outcome.refusal is not None
    assert "派单 2 项(如 BCS-1-01)、人员 1 项(如 人社甲)" in outcome.refusal.message


def test_the_successor_is_another_unit_that_takes_work():
    given(REGISTERED).when(replace(CLOSE, successor="RS")).then_refused(
        "SUCCESSOR_IS_ITSELF", "successor"
    )
    given(REGISTERED).when(replace(CLOSE, successor="XX")).then_refused("UNIT_UNKNOWN", "successor")


def test_a_unit_that_was_closed_without_a_successor_may_be_given_one():
    late = replace(CLOSE, successor="YB")
    given(REGISTERED, UnitClosed()).when(late).then(CLOSED)
    given(REGISTERED, UnitClosed()).when(CLOSE).then_refused("SUCCESSOR_MISSING", "successor")


def test_a_unit_that_is_opened_again_has_no_successor_any_more():
    given(REGISTERED, CLOSED, REGISTERED).when(CLOSE).then(UnitClosed())
