"""调阅与联系: who works on a case opens what is known of its applicant, and calls them."""

from collections.abc import Collection
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from bancheng.domain.calls import CallResult
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.disclosure import (
    Contact,
    Disclosure,
    Fields,
    Purpose,
    check_call,
    disclosed,
    not_concerned,
    require_openable,
    require_purpose,
)
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import Actor, FreeText, Role

_KIND: Final = "cases"
_NOT_ARCHIVED = tuple(one for one in CaseStatus if one is not CaseStatus.ARCHIVED)
# What is made and not handed out yet is with the desk that issues it, whoever took the case in.
_AT_ISSUING = (CaseStatus.MADE, CaseStatus.NOTIFIED)


@topic("case.applicant-disclosed")
class ApplicantDisclosed(Disclosure, frozen=True, kw_only=True):
    """调阅申请人: somebody opened sealed data of a case: which, for what, why; no value."""


@topic("case.applicant-contacted")
class ApplicantContacted(Contact, frozen=True, kw_only=True):
    """联系申请人: the applicant or their agent was called, or tried."""


class DiscloseApplicant(CaseCommand, frozen=True, kw_only=True):
    """调阅申请人: open sealed data of a case; the clear values are answered once and kept nowhere.

    The same key again is another opening, which is recorded like the first one.
    """

    purpose: Purpose
    fields: Fields
    reason: Annotated[FreeText, Meta(description="调阅事由")]
    opens_data: ClassVar[bool] = True


class ContactApplicant(CaseCommand, frozen=True, kw_only=True):
    """联系申请人: record a call to the applicant; a rater is called by an act of its own."""

    purpose: Purpose
    call: Annotated[CallResult, Meta(description="通话结果")]
    note: Annotated[FreeText | None, Meta(description="通话情况;未接通时必填")] = None


def may_disclose(case: Case, attempt: Attempt) -> Collection[Role]:
    """As what the actor may open data of the case.

    Its clerk and the desk that issues, the unit in charge, and whoever has to call a rater.
    ``NotAllowed`` ``NOT_CONCERNED`` for others.
    """
    standing = _standing(case, attempt.desk.actor)
    if not standing:
        raise not_concerned()
    if Role.VERIFIER not in standing:
        case.require(attempt.act, *_NOT_ARCHIVED)
    elif case.status is CaseStatus.ARCHIVED:  # whoever also was its clerk is that no more
        standing = {Role.VERIFIER}
    require_openable(attempt.desk, standing, kind=_KIND)
    return standing


def may_contact(case: Case, attempt: Attempt) -> Collection[Role]:
    """Who handles the case may tell of a call, and not a verifier: a rater is called otherwise."""
    standing = _standing(case, attempt.desk.actor) - {Role.VERIFIER}
    if not standing:
        raise not_concerned()
    case.require(attempt.act, *_NOT_ARCHIVED)
    require_purpose(attempt.desk, standing, kind=_KIND)
    return standing


def _standing(case: Case, actor: Actor) -> set[Role]:
    standing: set[Role] = set()
    if actor.may(Role.WINDOW_CLERK) and _is_clerk_of(case, actor):
        standing.add(Role.WINDOW_CLERK)
    if actor.may(Role.UNIT_OFFICER, Role.UNIT_HEAD) and _has_in_charge(case, actor):
        standing.add(Role.UNIT_OFFICER)
    if actor.may(Role.VERIFIER) and any(one.to_be_called for one in case.ratings.values()):
        standing.add(Role.VERIFIER)
    return standing


@guarded(may_disclose)
def disclose(case: Case, command: DiscloseApplicant, desk: Desk) -> list[Event]:
    standing = may_disclose(case, Attempt(DiscloseApplicant, desk))
    return [disclosed(ApplicantDisclosed, command, desk, standing, kind=_KIND)]


@guarded(may_contact)
def contact(case: Case, command: ContactApplicant, desk: Desk) -> list[Event]:
    check_call(command, desk, may_contact(case, Attempt(ContactApplicant, desk)), kind=_KIND)
    return [
        ApplicantContacted(
            purpose=command.purpose,
            call=command.call,
            note=command.note and desk.sealed(command.note),
        )
    ]


def _is_clerk_of(case: Case, actor: Actor) -> bool:
    is_here = case.worked_on_at(actor) == actor.unit
    return is_here or actor.id in case.took_part or case.status in _AT_ISSUING


def _has_in_charge(case: Case, actor: Actor) -> bool:
    return actor.unit in (case.offered.unit, case.holder)
