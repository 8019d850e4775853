"""How the work orders of a simulated ticket fare: returned, extended, late, reworked, or well."""

from collections.abc import Generator
from datetime import datetime
from random import Random
from typing import Any, Final

from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.analyse import AnalyseCause
from bancheng.domain.complaint.answer import AnswerReporter, PublishAnswer
from bancheng.domain.complaint.deadline import (
    GrantExtension,
    NoteProgress,
    RequestExtension,
    SubmitResult,
)
from bancheng.domain.complaint.dispatch import (
    DispatchWorkOrders,
    ReassignWorkOrder,
    SignInWorkOrder,
    order_id,
)
from bancheng.domain.complaint.ending import RequestTermination, TerminateTicket
from bancheng.domain.complaint.returns import (
    EndWorkOrder,
    RejectReturn,
    ReturnWorkOrder,
    UpholdReturn,
)
from bancheng.domain.complaint.terms import AnswerWay, Outcome, Satisfaction
from bancheng.domain.complaint.verify import OrderRework, PassVerification, RecordCallBack
from bancheng.domain.people import Actor, FreeText
from bancheng.domain.personal_text.marks import marked
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.supervision.answering import AnswerMeasure, CloseMeasure
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder, UrgeUnit
from bancheng.simulation import hall, people
from bancheng.simulation.calls import reporter_called, reporter_looked_up
from bancheng.simulation.meetings import Discussed, discussed
from bancheng.simulation.pace import DAY, Moment, Pace, Seen, Step, Stretch, weighed

_CAUSES: Final = (
    "cross_department", "delay", "incomplete_notice", "system_fault", "data_not_shared",
)  # fmt: skip
# The limits of the default rule book, which the demo runs by, and how often each is called for.
_LIMIT_DAYS: Final = {"simple": 1, "general": 5, "complex": 10}
_COMPLEXITIES: Final = {"simple": 1, "general": 3, "complex": 1}
# How often each happens to a ticket; of the returned ones half are upheld.
_CO_UNIT, _RETURNED, _UPHELD, _EXTENDED, _LATE, _REWORKED = 0.15, 0.15, 0.5, 0.15, 0.15, 0.12
# How often a unit that should help has the same matter already.
_DUPLICATE: Final = 0.2
# How often nobody gets in touch after signing in, so that the time to respond runs out.
_SILENT: Final = 0.1
# How often nobody takes the first call.
_UNREACHED: Final = 0.15


