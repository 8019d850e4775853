"""办理: a command goes to the engine, and the operator's log learns what came of it."""

import time
from typing import Any

import structlog

from bancheng.app.engine import Context
from bancheng.app.ports import Answer
from bancheng.domain.commands import Command
from bancheng.domain.errors import DomainError
from bancheng.graphql.context import Asking
from bancheng.log_lines import LogLine

log: Any = structlog.get_logger(room="graphql")


class Rejected(Exception):
    """The engine said no, and its reason may tell more than the actor may know."""

    def __init__(self, error: DomainError) -> None:
        super().__init__(error.code)
        self.error = error


def executed(asking: Asking, command: Command, context: Context) -> Answer:
    """The answer to ``command``; ``Rejected`` with the reason if a rule forbids it. Blocks."""
    began, act = time.perf_counter(), type(command).__name__
    try:
        answer = asking.services.engine.execute(command, context)
    except DomainError as error:
        log.info(LogLine.COMMAND_REJECTED, act=act, code=error.code, ms=_ms_since(began))
        raise Rejected(error) from error
    log.info(LogLine.COMMAND_DONE, act=act, stream_id=answer.stream_id, version=answer.version,
             ms=_ms_since(began))  # fmt: skip
    return answer


def _ms_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
