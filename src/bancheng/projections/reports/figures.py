"""What figures of reports are: a count, a rate, an average. Beside each: of how many."""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Final

import msgspec

from bancheng.projections.ledger.fields import Word, unseen

# Below so many a rate says little: two of three satisfied sends nobody to the bottom.
SMALL_BELOW: Final = 30
_Z: Final = 1.959963984540054  # of the normal distribution, for 95 of 100


def rounded(amount: Fraction) -> float:
    """四舍五入, to two places, of the exact amount: a half goes up, away from zero."""
    hundredths = math.floor(abs(amount) * 100 + Fraction(1, 2))
    return math.copysign(hundredths / 100, amount) if hundredths else 0.0


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """置信区间: between which hundredths the rate may well lie (Wilson, 95 %)."""

    low: Annotated[float, Word("下限,百分数")]
    high: Annotated[float, Word("上限,百分数")]


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """比率: ``numerator`` of ``denominator``, of ``n`` rows; none of nothing is no rate.

    ``is_share``: the numerator counts some of what the denominator counts. Other rates are sums
    over sums, or of two populations, and may pass a hundred.
    """

    numerator: Annotated[int, Word("分子")]
    denominator: Annotated[int, Word("分母")]
    n: Annotated[int, Word("件数: 比率所依据的记录数")]
    is_share: Annotated[bool, unseen] = True

    @property
    def percent(self) -> float | None:
        """The rate in hundredths, to two places."""
        if self.denominator == 0:
            return None
        return rounded(Fraction(100 * self.numerator, self.denominator))

    @property
    def is_small(self) -> bool:
        """Whether it is of so few that it says little."""
        return self.n < SMALL_BELOW

    @property
    def interval(self) -> Interval | None:
        """Of a share of few: where it may lie."""
        if not self.is_share or not self.is_small or self.n == 0:
            return None
        n, share = self.n, self.numerator / self.n
        spread = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        middle, whole = share + _Z**2 / (2 * n), 1 + _Z**2 / n
        low, high = max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)
        return Interval(low=round(100 * low, 2), high=round(100 * high, 2))


class Average(msgspec.Struct, frozen=True, kw_only=True):
    """平均: the mean of ``n`` amounts, and the one in the middle; none of nothing."""

    n: Annotated[int, Word("件数")]
    mean: Annotated[float | None, Word("平均数,两位小数")]
    median: Annotated[float | None, Word("中位数")]


def average_of(amounts: Mapping[int, int]) -> Average:
    """Of ``amounts``, each with how often it occurs."""
    n = sum(amounts.values())
    if n == 0:
        return Average(n=0, mean=None, median=None)
    total = sum(amount * times for amount, times in amounts.items())
    below, above = (_at(amounts, place) for place in ((n - 1) // 2, n // 2))
    return Average(n=n, mean=rounded(Fraction(total, n)), median=(below + above) / 2)


def _at(amounts: Mapping[int, int], place: int) -> int:
    """The amount at ``place``, if all stood in order."""
    for amount in sorted(amounts):
        place -= amounts[amount]
        if place < 0:
            return amount
    raise IndexError(place)
