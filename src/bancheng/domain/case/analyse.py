"""分析原因: mistakes are corrected on the spot; all that is missing is told in one notice."""

from typing import Annotated

from msgspec import Meta, Struct

from bancheng.domain.case.discover import Intake, Materials, taken_in
from bancheng.domain.case.guards import all_of, needs_file, needs_notice_in_time, waits_in
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import guarded
from bancheng.domain.items import JOINT_MATERIALS_MAX
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step


class Wanted(Struct, frozen=True, kw_only=True):
    """补正内容: one material that must come, and to what standard."""

    code: Annotated[str, Meta(max_length=40, description="材料编码")]
    standard: Annotated[str, Meta(min_length=1, max_length=500, description="补正要求")]


@topic("case.material-corrected", step=Step.ANALYSE)
class MaterialCorrected(Event, frozen=True, kw_only=True):
    """当场更正: the applicant corrected a material on the spot (行政许可法 32(3))."""

    code: str
    correction: FreeText


@topic("case.supplement-noticed", step=Step.ANALYSE)
class SupplementNoticed(Event, frozen=True, kw_only=True):
    """一次性告知: the whole list of what must be supplemented was told (行政许可法 32(4))."""

    notice_no: str
    wanted: tuple[Wanted, ...]


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


class ReceiveSupplement(CaseCommand, frozen=True, kw_only=True):
    """补正收件: take in what came after the notice."""

    materials: Materials


@guarded(waits_in(CaseStatus.RECEIVED))
def correct(case: Case, command: CorrectMaterial, desk: Desk) -> list[Event]:
    case.check_material(command.code, "code")
    return [MaterialCorrected(code=command.code, correction=desk.sealed(command.correction))]


@guarded(all_of(waits_in(CaseStatus.RECEIVED), needs_file, needs_notice_in_time))
def notice_supplement(case: Case, command: NoticeSupplement, _: Desk) -> list[Event]:
    codes = [one.code for one in command.wanted]
    case.each_once(codes, "wanted")
    # A second notice may repeat what the first one told and did not come, never ask for more
    # (行政许可法 32(4): 一次告知需要补正的全部内容).
    if new := [code for code in codes if case.notices and code not in case.told]:
        raise InvalidInput(
            "NOTICE_NOT_ONCE",
            f"补正内容须一次性告知,不能再要求: {'、'.join(new)}",
            field="wanted",
            remedy="请受理,或按否定报备程序处理",
        )
    if untold := [code for code in case.missing if code not in codes]:
        raise InvalidInput(
            "NOTICE_INCOMPLETE",
            f"尚缺的材料未全部告知: {'、'.join(untold)}",
            field="wanted",
            remedy="请一次性告知需要补正的全部内容",
        )
    number = f"{case.number}-B{case.notices + 1:02d}"
    return [SupplementNoticed(notice_no=number, wanted=command.wanted)]


@guarded(waits_in(CaseStatus.SUPPLEMENTING))
def receive_supplement(case: Case, command: ReceiveSupplement, desk: Desk) -> list[Event]:
    return [taken_in(SupplementReceived, case, command.materials, desk)]
