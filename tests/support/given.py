"""Given what happened, when somebody acts, then these facts follow, or this refusal.

The history is folded with the real ``evolve`` and the real decision is taken from the registry;
only the desk is ours. Times and ids of the envelope are left out of the comparison.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bancheng.app.names import names_on_file, reporter_on_file
from bancheng.app.opening import on_file
from bancheng.app.registry import BY_COMMAND
from bancheng.domain.case.supervise import VoidCase
from bancheng.domain.commands import Command, Desk
from bancheng.domain.complaint.answer import AnswerReporter
from bancheng.domain.complaint.contact import ContactReporter, DiscloseReporter
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Envelope, Event, Recorded
from bancheng.domain.guards import Decision
from bancheng.domain.holding.taking import AssignWork, ClaimWork, GiveBackWork
from bancheng.domain.people import Actor, Role
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.supervision.answering import AnswerMeasure
from bancheng.domain.warnings.answering import AnswerWarning, AppealWarning
from bancheng.infra.calendars import national_calendar
from bancheng.infra.rulebooks import load_rulebook

BOOK = Path(__file__).with_name("hall.toml")
CALENDAR, RULES = national_calendar(), load_rulebook(BOOK)
READ = ReleasedText("过户多次没有办成")  # what units read of a report
STREAM, PERSON, NUMBER, QUERY_CODE = "ticket-1", "person-1", "BCS-1", "0123456789"
CODE = "0123456789ABCDEF"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in the hall
CLERK = Actor(id="c1", name="窗口甲", post="窗口", unit="HALL", roles=(Role.WINDOW_CLERK,))
OFFICER = Actor(id="o1", name="人社甲", post="承办", unit="RS", roles=(Role.UNIT_OFFICER,))
CO_OFFICER = Actor(id="o2", name="医保甲", post="承办", unit="YB", roles=(Role.UNIT_OFFICER,))
HANDLER = Actor(id="h1", name="处理甲", post="派单", unit="HALL", roles=(Role.HANDLER,))
VERIFIER = Actor(id="v1", name="核查甲", post="回访", unit="HALL", roles=(Role.VERIFIER,))
SUPERVISOR = Actor(id="s1", name="监督甲", post="监督", unit="HALL", roles=(Role.SUPERVISOR,))
EFFICIENCY = Actor(
    id="e1", name="效能甲", post="效能", unit="HALL", roles=(Role.EFFICIENCY_SUPERVISOR,)
)
ADMIN = Actor(id="a1", name="管理甲", post="系统", unit="HALL", roles=(Role.ADMINISTRATOR,))
HEAD = Actor(id="d1", name="人社负责人", post="首席代表", unit="RS", roles=(Role.UNIT_HEAD,))
DUTY = Actor(id="l1", name="带班甲", post="带班", unit="HALL", roles=(Role.DUTY_LEADER,))
GOVERNOR = Actor(id="g1", name="区长", post="政府", unit="HALL", roles=(Role.GOVERNMENT_HEAD,))
ROBOT = Actor(id="system", name="自动", post="系统", unit="SYSTEM", roles=(Role.SYSTEM,))
ARCHIVIST = Actor(id="r1", name="档案甲", post="档案", unit="HALL", roles=(Role.ARCHIVIST,))
STAFF = (
    CLERK, OFFICER, HANDLER, VERIFIER, SUPERVISOR, ADMIN, CO_OFFICER, EFFICIENCY, HEAD, DUTY,
    GOVERNOR, ARCHIVIST,
)  # fmt: skip
UNITS = frozenset({"RS", "YB", "GA", "HALL"})
WINDOW_UNITS = {"W01": "RS", "W02": "YB"}
# Whom an act may name: the staff, another handler, and three of every unit.
OTHER_HANDLER = replace(HANDLER, id="h2", name="处理乙")
MEMBERS = {member.id: member for member in (*STAFF, OTHER_HANDLER)} | {
    f"{name}-{unit}": replace(OFFICER, id=f"{name}-{unit}", unit=unit)
    for unit in sorted(UNITS)  # a walk is the same each time
    for name in ("o", "second", "third")
}
# Who acts if nobody is named, where the first whose role it is would seldom be whose turn it is.
USUAL: dict[type[Command], Actor] = {
    AnswerReporter: HANDLER,
    AnswerWarning: OFFICER, AppealWarning: OFFICER, AnswerMeasure: OFFICER, VoidCase: DUTY,
    DiscloseReporter: HANDLER, ContactReporter: HANDLER, ClaimWork: OFFICER, AssignWork: HEAD,
    GiveBackWork: HEAD,
}  # fmt: skip


def local(text: str) -> datetime:
    """The instant of a time of the hall's clock, as ``local("2026-03-02 09:30")``."""
    return datetime.fromisoformat(text).replace(tzinfo=CALENDAR.tzinfo).astimezone(UTC)


