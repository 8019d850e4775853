"""Tickets on which what is late climbs, while units answer, join, finish and are sent on again."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from msgspec.structs import replace

from bancheng.app.acts.tickets import TICKET
from bancheng.domain.commands import Command
from bancheng.domain.complaint.dispatch import AddCoUnit
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Actor
from bancheng.domain.supervision.answering import AnswerMeasure, ExtendAnswer
from bancheng.domain.supervision.climbing import ClimbLadder, DeclineMeasure, SignMeasure
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.answering import RevokeWarning
from bancheng.domain.warnings.raising import ReplanDueDate
from support import builders
from support.builders import TEXT, History, officer_of
from support.given import CALENDAR, EFFICIENCY, READ, ROBOT, STREAM, Given, local

PAUSES = (timedelta(hours=2), timedelta(days=1), timedelta(days=3))
WEDNESDAYS_OFF = replace(CALENDAR, version="later", working_weekdays=(0, 1, 3, 4))
OURS = {"matter_id": STREAM}
Doing = tuple[Command, Actor | None, dict[str, Any]]


def a_climb(seed: int, steps: int = 30) -> History:
    """What became of an order of RS and one of YB, due on the 9th of March 2026."""
    chance, history = Random(seed), builders.a_dispatched_ticket("RS", "YB")
    for order, unit in ((builders.LEAD, "RS"), (builders.CO_1, "YB")):
        history = builders.signed_in(history, order, unit)
    at = local("2026-03-10 08:30")
    for _ in range(steps):
        at += chance.choice(PAUSES)
        ticket = TICKET.state_after(history)
        # What the hall does by itself comes first as often as not: whoever is late is late long.
        by_itself, by_people = [*_by_itself(ticket)], [*_by_people(ticket)]
        ways = chance.sample(by_itself, len(by_itself)), chance.sample(by_people, len(by_people))
        first, second = ways if chance.random() < 0.7 else reversed(ways)
        history = _after_one_of([*first, *second], history, at)
    return history


def _after_one_of(ways: list[Doing], history: History, at: Any) -> History:
    for command, by, desk in ways:
        outcome = Given(history).when(command, by, at, **desk)
        if outcome.refusal is None:
            return outcome.history
    return history


def _by_itself(ticket: Ticket) -> Iterator[Doing]:
    for one in ticket.deadlines.values():
        if one.kind is LimitKind.RESOLVE:
            ours = {**OURS, "kind": one.kind, "subject": one.subject}
            yield builders.raising(one.kind, one.subject, WarningLevel.RED), ROBOT, {}
            yield ClimbLadder(**ours), ROBOT, {}
            yield ClimbLadder(**ours), ROBOT, {}


def _by_people(ticket: Ticket) -> Iterator[Doing]:
    for id_, measure in ticket.measures.items():
        named = {**OURS, "measure_id": id_}
        yield SignMeasure(**named, demand=TEXT), EFFICIENCY, {}
        yield DeclineMeasure(**named, reason=TEXT), EFFICIENCY, {}
        yield AnswerMeasure(**named, answer=TEXT), officer_of(measure.unit), {}
        yield ExtendAnswer(**named, ruling=TEXT), EFFICIENCY, {}
    for id_, order in ticket.orders.items():
        yield builders.submitting(id_), officer_of(order.unit), {}
        yield OrderRework(ticket_id=STREAM, order_id=id_, reason=TEXT), None, {}
        moved = ReplanDueDate(**OURS, kind=LimitKind.RESOLVE, subject=id_)
        yield moved, EFFICIENCY, {"calendar": WEDNESDAYS_OFF}
        demand = {**OURS, "unit": order.unit, "ground": "overdue", "demand": TEXT}
        yield IssueSupervisionOrder(**demand, colour=SupervisionColour.RED), EFFICIENCY, {}
    for id_ in ticket.warnings:
        yield RevokeWarning(**OURS, warning_id=id_, ruling=TEXT), EFFICIENCY, {}
    joined = AddCoUnit(ticket_id=STREAM, unit="GA", instruction=TEXT, released=READ)
    yield joined, None, {}
