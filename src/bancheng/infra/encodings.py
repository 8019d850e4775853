"""编码: in which encoding a text file is written that does not say so. Guessing is refused."""

import codecs
from pathlib import Path
from typing import Final

from bancheng.infra.files import TableError, open_bounded

_CHUNK_BYTES: Final = 1 << 16
# The longer marks first: UTF-32's begins with UTF-16's.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Nearly any bytes are some GB18030. Chinese text consists of the 3,755 common characters and of
# punctuation, to this part at least; what another encoding wrote does not.
_COMMON_SHARE_MIN: Final = 0.7
_COMMON_LEADS: Final = frozenset({*range(0xA1, 0xA4), *range(0xB0, 0xD8)})
# Of English text in UTF-16 half is zeros; in UTF-8 a zero is a slip.
_ZEROS_SHARE_MIN: Final = 0.25


def encoding_of(path: Path, *, bytes_max: int) -> str:
    """The name of the encoding of all of ``path``: UTF-8, UTF-16, UTF-32 or GB18030.

    Raises ``TableError`` if it is none of them, or not surely one of them.
    """
    with open_bounded(path, bytes_max=bytes_max) as file:
        begin = file.read(_CHUNK_BYTES)
    for mark, name in _MARKS:
        if begin.startswith(mark):
            return _checked(path, name, bytes_max)
    fault = _fault(path, "utf-8", bytes_max)
    zeros = begin.count(b"\0")
    if zeros and (fault is not None or zeros > _ZEROS_SHARE_MIN * len(begin)):
        return _checked(path, _without_mark(begin), bytes_max)
    if fault is None:
        return "utf-8"
    if _fault(path, "gb18030", bytes_max) is None and _is_chinese(path, bytes_max):
        return "gb18030"
    raise _unreadable(path, fault, "UTF-8,也不是 GB18030")


def _without_mark(begin: bytes) -> str:
    """UTF-16 has a zero in each separator: behind it in one order, before it in the other."""
    behind = begin[1::2].count(0)
    return "utf-16-le" if behind > begin[::2].count(0) else "utf-16-be"


def _checked(path: Path, name: str, bytes_max: int) -> str:
    if (fault := _fault(path, name, bytes_max)) is not None:
        raise _unreadable(path, fault, name.upper())
    return name


def _unreadable(path: Path, line: int, encoding: str) -> TableError:
    return TableError(
        "ENCODING_UNKNOWN",
        f"文件「{path.name}」第 {line} 行起无法读取: 不是有效的 {encoding} 文本",
        remedy="请用表格软件打开核对,另存为「CSV UTF-8」或 XLSX",
    )


def _fault(path: Path, name: str, bytes_max: int) -> int | None:
    """The line at which ``path`` ceases to be text of that encoding; ``None`` if it does not."""
    decoder = codecs.getincrementaldecoder(name)()
    line, chunk = 1, b"-"
    with open_bounded(path, bytes_max=bytes_max) as file:
        while chunk:
            chunk = file.read(_CHUNK_BYTES)
            try:
                line += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
    return None


def _is_chinese(path: Path, bytes_max: int) -> bool:
    """Whether ``path``, which is valid GB18030, holds what people write in it."""
    decoder = codecs.getincrementaldecoder("gb18030")()
    common, foreign, chunk = 0, 0, b"-"
    with open_bounded(path, bytes_max=bytes_max) as file:
        while chunk:
            chunk = file.read(_CHUNK_BYTES)
            strange = [char for char in decoder.decode(chunk, final=not chunk) if char > "\x7f"]
            foreign += len(strange)
            leads = "".join(strange).encode("gb2312", "ignore")[::2]
            common += sum(lead in _COMMON_LEADS for lead in leads)
    return common >= _COMMON_SHARE_MIN * foreign
