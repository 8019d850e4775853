"""A synchronous client of an ASGI application, in process, with its lifespan.

Starlette's own test client asks for a client library that is not installed here, and has no peer
that stops reading.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import msgspec
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.applications import Starlette

PATIENCE_SECONDS = 10.0


class Client:
    """Sends requests to an application that runs on a loop of its own."""

    def __init__(self, portal: BlockingPortal, http: httpx.AsyncClient, app: Starlette) -> None:
        self.portal = portal
        self.http = http
        self.app = app

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.portal.call(partial(self.http.request, method, path, **options))

    @contextmanager
    def socket(
        self, path: str = "/graphql", *, protocol: str = "graphql-transport-ws", **headers: str
    ) -> Iterator["Socket"]:
        """A WebSocket to ``path``, gone at the end."""
        app: Any = self.app
        scope = {
            "type": "websocket", "asgi": {"version": "3.0"}, "scheme": "ws", "path": path,
            "raw_path": path.encode(), "query_string": b"", "root_path": "",
            "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
            "client": ("test", 1), "server": ("hall", 80), "subprotocols": [protocol],
        }  # fmt: skip
        socket = Socket(self.portal)
        socket.done = self.portal.start_task_soon(app, scope, socket.receive, socket.send)
        socket.put({"type": "websocket.connect"})
        try:
            yield socket
        finally:
            socket.reads(all_of_it=True)
            socket.put({"type": "websocket.disconnect", "code": 1000})
            socket.ended()


class Socket:
    """The client's end of a WebSocket."""

    def __init__(self, portal: BlockingPortal) -> None:
        self._portal = portal
        self._to_app: asyncio.Queue[dict[str, Any]] = portal.call(_queue)
        self._from_app: asyncio.Queue[dict[str, Any]] = portal.call(_queue)
        self._reads = portal.call(_open_gate)
        self.closed: tuple[int, str] | None = None
        self.done: Future[Any] = Future()

    def ended(self) -> None:
        """Wait until the server has nothing more to do with it."""
        self.done.result(PATIENCE_SECONDS)

    async def receive(self) -> dict[str, Any]:
        return await self._to_app.get()

    async def send(self, message: dict[str, Any]) -> None:
        await self._reads.wait()
        await self._from_app.put(message)
        if message["type"] == "websocket.close":
            await self._to_app.put({"type": "websocket.disconnect", "code": message["code"]})

    def put(self, message: dict[str, Any]) -> None:
        self._portal.call(self._to_app.put, message)

    def reads(self, *, all_of_it: bool) -> None:
        """Whether what the server sends is taken, or the server has to wait."""
        self._portal.call(self._reads.set if all_of_it else self._reads.clear)

    def say(self, **message: Any) -> None:
        """Send ``message`` as JSON."""
        self.put({"type": "websocket.receive", "text": msgspec.json.encode(message).decode()})

    def hear(self, within: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The next message; an empty one if the connection was closed (see ``closed``)."""
        message = self._portal.call(self._heard, within)
        if message["type"] == "websocket.accept":
            return self.hear(within)
        if message["type"] == "websocket.close":
            self.closed = (message["code"], message.get("reason") or "")
            return {}
        found: dict[str, Any] = msgspec.json.decode(message["text"])
        return found

    def hears_nothing(self, for_seconds: float) -> bool:
        """Whether nothing comes in that time."""
        try:
            self.hear(for_seconds)
        except TimeoutError:
            return True
        return False

    async def _heard(self, within: float) -> dict[str, Any]:
        async with asyncio.timeout(within):
            return await self._from_app.get()


async def _queue() -> "asyncio.Queue[dict[str, Any]]":
    return asyncio.Queue()


async def _open_gate() -> asyncio.Event:
    gate = asyncio.Event()
    gate.set()
    return gate


@contextmanager
def opened(app: Starlette) -> Iterator[Client]:
    """A client of ``app``, which has started and will stop."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    http = httpx.AsyncClient(transport=transport, base_url="http://hall")
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(app.router.lifespan_context(app)),
        portal.wrap_async_context_manager(http),
    ):
        yield Client(portal, http, app)
