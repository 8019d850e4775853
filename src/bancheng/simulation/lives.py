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
from bancheng.domain.complaint.ending import WithdrawTicket
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.complaint.terms import ReporterWay, TicketCategory
from bancheng.domain.events import Channel
from bancheng.domain.people import Actor, FreeText, Reporter, SpecialGroup, Title
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.simulation import hall, people
from bancheng.simulation.citizens import somebody
from bancheng.simulation.pace import DAY, Life, Look, Pace, Seen, Step, weighed
from bancheng.simulation.work import Work

# Of all tickets, by the hall's list of exclusions and of what belongs elsewhere.
_REFUSED, _DIVERTED = 0.04, 0.03
# How often a reporter lets the unit that they complain of call them.
_AGREES: Final = 0.4
# Most come to the last-resort window because something failed; the other kinds show that the
# register has four (四类登记).
_CATEGORIES: Final = {
    TicketCategory.COMPLAINT: 70, TicketCategory.SUGGESTION: 8, TicketCategory.INQUIRY: 15,
    TicketCategory.PRAISE: 7,
}  # fmt: skip
_CHANNELS: Final = (
    Channel.WINDOW, Channel.PHONE, Channel.ONLINE, Channel.HOTLINE_12345, Channel.OPINION_BOX,
    Channel.RATING,
)  # fmt: skip


class Narrator:
    """Invents the lives of tickets. All chance is ``chance``'s, so one seed makes one hall."""

    def __init__(self, chance: Random, calendar: Calendar) -> None:
        self._chance = chance
        self._pace = Pace(chance, calendar)

    def life(self, at: datetime) -> Life:
        """A ticket reported at about ``at``, from discovery to its end."""
        category = weighed(self._chance, _CATEGORIES)
        matter = self._chance.choice(hall.MATTERS)
        clerk, handler = self._chance.choice(hall.CLERKS), self._chance.choice(hall.HANDLERS)
        opened = yield Step(at, clerk, self._report(category, matter))
        yield from self._handled(at, handler, opened, category, matter)

    def ended(self, at: datetime, *, by_reporter: bool) -> Life:
        """A complaint without a result: its reporter takes it back, or its unit has it ended."""
        matter, handler = self._chance.choice(hall.MATTERS), hall.HANDLERS[0]
        opened = yield Step(at, hall.CLERKS[0], self._report(TicketCategory.COMPLAINT, matter))
        at = self._pace.later(at, hours=1)
        yield Step(at, handler, AcceptTicket(ticket_id=opened.matter_id))
        at = self._pace.later(at, hours=1)
        if by_reporter:
            yield Step(at, handler, _withdrawal(opened))
            return
        work = Work(self._chance, self._pace, handler, opened, matter, is_terminated=True)
        yield from work.run(at)

    def discussed(self, at: datetime) -> Life:
        """A complaint that its units can not settle, so that they are called together."""
        matter, handler = self._chance.choice(hall.MATTERS), hall.HANDLERS[0]
        report = self._report(TicketCategory.COMPLAINT, matter)
        opened = yield Step(at, hall.CLERKS[0], report)
        at = self._pace.later(at, hours=1)
        yield Step(at, handler, AcceptTicket(ticket_id=opened.matter_id))
        at = self._pace.later(at, hours=1)
        work = Work(self._chance, self._pace, handler, opened, matter, is_discussed=True)
        yield from self._struck_off((yield from work.run(at)), handler, opened.matter_id)

    def found(self, at: datetime, ticket_id: str, unit: str) -> Life:
        """A complaint about ``unit`` that the hall reported by itself, once a handler sees it."""
        at = self._pace.later(at, hours=2)
        opened = yield Look(at, ticket_id)
        handler = self._chance.choice(hall.HANDLERS)
        matter = self._chance.choice(hall.MATTERS)
        # A ticket may name a unit that has been closed; then the matter's own unit is found out.
        if unit in people.OFFICERS:
            matter = matter._replace(unit=unit)
        yield from self._handled(at, handler, opened, TicketCategory.COMPLAINT, matter)

    def _handled(
        self,
        at: datetime,
        handler: Actor,
        opened: Seen,
        category: TicketCategory,
        matter: hall.Matter,
    ) -> Life:
        at = self._pace.later(at, hours=2)
        ticket_id = opened.matter_id
        declined = self._declined(ticket_id)
        if declined is not None:
            yield Step(at, handler, declined)
            return
        yield Step(at, handler, AcceptTicket(ticket_id=ticket_id))
        at = self._pace.later(at, hours=2)
        if category is TicketCategory.PRAISE:
            yield Step(at, handler, PassOnPraise(ticket_id=ticket_id, unit=matter.unit))
        elif category is TicketCategory.INQUIRY:
            answer = FreeText("已按办事指南答复所需材料、办理地点与时限。")
            yield Step(at, handler, AnswerInquiry(ticket_id=ticket_id, answer=answer))
        else:
            at = yield from Work(self._chance, self._pace, handler, opened, matter).run(at)
        yield from self._struck_off(at, handler, ticket_id)

    def _struck_off(self, at: datetime, handler: Actor, ticket_id: str) -> Life:
        at = self._pace.later(at, hours=3)
        # What the ladder demanded of a unit is waited for.
        while (yield Look(at, ticket_id)).state.unanswered:
            at = self._pace.after(at, DAY / 2)
        yield Step(at, handler, StrikeOffTicket(ticket_id=ticket_id))

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
            reporter=somebody(self._chance, Reporter),
            special_group=SpecialGroup.ELDERLY if "老人" in matter.content else None,
            accused_unit=None if praise else matter.unit,
            agrees_to_contact=not praise and self._chance.random() < _AGREES,
        )


def _withdrawal(opened: Seen) -> WithdrawTicket:
    return WithdrawTicket(
        ticket_id=opened.matter_id,
        way=ReporterWay.PHONE,
        record_no=f"录音-{opened.state.number}",
        reason=FreeText("反映人来电称已在别处办妥,不再反映。"),
    )
