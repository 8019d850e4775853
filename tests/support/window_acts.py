"""Acts about the windows of the hall, as a client asks for them."""

from itertools import count
from typing import Final

from bancheng.domain.office.window import RegisterWindow
from bancheng.domain.office.window_terms import StaffWindow

from .api_client import Api
from .given import ADMIN, CLERK, START
from .ways import Matter, Way

_serial = count(1)
SEAT: Final = {"staffId": CLERK.id, "since": "2026-03-02T09:00:00+08:00"}
ARRANGED: Final = {"kind": "TEMPORARY", "authorities": ["ACCEPT"], "openUntil": "2099-12-31"}


def _nothing(_: Api) -> Matter:
    return Matter("", "")


def a_window(api: Api) -> Matter:
    code = f"W{next(_serial)}"
    api.settle()
    api.carry_out(RegisterWindow(code=code, name="临时窗口", unit="RS"), ADMIN)
    return Matter(code, code)


def a_staffed_window(api: Api) -> Matter:
    matter = a_window(api)
    api.carry_out(StaffWindow(code=matter.number, staff_id=CLERK.id, since=START), ADMIN)
    return matter


WINDOW_WAYS: Final = {
    "registerWindow": Way(
        _nothing,
        ADMIN,
        {"code": lambda: f"W{next(_serial)}", "name": "新窗口", "unit": "RS"},
        (),
    ),
    "closeWindow": Way(a_window, ADMIN, {}, ("code",)),
    "arrangeWindow": Way(a_window, ADMIN, ARRANGED, ("code",)),
    "staffWindow": Way(a_window, ADMIN, SEAT, ("code",)),
    "endWindowDuty": Way(a_staffed_window, ADMIN, {"staffId": CLERK.id}, ("code",)),
}
