"""Rejections as members of every mutation's result: one GraphQL type for each kind."""

from typing import Any

import strawberry

from bancheng.domain import errors
from bancheng.domain.errors import DomainError
from bancheng.domain.events import term_of
from bancheng.domain.people import without_whole_numbers
from bancheng.graphql.naming import field_path


@strawberry.type(description="填写问题: 同一次填写中另外发现的一个问题。")
class Fault:
    """One more thing that is wrong with the same input."""

    code: str = strawberry.field(description="稳定的代码。")
    message: str = strawberry.field(description="违反了哪条规则。")
    remedy: str = strawberry.field(description="如何补救。")
    field: str | None = strawberry.field(description="有问题的填写项。")


@strawberry.interface(description="拒绝: 指令违反了规则;什么也没有记录。")
class Rejection:
    """What every rejection says."""

    code: str = strawberry.field(description="稳定的代码,供程序判断。")
    message: str = strawberry.field(description="违反了哪条规则。")
    remedy: str = strawberry.field(description="如何补救。")
    field: str | None = strawberry.field(description="有问题的填写项,如 reporter.phone。")
    others: list[Fault] = strawberry.field(description="同一次填写中的其他问题,一并列出。")


def _type_of(kind: type[DomainError]) -> type:
    cls = type(kind.__name__, (Rejection,), {"__annotations__": {}})
    return strawberry.type(cls, name=kind.__name__, description=f"{term_of(kind)}。")


KINDS: dict[type[DomainError], Any] = {
    kind: _type_of(kind)
    for kind in (
        errors.InvalidInput,
        errors.NotAllowed,
        errors.NotFound,
        errors.WrongStep,
        errors.Conflict,
    )
}


def rejection_of(error: DomainError) -> Any:
    """The GraphQL answer for ``error``."""
    others = [Fault(**_told(one)) for one in error.others]
    return KINDS[type(error)](**_told(error), others=others)


def _told(error: DomainError) -> dict[str, Any]:
    return {
        "code": error.code,
        # It may name the code that it refuses, and that may be a number meant for another field.
        "message": without_whole_numbers(error.message),
        "remedy": error.remedy,
        "field": field_path(error.field),
    }
