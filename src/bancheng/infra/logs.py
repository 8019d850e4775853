"""Logs: what the program says to its operator, as JSON or, at a terminal, to be read.

What happened to a matter is in the event log, not here. No personal data in any line: only ids,
outcomes and times.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Self, TextIO

import structlog
from structlog.types import Processor

from bancheng.domain.people import Personal


class Said(StrEnum):
    """日志事件: every line's static name. The operations guide lists them with their meaning."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    SERVER_STARTED = "server_started", "服务已启动"
    SERVER_STOPPED = "server_stopped", "服务已停止"
    REQUEST_DONE = "request_done", "请求已应答"
    REQUEST_FAILED = "request_failed", "请求因程序错误失败"
    COMMAND_DONE = "command_done", "命令已办理"
    COMMAND_REJECTED = "command_rejected", "命令被规则拒绝"
    PROJECTION_STOPPED = "projection_stopped", "台账遇到不能处理的事件而停止"
    PROJECTION_REBUILT = "projection_rebuilt", "台账已重建并切换"
    PROJECTION_BUILD_LEFT = "projection_build_left", "重建已由其他进程接手"
    PROJECTION_RETRIED = "projection_retried", "台账因临时故障重试"
    WARNING_NOT_RAISED = "warning_not_raised", "预警在发出前已不适用"
    EFFECT_NOT_TAKEN = "effect_not_taken", "时限届满的法律效果在记录前已不适用"
    REACTION_MOOT = "reaction_moot", "联动在办理前已不适用"
    REACTION_REFUSED = "reaction_refused", "联动被规则拒绝,不再重试,须人工核实"
    SWEEP_FAILED = "sweep_failed", "巡检的一个环节失败,稍后重试"
    LIMITS_REPLANNED = "limits_replanned", "时限已按新日历重新定期"


def get_logger(room: str) -> Any:
    """The logger of ``room``; call it as ``log.info(Said.COMMAND_DONE, stream_id=…)``."""
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
