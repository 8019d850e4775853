"""并件: several people of the simulated hall report one thing, and it is handled once."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from bancheng.domain.complaint.answer import AnswerReporter, PublishAnswer
from bancheng.domain.complaint.discover import AcceptTicket, RefuseTicket, ReportTicket
from bancheng.domain.complaint.merging import MergeTicket, UnmergeTicket
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.complaint.terms import AnswerWay, TicketCategory
from bancheng.domain.complaint.ties import LinkTickets, UnlinkTickets
from bancheng.domain.events import Channel
from bancheng.domain.people import Actor, FreeText, Reporter, Title
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.simulation import hall
from bancheng.simulation.citizens import somebody
from bancheng.simulation.pace import DAY, Life, Look, Pace, Seen, Step, Stretch
from bancheng.simulation.work import Work

# Of those that go on in the first one; one more does not, and only has to do with it.
_MERGED: Final = 3
_SAME: Final = FreeText("与首件为同一窗口、同一事实和理由。")
_PROGRESS: Final = FreeText("已告知反映人: 同一事项正在办理。")


class Repeats:
    """Several reports of one thing: most go on in the first one and are answered with it."""

    def __init__(self, chance: Random, calendar: Calendar) -> None:
        self._chance = chance
        self._pace = Pace(chance, calendar)

    def life(self, at: datetime) -> Life:
        """The first report at about ``at``, the others on it, and their common end."""
        matter, handler = self._chance.choice(hall.MATTERS), hall.HANDLERS[0]
        main = yield Step(at, hall.CLERKS[0], self._report(matter))
        at = self._pace.later(at, hours=1)
        yield Step(at, handler, AcceptTicket(ticket_id=main.matter_id))
        merged: list[Seen] = []
        for _ in range(_MERGED):
            at = self._pace.later(at, hours=1)
            other = yield Step(at, hall.CLERKS[-1], self._report(matter))
            at = self._pace.later(at, hours=1)
            yield Step(at, handler, MergeTicket(
                ticket_id=other.matter_id, main_id=main.matter_id, reason=_SAME,
                progress=_PROGRESS))  # fmt: skip
            merged.append(other)
        at = yield from self._mistaken(at, handler, merged.pop(), main)
        at = yield from Work(self._chance, self._pace, handler, main, matter).run(at)
        for other in merged:
            at = yield from self._answered(at, handler, other)
        while (yield Look(at, main.matter_id)).state.unanswered:
            at = self._pace.after(at, DAY / 2)
        yield Step(at, handler, StrikeOffTicket(ticket_id=main.matter_id))

    def _mistaken(self, at: datetime, handler: Actor, other: Seen, main: Seen) -> Stretch:
        """It was about something else: it goes on by itself, and only has to do with it."""
        ours, first = other.matter_id, main.matter_id
        at = self._pace.later(at, hours=1)
        yield Step(at, handler, UnmergeTicket(
            ticket_id=ours, reason=FreeText("核对后并非同一件事。")))  # fmt: skip
        at = self._pace.later(at, hours=1)
        yield Step(at, handler, LinkTickets(
            ticket_id=ours, other_id=first, reason=FreeText("同一窗口的事。")))  # fmt: skip
        at = self._pace.later(at, hours=1)
        yield Step(at, hall.SUPERVISOR, UnlinkTickets(
            ticket_id=ours, other_id=first, reason=FreeText("窗口也登记有误。")))  # fmt: skip
        yield Step(at, handler, RefuseTicket(
            ticket_id=ours, reason="litigation", explanation=FreeText("该事项已进入诉讼程序。"),
            remedy=FreeText("请依生效裁判办理。")))  # fmt: skip
        return at

    def _answered(self, at: datetime, handler: Actor, other: Seen) -> Stretch:
        """Once the first one has a result, each is told of it, or reads it in public."""
        ticket = other.matter_id
        while not (yield Look(at, ticket)).state.merged.answered:
            at = self._pace.after(at, timedelta(hours=1))
        if other.state.anonymous:
            yield Step(at, handler, PublishAnswer(
                ticket_id=ticket, place="大厅公示栏",
                answer=ReleasedText(hall.PUBLISHED)))  # fmt: skip
        else:
            yield Step(at, handler, AnswerReporter(
                ticket_id=ticket, way=AnswerWay.PHONE, answer=FreeText(hall.ANSWER),
                record_no=f"录音-{other.state.number}-DF"))  # fmt: skip
        return at

    def _report(self, matter: hall.Matter) -> ReportTicket:
        return ReportTicket(
            category=TicketCategory.COMPLAINT,
            channel=Channel.WINDOW,
            subject=Title(matter.subject),
            content=FreeText(matter.content),
            reporter=somebody(self._chance, Reporter),
            accused_unit=matter.unit,
        )
