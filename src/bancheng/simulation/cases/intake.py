"""From the submission to the acceptance: as it should be, supplemented, on promise, or refused."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Final

from bancheng.domain.case.accept import AcceptCase
from bancheng.domain.case.analyse import CorrectMaterial, NoticeSupplement, ReceiveSupplement
from bancheng.domain.case.correct import AddRemark, CorrectCase
from bancheng.domain.case.discover import Received, ReceiveMaterials
from bancheng.domain.case.notice import Wanted
from bancheng.domain.case.pre_review import PassPreReview, RejectPreReview, ResubmitCase
from bancheng.domain.case.refuse import DenyRefusal, RefuseAcceptance, ReportRefusal
from bancheng.domain.case.terms import CaseSource, CaseStatus, RefusalGround
from bancheng.domain.people import FreeText, SpecialGroup
from bancheng.simulation import people
from bancheng.simulation.cases.file import CaseFile, Doing
from bancheng.simulation.pace import DAY, Stretch

# A day more than the five within which everything that is missing must be told (行政许可法 32).
_FORGOTTEN_FOR: Final = 6 * DAY
# Ground, reason and article of what a window thinks should be refused.
_GROUNDS: Final = (
    (RefusalGround.NOT_REQUIRED, "经核实该事项依法不需要取得行政许可。", "第三十二条第一款第一项"),
    (RefusalGround.NOT_OURS, "经核实该事项不属于本机关职权范围。", "第三十二条第一款第二项"),
)  # fmt: skip
_RIGHT_ORGAN: Final = "上一级行政审批机关"
# How long the applicant has for what a notice wants, in working days.
_PERIOD: Final = 15
_LAW: Final = "行政许可法"


def run(file: CaseFile, at: datetime) -> Stretch:
    """What happens before the case is handled; it may also end there."""
    if file.case.source is not CaseSource.WINDOW:
        at = yield from _pre_reviewed(file, at)
    return (yield from _course(file)(file, at))


def _course(file: CaseFile) -> Callable[[CaseFile, datetime], Stretch]:
    shares, roll = file.shares, file.chance.random()
    if file.case.notices:  # what the pre-review told was all, so nothing else is asked for
        return _complete
    for course, share in (
        (_corrected, shares.corrected), (_supplemented, shares.supplemented),
        (_promised, shares.promised), (_doubted, shares.doubted), (_forgotten, shares.forgotten),
    ):  # fmt: skip
        roll -= share
        if roll < 0:
            return course
    return _complete


def _pre_reviewed(file: CaseFile, at: datetime) -> Stretch:
    at = file.pace.later(at, hours=5)
    if file.happens(file.shares.pre_rejected):
        faults = FreeText("申请表联系地址不完整,请修改后重新提交。")
        wanted = (Wanted(code=file.item.materials[0].code, standard="扫描件须清晰可辨"),)
        yield from file.does(at, file.clerk, RejectPreReview(
            case_id=file.id, wanted=wanted, faults=faults, working_days=_PERIOD))  # fmt: skip
        at = file.pace.after(at, DAY * file.chance.uniform(0.2, 2))
        yield from file.does(at, people.ONLINE, ResubmitCase(case_id=file.id))
        at = file.pace.later(at, hours=5)
    yield from file.does(at, file.clerk, PassPreReview(case_id=file.id))
    return at


def _complete(file: CaseFile, at: datetime) -> Stretch:
    at = yield from _received(file, at)
    return (yield from _accepted(file, at))


def _corrected(file: CaseFile, at: datetime) -> Stretch:
    at = yield from _received(file, at)
    at = file.pace.later(at, hours=0.3)
    correction = FreeText("申请日期填写有误,申请人当场更正并签字确认。")
    code = file.item.materials[0].code
    yield from file.does(
        at, file.clerk, CorrectMaterial(case_id=file.id, code=code, correction=correction)
    )
    reason, remark = FreeText("登记时漏选,按申请人证件更正。"), FreeText("申请人来电询问进度。")
    yield from file.does(at, file.clerk, CorrectCase(
        case_id=file.id, reason=reason, special_group=SpecialGroup.ELDERLY))  # fmt: skip
    yield from file.does(at, file.clerk, AddRemark(case_id=file.id, remark=remark))
    return (yield from _accepted(file, at))


def _supplemented(file: CaseFile, at: datetime) -> Stretch:
    required = [one.code for one in file.item.materials if one.required]
    # Who brings nothing at all gets no receipt.
    most = min(2, len(required), len(file.item.materials) - 1)
    if not most:
        return (yield from _corrected(file, at))
    missing = file.chance.sample(required, k=most)
    at = yield from _received(file, at, missing=missing)
    at = file.pace.later(at, hours=14)
    yield from _noticed(file, at)
    at = file.pace.after(at, DAY * file.chance.uniform(0.3, 6))
    if file.happens(file.shares.given_up):
        reason = FreeText("申请人表示短期内无法提供所需材料,申请撤回。")
        yield from file.withdrawn(at, file.clerk, reason)
        return at
    if len(missing) > 1 and file.happens(file.shares.in_parts):
        yield from _brought(file, at, missing[:1])
        at = file.pace.later(at, hours=5)
        yield from _noticed(file, at)
        at = file.pace.after(at, DAY * file.chance.uniform(0.3, 3))
    yield from _brought(file, at, file.case.missing)
    return (yield from _accepted(file, at))


def _promised(file: CaseFile, at: datetime) -> Stretch:
    gap = [one.code for one in file.item.materials if one.gap_allowed][:2]
    gap = gap[: len(file.item.materials) - 1]
    at = yield from _received(file, at, missing=gap)
    return (yield from _accepted(file, at))


def _doubted(file: CaseFile, at: datetime) -> Stretch:
    at = yield from _received(file, at)
    at = file.pace.later(at, hours=2)
    ground, reason, article = file.chance.choice(_GROUNDS)
    basis = f"{_LAW}{article}"
    organ = _RIGHT_ORGAN if ground is RefusalGround.NOT_OURS else None
    yield from file.does(at, file.clerk, ReportRefusal(
        case_id=file.id, ground=ground, reason=FreeText(reason), basis=basis,
        right_organ=organ))  # fmt: skip
    at = file.pace.later(at, hours=5)
    if file.happens(file.shares.refusal_denied):
        ruling = FreeText("经研究符合受理条件,请予受理。")
        yield from file.does(at, people.DUTY_LEADER, DenyRefusal(case_id=file.id, ruling=ruling))
        return (yield from _accepted(file, at))
    yield from file.does(at, people.DUTY_LEADER, RefuseAcceptance(
        case_id=file.id, ground=ground, reason=FreeText(reason), basis=basis, right_organ=organ,
        remedy=FreeText("可自收到本通知之日起六十日内申请行政复议,或六个月内提起行政诉讼。"),
    ))  # fmt: skip
    return at


def _forgotten(file: CaseFile, at: datetime) -> Stretch:
    """Nobody tells the applicant anything in time, so the law accepts a licence."""
    at = yield from _received(file, at)
    at = file.pace.after(at, _FORGOTTEN_FOR)
    yield from file.looked_at(at)
    if file.case.status is CaseStatus.RECEIVED:
        at = yield from _accepted(file, at)
    return at


def _received(file: CaseFile, at: datetime, missing: Collection[str] = ()) -> Stretch:
    at = file.pace.later(at, hours=0.5)
    materials = _ticked(one.code for one in file.item.materials if one.code not in missing)
    yield from file.does(at, file.clerk, ReceiveMaterials(case_id=file.id, materials=materials))
    return at


def _noticed(file: CaseFile, at: datetime) -> Doing:
    wanted = tuple(
        Wanted(code=code, standard="须为有效期内的原件,加盖公章") for code in file.case.missing
    )
    yield from file.does(at, file.clerk, NoticeSupplement(
        case_id=file.id, wanted=wanted, working_days=_PERIOD))  # fmt: skip


def _brought(file: CaseFile, at: datetime, codes: Collection[str]) -> Doing:
    materials = _ticked(codes)
    yield from file.does(at, file.clerk, ReceiveSupplement(case_id=file.id, materials=materials))


def _accepted(file: CaseFile, at: datetime) -> Stretch:
    at = file.pace.later(at, hours=1)
    promise = f"RQ-{file.case.number}" if file.case.missing else None
    yield from file.does(at, file.clerk, AcceptCase(case_id=file.id, gap_promise_no=promise))
    return at


def _ticked(codes: Iterable[str]) -> tuple[Received, ...]:
    return tuple(Received(code=code) for code in codes)
