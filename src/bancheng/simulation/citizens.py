"""The people of the simulated district: invented, the same ones for the same seed."""

from random import Random
from typing import Final, TypeVar

from bancheng.domain.identity_numbers import resident_check
from bancheng.domain.people import Address, IdNumber, Party, PersonName, Phone

SURNAMES: Final = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"
GIVEN_NAMES: Final = (
    "伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰",
)  # fmt: skip
P = TypeVar("P", bound=Party)


def somebody(chance: Random, capacity: type[P]) -> P:
    """A person in the ``capacity`` of a reporter, an applicant or an agent."""
    pick, number = chance.choice, chance.randrange
    first_17 = f"11010119{number(100):02d}0101{number(10**3):03d}"
    return capacity(
        name=PersonName(pick(SURNAMES) + pick(GIVEN_NAMES)),
        phone=Phone(f"13{number(10**9):09d}"),
        id_number=IdNumber(first_17 + resident_check(first_17)),
        address=Address(f"幸福街道和平路{number(1, 200)}号"),
    )
