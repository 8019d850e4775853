"""Looked for as people type: one person, one spelling; never a part, and never somebody else."""

import string
from datetime import date

import pytest
from hypothesis import assume
from hypothesis import given as for_all
from hypothesis import strategies as st

from bancheng.domain.errors import InvalidInput
from bancheng.domain.identity_numbers import (
    PaperKind,
    credit_check,
    organisation_check,
    resident_check,
)
from bancheng.domain.people import Agent, IdNumber, PersonName, Phone, Reporter
from bancheng.domain.person_search import SoughtBy, parts_of, sought, spelling_of
from bancheng.domain.phone_numbers import can_be_called

K, BY = PaperKind, SoughtBy
HIDDEN = ("\u200b", "\ufeff", "\u200e", "\u00ad", "\ufe0f")
GAPS = ("", "", " ", "-", "\u3000", "\u00a0", "—", "‐", "\u2212", " - ")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}

digits = st.text(string.digits, min_size=8, max_size=8)
mobiles = st.builds(
    "1{}{}".format, st.sampled_from("3456789"), st.text(string.digits, min_size=9, max_size=9)
)
landlines = st.builds(
    "0{}{}{}".format,
    st.sampled_from(("10", "21", "531", "478", "755")),
    st.sampled_from("23456789"),
    st.text(string.digits, min_size=7, max_size=7),
)
born = st.dates(min_value=date(1900, 1, 1), max_value=date(1999, 12, 31))  # fmt: skip
areas = st.sampled_from(("110105", "150502", "440524", "370102"))


@st.composite
def residents(draw):
    first = f"{draw(areas)}{draw(born):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first + resident_check(first)


@st.composite
def typed(draw, value, *, gaps=GAPS):
    """``value`` with blanks, dashes and hidden signs between its characters, in any width."""
    pieces = []
    for one in value:
        wide = draw(st.booleans())
        pieces += [one.translate(_WIDE) if wide else one, draw(st.sampled_from((*gaps, *HIDDEN)))]
    before, after = draw(st.sampled_from(("", " ", "\u3000", "\t"))), pieces.pop()
    return before + "".join(pieces) + (after if after in (*HIDDEN, " ") else "")


def spelt(by, text, paper=K.RESIDENT):
    return sought(by, text, paper).spelling


def stored(value, paper=None):
    return spelling_of(value, value.plain, paper)


# telephones


@for_all(number=mobiles, data=st.data())
def test_a_mobile_is_found_however_it_is_typed(number, data):
    before = data.draw(st.sampled_from(("", "+86", "0086", "86", "+86 ", "+86-", "(+86)")))
    text = before + data.draw(typed(number))
    assert spelt(BY.PHONE, text) == stored(Phone(number)) == f"phone|{number}"


@for_all(number=landlines, data=st.data())
def test_a_landline_is_found_however_it_is_typed(number, data):
    text = data.draw(st.sampled_from((
        number, f"({number[:3]}){number[3:]}", f"+86 {number[1:]}", f"0086-{number[1:]}",
        f"+86 {number}", f"{number[:4]}-{number[4:]}", f"{number[:3]} {number[3:7]} {number[7:]}",
    )))  # fmt: skip
    assert spelt(BY.PHONE, text) == stored(Phone(number))


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("0531-88888888-801", "(0531) 8888 8888 转 801"),
        ("0531-88888888-801", "+86 531 88888888-801"),
        ("400-800-1234", "+86 400 800 1234"),
        ("+86 4008001234", "４００８００１２３４"),
        ("12345", "１２３４５"),
        ("+1 415 555 0100", "001-415-555-0100"),
        ("+1 415 555 0100", "+1.415.555.0100"),
    ],
)
def test_other_numbers_are_found_as_they_are_dialled(kept, asked):
    assert can_be_called(kept)
    assert spelt(BY.PHONE, asked) == stored(Phone(kept))


@for_all(one=st.one_of(mobiles, landlines), other=st.one_of(mobiles, landlines))
def test_no_other_telephone_is_found(one, other):
    assume(one != other)
    assert stored(Phone(one)) != stored(Phone(other))