class Work:
    """One ticket's work orders, from the analysis to a passed verification.

    A few are terminated, as their unit asks, or discussed by units that sit together.
    """

    def __init__(
        self,
        chance: Random,
        pace: Pace,
        handler: Actor,
        opened: Seen,
        matter: hall.Matter,
        *,
        is_terminated: bool = False,
        is_discussed: bool = False,
    ) -> None:
        self.is_terminated, self._is_discussed = is_terminated, is_discussed
        self._chance = chance
        self._pace = pace
        self._handler = handler
        self._ticket, self._number = opened.matter_id, opened.state.number
        self._anonymous: bool = opened.state.anonymous
        # The unit that it is about may not call, unless the reporter agreed.
        self._not_to_call = None if opened.state.agrees_to_contact else opened.state.accused
        self._unit = matter.unit
        self._released = ReleasedText(marked(f"{matter.subject}\n{matter.content}").text)
        self._order = order_id(self._number, 1)
        self._complexity = "complex" if is_discussed else weighed(chance, _COMPLEXITIES)
        others = [unit for unit in hall.OFFICERS if unit != matter.unit]
        self._spared_orders: set[str] = set()
        helped = is_discussed or chance.random() < _CO_UNIT
        self._co_units = (chance.choice(others),) if helped else ()

    def run(self, at: datetime) -> Stretch:
        """Every step of it; ends with the instant of the last one."""
        at = yield from self._sent(at)
        if is_returned := not self._is_discussed and self._chance.random() < _RETURNED:
            at = yield from self._objected(at)
        at = self._pace.later(at, hours=3)
        at = yield from self._taken_up(at, self._unit, self._order)
        if self.is_terminated:
            return (yield from self._terminated(at))
        for order, unit in self._co_orders:
            # By the time that is ruled upon, nobody else may return theirs any more.
            may_return = not (self._is_discussed or is_returned)
            if may_return and self._chance.random() < _DUPLICATE:
                at = yield from self._spared(at, unit, order)
            else:
                at = yield from self._taken_up(at, unit, order)
        if self._is_discussed:
            at = yield from discussed(at, self._discussed, self._pace)
        at = yield from self._solved(at)
        at = yield from self._co_solved(at)
        return (yield from self._verified(at))

    @property
    def _officer(self) -> Actor:
        return people.OFFICERS[self._unit]

    @property
    def _discussed(self) -> Discussed:
        ((other_order, other),) = self._co_orders
        return Discussed(
            self._ticket, self._number, self._handler, self._officer, self._order, other,
            other_order,
        )  # fmt: skip

    @property
    def _co_orders(self) -> list[tuple[str, str]]:
        """The orders of the units that help, each with its unit."""
        return [(order_id(self._number, n), unit) for n, unit in enumerate(self._co_units, start=2)]

    def _sent(self, at: datetime) -> Stretch:
        ticket, units = self._ticket, (self._unit, *self._co_units)
        opinion = FreeText("经核实情况属实,应由责任单位限期解决。")
        cause = self._chance.choice(_CAUSES)
        yield Step(at, self._handler, AnalyseCause(
            ticket_id=ticket, cause=cause, complexity=self._complexity, units=units,
            opinion=opinion))  # fmt: skip
        at = self._pace.later(at, hours=1)
        yield Step(at, self._handler, DispatchWorkOrders(
            ticket_id=ticket, lead_unit=self._unit, co_units=self._co_units,
            instruction=FreeText("请核实并限期解决,结果反馈反映人。"),
            released=self._released))  # fmt: skip
        return at

    def _objected(self, at: datetime) -> Stretch:
        ticket, order = self._ticket, self._order
        at = self._pace.later(at, hours=3)
        yield Step(at, self._officer, ReturnWorkOrder(
            ticket_id=ticket, order_id=order, reason="not_our_duty",
            explanation=FreeText("经查,该事项职责已划转。")))  # fmt: skip
        at = self._pace.later(at, hours=3)
        if self._chance.random() > _UPHELD:
            ruling = FreeText("三定方案未调整,仍由原单位办理。")
            yield Step(at, self._handler, RejectReturn(
                ticket_id=ticket, order_id=order, ruling=ruling))  # fmt: skip
            return at
        ruling = FreeText("情况属实,改派。")
        yield Step(at, self._handler, UpholdReturn(
            ticket_id=ticket, order_id=order, ruling=ruling))  # fmt: skip
        # Neither who has just been relieved of it nor who helps already.
        taken = {self._unit, *self._co_units}
        self._unit = self._chance.choice([unit for unit in hall.OFFICERS if unit not in taken])
        self._order = order_id(self._number, len(self._co_units) + 2)
        at = self._pace.later(at, hours=1)
        yield Step(at, self._handler, ReassignWorkOrder(
            ticket_id=ticket, order_id=order, unit=self._unit, final=True,
            instruction=FreeText("经裁定由贵单位办理。"), released=self._released))  # fmt: skip
        return at

    def _spared(self, at: datetime, unit: str, order: str) -> Stretch:
        """A unit that has the matter already is right to say so, and nobody takes its place."""
        ticket, officer = self._ticket, people.OFFICERS[unit]
        at = self._pace.later(at, hours=1)
        yield Step(at, officer, ReturnWorkOrder(
            ticket_id=ticket, order_id=order, reason="duplicate_order",
            explanation=FreeText("同一事项我单位已在办理。")))  # fmt: skip
        at = self._pace.later(at, hours=2)
        yield Step(at, self._handler, UpholdReturn(
            ticket_id=ticket, order_id=order, ruling=FreeText("属实,同意退单。")))  # fmt: skip
        yield Step(at, self._handler, EndWorkOrder(
            ticket_id=ticket, order_id=order,
            reason=FreeText("与该单位在办派单重复,无须另派。")))  # fmt: skip
        self._spared_orders.add(order)
        return at

    def _solved(self, at: datetime) -> Stretch:
        limit = DAY * _LIMIT_DAYS[self._complexity]
        # What was settled above is done as it was settled there.
        roll = 1 if self._is_discussed else self._chance.random()
        if roll < _EXTENDED:
            at = yield from self._extended(at)
            # Within the extension, which is of five days more.
            at = self._pace.after(at, limit + 2 * DAY)
        elif roll < _EXTENDED + _LATE:
            at = self._pace.after(at, limit + DAY)
            at = yield from self._pressed(at)
        else:
            at = self._pace.after(at, limit * self._chance.uniform(0.2, 0.5))
            yield Step(at, self._officer, NoteProgress(
                ticket_id=self._ticket, order_id=self._order,
                progress=FreeText("已与反映人核实,正在办理。")))  # fmt: skip
            at = self._pace.after(at, limit * 0.3)
        yield Step(at, self._officer, self._result(self._order))
        return at

    def _taken_up(self, at: datetime, unit: str, order: str) -> Stretch:
        officer = people.OFFICERS[unit]
        yield Step(at, officer, SignInWorkOrder(ticket_id=self._ticket, order_id=order))
        if self._chance.random() < _SILENT:
            return at
        at = self._pace.later(at, hours=1)
        if self._anonymous:
            yield Step(at, officer, NoteProgress(
                ticket_id=self._ticket, order_id=order,
                progress=FreeText("已开始核实。")))  # fmt: skip
            return at
        by, missed = self._caller(unit), self._chance.random() < _UNREACHED
        return (yield from reporter_called(at, by, self._ticket, order, self._pace, missed=missed))

    def _terminated(self, at: datetime) -> Stretch:
        of_order: dict[str, Any] = {"ticket_id": self._ticket, "order_id": self._order}
        at = self._pace.later(at, hours=5)
        yield Step(at, self._officer, RequestTermination(
            **of_order, request_no=f"终止申请-{self._number}",
            reason=FreeText("经查,该事项已由人民法院受理。")))  # fmt: skip
        at = self._pace.later(at, hours=6)
        yield Step(at, self._handler, TerminateTicket(
            **of_order, ruling=FreeText("情况属实,同意终止。"),
            explanation=FreeText("该事项已进入诉讼程序,由人民法院处理。"),
            remedy=FreeText("请依生效裁判办理。")))  # fmt: skip
        return at

    def _caller(self, unit: str) -> Actor:
        return self._handler if unit == self._not_to_call else people.OFFICERS[unit]

    def _extended(self, at: datetime) -> Stretch:
        ticket, order = self._ticket, self._order
        at = self._pace.later(at, hours=1)
        yield Step(at, self._officer, RequestExtension(
            ticket_id=ticket, order_id=order,
            reason=FreeText("需上级平台配合修正数据。")))  # fmt: skip
        at = self._pace.later(at, hours=2)
        yield Step(at, self._handler, GrantExtension(
            ticket_id=ticket, order_id=order, ruling=FreeText("同意。")))  # fmt: skip
        return at

    def _pressed(self, at: datetime) -> Stretch:
        yield Step(at, hall.EFFICIENCY, UrgeUnit(
            matter_id=self._ticket, unit=self._unit, ground="overdue",
            stands_on=f"{self._order}/resolve/1",
            demand=FreeText("已逾期,请立即办结。")))  # fmt: skip
        at = self._pace.later(at, hours=1)
        seen = yield Step(at, hall.SUPERVISOR, IssueSupervisionOrder(
            matter_id=self._ticket, unit=self._unit, ground="overdue",
            colour=SupervisionColour.BLUE, demand=FreeText("说明逾期原因并办结。")))  # fmt: skip
        at = self._pace.later(at, hours=6)
        *_, measure = seen.state.measures
        yield Step(at, self._officer, AnswerMeasure(
            matter_id=self._ticket, measure_id=measure,
            answer=FreeText("因系统接口故障延误,今日办结。")))  # fmt: skip
        at = self._pace.after(at, DAY / 7)
        yield Step(at, hall.SUPERVISOR, CloseMeasure(
            matter_id=self._ticket, measure_id=measure,
            ruling=FreeText("原因属实,了结。")))  # fmt: skip
        return at

    def _co_solved(self, at: datetime) -> Stretch:
        for order, unit in self._co_orders:
            if order in self._spared_orders:
                continue
            at = self._pace.later(at, hours=2)
            yield Step(at, people.OFFICERS[unit], self._result(order))
        return at

    def _verified(self, at: datetime) -> Stretch:
        at = self._pace.later(at, hours=4)
        if self._anonymous:
            yield Step(at, self._handler, PublishAnswer(
                ticket_id=self._ticket, place="大厅公示栏",
                answer=ReleasedText(hall.PUBLISHED)))  # fmt: skip
        else:
            at = yield from self._called_back(at)
        yield Step(at, hall.VERIFIER, PassVerification(
            ticket_id=self._ticket, conclusion=FreeText("结果属实,反映人认可。")))  # fmt: skip
        return at

    def _called_back(self, at: datetime) -> Stretch:
        if self._chance.random() < _REWORKED:
            at = yield from self._reworked(at)
        # The first three are those that do not ask for rework.
        satisfaction = self._chance.choice(list(Satisfaction)[:3])
        if self._complexity == "complex":  # also in writing
            yield Step(at, self._handler, AnswerReporter(
                ticket_id=self._ticket, way=AnswerWay.WRITTEN, answer=FreeText(hall.ANSWER),
                record_no=f"复函-{self._number}"))  # fmt: skip
        yield from self._looked_up(at)
        yield Step(at, hall.VERIFIER, RecordCallBack(
            ticket_id=self._ticket, call=CallResult.CONNECTED, solved=True,
            satisfaction=satisfaction))  # fmt: skip
        return self._pace.later(at, hours=1)

    def _looked_up(self, at: datetime) -> Generator[Moment, Seen, None]:
        reason = "办结后回访。"
        return reporter_looked_up(at, hall.VERIFIER, self._ticket, "call_back", reason)

    def _reworked(self, at: datetime) -> Stretch:
        yield from self._looked_up(at)
        yield Step(at, hall.VERIFIER, RecordCallBack(
            ticket_id=self._ticket, call=CallResult.CONNECTED, solved=False,
            satisfaction=Satisfaction.DISSATISFIED,
            comment=FreeText("问题还没有解决。")))  # fmt: skip
        at = self._pace.later(at, hours=1)
        yield Step(at, hall.VERIFIER, OrderRework(
            ticket_id=self._ticket, order_id=self._order,
            reason=FreeText("反映人未认可。")))  # fmt: skip
        at = self._pace.later(at, hours=7)
        yield Step(at, self._officer, self._result(self._order))
        return self._pace.later(at, hours=7)

    def _result(self, order: str) -> SubmitResult:
        result = FreeText(self._chance.choice(hall.RESULTS))
        return SubmitResult(
            ticket_id=self._ticket, order_id=order, outcome=Outcome.SOLVED, result=result
        )
