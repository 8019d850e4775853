"""分析原因: mistakes are corrected on the spot; all that is missing is told in one notice."""

from typing import Annotated

from msgspec import Meta

from bancheng.domain.case.discover import Intake, Materials, taken_in
from bancheng.domain.case.guards import all_of, needs_file, needs_notice_in_time, waits_in
from bancheng.domain.case.notice import (
    Notice,
    Period,
    Wanted,
    awaited_until,
    check_notice,
    needs_notice_possible,
    notice_no,
)
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import guarded
from bancheng.domain.items import JOINT_MATERIALS_MAX
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step


@topic("case.material-corrected", step=Step.ANALYSE)
class MaterialCorrected(Event, frozen=True, kw_only=True):
    """当场更正: the applicant corrected a material on the spot (行政许可法 32(3))."""

    code: str
    correction: FreeText


@topic("case.supplement-noticed", step=Step.ANALYSE)
class SupplementNoticed(Notice, frozen=True, kw_only=True):
    """一次性告知: the whole list of what must be supplemented was told (行政许可法 32(4))."""


@topic("case.supplement-received", step=Step.ANALYSE)
class SupplementReceived(Intake, frozen=True, kw_only=True):
    """补正收件: what the notice had asked for was taken in, or some of it."""


class CorrectMaterial(CaseCommand, frozen=True, kw_only=True):
    """当场更正: let the applicant correct a material on the spot."""

    code: Annotated[str, Meta(max_length=40, description="材料编码")]
    correction: Annotated[FreeText, Meta(description="更正内容")]


class NoticeSupplement(CaseCommand, frozen=True, kw_only=True):
    """一次性告知: tell the whole list of what must be supplemented, once."""

    wanted: Annotated[
        tuple[Wanted, ...],
        Meta(min_length=1, max_length=JOINT_MATERIALS_MAX, description="需要补正的全部内容"),
    ]
    working_days: Period


class ReceiveSupplement(CaseCommand, frozen=True, kw_only=True):
    """补正收件: take in what came after the notice."""

    materials: Materials


@guarded(waits_in(CaseStatus.RECEIVED))
def correct(case: Case, command: CorrectMaterial, desk: Desk) -> list[Event]:
    case.check_material(command.code, "code")
    return [MaterialCorrected(code=command.code, correction=desk.sealed(command.correction))]


may_notice = all_of(
    waits_in(CaseStatus.RECEIVED), needs_file, needs_notice_in_time, needs_notice_possible
)


@guarded(may_notice)
def notice_supplement(case: Case, command: NoticeSupplement, desk: Desk) -> list[Event]:
    together(lambda: check_notice(case, command.wanted), lambda: _check_whole(case, command))
    due = awaited_until(command.working_days, desk)
    return [SupplementNoticed(notice_no=notice_no(case), wanted=command.wanted, due=due)]


def _check_whole(case: Case, command: NoticeSupplement) -> None:
    told = {one.code for one in command.wanted}
    if untold := [code for code in case.missing if code not in told]:
        raise InvalidInput(
            "NOTICE_INCOMPLETE",
            f"尚缺的材料未全部告知: {'、'.join(untold)}",
            field="wanted",
            remedy="请一次性告知需要补正的全部内容",
        )


@guarded(waits_in(CaseStatus.SUPPLEMENTING))
def receive_supplement(case: Case, command: ReceiveSupplement, desk: Desk) -> list[Event]:
    return [taken_in(SupplementReceived, case, command.materials, desk)]
