"""How an improvement is walked through: the cause comes again and again, and it is improved."""

import random
from collections.abc import Mapping
from typing import Any

from bancheng.app.acts.act import Act
from bancheng.app.acts.improvement import IMPROVEMENT
from bancheng.domain.commands import Command
from bancheng.domain.improvement.improvement import NoteCause
from bancheng.domain.people import Actor
from properties.walks import Course, Options
from support.builders import officer_of
from support.given import ROBOT, STAFF
from support.improvement_acts import noting


def _opening(_: random.Random) -> tuple[Command, Actor]:
    return noting(0), ROBOT


def _options(act: Act, _state: object, chance: random.Random) -> Options:
    number = chance.randrange(1000)
    named = {"ticket_id": (f"ticket-{number}",), "ticket_number": (f"BCS-{number}",)}
    usual = {"item": ("FOOD",), "cause": ("delay",), "clause": ("材料",), "unit": ("RS", "YB")}
    return {**usual, **(named if act.command is NoteCause else {})}


def _usual(act: Act, state: Any, _values: Mapping[str, Any]) -> Actor:
    may = [one for one in (*STAFF, ROBOT) if one.may(*act.by)]
    return officer_of(state.unit) if may[0].unit == "RS" and state.unit else may[0]


IMPROVEMENTS = Course(IMPROVEMENT, _opening, _options, _usual)