def recorded(event: Event, version: int, by: Actor, at: datetime, stream: str = STREAM) -> Recorded:
    envelope = Envelope(
        event_id=f"e{version}", occurred_at=at, recorded_at=at, actor=by, act="", basis="",
        channel=Channel.WINDOW, request_id="", key="",
    )  # fmt: skip
    return Recorded(
        stream_id=stream, version=version, position=version, envelope=envelope, event=event
    )


@dataclass(frozen=True)
class Given:
    """What happened so far."""

    history: tuple[Recorded, ...] = ()
    stream: str = STREAM

    def when(
        self, command: Command, by: Actor | None = None, at: datetime | None = None, **desk: Any
    ) -> "Outcome":
        """Let ``by`` act, by default whoever usually does, a minute after the last event."""
        decide = BY_COMMAND[type(command)].decide
        state, laid = self._before(type(command), by, at, desk)
        try:
            events = decide(state, command, laid)
        except DomainError as refusal:
            return Outcome(self.history, refusal=refusal)
        added = [
            recorded(event, n, laid.actor, laid.now, laid.stream_id)
            for n, event in enumerate(events, len(self.history) + 1)
        ]
        return Outcome((*self.history, *added), tuple(events))

    def refusal_of(
        self, act: type[Command], target: str = "", by: Actor | None = None, **desk: Any
    ) -> str:
        """Why ``by`` may not act then, asked without a command: a code, or nothing if they may."""
        decision = BY_COMMAND[act].decide
        assert isinstance(decision, Decision)
        state, laid = self._before(act, by, None, desk)
        refusal = decision.refusal(state, act, laid, target)
        return "" if refusal is None else refusal.code

    def _before(
        self, command: type[Command], by: Actor | None, at: datetime | None, desk: dict[str, Any]
    ) -> tuple[Any, Desk]:
        """The state so far, and the desk of who acts on it."""
        act = BY_COMMAND[command]
        by = by or USUAL.get(command)
        by = by or next(actor for actor in (*STAFF, ROBOT) if actor.may(*act.by))
        last = self.history[-1].envelope.occurred_at if self.history else START
        stream = self.history[0].stream_id if self.history else self.stream
        fields = {
            "now": at or last + timedelta(minutes=1), "actor": by, "calendar": CALENDAR,
            "rulebook": RULES, "units": UNITS, "staff": MEMBERS, "stream_id": stream,
            "window_units": WINDOW_UNITS, "person": PERSON, "official_number": NUMBER,
            "query_code": QUERY_CODE, "one_time_code": CODE,
        }  # fmt: skip
        if command.asks_names and "on_file" not in desk:
            told = {stream: self.history}
            fields["on_file"] = names_on_file(
                stream, lambda case_id: told.get(case_id, ()), lambda value: value.plain
            )
        if command.to_units and "reporter" not in desk:
            told = {stream: self.history}
            fields["reporter"] = reporter_on_file(
                stream, lambda ticket_id: told.get(ticket_id, ()), lambda value: value.plain
            )
        if command.opens_data and "openable" not in desk:
            fields["openable"] = frozenset(on_file(stream, {stream: self.history}.__getitem__))
        kind = act.aggregate(stream) or act.on[0]
        return reduce(kind.evolve, self.history, kind.empty()), Desk(**{**fields, **desk})


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    history: tuple[Recorded, ...]
    events: tuple[Event, ...] = ()
    refusal: DomainError | None = None

    def then(self, *expected: Event) -> Given:
        """These events, equal in every field; the story may go on from there."""
        assert self.refusal is None, self.refusal
        assert self.events == expected
        return Given(self.history)

    def then_nothing(self) -> None:
        """No event, whatever the answer was."""
        assert not self.events

    def then_refused(self, code: str, field: str | None = None) -> None:
        """Refused with this code, in words a clerk can act on; no event."""
        assert self.refusal is not None, f"expected {code}, got {self.events}"
        assert (self.refusal.code, self.refusal.field) == (code, field)
        assert self.refusal.message
        assert self.refusal.remedy
        self.then_nothing()


def given(*history: Event | Recorded) -> Given:
    """Events as they stand, or as builders hand them over; the former are stamped by nobody."""
    nobody = Actor(id="", name="", post="", unit="")
    stamped = enumerate(history, start=1)
    return Given(
        tuple(
            one if isinstance(one, Recorded) else recorded(one, version, nobody, START)
            for version, one in stamped
        )
    )
