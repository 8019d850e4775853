"""How a ticket may live: each life is a generator of acts, and learns what came of each."""

from datetime import datetime
from random import Random
from typing import Final

from bancheng.domain.commands import Command
from bancheng.domain.complaint.analyse import AnswerInquiry, PassOnPraise
from bancheng.domain.complaint.discover import (
    AcceptTicket,
    DivertTicket,
    RefuseTicket,
    ReportTicket,
)
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Channel
from bancheng.domain.people import (
    Address,
    FreeText,
    IdNumber,
    PersonName,
    Phone,
    Reporter,
    SpecialGroup,
    Title,
)
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.simulation import hall
from bancheng.simulation.pace import Life, Pace, Step
from bancheng.simulation.work import Work

_REFUSED, _DIVERTED = 0.04, 0.03
_CHANNELS: Final = (
    Channel.WINDOW, Channel.PHONE, Channel.ONLINE, Channel.HOTLINE_12345, Channel.OPINION_BOX,
    Channel.RATING,
)  # fmt: skip


class Narrator:
    """Invents the lives of tickets, the same ones for the same seed."""

    def __init__(self, chance: Random, calendar: Calendar) -> None:
        self._chance = chance
        self._pace = Pace(chance, calendar)

    def life(self, at: datetime) -> Life:
        """A ticket reported at about ``at``, from discovery to its end."""
        category = self._category()
        matter = self._chance.choice(hall.MATTERS)
        clerk, handler = self._chance.choice(hall.CLERKS), self._chance.choice(hall.HANDLERS)
        opened = yield Step(at, clerk, self._report(category, matter))
        at = self._pace.later(at, hours=2)
        declined = self._declined(opened.ticket_id)
        if declined is not None:
            yield Step(at, handler, declined)
            return
        yield Step(at, handler, AcceptTicket(ticket_id=opened.ticket_id))
        at = self._pace.later(at, hours=2)
        if category is TicketCategory.PRAISE:
            yield Step(at, handler, PassOnPraise(ticket_id=opened.ticket_id, unit=matter.unit))
        elif category is TicketCategory.INQUIRY:
            answer = FreeText("已按办事指南答复所需材料、办理地点与时限。")
            yield Step(at, handler, AnswerInquiry(ticket_id=opened.ticket_id, answer=answer))
        else:
            at = yield from Work(self._chance, self._pace, handler, opened, matter).run(at)
        at = self._pace.later(at, hours=3)
        yield Step(at, handler, StrikeOffTicket(ticket_id=opened.ticket_id))

    def _category(self) -> TicketCategory:
        kinds = list(TicketCategory)
        return self._chance.choices(kinds, weights=[70, 8, 15, 7])[0]

    def _declined(self, ticket_id: str) -> Command | None:
        roll = self._chance.random()
        if roll < _REFUSED:
            return RefuseTicket(
                ticket_id=ticket_id,
                reason="litigation",
                explanation=FreeText("该事项已进入诉讼程序。"),
                remedy=FreeText("请依生效裁判办理;对判决不服可依法上诉。"),
            )
        if roll < _REFUSED + _DIVERTED:
            return DivertTicket(
                ticket_id=ticket_id,
                target="petition_office",
                explanation=FreeText("该诉求属于信访事项,已告知受理机关与地址。"),
            )
        return None

    def _report(self, category: TicketCategory, matter: hall.Matter) -> ReportTicket:
        praise = category is TicketCategory.PRAISE
        return ReportTicket(
            category=category,
            channel=self._chance.choice(_CHANNELS),
            subject=Title("窗口人员耐心细致" if praise else matter.subject),
            content=FreeText("办理过程耐心细致,一次办成,特此感谢。" if praise else matter.content),
            reporter=self._reporter(),
            service_item=matter.item,
            special_group=SpecialGroup.ELDERLY if "老人" in matter.content else None,
            accused_unit=None if praise else matter.unit,
        )

    def _reporter(self) -> Reporter:
        pick, number = self._chance.choice, self._chance.randrange
        return Reporter(
            name=PersonName(pick(hall.SURNAMES) + pick(hall.GIVEN_NAMES)),
            phone=Phone(f"13{number(10**9):09d}"),
            id_number=IdNumber(f"11010119{number(100):02d}0101{number(10**4):04d}"),
            address=Address(f"幸福街道和平路{number(1, 200)}号"),
        )
