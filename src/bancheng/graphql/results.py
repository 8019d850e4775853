"""What an act answers when it was done, and the union with the rejections, for each aggregate."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union

import strawberry

from bancheng.app.acts.act import Act
from bancheng.app.acts.assistance import ASSISTANCE
from bancheng.app.acts.cases import CASE
from bancheng.app.acts.holding import HAND_OVER
from bancheng.app.acts.improvement import IMPROVEMENT
from bancheng.app.acts.incidents import INCIDENT
from bancheng.app.acts.office import CALENDAR, CREDENTIALS, ITEM, RULEBOOK, STAFF, UNIT, WINDOW
from bancheng.app.acts.privacy import ERASURE
from bancheng.app.acts.tickets import TICKET
from bancheng.app.opening import Opened
from bancheng.app.ports import Answer
from bancheng.domain.personal_fields import PersonalField
from bancheng.graphql.context import asking_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.loaders import Loaders
from bancheng.graphql.rejections import KINDS
from bancheng.graphql.types.case import Case
from bancheng.graphql.types.item import ServiceItem
from bancheng.graphql.types.nodes import node_of
from bancheng.graphql.types.office import Member, Unit
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, relation
from bancheng.graphql.types.ticket import Ticket
from bancheng.projections.assistances import ASSISTANCES, ASSISTANCES_BY_ID
from bancheng.projections.erasures import ERASURES, ERASURES_BY_ID
from bancheng.projections.improvements import IMPROVEMENTS, IMPROVEMENTS_BY_ID
from bancheng.projections.incidents import INCIDENTS, INCIDENTS_BY_ID
from bancheng.projections.work_hand_overs import HAND_OVERS_BY_ID, WORK_HAND_OVERS

Assistance: Any = node_of(ASSISTANCES)
Improvement: Any = node_of(IMPROVEMENTS)
Incident: Any = node_of(INCIDENTS)
Erasure: Any = node_of(ERASURES)
WorkHandOver: Any = node_of(WORK_HAND_OVERS)


@strawberry.interface(description="已办理: 动作已记入事件库。")
class ActDone:
    """What every act answers that was done. A position may pass 2³¹, so it is written as text."""

    version: int = strawberry.field(description="办理后的版本,下次办理时可作 expectedVersion。")
    position: str = strawberry.field(description="在整个事件库中的位置。")
    projected: bool = strawberry.field(
        description="台账是否已更新;未更新时办理仍然有效,请稍后再查。"
    )


@strawberry.type(description="调阅所得: 一项原文。系统不保存,只在这一次答复中给出。")
class OpenedField:
    """A clear value that a 调阅 opened; it stands in this one answer and nowhere else."""

    field: enum_of(PersonalField) = strawberry.field(description="项目。")  # type: ignore[valid-type]
    field_label: str = strawberry.field(description="项目的名称。")
    value: str | None = strawberry.field(description="原文;密钥已销毁的为空。")


_OPENED = "调阅所得: 只在调阅的答复中给出这一次,系统不保存;用同一幂等键重试是另一次调阅。"


async def _ticket(root: Any, info: strawberry.Info) -> Any:
    return await _after(root, info, lambda loaders: loaders.ticket(root.ticket_id))


async def _case(root: Any, info: strawberry.Info) -> Any:
    return await _after(root, info, lambda loaders: loaders.case(root.case_id))


async def _unit(root: Any, info: strawberry.Info) -> Any:
    return await _after(root, info, lambda loaders: loaders.unit(root.code))


async def _member(root: Any, info: strawberry.Info) -> Any:
    return await _after(root, info, lambda loaders: loaders.member(root.staff_id))


async def _item(root: Any, info: strawberry.Info) -> Any:
    return await _after(root, info, lambda loaders: loaders.item(root.code))


async def _erasure(root: Any, info: strawberry.Info) -> Any:
    return await _after(root, info, lambda loaders: loaders.one(ERASURES_BY_ID, root.erasure_id))


async def _assistance(root: Any, info: strawberry.Info) -> Any:
    def load(loaders: Loaders) -> Awaitable[Any]:
        return loaders.one(ASSISTANCES_BY_ID, root.assistance_id)

    return await _after(root, info, load)


async def _improvement(root: Any, info: strawberry.Info) -> Any:
    def load(loaders: Loaders) -> Awaitable[Any]:
        return loaders.one(IMPROVEMENTS_BY_ID, root.improvement_id)

    return await _after(root, info, load)


async def _incident(root: Any, info: strawberry.Info) -> Any:
    return await _after(root, info, lambda loaders: loaders.one(INCIDENTS_BY_ID, root.incident_id))


async def _hand_over(root: Any, info: strawberry.Info) -> Any:
    def load(loaders: Loaders) -> Awaitable[Any]:
        return loaders.one(HAND_OVERS_BY_ID, root.hand_over_id)

    return await _after(root, info, load)


async def _after(
    done: ActDone, info: strawberry.Info, load: Callable[[Loaders], Awaitable[Any]]
) -> Shown | None:
    asking = asking_of(info)
    row = await load(asking.loaders) if done.projected else None
    return None if row is None else Shown(row, asking)


def _after_the_act(read: Callable[..., Any], returns: Any, text: str) -> Any:
    return relation(read, returns, text, seen_by=WITH_THE_ROW)


@strawberry.type(description="办不成事工单已办理。")
class TicketActDone(ActDone):
    """An act on a ticket."""

    ticket_id: strawberry.ID = strawberry.field(description="办不成事工单标识。")
    opened: list[OpenedField] | None = strawberry.field(default=None, description=_OPENED)
    ticket = _after_the_act(_ticket, Ticket | None, "办理后的办不成事工单;台账未更新时为空。")


@strawberry.type(description="办件已办理。")
class CaseActDone(ActDone):
    """An act on a case."""

    case_id: strawberry.ID = strawberry.field(description="办件标识。")
    rating_code: str | None = strawberry.field(
        default=None, description="签发的一次性评价码: 只在签发时给出这一次,系统不保存。"
    )
    opened: list[OpenedField] | None = strawberry.field(default=None, description=_OPENED)
    case = _after_the_act(_case, Case | None, "办理后的办件;台账未更新时为空。")


@strawberry.type(description="单位名册已更新。")
class UnitActDone(ActDone):
    """An act on a unit."""

    code: str = strawberry.field(description="单位编码。")
    unit = _after_the_act(_unit, Unit | None, "办理后的单位;名册未更新时为空。")


@strawberry.type(description="窗口名册已更新。")
class WindowActDone(ActDone):
    """An act on a window."""

    code: str = strawberry.field(description="窗口编号。")


@strawberry.type(description="人员名册已更新。")
class StaffActDone(ActDone):
    """An act on a member of staff."""

    staff_id: str = strawberry.field(description="工号。")
    secret: str | None = strawberry.field(
        default=None,
        description="签发的初始密码或令牌: 只在签发时给出这一次,系统不保存,重试时也不再给出。",
    )
    member = _after_the_act(_member, Member | None, "办理后的人员;名册未更新时为空。")


@strawberry.type(description="事项目录已更新。")
class ItemActDone(ActDone):
    """An act on a service item."""

    code: str = strawberry.field(description="事项实施编码。")
    item = _after_the_act(_item, ServiceItem | None, "办理后的事项;目录未更新时为空。")


@strawberry.type(description="日历已发布;未办结的时限将按新日历重新定期。")
class CalendarActDone(ActDone):
    """An act on the working calendar."""

    calendar_id: str = strawberry.field(description="日历册标识。")


@strawberry.type(description="规则库已发布;已定的期限不变,以后的期限自生效之日起依新规则。")
class RuleBookActDone(ActDone):
    """An act on the rule book."""

    rule_book_id: str = strawberry.field(description="规则册标识。")


@strawberry.type(description="全厅凭证已更新。")
class CredentialsActDone(ActDone):
    """An act on the credentials of everybody."""

    credentials_id: str = strawberry.field(description="全厅凭证标识。")


@strawberry.type(description="删除申请已办理。")
class ErasureActDone(ActDone):
    """An act on a request that a person's data be erased."""

    erasure_id: strawberry.ID = strawberry.field(description="删除申请标识。")
    erasure = _after_the_act(_erasure, Erasure | None, "办理后的删除申请;台账未更新时为空。")


