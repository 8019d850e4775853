"""What the guides of one basic code say differently."""

from msgspec.structs import replace

from bancheng.domain.items import Material
from bancheng.projections.item_differences import differences
from projections.catalogue import item_histories

ONE = item_histories()["A-1"][0].item
TWO = replace(ONE, code="A-9", unit="YB")


def test_what_is_the_same_everywhere_is_not_told():
    assert differences([ONE, TWO]) == ()
    assert differences([ONE]) == ()
    turned = (Material(code="M9", name="乙"), Material(code="M1", name="甲"))
    assert differences([replace(ONE, materials=turned), replace(TWO, materials=turned[::-1])]) == ()


def test_each_element_that_differs_says_what_each_unit_states():
    more = replace(
        TWO,
        conditions=("在本镇居住满一年",),
        materials=(*ONE.materials, Material(code="M02", name="居住证", required=False)),
    )
    found = differences([ONE, more])
    assert [one.element for one in found] == ["受理条件", "申请材料"]
    conditions, materials = found
    assert [(one.code, one.unit, one.stated) for one in conditions.stated] == [
        ("A-1", "RS", ()), ("A-9", "YB", ("在本镇居住满一年",)),
    ]  # fmt: skip
    assert [one.stated for one in materials.stated] == [("申请表",), ("申请表", "居住证")]
