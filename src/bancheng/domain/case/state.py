"""What decisions about a case need to know of it, and nothing a screen needs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta

from bancheng.domain.case.hearing import Hearing
from bancheng.domain.case.joint_materials import JointMaterial
from bancheng.domain.case.renewing import Renewing
from bancheng.domain.case.terms import (
    OPEN,
    CaseOutcome,
    CaseSource,
    CaseStatus,
    CrossRegion,
    RatingOrigin,
    RatingState,
    VisitKind,
)
from bancheng.domain.commands import Command, Desk
from bancheng.domain.deadlines import Deadline, key_of
from bancheng.domain.errors import InvalidInput, NotFound, together
from bancheng.domain.hands import WHOLE
from bancheng.domain.holding.matter import Unfit
from bancheng.domain.items import DeliveryWay, ServiceItem
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matter_state import MatterState
from bancheng.domain.people import Actor, Role
from bancheng.domain.time_limits.limit import Pause

PREFIX: Final = "case-"


class CaseCommand(Command, frozen=True, kw_only=True):
    """办件指令: an act on an existing case."""

    case_id: Annotated[str, Meta(max_length=80, description="办件标识")]
    about_field: ClassVar[str] = "case_id"


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """移交: a list that waits for the signature of ``unit``; ``by`` handed over."""

    list_no: str
    unit: str
    by: frozenset[str]


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """子件: one case of a theme, as the theme knows it; ``case_id`` is None until it is open."""

    item: str
    unit: str = ""
    case_id: str | None = None
    status: CaseStatus = CaseStatus.ACCEPTED
    outcome: CaseOutcome | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the theme need not wait for it any more to be decided."""
        return self.status.is_closed or self.outcome is not None

    @property
    def is_made(self) -> bool:
        """Whether the theme need not wait for it any more to be issued."""
        is_ready = self.status.is_closed or self.status is CaseStatus.MADE
        return is_ready or self.outcome is CaseOutcome.REFUSED


class Rating(msgspec.Struct, frozen=True, kw_only=True):
    """评价: what decisions need to know of one rating.

    ``to_be_called``: whoever gave it by name was not reached yet, and something is still owed.
    """

    state: RatingState
    appealed: bool = False
    to_be_called: bool = False


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """一次办理: one act at the counter, as far as ratings ask: whence it was rated, by which code.

    ``code`` is the digest of the code that holds for it, until ``code_until`` if that is limited.
    """

    kind: VisitKind
    rated: frozenset[RatingOrigin] = frozenset()
    code: str | None = None
    code_until: datetime | None = None


