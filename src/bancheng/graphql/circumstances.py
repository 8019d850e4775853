"""办理要素: what stands beside the input of a mutation: the key, the place, and when it was."""

import inspect
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, NamedTuple

import msgspec
import strawberry

from bancheng.app.acting import can_be_for_another
from bancheng.app.acts.act import Act
from bancheng.app.inputs import to_command
from bancheng.domain.commands import StaffRef
from bancheng.domain.errors import DomainError, InvalidInput, together
from bancheng.domain.events import Channel, Place
from bancheng.graphql.context import Asking
from bancheng.graphql.inputs import data_of, input_of

KEY_LENGTH_MAX = 100

Key = Annotated[
    str,
    strawberry.argument(description=f"幂等键,1 至 {KEY_LENGTH_MAX} 字: 重试沿用,不会重办。"),
]
KeyOfOpening = Annotated[
    str,
    strawberry.argument(
        description=f"幂等键,1 至 {KEY_LENGTH_MAX} 字: 原文不保存,重试不会得到先前的答复,"
        "而是另一次调阅,同样留痕。"
    ),
]
ExpectedVersion = Annotated[
    int | None, strawberry.argument(description="您看到的版本;已被他人更新则拒绝。不填则不核对。")
]
TOLD_PLACE: Any = Annotated[
    input_of(Place) | None,
    strawberry.argument(description="办理地点: 在何处办理,记入留痕。不填则记为「未说明」。"),
]
ToldTime: Any = Annotated[
    datetime | None,
    strawberry.argument(
        description="发生时间: 补录时填写实际办理的时间(须注明时区),不得早于规则库的补录期限。"
        "不填即为现在。"
    ),
]

ActingFor = Annotated[
    str | None,
    strawberry.argument(
        description="代谁办理: A岗工号,以其B岗的身份办理在其手中的工作,记入留痕。不填即以本人名义。"
    ),
]


class Circumstances(NamedTuple):
    """办理要素: the key as it is kept, where, when if not now, and in whose place if in one's."""

    key: str
    place: Place
    occurred_at: datetime | None
    acting_for: str | None


class _Whom(msgspec.Struct, frozen=True):
    acting_for: Annotated[StaffRef | None, msgspec.Meta(description="代谁办理")] = None


class _When(msgspec.Struct, frozen=True):
    occurred_at: Annotated[datetime | None, msgspec.Meta(description="发生时间")] = None


class _Where(msgspec.Struct, frozen=True):
    # Around the place, so that a rejection names `place.window` and not a field of the act.
    place: Annotated[Place, msgspec.Meta(description="办理地点")] = Place(Channel.UNSTATED)


def annotated(resolve: Callable[..., Any], act: Act, **annotations: Any) -> Callable[..., Any]:
    """``resolve`` with what its arguments are; ``acting_for`` only if ``act`` can be done so."""
    told = annotations | ({"acting_for": ActingFor} if can_be_for_another(act) else {})
    resolve.__annotations__ = told
    signature = inspect.signature(resolve)
    given = [one for one in signature.parameters.values() if one.name in told]
    resolve.__signature__ = signature.replace(parameters=given)  # type: ignore[attr-defined]
    return resolve


def circumstances_of(
    asking: Asking,
    *,
    key: str,
    place: Any,
    occurred_at: datetime | None,
    acting_for: str | None = None,
    found: Sequence[DomainError] = (),
) -> Circumstances:
    """What was told; ``InvalidInput`` tells of every fault of it, behind those that were found."""
    told = together(
        lambda: _scoped(key, asking),
        lambda: _told(place),
        lambda: to_command(_When, {"occurred_at": occurred_at}).occurred_at,
        lambda: to_command(_Whom, {"acting_for": acting_for}).acting_for,
        found=found,
    )
    return Circumstances(*told)


def _scoped(key: str, asking: Asking) -> str:
    # Two people, or a person and an import, that happen to choose the same key must not meet.
    if not key.strip() or len(key) > KEY_LENGTH_MAX or not key.isprintable():
        raise InvalidInput(
            "KEY_MALFORMED",
            f"幂等键应为 1 至 {KEY_LENGTH_MAX} 个可见字符",
            field="key",
            remedy="请为每次办理生成一个新的键,重试时沿用",
        )
    return f"api/{asking.known.id}/{key}"


def _told(filled: Any) -> Place:
    """The place that a client tells; what it does not tell is not made up."""
    place = to_command(_Where, {"place": data_of(filled)} if filled else {}).place
    if place.channel.is_own:
        raise InvalidInput(
            "CHANNEL_RESERVED",
            f"渠道「{place.channel.label}」只由系统自身记录",
            field="place.channel",
            remedy="请填写实际的办理渠道",
        )
    return place
