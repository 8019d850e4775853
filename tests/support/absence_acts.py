"""Acts about who is away, as a client asks for them of a handler."""

from datetime import timedelta
from itertools import count

from bancheng.domain.office.absence import NoteAbsence, Whereabouts
from bancheng.domain.office.stand_ins import NameStandIn

from .api_client import Api
from .given import ADMIN, CLERK, HANDLER
from .ways import Matter, Way

_serial = count(2100)  # what is named twice is refused, and a hall may be that of all tests
PAIR = {"standIn": CLERK.id}
PERIOD = PAIR | {"until": lambda: f"{next(_serial)}-03-03T09:00:00+08:00"}
AWAY = {
    "whereabouts": "MEETING", "since": "2026-03-02T09:00:00+08:00",
    "until": "2099-03-03T09:00:00+08:00", "standIn": CLERK.id,
}  # fmt: skip


def oneself(_: Api) -> Matter:
    return Matter(HANDLER.id, "")


def one_paired(api: Api) -> Matter:
    until = api.clock.now() + timedelta(days=next(_serial))
    api.carry_out(NameStandIn(staff_id=HANDLER.id, stand_in=CLERK.id, until=until), ADMIN)
    return oneself(api)


def one_away(api: Api) -> Matter:
    until = api.clock.now() + timedelta(days=400)
    noted = NoteAbsence(
        staff_id=HANDLER.id, whereabouts=Whereabouts.LEAVE, since=api.clock.now(), until=until
    )
    api.carry_out(noted, HANDLER)
    return oneself(api)


ABSENCE_WAYS = {
    "noteAbsence": Way(oneself, HANDLER, AWAY, ("staffId",)),
    "endAbsence": Way(one_away, HANDLER, {}, ("staffId",)),
    "nameStandIn": Way(oneself, ADMIN, PERIOD, ("staffId",)),
    "endStandIn": Way(one_paired, ADMIN, PAIR, ("staffId",)),
}
