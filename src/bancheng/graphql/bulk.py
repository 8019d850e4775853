"""批量办理: a mutation for each act that may be done for many, derived from it.

Its answer has one outcome for each target, in their order: what the act answers when it is done
for one. What is at fault in the form, or lacks the role, is refused as a whole, before anything is
done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Annotated, Any, NamedTuple, Union, get_args

import strawberry
from strawberry.types.field import StrawberryField

from bancheng.app.acts.act import Act
from bancheng.app.bulk import Bulk, begun, form_of, read, steps
from bancheng.app.engine import Context
from bancheng.app.ports import Answer
from bancheng.app.registry import ACTS
from bancheng.domain.bulk import BULK_MAX
from bancheng.domain.commands import Command
from bancheng.domain.errors import DomainError, InvalidInput, together
from bancheng.graphql.carrying import Rejected, executed
from bancheng.graphql.circumstances import (
    KEY_LENGTH_MAX,
    TOLD_PLACE,
    ToldTime,
    annotated,
    circumstances_of,
)
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.hearing import heard, let_ledgers_follow
from bancheng.graphql.inputs import data_of, input_of
from bancheng.graphql.looks import looks, right_missing
from bancheng.graphql.naming import lower_camel
from bancheng.graphql.rejections import KINDS, rejection_of
from bancheng.graphql.results import RESULTS, union_of
from bancheng.projections.registry import following
from bancheng.projections.sight import labels

KeyOfMany = Annotated[
    str,
    strawberry.argument(
        description=f"幂等键,1 至 {KEY_LENGTH_MAX} 字: 整批一个。重试沿用,已办的不会重办,"
        "未办与被拒绝的继续办理。"
    ),
]


class Types(NamedTuple):
    """批量办理的类型: those of acts on the same kinds of matters."""

    outcome: Any
    done: Any
    result: Any


def name_of(act: Act) -> str:
    """The name of the mutation by which ``act`` is done for many."""
    return lower_camel(form_of(act).__name__)


def carry_out_for_many(
    asking: Asking,
    act: Act,
    filled: Any,
    *,
    key: str,
    place: Any,
    occurred_at: datetime | None,
    acting_for: str | None,
) -> Any:
    """What came of each target, or why none was touched. Blocks."""
    try:
        bulk, told = together(
            lambda: read(act, data_of(filled)),
            lambda: circumstances_of(
                asking, key=key, place=place, occurred_at=occurred_at, acting_for=acting_for
            ),
        )
    except InvalidInput as fault:
        return rejection_of(fault)
    context = Context(
        actor=asking.known,
        key=told.key,
        place=told.place,
        request_id=asking.request_id,
        occurred_at=told.occurred_at,
        acting_for=told.acting_for,
    )
    try:
        within = begun(bulk, asking.services.engine, context)
    except DomainError as error:
        if (lacking := right_missing(error, error)) is not None:
            looks().refused(name_of(act), lacking.code, place=told.place)
        return rejection_of(error)
    return _Done(asking, bulk, within).answer()


@dataclass(frozen=True)
class _Done:
    """What becomes of a bulk that has begun; each is done ``within`` its context."""

    asking: Asking
    bulk: Bulk
    within: Context

    def answer(self) -> Any:
        """Do each; whatever one of them came to, the others are done."""
        outcomes = [self._outcome(*step) for step in steps(self.bulk, self.within)]
        answers = [one for one in outcomes if isinstance(one, Answer)]
        self.asking.look_again()
        if len(answers) < len(outcomes):
            let_ledgers_follow(self.asking, [one.command for one in self.bulk.each])
        projected = self._followed(answers)
        return _types_of(self.bulk.act).done(
            batch_id=self.within.batch_id,
            done=len(answers),
            refused=len(outcomes) - len(answers),
            projected=projected,
            outcomes=[
                self._told(at, outcome, projected=projected) for at, outcome in enumerate(outcomes)
            ],
        )

    def _outcome(self, command: Command, context: Context) -> Answer | DomainError:
        try:
            return executed(self.asking, command, context)
        except Rejected as rejected:
            return rejected.error

    def _followed(self, answers: Sequence[Answer]) -> bool:
        """Whether the read models have all that was done, as far as anybody waits for them."""
        services = self.asking.services
        # Not in the order of the targets: what was done before under the same key stands further
        # back in the log than what was refused then, and was done now.
        last = sorted(answers, key=lambda one: one.position)
        kinds = {self.bulk.act.kind_of(one.stream_id).prefix: one for one in last}
        return all(
            services.runner.wait(one.position, following(one.stream_id), services.wait_seconds)
            for one in kinds.values()  # the last of each kind
        )

    def _told(self, at: int, outcome: Answer | DomainError, *, projected: bool) -> Any:
        each = self.bulk.each[at]
        matter_id, *part = each.named
        return _types_of(self.bulk.act).outcome(
            index=at,
            matter_id=matter_id,
            part=(part[0] or None) if part else None,
            result=self._result(each.command, outcome, projected=projected),
        )

    def _result(self, command: Command, outcome: Answer | DomainError, *, projected: bool) -> Any:
        """As if the act was done for that one alone."""
        if isinstance(outcome, Answer):
            kind = self.bulk.act.kind_of(outcome.stream_id)
            return RESULTS[kind.prefix].done(outcome, projected=projected)
        told = heard(outcome, self.asking, command)
        if (lacking := right_missing(outcome, told)) is not None:
            name, place = name_of(self.bulk.act), self.within.place
            looks().refused(name, lacking.code, command.about, place)
        return rejection_of(told)


def mutations() -> list[StrawberryField]:
    """One for each act that may be done for many."""
    return [_mutation(act) for act in ACTS if act.many is not None]


def _mutation(act: Act) -> StrawberryField:
    description = (
        f"批量{act.term}: 逐件办理,每件各有结果,一件被拒绝不影响其他;一次最多 {BULK_MAX} 件。"
        f"角色: {labels(act.by)}。依据: {act.basis}。"
    )
    field: StrawberryField = strawberry.mutation(
        resolver=_resolver(act), name=name_of(act), description=description
    )
    return field


def _resolver(act: Act) -> Callable[..., Any]:
    async def resolve(info, input, key, place=strawberry.UNSET, occurred_at=strawberry.UNSET, acting_for=strawberry.UNSET):  # type: ignore[no-untyped-def]  # noqa: A002, ANN001, ANN202, E501, PLR0917  # fmt: skip
        asking = asking_of(info)
        asking.known  # noqa: B018  who does not say who they are is told nothing else
        at = None if occurred_at is strawberry.UNSET else occurred_at
        told = {
            "key": key, "place": place, "occurred_at": at,
            "acting_for": None if acting_for is strawberry.UNSET else acting_for,
        }  # fmt: skip
        work = partial(carry_out_for_many, asking, act, input, **told)
        async with asking.services.bulks:
            return await asking.services.off_loop(work)

    resolve.__name__ = name_of(act)
    return annotated(
        resolve,
        act,
        info=strawberry.Info,
        input=input_of(form_of(act)),
        key=KeyOfMany,
        place=TOLD_PLACE,
        occurred_at=ToldTime,
        **{"return": _types_of(act).result | None},
    )


def _types_of(act: Act) -> Types:
    return _types(union_of(act), "或".join(kind.term for kind in act.on))


@cache
def _types(result: Any, term: str) -> Types:
    """The types of acts on what is called ``term``, which answer ``result`` of one of them."""
    kind = get_args(result)[1].graphql_name.removesuffix("ActResult")
    outcome = _type(
        f"{kind}BulkOutcome",
        f"批量办理的{term}: 其中一件及其结果。",
        index=(int, "在对象清单中的位置,自 0 起。"),
        matter_id=(strawberry.ID, "办不成事工单或办件的标识,即所填的。"),
        part=(str | None, "件中的对象,如派单、督促的编号或单位编码;以全件为对象的为空。"),
        result=(result, "这一件的办理回执,与单件办理相同。"),
    )
    done = _type(
        f"{kind}BulkDone",
        f"{term}批量办理完毕: 每件各有结果。",
        batch_id=(strawberry.ID, "批次: 留痕按 batchId 可查其全部记录。"),
        done=(int, "已办理的件数,含此前以同一幂等键办理的。"),
        refused=(int, "被拒绝的件数。"),
        projected=(bool, "台账是否已更新;未更新时办理仍然有效,请稍后再查。"),
        outcomes=(list[outcome], "每件的结果,依所填的次序。"),  # type: ignore[valid-type]
    )
    members = (done, *KINDS.values())
    union = strawberry.union(
        f"{kind}BulkResult", description=f"{term}批量办理回执: 已逐件办理,或整批被拒绝。"
    )
    return Types(outcome, done, Annotated[Union[members], union])  # noqa: UP007


def _type(name: str, description: str, **fields: tuple[Any, str]) -> Any:
    annotations = {field: kind for field, (kind, _) in fields.items()}
    told = {field: strawberry.field(description=text) for field, (_, text) in fields.items()}
    cls = type(name, (), {"__annotations__": annotations, **told})
    return strawberry.type(cls, name=name, description=description)
