"""The way of a command: who may, answered before?, load, decide, append, answer."""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from bancheng.app.deciding import Context, Deciding, Rules, Stamped
from bancheng.app.ports import Answer, Asked, Clock, Ids, Store, Unit, Vault
from bancheng.app.registry import BY_COMMAND, Act, Aggregate, stream_of
from bancheng.domain.commands import Command
from bancheng.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from bancheng.domain.events import Recorded
from bancheng.domain.people import Actor, Personal, Role

__all__ = ["Context", "Engine", "Rules", "Story", "Told"]
TRIES_MAX = 3


class Told(NamedTuple):
    """What a story learns of each of its acts: the answer, and the matter's state after it."""

    answer: Answer
    state: Any


Story = Generator[tuple[Command, Context], Told, None]


class _Matter:
    """A stream within a story: each of its events is folded once, not again for every act."""

    def __init__(self, kind: Aggregate, stream_id: str) -> None:
        self.stream_id = stream_id
        self.history: list[Recorded] = []
        self.state = kind.empty()
        self._evolve = kind.evolve

    def goes_on(self, events: list[Recorded]) -> None:
        self.history += events
        self.state = reduce(self._evolve, events, self.state)


@dataclass(frozen=True)
class Engine:
    """办理引擎: carries out commands, each at most once."""

    store: Store
    vault: Vault
    clock: Clock
    ids: Ids
    rules: Rules
    hall: str

    @cached_property
    def _deciding(self) -> Deciding:
        return Deciding(self.vault, self.clock, self.ids, self.rules, self.hall)

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

    def tell(self, story: Callable[[], Story]) -> list[Answer]:
        """Carry out the acts of a story in one transaction: all of them or none.

        For matters of long ago: between two of their acts nobody sees them, so nobody is warned of
        what was finished years before. ``story`` is told anew if somebody else was faster.
        """
        for _ in range(TRIES_MAX - 1):
            try:
                return self._told(story())
            except Conflict as conflict:
                if conflict.code != "VERSION_CONFLICT":
                    raise
        return self._told(story())

    def _told(self, story: Story) -> list[Answer]:
        answers: list[Answer] = []
        matters: dict[str, _Matter] = {}
        with self.store.unit() as unit:
            step = next(story)
            while True:
                # A story is stored whole: behind an act that is new every other one is new too.
                is_new = bool(answers) and not answers[-1].repeated
                told = self._told_one(*step, matters, unit, is_new=is_new)
                answers.append(told.answer)
                try:
                    step = story.send(told)
                except StopIteration:
                    return answers

    def _told_one(
        self,
        command: Command,
        context: Context,
        matters: dict[str, _Matter],
        unit: Unit,
        *,
        is_new: bool,
    ) -> Told:
        act = BY_COMMAND[type(command)]
        _require_role(act, context.actor)
        asked = Asked(key=context.key, fingerprint=self._fingerprint(command, context))
        answer = None if is_new else self._answered(asked)
        matter = self._matter(act, command, answer, matters)
        if answer is None:
            stamped = self._deciding.decide(
                act, command, context, matter.history, matter.state,
                stream_id=matter.stream_id, unit=unit,
            )  # fmt: skip
            answer = unit.append(matter.stream_id, len(matter.history), stamped, asked)
            matter.goes_on(_as_recorded(answer, len(matter.history), stamped))
        return Told(answer, matter.state)

    def _matter(
        self, act: Act, command: Command, answer: Answer | None, matters: dict[str, _Matter]
    ) -> _Matter:
        """What ``command`` is about, as far as its story has come."""
        named = stream_of(act, command) if answer is None else answer.stream_id
        stream_id = named or act.on[0].prefix + self.ids.new()
        if stream_id not in matters:
            matters[stream_id] = _Matter(act.kind_of(stream_id), stream_id)
            # Nothing has happened under an id that was made this moment.
            matters[stream_id].goes_on(self.store.load(stream_id) if named else [])
        return matters[stream_id]

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
        stream_id = stream_of(act, command) or act.on[0].prefix + self.ids.new()
        history = self.store.load(stream_id)
        if command.about is not None:
            _require_matter(act, command, history)
        _require_version(context.expected_version, len(history))
        kind = act.kind_of(stream_id)
        state = reduce(kind.evolve, history, kind.empty())
        with self.store.unit() as unit:
            stamped = self._deciding.decide(
                act, command, context, history, state, stream_id=stream_id, unit=unit
            )
            return unit.append(stream_id, len(history), stamped, asked)

    def _fingerprint(self, command: Command, context: Context) -> str:
        return self.vault.fingerprint(
            _COMMANDS.encode((type(command).__name__, command, context.actor.id))
        )


def _as_recorded(answer: Answer, version: int, stamped: Stamped) -> list[Recorded]:
    return [
        Recorded(
            stream_id=answer.stream_id,
            version=version + number,
            position=answer.position,
            envelope=envelope,
            event=event,
        )
        for number, (envelope, event) in enumerate(stamped, start=1)
    ]


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


def _require_matter(act: Act, command: Command, history: Sequence[Recorded]) -> None:
    # The id comes from outside: a unit's stream has a history too, and is no ticket.
    if not history or act.aggregate(history[0].stream_id) is None:
        terms = "或".join(kind.term for kind in act.on)
        raise NotFound(
            "MATTER_NOT_FOUND",
            f"没有标识为「{command.about}」的{terms}",
            field=command.about_field,
            remedy=f"请核对{terms}标识",
        )


def _require_version(expected: int | None, actual: int) -> None:
    if expected is not None and expected != actual:
        raise Conflict(
            "VERSION_CONFLICT",
            f"本件已被他人更新: 您看到的是第 {expected} 版,现在是第 {actual} 版",
            field="expected_version",
            remedy="请刷新后重新办理",
        )
