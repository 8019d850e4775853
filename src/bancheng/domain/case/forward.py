"""上报转报: what another organ decides is examined here, and goes up with what was found.

行政许可法 43: the lower organ examines within twenty working days of its acceptance, unless the law
of the item says otherwise, and sends all that was applied with to the organ that decides. Here the
case is over then; the applicant is told where it went.
"""

from typing import Annotated

from msgspec import Meta

from bancheng.domain.case.deadline import DeadlineVerdict, asking_over, verdicts_of
from bancheng.domain.case.decide import needs_nothing_open
from bancheng.domain.case.guards import (
    all_of,
    needs_file,
    needs_gap_in_time,
    needs_renewal_in_time,
    needs_unit_of_item,
    waits_in,
)
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus, NotifyWay
from bancheng.domain.commands import Desk
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.steps import Step


@topic("case.case-forwarded", step=Step.DEADLINE)
class CaseForwarded(Event, frozen=True, kw_only=True):
    """上报转报: examined, and sent to ``organ``, which decides; the applicant was told so.

    With the verdicts on the time the examination took, decided once.
    """

    document_no: str
    organ: str
    told: NotifyWay
    verdicts: tuple[DeadlineVerdict, ...]


class ForwardCase(CaseCommand, frozen=True, kw_only=True):
    """上报转报: send what was examined to the organ that decides, and tell the applicant."""

    document_no: Annotated[str, Meta(min_length=1, max_length=100, description="上报、转报文号")]
    organ: Annotated[str, Meta(min_length=1, max_length=100, description="接收机关")]
    told: Annotated[NotifyWay, Meta(description="告知申请人已上报、转报及接收机关的方式")]


def _needs_organ_above(case: Case, _: Attempt) -> None:
    if not case.offered.kind.goes_up:
        raise WrongStep(
            "NOT_FORWARDED",
            f"「{case.offered.name}」是{case.offered.kind.label},由本机关作出决定",
            remedy="请作出决定;事项目录有误的,请先更正目录",
        )


may_forward = all_of(
    waits_in(CaseStatus.ACCEPTED),
    _needs_organ_above,
    needs_file,
    needs_unit_of_item,
    needs_gap_in_time,
    needs_renewal_in_time,
    needs_nothing_open,
)


@guarded(may_forward)
def forward(case: Case, command: ForwardCase, desk: Desk) -> list[Event]:
    forwarded = CaseForwarded(
        document_no=command.document_no,
        organ=command.organ,
        told=command.told,
        verdicts=verdicts_of(case, desk),
    )
    return [*asking_over(case), forwarded]
