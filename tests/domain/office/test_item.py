"""事项目录: what may be published, as which version, and what is refused."""

from datetime import date

import pytest
from msgspec.structs import replace

from bancheng.domain.item_types import PowerType
from bancheng.domain.items import (
    CaseKind,
    Charge,
    DeliveryWay,
    ItemExtension,
    ItemStep,
    Material,
    ServiceItem,
    SpecialProcedure,
)
from bancheng.domain.office.item import (
    ConfirmItem,
    ItemConfirmed,
    ItemPublished,
    ItemWithdrawn,
    WithdrawItem,
)
from bancheng.domain.office.item_publication import PublishItem, StatedLimit, StatedStep
from bancheng.domain.time_limits.limit import Limit, LimitUnit, StartConvention
from bancheng.domain.time_limits.rules import Approver
from support.given import given

FORM = Material(code="M01", name="申请表")
LICENCE = Material(code="M02", name="营业执照", gap_allowed=True)
SURVEY = SpecialProcedure(
    code="P01", name="现场勘查", working_days=10, basis="行政许可法第四十五条"
)
SAME = {
    "code": "0141-01",
    "basic_code": "0141",
    "name": "食品经营许可新办",
    "type": PowerType.LICENCE,
    "kind": CaseKind.PROMISED,
    "unit": "RS",
    "legal_basis": "食品安全法第三十五条",
    "materials": (FORM, LICENCE),
    "procedures": (SURVEY,),
    "charges": (Charge(name="工本费", amount_fen=1000),),
    "deliveries": (DeliveryWay.COUNTER, DeliveryWay.POST),
    "windows": ("W01", "W02"),
    "effective_from": date(2026, 1, 1),
    "effective_to": date(2030, 12, 31),
}
PUBLISH = PublishItem(
    **SAME,
    statutory=StatedLimit(amount=20),
    promised=StatedLimit(amount=5, basis="承诺书"),
    steps=(
        StatedStep(name="受理", limit=StatedLimit(amount=1)),
        StatedStep(name="审核", unit="YB"),
    ),
    source="2026年事项目录",
)
ITEM = ServiceItem(
    **SAME,
    version=1,
    statutory=Limit(
        id="item.statutory", amount=20, unit=LimitUnit.WORKING_DAYS, label="法定20个工作日",
        basis="食品安全法第三十五条",
    ),
    promised=Limit(
        id="item.promised", amount=5, unit=LimitUnit.WORKING_DAYS, label="承诺5个工作日",
        basis="承诺书",
    ),
    steps=(
        ItemStep(
            name="受理",
            limit=Limit(
                id="item.step.1", amount=1, unit=LimitUnit.WORKING_DAYS, label="受理1个工作日",
                basis="本单位承诺",
            ),
        ),
        ItemStep(name="审核", unit="YB"),
    ),
)  # fmt: skip
PUBLISHED = ItemPublished(item=ITEM, source="2026年事项目录")
WITHDRAW = WithdrawItem(code="0141-01", reason="下放乡镇")
WITHDRAWN = ItemWithdrawn(reason="下放乡镇")


def published(**changes) -> ServiceItem:
    """The item that comes of a publication changed so, which the rules must allow."""
    outcome = given().when(replace(PUBLISH, **changes))
    assert outcome.refusal is None, outcome.refusal
    (event,) = outcome.events
    return event.item


def test_an_item_is_published_as_its_first_version():
    given().when(PUBLISH).then(PUBLISHED)


def test_the_same_content_again_is_refused_whatever_its_source():
    again = replace(PUBLISH, source="另一文件")
    given(PUBLISHED).when(again).then_refused("ITEM_UNCHANGED", "code")


