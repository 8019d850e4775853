"""留言表: what a row says, with its times as instants."""

from datetime import UTC, date, datetime, tzinfo
from typing import Final, NamedTuple

from bancheng.domain.errors import InvalidInput
from bancheng.domain.people import FreeText, PersonName, Reporter, Title
from bancheng.importing.tables import NUMBERING, Column, Row, TableForm, nothing_in
from bancheng.importing.times import Told, iso_in, of_cell, told

NUMBER: Final = "留言编号"
USER: Final = "留言用户"
SUBJECT: Final = "留言主题"
RECEIVED: Final = "留言时间"
CONTENT: Final = "留言详情"
REPLY: Final = "答复意见"
REPLIED: Final = "答复时间"
_OF_THE_HALL: Final = frozenset({"北京时间", "年月日时分秒", "年月日", "日期"})
COLUMNS: Final = (
    Column(NUMBER, identifies=True),
    Column(USER),
    Column(SUBJECT),
    Column(RECEIVED, is_time=True, remarks=_OF_THE_HALL),
    Column(CONTENT),
    Column(REPLY),
    Column(REPLIED, is_time=True, remarks=_OF_THE_HALL),
)
FORM: Final = TableForm((*COLUMNS, NUMBERING))
_NUMBER_LENGTH_MAX: Final = 60
# A CSV made of a spreadsheet may mark so what was a date cell there. Both files must lead to the
# same command: under a known number another one is refused.
_REAL_DATE_MARK: Final = "#datetime-cell"


class Reply(NamedTuple):
    """答复: what was answered, and when (UTC)."""

    text: FreeText
    at: datetime


class Message(NamedTuple):
    """留言: ``received`` is when it came (UTC); without ``reply`` it was not answered yet."""

    number: str
    received: datetime
    subject: Title
    content: FreeText
    reporter: Reporter | None
    reply: Reply | None


def message_in(row: Row, zone: tzinfo) -> Message:
    """What ``row`` says, its times being those of ``zone``; ``InvalidInput`` names the column."""
    if row.error is not None:
        raise row.error
    number, user = row.text(NUMBER), row.text(USER)
    if not number:
        raise nothing_in(NUMBER, NUMBER, "编号")
    if len(number) > _NUMBER_LENGTH_MAX:
        raise InvalidInput(
            "FIELD_TOO_LONG",
            f"{NUMBER}共 {len(number)} 字,超过上限 {_NUMBER_LENGTH_MAX} 字",
            field=NUMBER,
            remedy="请核对编号列",
        )
    received = _time(row, RECEIVED, zone)
    return Message(
        number=number,
        received=_instant(received.at, zone),
        subject=Title.checked(row.text(SUBJECT), SUBJECT),
        content=FreeText.checked(row.text(CONTENT), CONTENT),
        reporter=Reporter(name=PersonName.checked(user, USER)) if user else None,
        reply=_reply(row, received, zone),
    )


def _reply(row: Row, received: Told, zone: tzinfo) -> Reply | None:
    said = [name for name in (REPLY, REPLIED) if row.text(name)]
    if not said:
        return None
    if len(said) == 1:
        missing = REPLIED if said == [REPLY] else REPLY
        raise InvalidInput(
            "REPLY_INCOMPLETE",
            f"有{said[0]}而没有{missing}",
            field=missing,
            remedy=f"请补全{missing};未答复的,两格都留空",
        )
    replied = _time(row, REPLIED, zone)
    at = replied.at
    if replied.is_day and at.date() == received.at.date():
        at = received.at  # on that day, and so not before the message
    if at < received.at:
        raise InvalidInput(
            "REPLY_BEFORE_MESSAGE", "答复时间早于留言时间", field=REPLIED, remedy="请核对来源数据"
        )
    return Reply(FreeText.checked(row.text(REPLY), REPLY), _instant(at, zone))


def _time(row: Row, column: str, zone: tzinfo) -> Told:
    """The time in ``column`` as the clock of the hall shows it."""
    cell = row.cells.get(column) or ""
    if not cell:
        raise nothing_in(column, column, "时间")
    if isinstance(cell, date):
        return of_cell(cell).checked(column)
    text = cell.removesuffix(_REAL_DATE_MARK)
    found = told(text) or iso_in(text)
    if found is not None and found.at.tzinfo is not None:
        found = found._replace(at=found.at.astimezone(zone).replace(tzinfo=None))
    if found is None:
        raise InvalidInput(
            "TIME_MALFORMED",
            f"{column}「{cell[:40]}」不是时间",
            field=column,
            remedy="请写成 2026/1/31 9:30:00",
        )
    return found.checked(column)


def _instant(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)
