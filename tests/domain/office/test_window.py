"""窗口: which windows there are in the hall, and which unit each belongs to."""

from msgspec.structs import replace

from bancheng.domain.office.window import (
    CloseWindow,
    RegisterWindow,
    TakeOverWindow,
    WindowClosed,
    WindowRegistered,
)
from support.given import given

REGISTER = RegisterWindow(code="A01", name="综合窗口一", unit="RS")
REGISTERED = WindowRegistered(code="A01", name="综合窗口一", unit="RS")
CLOSE = CloseWindow(code="A01")


def test_a_window_belongs_to_a_unit_that_takes_work():
    given().when(REGISTER).then(REGISTERED)
    given().when(replace(REGISTER, unit="XX")).then_refused("UNIT_UNKNOWN", "unit")


def test_a_window_may_change_its_name_and_its_unit():
    given(REGISTERED).when(replace(REGISTER, unit="YB")).then(replace(REGISTERED, unit="YB"))
    given(REGISTERED).when(REGISTER).then_refused("WINDOW_UNCHANGED", "code")


def test_a_window_is_closed_once_and_opened_again_by_registering_it():
    given(REGISTERED).when(CLOSE).then(WindowClosed())
    for past in ((), (REGISTERED, WindowClosed())):
        given(*past).when(CLOSE).then_refused("WINDOW_NOT_OPEN", "code")
    given(REGISTERED, WindowClosed()).when(REGISTER).then(REGISTERED)


def test_the_window_of_a_closed_unit_belongs_to_its_successor():
    take = TakeOverWindow(code="A01", unit="RS", successor="GA")
    given(REGISTERED).when(take).then(replace(REGISTERED, unit="GA"))
    for past in ((REGISTERED, WindowClosed()), (replace(REGISTERED, unit="YB"),)):
        given(*past).when(take).then_refused("NOTHING_TO_TAKE_OVER")
