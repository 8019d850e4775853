"""导出: a ledger with a filter and an order, as a file.

    POST /exports/tickets.xlsx   {"filter", "orderBy", "descending", "at", "by"}
    POST /exports/tickets.csv    likewise, and "encoding": "UTF_8" or "GB18030"

``by`` is ``RECORDED`` or ``OCCURRED``, as in queries.

What may be filled in is what the query of the ledger takes. The access log has that it began, each
piece with its matters before that goes out, and its end with the digest, or that it broke off.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Hashable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from threading import Event
from typing import Any, Final, Protocol
from urllib.parse import quote

import anyio
import msgspec
import sqlalchemy
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Send

from bancheng.app.past import moment_asked
from bancheng.config import Config
from bancheng.domain.accesses import Access, AccessKind
from bancheng.domain.errors import Conflict, NotAllowed
from bancheng.graphql.context import Asking, Services
from bancheng.graphql.cookies import presented
from bancheng.graphql.exporting import Wanted, wanted_of
from bancheng.graphql.limits import PAST_STREAMS_MAX
from bancheng.graphql.naming import lower_camel
from bancheng.graphql.view import Api
from bancheng.hall_papers import LedgerFile, PaperForm, Piece, Reader, cover_of
from bancheng.infra import database
from bancheng.infra.paper_csv import CsvEncoding
from bancheng.projections.machine.base import TimeBasis
from bancheng.projections.machine.moments import moment_of
from bancheng.projections.machine.past import past
from bancheng.projections.registry import PROJECTIONS
from bancheng.projections.withheld import streams_of, withheld_from, without
from bancheng.web.export_requests import ExportAsked, named
from bancheng.web.paper_desk import PaperDesk, asked_in

AT_ONCE_MAX: Final = 2
SECONDS_MAX: Final = 1_800.0
_TYPES: Final[Mapping[PaperForm, str]] = {
    PaperForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PaperForm.CSV: "text/csv",
}


class Hall(Protocol):
    """What exports need of a hall."""

    @property
    def config(self) -> Config: ...
    @property
    def database(self) -> sqlalchemy.Engine: ...


@dataclass(frozen=True)
class _Job:
    """One export: what is wanted by whom, and the file that is being made."""

    asking: Asking
    what: str
    wanted: Wanted
    file: LedgerFile
    pieces: Generator[Piece, None, None]
    open: ExitStack
    seen: Hashable  # what was revoked when it began
    done: Event = field(default_factory=Event)

    def close(self) -> None:
        """Let go of the file and of the connection that it was read on."""
        self.pieces.close()
        self.open.close()

    def record(self, kind: AccessKind, **more: Any) -> Access:
        """What the access log is to have of it."""
        return Access(kind=kind, visitor=self.asking.visitor, what=self.what, **more)


class _Sent(StreamingResponse):
    """A file that is sent while it is made; ``ended`` is called however the sending ends."""

    def __init__(
        self, content: AsyncIterator[bytes], ended: Callable[[], Awaitable[None]], **more: Any
    ) -> None:
        super().__init__(content, **more)
        self._ended = ended

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        finally:
            await self._ended()


class ExportDesk(PaperDesk):
    """导出: what the route does. Nothing that blocks runs on the loop."""

    kind = "export"

    def __init__(self, hall: Hall, services: Services, api: Api) -> None:
        super().__init__(services, api)
        self._hall = hall
        self._turns = anyio.Semaphore(AT_ONCE_MAX)

    def routes(self) -> list[Route]:
        """The way in."""
        return [Route("/exports/{name}", self._answered, methods=["POST"])]

    async def _made(self, request: Request, asking: Asking) -> Response:
        ledger, form = named(request.path_params["name"], asking)
        said = asked_in(await request.body(), ExportAsked)
        asked = {name: value for name, value in (
            ("filter", said.filter), ("orderBy", said.order_by), ("descending", said.descending),
        ) if value is not None}  # fmt: skip
        at = None if said.at is None else moment_asked(said.at, asking.now)
        wanted = wanted_of(ledger, replace(asking, at=at), asked)
        try:
            self._turns.acquire_nowait()
        except anyio.WouldBlock:
            raise Conflict("EXPORT_BUSY", "正在导出的人较多", remedy="请稍后重试") from None
        try:
            job, first = await self._begun(asking, wanted, said, form, at)
        except BaseException:
            self._turns.release()
            raise
        name = quote(
            f"{ledger.term}-{job.file.reader.calendar.local(asking.now):%Y%m%d-%H%M}.{form}"
        )
        return _Sent(
            self._sending(request, job, first),
            partial(self._ended, job),
            media_type=_TYPES[form],
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    async def _begun(
        self,
        asking: Asking,
        wanted: Wanted,
        said: ExportAsked,
        form: PaperForm,
        at: datetime | None,
    ) -> tuple[_Job, Piece]:
        """The job, once the log has that it began, and its first piece.

        An error if something filled in is wrong, or can not be answered.
        """
        reader = Reader(asking.known, await asking.calendar(), await asking.rulebook())
        seen, by = await self._services.revocations.seen(), TimeBasis[said.by]
        stack = ExitStack()

        def opened() -> _Job:
            with self._hall.database.connect() as now:
                withheld = withheld_from(now, asking.known)
            connection = without(stack.enter_context(self._connection(at, by)), withheld)
            chosen = wanted.checked(connection, reader.book)
            cover = partial(
                cover_of, hall=self._hall.config.hall_name,
                conditions=tuple(wanted.conditions(reader.calendar.local)),
                at=at, by=by, made=asking.now,
            )  # fmt: skip
            file = LedgerFile(
                connection=connection, ledger=wanted.ledger, chosen=chosen, sort=wanted.sort,
                descending=wanted.descending, reader=reader, form=form,
                encoding=CsvEncoding[said.encoding], cover=cover,
            )  # fmt: skip
            what = f"export:{lower_camel(wanted.ledger.name)}.{form}"
            return _Job(asking, what, wanted, file, file.pieces(), stack, seen)

        try:
            job = await self._services.off_loop(opened)
            moment = {} if at is None else {"at": at, "by": said.by}
            asked = msgspec.json.encode(wanted.told() | moment).decode()
            await self._services.witness(job.record(AccessKind.EXPORT_BEGUN, asked=asked))
            # Read before it is answered: what the ledger refuses then is a refusal, and no file.
            return job, await self._first(job)
        except BaseException:
            await self._services.off_loop(stack.close)
            raise

    async def _first(self, job: _Job) -> Piece:
        try:
            return await self._services.off_loop(partial(next, job.pieces))
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self._services.witness(job.record(AccessKind.EXPORT_BROKEN, count=0))
            raise

    def _connection(self, at: datetime | None, by: TimeBasis) -> Any:
        if at is None:
            return database.snapshot(self._hall.database)
        batches = self._services.batches
        moment = moment_of(batches.log, at, by)
        return past(self._hall.database, batches, moment, PROJECTIONS, most=PAST_STREAMS_MAX)

    async def _sending(self, request: Request, job: _Job, piece: Piece) -> AsyncIterator[bytes]:
        begun, seen = time.monotonic(), job.seen
        while True:
            seen = await self._still_known(request, job.asking, seen)
            await self._services.off_loop(partial(self._still_theirs, job.asking, piece))
            if await request.is_disconnected() or time.monotonic() - begun > SECONDS_MAX:
                raise BrokenOffError
            await self._record(job, piece)
            yield piece.content
            if piece.is_last:
                return
            piece = await self._services.off_loop(partial(next, job.pieces))

    def _still_theirs(self, asking: Asking, piece: Piece) -> None:
        """`BrokenOffError` if a ticket of ``piece`` is about who asked, by now."""
        with self._hall.database.connect() as now:
            withheld = streams_of(now, withheld_from(now, asking.known))
        if not withheld.isdisjoint(piece.matters):
            raise BrokenOffError

    async def _still_known(self, request: Request, asking: Asking, seen: Hashable) -> Hashable:
        """What is revoked by now; `BrokenOffError` if who asked is not who they were any more."""
        now = await self._services.revocations.seen()
        if now != seen:
            shown = presented(request, self._services.public_url)
            try:
                look = partial(self._services.who.authenticate, shown, uses=False)
                known = await self._services.off_loop(look)
            except NotAllowed as error:
                raise BrokenOffError from error
            if known.actor != asking.actor:
                raise BrokenOffError
        return now

    async def _record(self, job: _Job, piece: Piece) -> None:
        kept = []
        if piece.rows:
            matters = tuple(piece.matters)
            kept.append(job.record(AccessKind.EXPORTED, count=piece.rows, matters=matters))
        if piece.is_last:
            kept.append(
                job.record(AccessKind.EXPORT_DONE, asked=job.file.whole, count=job.file.rows)
            )
            job.done.set()
        await self._services.witness(*kept)

    async def _ended(self, job: _Job) -> None:
        with anyio.CancelScope(shield=True):
            if not job.done.is_set():
                broken = job.record(AccessKind.EXPORT_BROKEN, count=job.file.rows)
                await self._services.witness(broken)
            await self._services.off_loop(job.close)
            self._turns.release()


class BrokenOffError(Exception):
    """The file is not sent to its end: it took too long, or who asked may not have it any more."""
