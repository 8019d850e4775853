"""What goes wrong outside a mutation's own result: coded, in Chinese, and masked if unexpected."""

import traceback
from collections.abc import Iterable, Iterator
from typing import Any

import structlog
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from bancheng.domain.errors import DomainError
from bancheng.domain.people import without_whole_numbers
from bancheng.graphql.limits import COMMENTS_MAX, TOKENS_MAX, refused
from bancheng.graphql.naming import field_path
from bancheng.graphql.wording import said_of
from bancheng.log_lines import LogLine

log: Any = structlog.get_logger(room="graphql")
_ASKED_WRONGLY = (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError)
FRAMES_MAX = 12
MASK = "系统内部错误,本次请求未能完成"
_HOW = "请对照 /graphql 的文档检查查询"


def presented(errors: Iterable[GraphQLError], request_id: str) -> list[GraphQLError]:
    """``errors`` as the client may see them; what is unexpected is logged, each cause once."""
    return list(_presented(errors, request_id))


def _presented(errors: Iterable[GraphQLError], request_id: str) -> Iterator[GraphQLError]:
    logged: set[int] = set()
    for error in errors:
        cause = cause_of(error)
        if isinstance(cause, DomainError):
            yield _with(error, without_whole_numbers(cause.message), **told(cause))
        elif isinstance(cause, _ASKED_WRONGLY):
            yield _with(error, "查询有误: 没有可执行的操作", code="QUERY_INVALID", remedy=_HOW)
        elif cause is not None:
            if id(cause) not in logged:
                logged.add(id(cause))
                record(cause)
            yield _with(error, **masked(request_id))
        elif "code" in (error.extensions or {}):
            yield error
        else:
            yield _malformed(error)


def cause_of(error: GraphQLError) -> Exception | None:
    """The exception behind ``error`` that is not GraphQL's own."""
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def told(error: DomainError) -> dict[str, Any]:
    """What an answer says of a rejection beside its message."""
    return {
        "code": error.code,
        "kind": error.kind,
        "remedy": error.remedy,
        "field": field_path(error.field),
        **({"others": [_fault(one) for one in error.others]} if error.others else {}),
    }


def _fault(error: DomainError) -> dict[str, Any]:
    return {**told(error), "message": without_whole_numbers(error.message)}


def masked(request_id: str) -> dict[str, str]:
    """What an answer says of an unexpected exception: nothing but where to find it."""
    return {
        "message": MASK,
        "code": "INTERNAL_ERROR",
        "remedy": f"请稍后重试;仍不成功的,请把请求编号 {request_id} 告诉系统管理员",
        "requestId": request_id,
    }


def record(cause: BaseException) -> None:
    """Log an unexpected exception: its type and its way, not its text.

    The text of a database error holds the statement and its values, and any text may name a
    person. The request id is bound to the log's context.
    """
    frames = traceback.extract_tb(cause.__traceback__)[-FRAMES_MAX:]
    way = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    log.error(
        LogLine.REQUEST_FAILED, error=f"{type(cause).__module__}.{type(cause).__name__}", way=way
    )


# What graphql-core says when the parser stops, and what we say then.
_STOPPED = (
    ("tokens. Parsing", "QUERY_TOO_MANY_TOKENS", f"查询超过 {TOKENS_MAX} 个词元的上限"),
    ("comments. Parsing", "QUERY_TOO_MANY_COMMENTS", f"查询超过 {COMMENTS_MAX} 条注释的上限"),
    ("too deeply. Parsing", "QUERY_TOO_DEEP", "查询嵌套过深,无法解析"),
)


def _malformed(error: GraphQLError) -> GraphQLError:
    for words, code, message in _STOPPED:
        if words in error.message:
            return refused(code, message)
    said = said_of(error)
    field = {} if said.field is None else {"field": said.field}
    return _with(error, said.message, code="QUERY_INVALID", remedy=_HOW, **field)


def _with(error: GraphQLError, message: str, **extensions: Any) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )
