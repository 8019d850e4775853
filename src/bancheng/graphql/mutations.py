"""Mutations, derived from the registry: every act is one, and nothing is said of it twice here.

A mutation turns its input into the act's command, has it carried out in a thread, waits there for
the read models, and answers with what was done or with the rejection.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import strawberry
from strawberry.tools import create_type
from strawberry.types.field import StrawberryField

from bancheng.app.accesses import access_of
from bancheng.app.acts.act import Act
from bancheng.app.engine import Context
from bancheng.app.inputs import to_command
from bancheng.app.mending import about_others, mended
from bancheng.app.registry import ACTS
from bancheng.domain.accesses import Access
from bancheng.domain.errors import DomainError, InvalidInput, faults_in
from bancheng.domain.events import Channel, Place
from bancheng.graphql import bulk
from bancheng.graphql.carrying import Rejected, executed
from bancheng.graphql.circumstances import (
    TOLD_PLACE,
    ExpectedVersion,
    Key,
    KeyOfOpening,
    ToldTime,
    annotated,
    circumstances_of,
)
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.hearing import heard, let_ledgers_follow
from bancheng.graphql.inputs import data_of, input_of
from bancheng.graphql.looks import looks, right_missing, standing_at
from bancheng.graphql.naming import lower_camel
from bancheng.graphql.rating_by_code import rate_by_code
from bancheng.graphql.rejections import rejection_of
from bancheng.graphql.results import RESULTS, union_of
from bancheng.projections.accesses import tells_of
from bancheng.projections.registry import following
from bancheng.projections.sight import labels


def carry_out(
    asking: Asking,
    act: Act,
    filled: Any,
    *,
    key: str,
    version: int | None,
    place: Any,
    occurred_at: datetime | None = None,
    acting_for: str | None = None,
) -> Any:
    """The result of the act: done or rejected. Blocks."""
    data = data_of(filled)
    form = faults_in(lambda: to_command(act.command, data))
    try:
        told = circumstances_of(
            asking,
            key=key,
            place=place,
            occurred_at=occurred_at,
            acting_for=acting_for,
            found=form,
        )
    except InvalidInput as fault:
        more = _faults_beside(form, asking, act, data, acting_for)
        return rejection_of(fault.with_others([*fault.others, *more]))
    command = to_command(act.command, data)
    context = Context(
        actor=asking.known,
        key=told.key,
        place=told.place,
        request_id=asking.request_id,
        expected_version=version,
        occurred_at=told.occurred_at,
        acting_for=told.acting_for,
    )
    named = lower_camel(act.name)
    try:
        answer = executed(asking, command, context)
    except Rejected as rejected:
        let_ledgers_follow(asking, [command])
        reason = heard(rejected.error, asking, command)
        if (lacking := right_missing(rejected.error, reason)) is not None:
            looks().refused(named, lacking.code, command.about, told.place)
        return rejection_of(reason)
    access = access_of(act, command, answer, standing_at(asking.visitor, told.place), named)
    if not (answer.repeated and _is_on_record(asking, access)):
        looks().did(access)
    asking.look_again()
    services, result = asking.services, RESULTS[act.kind_of(answer.stream_id).prefix]
    projected = services.runner.wait(
        answer.position, following(answer.stream_id), services.wait_seconds
    )
    return result.done(answer, projected=projected)


def _is_on_record(asking: Asking, access: Access | None) -> bool:
    """Whether the log has ``access`` already; it could not be written if the disk was full then."""
    if access is None or access.position is None:
        return True
    with asking.services.database.connect() as connection:
        return tells_of(connection, asking.known.id, access.position)


def _faults_beside(
    form: Sequence[DomainError],
    asking: Asking,
    act: Act,
    data: Mapping[str, Any],
    acting_for: str | None,
) -> list[DomainError]:
    """What is wrong with ``data`` beside its ``form``, as far as it can be told."""
    command, engine = mended(act.command, data, form), asking.services.engine
    if command is None:
        return []
    context = Context(
        actor=asking.known,
        key=f"faults/{engine.ids.new()}",
        place=Place(Channel.UNSTATED),
        acting_for=acting_for,
    )
    found = about_others(engine.faults(command, context), form)
    # That there is such a matter is told to nobody who may not see it.
    return [one for one in found if heard(one, asking, command) is one]


def _resolver(act: Act) -> Callable[..., Any]:
    async def resolve(info, input, key, expected_version=strawberry.UNSET, place=strawberry.UNSET, occurred_at=strawberry.UNSET, acting_for=strawberry.UNSET):  # type: ignore[no-untyped-def]  # noqa: A002, ANN001, ANN202, E501, PLR0917  # fmt: skip
        asking = asking_of(info)
        asking.known  # noqa: B018  who does not say who they are is told nothing else
        version = None if expected_version is strawberry.UNSET else expected_version
        at = None if occurred_at is strawberry.UNSET else occurred_at
        told = {
            "key": key, "version": version, "place": place, "occurred_at": at,
            "acting_for": None if acting_for is strawberry.UNSET else acting_for,
        }  # fmt: skip
        work = partial(carry_out, asking, act, input, **told)
        return await asking.services.off_loop(work)

    resolve.__name__ = lower_camel(act.name)  # create_type tells fields apart by it
    return annotated(
        resolve,
        act,
        info=strawberry.Info,
        input=input_of(act.command),
        key=KeyOfOpening if act.command.opens_data else Key,
        expected_version=ExpectedVersion,
        place=TOLD_PLACE,
        occurred_at=ToldTime,
        **{"return": union_of(act) | None},
    )


def _mutation(act: Act) -> StrawberryField:
    description = f"{act.term}。角色: {labels(act.by)}。依据: {act.basis}。"
    field: StrawberryField = strawberry.mutation(
        resolver=_resolver(act), name=lower_camel(act.name), description=description
    )
    return field


Mutation = create_type(
    "Mutation",
    [*(_mutation(act) for act in ACTS if act.offered), *bulk.mutations(), rate_by_code()],
    description="办理: 每个动作一项,可批量办理的另有一项;另有不须登录的凭码评价。",
)
