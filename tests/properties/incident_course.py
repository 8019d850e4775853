"""How an incident is walked through."""

import random
from collections.abc import Mapping
from typing import Any

from bancheng.app.acts.act import Act
from bancheng.app.acts.incidents import INCIDENT
from bancheng.domain.commands import Command
from bancheng.domain.incidents.incident import EndIncident
from bancheng.domain.people import Actor
from bancheng.domain.privacy.restriction import ErasePersonalData, RestrictProcessing
from properties.walks import OF_NOTICES, Course, Options
from support.given import CLERK, ROBOT, STAFF, START
from support.incident_acts import registering


def _opening(_: random.Random) -> tuple[Command, Actor]:
    return registering(), CLERK


def _options(_act: Act, _state: object, _chance: random.Random) -> Options:
    return {"organ": ("值班室",), "found_at": (START,)}


def _usual(act: Act, _state: object, _values: Mapping[str, Any]) -> Actor:
    return next(one for one in (*STAFF, ROBOT) if one.may(*act.by))


INCIDENTS = Course(
    INCIDENT, _opening, _options, _usual,
    exits=frozenset({EndIncident, RestrictProcessing, ErasePersonalData, *OF_NOTICES}),
)  # fmt: skip
