"""The GraphQL type of each ledger's rows. Most follow from the ledger; some have relations."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import strawberry
from strawberry.scalars import JSON

from bancheng.domain.case.discover import Received
from bancheng.domain.case.notice import Wanted
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.graphql.enums import enum_of
from bancheng.graphql.types.shown import (
    WITH_THE_ROW,
    Shown,
    relation,
    shown_type,
    value_type,
)
from bancheng.projections import sight
from bancheng.projections.accesses import ACCESSES
from bancheng.projections.assistances import ASSISTANCES
from bancheng.projections.deadlines.deadlines import DEADLINES
from bancheng.projections.gatherings import GATHERINGS, GATHERINGS_OF
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.past_cases import PAST_CASES
from bancheng.projections.sight import AUDIT_BODY, REASONS, TIMELINE
from bancheng.projections.story import entry_of, read_by, told
from bancheng.projections.trail import TRAIL, TRAILS, where
from bancheng.projections.wording.changes import Change

ReceivedMaterial: Any = value_type(Received)
WantedMaterial: Any = value_type(Wanted)
_LEVEL: Any = enum_of(WarningLevel)


@strawberry.type(description="变动字段: 事件的一个字段。")
class ChangedField:
    """A field of an event, with what stood there before."""

    name: str = strawberry.field(description="字段。")
    label: str = strawberry.field(description="名称。")
    before: str | None = strawberry.field(description="改前的值;没有或不变的为空。")
    after: str | None = strawberry.field(description="值;个人信息已脱敏。")


@cache
def node_of(ledger: Ledger[Any]) -> Any:
    """The type of one row of ``ledger``."""
    more = _RELATIONS.get(ledger.name, dict)()
    return shown_type(ledger.row, ledger.type_name, ledger.description, more)


async def _details(root: Any) -> Any:
    shown: Shown = root
    return await shown.asking.loaders.details_of(shown.row.position)


async def _sentence(root: Any) -> Any:
    shown: Shown = root
    return told(shown.row, await shown.asking.names())


def _where(root: Any) -> Any:
    return where(root.row)


async def _changes(root: Any) -> Any:
    shown: Shown = root
    names = await shown.asking.names()
    found = await shown.asking.loaders.changes_of(entry_of(shown.row))
    return [_change(read_by(one, names)) for one in found or ()]


def _change(one: Change) -> Any:
    return ChangedField(name=one.name, label=one.label, before=one.before, after=one.after)


def _of_entries() -> Mapping[str, Any]:
    return {
        "sentence": relation(
            _sentence, str, "经过: 谁把什么怎样办了,一句话;不含个人信息。", seen_by=WITH_THE_ROW
        ),
        "where": relation(_where, str, "办理地点: 渠道、窗口、终端。", seen_by=WITH_THE_ROW),
        "changes": relation(
            _changes,
            list[ChangedField] | None,
            "变动: 事件的各个字段,及其改前的值。",
            seen_by=REASONS,
        ),
        "details": relation(_details, JSON | None, "事件正文。", seen_by=AUDIT_BODY),
    }


def _reached(shown: Shown) -> WarningLevel | None:
    level: WarningLevel | None = shown.row.level(shown.asking.now)
    return level


def _level(root: Any) -> Any:
    level = _reached(root)
    return None if level is None else _LEVEL(level.value)


def _level_label(root: Any) -> Any:
    level = _reached(root)
    return None if level is None else level.label


def _raised(root: Any) -> Any:
    return [_LEVEL(code) for code in root.row.raised]


def _of_deadlines() -> Mapping[str, Any]:
    now = "此刻的预警级别,已结束的时限为空。"
    return {
        "level": relation(_level, _LEVEL | None, now, seen_by=WITH_THE_ROW),
        "level_label": relation(
            _level_label, str | None, "此刻的预警级别的名称。", seen_by=WITH_THE_ROW
        ),
        "raised": relation(_raised, list[_LEVEL], "本轮已发的预警级别。", seen_by=WITH_THE_ROW),
    }


async def _steps(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(await shown.asking.loaders.several(TRAILS, shown.row.past_case_id))


def _of_past_cases() -> Mapping[str, Any]:
    entries: Any = node_of(TRAIL)
    text = "各环节,按入库先后排列。"
    return {"timeline": relation(_steps, list[entries] | None, text, seen_by=TIMELINE)}


@strawberry.type(description="所看事项: 一次访问所看的一件,或想看而被拒的一件。")
class AccessedMatter:
    """A matter that a record of the access log is about. To read of it is not to see it."""

    matter_id: strawberry.ID = strawberry.field(description="办不成事工单、办件或历史办件标识。")
    number: str | None = strawberry.field(description="办不成事工单或办件编号。")


async def _accessed(root: Any) -> Any:
    shown: Shown = root
    found = await shown.asking.loaders.accessed(shown.row.position)
    return [AccessedMatter(**one._asdict()) for one in found]


def _of_accesses() -> Mapping[str, Any]:
    text = "所看的各件,或想看而被拒的那件。"
    return {
        "matters": relation(_accessed, list[AccessedMatter] | None, text, seen_by=sight.ACCESSES)
    }


async def _gatherings(root: Any) -> Any:
    shown: Shown = root
    found = await shown.asking.loaders.several(GATHERINGS_OF, shown.row.assistance_id)
    return shown.all_beside(found)


async def _course(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(await shown.asking.loaders.several(TRAILS, shown.row.assistance_id))


def _of_assistances() -> Mapping[str, Any]:
    entries: Any = node_of(TRAIL)
    gathered: Any = node_of(GATHERINGS)
    return {
        "gatherings": relation(
            _gatherings,
            list[gathered],
            "归集的办件与办不成事工单,按先后排列。",
            seen_by=WITH_THE_ROW,
        ),
        "timeline": relation(
            _course, list[entries] | None, "帮办过程,按先后排列。", seen_by=TIMELINE
        ),
    }


_RELATIONS: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    TRAIL.name: _of_entries,
    DEADLINES.name: _of_deadlines,
    PAST_CASES.name: _of_past_cases,
    ACCESSES.name: _of_accesses,
    ASSISTANCES.name: _of_assistances,
}
