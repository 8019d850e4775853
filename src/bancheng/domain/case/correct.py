"""办件更正: what was taken down wrongly of a case is put right, and remarks are added.

The earlier words stay in the events that carried them. The item is not corrected: its version rules
the case, so a case of the wrong item is voided and applied for anew.
"""

from typing import Annotated, Final

from msgspec import Meta

from bancheng.domain.case.discover import require_window
from bancheng.domain.case.guards import needs_no_theme, waits_in
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import OPEN, CaseSource
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import Applicant, FreeText, Party, SpecialGroup
from bancheng.domain.steps import Step

CORRECTABLE: Final = ("applicant", "source", "window", "special_group")


@topic("case.case-corrected", step=Step.DISCOVER)
class CaseCorrected(Event, frozen=True, kw_only=True):
    """办件更正: what was taken down wrongly is put right; ``corrected`` names the fields."""

    corrected: tuple[str, ...]
    reason: FreeText
    applicant: Applicant | None = None
    source: CaseSource | None = None
    window: str | None = None
    special_group: SpecialGroup | None = None


@topic("case.remark-added", step=Step.DISCOVER)
class RemarkAdded(Event, frozen=True, kw_only=True):
    """补充说明: somebody added to the file what the applicant told later."""

    remark: FreeText


class CorrectCase(CaseCommand, frozen=True, kw_only=True):
    """办件更正: put right what was taken down wrongly; only what is filled in is replaced."""

    reason: Annotated[FreeText, Meta(description="更正理由")]
    applicant: Annotated[Applicant | None, Meta(description="更正后的申请人,整体替换")] = None
    source: Annotated[CaseSource | None, Meta(description="更正后的办件来源")] = None
    window: Annotated[str, Meta(max_length=40, description="更正后的窗口编号")] | None = None
    special_group: Annotated[SpecialGroup | None, Meta(description="更正后的特殊群体")] = None

    def party(self) -> Party | None:
        return self.applicant


class AddRemark(CaseCommand, frozen=True, kw_only=True):
    """补充说明: add to the file what the applicant tells later."""

    remark: Annotated[FreeText, Meta(description="补充说明的内容")]


def may_correct(case: Case, attempt: Attempt) -> None:
    """As long as the case is open; a child has its applicant from its theme."""
    needs_no_theme(case, attempt)
    case.require(attempt.act, *OPEN)


@guarded(may_correct)
def correct(case: Case, command: CorrectCase, desk: Desk) -> list[Event]:
    corrected = tuple(name for name in CORRECTABLE if getattr(command, name) is not None)
    if not corrected:
        raise InvalidInput(
            "NOTHING_CORRECTED",
            "没有填写要更正的内容",
            field="applicant",
            remedy=f"请填写要更正的项,可更正: {'、'.join(CORRECTABLE)}",
        )
    require_window(case.offered, command.window)
    # Before, it says which clocks run: online work has a pre-review and the five days of a notice.
    if command.source is not None and not case.receipts:
        raise InvalidInput(
            "SOURCE_RULES_CLOCKS",
            "收件之前,来源决定预审与告知的时限,不能更正",
            field="source",
            remedy="请在收件后更正;登记有误的,请作废后重新登记",
        )
    applicant = command.applicant
    if applicant is not None:
        assert desk.person is not None, "who applies was identified"
        applicant = applicant.checked("applicant").owned_by(desk.person)
    return [
        CaseCorrected(
            corrected=corrected,
            reason=desk.sealed(command.reason),
            applicant=applicant,
            source=command.source,
            window=command.window,
            special_group=command.special_group,
        )
    ]


@guarded(waits_in(*OPEN))
def add_remark(_: Case, command: AddRemark, desk: Desk) -> list[Event]:
    return [RemarkAdded(remark=desk.sealed(command.remark))]