def test_an_extension_is_part_of_a_number():
    numbers = ("0531-88888888", "0531-88888888-801", "0531-88888888-802", "0531-8888888-8801")
    assert len({stored(Phone(one)) for one in numbers}) == len(numbers)


@pytest.mark.parametrize("kept", ["没有电话", "123", "138001380001"])
def test_what_was_taken_down_and_is_no_number_is_found_by_nobody(kept):
    assert stored(Phone(kept)) is None or can_be_called(kept)


# identity papers


@for_all(number=residents(), data=st.data())
def test_a_resident_is_found_however_the_number_is_typed(number, data):
    text = data.draw(typed(data.draw(st.sampled_from((number, number.lower())))))
    assert spelt(BY.ID_NUMBER, text) == stored(IdNumber(number), K.RESIDENT)


@for_all(number=residents(), data=st.data())
def test_the_old_and_the_new_number_of_a_resident_find_each_other(number, data):
    old = number[:6] + number[8:17]
    paper = data.draw(st.sampled_from((K.RESIDENT, K.RESIDENT_15)))
    assert spelt(BY.ID_NUMBER, data.draw(typed(old)), paper) == stored(IdNumber(number), K.RESIDENT)
    assert spelt(BY.ID_NUMBER, number, paper) == stored(IdNumber(old), K.RESIDENT_15)


@for_all(one=residents(), other=residents())
def test_no_other_resident_is_found(one, other):
    assume(one != other)
    assert stored(IdNumber(one)) != stored(IdNumber(other))


def test_the_old_number_is_not_that_of_somebody_born_a_century_later():
    first = "11010520491231002"
    assert stored(IdNumber(first + resident_check(first)), K.RESIDENT) != stored(
        IdNumber("110105491231002"), K.RESIDENT_15
    )


@pytest.mark.parametrize(
    ("paper", "kept", "asked"),
    [
        (K.PASSPORT, "E12345678", "e 1234 5678"),
        (K.HONG_KONG_MACAO, "H1234567801", "h12345678"),
        (K.HONG_KONG_MACAO, "H12345678", "Ｈ1234567802"),
        (K.TAIWAN, "1234567890(B)", "1234567890（b）"),
        (K.MILITARY, "军字第1234567号", "军字1234567"),
        (K.ORGANISATION_CODE, "60003734-1", "600037341"),
        (K.CREDIT_CODE, "91110000600037341L", "9111 0000 6000 37341l"),
        (K.OTHER, "渔船-0123", "渔船—0123"),
    ],
)
def test_other_papers_are_found_by_their_kind(paper, kept, asked):
    assert spelt(BY.ID_NUMBER, asked, paper) == stored(IdNumber(kept), paper)


@for_all(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8), st.data())
def test_a_credit_code_is_found_however_it_is_typed(bare, data):
    organisation = bare + organisation_check(bare)
    first = f"91110000{organisation}"
    code = first + credit_check(first)
    text = data.draw(typed(data.draw(st.sampled_from((code, code.lower())))))
    assert spelt(BY.ID_NUMBER, text, K.CREDIT_CODE) == stored(IdNumber(code), K.CREDIT_CODE)


def test_the_same_digits_on_another_paper_are_of_somebody_else():
    number = IdNumber("12345678")
    kinds = (K.PASSPORT, K.TAIWAN, K.MILITARY, K.OTHER)
    assert len({stored(number, kind) for kind in kinds}) == len(kinds)


def test_a_number_of_one_kind_is_no_value_of_another():
    number = "13800138000"
    assert stored(Phone(number)) != stored(IdNumber(number), K.OTHER)
    assert stored(PersonName(number)) != stored(Phone(number))


# names


@pytest.mark.parametrize(
    "asked", ["阿拉坦·其其格", "阿拉坦•其其格", "阿拉坦・其其格", "阿拉坦 其其格", "阿拉坦.其其格",
              " 阿拉坦\u200b其其格", "阿拉坦．其其格", "阿拉坦‧其其格"],
)  # fmt: skip
def test_a_name_is_found_whatever_dot_it_is_typed_with(asked):
    assert spelt(BY.NAME, asked) == stored(PersonName("阿拉坦·其其格"))


