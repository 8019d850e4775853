"""Whether the ladder of a rule book can be climbed as it is written."""

from collections import Counter
from typing import Final

from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.rules import ANSWERS, APPLICANTS, RuleBook
from bancheng.domain.time_limits.thresholds import LadderStep
from bancheng.domain.time_limits.toml_reading import Problems

_SAID_OF: Final = tuple(kind.purpose for kind in LimitKind if kind.purpose not in APPLICANTS)
_CLIMBING: Final = tuple(purpose for purpose in _SAID_OF if purpose not in ANSWERS)


def check_ladder(book: RuleBook, problems: Problems) -> None:
    """阶梯校验: collect each rung that nobody could reach, or that would be refused for ever."""
    for place, step in enumerate(book.ladder):
        path = f"ladder[{place}]"
        _check_purposes(step, path, problems)
        if step.ground:
            _check_ground(book, step, path, problems)
            _check_taken(book, step, path, problems)
        elif step.proposed:
            problems.add(
                f"{path}.proposed",
                "没有督促事由的不拟办, 此项永不适用",
                "请写明 ground, 或删去此项",
            )
    _check_once(book, problems)


def _check_purposes(step: LadderStep, path: str, problems: Problems) -> None:
    known = _CLIMBING if step.ground else _SAID_OF
    for purpose in step.purposes:
        if purpose not in known:
            problems.add(
                f"{path}.purposes",
                f"用途「{purpose}」的时限不升此级, 本条永不适用",
                f"可用的有: {'、'.join(known)}",
            )


def _check_ground(book: RuleBook, step: LadderStep, path: str, problems: Problems) -> None:
    if step.ground not in {term.code for term in book.supervision_grounds}:
        problems.add(
            f"{path}.ground",
            f"督促事由「{step.ground}」未列入 supervision_grounds",
            "请先列入或改正编码",
        )
    if step.after is None:
        problems.add(f"{path}.before", "届满之前不由系统督促", "请写 after, 或删去 ground")


def _check_taken(book: RuleBook, step: LadderStep, path: str, problems: Problems) -> None:
    if step.proposed:
        return
    if step.rung.is_signed:
        problems.add(
            f"{path}.proposed",
            f"「{step.rung.label}」须由效能监察员签发, 系统不得自行作出",
            "请写 proposed = true",
        )
    elif not _says_until_when(book, step):
        # Nobody is there to be asked how many days it shall be.
        problems.add(
            f"{path}.rung",
            f"由系统作出的「{step.rung.label}」要求反馈, 却没有规定几个工作日内反馈",
            f"请在 measures.{step.rung} 写明 answer_working_days, 或 answered = false, "
            "或规定不分区划、服务点的督办反馈时限(limits 的 purpose = feedback)",
        )


def _says_until_when(book: RuleBook, step: LadderStep) -> bool:
    rule = book.measure_of(step.rung)
    if not rule.answered or rule.answer_working_days is not None:
        return True
    return book.limit_for("feedback") is not None


def _check_once(book: RuleBook, problems: Problems) -> None:
    reached = Counter(
        (step.rung, purpose)
        for step in book.ladder
        if step.ground
        for purpose in step.purposes or _CLIMBING
    )
    for (rung, purpose), times in reached.items():
        if times > 1:
            problems.add(
                "ladder", f"用途「{purpose}」的「{rung.label}」规定了 {times} 条", "请只保留一条"
            )
