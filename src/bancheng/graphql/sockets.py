"""GraphQL over WebSocket: subscriptions for those we know, as long as we know them.

Strawberry speaks the protocol (graphql-transport-ws). Here is what it does not do: say who asks,
ask again while the connection lasts, bound what comes in, and refuse in Chinese with a code.
"""

import asyncio
from collections.abc import AsyncGenerator, Hashable, Mapping
from functools import partial
from typing import Annotated, Any, Final

import anyio
import msgspec
from cross_web import HTTPException
from graphql import GraphQLError
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import NonJsonMessageReceived, WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)

from bancheng.app.credentials import Presented, bearer
from bancheng.domain.errors import Conflict, DomainError, NotAllowed
from bancheng.graphql import errors
from bancheng.graphql.context import Asking
from bancheng.graphql.cookies import presented
from bancheng.graphql.errors import told
from bancheng.graphql.limits import SUBSCRIPTIONS_MAX

LOOK_SECONDS = 1.0  # whether anything was revoked: one look of the process for all connections
RECHECK_SECONDS = 15.0
CLOSING_SECONDS = 2.0
REASON_BYTES_MAX: Final = 123
FORBIDDEN, TRY_LATER, BAD_MESSAGE = 4403, 1013, 4400
# What Strawberry says in English when it closes, by code, and what we say.
_REASONS: Final[Mapping[int, str]] = {
    BAD_MESSAGE: "REQUEST_INVALID 消息不合 graphql-transport-ws 协议",
    4401: "TOKEN_MISSING 请先用 connection_init 出示身份令牌",
    4406: "REQUEST_INVALID 子协议须为 graphql-transport-ws",
    4408: "TOKEN_MISSING 未及时用 connection_init 出示身份令牌",
    4409: "REQUEST_INVALID 订阅标识已在使用",
    4429: "REQUEST_INVALID 只能出示一次身份令牌",
}
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class _Operation(msgspec.Struct):
    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815  the protocol's name


class _Init(msgspec.Struct, tag_field="type", tag="connection_init"):
    payload: dict[str, Any] | None = None


class _Ping(msgspec.Struct, tag_field="type", tag="ping"):
    pass


class _Pong(msgspec.Struct, tag_field="type", tag="pong"):
    pass


class _Subscribe(msgspec.Struct, tag_field="type", tag="subscribe"):
    id: _Id
    payload: _Operation


class _Complete(msgspec.Struct, tag_field="type", tag="complete"):
    id: _Id


_Message = _Init | _Ping | _Pong | _Subscribe | _Complete


class Adapter(ASGIWebSocketAdapter):
    """A connection that speaks text, and gives its reasons in Chinese."""

    async def iter_json(
        self, *, ignore_parsing_errors: bool = False
    ) -> AsyncGenerator[object, None]:
        try:
            async for message in super().iter_json(ignore_parsing_errors=ignore_parsing_errors):
                yield message
        except HTTPException as error:  # how our decoder says that it is not JSON
            raise NonJsonMessageReceived from error

    async def send_json(self, message: Mapping[str, object]) -> None:
        try:
            await self.ws.send_text(msgspec.json.encode(message).decode())
        except WebSocketDisconnect as error:
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        if self.is_open:
            await self.ws.close(code, _REASONS.get(code, reason))

    @property
    def is_open(self) -> bool:
        """Whether anything can still be sent."""
        return self.ws.application_state is WebSocketState.CONNECTED


