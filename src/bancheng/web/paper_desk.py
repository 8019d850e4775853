"""出文: what routes that answer with files have in common: who asks, how a refusal reads."""

import re
from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from bancheng.domain.accesses import Access, AccessKind
from bancheng.domain.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from bancheng.graphql.context import Asking, Services
from bancheng.graphql.errors import presented, told
from bancheng.graphql.exporting import MalformedError
from bancheng.graphql.view import Api, coded

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE, BUSY = 401, 403, 404, 409, 422, 503
# What may not be filled in, as msgspec says it.
_FAULTS: Final = (
    (re.compile(r"missing required field `(\w+)`"), "请求缺少「{}」"),
    (re.compile(r"unknown field `([^`]{1,60})`"), "请求中没有「{}」这一项"),
    (re.compile(r"at `\$\.(\w+)"), "「{}」不是可填的值"),
)
_NAME_LENGTH: Final = 60
T = TypeVar("T")


class PaperDesk:
    """出文: ``kind`` begins what the access log calls its files; what is made, each says itself."""

    kind: str

    def __init__(self, services: Services, api: Api) -> None:
        self._services, self._api = services, api

    async def _made(self, request: Request, asking: Asking) -> Response:
        raise NotImplementedError

    async def _answered(self, request: Request) -> Response:
        asking = await self._api.get_context(request, Response())
        try:
            return await self._made(request, asking)
        except MalformedError as error:
            said = presented(error.errors, asking.request_id)
            faults: list[dict[str, Any]] = [
                {"message": one.message, **(one.extensions or {})} for one in said
            ]
            return coded(UNPROCESSABLE, **faults[0], others=faults[1:])
        except DomainError as error:
            if isinstance(error, NotAllowed) and asking.actor is not None:
                what = f"{self.kind}:{request.path_params['name'][:_NAME_LENGTH]}"
                await self._services.witness(
                    Access(kind=AccessKind.REFUSED, visitor=asking.visitor,
                           what=what, refused=error.code)
                )  # fmt: skip
            return coded(_status(asking, error), message=error.message, **told(error))


def asked_in(body: bytes, asked: type[T]) -> T:
    """What a request says. ``InvalidInput`` ``REQUEST_INVALID`` with its first faulty field."""
    try:
        return msgspec.json.decode(body or b"{}", type=asked)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        said, at = _said_of(error)
        raise InvalidInput(
            "REQUEST_INVALID", said, field=at, remedy="请对照 docs/api.md 更正请求"
        ) from error


def _said_of(error: Exception) -> tuple[str, str | None]:
    """What is wrong with a request, and in which field; msgspec says it in English."""
    for form, said in _FAULTS if isinstance(error, msgspec.ValidationError) else ():
        if found := form.search(str(error)):
            return said.format(found[1]), found[1]
    return "请求格式有误,应为 JSON 对象", None


def _status(asking: Asking, error: DomainError) -> int:
    match error:
        case NotAllowed():
            return UNAUTHORIZED if asking.actor is None else FORBIDDEN
        case NotFound():
            return NOT_FOUND
        case Conflict():
            return BUSY if error.code == "EXPORT_BUSY" else CONFLICT
    return UNPROCESSABLE
