"""How somebody is helped by mandate is walked through."""

import random
from collections.abc import Mapping
from typing import Any

from bancheng.app.acts.act import Act
from bancheng.app.acts.assistance import ASSISTANCE
from bancheng.app.engine import Engine
from bancheng.domain.assistance.contact import DiscloseClient
from bancheng.domain.assistance.course import EndAssistance
from bancheng.domain.commands import Command
from bancheng.domain.people import Actor
from bancheng.domain.privacy.restriction import ErasePersonalData, RestrictProcessing
from properties.walks import OF_NOTICES, Course, Options
from support.assistance_acts import CLIENT, mandating
from support.fakes import a_hall, do
from support.given import CLERK, HANDLER, ROBOT, STAFF

MANY = 3  # what a walk gathers a matter in


def several(engine: Engine) -> tuple[str, ...]:
    """Several assistances, of which a matter may come to be part."""
    return tuple(do(engine, mandating(), CLERK).stream_id for _ in range(MANY))


def _made_once() -> tuple[str, ...]:
    with a_hall("memory", None) as engine:
        return several(engine)


SEVERAL = _made_once()  # every hall in memory gives them the same ids


def _opening(_: random.Random) -> tuple[Command, Actor]:
    return mandating(), CLERK


def _options(_act: Act, _state: object, _chance: random.Random) -> Options:
    return {"staff_id": (CLERK.id, HANDLER.id), "client": (CLIENT,)}


def _usual(act: Act, state: Any, _values: Mapping[str, Any]) -> Actor:
    may = [one for one in (*STAFF, ROBOT) if one.may(*act.by)]
    return next((one for one in may if one.id == state.contact), may[0])


ASSISTANCES = Course(
    ASSISTANCE, _opening, _options, _usual,
    exits=frozenset({EndAssistance, DiscloseClient, RestrictProcessing, ErasePersonalData,
                     *OF_NOTICES}),
)  # fmt: skip
