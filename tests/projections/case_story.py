"""Some cases together: what is done to them by the rules, and what follows by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from msgspec.structs import replace

from bancheng.app.acts.cases import CASE
from bancheng.app.known import Known
from bancheng.app.names import names_on_file
from bancheng.app.opening import on_file
from bancheng.app.policies import checks_of, reactions_to
from bancheng.app.registry import BY_COMMAND
from bancheng.domain.case import (
    rate,
)
from bancheng.domain.case.state import Case
from bancheng.domain.commands import Command, Desk
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Envelope, Recorded
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind, ServiceItem
from bancheng.domain.office.item_publication import item_of
from bancheng.domain.people import Actor, Role
from bancheng.domain.time_limits.rules import RuleBook
from support.case_api_acts import (
    ITEM,
    OTHER_ITEM,
    TEXT,
    THEME_ITEM,
    an_offer,
)
from support.fakes import FixedRules
from support.given import (
    CALENDAR,
    CLERK,
    HEAD,
    OFFICER,
    RULES,
    STAFF,
    START,
    UNITS,
)  # fmt: skip

ITEMS: dict[str, ServiceItem] = {
    code: replace(item_of(an_offer(code, unit, children), 0), version=1)
    for code, unit, children in (
        (ITEM, "RS", ()), (OTHER_ITEM, "YB", ()), (THEME_ITEM, "RS", (ITEM, OTHER_ITEM)),
    )
}  # fmt: skip
SYSTEM = Actor(
    id="system", name="系统", post="系统", unit="SYSTEM", roles=(Role.SYSTEM, Role.HANDLER)
)
CLERKS = (CLERK, replace(CLERK, id="c2", name="窗口乙"))
ITEMS[OTHER_ITEM] = replace(
    ITEMS[OTHER_ITEM], type=PowerType.PUBLIC_SERVICE, kind=CaseKind.FORWARDED
)
# One that is decided by that unit, and by no story but its own.
DECIDED_THERE = "CASE-YB-OWN"
ITEMS[DECIDED_THERE] = replace(item_of(an_offer(DECIDED_THERE, "YB"), 0), version=1)
CHAIR = replace(OFFICER, id="chair", name="法制甲")


@dataclass
class Story:
    """Some cases and what happened to them, in order. ``told`` are the events of all of them."""

    random: Random
    serial: int
    told: list[Recorded] = field(default_factory=list)
    streams: dict[str, list[Recorded]] = field(default_factory=dict)
    states: dict[str, Case] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    now: datetime = START
    rulebook: RuleBook = RULES
    beside: Mapping[str, Any] = field(default_factory=dict)  # what else lies on the desk

    def state(self, case_id: str) -> Case:
        return self.states.get(case_id) or CASE.empty()

    def act(self, command: Command, by: Actor, case_id: str) -> bool:
        """Let ``by`` act on the case, if the rules allow it; then what follows by itself."""
        number = f"BJ{self.serial:04d}{len(self.streams):02d}"
        desk = Desk(
            now=self.now, actor=by, calendar=CALENDAR, rulebook=self.rulebook,
            units=UNITS, items=ITEMS,
            staff={one.id: replace(one, unit=by.unit) for one in (OFFICER, HEAD, CHAIR)},
            stream_id=case_id, person="person-1", official_number=number, query_code=number[::-1],
            one_time_code=f"{number}{len(self.told)}",
            on_file=names_on_file(
                case_id, lambda asked: self.streams.get(asked, []), lambda value: value.plain
            ),
            openable=frozenset(on_file(case_id, lambda asked: self.streams.get(asked, []))),
            **self.beside,
        )  # fmt: skip
        try:
            events = BY_COMMAND[type(command)].decide(self.state(case_id), command, desk)
        except DomainError:
            return False
        for event in events:
            self._tell(case_id, event, by)
            if isinstance(event, rate.RatingCodeIssued):
                self.codes[case_id] = desk.one_time_code
        return bool(events)

    def _tell(self, case_id: str, event: Any, by: Actor) -> None:
        stream = self.streams.setdefault(case_id, [])
        version = len(stream) + 1
        # Some of it is recorded later than it happened, as an import would be.
        late = timedelta(seconds=7 * version) + timedelta(hours=30 * (version % 11 == 0))
        envelope = Envelope(
            event_id=f"{case_id}-e{version}", occurred_at=self.now, recorded_at=self.now + late,
            actor=by, act=type(event).__name__, basis="", channel=Channel.WINDOW, request_id="",
            key="", why=TEXT,
        )  # fmt: skip
        recorded = Recorded(
            stream_id=case_id, version=version, position=0, envelope=envelope, event=event
        )
        stream.append(recorded)
        self.told.append(recorded)
        self.states[case_id] = CASE.evolve(self.state(case_id), recorded)
        rules = FixedRules()
        known = Known(self.state, lambda _: Ticket(), rules.units, rules.successors, rules.rulebook)
        for reaction in reactions_to(recorded, known):
            if BY_COMMAND[type(reaction.command)].on == (CASE,):
                about = reaction.command.about or f"case-{self.serial:04d}-{len(self.streams)}"
                self.act(reaction.command, SYSTEM, about)

    def check(self) -> None:
        for case_id in self.streams:
            for reaction in checks_of(self.streams[case_id], FixedRules()):
                self.act(reaction.command, SYSTEM, case_id)


def must(story: Story, case_id: str, command: Command, by: Actor | None = None) -> None:
    """Let it be done an hour later, which the rules must allow."""
    story.now += timedelta(hours=1)
    assert story.act(command, by or usual(command, story.state(case_id)), case_id), command


def usual(command: Command, case: Case) -> Actor:
    """Who usually does it: somebody of the unit that has the file, if a unit has to."""
    by = next(actor for actor in (*STAFF, SYSTEM) if actor.may(*BY_COMMAND[type(command)].by))
    if by.unit != "RS" or case.item is None:
        return CLERKS[case.receipts % 2] if by == CLERK else by
    return of_unit(by, case.holder or case.item.unit)


def of_unit(actor: Actor, unit: str) -> Actor:
    """``actor``, or somebody like them at ``unit``."""
    return actor if actor.unit == unit else replace(actor, id=f"{actor.id}-{unit}", unit=unit)
