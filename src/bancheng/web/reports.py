"""周期报告: what the hall files of a week, a month or a year, as a file to go on editing.

    POST /reports/month.docx   {"day": "2026-10-15", "remarks": ["…"]}

``day`` is any day of the period. The access log has that it was taken away, which matters it names,
and the digest of the whole, before the first byte goes out.
"""

import re
from datetime import date
from typing import Annotated, Final, Protocol
from urllib.parse import quote

import anyio
import msgspec
import sqlalchemy
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bancheng.config import Config
from bancheng.domain.errors import Conflict, NotFound
from bancheng.graphql.context import Asking, Services
from bancheng.graphql.view import Api
from bancheng.hall_papers import Reader
from bancheng.hall_reports import PERIODICALS, ReportFile, report_file
from bancheng.infra import database
from bancheng.projections.periodicals.composing import KINDS
from bancheng.projections.reports.span import PeriodKind
from bancheng.projections.withheld import withheld_from, without
from bancheng.web.paper_desk import PaperDesk, asked_in

_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NAME: Final = re.compile(rf"({'|'.join(one.value for one in KINDS)})\.docx")
_Remark = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class _Asked(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    day: date
    remarks: Annotated[tuple[_Remark, ...], msgspec.Meta(max_length=50)] = ()


class Hall(Protocol):
    """What reports need of a hall."""

    @property
    def config(self) -> Config: ...
    @property
    def database(self) -> sqlalchemy.Engine: ...


class ReportDesk(PaperDesk):
    """周期报告: what the route does. One at a time: it keeps a core busy for a second or two."""

    kind = "report"

    def __init__(self, hall: Hall, services: Services, api: Api) -> None:
        super().__init__(services, api)
        self._hall, self._turn = hall, anyio.Semaphore(1)

    def routes(self) -> list[Route]:
        """The way in."""
        return [Route("/reports/{name}", self._answered, methods=["POST"])]

    async def _made(self, request: Request, asking: Asking) -> Response:
        PERIODICALS.require(asking.known)
        kind = _named(request.path_params["name"])
        asked = asked_in(await request.body(), _Asked)
        reader = Reader(asking.known, await asking.calendar(), await asking.rulebook())

        def made() -> ReportFile:
            with database.snapshot(self._hall.database) as connection:
                return report_file(
                    without(connection, withheld_from(connection, asking.known)),
                    reader.calendar, reader.names(connection), kind, asked.day,
                    hall=self._hall.config.hall_name, now=asking.now, remarks=asked.remarks,
                )  # fmt: skip

        try:
            self._turn.acquire_nowait()
        except anyio.WouldBlock:
            raise Conflict("EXPORT_BUSY", "正在导出的人较多", remedy="请稍后重试") from None
        try:
            file = await self._services.off_loop(made)
        finally:
            self._turn.release()
        said = msgspec.json.encode({"day": asked.day, "remarks": len(asked.remarks)}).decode()
        what = f"{self.kind}:{kind}.docx"
        await self._services.witness(*file.accesses(asking.visitor, what, said))
        name = quote(f"{file.title}-{asked.day}.docx")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(file.content, media_type=_TYPE, headers=headers)


def _named(name: str) -> PeriodKind:
    found = _NAME.fullmatch(name)
    if found is None:
        raise NotFound(
            "REPORT_UNKNOWN",
            "没有这一周期报告",
            remedy=f"可选: {'、'.join(f'{one.value}.docx({one.label})' for one in KINDS)}",
        )
    return PeriodKind(found[1])  # type: ignore[call-arg]
