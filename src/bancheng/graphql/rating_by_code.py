"""凭码评价: the one mutation without a sign-in, for whoever shows a code."""

from functools import partial
from typing import Annotated, Any, Final, Union

import strawberry
from graphql import DocumentNode, FieldNode, OperationType
from graphql.language import OperationDefinitionNode
from strawberry.types.field import StrawberryField

from bancheng.app.engine import Context
from bancheng.app.inputs import to_command
from bancheng.domain.case.rate import CITIZEN, RateByCode, code_invalid
from bancheng.domain.case.state import PREFIX
from bancheng.domain.errors import DomainError, NotAllowed
from bancheng.domain.events import Channel, Place
from bancheng.domain.one_time_codes import digest_of
from bancheng.domain.rating_levels import RatingLevel
from bancheng.graphql.carrying import Rejected, executed
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.inputs import data_of
from bancheng.graphql.looks import looks
from bancheng.graphql.rejections import KINDS, rejection_of
from bancheng.projections.cases.codes import case_of_code

NAME: Final = "rateByCode"
# What is wrong with these is no secret; all else is answered as a wrong code is.
_OWN_WORDS: Final = ("level", "named", "comment")


@strawberry.type(description="评价已收到。")
class RatingTaken:
    """What whoever rated is told: nothing of the case."""

    level: RatingLevel = strawberry.field(
        description="评价等级。", graphql_type=enum_of(RatingLevel)
    )


_UNION = strawberry.union("RateByCodeResult", description="评价回执: 已收到,或被拒绝。")
_Level: Any = Annotated[enum_of(RatingLevel), strawberry.argument(description="评价等级。")]


def only_rates(document: DocumentNode) -> bool:
    """Whether the document asks for this mutation once, and for nothing else."""
    if len(document.definitions) != 1:
        return False
    (operation,) = document.definitions
    if (
        not isinstance(operation, OperationDefinitionNode)
        or operation.operation is not OperationType.MUTATION
        or len(operation.selection_set.selections) != 1
    ):
        return False
    (field,) = operation.selection_set.selections
    return isinstance(field, FieldNode) and field.name.value == NAME


def _rated(asking: Asking, said: dict[str, Any]) -> Any:
    """The answer to what was said. Blocks."""
    attempts, address = asking.services.attempts, asking.address
    try:
        if asking.actor is not None:
            raise NotAllowed(
                "CODE_IS_FOR_CITIZENS",
                "评价码由办事群众自己使用,工作人员登录后不能代用",
                remedy="群众请人协助的,请用「协助评价」录入",
            )
        attempts.require_room(address)
        _carry_out(asking, said)
    except Rejected as rejected:
        attempts.failed(address)
        return rejection_of(_heard(rejected.error))
    except DomainError as error:
        if isinstance(error, NotAllowed):
            looks().refused(NAME, error.code)
        return rejection_of(_heard(error))
    return RatingTaken(level=said["level"])


def _carry_out(asking: Asking, said: dict[str, Any]) -> None:
    # Formed before it is looked up: a comment that is too long must not tell that the code holds.
    command = to_command(RateByCode, {**data_of_all(said), "case_id": PREFIX})
    with asking.services.database.connect() as connection:
        case_id = case_of_code(connection, digest_of(command.code))
    if case_id is None:
        raise Rejected(code_invalid())
    ids = asking.services.engine.ids
    # No key of the client's: the code is one, and what it did before it does not do again.
    context = Context(
        actor=CITIZEN,
        key=f"rating/{ids.new()}",
        place=Place(Channel.ONLINE),
        request_id=asking.request_id,
    )
    named = {name: getattr(command, name) for name in command.__struct_fields__}
    executed(asking, RateByCode(**{**named, "case_id": case_id}), context)


def data_of_all(said: dict[str, Any]) -> dict[str, Any]:
    """What was said, as plain data; what was left out stays out."""
    return {name: data_of(one) for name, one in said.items() if one is not strawberry.UNSET}


def _heard(error: DomainError) -> DomainError:
    is_open = error.field in _OWN_WORDS or isinstance(error, NotAllowed)
    return error if is_open else code_invalid()


async def _resolve(
    info: strawberry.Info,
    code: Annotated[str, strawberry.argument(description="一次性评价码,横线与空格不计。")],
    level: _Level,
    named: Annotated[bool, strawberry.argument(description="是否实名。")] = False,  # noqa: FBT002
    comment: Annotated[
        str | None, strawberry.argument(description="评价内容,10000 字以内。")
    ] = strawberry.UNSET,
) -> Any:
    asking = asking_of(info)
    said = {"code": code, "level": level, "named": named, "comment": comment}
    return await asking.services.off_loop(partial(_rated, asking, said))


def rate_by_code() -> StrawberryField:
    """The mutation."""
    members: Any = (RatingTaken, *KINDS.values())
    returns = Annotated[Union[members], _UNION]  # noqa: UP007  the members are only known here
    _resolve.__annotations__["return"] = returns | None
    field: StrawberryField = strawberry.mutation(
        resolver=_resolve,
        name=NAME,
        description="凭码评价: 凭一次性评价码评价一次办理,不须登录;每码一次,填错次数有限。",
    )
    return field
