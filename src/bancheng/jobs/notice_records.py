"""通知入痕: what became of notices is recorded on their matter, by acts with keys.

One that can not be recorded holds up no other: it is left aside, named in the log, counted in
`/readyz`, and tried again now and then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog

from bancheng.app.engine import Context, Engine
from bancheng.domain.commands import Command
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Place
from bancheng.domain.notices.events import NoticeEvent
from bancheng.domain.notices.recording import RecordNoticeFailed, RecordNoticeSent
from bancheng.domain.notices.terms import NoticeStatus
from bancheng.jobs.noticing import NOTIFIER
from bancheng.log_lines import LogLine
from bancheng.projections.machine.passing import PASSING
from bancheng.projections.machine.subscription import fault_of
from bancheng.projections.notices import NoticeRow

BATCH: Final = 100
AGAIN: Final = timedelta(hours=1)
_log = structlog.get_logger(room="jobs")


class Queue(Protocol):
    """待发通知: see `bancheng.infra.notice_queue`."""

    def untold(self, behind: NoticeRow | None, most: int) -> Sequence[NoticeRow]: ...
    def told(self, row: NoticeRow) -> None: ...


class Unrecordable(Exception):
    """无从入痕: the row says that the trail is to have it, and not what became of it."""


@dataclass
class Telling:
    """通知入痕: goes round and round through what the trail does not have yet."""

    engine: Engine
    queue: Queue
    _behind: NoticeRow | None = None
    _aside: dict[str, datetime] = field(default_factory=dict)
    _met: set[str] = field(default_factory=set)

    @property
    def aside(self) -> int:
        """How many this process could not have recorded, and leaves aside."""
        return len(self._aside)

    def go_on(self) -> bool:
        """Record a batch; whether there is more."""
        rows = self.queue.untold(self._behind, BATCH)
        for row in rows:
            self._try(row)
        more = len(rows) == BATCH
        self._behind = rows[-1] if more else None
        if not more:  # what was not met in this round is told, or on its way again
            self._aside = {id_: at for id_, at in self._aside.items() if id_ in self._met}
            self._met = set()
        return more

    def _try(self, row: NoticeRow) -> None:
        now, id_ = self.engine.clock.now(), row.notice_id
        if now < self._aside.get(id_, now):
            self._met.add(id_)
            return
        try:
            self._record(row)
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001  the others do not wait for it
            code = error.code if isinstance(error, DomainError) else fault_of(error)
            if code != "VERSION_CONFLICT":  # which is found again at once
                self._aside[id_] = now + AGAIN
                self._met.add(id_)
                _log.error(LogLine.NOTICE_UNRECORDED, notice=id_, code=code)
            return
        self.queue.told(row)

    def _record(self, row: NoticeRow) -> None:
        key = f"notice/{row.notice_id}/{row.rounds}/{row.status.value}"
        context = Context(actor=NOTIFIER, key=key, place=Place(Channel.SYSTEM), request_id="notice")
        self.engine.execute(_record_of(row), context)


def _record_of(row: NoticeRow) -> Command:
    told: dict[str, Any] = {name: getattr(row, name) for name in NoticeEvent.__struct_fields__} | {
        "matter_id": row.matter_id
    }
    if row.status is NoticeStatus.FAILED:
        return RecordNoticeFailed(**told, fault=row.fault or "")
    if row.status is NoticeStatus.SENT and row.sent_at is not None:
        return RecordNoticeSent(**told, sent_at=row.sent_at, message_id=row.message_id or "")
    raise Unrecordable(row.status.value)
