"""Whether a text tells what is known of a person, however it is written there."""

import pytest

from bancheng.domain.people import Address, IdNumber, PersonName, Phone
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.told import told_in

KNOWN = (
    (PersonalField.NAME, PersonName("张建国")),
    (PersonalField.PHONE, Phone("+86 13800138000")),
    (PersonalField.ID_NUMBER, IdNumber("11010519491231002X")),
    (PersonalField.ADDRESS, Address("通辽市科尔沁区明仁街道建国路1号院2单元301")),
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("张 建国来过", [PersonalField.NAME]),
        ("张先生来过", []),
        ("电话 138-0013-8000", [PersonalField.PHONE]),
        ("电话１３８００１３８０００", [PersonalField.PHONE]),
        ("一三八零零一三八零零零", [PersonalField.PHONE]),
        ("尾号8000", []),
        ("11010519491231002x", [PersonalField.ID_NUMBER]),
        ("老证 110105491231002", [PersonalField.ID_NUMBER]),
        ("住建国路1号院2单元301", [PersonalField.ADDRESS]),
        ("建国路有积水", []),
        ("张建国,13800138000", [PersonalField.NAME, PersonalField.PHONE]),
        ("", []),
    ],
)
def test_what_is_told_is_found_and_nothing_else(text: str, told: list[PersonalField]):
    assert list(told_in(text, KNOWN)) == told


def test_nothing_tells_what_was_erased():
    assert told_in("已销毁", [(PersonalField.NAME, PersonName(box=b"x"))]) == ()
    assert told_in("", [(PersonalField.ADDRESS, Address("通辽市"))]) == ()
