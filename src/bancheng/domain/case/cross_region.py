"""跨域通办: each leg of a case between this hall and the organ of the other area."""

from typing import Annotated

from msgspec import Meta

from bancheng.domain.case.guards import all_of, waits_in
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import OPEN
from bancheng.domain.commands import Desk
from bancheng.domain.errors import NotAllowed, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import Role
from bancheng.domain.steps import Step


@topic("case.leg-sent", step=Step.DEADLINE)
class LegSent(Event, frozen=True, kw_only=True):
    """转送对方: papers or data of the case went to the organ of the other area."""

    counterpart: str
    content: str
    tracking_no: str | None = None


@topic("case.leg-received", step=Step.DEADLINE)
class LegReceived(Event, frozen=True, kw_only=True):
    """对方送达: papers or data of the case came from the organ of the other area."""

    counterpart: str
    content: str
    tracking_no: str | None = None


class _Leg(CaseCommand, frozen=True, kw_only=True):
    content: Annotated[str, Meta(min_length=1, max_length=200, description="所转材料或数据")]
    tracking_no: Annotated[str, Meta(max_length=60, description="邮寄或交换的单号")] | None = None


class SendLeg(_Leg, frozen=True, kw_only=True):
    """转送对方: send papers or data to the organ of the other area."""


class ReceiveLeg(_Leg, frozen=True, kw_only=True):
    """对方送达: take in what the organ of the other area sent."""


def _may_cross(case: Case, attempt: Attempt) -> None:
    actor, at_home = attempt.desk.actor, (case.offered.unit, case.holder, case.file_at)
    if actor.unit not in at_home and not actor.may(Role.WINDOW_CLERK, Role.DUTY_LEADER):
        raise NotAllowed(
            "NOT_OWN_UNIT", "本件不属于您所在的单位", remedy="请由承办单位、持件单位或窗口办理"
        )
    if case.cross_region is None:
        raise WrongStep(
            "NOT_CROSS_REGION",
            "本件不是跨域通办件,没有对方办理机关",
            remedy="请核对办件",
        )


def _organ(case: Case) -> str:
    assert case.cross_region is not None, "the guard asked"
    return case.cross_region.counterpart


# Nothing more is sent of a case that is over. What comes back came: the other organ does not wait
# for the end here, and a record that refuses it would lose the paper.
@guarded(all_of(waits_in(*OPEN), _may_cross))
def send_leg(case: Case, command: SendLeg, _: Desk) -> list[Event]:
    sent = LegSent(
        counterpart=_organ(case), content=command.content, tracking_no=command.tracking_no
    )
    return [sent]


@guarded(_may_cross)
def receive_leg(case: Case, command: ReceiveLeg, _: Desk) -> list[Event]:
    came = LegReceived(
        counterpart=_organ(case), content=command.content, tracking_no=command.tracking_no
    )
    return [came]
