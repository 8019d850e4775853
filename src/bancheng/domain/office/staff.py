"""工作人员: the staff of a hall, one stream each; who held which role when is a fact."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput, WrongStep, together
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.guards import Attempt, Targets, guarded, nothing
from bancheng.domain.office import absence, stand_ins
from bancheng.domain.office.absence import (
    Absence,
    AbsenceEnded,
    EndAbsence,
    NoteAbsence,
)
from bancheng.domain.office.credential_events import (
    CredentialRevoked,
    CredentialsRevoked,
    PasswordChanged,
    PasswordIssued,
    SecondFactorEnrolled,
    SecondFactorRemoved,
    TokenIssued,
)
from bancheng.domain.office.stand_ins import EndStandIn, NameStandIn, StandInEnded, StandIns
from bancheng.domain.people import Actor, Role
from bancheng.domain.succession import TakeOver, nothing_to_take_over

StaffId = Annotated[
    str, Meta(min_length=1, max_length=40, pattern="^[A-Za-z0-9._-]+$", description="工号")
]
Roles = Annotated[tuple[Role, ...], Meta(min_length=1, max_length=10, description="角色")]


@topic("office.staff-registered")
class StaffRegistered(Event, frozen=True, kw_only=True):
    """人员登记: a member of staff was given a post, a unit and roles, or new ones."""

    staff_id: str
    name: str
    post: str
    unit: str
    roles: tuple[Role, ...]

    @property
    def actor(self) -> Actor:
        """Who they are since."""
        return Actor(
            id=self.staff_id, name=self.name, post=self.post, unit=self.unit, roles=self.roles
        )

    def goes_on_from(self, before: "StaffRegistered | None") -> bool:
        """Whether what lets them be known lasts: with other roles it is given out anew."""
        return before is not None and set(before.roles) == set(self.roles)


@topic("office.staff-dismissed")
class StaffDismissed(Event, frozen=True, kw_only=True):
    """人员停用: the account may act no more; what it did stays."""


class RegisterStaff(Command, frozen=True, kw_only=True):
    """人员登记: give a member of staff a post, a unit and roles; repeat it to change them."""

    staff_id: StaffId
    name: Annotated[str, Meta(min_length=1, max_length=60, description="姓名")]
    post: Annotated[str, Meta(min_length=1, max_length=60, description="岗位")]
    unit: Annotated[str, Meta(max_length=40, description="单位编码")]
    roles: Roles


class DismissStaff(Command, frozen=True, kw_only=True):
    """人员停用: withdraw every role; what they have in hand is to be handed over before."""

    staff_id: StaffId
    unhanded: Annotated[
        bool, Meta(description="在手工作未交接也停用,由本厅退回单位; 不填则须先交接")
    ] = False

    def in_hand_of(self) -> str | None:
        return self.staff_id


class TakeOverStaff(TakeOver, frozen=True, kw_only=True):
    """人员转隶: let a member of staff of a closed unit go to its successor, with post and roles."""

    staff_id: StaffId


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """工作人员: the write state; ``registered`` is how they stand now, none if dismissed.

    ``tokens`` are those that were issued and that nothing but their time has ended. ``absence`` is
    the one that they told of last, ``stand_ins`` are who stands in for them, by staff id.
    """

    registered: StaffRegistered | None = None
    tokens: frozenset[str] = frozenset()
    has_second_factor: bool = False
    absence: Absence | None = None
    stand_ins: StandIns = {}


_DEVICES: Final = {SecondFactorEnrolled: True, SecondFactorRemoved: False}
_ENDING_TOKENS: Final = (PasswordIssued, PasswordChanged, CredentialsRevoked, *_DEVICES)


def evolve(staff: Member, recorded: Recorded) -> Member:
    """The state after ``recorded``."""
    staff = replace(
        staff,
        absence=absence.after(staff.absence, recorded.event),
        stand_ins=stand_ins.after(staff.stand_ins, recorded.event),
    )
    match recorded.event:
        case StaffRegistered() as event:
            goes_on = event.goes_on_from(staff.registered)
            return replace(staff, registered=event, tokens=staff.tokens if goes_on else frozenset())
        case StaffDismissed():
            return Member()
        case TokenIssued():
            return replace(staff, tokens=staff.tokens | {recorded.envelope.event_id})
        case CredentialRevoked(credential_id=id_):
            return replace(staff, tokens=staff.tokens - {id_})
        case event if isinstance(event, _ENDING_TOKENS):
            enrolled = _DEVICES.get(type(event), staff.has_second_factor)
            return replace(staff, tokens=frozenset(), has_second_factor=enrolled)
    return staff


def may_dismiss_staff(staff: Member, _: Attempt) -> None:
    """Who is registered is dismissed once. ``WrongStep`` ``STAFF_NOT_ACTIVE``."""
    if staff.registered is None:
        raise WrongStep(
            "STAFF_NOT_ACTIVE", "该工号不存在或已停用", field="staff_id", remedy="请核对工号"
        )


def may_note_absence(staff: Member, attempt: Attempt) -> None:
    """Who is registered, for themself, or the head of their unit. ``STAFF_NOT_ACTIVE``."""
    may_dismiss_staff(staff, attempt)
    assert staff.registered is not None, "it was refused otherwise"
    absence.require_own_or_led(staff.registered.unit, attempt)


def may_end_absence(staff: Member, attempt: Attempt) -> None:
    """As `may_note_absence`, of who is away. ``WrongStep`` ``NOT_AWAY``."""
    may_note_absence(staff, attempt)
    absence.require_away(staff.absence, attempt.desk)


def may_name_stand_in(staff: Member, attempt: Attempt) -> None:
    """Who is registered, by the head of their unit or the administrator. ``STAFF_NOT_ACTIVE``."""
    may_dismiss_staff(staff, attempt)
    assert staff.registered is not None, "it was refused otherwise"
    stand_ins.require_led(staff.registered.unit, attempt)


def may_end_stand_in(staff: Member, attempt: Attempt) -> None:
    """As `may_name_stand_in`, of who stands in. ``WrongStep`` ``NOT_NAMED``."""
    may_name_stand_in(staff, attempt)
    stand_ins.require_named(staff.stand_ins, attempt)


def may_take_over_staff(staff: Member, attempt: Attempt) -> None:
    """Who is still of the unit. ``WrongStep`` ``NOTHING_TO_TAKE_OVER``."""
    # Whoever was dismissed or moved meanwhile is not brought back.
    if staff.registered is None or staff.registered.unit != attempt.target:
        raise nothing_to_take_over()


def _unit_of(staff: Member) -> list[str]:
    return [] if staff.registered is None else [staff.registered.unit]


@guarded(may_take_over_staff, Targets(of=lambda command: command.unit, within=_unit_of))
def take_over_staff(staff: Member, command: TakeOverStaff, desk: Desk) -> list[Event]:
    assert staff.registered is not None, "who is not registered is of no unit"
    unit = desk.check_unit(command.successor, "successor")
    return [replace(staff.registered, unit=unit)]


@guarded(nothing)
def register_staff(staff: Member, command: RegisterStaff, desk: Desk) -> list[Event]:
    together(
        lambda: desk.check_unit(command.unit, "unit"),
        lambda: _check_apart(command.roles),
        lambda: _check_human(command.roles),
    )
    event = StaffRegistered(
        staff_id=command.staff_id,
        name=command.name,
        post=command.post,
        unit=command.unit,
        roles=tuple(dict.fromkeys(command.roles)),
    )
    if event == staff.registered:
        raise InvalidInput(
            "STAFF_UNCHANGED",
            f"工号「{command.staff_id}」的登记内容没有变化",
            field="staff_id",
            remedy="无需重复登记",
        )
    return [event]


def _check_apart(roles: tuple[Role, ...]) -> None:
    # Verifying one's own result is refused matter by matter too; who never holds both roles is
    # above suspicion in all of them.
    if Role.VERIFIER in roles and Role.UNIT_OFFICER in roles:
        raise InvalidInput(
            "ROLES_INCOMPATIBLE",
            "核查员不得兼任单位承办人",
            field="roles",
            remedy="请把两项职责分给不同的人",
        )


def _check_human(roles: tuple[Role, ...]) -> None:
    if Role.SYSTEM in roles:
        raise InvalidInput(
            "ROLE_NOT_FOR_STAFF",
            "「系统自动」不是人员的角色",
            field=f"roles[{roles.index(Role.SYSTEM)}]",
            remedy="请删去该角色",
        )


@guarded(may_dismiss_staff)
def dismiss_staff(_: Member, command: DismissStaff, desk: Desk) -> list[Event]:
    # What is withheld from whoever dismisses is not told to them: the hall takes it back by itself.
    known = desk.in_hand.known
    if known and not command.unhanded:
        raise InvalidInput(
            "WORK_IN_HAND",
            f"此人尚有 {len(known)} 件在手工作",
            field="unhanded",
            remedy="请先办理工作交接;不能交接的,确认未交接也停用",
        )
    return [StaffDismissed()]


@guarded(may_note_absence)
def note_absence(staff: Member, command: NoteAbsence, desk: Desk) -> list[Event]:
    assert staff.registered is not None, "the guard refuses who is not registered"
    return absence.noted(staff.registered.unit, command, desk)


@guarded(may_end_absence)
def end_absence(_: Member, __: EndAbsence, ___: Desk) -> list[Event]:
    return [AbsenceEnded()]


@guarded(may_name_stand_in)
def name_stand_in(staff: Member, command: NameStandIn, desk: Desk) -> list[Event]:
    assert staff.registered is not None, "the guard refuses who is not registered"
    return stand_ins.named(staff.registered.actor, staff.stand_ins, command, desk)


@guarded(
    may_end_stand_in,
    Targets(of=lambda command: command.stand_in, within=lambda staff: staff.stand_ins),
)
def end_stand_in(_: Member, command: EndStandIn, __: Desk) -> list[Event]:
    return [StandInEnded(stand_in=command.stand_in)]
