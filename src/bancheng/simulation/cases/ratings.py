"""好差评: what applicants say, and what follows a bad word."""

from datetime import datetime, timedelta
from typing import Any, Final

from bancheng.domain.calls import CallResult
from bancheng.domain.case.rate import (
    CITIZEN,
    ImportRating,
    IssueRatingCode,
    RateByCode,
    RateCase,
)
from bancheng.domain.case.ratings import (
    AppealRating,
    ContactRater,
    ExcludeRating,
    RectifyRating,
    UpholdRating,
)
from bancheng.domain.case.terms import RatingOrigin, RatingState
from bancheng.domain.people import FreeText
from bancheng.domain.rating_levels import RatingLevel
from bancheng.simulation import hall, people
from bancheng.simulation.calls import applicant_looked_up
from bancheng.simulation.cases.file import CaseFile, Doing
from bancheng.simulation.pace import DAY, Stretch, weighed

_GOOD: Final = {
    RatingLevel.VERY_SATISFIED: 78, RatingLevel.SATISFIED: 17, RatingLevel.FAIR: 5,
}  # fmt: skip
_BAD: Final = {RatingLevel.DISSATISFIED: 3, RatingLevel.VERY_DISSATISFIED: 2}
_ORIGINS: Final = {
    RatingOrigin.CITIZEN: 55, RatingOrigin.STAFF_ASSISTED: 20, RatingOrigin.DEFAULT: 25,
}  # fmt: skip


def run(file: CaseFile, at: datetime) -> Stretch:
    """The applicant may rate the case; a bad rating is followed up to its end."""
    if not file.happens(file.shares.rated):
        return at
    origin = weighed(file.chance, _ORIGINS)
    level = RatingLevel.VERY_SATISFIED
    if origin is not RatingOrigin.DEFAULT:
        level = weighed(file.chance, _BAD if file.happens(file.shares.bad) else _GOOD)
    at += timedelta(minutes=file.chance.uniform(1, 40))
    named = level.is_bad and file.happens(file.shares.named)
    comment = FreeText("等候时间太长,来回跑了两趟。") if level.is_bad else None
    said = {"case_id": file.id, "level": level, "named": named, "comment": comment}
    yield from _said(file, at, origin, said)
    return (yield from _followed_up(file, at, named=named)) if level.is_bad else at


def _said(file: CaseFile, at: datetime, origin: RatingOrigin, said: dict[str, Any]) -> Doing:
    if origin is RatingOrigin.STAFF_ASSISTED:
        yield from file.does(at, hall.VERIFIER, RateCase(**said))
    elif origin is RatingOrigin.DEFAULT:
        by_default = ImportRating(**said, source_ref=f"PJ{file.case.number}", by_default=True)
        yield from file.does(at, people.PLATFORM, by_default)
    else:
        yield from file.does(at, people.ISSUER, IssueRatingCode(case_id=file.id))
        at += timedelta(minutes=2)
        yield from file.does(at, CITIZEN, RateByCode(**said, code=file.code or ""))


def _followed_up(file: CaseFile, at: datetime, *, named: bool) -> Stretch:
    rating = list(file.case.ratings)[-1]
    if named:
        at = yield from _called(file, at, rating)
    if file.case.ratings[rating].state is RatingState.TO_RECTIFY and file.happens(
        file.shares.appealed
    ):
        at = yield from _appealed(file, at, rating)
    if file.case.ratings[rating].state is RatingState.TO_RECTIFY:
        at = file.pace.after(at, DAY * file.chance.uniform(0.5, 6))
        measure = FreeText("已调整排班并向评价人致歉,评价人表示认可。")
        yield from file.does(at, file.officer, RectifyRating(
            case_id=file.id, rating_id=rating, measure=measure))  # fmt: skip
    return at


def _called(file: CaseFile, at: datetime, rating: str) -> Stretch:
    at = file.pace.later(at, hours=4)
    yield from applicant_looked_up(file, at, hall.VERIFIER, "bad_rating", "差评联系核实。")
    if file.happens(file.shares.unreached):
        yield from file.does(at, hall.VERIFIER, ContactRater(
            case_id=file.id, rating_id=rating, call=CallResult.NO_ANSWER, justified=True,
            finding=FreeText("电话无人接听,先按属实处理,继续联系。")))  # fmt: skip
        at = file.pace.later(at, hours=4)
    yield from file.does(at, hall.VERIFIER, ContactRater(
        case_id=file.id, rating_id=rating, call=CallResult.CONNECTED,
        justified=file.happens(file.shares.justified),
        finding=FreeText("已电话核实评价人所述情况。")))  # fmt: skip
    return at


def _appealed(file: CaseFile, at: datetime, rating: str) -> Stretch:
    at = file.pace.later(at, hours=5)
    ground = FreeText("经查监控,等候系申请人未取号,评价与事实不符。")
    yield from file.does(at, file.officer, AppealRating(
        case_id=file.id, rating_id=rating, ground=ground))  # fmt: skip
    at = file.pace.later(at, hours=9)
    if file.happens(file.shares.excluded):
        ruling = FreeText("情况属实,予以剔除。")
        yield from file.does(at, hall.EFFICIENCY, ExcludeRating(
            case_id=file.id, rating_id=rating, ruling=ruling))  # fmt: skip
        return at
    ruling = FreeText("申诉理由不成立,请整改。")
    yield from file.does(at, hall.SUPERVISOR, UpholdRating(
        case_id=file.id, rating_id=rating, ruling=ruling))  # fmt: skip
    return at