@pytest.mark.parametrize(
    ("kept", "asked"),
    [("张 三", "张三"), ("张三", "张\u3000三"), ("John Smith", "ＪＯＨＮ  smith"),
     ("华兴(集团)公司", "华兴（集团）公司"), ("欧阳\ufe00建国", "欧阳建国")],
)  # fmt: skip
def test_a_name_is_found_without_blanks_widths_and_brackets(kept, asked):
    assert spelt(BY.NAME, asked) == stored(PersonName(kept))


def test_names_with_rare_characters_of_the_hall_are_different_people():
    one, other = PersonName("张\ue001"), PersonName("张\ue002")
    assert stored(one) != stored(other)
    assert spelt(BY.NAME, "张\ue001") == stored(one)


def test_no_longer_or_shorter_name_is_found():
    names = ("张建国", "张建", "张建国强", "章建国", "张健国")
    assert len({stored(PersonName(one)) for one in names}) == len(names)


def test_what_has_no_letters_is_nobodys_name():
    assert stored(PersonName("··")) is None


# only wholes


@pytest.mark.parametrize(
    ("by", "text", "code"),
    [
        (BY.PHONE, "8000", "SEARCH_BY_PART"),
        (BY.PHONE, "138****8000", "SEARCH_BY_PART"),
        (BY.PHONE, "1380013%", "SEARCH_BY_PART"),
        (BY.PHONE, "138001380001", "PHONE_MALFORMED"),
        (BY.PHONE, "张三", "SEARCH_BY_PART"),
        (BY.ID_NUMBER, "002X", "SEARCH_BY_PART"),
        (BY.ID_NUMBER, "1****************X", "SEARCH_BY_PART"),
        (BY.ID_NUMBER, "1101051949123100", "ID_NUMBER_MALFORMED"),
        (BY.ID_NUMBER, "110105194912310021", "ID_NUMBER_CHECK_FAILED"),
        (BY.NAME, "张", "SEARCH_BY_PART"),
        (BY.NAME, "张**", "SEARCH_BY_PART"),
        (BY.NAME, "张＊", "SEARCH_BY_PART"),
        (BY.NAME, "··", "SEARCH_BY_PART"),
        (BY.NAME, " \u200b", "FIELD_EMPTY"),
        (BY.NAME, "张" * 101, "FIELD_TOO_LONG"),
        (BY.QUERY_CODE, "123456789", "QUERY_CODE_MALFORMED"),
        (BY.QUERY_CODE, "12345678901", "QUERY_CODE_MALFORMED"),
        (BY.QUERY_CODE, "一二三四五六七八九十", "QUERY_CODE_MALFORMED"),
    ],
)
def test_a_part_is_refused_and_so_is_what_is_no_such_value(by, text, code):
    with pytest.raises(InvalidInput) as refused:
        sought(by, text)
    assert (refused.value.code, refused.value.field) == (code, "value")
    assert text.strip() not in str(refused.value)


def test_a_query_code_is_read_however_it_is_typed():
    assert spelt(BY.QUERY_CODE, " １２３４５-67890 ") == "1234567890"


@pytest.mark.parametrize(
    ("by", "text", "masked"),
    [
        (BY.PHONE, "13800138000", "138****8000"),
        (BY.ID_NUMBER, "11010519491231002X", "1****************X"),
        (BY.NAME, "欧阳建国", "欧***"),
        (BY.QUERY_CODE, "1234567890", "12******90"),
    ],
)
def test_what_was_sought_is_written_down_masked_alone(by, text, masked):
    found = sought(by, text)
    assert found.masked == masked
    assert text not in repr(found)


def test_an_agent_is_found_as_an_agent():
    who = {"name": PersonName("李敏"), "phone": Phone("13900139000")}
    assert [part.value for part, _ in parts_of(Reporter(**who))] == ["name", "phone", "id_number"]
    assert [part.value for part, _ in parts_of(Agent(**who))] == [
        "agent_name", "agent_phone", "agent_id_number",
    ]  # fmt: skip
    assert dict(parts_of(Agent(**who)))["agent_id_number"] is None
