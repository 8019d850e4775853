"""What decisions about a case need to know of it, and nothing a screen needs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta

from bancheng.domain.case.terms import OPEN, CaseOutcome, CaseSource, CaseStatus, RatingState
from bancheng.domain.commands import Command, Desk
from bancheng.domain.deadlines import Deadline, key_of
from bancheng.domain.errors import InvalidInput, NotAllowed, NotFound, WrongStep
from bancheng.domain.events import term_of
from bancheng.domain.items import Material, ServiceItem
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Actor, Role
from bancheng.domain.warnings.matter import Warned

PREFIX: Final = "case-"


class CaseCommand(Command, frozen=True, kw_only=True):
    """办件指令: an act on an existing case."""

    case_id: Annotated[str, Meta(max_length=80, description="办件标识")]
    about_field: ClassVar[str] = "case_id"


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """移交: a list that waits for the signature of ``unit``; ``by`` handed over."""

    list_no: str
    unit: str
    by: str


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


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """办件: the write state. ``item`` is the version the case began under.

    ``applied_at`` is when it was submitted; no child of a theme was. ``missing`` are required
    materials not yet there, ``told`` those that were named in the one-time notice, ``gap`` those
    that were not there at acceptance. ``refusal_reporter`` is who proposed the refusal that waits
    for its decision. ``holder`` is the unit that signed for the file; nobody but the window before
    the first hand-over. ``file_at`` is the unit where it is, also before that. ``follow_ups`` are
    steps that began when their unit finished the one before.
    """

    number: str = ""
    status: CaseStatus = CaseStatus.SUBMITTED
    item: ServiceItem | None = None
    applied_at: datetime | None = None
    source: CaseSource = CaseSource.WINDOW
    theme_id: str | None = None
    missing: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    gap: tuple[str, ...] = ()
    receipts: int = 0
    notices: int = 0
    refusal_reporter: str | None = None
    holder: str | None = None
    file_at: str | None = None
    hand_over: HandOver | None = None
    hand_overs: int = 0
    steps_done: frozenset[str] = frozenset()
    follow_ups: frozenset[str] = frozenset()
    procedure: str | None = None
    extension_asked: datetime | None = None
    outcome: CaseOutcome | None = None
    children: Mapping[str, Child] = msgspec.field(default_factory=dict)
    ratings: Mapping[str, Rating] = msgspec.field(default_factory=dict)
    findings: frozenset[str] = frozenset()
    deadlines: Mapping[str, Deadline] = msgspec.field(default_factory=dict)
    warnings: Mapping[str, Warned] = msgspec.field(default_factory=dict)

    @property
    def offered(self) -> ServiceItem:
        """The item that is applied for, in the version the case began under."""
        assert self.item is not None, "a case begins with its item"
        return self.item

    def require(self, command: Command, *statuses: CaseStatus) -> None:
        """Raise ``WrongStep`` unless the case waits in one of ``statuses``."""
        if self.status not in statuses:
            needed = "、".join(status.label for status in statuses)
            raise WrongStep(
                "WRONG_STATUS",
                f"本件当前为「{self.status.label}」,不能{term_of(type(command))}",
                remedy=f"本操作只适用于: {needed}",
            )

    def require_open(self, command: Command) -> None:
        """Raise ``WrongStep`` if the case is over."""
        self.require(command, *OPEN)

    def require_holder(self, actor: Actor) -> None:
        """Raise ``NotAllowed`` unless the unit of ``actor`` has the file in hand.

        Before the first hand-over that is the window, or the unit whose item it is.
        """
        at_window = actor.may(Role.WINDOW_CLERK) or actor.unit == self.offered.unit
        is_here = at_window if self.holder is None else actor.unit == self.holder
        if not is_here and not actor.may(Role.DUTY_LEADER):
            raise NotAllowed(
                "NOT_OWN_UNIT",
                "本件现不在您所在的单位",
                remedy="请由持有材料的单位办理,或先办理移交",
            )

    def worked_on_at(self, actor: Actor) -> str:
        """Where the file is while ``actor`` works on it: before the first hand-over, with them."""
        return actor.unit if self.holder is None else self.holder

    def require_unit(self, actor: Actor) -> None:
        """Raise ``NotAllowed`` if ``actor`` would decide for a unit whose item it is not."""
        above = (Role.DUTY_LEADER, Role.GOVERNMENT_HEAD, Role.SYSTEM)
        if actor.unit != self.offered.unit and not actor.may(*above):
            raise NotAllowed(
                "NOT_OWN_UNIT",
                f"本件由「{self.offered.unit}」负责,不属于您所在的单位",
                remedy="请由该单位办理",
            )

    def require_own(self, command: Command) -> None:
        """Raise ``WrongStep`` if the theme does for the case what ``command`` asks."""
        if self.theme_id is not None:
            raise WrongStep(
                "BELONGS_TO_THEME",
                f"本件属于一件事主题件,不能单独{term_of(type(command))}",
                remedy="请在主题件上统一办理",
            )

    def require_not_deemed(self, desk: Desk) -> None:
        """Raise ``WrongStep`` once the time for the notice is over: the law has accepted then."""
        notice = self.deadline(LimitKind.NOTICE, desk.stream_id)
        if notice is not None and notice.is_running and desk.now >= notice.due.due_at:
            raise WrongStep(
                "DEEMED_ACCEPTED",
                f"一次性告知期限({notice.due.due_date}止)已过,自收到材料之日起即为受理",
                remedy="请等待系统记录视为受理后继续办理",
            )

    def require_gap_in_time(self, desk: Desk) -> None:
        """Raise ``WrongStep`` once the promised materials are overdue: the case is withdrawn."""
        promised = self.deadline(LimitKind.SUPPLEMENT, desk.stream_id)
        if promised is not None and promised.is_running and desk.now >= promised.due.due_at:
            raise WrongStep(
                "DEEMED_WITHDRAWN",
                f"承诺补交材料的期限({promised.due.due_date}止)已过,视为撤回申请",
                remedy="请等待系统记录视为撤回;申请人可重新申请",
            )

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

    def each_once(self, codes: Sequence[str], field: str) -> None:
        """Raise unless every one of ``codes`` is a material of the item and named once."""
        for code in codes:
            self.material(code, field)
        if len(set(codes)) < len(codes):
            raise InvalidInput(
                "MATERIAL_TWICE", "同一材料填写了两次", field=field, remedy="请合并为一项"
            )

    def material(self, code: str, field: str) -> Material:
        """The material of the item, or ``NotFound``."""
        material = self.offered.material(code)
        if material is None:
            raise NotFound(
                "MATERIAL_UNKNOWN",
                f"事项「{self.offered.name}」没有材料「{code}」",
                field=field,
                remedy="请按事项的材料清单填写",
            )
        return material
