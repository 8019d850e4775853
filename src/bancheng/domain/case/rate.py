"""一次一评: who was served says how it was; each visit once, after it, and by whom it is told.

What staff write down is 工作人员协助, whatever it says, and counts in no rate. The citizen's own
comes with a one-time code that was given out for one visit, and of which the log knows no more
than a digest. A platform's ratings come in with their reference there.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Final

from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.case.guards import all_of, needs_no_theme, waits_in
from bancheng.domain.case.state import Case, CaseCommand, Visit
from bancheng.domain.case.terms import CaseStatus, RatingOrigin, VisitKind
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Guard, guarded
from bancheng.domain.one_time_codes import digest_of
from bancheng.domain.people import Actor, FreeText, Role
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate

# Whoever was served may say how, also who was turned away.
RATED_IN: Final = tuple(
    status
    for status in CaseStatus
    if status
    not in (
        CaseStatus.SUBMITTED,
        CaseStatus.PRE_REJECTED,
        CaseStatus.PRE_REVIEWED,
        CaseStatus.VOIDED,
    )
)
# Whoever shows a code: nobody of the hall, and nobody asks who they are.
CITIZEN: Final = Actor(
    id="citizen", name="办事群众", post="凭评价码", unit="PUBLIC", roles=(Role.SYSTEM,)
)


@topic("case.rating-code-issued", step=Step.VERIFY)
class RatingCodeIssued(Event, frozen=True, kw_only=True):
    """评价码签发: who was served received a code with which they rate one visit, once.

    ``digest`` tells a code that is shown from others, and nobody reads the code out of it.
    ``valid_until`` is when it ceases to hold, if the rule book limits that.
    """

    visit: str
    digest: str
    valid_until: datetime | None = None


@topic("case.case-rated", step=Step.VERIFY)
class CaseRated(Event, frozen=True, kw_only=True):
    """好差评: what the applicant thinks of it, and where the rating came from.

    ``visit`` is the act at the counter that is rated. ``unit`` is whose item it was, and who must
    rectify what is bad. A named bad rating must be followed by a call until ``contact_due``; an
    unnamed one must be rectified until ``rectify_due``, there being nobody to call. ``source_ref``
    is the number that the platform gave to an imported one.
    """

    rating_id: str
    visit: str
    level: RatingLevel
    origin: RatingOrigin
    named: bool
    unit: str
    comment: FreeText | None = None
    contact_due: DueDate | None = None
    rectify_due: DueDate | None = None
    source_ref: str | None = None


class _Said(CaseCommand, frozen=True, kw_only=True):
    level: Annotated[RatingLevel, Meta(description="评价等级")]
    named: Annotated[bool, Meta(description="是否实名")] = False
    comment: Annotated[FreeText | None, Meta(description="评价内容")] = None


_Which = Annotated[VisitKind, Meta(description="评价的是哪一次办理;不填为最近一次未评价的")] | None


class RateCase(_Said, frozen=True, kw_only=True):
    """协助评价: write down for the applicant what they think of a visit; it counts in no rate."""

    visit: _Which = None


class IssueRatingCode(CaseCommand, frozen=True, kw_only=True):
    """签发评价码: give who was served a one-time code; an earlier one for the visit is void."""

    visit: _Which = None

    code_letters = 16


class RateByCode(_Said, frozen=True, kw_only=True):
    """凭码评价: the applicant rates a visit with the code that was given out for it."""

    code: Annotated[str, Meta(min_length=1, max_length=40, description="一次性评价码")]


class ImportRating(_Said, frozen=True, kw_only=True):
    """导入评价: take over what was said on another platform, under its number there."""

    source_ref: Annotated[str, Meta(min_length=1, max_length=100, description="来源平台评价编号")]
    by_default: Annotated[bool, Meta(description="是否平台默认评价")] = False
    visit: _Which = None


def visit_kind(key: str) -> VisitKind:
    """Which act the visit called ``key`` was."""
    return next(kind for kind in VisitKind if kind.value == key.partition("-")[0])


def _to_rate(case: Case, origins: Collection[RatingOrigin]) -> dict[str, Visit]:
    """The visits that were not yet rated from one of ``origins``, in their order."""
    return {key: one for key, one in case.visits.items() if not one.rated.intersection(origins)}


def _something_to_rate(*origins: RatingOrigin) -> Guard[Case]:
    def ask(case: Case, _: Attempt) -> None:
        if not _to_rate(case, origins):
            raise WrongStep(
                "NOTHING_TO_RATE",
                "本件没有尚未评价的办理: 一次办理只评价一次,且在办理之后",
                remedy="请待收件、受理或送达之后再评价",
            )

    return ask


def _took_no_part(case: Case, attempt: Attempt) -> None:
    if attempt.desk.actor.id in case.took_part:
        raise NotAllowed(
            "RATES_OWN_WORK",
            "您经办过本件,不能录入对它的评价",
            remedy="请由未经办的人员协助录入,或签发评价码由申请人自行评价",
        )


def _visit(
    case: Case, origins: Collection[RatingOrigin], wanted: VisitKind | None
) -> tuple[str, Visit]:
    """The last visit of the kind that is ``wanted``; ``InvalidInput`` if there is none to rate."""
    found = [
        (key, one)
        for key, one in _to_rate(case, origins).items()
        if wanted is None or one.kind is wanted
    ]
    if not found:
        label = "" if wanted is None else wanted.label
        raise InvalidInput(
            "VISIT_NOT_RATEABLE",
            f"本件没有尚未评价的「{label}」",
            field="visit",
            remedy="一次办理只评价一次,且在办理之后;请核对评价的是哪一次办理",
        )
    return found[-1]


_SERVED: Final = (waits_in(*RATED_IN), needs_no_theme)
# An assisted rating does not take the citizen's own word from them: each is given once.
_OWN: Final = (RatingOrigin.CITIZEN,)
_ASSISTED: Final = (RatingOrigin.STAFF_ASSISTED,)


# A child is rated with its theme, the one matter that the applicant brought (一事一评).
@guarded(all_of(*_SERVED, _took_no_part, _something_to_rate(*_ASSISTED)))
def rate(case: Case, command: RateCase, desk: Desk) -> list[Event]:
    visit, _ = _visit(case, _ASSISTED, command.visit)
    return [_rated(case, command, desk, visit, RatingOrigin.STAFF_ASSISTED)]


@guarded(all_of(*_SERVED, _something_to_rate(*_OWN)))
def issue_code(case: Case, command: IssueRatingCode, desk: Desk) -> list[Event]:
    visit, _ = _visit(case, _OWN, command.visit)
    due = desk.due_for("rating.code", case.offered)
    until = None if due is None else due.due_at
    return [RatingCodeIssued(visit=visit, digest=digest_of(desk.one_time_code), valid_until=until)]


def _by_code(case: Case, now: datetime) -> dict[str, str]:
    """The visits for which a code holds now, by its digest."""
    return {
        one.code: key
        for key, one in _to_rate(case, _OWN).items()
        if one.code is not None and (one.code_until is None or now < one.code_until)
    }


def _needs_code_given_out(case: Case, attempt: Attempt) -> None:
    if not _by_code(case, attempt.desk.now):
        raise WrongStep(
            "NO_RATING_CODE", "本件没有有效的评价码", remedy="请到窗口领取评价码后再评价"
        )


@guarded(all_of(*_SERVED, _something_to_rate(*_OWN), _needs_code_given_out))
def rate_by_code(case: Case, command: RateByCode, desk: Desk) -> list[Event]:
    visit = _by_code(case, desk.now).get(digest_of(command.code))
    if visit is None:
        raise code_invalid()
    return [_rated(case, command, desk, visit, RatingOrigin.CITIZEN)]


def code_invalid() -> InvalidInput:
    """One answer to every code that does not hold: none tells whether it ever did."""
    return InvalidInput(
        "RATING_CODE_INVALID",
        "评价码无效: 填写有误、已经用过、已过期或已重新签发",
        field="code",
        remedy="请核对评价码,或到窗口重新领取",
    )


@guarded(all_of(*_SERVED, _something_to_rate(RatingOrigin.IMPORT, RatingOrigin.DEFAULT)))
def import_rating(case: Case, command: ImportRating, desk: Desk) -> list[Event]:
    _, (visit, _) = together(
        lambda: _check_new(case, command.source_ref),
        lambda: _visit(case, (RatingOrigin.IMPORT, RatingOrigin.DEFAULT), command.visit),
    )
    origin = RatingOrigin.DEFAULT if command.by_default else RatingOrigin.IMPORT
    return [replace(_rated(case, command, desk, visit, origin), source_ref=command.source_ref)]


def _check_new(case: Case, source_ref: str) -> None:
    if source_ref in case.rating_refs:
        raise InvalidInput(
            "RATING_KNOWN",
            "该来源编号的评价已导入过",
            field="source_ref",
            remedy="请核对来源数据",
        )


def _rated(case: Case, said: _Said, desk: Desk, visit: str, origin: RatingOrigin) -> CaseRated:
    bad, item = said.level.is_bad, case.offered
    return CaseRated(
        rating_id=f"{case.number}-P{len(case.ratings) + 1:02d}",
        visit=visit,
        level=said.level,
        origin=origin,
        named=said.named,
        unit=item.unit,
        comment=said.comment and desk.sealed(said.comment),
        contact_due=desk.due_for("rating.contact", item) if bad and said.named else None,
        rectify_due=desk.due_for("rating.rectify", item) if bad and not said.named else None,
    )
