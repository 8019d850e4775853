"""Identity, credit and telephone numbers: form and check characters, and nothing else."""

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from bancheng.domain.errors import InvalidInput
from bancheng.domain.identity_numbers import (
    PaperKind,
    checked_number,
    credit_check,
    organisation_check,
    resident_check,
)
from bancheng.domain.people import Agent, Applicant, IdNumber, PersonName, Phone, Reporter
from support.builders import reporting
from support.case_builders import ITEM, submitting
from support.given import given

K = PaperKind
OFFERED = {ITEM.code: ITEM}
NAME = PersonName("张建国")
VALID = (
    (K.RESIDENT, "11010519491231002X"),  # the example of GB 11643
    (K.RESIDENT, "440524188001010014"),  # the other one: born before there was a list of districts
    (K.RESIDENT, "990101199002300018"),  # no such district, and no such day
    (K.RESIDENT_15, "110105491231002"),
    (K.PASSPORT, "E12345678"),
    (K.PASSPORT, "X7RTBPFW4"),
    (K.HONG_KONG_MACAO, "H12345678"),
    (K.HONG_KONG_MACAO, "M1234567801"),
    (K.TAIWAN, "12345678"),
    (K.TAIWAN, "1234567890(B)"),
    (K.RESIDENCE_PERMIT, "810000199408230021"),
    (K.PERMANENT_RESIDENT, "USA110075072401"),
    (K.MILITARY, "军字第2001988号"),
    (K.MILITARY, "士字第P011816号"),
    (K.CREDIT_CODE, "91350100M000100Y43"),  # the example of GB 32100
    (K.CREDIT_CODE, "91110000600037341L"),
    (K.ORGANISATION_CODE, "60003734-1"),
    (K.ORGANISATION_CODE, "M000100Y4"),
    (K.OTHER, "渔船-0123"),
)
WRONG = (
    (K.RESIDENT, "110105194912310021", "ID_NUMBER_CHECK_FAILED"),
    (K.RESIDENT, "110105199412310021", "ID_NUMBER_CHECK_FAILED"),
    (K.RESIDENT, "11010519491231002", "ID_NUMBER_MALFORMED"),
    (K.RESIDENT, "11010519491231002XX", "ID_NUMBER_MALFORMED"),
    (K.RESIDENT, "110105194913310020", "ID_NUMBER_MALFORMED"),
    (K.RESIDENT, "110105491231002", "ID_NUMBER_MALFORMED"),
    (K.RESIDENT, "110105-19491231-002X", "ID_NUMBER_MALFORMED"),
    (K.RESIDENT_15, "11010519491231002X", "ID_NUMBER_MALFORMED"),
    (K.RESIDENT_15, "110105491331002", "ID_NUMBER_MALFORMED"),
    (K.PASSPORT, "E123-45678", "ID_NUMBER_MALFORMED"),
    (K.HONG_KONG_MACAO, "K12345678", "ID_NUMBER_MALFORMED"),
    (K.TAIWAN, "123456789", "ID_NUMBER_MALFORMED"),
    (K.RESIDENCE_PERMIT, "11010519491231002X", "ID_NUMBER_MALFORMED"),
    (K.RESIDENCE_PERMIT, "810000199408230022", "ID_NUMBER_CHECK_FAILED"),
    (K.MILITARY, "军字第号", "ID_NUMBER_MALFORMED"),
    (K.CREDIT_CODE, "91350100M000100Y44", "ID_NUMBER_CHECK_FAILED"),
    (K.CREDIT_CODE, "91350100M000100Y4", "ID_NUMBER_MALFORMED"),
    (K.CREDIT_CODE, "9I350100M000100Y43", "ID_NUMBER_MALFORMED"),
    (K.ORGANISATION_CODE, "60003734-2", "ID_NUMBER_CHECK_FAILED"),
    (K.OTHER, "?", "ID_NUMBER_MALFORMED"),
)


@pytest.mark.parametrize(("kind", "number"), VALID, ids=str)
def test_d25_each_kind_of_paper_has_a_form_of_its_own(kind, number):
    assert checked_number(kind, number, "id_number") == number


def test_d25_every_kind_of_paper_is_tried_in_both_ways():
    assert {kind for kind, _ in VALID} == set(PaperKind)
    unchecked = {K.PERMANENT_RESIDENT}  # tried below, with a computed number
    assert {kind for kind, _, _ in WRONG} == set(PaperKind) - unchecked


@pytest.mark.parametrize(("kind", "number", "code"), WRONG, ids=str)
def test_d25_a_wrong_length_form_or_check_character_is_refused_and_never_repeated(
    kind, number, code
):
    with pytest.raises(InvalidInput, match=code) as caught:
        checked_number(kind, number, "reporter.id_number")
    assert caught.value.field == "reporter.id_number"
    assert caught.value.remedy
    assert number not in caught.value.message + caught.value.remedy


def test_gb_11643_a_final_x_is_kept_as_the_large_one():
    assert checked_number(K.RESIDENT, "11010519491231002x", "") == "11010519491231002X"


