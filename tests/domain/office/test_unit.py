"""单位: who takes work in the hall, and since when."""

from bancheng.domain.office.unit import CloseUnit, RegisterUnit, UnitClosed, UnitRegistered
from support.given import given

REGISTER = RegisterUnit(code="RS", name="人社局")
REGISTERED = UnitRegistered(code="RS", name="人社局")
CLOSE = CloseUnit(code="RS")
CLOSED = UnitClosed()


def test_a_unit_is_registered():
    given().when(REGISTER).then(REGISTERED)


def test_the_same_registration_again_is_refused():
    given(REGISTERED).when(REGISTER).then_refused("UNIT_UNCHANGED", "code")


def test_a_unit_may_change_its_name():
    renamed = RegisterUnit(code="RS", name="人力资源和社会保障局")
    given(REGISTERED).when(renamed).then(UnitRegistered(code="RS", name=renamed.name))


def test_a_unit_is_closed_once():
    given(REGISTERED).when(CLOSE).then(CLOSED)
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
