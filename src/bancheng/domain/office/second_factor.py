"""动态口令: a code of the person's own device (TOTP, RFC 6238) beside the password.

GB/T 22239-2019 8.1.4.1 d asks for two kinds of proof; the rule book says of whom. What the codes
are made of is kept beside the log, sealed; no event holds it.
"""

from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import NotAllowed, WrongStep
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.office.credential_events import SecondFactorEnrolled, SecondFactorRemoved
from bancheng.domain.office.credentials import is_own, must_be_active
from bancheng.domain.office.staff import Member, StaffId
from bancheng.domain.time_limits.rules import RuleBook, SecondFactor


class EnrolSecondFactor(Command, frozen=True, kw_only=True):
    """启用动态口令: let one's own device count, shown by its first code.

    Whatever let the person be known by less ends. Its proof comes beside the command.
    """

    proves = "second-factor"

    staff_id: StaffId


class RemoveSecondFactor(Command, frozen=True, kw_only=True):
    """解除动态口令: for somebody who lost their device; every session and token of theirs ends."""

    staff_id: StaffId


def check_offered(book: RuleBook) -> None:
    """``WrongStep`` ``SECOND_FACTOR_OFF`` if the rule book has no second factor."""
    if book.second_factor is SecondFactor.OFF:
        raise WrongStep(
            "SECOND_FACTOR_OFF",
            "本厅规则库未启用动态口令",
            remedy="需要的,请系统管理员在规则库中设置 second_factor 后发布",
        )


def may_enrol(staff: Member, attempt: Attempt) -> None:
    """The person alone, if the book offers it. ``NotAllowed`` ``SECOND_FACTOR_OF_ANOTHER``."""
    must_be_active(staff, attempt)
    if not is_own(staff, attempt):
        raise NotAllowed(
            "SECOND_FACTOR_OF_ANOTHER",
            "只能启用本人的动态口令",
            remedy="请由本人以密码办理",
        )
    check_offered(attempt.desk.rulebook)


def must_have_enrolled(staff: Member, attempt: Attempt) -> None:
    """Who has one. ``WrongStep`` ``SECOND_FACTOR_MISSING``."""
    must_be_active(staff, attempt)
    if not staff.has_second_factor:
        raise WrongStep(
            "SECOND_FACTOR_MISSING",
            "该工号没有启用动态口令",
            field="staff_id",
            remedy="无需解除;请核对工号",
        )


@guarded(may_enrol)
def enrol_second_factor(_: Member, __: EnrolSecondFactor, ___: Desk) -> list[Event]:
    return [SecondFactorEnrolled()]


@guarded(must_have_enrolled)
def remove_second_factor(_: Member, __: RemoveSecondFactor, ___: Desk) -> list[Event]:
    return [SecondFactorRemoved()]
