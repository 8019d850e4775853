"""Logs: what the program says to its operator, as JSON or, at a terminal, to be read.

What happened to a matter is in the event log, not here. No personal data in any line: only ids,
outcomes and times.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import structlog
from structlog.types import Processor

from bancheng.domain.people import Personal


def get_logger(room: str) -> Any:
    """The logger of ``room``; call it as ``log.info(LogLine.COMMAND_DONE, stream_id=…)``."""
    return structlog.get_logger(room=room)


@contextmanager
def request(request_id: str, **ids: str) -> Iterator[None]:
    """Every line within carries ``request_id``, also those of threads that copy the context."""
    with structlog.contextvars.bound_contextvars(request_id=request_id, **ids):
        yield


def configure(log_format: str = "auto", stream: TextIO | None = None) -> None:
    """Send our lines and the libraries' to ``stream`` (standard error) in one format."""
    out = stream or sys.stderr
    pretty = log_format == "pretty" or (log_format == "auto" and out.isatty())
    shared = _shared()
    structlog.configure(
        processors=[*shared, *_renderers(out, pretty=pretty)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _take_in_libraries(out, shared, pretty=pretty)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_personal,
    ]


def _renderers(out: TextIO, *, pretty: bool) -> list[Processor]:
    # Both ways structlog would show the local variables of a traceback, and with them the
    # personal data they hold, if it were not told otherwise.
    if pretty:
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=plain)]
    transformer = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [
        structlog.processors.ExceptionRenderer(transformer),
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]


def _without_personal(_logger: Any, _method: str, line: Any) -> Any:
    for key, value in line.items():
        if isinstance(value, Personal):
            line[key] = repr(value)
    return line


def _take_in_libraries(out: TextIO, shared: list[Processor], *, pretty: bool) -> None:
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(out, pretty=pretty),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