class Handler(BaseGraphQLTransportWSHandler[Asking, None]):
    """连接: one client, and who they are.

    Looked up again every ``RECHECK_SECONDS``, and as soon as anything was revoked.
    """

    websocket: Adapter

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context.let_go = self._let_go
        self._shown = Presented()
        self._seen: Hashable = None
        self._refusal: asyncio.Future[DomainError] = asyncio.get_running_loop().create_future()
        self._watching: asyncio.Task[None] | None = None
        self._account: str | None = None
        self._scope = anyio.CancelScope()

    async def handle(self) -> None:
        """Serve the connection until either side ends it."""
        with self._scope:
            await super().handle()

    async def shutdown(self) -> None:
        """Leave nothing behind."""
        if self._account is not None:
            self.context.services.listeners.leave(self._account, self)
        if self._watching is not None:
            self._watching.cancel()
        await super().shutdown()

    async def handle_message(self, message: Message) -> None:
        """Refuse what is not of the protocol before anything reads it."""
        try:
            msgspec.convert(message, _Message)
        except msgspec.ValidationError:
            await self.handle_invalid_message("malformed")
        else:
            await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Find out who asks; whom we do not know, or who has enough already, is not let in."""
        payload = message.get("payload") or {}
        if not self.connection_init_received:
            given = payload.get("Authorization", payload.get("authorization"))
            try:
                self._shown = self._showing(given if isinstance(given, str) else None)
                await self._look_who_asks()
                self._join()
            except (NotAllowed, Conflict) as refusal:
                await self._close(refusal)
                return
            self._watching = asyncio.create_task(self._watch())
        await super().handle_connection_init({"type": "connection_init", "payload": payload})

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Begin a subscription, unless there are too many."""
        if self.connection_acknowledged and message["id"] not in self.operations:
            try:
                self._require_room()
            except Conflict as refusal:
                error = GraphQLError(refusal.message, extensions=told(refusal))
                await self.send_message(
                    {"id": message["id"], "type": "error", "payload": [error.formatted]}
                )
                return
        await super().handle_subscribe(message)

    async def handle_task_exception(self, error: Exception) -> None:
        """Log what is unexpected; that the client went away is not."""
        if self.websocket.is_open and not isinstance(error, WebSocketDisconnected):
            errors.record(error)

    def _let_go(self, refusal: DomainError) -> None:
        if not self._refusal.done():
            self._refusal.set_result(refusal)

    def _join(self) -> None:
        account = self.context.known.id
        self.context.services.listeners.join(account, self)
        self._account = account

    def _require_room(self) -> None:
        if len(self.operations) >= SUBSCRIPTIONS_MAX:
            raise Conflict(
                "TOO_MANY_SUBSCRIPTIONS",
                f"每个连接最多 {SUBSCRIPTIONS_MAX} 项订阅",
                remedy="请先结束不用的订阅",
            )
        self.context.services.listeners.require_room(self.context.known.id)

    def _showing(self, given: str | None) -> Presented:
        if given is not None:
            return Presented(bearer(given))
        return presented(self.websocket.ws, self.context.services.public_url)

    async def _look_who_asks(self) -> None:
        services = self.context.services
        # First: what is revoked while we look is found at the next look.
        self._seen = await services.revocations.seen()
        work = partial(services.who.authenticate, self._shown, uses=False)
        self.context.actor, self.context.credential_id = await services.off_loop(work)

    async def _watch(self) -> None:
        refusal = None
        while refusal is None:
            await self._until_something_changes()
            refusal = self._refusal.result() if self._refusal.done() else await self._refused_now()
        with anyio.move_on_after(CLOSING_SECONDS):  # whoever does not read can not be told
            await self._end_operations(refusal)
            await self._close(refusal)
        self._scope.cancel()

    async def _until_something_changes(self) -> None:
        """Until we let go, something was revoked, or so long that time may have ended it."""
        revocations, until = (
            self.context.services.revocations,
            anyio.current_time() + RECHECK_SECONDS,
        )
        try:
            while not self._refusal.done() and (left := until - anyio.current_time()) > 0:
                await asyncio.wait([self._refusal], timeout=min(LOOK_SECONDS, left))
                if await revocations.seen() != self._seen:
                    return
        except Exception as error:  # noqa: BLE001  the database may be away; ask again
            errors.record(error)
            await asyncio.wait([self._refusal], timeout=LOOK_SECONDS)

    async def _refused_now(self) -> DomainError | None:
        try:
            await self._look_who_asks()
        except NotAllowed as refusal:  # also of whoever has other roles than before
            return refusal
        except Exception as error:  # noqa: BLE001  the database may be away; ask again
            errors.record(error)
        return None

    async def _end_operations(self, refusal: DomainError) -> None:
        error = GraphQLError(refusal.message, extensions=told(refusal))
        for operation in list(self.operations.values()):
            if operation.task is not None:
                operation.task.cancel()
            await operation.send_initial_errors([error])

    async def _close(self, refusal: DomainError) -> None:
        code = FORBIDDEN if isinstance(refusal, NotAllowed) else TRY_LATER
        await self.websocket.close(code, reason_of(refusal.code, refusal.message))


def reason_of(code: str, message: str) -> str:
    """Why a connection is closed, as long as the protocol lets a reason be."""
    text = f"{code} {message}".encode()[:REASON_BYTES_MAX]
    return text.decode(errors="ignore")
