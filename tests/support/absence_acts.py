"""Acts about who is away, as a client asks for them of a handler."""

from datetime import timedelta

from bancheng.domain.office.absence import NoteAbsence, Whereabouts

from .api_client import Api
from .given import CLERK, HANDLER
from .ways import Matter

AWAY = {
    "whereabouts": "MEETING", "since": "2026-03-02T09:00:00+08:00",
    "until": "2099-03-03T09:00:00+08:00", "standIn": CLERK.id,
}  # fmt: skip


def oneself(_: Api) -> Matter:
    return Matter(HANDLER.id, "")


def one_away(api: Api) -> Matter:
    until = api.clock.now() + timedelta(days=400)
    noted = NoteAbsence(
        staff_id=HANDLER.id, whereabouts=Whereabouts.LEAVE, since=api.clock.now(), until=until
    )
    api.carry_out(noted, HANDLER)
    return oneself(api)
