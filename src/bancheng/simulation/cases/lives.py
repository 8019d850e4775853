"""How a case may live: each life is a generator of acts, and learns what came of each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypeVar

from bancheng.domain.case.cross_region import ReceiveLeg, SendLeg
from bancheng.domain.case.decide import DecideCase
from bancheng.domain.case.discover import SubmitCase
from bancheng.domain.case.supervise import VoidCase
from bancheng.domain.case.terms import CaseOutcome, CaseSource, CrossMode, CrossRegion
from bancheng.domain.items import CaseKind, DeliveryWay
from bancheng.domain.office.item_publication import PublishItem
from bancheng.domain.people import Agent, Applicant, FreeText, SpecialGroup
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.simulation import people
from bancheng.simulation.cases import examination, intake, issuing, joint, ratings, recusals
from bancheng.simulation.cases.file import CaseFile
from bancheng.simulation.citizens import somebody
from bancheng.simulation.pace import Life, Pace, Step, Stretch, weighed
from bancheng.simulation.shares import Shares

T = TypeVar("T")
# How long after the hall's own hours people still submit something online.
_EVENING: Final = timedelta(hours=11)
_CROSSING: Final = tuple(
    CrossRegion(area=area, counterpart=f"{area}政务服务中心", mode=mode)
    for area, mode in zip(("邻市东区", "邻市西区", "外省新区"), CrossMode, strict=True)
)
_SOURCES: Final = {
    CaseSource.WINDOW: 62, CaseSource.ONLINE: 18, CaseSource.WECHAT: 7, CaseSource.APP: 6,
    CaseSource.KIOSK: 3, CaseSource.PROVINCE: 2, CaseSource.LINKED: 1, CaseSource.OWN_SYSTEM: 1,
}  # fmt: skip


class CaseNarrator:
    """Invents the lives of cases for ``items``, the same ones for the same seed."""

    def __init__(
        self, chance: Random, calendar: Calendar, items: Sequence[PublishItem], shares: Shares
    ) -> None:
        self._chance = chance
        self._pace = Pace(chance, calendar)
        self._shares = shares
        self._cases = 0
        self._joint = [item for item in items if item.children]
        self._instant = [item for item in items if item.kind is CaseKind.INSTANT]
        self._examined = [
            item for item in items if not item.children and item.kind is not CaseKind.INSTANT
        ]

    def life(self, at: datetime) -> Life:
        """A case submitted at about ``at``, from its submission to the archive."""
        command = self._submission()
        by = people.WINDOW_CLERKS[command.window or ""]
        if command.source is not CaseSource.WINDOW:
            by = people.ONLINE
            at += self._chance.random() * _EVENING
        seen = yield Step(at, by, command)
        file = CaseFile(self._chance, self._pace, self._shares, command.applicant.name, seen)
        if file.happens(self._shares.voided):
            at = self._pace.later(at, hours=1)
            yield from file.does(at, people.DUTY_LEADER, VoidCase(
                case_id=file.id, reason=FreeText("重复录入,另有同一申请。"),
                basis="本厅收件管理规定", remedy=FreeText("原申请照常办理,有异议可反映。"),
            ))  # fmt: skip
            return  # a void case has no file to be archived
        at = yield from intake.run(file, at)
        self._cases += 1
        turn, is_none = divmod(self._cases, recusals.EVERY)
        if not is_none:
            yield from recusals.asked(file, at, turn)
        if not file.over:
            at = yield from self._handled(file, at)
        yield from issuing.afterwards(file, at)

    def _handled(self, file: CaseFile, at: datetime) -> Stretch:
        if file.item.kind is CaseKind.INSTANT:
            course, issued = _at_the_window, issuing.at_once
        else:
            course = joint.run if file.item.is_theme else examination.run
            issued = issuing.in_time
        at = yield from course(file, at)
        if file.over:
            return at
        at = yield from _crossed(file, at)
        at = yield from issued(file, at)
        return (yield from ratings.run(file, at))

    def _submission(self) -> SubmitCase:
        chance, shares, item = self._chance, self._shares, self._item()
        is_assisted = chance.random() < shares.by_agent
        applicant = somebody(chance, Applicant)
        delivery = self._sometimes(shares.delivery_chosen, item.deliveries)
        return SubmitCase(
            item=item.code,
            applicant=applicant,
            delivery=delivery,
            delivery_address=applicant.address if delivery is DeliveryWay.POST else None,
            source=weighed(chance, _SOURCES),
            window=item.windows[0],
            agent=somebody(chance, Agent) if is_assisted else None,
            mandate=f"WT{chance.randrange(10**8):08d}" if is_assisted else None,
            special_group=self._sometimes(shares.special_group, tuple(SpecialGroup)),
            cross_region=self._sometimes(shares.cross_region, _CROSSING),
        )

    def _item(self) -> PublishItem:
        shares, roll = self._shares, self._chance.random()
        if roll < shares.joint:
            return self._chance.choice(self._joint)
        return self._chance.choice(
            self._instant if roll < shares.joint + shares.instant else self._examined
        )

    def _sometimes(self, share: float, values: tuple[T, ...]) -> T | None:
        return self._chance.choice(values) if self._chance.random() < share else None


def _at_the_window(file: CaseFile, at: datetime) -> Stretch:
    at = yield from examination.gap_closed(file, at)
    if file.over:
        return at
    at = file.pace.later(at, hours=0.3)
    yield from file.does(at, file.clerk, DecideCase(
        case_id=file.id, outcome=CaseOutcome.GRANTED, document_no=f"即办{file.case.number}",
    ))  # fmt: skip
    return at


def _crossed(file: CaseFile, at: datetime) -> Stretch:
    """What the other area needs to know goes there, and its answer comes back."""
    if file.case.cross_region is None:
        return at
    number = file.case.number
    at = file.pace.later(at, hours=1)
    yield from file.does(at, file.clerk, SendLeg(
        case_id=file.id, content="办理结果信息", tracking_no=f"KY-{number}"))  # fmt: skip
    at = file.pace.later(at, hours=6)
    yield from file.does(at, file.clerk, ReceiveLeg(case_id=file.id, content="对方签收回执"))
    return at
