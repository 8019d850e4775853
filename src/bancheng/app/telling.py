"""One telling of a story: each act is checked, decided on what is there and stored, in one unit."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from bancheng.app.acts.act import Act
from bancheng.app.deciding import Context, Deciding
from bancheng.app.ports import Answer, Asked, Store, Unit
from bancheng.app.registry import BY_COMMAND, stream_of
from bancheng.app.stream import Stream
from bancheng.domain.commands import Command
from bancheng.domain.errors import Conflict, NotFound
from bancheng.domain.people import Personal


@dataclass(frozen=True)
class Told:
    """What a story learns of each of its acts: the answer, and on demand the matter's state."""

    answer: Answer
    _state: Callable[[], Any]

    @property
    def state(self) -> Any:
        """The state of the matter as far as the story has come."""
        return self._state()


Story = Generator[tuple[Command, Context], Told, None]


class Telling:
    """One telling of a story. ``losing`` is the new act that was under way when it failed."""

    def __init__(self, store: Store, deciding: Deciding) -> None:
        self.losing: tuple[Asked, Context] | None = None
        self._store = store
        self._deciding = deciding
        self._streams: dict[str, Stream] = {}
        self._transaction = ExitStack()
        self._unit: Unit | None = None

    def tell(self, story: Story) -> list[Answer]:
        """The answers to all acts of ``story``; if one is refused, nothing was stored."""
        answers: list[Answer] = []
        with self._transaction:
            step = next(story)
            while True:
                told = self._do(*step)
                answers.append(told.answer)
                try:
                    step = story.send(told)
                except StopIteration:
                    return answers

    def _do(self, command: Command, context: Context) -> Told:
        act = BY_COMMAND[type(command)]
        self.losing = None
        if (refused := act.role_refusal(context.actor)) is not None:
            raise refused
        asked = Asked(key=context.key, fingerprint=self._fingerprint(command, context))
        # A story is stored whole: behind an act that is new every other one is new too.
        answer = self._store.answered(asked) if self._unit is None else None
        if answer is None:
            self.losing = asked, context
            answer = self._carried_out(act, command, context, asked)
        else:
            answer = replace(answer, repeated=True)
        return Told(answer, partial(self._state, act, answer.stream_id))

    def _carried_out(self, act: Act, command: Command, context: Context, asked: Asked) -> Answer:
        stream = self._about(act, command)
        _require_version(context.expected_version, stream.version)
        # Not earlier: SQLite has one writer, and what is only looked up need not keep it waiting.
        if self._unit is None:
            self._unit = self._transaction.enter_context(self._store.unit())
        stamped = self._deciding.decide(act, command, context, stream, self._unit)
        answer = self._unit.append(stream.stream_id, stream.version, stamped, asked)
        stream.goes_on(stamped, answer.position)
        return answer

    def _about(self, act: Act, command: Command) -> Stream:
        """What ``command`` is about; ``NotFound`` if it must be there and is not."""
        stream_id = stream_of(act, command)
        if stream_id is None:
            stream_id = act.on[0].prefix + self._deciding.ids.new()
            # Nothing has happened under an id that was made this moment.
            self._streams[stream_id] = Stream(act.on[0], stream_id, [])
        # The id may come from outside: a unit's stream has a history too, and is no ticket.
        elif act.aggregate(stream_id) is None:
            raise _unknown(act, command)
        stream = self._stream(act, stream_id)
        if command.about is not None and not stream.version:
            raise _unknown(act, command)
        return stream

    def _stream(self, act: Act, stream_id: str) -> Stream:
        if stream_id not in self._streams:
            history = self._store.load(stream_id)
            self._streams[stream_id] = Stream(act.kind_of(stream_id), stream_id, history)
        return self._streams[stream_id]

    def _state(self, act: Act, stream_id: str) -> Any:
        return self._stream(act, stream_id).state

    def _fingerprint(self, command: Command, context: Context) -> str:
        said = (type(command).__name__, command, context.actor.id)
        return self._deciding.vault.fingerprint(_COMMANDS.encode(said))


def _plain(value: object) -> str | None:
    if isinstance(value, Personal):
        return value.plain
    raise TypeError(f"{type(value).__name__} cannot be part of a command")


_COMMANDS = msgspec.json.Encoder(enc_hook=_plain, order="deterministic")


def _unknown(act: Act, command: Command) -> NotFound:
    terms = "或".join(kind.term for kind in act.on)
    return NotFound(
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
