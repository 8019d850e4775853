"""What a command is, and the desk a decision sits at."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.held_parts import InHand
from bancheng.domain.items import ServiceItem
from bancheng.domain.limit_kinds import LegalEffect, LimitKind
from bancheng.domain.matter_files import MatterFile
from bancheng.domain.people import Actor, FreeText, NamesOnFile, Party, Personal
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.limit import DueDate, Limit, decide_due
from bancheng.domain.time_limits.plan import plan_warnings
from bancheng.domain.time_limits.rulebook import RuleBook, Term
from bancheng.domain.windows import WindowTerms

UnitRef = Annotated[str, Meta(max_length=40)]
StaffRef = Annotated[str, Meta(min_length=1, max_length=40, description="工号")]


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """指令: an intention of a clerk, in the imperative; carries only what the clerk decides.

    What ``proves`` a password or a token is kept beside the log, with the event that issues it: a
    digest of the one-time code, or what came with the request. ``to_units`` are the texts of it
    that units read in full: they tell nothing of who reported. What is done ``in_person`` nobody
    does in the place of another.
    """

    why: Annotated[FreeText | None, Meta(description="办理说明,记入留痕")] = None

    about_field: ClassVar[str] = ""
    code_letters: ClassVar[int] = 0
    proves: ClassVar[str] = ""
    asks_successors: ClassVar[bool] = False
    asks_names: ClassVar[bool] = False
    to_units: ClassVar[tuple[str, ...]] = ()
    opens_data: ClassVar[bool] = False
    asks_alike: ClassVar[bool] = False
    puts_in_hands: ClassVar[bool] = False
    in_person: ClassVar[bool] = False
    asks_window: ClassVar[bool] = False

    @property
    def about(self) -> str | None:
        """The matter it is about; ``None`` if it opens one, or its stream follows from a code."""
        return getattr(self, self.about_field) if self.about_field else None

    def party(self) -> Party | None:
        """The person it brings into the matter; the desk knows under whose key they are sealed."""
        return None

    def case_named(self) -> tuple[str, str] | None:
        """The field in which it names another case, and that case; it has to be there."""
        return None

    def order_named(self) -> str | None:
        """The order of a ticket that it is about, if about one."""
        return None

    def item_named(self) -> tuple[str, str] | None:
        """The field in which it names an item, and its code; the catalogue has to know of it."""
        return None

    def item_wanted(self) -> tuple[str, datetime | None] | None:
        """The code of the item that its decision asks for, and as of when, if not as of now."""
        return None

    def book_wanted(self) -> str | None:
        """The id of the shipped rule book that its decision asks for."""
        return None

    def windows_named(self) -> tuple[tuple[str, str], ...]:
        """Each field in which it names a window, and that window; it has to be of the register."""
        return ()

    def unit_closed(self) -> str | None:
        """The unit that it closes; the desk knows what that unit still has in hand."""
        return None

    def in_hand_of(self) -> str | None:
        """Whose work in hand its decision asks for."""
        return None

    def sessions_of(self) -> str | None:
        """Whose sessions its decision asks for."""
        return None

    def matters_named(self, _: Any) -> tuple[str, ...]:
        """The matters whose files its decision asks for; given the state of what it is about."""
        return ()

    def staff_named(self) -> tuple[str, ...]:
        """The ids of other members of staff that it names; the desk has them as they stand now."""
        return ()


_EFFECTS = {kind.purpose: kind.effect for kind in LimitKind}


class OpenWork(msgspec.Struct, frozen=True, kw_only=True):
    """未结情况: how many things of one kind a unit still has in hand, one of them as an example.

    There is none if all of them are withheld from whoever asks.
    """

    term: str
    count: int
    example: str


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """办公桌: everything a decision may look at.

    ``now`` is the instant the act is said to have happened, UTC. ``stream_id`` names the matter.
    ``window`` is where the matter came in, if it did so at a window.
    ``base_book`` is the shipped rule book that the command wants, ``items`` are the one that it
    wants and, of a theme, those that it joins; ``person`` owns the key of its party. ``staff`` are
    those whom the command names and who may act now, ``window_units`` to whom the windows belong
    that it names, closed ones too; for acts that ask for successors both with whom the ticket names
    as accused. ``open_work`` is what a unit has that it would close. ``successors`` says who took
    over from each closed unit, for acts that ask (``asks_successors``); ``on_file`` whom the case
    names, for acts that compare (``asks_names``), since no write state holds a name; ``reporter``
    what is known of who reported a ticket, plain, for acts that let a text go to a unit
    (``to_units``); ``sessions`` which ones somebody has whom the command names (``sessions_of``).
    ``files`` are those matters that the command names, or what it is about (``matters_named``), and
    ``alike`` others that seem to be of the same people, for acts that ask (``asks_alike``);
    ``alike_withheld`` are those of them of which the actor is to know nothing. ``kept_from`` are
    those of ``staff`` who are to know nothing of the matter, for acts that put it into their hands
    (``puts_in_hands``). ``in_hand`` is what somebody has in hand whom the command names
    (``in_hand_of``).
    ``one_time_code`` is drawn for acts that give one out, of as many letters (``code_letters``).
    ``own`` is who acts as they stand; in ``actor`` they have the roles of the other if they do it
    in somebody's place.
    ``at_window`` is where the act is done, if it is said to be done at a window; ``window_terms``
    what was said that this window is for, for acts that ask (``asks_window``); ``openable`` are the
    personal data that the matter has, for acts that open some of them (``opens_data``).
    ``imported_at`` is when an import tells of the act: whatever had run out by then warns nobody.
    ``official_number`` and ``query_code`` are set only for acts that open a numbered matter.
    """

    now: datetime
    actor: Actor
    own: Actor | None = None
    calendar: Calendar
    rulebook: RuleBook
    base_book: RuleBook | None = None
    window: str | None = None
    at_window: str | None = None
    window_terms: WindowTerms | None = None
    stream_id: str
    units: frozenset[str] = frozenset()
    items: Mapping[str, ServiceItem] = {}
    staff: Mapping[str, Actor] = {}
    window_units: Mapping[str, str] = {}
    open_work: Sequence[OpenWork] = ()
    successors: Mapping[str, str] = {}
    on_file: NamesOnFile = NamesOnFile()
    reporter: Sequence[tuple[PersonalField, Personal]] = ()
    openable: frozenset[PersonalField] = frozenset()
    sessions: frozenset[str] = frozenset()
    files: Mapping[str, MatterFile] = {}
    alike: Sequence[MatterFile] = ()
    alike_withheld: frozenset[str] = frozenset()
    kept_from: frozenset[str] = frozenset()
    in_hand: InHand = InHand()
    person: str | None = None
    official_number: str = ""
    query_code: str = ""
    one_time_code: str = ""
    imported_at: datetime | None = None

    def check_unit(self, code: str, field: str) -> str:
        """``code`` if it is a unit of the hall, else ``InvalidInput`` ``UNIT_UNKNOWN``."""
        if code not in self.units:
            raise InvalidInput(
                "UNIT_UNKNOWN",
                f"没有编码为「{code}」的单位,或该单位已停用",
                field=field,
                remedy="请从单位名册中选取",
            )
        return code

    def check_units(self, codes: Iterable[str], field: str) -> tuple[str, ...]:
        """``codes``, each once and in their order; ``InvalidInput`` names all that are unknown."""
        known = together(
            *(partial(self.check_unit, code, f"{field}[{at}]") for at, code in enumerate(codes))
        )
        return tuple(dict.fromkeys(known))

    def stands_in_for(self, unit: str) -> str:
        """Who takes work now in the place of ``unit``: itself, or its successor if it is closed.

        The staff of a closed unit are of their successor, also before they have gone there.
        """
        return self.successors.get(unit, unit)

    def member(self, staff_id: str, field: str) -> Actor:
        """Who has ``staff_id``; ``InvalidInput`` ``STAFF_UNKNOWN`` if nobody may act under it."""
        found = self.staff.get(staff_id)
        if found is None:
            raise InvalidInput(
                "STAFF_UNKNOWN",
                f"没有工号为「{staff_id}」的工作人员,或该工号已停用",
                field=field,
                remedy="请从人员名册中选取",
            )
        return found

    def member_of(self, unit: str, staff_id: str, field: str) -> Actor:
        """Who has ``staff_id``, if they are of ``unit``, else ``InvalidInput``."""
        found = self.member(staff_id, field)
        if found.unit != unit:
            raise InvalidInput(
                "STAFF_OF_OTHER_UNIT",
                f"工号「{staff_id}」不是本单位人员",
                field=field,
                remedy=f"请填写单位「{unit}」的人员",
            )
        return found

    def offers(self, code: str) -> bool:
        """Whether the item can be applied for today."""
        item = self.items.get(code)
        return item is not None and item.holds_on(self.calendar.local(self.now).date())

    def item(self, code: str, field: str = "item", *, offered: bool = True) -> ServiceItem:
        """The item, or ``InvalidInput`` ``ITEM_UNKNOWN`` if it is not offered today.

        Without ``offered`` it was applied for before, and need not be offered any more.
        """
        item = self.items.get(code)
        if item is None or (offered and not self.offers(code)):
            raise InvalidInput(
                "ITEM_UNKNOWN",
                f"事项目录中没有现行有效的「{code}」",
                field=field,
                remedy="请从事项目录中选取",
            )
        # It goes to the successor a moment after the closing, or to nobody; until then nobody would
        # answer for a case of it.
        if offered and item.unit not in self.units:
            raise InvalidInput(
                "ITEM_UNIT_CLOSED",
                f"事项「{code}」的实施单位「{item.unit}」已停用",
                field=field,
                remedy="请待事项由承接单位重新发布后办理",
            )
        return item

    def due(self, limit: Limit, purpose: str, *, since: datetime | None = None) -> DueDate:
        """When ``limit``, starting now or ``since`` then, runs out, and when it gives warning."""
        started_at = self.now if since is None else since
        version = self.rulebook.version
        due = decide_due(limit, started_at, self.calendar, rulebook_version=version)
        return self.warned(due, purpose)

    def due_for(
        self,
        purpose: str,
        item: ServiceItem | None = None,
        *,
        category: str | None = None,
        complexity: str | None = None,
    ) -> DueDate | None:
        """When the rule book's limit for ``purpose`` runs out; ``None`` if it sets none.

        A case says which ``item`` it is about, a ticket its category and complexity.
        """
        limit = self.limit_for(purpose, item, category=category, complexity=complexity)
        if limit is None:
            return None
        return self.ending(self.due(limit, purpose), _EFFECTS.get(purpose), item)

    def limit_for(
        self,
        purpose: str,
        item: ServiceItem | None = None,
        *,
        category: str | None = None,
        complexity: str | None = None,
    ) -> Limit | None:
        """The rule book's limit for ``purpose`` on this matter, where it came in, if it has one."""
        return self.rulebook.limit_for(
            purpose,
            category=category,
            complexity=complexity,
            item_type=None if item is None else item.type,
            window=self.window,
        )

    def ending(self, due: DueDate, effect: LegalEffect | None, item: ServiceItem | None) -> DueDate:
        """``due`` with what law does at its end, if the rule book has that ``effect``."""
        kind = None if item is None else item.type
        return replace(due, effect=self.rulebook.effect_for(effect, item_type=kind))

    def warned(self, due: DueDate, purpose: str) -> DueDate:
        """``due`` with the instants at which it gives warning, by the rule book."""
        if self.imported_at is not None and due.due_at <= self.imported_at:
            return due  # it was another office's delay: it is counted, and nobody is warned of it
        thresholds = self.rulebook.thresholds_for(purpose)
        return replace(due, warnings=plan_warnings(due, thresholds, self.calendar))

    def sealed(self, text: FreeText) -> FreeText:
        """``text``, to be sealed under the key of this matter."""
        return text.owned_by(self.stream_id)


def check_term(terms: Sequence[Term], code: str, field: str, name: str) -> str:
    """``code`` if the rule book has it among ``terms``, else ``InvalidInput`` ``TERM_UNKNOWN``."""
    if any(term.code == code for term in terms):
        return code
    known = "、".join(f"{term.code}({term.label})" for term in terms)
    raise InvalidInput(
        "TERM_UNKNOWN", f"{name}「{code}」不在规则库中", field=field, remedy=f"可选: {known}"
    )
