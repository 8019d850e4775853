"""Personal values: their form is checked on the way in, and masked on the way out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.domain.errors import InvalidInput
from bancheng.domain.people import (
    Actor,
    Address,
    CertificateNumber,
    FreeText,
    IdNumber,
    Personal,
    PersonName,
    Phone,
    Reporter,
    Role,
    Title,
    mask_text,
)


@pytest.mark.parametrize(
    ("cls", "plain", "masked"),
    [
        (PersonName, "张三", "张*"),
        (PersonName, "欧阳建国", "欧***"),
        (PersonName, "张", "张*"),
        (PersonName, "Muhammad Ali ibn Said", "M***"),
        (Phone, "13800138000", "138****8000"),
        (Phone, "+86 138-0013-8000", "+86****8000"),
        (Phone, "12345", "****45"),
        (IdNumber, "11010119900101123X", "1****************X"),
        (IdNumber, "A(12)", "A***)"),
        (CertificateNumber, "JY13401010012345", "JY13401010012345"),
        (CertificateNumber, "教资11010119900101123x", "教资1****************x"),
        (Address, "科尔沁区永安路 12 号 3 单元", "科尔沁区永安****"),
        (Address, "永安路1号", "永安****"),
        (Address, "京", "****"),
        (FreeText, "打 13800138000 没人接", "打 138****00 没人接"),
        (Title, "身份证 11010119900101123x 丢失", "身份证 110****3x 丢失"),
    ],
)
def test_masks(cls, plain, masked):
    assert cls.mask(plain) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("2026年3月2日交费 12345.67 元", "2026年3月2日交费 12345.67 元"),
        ("1234567", "1234567"),
        ("12345678", "123****78"),
        ("138 0013 8000", "138****00"),
        ("0431-8888-8888", "043****88"),
        ("６２２２０２０２００１１２２３３４４５", "６２２****４５"),
        ("1" * 40, "111****11"),
        ("写信到 a.b+c@mail.example.cn 询问", "写信到 ***@*** 询问"),
        ("请联系x@y.cn。", "请联系***@***。"),
        ("原价@现价", "原价@现价"),
    ],
)
def test_numbers_and_mail_addresses_in_free_text_are_masked(text, masked):
    assert mask_text(text) == masked


digits = st.text("0123456789０１２٣٤ -xX张@.", max_size=80)


@given(digits | st.text(max_size=80))
def test_no_run_of_eight_digits_survives(text):
    for cls in (PersonName, FreeText, Title, Address):
        assert not re.search(r"\d{8}", cls.mask(text or "x"))


@given(st.from_regex(r"[0-9Xx]{8,30}", fullmatch=True))
def test_a_mask_hides_most_of_a_number(number):
    for cls in (Phone, IdNumber, FreeText):
        shown = re.sub(r"\*", "", cls.mask(number))
        assert len(shown) <= 7 or cls is FreeText
    assert not re.search(r"\d{8}", mask_text(number))


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "text", ["内容" * 2000, "a" * 4000, "1 " * 2000, "a.b@" * 1000, "123456 " * 600, "a-" * 2000]
)
def test_masking_long_texts_takes_no_longer_than_reading_them(text):
    for _ in range(50):
        mask_text(text)


@pytest.mark.parametrize("cls", [PersonName, Phone, IdNumber, Address, FreeText, Title])
def test_length_is_checked_after_trimming(cls):
    fitting = "13800138000" if cls is Phone else "1" * min(cls.length_max, 19)
    assert cls.checked(f"  {fitting}\n", "栏目").plain == fitting
    for text, code in (
        ("", "FIELD_EMPTY"),
        (" \u3000", "FIELD_EMPTY"),
        ("\u200b\u200d\ufeff", "FIELD_EMPTY"),
        ("\u3164\u2800", "FIELD_EMPTY"),
        ("\ufe0f\u034f\u0301", "FIELD_EMPTY"),
        ("1" * 99_999, "FIELD_TOO_LONG"),
    ):
        with pytest.raises(InvalidInput) as caught:
            cls.checked(text, "栏目")
        assert (caught.value.code, caught.value.field) == (code, "栏目")
        assert "栏目" in caught.value.message
        assert caught.value.remedy


@pytest.mark.parametrize(
    "text", ["1380013800a", "无", "1234", "+", "１３８００１３８０００", "1" * 20]
)
def test_malformed_phones(text):
    with pytest.raises(InvalidInput, match="PHONE_MALFORMED"):
        Phone.checked(text, "电话")


@pytest.mark.parametrize("text", ["123", "110101 19900101 1234", "证件", "1234567;"])
def test_malformed_identity_numbers(text):
    with pytest.raises(InvalidInput, match="ID_NUMBER_MALFORMED"):
        IdNumber.checked(text, "证件号码")


@given(st.text())
def test_a_repr_never_shows_the_value(text):
    assert repr(PersonName(text, owner="person-1")) == "PersonName(owner='person-1')"


def test_values_are_equal_by_kind_owner_and_content():
    assert FreeText("a") == FreeText("a")
    assert hash(FreeText("a")) == hash(FreeText("a"))
    assert FreeText("a") != Title("a")
    assert FreeText("a") != FreeText("a", owner="ticket-1")
    assert FreeText("a") != "a"


def test_a_reporter_is_owned_in_all_parts():
    reporter = Reporter(
        name=PersonName("张三"), phone=Phone("12345"), id_number=IdNumber("1234"),
        address=Address("京"),
    ).owned_by("person-1")  # fmt: skip
    parts = [getattr(reporter, name) for name in ("name", "phone", "id_number", "address")]
    assert set(reporter.__struct_fields__) == {"name", "phone", "id_kind", "id_number", "address"}
    assert {part.owner for part in parts} == {"person-1"}
    assert [type(part) for part in parts] == [PersonName, Phone, IdNumber, Address]
    bare = Reporter(name=PersonName("张三")).owned_by("person-1")
    assert (bare.phone, bare.id_number, bare.address) == (None, None, None)


def test_an_actor_may_what_one_of_the_roles_may():
    actor = Actor(id="1", name="李敏", post="p", unit="u", roles=(Role.HANDLER,))
    assert actor.may(Role.VERIFIER, Role.HANDLER)
    assert not actor.may(Role.VERIFIER)
    assert not actor.may()


def test_every_role_has_its_chinese_name():
    assert all(re.fullmatch(r"[一-鿿]+", role.label) for role in Role)


def test_every_kind_of_value_says_what_it_is():
    kinds = {cls.kind for cls in Personal.__subclasses__()}
    assert kinds == {
        "name",
        "phone",
        "id_number",
        "certificate_no",
        "address",
        "text",
        "device_secret",
    }
