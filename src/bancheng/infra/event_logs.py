"""Event logs of other systems, event by event: CSV and XES (IEEE 1849), both also as .gz, and XLSX.

Columns are called as in process mining: what XES says of a whole trace begins with ``case:``.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.parsers import expat

from bancheng.importing.logs.rows import LogRow
from bancheng.importing.tables import TableForm
from bancheng.infra.file_kinds import unreadable
from bancheng.infra.files import TableError, open_bounded, trimmed
from bancheng.infra.tables import SHEETS, TEXTS, read_table

_CHUNK_BYTES: Final = 1 << 16
_XES: Final = (".xes", ".xes.gz")
_OF_CASE: Final = "case:"


def read_log(path: Path, form: TableForm, *, bytes_max: int) -> Iterator[LogRow]:
    """The events of ``path`` in its order; at most one trace is held in memory.

    Raises ``TableError`` if it is no such file, holds more than ``bytes_max`` unpacked, lacks a
    column of ``form`` in its heading (XES has none), or at the place where it can not be read.
    """
    name = path.name.lower()
    if name.endswith((*TEXTS, *SHEETS)):
        return _table(path, form, bytes_max)
    if name.endswith(_XES):
        return _xes(path, bytes_max)
    raise TableError(
        "FILE_KIND_UNKNOWN",
        f"不认识文件「{path.name}」",
        remedy=f"日志应为 {'、'.join((*TEXTS, *SHEETS, *_XES))}",
    )


def _table(path: Path, form: TableForm, bytes_max: int) -> Iterator[LogRow]:
    for line, cells, error in read_table(path, form, bytes_max=bytes_max):
        yield LogRow(f"第 {line} 行", {name: str(cell) for name, cell in cells.items()}, error)


def _xes(path: Path, bytes_max: int) -> Iterator[LogRow]:
    traces = _Traces()
    try:
        with open_bounded(path, bytes_max=bytes_max) as file:
            while chunk := file.read(_CHUNK_BYTES):
                traces.parser.Parse(chunk, False)  # noqa: FBT003  expat takes no keywords
                yield from traces.taken()
            traces.parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise TableError(
            "FILE_UNREADABLE",
            f"文件「{path.name}」第 {error.lineno} 行起不是有效的 XML",
            remedy="请重新导出",
        ) from error
    except (OSError, EOFError, zlib.error, LookupError, ValueError) as error:
        raise unreadable(path.name, error, "请存为 UTF-8 的 XES") from error


class _Traces:
    """迹: what expat tells of a log, put together to rows trace by trace.

    A stack holds for each open element the attributes that its children add to: those of a trace
    and of an event; for every other element nothing, since what is nested in one is not a column.
    """

    def __init__(self) -> None:
        # With a separator expat resolves namespaces: some logs have one, some a prefix, some none.
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self._open: list[dict[str, str] | None] = []
        self._trace: dict[str, str] | None = None
        self._events: list[dict[str, str]] = []
        self._ready: list[LogRow] = []
        self._count = 0

    def taken(self) -> list[LogRow]:
        """The rows of the traces that have ended since."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if not self._open:
            _check_root(tag)
            self._open.append(None)
            return
        parent, own = self._open[-1], None
        is_top = len(self._open) == 1
        if tag == "trace" and is_top:
            own = self._trace = {}
        elif tag == "event" and (is_top or (parent is not None and parent is self._trace)):
            own = {}
        elif parent is not None and "key" in attributes:
            parent[attributes["key"]] = trimmed(attributes.get("value", ""))
        self._open.append(own)

    def _end(self, _: str) -> None:
        ended = self._open.pop()
        if ended is None:
            return
        if ended is self._trace:
            self._end_trace(ended)
        elif self._trace is None:
            self._ready.append(LogRow("在各件之外", ended))
        else:
            self._events.append(ended)

    def _end_trace(self, trace: dict[str, str]) -> None:
        self._count += 1
        of_case = {f"{_OF_CASE}{key}": value for key, value in trace.items()}
        # A trace without events is a row that says nothing of a step: it is not passed over.
        self._ready += [
            LogRow(f"第 {self._count} 件第 {number} 步", of_case | event)
            for number, event in enumerate(self._events or [{}], start=1)
        ]
        self._trace, self._events = None, []


def _check_root(tag: str) -> None:
    if tag != "log":
        raise TableError("FILE_UNREADABLE", f"最外层元素是 {tag} 而不是 log", remedy="请导出为 XES")


def _refuse_doctype(*_: object) -> None:
    # A few lines of entities that name each other would fill the memory.
    raise TableError(
        "FILE_UNREADABLE",
        "文件含有 DOCTYPE 声明,可能引入外部内容",
        remedy="请去掉声明后重新导出",
    )
