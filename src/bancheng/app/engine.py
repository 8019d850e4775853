"""The way of a command: who may, answered before?, load, decide, append, answer.

There is one way. A single act is a story of one act, so no check can stand on one and not on the
other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from bancheng.app.deciding import Context, Deciding
from bancheng.app.ports import Answer, Clock, Ids, Store, Vault
from bancheng.app.rules import Rules
from bancheng.app.telling import Story, Telling, Told
from bancheng.domain.commands import Command
from bancheng.domain.errors import DomainError, InvalidInput

__all__ = ["Context", "Engine", "Rules", "Story", "Told"]
TRIES_MAX = 3


class Rehearsed(Exception):
    """演练完毕: the act would have been done, if it had been meant."""


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
        answered before gets the same answer and stores nothing; only what opens personal data is
        done again, as an opening of its own, since its answer was kept nowhere.
        """

        def alone() -> Story:
            yield command, context

        return self.tell(alone)[0]

    def faults(self, command: Command, context: Context) -> list[DomainError]:
        """What is wrong with ``command``, which is not carried out whatever is found.

        Other refusals than of the input are none: they are heard once it is right.
        """

        def rehearsal() -> Story:
            yield command, context
            raise Rehearsed  # nothing of a story that is broken off is stored

        try:
            self.tell(rehearsal)
        except InvalidInput as fault:
            return list(fault.each())
        except (Rehearsed, DomainError):
            return []
        raise AssertionError("a rehearsal never ends well")

    def tell(self, story: Callable[[], Story]) -> list[Answer]:
        """Carry out the acts of a story in one transaction: all of them or none.

        Between two of its acts nobody sees the matter, so of a matter of long ago nobody is warned
        of what was finished years before. ``story`` is told anew if somebody else was faster.
        """
        for tries_left in reversed(range(TRIES_MAX)):
            telling = Telling(self.store, self._deciding)
            try:
                return telling.tell(story())
            except DomainError as refusal:
                if not telling.is_moot(refusal, is_last=not tries_left):
                    raise
        return Telling(self.store, self._deciding).tell(story())