@pytest.mark.parametrize(
    "change",
    [{"name": "食品经营许可"}, {"materials": (FORM,)}, {"windows": ("W01",)},
     {"promised": StatedLimit(amount=4, basis="承诺书")}, {"effective_to": None}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_any_change_is_the_next_version(change):
    outcome = given(PUBLISHED).when(replace(PUBLISH, **change))
    (event,) = outcome.events
    assert event.item.version == 2
    assert event != PUBLISHED
    given(PUBLISHED, event).when(PUBLISH).then(
        ItemPublished(item=replace(ITEM, version=3), source="2026年事项目录")
    )


def test_the_unit_must_be_one_of_the_hall():
    given().when(replace(PUBLISH, unit="XX")).then_refused("UNIT_UNKNOWN", "unit")


def test_the_unit_of_a_step_must_be_one_of_the_hall():
    steps = (StatedStep(name="受理"), StatedStep(name="审核", unit="XX"))
    given().when(replace(PUBLISH, steps=steps)).then_refused("UNIT_UNKNOWN", "steps[1].unit")


@pytest.mark.parametrize(
    ("field", "values", "at"),
    [
        ("materials", (FORM, LICENCE, replace(FORM, name="另一份")), 2),
        ("procedures", (SURVEY, replace(SURVEY, name="听证")), 1),
        ("windows", ("W01", "W01"), 1),
        ("deliveries", (DeliveryWay.POST, DeliveryWay.POST), 1),
        ("children", ("A", "B", "B"), 2),
        ("steps", (StatedStep(name="审核"), StatedStep(name="审核", unit="YB")), 1),
    ],
)
def test_nothing_is_known_twice_by_one_name(field, values, at):
    refused = given().when(replace(PUBLISH, **{field: values}))
    refused.then_refused("ITEM_CODE_REPEATED", f"{field}[{at}]")


def test_a_promise_is_not_longer_than_the_law_allows():
    promised = replace(PUBLISH, promised=StatedLimit(amount=21))
    given().when(promised).then_refused("ITEM_PROMISE_TOO_LONG", "promised")
    assert published(promised=StatedLimit(amount=20)).promised.amount == 20


def test_promises_in_another_unit_are_not_compared():
    hours = StatedLimit(amount=40, unit=LimitUnit.WORKING_HOURS)
    promised = published(promised=hours).promised
    assert (promised.start, promised.label) == (StartConvention.EXACT, "承诺40个工作小时")


def test_natural_days_roll_forward_as_the_civil_code_says():
    days = StatedLimit(amount=30, unit=LimitUnit.NATURAL_DAYS)
    statutory = published(statutory=days).statutory
    assert statutory.roll_forward
    assert statutory.start is StartConvention.NEXT_DAY


def test_a_promised_case_needs_a_promise_and_an_instant_one_none():
    given().when(replace(PUBLISH, promised=None)).then_refused("ITEM_PROMISE_MISSING", "promised")
    assert published(promised=None, kind=CaseKind.INSTANT, statutory=None).promised is None


def test_only_what_is_required_can_be_missing():
    optional = replace(LICENCE, required=False)
    refused = given().when(replace(PUBLISH, materials=(FORM, optional)))
    refused.then_refused("ITEM_GAP_NOT_REQUIRED", "materials[1].gap_allowed")


def test_it_does_not_end_before_it_begins():
    ended = replace(PUBLISH, effective_to=date(2025, 12, 31))
    given().when(ended).then_refused("ITEM_PERIOD_REVERSED", "effective_to")
    assert published(effective_to=PUBLISH.effective_from).holds_on(PUBLISH.effective_from)


@pytest.mark.parametrize(
    ("at_fault", "stated"),
    [("parent", {"parent": "0141-01"}), ("children[1]", {"children": ("0141-02", "0141-01")})],
)
def test_it_is_neither_its_own_parent_nor_its_own_part(at_fault, stated):
    given().when(replace(PUBLISH, **stated)).then_refused("ITEM_REFERS_TO_ITSELF", at_fault)


@pytest.mark.parametrize(
    "name",
    ["其他材料", "其它相关材料", "相关材料", "有关证明材料", "法律法规规定的其他材料",
     "身份证明等", "营业执照等相关材料", "其他应当提交的文件"],
)  # fmt: skip
def test_no_material_is_a_catch_all(name):
    materials = (Material(code="M1", name="申请表"), Material(code="M2", name=name))
    refused = given().when(replace(PUBLISH, materials=materials))
    refused.then_refused("ITEM_CATCH_ALL", "materials[1].name")


@pytest.mark.parametrize(
    "name",
    ["其他股东放弃优先购买权的书面证明", "残疾人等级证", "相关部门出具的用地批准文件", "学历证明"],
)
def test_what_is_named_is_no_catch_all(name):
    material = Material(code="M1", name=name)
    assert given().when(replace(PUBLISH, materials=(material,))).refusal is None


@pytest.mark.parametrize(
    "text", ["法律法规规定的其他条件", "视情况而定", "原则上应满三年", "符合有关规定", "酌情受理"]
)
def test_no_standard_leaves_it_to_the_window(text):
    given().when(replace(PUBLISH, conditions=("年满十八周岁", text))).then_refused(
        "ITEM_UNCLEAR", "conditions[1]"
    )
    material = Material(code="M1", name="申请表", review_points=(text,))
    given().when(replace(PUBLISH, materials=(material,))).then_refused(
        "ITEM_UNCLEAR", "materials[0].review_points[0]"
    )


def test_a_guide_that_still_stands_is_confirmed_as_the_version_it_is():
    confirm = ConfirmItem(code="0141-01", compared_with="省级目录 2026 版")
    given(PUBLISHED).when(confirm).then(ItemConfirmed(version=1, compared_with="省级目录 2026 版"))
    for past in ((), (PUBLISHED, WITHDRAWN)):
        given(*past).when(confirm).then_refused("ITEM_NOT_PUBLISHED", "code")


def test_it_is_withdrawn_once():
    given(PUBLISHED).when(WITHDRAW).then(WITHDRAWN)
    given(PUBLISHED, WITHDRAWN).when(WITHDRAW).then_refused("ITEM_NOT_PUBLISHED", "code")


def test_what_was_never_published_is_not_withdrawn():
    given().when(WITHDRAW).then_refused("ITEM_NOT_PUBLISHED", "code")


def test_only_what_is_published_is_offered_to_be_withdrawn():
    assert given(PUBLISHED).refusal_of(WithdrawItem) == ""
    for past in ((), (PUBLISHED, WITHDRAWN)):
        assert given(*past).refusal_of(WithdrawItem) == "ITEM_NOT_PUBLISHED"


def test_what_was_withdrawn_may_be_published_again_unchanged():
    given(PUBLISHED, WITHDRAWN).when(PUBLISH).then(
        ItemPublished(item=replace(ITEM, version=2), source="2026年事项目录")
    )


def test_an_item_says_whether_and_by_what_law_it_is_extended():
    own = ItemExtension(amount=10, basis="某条例第九条")
    assert published(extension=own).extension == own
    assert published(extendable=False).extendable is False


def test_an_item_that_goes_up_may_have_its_own_extension_too():
    own = ItemExtension(amount=10, basis="某条例第九条", approver=Approver.ORGAN_HEAD)
    assert published(extension=own, kind=CaseKind.REPORTED_UP).extension == own


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"extendable": False}, "ITEM_NOT_EXTENDABLE", "extension"),
        ({"statutory": None}, "ITEM_NOT_EXTENDABLE", "extension"),
        ({"extension": {"approver": Approver.HANDLER}}, "ITEM_APPROVER_IMPOSSIBLE",
         "extension.approver"),
    ],
)  # fmt: skip
def test_an_extension_that_nobody_could_grant_or_that_extends_nothing_is_refused(
    change, code, field
):
    change = dict(change)
    own = replace(ItemExtension(amount=10, basis="某条例第九条"), **change.pop("extension", {}))
    given().when(replace(PUBLISH, extension=own, **change)).then_refused(code, field)
