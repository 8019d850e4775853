"""事项目录: the service items of a hall, one stream each; every publication is a new version."""

from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput, WrongStep
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.guards import Attempt, guarded, nothing
from bancheng.domain.items import ItemCode, ServiceItem
from bancheng.domain.office.item_publication import PublishItem, check, item_of


@topic("office.item-published")
class ItemPublished(Event, frozen=True, kw_only=True):
    """事项发布: a new version of a service item, whole, with the document or file it stands in."""

    item: ServiceItem
    source: str


@topic("office.item-withdrawn")
class ItemWithdrawn(Event, frozen=True, kw_only=True):
    """事项取消: the item is offered no more; cases that began under it keep their version."""

    reason: str


class WithdrawItem(Command, frozen=True, kw_only=True):
    """事项取消: offer the item no more."""

    code: ItemCode
    reason: Annotated[str, Meta(min_length=1, max_length=500, description="取消原因与依据")]


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


def may_withdraw_item(entry: CatalogueEntry, _: Attempt) -> None:
    """What is offered is withdrawn once. ``WrongStep`` ``ITEM_NOT_PUBLISHED``."""
    if entry.latest is None or entry.withdrawn:
        raise WrongStep(
            "ITEM_NOT_PUBLISHED", "该事项未发布或已取消", field="code", remedy="请核对事项编码"
        )


@guarded(nothing)
def publish_item(entry: CatalogueEntry, command: PublishItem, desk: Desk) -> list[Event]:
    check(command, desk)
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


@guarded(may_withdraw_item)
def withdraw_item(_: CatalogueEntry, command: WithdrawItem, __: Desk) -> list[Event]:
    return [ItemWithdrawn(reason=command.reason)]
