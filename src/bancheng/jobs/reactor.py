"""联动: what happened to one matter asks for acts on another; carried out once, in order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from bancheng.app.acts.cases import CASE
from bancheng.app.acts.tickets import TICKET
from bancheng.app.engine import Context, Engine
from bancheng.app.known import Known
from bancheng.app.policies import Reaction, checks_of, reactions_to
from bancheng.domain.case.state import Case
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.errors import DomainError, WrongStep
from bancheng.domain.events import Channel, Place, Recorded
from bancheng.domain.people import Actor, Role
from bancheng.log_lines import LogLine

REACTOR: Final = Actor(
    id="system-reactor", name="业务联动", post="系统", unit="SYSTEM",
    roles=(Role.SYSTEM, Role.HANDLER),
)  # fmt: skip
BATCH: Final = 500
# Before a crash the act was asked for in other words: by an earlier program, or to a closed unit.
# Or another reactor was faster to tell a theme how far its child is.
_DONE: Final = frozenset({"KEY_REUSED", "CHILD_UNCHANGED"})
_log = structlog.get_logger(room="jobs")


class Bookmark(Protocol):
    """书签: how far a follower of the log has come; kept apart from what it does."""

    def position(self) -> int:
        """Behind which position to go on."""

    def move(self, position: int) -> None:
        """Go on behind ``position``; never back."""


@dataclass(frozen=True)
class Reactor:
    """联动器: follows the log and has done what policies ask for.

    Each act has a key made of the event that asks for it, so what was done before a crash is not
    done again after it.
    """

    engine: Engine
    bookmark: Bookmark

    def react(self) -> int:
        """React to everything that is settled; how many acts were carried out."""
        done = 0
        while batch := self._batch():
            done += self._react_to_all(batch)
        return done

    def react_to_batch(self) -> bool:
        """React to one batch of what is settled; ``False`` if there was nothing new."""
        batch = self._batch()
        if batch:
            self._react_to_all(batch)
        return bool(batch)

    def _batch(self) -> Sequence[Recorded]:
        return self.engine.store.read(self.bookmark.position(), BATCH)

    def _react_to_all(self, batch: Sequence[Recorded]) -> int:
        done = sum(self._react_to(one) for one in batch)
        # Once a matter and batch, and after the reactions: a check reads the whole course of one.
        done += sum(self._check(stream_id) for stream_id in _to_check(batch))
        # Not after each event: what was done twice because of a crash is known by its key.
        self.bookmark.move(batch[-1].position)
        return done

    def _react_to(self, recorded: Recorded) -> int:
        def asked() -> list[Reaction]:
            rules = self.engine.rules
            known = Known(self._case, self._ticket, rules.units, rules.successors, rules.rulebook)
            return reactions_to(recorded, known)

        return sum(self._carry_out(reaction, asked) for reaction in asked())

    def _check(self, stream_id: str) -> int:
        def asked() -> list[Reaction]:
            return checks_of(self.engine.store.load(stream_id), self.engine.rules)

        return sum(self._carry_out(reaction, asked) for reaction in asked())

    def _case(self, stream_id: str) -> Case:
        return CASE.state_after(self.engine.store.load(stream_id))

    def _ticket(self, stream_id: str) -> Ticket:
        return TICKET.state_after(self.engine.store.load(stream_id))

    def _carry_out(self, reaction: Reaction, asked: Callable[[], Sequence[Reaction]]) -> int:
        context = Context(
            actor=REACTOR, key=reaction.key, place=Place(Channel.SYSTEM), request_id="policy"
        )
        try:
            answer = self.engine.execute(reaction.command, context)
        except DomainError as refused:
            if refused.code == "VERSION_CONFLICT":  # the batch comes again
                raise
            # Between the look and the act somebody may have closed the unit that it names, and what
            # is asked for now is another thing. Each turn takes one more such act of somebody.
            now = next((one for one in asked() if one.key == reaction.key), reaction)
            if now.command != reaction.command:
                return self._carry_out(now, asked)
            _tell_refused(reaction, refused)
            return 0
        return 0 if answer.repeated else 1


def _tell_refused(reaction: Reaction, refused: DomainError) -> None:
    if isinstance(refused, WrongStep) or refused.code in _DONE:
        _log.info(LogLine.REACTION_MOOT, key=reaction.key, code=refused.code)
    else:  # nothing that asks again would help, and others must not wait for it
        _log.error(LogLine.REACTION_REFUSED, key=reaction.key, code=refused.code)


def _to_check(batch: Iterable[Recorded]) -> Iterable[str]:
    """The matters of the batch that a check may find something in, each once, in their order.

    Any case; of a ticket only what was told later than it happened.
    """
    return dict.fromkeys(
        one.stream_id
        for one in batch
        if one.stream_id.startswith(CASE.prefix)
        or (one.envelope.backdated and one.stream_id.startswith(TICKET.prefix))
    )
