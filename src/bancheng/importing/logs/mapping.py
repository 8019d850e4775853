"""映射: which column of another system's event log tells what, written down in TOML by the hall.

The columns are called as process mining calls them: what a log says of a whole case begins with
``case:``, so that one mapping reads a log as CSV and as XES.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from bancheng.app.inputs import to_command
from bancheng.domain.case.history import Activity, SourceSystem
from bancheng.domain.errors import InvalidInput
from bancheng.domain.steps import Step
from bancheng.importing.logs.stops import StopCounts
from bancheng.importing.tables import Column, TableForm

ROWS_MAX: Final = 500_000
_SOME_DAY: Final = datetime(2026, 3, 2)  # noqa: DTZ001  only its form matters
_BOUNDS = {"min_length": 1, "max_length": 200}


class CaseColumns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """办件列: what the log says of a whole case. Only its number must be there."""

    external_id: Annotated[str, Meta(description="办件编号列", **_BOUNDS)]
    channel: Annotated[str, Meta(description="渠道列", **_BOUNDS)] | None = None
    department: Annotated[str, Meta(description="承办部门列", **_BOUNDS)] | None = None
    responsible: Annotated[str, Meta(description="负责人列", **_BOUNDS)] | None = None
    started_at: Annotated[str, Meta(description="开始时间列", **_BOUNDS)] | None = None
    deadline: Annotated[str, Meta(description="期限列", **_BOUNDS)] | None = None
    planned_end: Annotated[str, Meta(description="计划办结时间列", **_BOUNDS)] | None = None
    ended_at: Annotated[str, Meta(description="办结时间列", **_BOUNDS)] | None = None
    outcome: Annotated[str, Meta(description="办理结果列", **_BOUNDS)] | None = None


class StepColumns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """环节列: what the log says of each step. What happened and when must be there."""

    activity: Annotated[str, Meta(description="环节名称列", **_BOUNDS)]
    occurred_at: Annotated[str, Meta(description="发生时间列", **_BOUNDS)]
    activity_id: Annotated[str, Meta(description="环节编号列", **_BOUNDS)] | None = None
    lifecycle: Annotated[str, Meta(description="环节状态列", **_BOUNDS)] | None = None
    resource: Annotated[str, Meta(description="经办人列", **_BOUNDS)] | None = None
    group: Annotated[str, Meta(description="经办部门列", **_BOUNDS)] | None = None
    due_at: Annotated[str, Meta(description="环节期限列", **_BOUNDS)] | None = None


# The fields whose columns hold times.
INSTANTS: Final = frozenset({
    "case.started_at", "case.deadline", "case.planned_end", "case.ended_at", "step.occurred_at",
    "step.due_at",
})  # fmt: skip


class LogMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """日志映射: how to read the logs of one source system.

    Times without a zone are those of ``zones`` for their column, else of ``zone``, by default the
    hall's. In the columns of ``days`` only the day counts, whatever clock stands there. Times are
    ISO 8601, as people write them, or of one of ``time_formats`` (as Python's ``strptime`` has
    them). ``steps`` says which activity belongs to which of the six, ``concluding`` which ones end
    a case and with what outcome, ``stopping`` in which states, be it an activity or what stands in
    the column of the lifecycle, the clock stands until the next step, and what that counts.
    ``rows_max`` bounds what one file may hold, and so the memory that it takes if the rows of all
    its cases are mixed.
    """

    source_system: SourceSystem
    zone: Annotated[str, Meta(max_length=60, description="时区")] | None = None
    time_formats: Annotated[
        tuple[Annotated[str, Meta(max_length=60)], ...], Meta(max_length=10, description="时间格式")
    ] = ()
    rows_max: Annotated[int, Meta(ge=1, le=10_000_000, description="行数上限")] = ROWS_MAX
    case: Annotated[CaseColumns, Meta(description="办件列")]
    step: Annotated[StepColumns, Meta(description="环节列")]
    steps: Annotated[dict[Activity, Step], Meta(max_length=2000, description="对应环节")] = {}
    days: Annotated[tuple[Activity, ...], Meta(max_length=20, description="按日的列")] = ()
    zones: Annotated[dict[Activity, str], Meta(max_length=20, description="各列时区")] = {}
    concluding: Annotated[
        dict[Activity, Annotated[str, Meta(max_length=100)]],
        Meta(max_length=200, description="办结环节"),
    ] = {}
    stopping: Annotated[
        dict[Activity, StopCounts], Meta(max_length=200, description="停表状态")
    ] = {}

    @property
    def columns(self) -> dict[str, str]:
        """Every column that is named, by the path of the field that names it."""
        return {
            f"{table}.{field}": column
            for table, columns in (("case", self.case), ("step", self.step))
            for field, column in named_in(columns).items()
        }

    @property
    def indispensable(self) -> frozenset[str]:
        """The columns without which no row can be read."""
        return frozenset({self.case.external_id, self.step.activity, self.step.occurred_at})

    @property
    def form(self) -> TableForm:
        """What a table must have to be read by this mapping."""
        numbers = {self.case.external_id, self.step.activity_id}
        columns = (
            Column(name, identifies=name in numbers, is_time=path in INSTANTS)
            for path, name in self.columns.items()
        )
        return TableForm(tuple(columns), verbatim=True)

    def tzinfo(self, hall: tzinfo, column: str | None = None) -> tzinfo:
        """The zone of times in ``column`` that do not name theirs."""
        zone = self.zones.get(column or "", self.zone)
        return hall if zone is None else ZoneInfo(zone)


def named_in(columns: CaseColumns | StepColumns) -> dict[str, str]:
    """The columns that are named there, by field."""
    fields = msgspec.structs.asdict(columns).items()
    return {field: column for field, column in fields if column is not None}


def read_mapping(text: str) -> LogMapping:
    """The mapping that ``text`` writes in TOML; ``InvalidInput`` says what is wrong with it."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(
            "MAPPING_MALFORMED", f"映射文件不是有效的 TOML: {error}", remedy="请按提示的行列修改"
        ) from error
    mapping = to_command(LogMapping, tables)
    _check_columns(mapping.columns)
    _check_named(mapping, "days", mapping.days)
    _check_named(mapping, "zones", mapping.zones)
    if mapping.zone is not None:
        _check_zone(mapping.zone, "zone")
    for zone in mapping.zones.values():
        _check_zone(zone, "zones")
    for form in mapping.time_formats:
        _check_time_format(form)
    return mapping


