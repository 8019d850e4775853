"""How a list by which an officer hands over to a colleague is walked through."""

import random
from collections.abc import Mapping
from typing import Any

from bancheng.app.acts.act import Act
from bancheng.app.acts.holding import HAND_OVER
from bancheng.app.engine import Engine
from bancheng.domain.commands import Command
from bancheng.domain.held_parts import HeldPart, InHand
from bancheng.domain.holding.hand_over import ProposeWorkHandOver, SignWorkHandOver
from bancheng.domain.people import Actor
from properties.walks import Course, Options
from support.builders import TEXT
from support.given import HEAD, MEMBERS, OFFICER

# Whom the staff of the walks may act as: what is signed, an officer signs.
FROM, TO = MEMBERS["second-RS"], OFFICER
IN_HAND = (HeldPart(matter_id="ticket-1", order_id="BCS-1-01"),)


def _with_work(engine: Engine) -> None:
    engine.rules.held_parts = InHand(parts=IN_HAND)


def _opening(_: random.Random) -> tuple[Command, Actor]:
    return ProposeWorkHandOver(from_staff=FROM.id, to_staff=TO.id, reason=TEXT), HEAD


def _openings(chance: random.Random) -> Command:
    """Anybody to anybody of their unit: each may hand over their own, and heads all of theirs."""
    leaver = chance.choice(list(MEMBERS.values()))
    others = [one.id for one in MEMBERS.values() if one.unit == leaver.unit and one != leaver]
    return ProposeWorkHandOver(from_staff=leaver.id, to_staff=chance.choice(others), reason=TEXT)


def _options(_act: Act, _state: object, _chance: random.Random) -> Options:
    return {"from_staff": (FROM.id,), "to_staff": (TO.id,)}


def _usual(act: Act, _state: object, _values: Mapping[str, Any]) -> Actor:
    return TO if act.command is SignWorkHandOver else HEAD


HAND_OVERS = Course(HAND_OVER, _opening, _options, _usual, prepared=_with_work, openings=_openings)