@strawberry.type(description="工作交接已办理。")
class WorkHandOverActDone(ActDone):
    """An act on a list by which somebody hands over what they have in hand."""

    hand_over_id: strawberry.ID = strawberry.field(description="工作交接标识。")
    work_hand_over = _after_the_act(
        _hand_over, WorkHandOver | None, "办理后的工作交接;台账未更新时为空。"
    )


@strawberry.type(description="帮办已办理。")
class AssistanceActDone(ActDone):
    """An act on an assisted handling."""

    assistance_id: strawberry.ID = strawberry.field(description="帮办标识。")
    opened: list[OpenedField] | None = strawberry.field(default=None, description=_OPENED)
    assistance = _after_the_act(_assistance, Assistance | None, "办理后的帮办;台账未更新时为空。")


@strawberry.type(description="改进事项已办理。")
class ImprovementActDone(ActDone):
    """An act on an improvement."""

    improvement_id: strawberry.ID = strawberry.field(description="改进事项标识。")
    improvement = _after_the_act(
        _improvement, Improvement | None, "办理后的改进事项;台账未更新时为空。"
    )


@strawberry.type(description="突发事件已办理。")
class IncidentActDone(ActDone):
    """An act on an incident."""

    incident_id: strawberry.ID = strawberry.field(description="突发事件标识。")
    incident = _after_the_act(_incident, Incident | None, "办理后的突发事件;台账未更新时为空。")


