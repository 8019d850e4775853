"""GraphQL over HTTP and WebSocket: every refusal is coded and in Chinese."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from bancheng.domain.errors import NotAllowed
from bancheng.graphql.context import Asking, Services
from bancheng.graphql.cookies import presented
from bancheng.graphql.limits import CONNECTIONS_MAX
from bancheng.graphql.pages import GRAPHIQL_POLICY
from bancheng.graphql.schema import schema
from bancheng.graphql.sockets import TRY_LATER, Adapter, Handler

_MESSAGES = {
    400: "请求格式有误,应为 JSON 对象,含 query(文字)与可选的 variables(对象)",
    405: "只接受 POST;GET 仅用于打开查询页面",
}
_HOW = "请对照 docs/api.md 更正请求"
INIT_SECONDS = 10.0
RESPONSE_JSON = "application/graphql-response+json"
OK, NOT_RUN = 200, 400
_FULL = "CONNECTIONS_FULL 连接数已达上限,请稍后重试"
_LOADING = "Loading..."
_OFFLINE = (
    "正在加载 GraphiQL(须能访问 unpkg.com)。内网请使用 "
    '<a href="/console" style="margin-left:.5em">查询台</a>'
)


class Api(GraphQL[Asking, None]):
    """GraphQL 接口: POST for operations, GET for the GraphiQL page, WebSocket for subscriptions."""

    websocket_adapter_class = Adapter
    graphql_transport_ws_handler_class = Handler

    def __init__(self, services: Services) -> None:
        super().__init__(
            schema,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=INIT_SECONDS),
            max_subscriptions_per_connection=None,  # ours has a code
            allowed_origins=[services.public_url] if services.public_url else [],
        )
        self._services = services
        self._connections = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._connected(WebSocket(scope, receive, send))
        else:
            await self._asked(scope, receive, send)

    async def _connected(self, socket: WebSocket) -> None:
        if self._connections >= CONNECTIONS_MAX:
            await socket.accept(await self.pick_websocket_subprotocol(socket))
            await socket.close(TRY_LATER, _FULL)
            return
        self._connections += 1
        try:
            await self.run(socket)
        finally:
            self._connections -= 1

    async def _asked(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self.run(request)
        except HTTPException as error:
            message = _MESSAGES.get(error.status_code, _MESSAGES[400])
            response = coded(error.status_code, "REQUEST_INVALID", message, remedy=_HOW)
        if _speaks(request):
            response.headers["content-type"] = RESPONSE_JSON
            if getattr(request.state, "not_run", False) and response.status_code == OK:
                response.status_code = NOT_RUN
        await response(scope, receive, send)

    async def process_result(self, request: Request, result: Any) -> Any:
        """The answer; of what was not run at all there is no data, for who knows the difference."""
        answer = await super().process_result(request, result)
        # An error of a field has its path; what stopped before has none.
        request.state.not_run = result.data is None and all(
            error.path is None for error in result.errors or ()
        )
        if request.state.not_run and _speaks(request):
            return {name: value for name, value in answer.items() if name != "data"}
        return answer

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Asking:
        number = request_id_of(request.scope)
        address = request.client.host if request.client else ""
        if isinstance(request, WebSocket):  # who asks is said in the first message
            return Asking(services=self._services, actor=None, request_id=number, address=address)
        known, refusal = None, None
        try:
            shown = presented(request, self._services.public_url)
            known = await self._services.off_loop(partial(self._services.who.authenticate, shown))
        except NotAllowed as error:
            refusal = error
        return Asking(
            services=self._services,
            actor=known and known.actor,
            credential_id=known and known.credential_id,
            refusal=refusal,
            request_id=number,
            response=response if isinstance(response, Response) else None,
            address=address,
        )

    async def render_graphql_ide(self, _: Request) -> Response:
        page = self.graphql_ide_html.replace(_LOADING, _OFFLINE)
        return HTMLResponse(page, headers={"Content-Security-Policy": GRAPHIQL_POLICY})

    def decode_json(self, data: str | bytes) -> object:
        # Not json.loads: that raises RecursionError for a body of ten thousand brackets.
        try:
            decoded: object = msgspec.json.decode(data)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise HTTPException(400, "not JSON") from error
        if not isinstance(decoded, dict):
            raise HTTPException(400, "not an object")
        return decoded

    def encode_json(self, data: object) -> bytes:
        return msgspec.json.encode(data)


def _speaks(request: Request) -> bool:
    """Whether the client knows the answers of GraphQL over HTTP, whose status means something."""
    accepted = request.headers.get("accept", "")
    return any(part.strip().partition(";")[0] == RESPONSE_JSON for part in accepted.split(","))


def coded(status: int, code: str, message: str, **more: Any) -> Response:
    """An answer that holds nothing but one coded error, in the form of GraphQL's errors."""
    extensions: Mapping[str, Any] = {"code": code, **more}
    body = {"data": None, "errors": [{"message": message, "extensions": extensions}]}
    return Response(msgspec.json.encode(body), status_code=status, media_type="application/json")


def request_id_of(scope: Mapping[str, Any]) -> str:
    """The request id that the web's outermost layer gave."""
    return str(scope.get("state", {}).get("request_id", ""))