class Case(MatterState[CaseStatus], frozen=True, kw_only=True):
    """办件: the write state. ``item`` is the version the case began under.

    ``applied_at`` is when it was submitted; no child of a theme was. ``joint`` are the materials of
    a theme that its children need, ``there`` all that came, ``missing`` required ones that did not
    yet, ``told`` those that were named in the one-time notice with their standard, ``awaited`` what
    the last one wants and did not come, ``gap`` those that were not there at acceptance.
    ``refusal_reporters`` are who proposed the refusal that waits for its decision. ``holder`` is
    the unit that signed for the file; nobody but the window before the first hand-over. ``file_at``
    is the unit where it is, also before that. ``follow_ups`` are steps that began when their unit
    finished the one before. ``pauses`` are those of its special procedures, whether or not the
    applicant was told. ``visits`` are the acts at the counter in their order, ``took_part`` is who
    did any act on it but to rate it, or surveyed for it, ``examiners`` those of them who did more
    than to set or hold its hearing. ``deciders`` are who decided it,
    ``renewing`` by when, if it would renew a licence. ``delivery`` is how the applicant wants the
    result, if they said so; ``has_agent``: somebody acts for them, ``applicant_key`` owns the key
    of what is known of them. ``hearing`` is the last one that
    was told of or set, ``hearing_records`` are the numbers of the records of all that were held,
    ``officers`` are who was sent for the special procedure that is on,
    ``procedures_done`` are those that ended. ``charged`` are the charges
    of the item that were asked for and not waived, each with who asked, ``paid`` those received.
    """

    number: str = ""
    status: CaseStatus = CaseStatus.SUBMITTED
    item: ServiceItem | None = None
    applied_at: datetime | None = None
    source: CaseSource = CaseSource.WINDOW
    has_agent: bool = False
    applicant_key: str | None = None
    cross_region: CrossRegion | None = None
    charged: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    paid: frozenset[str] = frozenset()
    delivery: DeliveryWay | None = None
    theme_id: str | None = None
    joint: tuple[JointMaterial, ...] = ()
    there: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    told: Mapping[str, str] = msgspec.field(default_factory=dict)
    awaited: tuple[str, ...] = ()
    gap: tuple[str, ...] = ()
    receipts: int = 0
    notices: int = 0
    refusal_reporters: frozenset[str] | None = None
    holder: str | None = None
    file_at: str | None = None
    hand_over: HandOver | None = None
    hand_overs: int = 0
    steps_done: frozenset[str] = frozenset()
    follow_ups: frozenset[str] = frozenset()
    procedure: str | None = None
    officers: tuple[str, ...] = ()
    pauses: tuple[Pause, ...] = ()
    procedures_done: frozenset[str] = frozenset()
    hearing: Hearing | None = None
    hearing_records: tuple[str, ...] = ()
    extension_asked: datetime | None = None
    extension_askers: frozenset[str] = frozenset()
    outcome: CaseOutcome | None = None
    renewing: Renewing | None = None
    deciders: frozenset[str] | None = None
    children: Mapping[str, Child] = msgspec.field(default_factory=dict)
    ratings: Mapping[str, Rating] = msgspec.field(default_factory=dict)
    findings: frozenset[str] = frozenset()
    visits: Mapping[str, Visit] = msgspec.field(default_factory=dict)
    took_part: frozenset[str] = frozenset()
    examiners: frozenset[str] = frozenset()
    rating_refs: frozenset[str] = frozenset()

    @property
    def offered(self) -> ServiceItem:
        """The item that is applied for, in the version the case began under."""
        assert self.item is not None, "a case begins with its item"
        return self.item

    @property
    def pause(self) -> Pause | None:
        """The pause of the special procedure that is on."""
        last = self.pauses[-1] if self.pauses else None
        return last if last is not None and last.resumed_at is None else None

    @property
    def hearing_to_come(self) -> Hearing | None:
        """The hearing that somebody asked for, or that was set, and that was not held yet."""
        hearing = self.hearing
        return hearing if hearing is not None and hearing.stage.is_coming else None

    def involves(self, unit: str) -> bool:
        """Whether ``unit`` answers for the case, has or had its file, or had a limit on it."""
        handed = None if self.hand_over is None else self.hand_over.unit
        had = (one.unit for one in self.deadlines.values())
        return unit in {self.offered.unit, self.holder, self.file_at, handed, *had}

    @property
    def is_owed(self) -> bool:
        """Whether anybody but the applicant has anything to do on it."""
        return not self.status.is_closed or bool(self._owed)

    def owes(self, unit: str) -> bool:
        """Whether ``unit`` owes something by a limit, or has a part in a case that is open."""
        handed = None if self.hand_over is None else self.hand_over.unit
        is_at_work = unit in (self.offered.unit, self.holder, self.file_at, handed)
        is_open = not self.status.is_closed
        # What no unit owes is the hall's, where the file came in.
        here = self.file_at or self.offered.unit
        return (is_open and is_at_work) or any((one.unit or here) == unit for one in self._owed)

    @property
    def _owed(self) -> list[Deadline]:
        running = (one for one in self.deadlines.values() if one.is_running)
        return [one for one in running if not one.kind.theirs]

    @property
    def parts(self) -> tuple[str, ...]:
        """The case itself, by an empty key; it has no orders."""
        return (WHOLE,)

    def require_part(self, act: type[Command], part: str) -> None:
        """``WrongStep`` ``WRONG_STATUS``, ``NotFound`` ``WORK_ORDER_NOT_FOUND``."""
        self.require(act, *OPEN)
        if part:
            raise NotFound(
                "WORK_ORDER_NOT_FOUND", "办件没有派单", field="order_id", remedy="请不填派单编号"
            )

    def require_part_open(self, act: type[Command], part: str) -> None:
        """It is open, as `require_part` has asked."""

    def units_of(self, _part: str) -> Collection[str]:
        """The unit that signed for the file; before that where it is, and whose item it is."""
        return {self.holder} if self.holder else {self.file_at or "", self.offered.unit}

    def is_with(self, actor: Actor) -> bool:
        """Whether the unit of ``actor`` has the file, at first at a window or whose item it is."""
        if self.holder is not None:
            return actor.unit == self.holder
        return actor.may(Role.WINDOW_CLERK) or actor.unit == self.offered.unit

    def unfit(self, _part: str, person: Actor) -> Unfit | None:
        """Why ``person`` can not have it in hand."""
        if not self.is_with(person):
            return Unfit.OTHER_UNIT
        if not person.may(Role.WINDOW_CLERK, Role.UNIT_OFFICER):
            return Unfit.OTHER_ROLE
        return Unfit.CONCERNED if self.is_recused(person.id) else None

    def order_of(self, _unit: str, _subject: str | None) -> str | None:
        """None: cases have no work orders."""
        return None

    def require_supervised(self, act: type[Command]) -> None:
        """Until it is archived; what was voided never was a case of the hall."""
        ended = (CaseStatus.ARCHIVED, CaseStatus.VOIDED)
        self.require(act, *(status for status in CaseStatus if status not in ended))

    def worked_on_at(self, actor: Actor) -> str:
        """Where the file is while ``actor`` works on it: before the first hand-over, with them."""
        return actor.unit if self.holder is None else self.holder

    def lapsed(self, kind: LimitKind, desk: Desk) -> Deadline | None:
        """The deadline of ``kind`` on the whole case, if it still runs although its time is over.

        ``desk`` names the case and says what time it is.
        """
        found = self.deadline(kind, desk.stream_id)
        is_lapsed = found is not None and found.is_running and desk.now >= found.due.due_at
        return found if is_lapsed else None

    def taken_by_law(self, kind: LimitKind, desk: Desk) -> Deadline | None:
        """The deadline of ``kind`` that has lapsed, if law then does something by itself."""
        found = self.lapsed(kind, desk)
        return None if found is None or found.due.effect is None else found

    def deadline(self, kind: LimitKind, subject: str) -> Deadline | None:
        """The deadline, if it ever ran."""
        return self.deadlines.get(key_of(kind, subject))

    def running(self, *kinds: LimitKind) -> list[Deadline]:
        """The running deadlines of ``kinds``."""
        return [
            deadline
            for deadline in self.deadlines.values()
            if deadline.is_running and deadline.kind in kinds
        ]

    def parts_of(self, item: str, among: Collection[str]) -> tuple[str, ...]:
        """What the child of ``item`` calls those of the materials ``among`` that it needs."""
        return tuple(one.own_code for one in self.joint if one.item == item and one.code in among)

    def each_once(self, codes: Sequence[str], field: str) -> None:
        """Raise ``InvalidInput`` unless ``codes`` are materials of the item, each named once."""
        places = [(at, code, f"{field}[{at}]") for at, code in enumerate(codes)]
        together(
            *(partial(self.check_material, code, place) for _, code, place in places),
            *(partial(_check_repeated, code, codes[:at], place) for at, code, place in places),
        )

    def check_material(self, code: str, field: str) -> None:
        """Raise ``InvalidInput`` unless ``code`` is a material of the item."""
        if self.offered.material(code) is None:
            raise InvalidInput(
                "MATERIAL_UNKNOWN",
                f"事项「{self.offered.name}」没有材料「{code}」",
                field=field,
                remedy="请按事项的材料清单填写",
            )


def _check_repeated(code: str, before: Sequence[str], field: str) -> None:
    if code in before:
        raise InvalidInput(
            "MATERIAL_TWICE", "同一材料填写了两次", field=field, remedy="请合并为一项"
        )
