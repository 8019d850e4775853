"""One telling of a story: each act is checked, decided on what is there and stored, in one unit."""

import dataclasses
from collections.abc import Generator, Iterable
from contextlib import ExitStack
from functools import partial
from typing import Any, NamedTuple

from msgspec.structs import replace

from bancheng.app.acting import principal_of
from bancheng.app.acts.act import Act, Aggregate
from bancheng.app.acts.cases import CASE
from bancheng.app.deciding import Context, Decided, Deciding, Request
from bancheng.app.fingerprints import fingerprint_of
from bancheng.app.ports import Answer, Asked, Proof, Store, Unit
from bancheng.app.registry import BY_COMMAND, file_kind, matter_kind, stream_of
from bancheng.app.said import check_place, check_said, check_windows
from bancheng.app.stream import Stamped, Stream
from bancheng.app.withholding import withholding
from bancheng.domain.commands import Command
from bancheng.domain.errors import (
    Conflict,
    DomainError,
    InvalidInput,
    NotAllowed,
    NotFound,
    faults_in,
    together,
)
from bancheng.domain.events import Recorded
from bancheng.domain.notices.events import only_notices
from bancheng.domain.one_time_codes import digest_of
from bancheng.domain.people import Actor


class Told(NamedTuple):
    """What a story learns of each of its acts: the answer, and on demand the matter's state."""

    answer: Answer
    stream: Stream

    @property
    def state(self) -> Any:
        """The state of the matter as far as the story has come."""
        return self.stream.state


Story = Generator[tuple[Command, Context], Told, None]


