"""文件种类: what a file is by what stands in it, and why one could not be read, in Chinese."""

import csv
import gzip
import re
import zlib
from pathlib import Path
from typing import Final

from bancheng.infra.files import TableError

SPREADSHEET: Final = "XLSX 一类的表格或压缩包"
_BEGINS: Final = (
    (b"PK\x03\x04", SPREADSHEET),
    (b"\xd0\xcf\x11\xe0", "旧版 XLS 或加了密码的表格"),
    (b"\x1f\x8b", "GZIP 压缩文件"),
    (b"%PDF", "PDF"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"SQLite format 3", "数据库"),
)
# Systems that call what they export XLS, XLSX or CSV often write a page of the web.
_MARKUP: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml|meta|head|body)", re.IGNORECASE
)
_BEGIN_BYTES: Final = 512
_WHY: Final = (
    (gzip.BadGzipFile, "不是 GZIP 压缩文件"),
    (zlib.error, "压缩的内容已损坏"),
    (EOFError, "文件不完整,可能没有传完"),
    (PermissionError, "没有读取的权限"),
    (csv.Error, "各格无法分清"),
    (OSError, "读取时磁盘或网络出错"),
    (Exception, "内容已损坏"),
)


def check_content(path: Path) -> None:
    """Raise ``TableError`` if what stands in the text file ``path`` is of another kind."""
    kind = kind_of(path)
    if kind is None:
        return
    raise TableError(
        "FILE_KIND_UNKNOWN",
        f"文件「{path.name}」的名称像是文本表格,内容却是{kind}",
        remedy="请用能打开它的软件打开,另存为 CSV 或 XLSX",
    )


def kind_of(path: Path) -> str | None:
    """What the content of ``path`` shows itself to be, ``None`` if it may be text."""
    with path.open("rb") as file:
        begin = file.read(_BEGIN_BYTES)
    if _MARKUP.match(begin):
        return "网页"
    return next((kind for mark, kind in _BEGINS if begin.startswith(mark)), None)


def unreadable(name: str, error: Exception, remedy: str) -> TableError:
    """The rejection of a file of which reading raised ``error``."""
    why = next(said for kind, said in _WHY if isinstance(error, kind))
    return TableError("FILE_UNREADABLE", f"文件「{name}」无法读取: {why}", remedy=remedy)