@dataclass(frozen=True)
class Result:
    """结果: the answers of the acts on one aggregate.

    ``named_by`` is the field of the done type that names the matter, by its whole id if ``whole``,
    ``tells`` the one that tells a one-time code, if any of the acts gives one out.
    """

    prefix: str
    done_type: Any
    named_by: str
    whole: bool = False
    tells: str = ""

    def done(self, answer: Answer, *, projected: bool) -> Any:
        """The answer of an act that was done."""
        name = answer.stream_id
        if not self.whole:
            name = name.removeprefix(self.prefix)
        given_out: dict[str, Any] = {}
        if answer.one_time_code is not None:
            given_out[self.tells] = answer.one_time_code
        if answer.opened:
            given_out["opened"] = [_shown(one) for one in answer.opened]
        return self.done_type(
            version=answer.version,
            position=str(answer.position),
            projected=projected,
            **{self.named_by: name},
            **given_out,
        )


def _shown(one: Opened) -> OpenedField:
    return OpenedField(
        field=enum_of(PersonalField)(one.field.value),
        field_label=one.field.label,
        value=None if one.value is None else one.value.plain,
    )


RESULTS: dict[str, Result] = {
    result.prefix: result
    for result in (
        Result(TICKET.prefix, TicketActDone, "ticket_id", whole=True),
        Result(CASE.prefix, CaseActDone, "case_id", whole=True, tells="rating_code"),
        Result(UNIT.prefix, UnitActDone, "code"),
        Result(WINDOW.prefix, WindowActDone, "code"),
        Result(STAFF.prefix, StaffActDone, "staff_id", tells="secret"),
        Result(CREDENTIALS.prefix, CredentialsActDone, "credentials_id"),
        Result(ITEM.prefix, ItemActDone, "code"),
        Result(CALENDAR.prefix, CalendarActDone, "calendar_id"),
        Result(RULEBOOK.prefix, RuleBookActDone, "rule_book_id"),
        Result(ERASURE.prefix, ErasureActDone, "erasure_id", whole=True),
        Result(ASSISTANCE.prefix, AssistanceActDone, "assistance_id", whole=True),
        Result(IMPROVEMENT.prefix, ImprovementActDone, "improvement_id", whole=True),
        Result(INCIDENT.prefix, IncidentActDone, "incident_id", whole=True),
        Result(HAND_OVER.prefix, WorkHandOverActDone, "hand_over_id", whole=True),
    )
}


def union_of(act: Act) -> Any:
    """What the act answers: done, of each kind it can be done on, or one of the rejections."""
    return _union(tuple(kind.prefix for kind in act.on))


@cache
def _union(prefixes: tuple[str, ...]) -> Any:
    done = tuple(RESULTS[prefix].done_type for prefix in prefixes)
    of_several = "MatterAct" if AssistanceActDone not in done else "FileAct"
    name = done[0].__name__.removesuffix("Done") if len(done) == 1 else of_several
    members = (*done, *KINDS.values())
    description = "办理回执: 已办理,或被拒绝。"
    union = strawberry.union(f"{name}Result", description=description)
    return Annotated[Union[members], union]  # noqa: UP007  the members are only known here
