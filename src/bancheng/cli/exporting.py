"""`bancheng export`: a whole ledger as a file, of now or as of a moment."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Annotated

import typer
from sqlalchemy import Connection

from bancheng.bootstrap import Container
from bancheng.cli import operator
from bancheng.cli.console import console, existing_hall
from bancheng.cli.past import By, instant_of, ledger_called, moment_option, side_of
from bancheng.domain.accesses import Access, AccessKind
from bancheng.domain.errors import InvalidInput
from bancheng.hall_papers import LedgerFile, PaperForm, Piece, Reader, cover_of
from bancheng.infra import database
from bancheng.infra.paper_csv import CsvEncoding
from bancheng.projections.machine.base import TimeBasis
from bancheng.projections.registry import LEDGERS, LISTED

_FORMS = {one.value: one for one in PaperForm}
_ENCODINGS = {"utf-8": CsvEncoding.UTF_8, "gb18030": CsvEncoding.GB18030}


def export(
    name: Annotated[str, typer.Argument(help="台账名称,如 tickets、cases、deadlines")],
    target: Annotated[Path, typer.Argument(help="写入的文件,以 .xlsx 或 .csv 结尾;不得已存在")],
    at: Annotated[datetime | None, moment_option("--at", "截至的时刻,不填为现在")] = None,
    by: By = TimeBasis.RECORDED,
    encoding: Annotated[str, typer.Option(help="CSV 的编码: utf-8 或 gb18030")] = "utf-8",
) -> None:
    """把一本台账整本写成电子表格或 CSV;个人信息仍为脱敏,导出记入访问日志。"""
    with existing_hall() as container:
        wanted = ledger_called(name, LISTED if at is None else LEDGERS)
        form, coding = _form_of(target), _encoding_of(encoding)
        instant = None if at is None else instant_of(container, at)
        with ExitStack() as stack:
            out = stack.enter_context(new_file(target))
            connection = stack.enter_context(_connection(container, instant, by))
            rules = container.rules
            file = LedgerFile(
                connection=connection, ledger=wanted, chosen=wanted.filter(),
                sort=wanted.first_sort, descending=wanted.descending,
                reader=Reader(None, rules.calendar(), rules.rulebook()),
                form=form, encoding=coding,
                cover=partial(
                    cover_of, hall=container.config.hall_name, conditions=(), at=instant, by=by,
                    made=container.clock.now(),
                ),
            )  # fmt: skip
            _write(container, file, out)
        console.print(f"{wanted.term}: {file.rows} 行,SHA-256 {file.digest}", soft_wrap=True)


def _write(container: Container, file: LedgerFile, out: IO[bytes]) -> None:
    record = partial(_record, container, file)
    record(AccessKind.EXPORT_BEGUN)
    try:
        for piece in file.pieces():
            if piece.rows:
                record(AccessKind.EXPORTED, piece)
            out.write(piece.content)
        out.flush()
        os.fsync(out.fileno())
    except BaseException:
        record(AccessKind.EXPORT_BROKEN)
        raise
    record(AccessKind.EXPORT_DONE)


def _record(
    container: Container, file: LedgerFile, kind: AccessKind, piece: Piece | None = None
) -> None:
    access = Access(
        kind=kind,
        visitor=operator.visitor(),
        what=f"{operator.command_name()}:{file.ledger.name}.{file.form}",
        asked=file.whole if kind is AccessKind.EXPORT_DONE else None,
        count=file.rows if piece is None else piece.rows,
        matters=() if piece is None else tuple(piece.matters),
    )
    container.accesses.record(access)


def _form_of(target: Path) -> PaperForm:
    form = _FORMS.get(target.suffix.removeprefix(".").lower())
    if form is None:
        raise InvalidInput(
            "EXPORT_FORM_UNKNOWN",
            f"不知道「{target.name}」是什么格式",
            field="target",
            remedy=f"文件名请以 {' 或 '.join(f'.{one}' for one in _FORMS)} 结尾",
        )
    return form


def _encoding_of(name: str) -> CsvEncoding:
    found = _ENCODINGS.get(name.lower())
    if found is None:
        raise InvalidInput(
            "ENCODING_UNKNOWN",
            f"没有编码「{name}」",
            field="encoding",
            remedy=f"可选: {'、'.join(_ENCODINGS)}",
        )
    return found


@contextmanager
def new_file(target: Path) -> Iterator[IO[bytes]]:
    """``target``, which was not there before; nothing is left of a file that broke off."""
    half = target.with_name(f".{target.name}.{os.getpid()}")
    if target.exists():
        raise InvalidInput(
            "FILE_EXISTS",
            f"文件 {target} 已存在",
            field="target",
            remedy="请另取文件名,或先移走原文件",
        )
    try:
        with half.open("xb") as out:
            yield out
        half.rename(target)
    finally:
        half.unlink(missing_ok=True)


@contextmanager
def _connection(
    container: Container, instant: datetime | None, by: TimeBasis
) -> Iterator[Connection]:
    if instant is None:
        with database.snapshot(container.database) as connection:
            yield connection
    else:
        with side_of(container, instant, by) as (_, connection):
            yield connection