first_17 = st.builds(
    "{:06d}{:04d}{:02d}{:02d}{:03d}".format,
    st.integers(100_000, 999_999), st.integers(1700, 2200), st.integers(1, 12),
    st.integers(1, 31), st.integers(0, 999),
)  # fmt: skip


@for_all(first_17, st.integers(0, 17), st.integers(1, 9))
def test_gb_11643_no_single_wrong_digit_passes(digits, place, change):
    number = digits + resident_check(digits)
    assert checked_number(K.RESIDENT, number, "") == number
    values = [10 if one == "X" else int(one) for one in number]
    assert sum(v * 2 ** (17 - i) for i, v in enumerate(values)) % 11 == 1  # ISO 7064, MOD 11-2
    if number[place] != "X":
        wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
        with pytest.raises(InvalidInput):
            checked_number(K.RESIDENT, wrong, "")


@for_all(st.sampled_from(["N1", "Y1", "N2", "11", "92", "A1"]), st.integers(0, 999_999),
         st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))  # fmt: skip
def test_gb_32100_codes_that_begin_with_a_letter_are_as_good_as_others(register, area, body):
    code = f"{register}{area:06d}{body}{organisation_check(body)}"
    code += credit_check(code)
    assert checked_number(K.CREDIT_CODE, code, "") == code
    places = ["0123456789ABCDEFGHJKLMNPQRTUWXY".index(one) for one in code]
    assert sum(v * 3**i for i, v in enumerate(places[:17])) % 31 == -places[17] % 31


def test_gb_32100_the_code_of_the_organisation_within_has_a_check_of_its_own():
    wrong = "91350100M000100Y5"
    with pytest.raises(InvalidInput, match="ID_NUMBER_CHECK_FAILED"):
        checked_number(K.CREDIT_CODE, wrong + credit_check(wrong), "")


def test_d25_the_new_card_of_a_foreign_resident_has_eighteen_digits():
    digits = "91100119850203001"
    number = digits + resident_check(digits)
    assert checked_number(K.PERMANENT_RESIDENT, number, "") == number
    with pytest.raises(InvalidInput, match="ID_NUMBER_CHECK_FAILED"):
        checked_number(K.PERMANENT_RESIDENT, digits + ("0" if number[17] != "0" else "1"), "")


def wrong(capacity):
    return capacity(name=NAME, id_number=IdNumber("110105194912310021"))


def test_d25_a_reporter_with_a_wrong_number_is_refused_and_the_field_named():
    outcome = given().when(reporting(reporter=wrong(Reporter)))
    outcome.then_refused("ID_NUMBER_CHECK_FAILED", "reporter.id_number")


def test_d25_so_are_an_applicant_and_an_agent():
    outcome = given().when(submitting(applicant=wrong(Applicant)), items=OFFERED)
    outcome.then_refused("ID_NUMBER_CHECK_FAILED", "applicant.id_number")
    by_agent = submitting(agent=wrong(Agent), mandate="委托1号")
    outcome = given().when(by_agent, items=OFFERED)
    outcome.then_refused("ID_NUMBER_CHECK_FAILED", "agent.id_number")


def test_d25_without_a_kind_a_number_is_that_of_a_residents_card_and_recorded_so():
    told = Reporter(name=NAME, id_number=IdNumber("11010519491231002x"))
    [event] = given().when(reporting(reporter=told)).events
    assert event.reporter.id_kind is PaperKind.RESIDENT
    assert event.reporter.id_number.plain == "11010519491231002X"
    foreign = Reporter(name=NAME, id_kind=K.PASSPORT, id_number=IdNumber("e12345678"))
    [event] = given().when(reporting(reporter=foreign)).events
    assert (event.reporter.id_kind, event.reporter.id_number.plain) == (K.PASSPORT, "E12345678")


@pytest.mark.parametrize(
    "text",
    [
        "13800138000", "19912345678", "+8613800138000", "0086 138 0013 8000", "138-0013-8000",
        "010-62288888", "0475 8218888", "047582188888", "+86 10 62288888", "010-62288888-801",
        "4008001234", "800-810-8888", "95588", "9510105", "96110", "12345", "12315", "110",
        "10086", "+852 2345 6789", "+44 20 7946 0958",
    ],
)  # fmt: skip
def test_d25_a_number_that_can_be_called_is_taken_as_it_was_typed(text):
    assert Phone.checked(text, "电话").plain == text


@pytest.mark.parametrize(
    "text",
    [
        "1380013800", "138001380000", "12800138000", "8218888", "0075-8218888", "010-1228888",
        "400800123", "9558", "1204", "123456789012345", "+86 128 0013 8000", "+852",
        "13800138000-1", "1380013800O",
    ],
)  # fmt: skip
def test_d25_a_telephone_number_of_wrong_length_or_range_is_refused_and_never_repeated(text):
    with pytest.raises(InvalidInput, match="PHONE_MALFORMED") as caught:
        Phone.checked(text, "电话")
    assert text not in caught.value.message
