"""The way of a command: who may, answered before?, load, decide, append, answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Protocol

import msgspec
from msgspec.structs import replace

from bancheng.app.ports import Answer, Asked, Clock, Ids, Register, Store, Unit, Vault
from bancheng.app.registry import BY_COMMAND, Act, stream_of
from bancheng.domain.commands import Command, Desk
from bancheng.domain.complaint.state import TicketCommand
from bancheng.domain.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from bancheng.domain.events import Channel, Envelope, Event, Recorded
from bancheng.domain.people import Actor, Personal, Reporter, Role
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.rulebook import RuleBook

TRIES_MAX = 3


class Rules(Protocol):
    """规则: which calendar and rule book hold, and which units take work."""

    def calendar(self) -> Calendar: ...
    def rulebook(self) -> RuleBook: ...
    def units(self) -> frozenset[str]: ...


@dataclass(frozen=True, kw_only=True)
class Context:
    """请求: who asks, from where, under which key.

    ``expected_version`` is the version of the matter the clerk saw; without it the command
    is decided on whatever is there. ``occurred_at`` (UTC) claims an earlier time and is only
    for imports, which name their source.
    """

    actor: Actor
    key: str
    channel: Channel
    request_id: str = ""
    expected_version: int | None = None
    occurred_at: datetime | None = None
    source_system: str | None = None
    source_id: str | None = None
    batch_id: str | None = None


@dataclass(frozen=True)
class Engine:
    """办理引擎: carries out commands, each at most once."""

    store: Store
    vault: Vault
    clock: Clock
    ids: Ids
    rules: Rules
    hall: str

    def execute(self, command: Command, context: Context) -> Answer:
        """Carry out ``command``; the answer names the position to wait for.

        Raises a ``DomainError`` if a rule forbids it; then nothing was stored. A key that was
        answered before gets the same answer and stores nothing.
        """
        act = BY_COMMAND[type(command)]
        _require_role(act, context.actor)
        asked = Asked(key=context.key, fingerprint=self._fingerprint(command, context))
        for _ in range(TRIES_MAX - 1):
            try:
                return self._attempt(act, command, context, asked)
            except Conflict as conflict:
                if conflict.code != "VERSION_CONFLICT" or context.expected_version is not None:
                    raise
        return self._attempt(act, command, context, asked)

    def _attempt(self, act: Act, command: Command, context: Context, asked: Asked) -> Answer:
        if (earlier := self._answered(asked)) is not None:
            return earlier
        try:
            return self._carry_out(act, command, context, asked)
        except DomainError:
            # A racing call with the same key may have won: then its answer is ours, whatever
            # it was that refused us here.
            if (earlier := self._answered(asked)) is not None:
                return earlier
            raise

    def _answered(self, asked: Asked) -> Answer | None:
        earlier = self.store.answered(asked)
        return None if earlier is None else replace(earlier, repeated=True)

    def _carry_out(self, act: Act, command: Command, context: Context, asked: Asked) -> Answer:
        stream_id = stream_of(act, command) or act.on.prefix + self.ids.new()
        history = self.store.load(stream_id)
        if isinstance(command, TicketCommand):
            _require_ticket(act, stream_id, history)
        _require_version(context.expected_version, len(history))
        state = reduce(act.on.evolve, history, act.on.empty())
        with self.store.unit() as unit:
            desk = self._desk(act, command, context, history, stream_id=stream_id, unit=unit)
            events = act.decide(state, command, desk)
            stamped = self._stamped(act, events, command, context, desk)
            return unit.append(stream_id, len(history), stamped, asked)

    def _desk(
        self,
        act: Act,
        command: Command,
        context: Context,
        history: Sequence[Recorded],
        *,
        stream_id: str,
        unit: Unit,
    ) -> Desk:
        reporter: Reporter | None = getattr(command, "reporter", None)
        return Desk(
            now=self._occurred_at(context, history),
            actor=context.actor,
            calendar=self.rules.calendar(),
            rulebook=self.rules.rulebook(),
            units=self.rules.units(),
            stream_id=stream_id,
            person=None if reporter is None else self.vault.identify(reporter),
            official_number=self._official_number(act, unit),
            query_code=self.ids.query_code() if act.opens else "",
        )

    def _official_number(self, act: Act, unit: Unit) -> str:
        if not act.opens or act.on.ledger is None:
            return ""
        year = self.rules.calendar().local(self.clock.now()).year
        number = unit.next_number(Register(hall=self.hall, ledger=act.on.ledger, year=year))
        return f"{act.on.ledger}{self.hall}{year}{number:06d}"

    def _stamped(
        self,
        act: Act,
        events: Sequence[Event],
        command: Command,
        context: Context,
        desk: Desk,
    ) -> list[tuple[Envelope, Event]]:
        recorded_at = self.clock.now()
        return [
            (
                Envelope(
                    event_id=self.ids.new(),
                    occurred_at=desk.now,
                    recorded_at=recorded_at,
                    actor=context.actor,
                    channel=context.channel,
                    act=act.name,
                    request_id=context.request_id,
                    key=context.key,
                    basis=act.basis,
                    why=None if command.why is None else desk.sealed(command.why),
                    source_system=context.source_system,
                    source_id=context.source_id,
                    batch_id=context.batch_id,
                ),
                event,
            )
            for event in events
        ]

    def _occurred_at(self, context: Context, history: Sequence[Recorded]) -> datetime:
        now = self.clock.now()
        last = history[-1].envelope.occurred_at if history else None
        claimed = context.occurred_at
        if claimed is None:  # clocks of two machines may differ by a little: never step back
            return now if last is None else max(now, last)
        if context.source_system is None:
            raise InvalidInput(
                "OCCURRED_TIME_NOT_ALLOWED",
                "只有批量导入可以填写发生时间",
                field="occurred_at",
                remedy="请删去发生时间,以系统时间为准",
            )
        if claimed > now or (last is not None and claimed < last):
            raise InvalidInput(
                "OCCURRED_TIME_IMPOSSIBLE",
                "发生时间不得晚于现在,也不得早于本件上一环节",
                field="occurred_at",
                remedy="请核对来源系统的时间",
            )
        return claimed

    def _fingerprint(self, command: Command, context: Context) -> str:
        return self.vault.fingerprint(
            _COMMANDS.encode((type(command).__name__, command, context.actor.id))
        )


def _plain(value: object) -> str | None:
    if isinstance(value, Personal):
        return value.plain
    raise TypeError(f"{type(value).__name__} cannot be part of a command")


_COMMANDS = msgspec.json.Encoder(enc_hook=_plain, order="deterministic")


def _require_role(act: Act, actor: Actor) -> None:
    if not actor.may(*act.by):
        allowed = "、".join(sorted(role.label for role in act.by))
        raise NotAllowed(
            "ROLE_MISSING",
            f"您的角色({_labels(actor.roles)})不能{act.term}",
            remedy=f"本操作由以下角色办理: {allowed}",
        )


def _labels(roles: Iterable[Role]) -> str:
    return "、".join(role.label for role in roles) or "无"


def _require_ticket(act: Act, stream_id: str, history: Sequence[Recorded]) -> None:
    # The id comes from outside: a unit's stream has a history too, and is no ticket.
    if not history or not stream_id.startswith(act.on.prefix):
        raise NotFound(
            "TICKET_NOT_FOUND",
            f"没有标识为「{stream_id}」的工单",
            field="ticket_id",
            remedy="请核对工单标识",
        )


def _require_version(expected: int | None, actual: int) -> None:
    if expected is not None and expected != actual:
        raise Conflict(
            "VERSION_CONFLICT",
            f"本件已被他人更新: 您看到的是第 {expected} 版,现在是第 {actual} 版",
            field="expected_version",
            remedy="请刷新后重新办理",
        )
