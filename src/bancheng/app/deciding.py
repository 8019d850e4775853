"""How one act is decided: the desk is laid, the decision asked, its events stamped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from msgspec.structs import replace

from bancheng.app.acting import check_could_themself, check_in_hand
from bancheng.app.acts.act import Act
from bancheng.app.matter_files import files_of
from bancheng.app.names import names_on_file, reporter_on_file
from bancheng.app.occurred import check_claimed, check_possible_then, time_of_now
from bancheng.app.opening import OnFile, Opened, on_file, opened
from bancheng.app.ports import Clock, Ids, Register, Unit, Vault
from bancheng.app.rules import Rules
from bancheng.app.stream import Stamped, Stream
from bancheng.domain.backdating import check_age, check_limits
from bancheng.domain.commands import Command, Desk, OpenWork
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.errors import InvalidInput, faults_in, together
from bancheng.domain.events import Envelope, Event, Place, Principal, Recorded
from bancheng.domain.held_parts import InHand
from bancheng.domain.items import ServiceItem
from bancheng.domain.matter_files import MatterFile
from bancheng.domain.matter_state import MatterState
from bancheng.domain.people import Actor, NamesOnFile, Personal
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.domain.windows import WindowTerms


@dataclass(frozen=True, kw_only=True)
class Context:
    """请求: who asks, from where, under which key.

    ``expected_version`` is the version of the matter the clerk saw; without it the command
    is decided on whatever is there. ``occurred_at`` (UTC) claims an earlier time: that of the
    source, if an import names one, else what somebody tells of an act that was not entered at once.
    ``acting_for`` is the staff id of the one in whose place the actor does it.
    ``proof`` is what proves the password or the device that the act brings; no command and no event
    holds it.
    """

    actor: Actor
    key: str
    place: Place
    request_id: str = ""
    expected_version: int | None = None
    occurred_at: datetime | None = None
    source_system: str | None = None
    source_id: str | None = None
    batch_id: str | None = None
    acting_for: str | None = None
    proof: str | None = None

    @property
    def is_backdated(self) -> bool:
        """补录: whether somebody of the hall says when the act happened."""
        return self.occurred_at is not None and self.source_system is None


class Decided(NamedTuple):
    """What is to be stored, and what is only told: a one-time code, and values that are opened."""

    stamped: Stamped
    one_time_code: str
    opened: tuple[Opened, ...] = ()


class Request(NamedTuple):
    """请求办理: one act, what was said to it, by whom, and what it is about.

    ``principal`` is in whose place it is done, if in somebody's, and ``own`` who does it as they
    stand.
    """

    act: Act
    command: Command
    context: Context
    stream: Stream
    own: Actor
    principal: Actor | None = None


class Looked(NamedTuple):
    """What was looked up for an act before it is stored.

    A unit holds a connection to the database. Whoever asked for a second one within it would wait
    for those who hold the first ones, and they for them.
    """

    calendar: Calendar
    rulebook: RuleBook
    base_book: RuleBook | None
    units: frozenset[str]
    items: Mapping[str, ServiceItem]
    items_now: Mapping[str, ServiceItem]
    staff: Mapping[str, Actor]
    window_units: Mapping[str, str]
    window_terms: WindowTerms | None
    open_work: Sequence[OpenWork]
    successors: Mapping[str, str]
    on_file: NamesOnFile
    reporter: Sequence[tuple[PersonalField, Personal]]
    openable: OnFile
    sessions: frozenset[str]
    files: Mapping[str, MatterFile]
    alike: Sequence[MatterFile]
    alike_withheld: frozenset[str]
    kept_from: frozenset[str]
    in_hand: InHand


@dataclass(frozen=True)
class Deciding:
    """办理: what every decision needs besides the history of its matter."""

    vault: Vault
    clock: Clock
    ids: Ids
    rules: Rules
    hall: str

    def look_up(
        self,
        command: Command,
        context: Context,
        stream: Stream,
        load: Callable[[str], Sequence[Recorded]],
        whole: Callable[[str], Sequence[Recorded]],
        *,
        is_kept_from: Callable[[Actor], bool],
    ) -> Looked:
        """What deciding ``command`` takes besides its ``stream``; to be called outside a unit.

        ``load`` gives the history of a matter as far as the actor is to know it, ``whole`` all;
        ``is_kept_from`` says whether somebody is to know nothing of the ``stream``.
        """
        now = self.clock.now()
        files = files_of(command.matters_named(stream.state), load, self.rules.holders)
        # Not as far as the actor knows them: what is missing would be approved as complete.
        alike = self._alike(files, whole) if command.asks_alike else ()
        staff = self._staff(command, stream.state)
        asked = staff.values() if command.puts_in_hands else ()
        return Looked(
            calendar=self.rules.calendar(),
            rulebook=self.rules.rulebook(),
            base_book=self._base_book(command),
            units=self.rules.units(),
            items=self._items(command, context.occurred_at or now),
            items_now=self._items(command, now) if context.is_backdated else {},
            staff=staff,
            window_units=self._window_units(command, stream.state),
            window_terms=self._window_terms(command, context),
            open_work=self._open_work(command, context.actor),
            successors=self.rules.successors() if command.asks_successors else {},
            on_file=self._on_file(command, load),
            reporter=self._reporter(command, load),
            openable=on_file(command.about, load) if command.opens_data and command.about else {},
            sessions=self._sessions(command),
            files=files,
            alike=alike,
            alike_withheld=frozenset(one.matter_id for one in alike if not load(one.matter_id)),
            kept_from=frozenset(one.id for one in asked if is_kept_from(one)),
            in_hand=self._in_hand(command, context.actor),
        )

    def decide(self, request: Request, unit: Unit, looked: Looked) -> Decided:
        """The events of the act, each in its envelope; a ``DomainError`` if a rule forbids it."""
        faults = faults_in(lambda: self._check_occurred_at(request, looked))
        # At an impossible time nothing can be counted: what else is wrong is found as of now.
        claimed = None if faults else request.context.occurred_at
        desk = self._desk(request, unit, looked, claimed)
        [events] = together(lambda: _decided(request, desk), found=faults)
        stamped = self._stamped(request, events, desk)
        if request.context.occurred_at is not None:
            check_possible_then(request.act, request.command, desk, request.stream, stamped)
        if request.context.is_backdated and desk.now < self.clock.now():
            present = replace(desk, now=self.clock.now(), items=looked.items_now)
            self._check_backdated(request, desk, present, stamped)
        return Decided(
            stamped, desk.one_time_code, opened(events, looked.openable, self.vault.open)
        )

    def _check_backdated(
        self, request: Request, desk: Desk, present: Desk, stamped: Stamped
    ) -> None:
        """A ``DomainError`` if the act can not be done now, or would better a limit by its time."""
        state = request.stream.state
        events = request.act.decide(state, request.command, present)
        restamped = self._stamped(request, events, present)
        check_limits(
            state.deadlines,
            request.stream.state_with(stamped).deadlines,
            request.stream.state_with(restamped).deadlines,
            desk.now,
            present.now,
        )

    def _desk(self, request: Request, unit: Unit, looked: Looked, claimed: datetime | None) -> Desk:
        act, command, context, stream, own, _ = request
        party = command.party()
        return Desk(
            now=claimed or time_of_now(stream, self.clock.now()),
            actor=context.actor,
            own=own,
            calendar=looked.calendar,
            rulebook=looked.rulebook,
            base_book=looked.base_book,
            window=_window(context, stream),
            at_window=context.place.window,
            units=looked.units,
            items=looked.items,
            staff=looked.staff,
            window_units=looked.window_units,
            window_terms=looked.window_terms,
            open_work=looked.open_work,
            successors=looked.successors,
            on_file=looked.on_file,
            reporter=looked.reporter,
            openable=frozenset(looked.openable),
            sessions=looked.sessions,
            files=looked.files,
            alike=looked.alike,
            alike_withheld=looked.alike_withheld,
            kept_from=looked.kept_from,
            in_hand=looked.in_hand,
            stream_id=stream.stream_id,
            person=None if party is None else self.vault.identify(party),
            official_number=self._official_number(act, unit, looked.calendar),
            query_code=self.ids.query_code() if act.opens else "",
            one_time_code=self._code(command.code_letters),
            imported_at=self.clock.now() if context.source_system else None,
        )

    def _items(self, command: Command, when: datetime) -> Mapping[str, ServiceItem]:
        code, as_of = command.item_wanted() or ("", None)
        at = as_of or when
        item = self.rules.item(code, at) if code else None
        if item is None:
            return {}
        parts = ((part, self.rules.item(part, at)) for part in item.children)
        return {item.code: item} | {part: found for part, found in parts if found is not None}

    def _staff(self, command: Command, state: Any) -> Mapping[str, Actor]:
        wanted = {*command.staff_named(), _accused(command, state).accused_staff or ""} - {""}
        found = ((staff_id, self.rules.member(staff_id)) for staff_id in wanted)
        return {staff_id: member for staff_id, member in found if member is not None}

    def _window_units(self, command: Command, state: Any) -> Mapping[str, str]:
        wanted = {code for _, code in command.windows_named()}
        wanted |= {_accused(command, state).accused_window or ""} - {""}
        found = ((code, self.rules.unit_of_window(code)) for code in wanted)
        return {code: unit for code, unit in found if unit is not None}

    def _window_terms(self, command: Command, context: Context) -> WindowTerms | None:
        window = context.place.window
        if not command.asks_window or window is None or context.source_system is not None:
            return None  # another system's windows are not of this hall
        return self.rules.window_terms(window)

    def _on_file(self, command: Command, load: Callable[[str], Sequence[Recorded]]) -> NamesOnFile:
        if not command.asks_names or command.about is None:
            return NamesOnFile()
        return names_on_file(command.about, load, self.vault.open)

    def _reporter(
        self, command: Command, load: Callable[[str], Sequence[Recorded]]
    ) -> Sequence[tuple[PersonalField, Personal]]:
        about = command.about or ""
        if not command.to_units or not about.startswith(TICKETS):
            return ()
        return reporter_on_file(about, load, self.vault.open)

    def _alike(
        self, files: Mapping[str, MatterFile], load: Callable[[str], Sequence[Recorded]]
    ) -> Sequence[MatterFile]:
        """Other matters of the same people, and the parts of a theme that are not among them."""
        parts = {part for file in files.values() for part in file.parts}
        others = (self.rules.alike(files.keys()) | parts) - files.keys()
        return tuple(files_of(sorted(others), load, self.rules.holders).values())

    def _code(self, letters: int) -> str:
        return self.ids.one_time_code(letters) if letters else ""

    def _sessions(self, command: Command) -> frozenset[str]:
        staff_id = command.sessions_of()
        return frozenset() if staff_id is None else self.rules.sessions(staff_id)

    def _in_hand(self, command: Command, asker: Actor) -> InHand:
        staff_id = command.in_hand_of()
        return InHand() if staff_id is None else self.rules.in_hand(staff_id, asker)

    def _open_work(self, command: Command, asker: Actor) -> Sequence[OpenWork]:
        unit = command.unit_closed()
        return () if unit is None else self.rules.open_work(unit, asker)

    def _base_book(self, command: Command) -> RuleBook | None:
        wanted = command.book_wanted()
        return None if wanted is None else self.rules.shipped_book(wanted)

    def _official_number(self, act: Act, unit: Unit, calendar: Calendar) -> str:
        ledger = act.on[0].ledger
        if not act.opens or ledger is None:
            return ""
        year = calendar.local(self.clock.now()).year
        number = unit.next_number(Register(hall=self.hall, ledger=ledger, year=year))
        return f"{ledger}{self.hall}{year}{number:06d}"

    def _stamped(self, request: Request, events: Sequence[Event], desk: Desk) -> Stamped:
        act, command, context, _, _, principal = request
        recorded_at = self.clock.now()
        return [
            (
                Envelope(
                    event_id=self.ids.new(),
                    occurred_at=desk.now,
                    recorded_at=recorded_at,
                    actor=context.actor,
                    channel=context.place.channel,
                    act=act.name,
                    request_id=context.request_id,
                    key=context.key,
                    basis=act.basis,
                    why=None if command.why is None else desk.sealed(command.why),
                    window=context.place.window,
                    terminal=context.place.terminal,
                    source_system=context.source_system,
                    source_id=context.source_id,
                    batch_id=context.batch_id,
                    backdated=context.is_backdated and desk.now < recorded_at,
                    rule_version=desk.rulebook.version,
                    acting_for=None if principal is None else _principal(principal),
                ),
                event,
            )
            for event in events
        ]

    def _check_occurred_at(self, request: Request, looked: Looked) -> None:
        """``InvalidInput`` if the act can not have happened when it is said to have."""
        context, now = request.context, self.clock.now()
        claimed = context.occurred_at
        if claimed is None:
            return
        if context.acting_for is not None:
            raise InvalidInput(
                "ACTING_NOW",
                "代他人办理只能即时办理,不能补录",
                field="occurred_at",
                remedy="请删去发生时间,或以本人名义补录",
            )
        if request.command.opens_data:
            raise InvalidInput(
                "OPENED_NOW",
                "调阅只能即时办理,不能补录",
                field="occurred_at",
                remedy="请删去发生时间",
            )
        check_claimed(request.stream, claimed, now, by_hall=context.is_backdated)
        if context.is_backdated and claimed < now:
            check_age(claimed, now, looked.rulebook, looked.calendar)


def _principal(actor: Actor) -> Principal:
    return Principal(staff_id=actor.id, name=actor.name)


def _decided(request: Request, desk: Desk) -> Sequence[Event]:
    """What the act leads to; of who does it in the place of another that one is asked for, too."""
    act, command, state, principal = (
        request.act, request.command, request.stream.state, request.principal,
    )  # fmt: skip
    if principal is not None:
        check_in_hand(act, command, state, principal)
    events = act.decide(state, command, desk)
    if principal is not None:
        check_could_themself(act, command, state, replace(desk, actor=principal))
    return events


def _accused(command: Command, state: Any) -> Ticket:
    """The ticket, if who asks for successors may ask who is accused; else one about nobody."""
    asks = command.asks_successors and isinstance(state, Ticket)
    return state if asks else Ticket()


def _window(context: Context, stream: Stream) -> str | None:
    """Where the matter came in: its first act said so, or the one that opens it does."""
    matter = stream.state
    is_there = isinstance(matter, MatterState) and stream.version
    return matter.window if is_there else context.place.window