class Telling:
    """One telling of a story, which is whole or has left nothing."""

    def __init__(self, store: Store, deciding: Deciding) -> None:
        self._store = store
        self._deciding = deciding
        self._streams: dict[str, Stream] = {}
        self._transaction = ExitStack()
        self._unit: Unit | None = None
        self._under_way: tuple[Asked, Context] | None = None

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

    def is_moot(self, refusal: DomainError, *, is_last: bool) -> bool:
        """Whether somebody else was faster and made it fail, so that it must be told anew."""
        if self._under_way is None:
            return False
        asked, context = self._under_way
        if refusal.code == "VERSION_CONFLICT" and context.expected_version is None and not is_last:
            return True
        # A racing call with the same key may have won: then its answer is ours, whatever it was
        # that refused us here.
        return self._store.answered(asked) is not None

    def _do(self, command: Command, context: Context) -> Told:
        act, principal = BY_COMMAND[type(command)], None
        own, self._under_way = context.actor, None
        if context.acting_for is not None:
            now = self._deciding.clock.now()
            principal, acting = principal_of(
                act, own, context.acting_for, self._deciding.rules, now
            )
            context = dataclasses.replace(context, actor=acting)
        if (refused := act.role_refusal(context.actor)) is not None:
            raise refused
        faults = faults_in(
            lambda: check_place(context.place, context.actor),
            lambda: check_said(command),
            lambda: self._require_case(command),
            lambda: self._require_item(command),
        )
        asked = Asked(key=context.key, fingerprint=self._fingerprint(command, context))
        if not faults:
            # A story is stored whole: behind an act that is new every other one is new too.
            earlier = self._store.answered(asked) if self._unit is None else None
            if earlier is not None and command.opens_data:
                asked, context = self._once_more(asked, context)
            elif earlier is not None:
                kind = act.kind_of(earlier.stream_id)
                return Told(replace(earlier, repeated=True), self._stream(kind, earlier.stream_id))
            self._under_way = asked, context
        _, (unit, stream, decided) = together(
            lambda: self._check_windows(command, context),
            lambda: self._decided(act, command, context, own, principal),
            found=faults,
        )
        code = decided.one_time_code
        answer = unit.append(stream.stream_id, stream.version, decided.stamped, asked)
        if command.proves:
            proof = _proof(stream.stream_id, decided.stamped, command.proves, context.proof, code)
            unit.keep(proof)
        stream.goes_on(decided.stamped, answer.position)
        return Told(replace(answer, one_time_code=code or None, opened=decided.opened), stream)

    def _once_more(self, asked: Asked, context: Context) -> tuple[Asked, Context]:
        """An opening under a key that opened before: another one, which is recorded like the first.

        What was answered then was kept nowhere. To open it again under the record of the first
        would be an opening that nobody recorded. The version that the actor saw is not asked: the
        first opening itself has moved the matter on.
        """
        key = f"{asked.key}/{self._deciding.ids.new()}"
        return replace(asked, key=key), dataclasses.replace(context, expected_version=None)

    def _check_windows(self, command: Command, context: Context) -> None:
        if context.source_system is None:  # another system's windows are not of this hall
            check_windows(command, context.place, self._deciding.rules.windows)

    def _decided(
        self,
        act: Act,
        command: Command,
        context: Context,
        own: Actor,
        principal: Actor | None,
    ) -> tuple[Unit, Stream, Decided]:
        stream = self._about(act, command, own, context.actor)
        _require_version(context.expected_version, stream)
        looked = self._deciding.look_up(
            command,
            context,
            stream,
            partial(self._known_to, (own, context.actor, *filter(None, (principal,)))),
            self._history,
            is_kept_from=lambda person: self._withholding(stream, person) is not None,
        )
        # Not earlier: SQLite has one writer, and what is only looked up need not keep it waiting.
        if self._unit is None:
            self._unit = self._transaction.enter_context(self._store.unit())
        request = Request(act, command, context, stream, own, principal)
        return self._unit, stream, self._deciding.decide(request, self._unit, looked)

    def _about(self, act: Act, command: Command, *as_whom: Actor) -> Stream:
        """What ``command`` is about; ``NotFound`` if it must be there and is not.

        What is withheld from the actor, as they stand or as they act in another's place, is refused
        in the same words, before anything else is asked of it; why, stands behind that refusal.
        """
        stream_id = stream_of(act, command)
        if stream_id is None:
            return self._stream(act.on[0], act.on[0].prefix + self._deciding.ids.new(), is_new=True)
        # The id may come from outside: a unit's stream has a history too, and is no ticket.
        kind = act.aggregate(stream_id)
        stream = None if kind is None else self._stream(kind, stream_id)
        if stream is None or (command.about is not None and not stream.version):
            raise _not_there(act, command)
        for one in as_whom:
            if (withheld := self._withholding(stream, one)) is not None:
                raise _not_there(act, command) from withheld
        return stream

    def _withholding(self, stream: Stream, actor: Actor) -> NotAllowed | None:
        return withholding(
            stream.state, actor, self._deciding.rules, lambda one: self._of_matter(one).state
        )

    def _known_to(self, as_whom: Iterable[Actor], matter_id: str) -> list[Recorded]:
        """The history of a matter that an act asks of; none if one of them is to know nothing.

        Who does it in another's place names no more than they know themself, nor than the other.
        """
        stream = self._of_matter(matter_id)
        is_kept = any(self._withholding(stream, one) is not None for one in as_whom)
        return [] if is_kept else stream.history

    def _history(self, matter_id: str) -> list[Recorded]:
        return self._of_matter(matter_id).history

    def _require_case(self, command: Command) -> None:
        """``InvalidInput`` if the command names another case, and there is none of that id."""
        field, case_id = command.case_named() or ("", "")
        if not case_id:
            return
        if matter_kind(case_id) is not CASE or not self._store.load(case_id):
            raise InvalidInput(
                "CASE_UNKNOWN",
                f"没有标识为「{case_id}」的办件",
                field=field,
                remedy="请从办件台账中选取;没有关联办件的不填",
            )

    def _require_item(self, command: Command) -> None:
        """``InvalidInput`` if the command names an item that the catalogue never had.

        One that was withdrawn will do: who complains of it comes after it was withdrawn, and a
        rating that becomes a ticket by itself has nobody who could choose another item.
        """
        field, code = command.item_named() or ("", "")
        if code and not self._deciding.rules.knows_item(code):
            raise InvalidInput(
                "ITEM_UNKNOWN",
                f"事项目录中没有编码为「{code}」的事项",
                field=field,
                remedy="请从事项目录中选取",
            )

    def _of_matter(self, matter_id: str) -> Stream:
        return self._stream(file_kind(matter_id) or CASE, matter_id)

    def _stream(self, kind: Aggregate[Any], stream_id: str, *, is_new: bool = False) -> Stream:
        if stream_id not in self._streams:
            # Nothing has happened under an id that was made this moment.
            load = list if is_new else partial(self._store.load, stream_id)
            self._streams[stream_id] = Stream(kind, stream_id, load)
        return self._streams[stream_id]

    def _fingerprint(self, command: Command, context: Context) -> str:
        said: tuple[object, ...] = (type(command).__name__, command, context.actor.id)
        # What was answered before there were stand-ins is known by its fingerprint of then.
        said = said if context.acting_for is None else (*said, context.acting_for)
        return fingerprint_of(self._deciding.vault, said)


def _not_there(act: Act, command: Command) -> NotFound:
    terms = "或".join(kind.term for kind in act.on)
    return NotFound(
        "MATTER_NOT_FOUND",
        f"没有标识为「{command.about}」的{terms}",
        field=command.about_field,
        remedy=f"请核对{terms}标识",
    )


def _proof(owner: str, stamped: Stamped, kind: str, brought: str | None, code: str) -> Proof:
    (envelope, _) = stamped[0]
    if not (brought or code):
        raise ValueError("an act that issues a credential needs what proves it")
    return Proof(id=envelope.event_id, owner=owner, kind=kind, kept=brought or digest_of(code))


def _require_version(expected: int | None, stream: Stream) -> None:
    actual = stream.version
    if expected is None or expected == actual:
        return
    # Minutes after each act somebody is told of it: whoever acts again has seen all there is.
    since = [one.event for one in stream.history if one.version > expected]
    if expected > actual or not only_notices(since):
        raise Conflict(
            "VERSION_CONFLICT",
            f"本件已被他人更新: 您看到的是第 {expected} 版,现在是第 {actual} 版",
            field="expected_version",
            remedy="请刷新后重新办理",
        )
