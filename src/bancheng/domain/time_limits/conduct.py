"""违规行为: what a unit gets a card for that is no matter of time, and which checks show it."""

from collections.abc import Iterable
from typing import Final, Self

from msgspec import Struct

from bancheng.domain.labelled import Labelled
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.logic_checks import CheckRule, CheckSetting
from bancheng.domain.time_limits.toml_reading import Problems


class Conduct(Labelled):
    """违规行为: what efficiency supervision holds against a unit beside lateness.

    行政许可法 72 and 75, 电子监察 (E2), and what halls list of their staff (S1, W27, W29). ``step``
    is the step in which it is done.
    """

    step: Step

    def __new__(cls, code: str, label: str, step: Step) -> Self:
        # Enum takes the ``__new__`` of `Labelled` away, so what it does is done here again.
        member = str.__new__(cls, code)
        member._value_ = code
        vars(member).update(label=label, step=step)
        return member

    REFUSED_QUALIFIED = "refused_qualified", "符合条件不予受理", Step.DISCOVER
    NOT_TOLD_AT_ONCE = "not_told_at_once", "未一次性告知", Step.ANALYSE
    NO_LAWFUL_REASON = "no_lawful_reason", "无正当理由不予办理", Step.DEADLINE
    STEP_OVERDUE = "step_overdue", "环节超期", Step.DEADLINE
    NOT_SENT_UP = "not_sent_up", "未按时上报上级机关", Step.DISPATCH
    NOT_ONLINE = "not_online", "应网上办理未网上办理", Step.DISCOVER
    WRONG_CHARGE = "wrong_charge", "违规收费", Step.DEADLINE
    RATED_FOR_CITIZEN = "rated_for_citizen", "代替办事人评价", Step.VERIFY
    RECORDS_AT_ODDS = "records_at_odds", "办理记录不符", Step.SUPERVISE
    ATTITUDE = "attitude", "服务态度差", Step.DISCOVER
    ABSENCE = "absence", "擅自离岗", Step.DISCOVER
    OTHER = "other", "其他不当行为", Step.SUPERVISE


class ConductRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """违规行为规则: at which level a conduct is carded, on what ground, and what shows it.

    The hall gives the card by itself for what one of ``checks`` finds; else it is given by hand.
    """

    code: Conduct
    level: WarningLevel
    basis: str
    checks: tuple[CheckRule, ...] = ()


def shown_by(rules: Iterable[ConductRule], check: CheckRule) -> ConductRule | None:
    """Which conduct a finding of ``check`` shows, if any."""
    return next((one for one in rules if check in one.checks), None)


CARDS: Final = tuple(level for level in WarningLevel if level.is_card)


def check_conducts(
    rules: Iterable[ConductRule], checks: Iterable[CheckSetting], problems: Problems
) -> None:
    """违规行为校验: collect cards that are none, and checks that show nothing or two things."""
    made, shown = {one.code for one in checks}, set[CheckRule]()
    for rule in rules:
        path = f"conducts.{rule.code}"
        if not rule.level.is_card:
            known = "、".join(level.value for level in CARDS)
            problems.add(f"{path}.level", f"「{rule.level.label}」不是牌", f"可用的有: {known}")
        for check in rule.checks:
            if check not in made:
                problems.add(
                    f"{path}.checks",
                    f"本规则库不作「{check.label}」校验, 永不据此发牌",
                    f"请先写明 checks.{check}, 或删去此项",
                )
            elif check in shown:
                problems.add(
                    f"{path}.checks",
                    f"「{check.label}」校验已属另一违规行为",
                    "一项校验只据以发一张牌",
                )
            shown.add(check)