def _check_columns(columns: Mapping[str, str]) -> None:
    used: dict[str, str] = {}
    for field, column in columns.items():
        if column in used:
            raise InvalidInput(
                "COLUMN_MAPPED_TWICE",
                f"列「{column}」既用于 {used[column]},又用于 {field}",
                field=field,
                remedy="一列只能对应一项,请删去其一",
            )
        used[column] = field


def _check_named(mapping: LogMapping, field: str, columns: Iterable[str]) -> None:
    """What is said of a column that no field names would say nothing."""
    for column in columns:
        if column not in mapping.columns.values():
            raise InvalidInput(
                "COLUMN_NOT_MAPPED",
                f"{field} 中的列「{column}」没有对应到任何一项",
                field=field,
                remedy="请核对列名,或删去",
            )


def _check_zone(zone: str, field: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidInput(
            "ZONE_UNKNOWN",
            f"没有时区「{zone}」",
            field=field,
            remedy="请写成 Asia/Shanghai 这样的名称,或删去以用本厅时区",
        ) from error


def _check_time_format(form: str) -> None:
    # A form without year, month or day is none of `strptime`'s errors: it reads 1900-01-01.
    try:
        says_the_day = datetime.strptime(_SOME_DAY.strftime(form), form) == _SOME_DAY  # noqa: DTZ007
    except ValueError:
        says_the_day = False
    if not says_the_day:
        raise InvalidInput(
            "TIME_FORMAT_INVALID",
            f"时间格式「{form}」有误,或没有写出年月日",
            field="time_formats",
            remedy="请写成 %Y/%m/%d %H:%M 这样的格式",
        )
