"""事项目录: the service items of a hall, one stream each; every publication is a new version."""

from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput, WrongStep, together
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.guards import Attempt, Targets, guarded, nothing
from bancheng.domain.items import ItemCode, ServiceItem
from bancheng.domain.office.item_clarity import clarity_checks
from bancheng.domain.office.item_publication import PublishItem, checks, item_of
from bancheng.domain.succession import TakeOver, nothing_to_take_over


@topic("office.item-published")
class ItemPublished(Event, frozen=True, kw_only=True):
    """事项发布: a new version of a service item, whole, with the document or file it stands in."""

    item: ServiceItem
    source: str


@topic("office.item-withdrawn")
class ItemWithdrawn(Event, frozen=True, kw_only=True):
    """事项取消: the item is offered no more; cases that began under it keep their version."""

    reason: str


@topic("office.item-confirmed")
class ItemConfirmed(Event, frozen=True, kw_only=True):
    """指南核对: ``version`` was compared with what applies now, and stands as published."""

    version: int
    compared_with: str


class ConfirmItem(Command, frozen=True, kw_only=True):
    """指南核对: say that the guide of an item was compared with what applies, and still stands."""

    code: ItemCode
    compared_with: Annotated[
        str, Meta(min_length=1, max_length=300, description="核对所依的文件、系统或现场情况")
    ]


class WithdrawItem(Command, frozen=True, kw_only=True):
    """事项取消: offer the item no more."""

    code: ItemCode
    reason: Annotated[str, Meta(min_length=1, max_length=500, description="取消原因与依据")]


class TakeOverItem(TakeOver, frozen=True, kw_only=True):
    """事项承接: publish the item of a closed unit anew, as one of its successor."""

    code: ItemCode


class CatalogueEntry(msgspec.Struct, frozen=True, kw_only=True):
    """目录条目: the write state; ``latest`` is the last version, also of a withdrawn item."""

    latest: ServiceItem | None = None
    withdrawn: bool = False


def evolve(entry: CatalogueEntry, recorded: Recorded) -> CatalogueEntry:
    """The state after ``recorded``."""
    match recorded.event:
        case ItemPublished(item=item):
            return CatalogueEntry(latest=item)
        case ItemWithdrawn():
            # The version stays: cases under it go on, and the next publication counts from it.
            return CatalogueEntry(latest=entry.latest, withdrawn=True)
    return entry


def needs_offered(entry: CatalogueEntry, _: Attempt) -> None:
    """Only what is offered is confirmed or withdrawn. ``WrongStep`` ``ITEM_NOT_PUBLISHED``."""
    if entry.latest is None or entry.withdrawn:
        raise WrongStep(
            "ITEM_NOT_PUBLISHED", "该事项未发布或已取消", field="code", remedy="请核对事项编码"
        )


def may_take_over_item(entry: CatalogueEntry, attempt: Attempt) -> None:
    """What is offered by the unit. ``WrongStep`` ``NOTHING_TO_TAKE_OVER``."""
    item = entry.latest
    if item is None or entry.withdrawn or item.unit != attempt.target:
        raise nothing_to_take_over()


def _unit_of(entry: CatalogueEntry) -> list[str]:
    return [] if entry.latest is None else [entry.latest.unit]


@guarded(may_take_over_item, Targets(of=lambda command: command.unit, within=_unit_of))
def take_over_item(entry: CatalogueEntry, command: TakeOverItem, desk: Desk) -> list[Event]:
    item, successor = entry.latest, desk.check_unit(command.successor, "successor")
    assert item is not None, "an item without a version has no unit"
    steps = tuple(
        replace(step, unit=successor) if step.unit == command.unit else step for step in item.steps
    )
    taken = replace(item, unit=successor, steps=steps, version=item.version + 1)
    return [ItemPublished(item=taken, source=f"单位停用: {command.unit}由{successor}承接")]


@guarded(nothing)
def publish_item(entry: CatalogueEntry, command: PublishItem, desk: Desk) -> list[Event]:
    together(*checks(command, desk), *clarity_checks(command))
    version = entry.latest.version if entry.latest else 0
    item = item_of(command, version)
    # An import of the whole catalogue repeats what stands: it must not make new versions.
    if item == entry.latest and not entry.withdrawn:
        raise InvalidInput(
            "ITEM_UNCHANGED",
            f"事项「{command.code}」的内容与现行第 {version} 版相同",
            field="code",
            remedy="无需重复发布",
        )
    return [ItemPublished(item=replace(item, version=version + 1), source=command.source)]


@guarded(needs_offered)
def withdraw_item(_: CatalogueEntry, command: WithdrawItem, __: Desk) -> list[Event]:
    return [ItemWithdrawn(reason=command.reason)]


@guarded(needs_offered)
def confirm_item(entry: CatalogueEntry, command: ConfirmItem, _: Desk) -> list[Event]:
    assert entry.latest is not None, "the guard asked for one"
    return [ItemConfirmed(version=entry.latest.version, compared_with=command.compared_with)]
