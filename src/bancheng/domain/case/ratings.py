"""差评: a bad rating is followed by a call, and by rectification or an appeal of the unit."""

from typing import Annotated, Final

from msgspec import Meta

from bancheng.domain.calls import CallResult
from bancheng.domain.case.guards import needs_unit_of_item
from bancheng.domain.case.state import Case, CaseCommand, Rating
from bancheng.domain.case.terms import RatingState
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, NotFound, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate

RatingId = Annotated[str, Meta(max_length=80, description="评价编号")]


@topic("case.rater-contacted", step=Step.SUPERVISE)
class RaterContacted(Event, frozen=True, kw_only=True):
    """差评联系: somebody tried to call the rater, and found the rating justified or not.

    If it is, ``unit`` has to rectify until ``rectify_due``. A call that reached nobody is
    recorded too: the rating then counts as justified, as an unnamed one does, and the time to call
    goes on until a call reaches the rater or nothing is owed any more.
    """

    rating_id: str
    unit: str
    call: CallResult
    justified: bool
    finding: FreeText
    rectify_due: DueDate | None = None


@topic("case.rating-rectified", step=Step.SUPERVISE)
class RatingRectified(Event, frozen=True, kw_only=True):
    """差评整改: what was changed, and the rater was told."""

    rating_id: str
    measure: FreeText


@topic("case.rating-appealed", step=Step.SUPERVISE)
class RatingAppealed(Event, frozen=True, kw_only=True):
    """差评申诉: the unit holds the rating for mistaken or untrue."""

    rating_id: str
    ground: FreeText


@topic("case.rating-excluded", step=Step.SUPERVISE)
class RatingExcluded(Event, frozen=True, kw_only=True):
    """差评剔除: the appeal is right; the rating stays visible and counts in no rate."""

    rating_id: str
    ruling: FreeText


@topic("case.rating-upheld", step=Step.SUPERVISE)
class RatingUpheld(Event, frozen=True, kw_only=True):
    """差评维持: the appeal is wrong; the rating must be rectified as before."""

    rating_id: str
    ruling: FreeText


class ContactRater(CaseCommand, frozen=True, kw_only=True):
    """差评联系: call who gave the bad rating, until they are reached; is it justified?"""

    rating_id: RatingId
    call: Annotated[CallResult, Meta(description="通话结果")]
    justified: Annotated[bool, Meta(description="差评是否属实合理")]
    finding: Annotated[FreeText, Meta(description="核实情况")]


class RectifyRating(CaseCommand, frozen=True, kw_only=True):
    """差评整改: tell what was changed."""

    rating_id: RatingId
    measure: Annotated[FreeText, Meta(description="整改措施与答复")]


class AppealRating(CaseCommand, frozen=True, kw_only=True):
    """差评申诉: object to a mistaken or untrue rating, once a call to a named rater was tried."""

    rating_id: RatingId
    ground: Annotated[FreeText, Meta(description="申诉理由")]


class ExcludeRating(CaseCommand, frozen=True, kw_only=True):
    """差评剔除: decide that the rating counts in no rate."""

    rating_id: RatingId
    ruling: Annotated[FreeText, Meta(description="甄别意见")]


class UpholdRating(CaseCommand, frozen=True, kw_only=True):
    """差评维持: decide that the rating must be rectified."""

    rating_id: RatingId
    ruling: Annotated[FreeText, Meta(description="甄别意见")]


RATINGS: Final = Targets[Case](
    of=lambda command: command.rating_id, within=lambda case: case.ratings
)


def may_contact(case: Case, attempt: Attempt) -> None:
    rating = _rating(case, attempt.target)
    if not rating.to_be_called:
        raise _wrong_state(rating, RatingState.TO_CONTACT)


@guarded(may_contact, RATINGS)
def contact(case: Case, command: ContactRater, desk: Desk) -> list[Event]:
    # Nobody may dismiss a rating by not picking up the phone.
    if not command.call.reached and not command.justified:
        raise InvalidInput(
            "RATER_NOT_REACHED",
            "未联系上评价人,不能认定差评不属实",
            field="justified",
            remedy="请按属实记录并继续联系;单位认为不属实的可以申诉",
        )
    state = _rating(case, command.rating_id).state
    # A further call does not give the unit more time than the first one did.
    is_new = command.justified and state is RatingState.TO_CONTACT
    due = desk.due_for("rating.rectify", case.offered) if is_new else None
    return [
        RaterContacted(
            rating_id=command.rating_id,
            unit=case.offered.unit,
            call=command.call,
            justified=command.justified,
            finding=desk.sealed(command.finding),
            rectify_due=due,
        )
    ]


def may_rectify(case: Case, attempt: Attempt) -> Rating:
    needs_unit_of_item(case, attempt)
    return _waiting(case, attempt.target, RatingState.TO_RECTIFY)


@guarded(may_rectify, RATINGS)
def rectify(_: Case, command: RectifyRating, desk: Desk) -> list[Event]:
    measure = desk.sealed(command.measure)
    return [RatingRectified(rating_id=command.rating_id, measure=measure)]


def may_appeal_rating(case: Case, attempt: Attempt) -> None:
    if may_rectify(case, attempt).appealed:
        raise WrongStep("RATING_APPEALED", "本差评已申诉过一次", remedy="请服从甄别结果")


@guarded(may_appeal_rating, RATINGS)
def appeal_rating(_: Case, command: AppealRating, desk: Desk) -> list[Event]:
    return [RatingAppealed(rating_id=command.rating_id, ground=desk.sealed(command.ground))]


def may_rule_on_appeal(case: Case, attempt: Attempt) -> None:
    _waiting(case, attempt.target, RatingState.APPEALED)


@guarded(may_rule_on_appeal, RATINGS)
def exclude_rating(_: Case, command: ExcludeRating, desk: Desk) -> list[Event]:
    return [RatingExcluded(rating_id=command.rating_id, ruling=desk.sealed(command.ruling))]


@guarded(may_rule_on_appeal, RATINGS)
def uphold_rating(_: Case, command: UpholdRating, desk: Desk) -> list[Event]:
    return [RatingUpheld(rating_id=command.rating_id, ruling=desk.sealed(command.ruling))]


def _waiting(case: Case, rating_id: str, needed: RatingState) -> Rating:
    rating = _rating(case, rating_id)
    if rating.state is not needed:
        raise _wrong_state(rating, needed)
    return rating


def _wrong_state(rating: Rating, needed: RatingState) -> WrongStep:
    return WrongStep(
        "WRONG_RATING_STATE",
        f"该评价当前为「{rating.state.label}」",
        remedy=f"本操作只适用于: {needed.label}",
    )


def _rating(case: Case, rating_id: str) -> Rating:
    rating = case.ratings.get(rating_id)
    if rating is None:
        raise NotFound(
            "RATING_NOT_FOUND",
            f"本件没有评价「{rating_id}」",
            field="rating_id",
            remedy="请核对评价编号",
        )
    return rating
