"""规则: what a decision asks of the registers, as they stand in the ledgers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bancheng.domain.commands import OpenWork
from bancheng.domain.held_parts import InHand
from bancheng.domain.items import ServiceItem
from bancheng.domain.people import Actor
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.domain.windows import WindowTerms


class Rules(Protocol):
    """规则: which calendar and rule book hold, which units take work, what items promise."""

    def calendar(self) -> Calendar: ...
    def rulebook(self) -> RuleBook: ...
    def shipped_book(self, id_: str) -> RuleBook | None:
        """The rule book of that id that ships with the program."""

    def units(self) -> frozenset[str]: ...
    def successors(self) -> Mapping[str, str]:
        """Which unit takes work now in the place of each closed one."""

    def windows(self) -> frozenset[str] | None:
        """The windows of the register at which something may be done; None without a register."""

    def unit_of_window(self, window: str) -> str | None:
        """The unit to which the register says that a window belongs, also one that is closed."""

    def window_terms(self, window: str) -> WindowTerms | None:
        """What was said that the window is for, if anything was."""

    def member(self, staff_id: str) -> Actor | None:
        """Who has that id and may act now, as they stand."""

    def stands_in(self, staff_id: str, by: str, now: datetime) -> bool:
        """Whether ``by`` stands in for ``staff_id`` at ``now``."""

    def units_left(self, staff_id: str, since: datetime) -> frozenset[str]:
        """The units that somebody was of at ``since`` or later, and went away from."""

    def open_work(self, unit: str, asker: Actor) -> Sequence[OpenWork]:
        """What the unit has that would be left to nobody, as far as the ledgers know."""

    def in_hand(self, staff_id: str, asker: Actor) -> InHand:
        """What somebody has in hand now, the oldest first, as far as the ledgers know."""

    def sessions(self, staff_id: str) -> frozenset[str]:
        """The sessions that somebody has now."""

    def holders(self, keys: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """The matters that have somebody on file under each of ``keys``."""

    def alike(self, matters: Collection[str]) -> frozenset[str]:
        """Other matters that seem to be of the same people as ``matters``."""

    def item(self, code: str, at: datetime) -> ServiceItem | None:
        """The version of the item that holds at that instant; it may have ceased to."""

    def knows_item(self, code: str) -> bool:
        """Whether the catalogue has or had that item, also one that was withdrawn."""
