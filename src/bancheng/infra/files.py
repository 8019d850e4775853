"""Files that people bring: opened within bounds, and refused with the true reason."""

import gzip
import io
from pathlib import Path
from typing import IO, Any, Final

from bancheng.domain.errors import InvalidInput

# A file that is joined to others brings the mark of its beginning into the midst of them.
_UNSEEN: Final = "\ufeff\u200b"


class TableError(InvalidInput):
    """文件有误: a file as a whole can not be read; the message says why, the remedy what to do."""


def open_bounded(path: Path, *, bytes_max: int) -> IO[bytes]:
    """``path``, unpacked if it ends in .gz. Reading beyond ``bytes_max`` raises ``TableError``."""
    check_file(path, bytes_max)
    opened = gzip.GzipFile(path) if path.suffix.lower() == ".gz" else io.FileIO(path)
    return io.BufferedReader(_Bounded(opened, path.name, bytes_max))


def read_text(path: Path, *, bytes_max: int) -> str:
    """The text of ``path``; ``TableError`` if it is missing, too large or not UTF-8."""
    with open_bounded(path, bytes_max=bytes_max) as file:
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TableError(
                "ENCODING_UNKNOWN", f"文件「{path.name}」不是 UTF-8 文本", remedy="请转换编码"
            ) from error


def trimmed(text: str) -> str:
    """``text`` with unix line ends and without blanks around it, seen ones or not."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    while (shorter := text.strip().strip(_UNSEEN)) != text:
        text = shorter
    return text


def check_file(path: Path, bytes_max: int) -> None:
    """Raise ``TableError`` if ``path`` is not there, or larger than ``bytes_max`` as it lies."""
    if not path.is_file():
        raise TableError("FILE_NOT_FOUND", f"找不到文件「{path}」", remedy="请核对路径")
    if path.stat().st_size > bytes_max:
        raise too_large(path.name, bytes_max)


def too_large(name: str, bytes_max: int) -> TableError:
    """The rejection of a file that holds more than ``bytes_max``."""
    return TableError(
        "FILE_TOO_LARGE",
        f"文件「{name}」(解压后)超过上限 {bytes_max} 字节",
        remedy="请拆分后分批导入",
    )


class _Bounded(io.RawIOBase):
    """A small packed file may unpack to any size, so what comes out of it is counted."""

    def __init__(self, opened: gzip.GzipFile | io.FileIO, name: str, bytes_max: int) -> None:
        self._opened, self._name, self._bytes_max = opened, name, bytes_max
        self._bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._opened.read(len(buffer))
        self._bytes += len(data)
        if self._bytes > self._bytes_max:
            raise too_large(self._name, self._bytes_max)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._opened.close()
        super().close()
