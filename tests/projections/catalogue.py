"""Items that differ in whatever the catalogue can be filtered by, for the journeys."""

from datetime import date

from msgspec.structs import replace

from bancheng.domain.events import Event
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind, ItemLevel, ItemStep, Material, ServiceItem
from bancheng.domain.office.item import ItemConfirmed, ItemPublished, ItemWithdrawn
from bancheng.domain.time_limits.terms import Limit, LimitUnit


def item_histories() -> dict[str, list[Event]]:
    """Items that differ in whatever the catalogue can be filtered by, with all kinds of ends."""
    day = date(2026, 1, 1)
    base = ServiceItem(
        code="A-1", basic_code="A", name="食品经营许可新办", version=1, type=PowerType.LICENCE,
        kind=CaseKind.PROMISED, unit="RS", legal_basis="食品安全法", windows=("W01", "W02"),
        promised=Limit(id="item.promised", amount=5, unit=LimitUnit.WORKING_DAYS, label="承诺"),
        materials=(Material(code="M01", name="申请表"),), effective_from=day,
    )  # fmt: skip
    instant = replace(base, kind=CaseKind.INSTANT, promised=None, windows=("W01",))
    versions = {
        "A-1": [base, replace(base, version=2, windows=("W02",), effective_from=date(2026, 7, 1),
                              promised=replace(base.promised, amount=3), materials=(),
                              steps=(ItemStep(name="受理"),))],
        "A-2": [replace(instant, code="A-2", name="食品经营许可100%变更", parent="A-1")],
        "B-1": [replace(instant, code="B-1", basic_code="B", name="社保卡补领", unit="YB",
                        type=PowerType.PUBLIC_SERVICE, effective_to=date(2026, 3, 31))],
        "B-2": [replace(base, code="B-2", basic_code="B", name="主项", level=ItemLevel.MAIN)],
    }  # fmt: skip
    ends: dict[str, list[Event]] = {
        "B-2": [ItemWithdrawn(reason="下放")],
        "A-1": [ItemConfirmed(version=2, compared_with="目录")],
    }
    return {
        code: [*(ItemPublished(item=one, source="目录") for one in items), *ends.get(code, [])]
        for code, items in versions.items()
    }
