"""密码规则: which passwords may be chosen, and that one is one however it was typed."""

import pytest

from bancheng.domain.errors import InvalidInput
from bancheng.domain.office.passwords import LENGTH_MAX, as_typed, check_password

GOOD = "Chunfeng-2026"


@pytest.mark.parametrize(
    "password",
    [GOOD, "春风又绿江南岸-Aa1", "correct horse battery staple", "aA1-" * 4 + "x"],
)
def test_a_long_or_varied_password_may_be_chosen(password):
    assert check_password(password, "zhao", "old") == password


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Ab1-Ab2-9", "10 至"),
        ("Ab1-" * LENGTH_MAX, "10 至"),
        ("Ab1-Ab1-Ab1-", "不同的字符"),
        ("onlysmallletters", "种类"),
        ("small123456789", "种类"),
        ("Zhao.Min-2026", "工号"),
        ("Chunfeng-2026\n", "控制字符"),
    ],
)
def test_a_password_that_is_easily_guessed_may_not(password, why):
    with pytest.raises(InvalidInput, match=why) as refused:
        check_password(password, "zhao.min", "old")
    assert (refused.value.code, refused.value.field) == ("PASSWORD_WEAK", "new_password")


def test_a_staff_id_of_two_letters_may_stand_in_a_word():
    assert check_password("Chunfeng-h1-2026", "h1", "old")


def test_full_width_letters_are_the_same_ones():
    assert as_typed("Chunfeng-2026") == GOOD
    with pytest.raises(InvalidInput, match="相同"):
        check_password("Chunfeng-2026", "zhao", GOOD)
