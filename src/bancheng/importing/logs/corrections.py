"""更正: which rows of a log say otherwise what an earlier import told of the same step.

A source that corrects itself exports a step again, with another time or another content. Without
its own number of steps nothing says that it is the same one, so it is taken for it only if the
file tells the whole case: then a step that is told no more is the one that became another.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import asdict

from bancheng.domain.case.history import CorrectPastStep, PastStepCorrected, PastStepRecorded
from bancheng.domain.errors import Conflict
from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.importing.logs.cases import LoggedStep
from bancheng.importing.tables import BadRow


class Corrections(Labelled):
    """更正办法: what an import does with a step that its source tells otherwise by now."""

    REFUSE = "refuse", "列出而不导入"
    RECORD = "record", "记为更正"
    ADD = "add", "时间不同的另记一个环节"


class Correction(NamedTuple):
    """更正: ``step`` is what the file says of what ``before`` told."""

    step: LoggedStep
    before: Recorded

    def recording(self) -> tuple[LoggedStep, CorrectPastStep]:
        """The step with the command that keeps it as a correction."""
        said = asdict(self.step.command)
        return self.step, CorrectPastStep(**said, corrects=self.before.envelope.event_id)

    def refusal(self, number: str) -> BadRow:
        """Why it was not taken, by line."""
        was, name = self.before.envelope.occurred_at, self.step.command.activity[:40]
        if was == self.step.occurred_at:
            error = Conflict(
                "PAST_STEP_CONTRADICTED",
                f"此前已导入同一时间的「{name}」,内容与此不同",
                remedy="请沿用首次导入时的映射;来源系统确有更正的,请用 --corrections record 导入",
            )
        else:
            error = Conflict(
                "PAST_STEP_MOVED",
                f"此前导入的「{name}」发生在 {was:%Y-%m-%d %H:%M}(UTC),本次的时间不同",
                remedy="确为更正的,请用 --corrections record;是另一次办理的,请用 --corrections add",
            )
        return BadRow(self.step.place, number, error)


def sorted_out(
    steps: Sequence[LoggedStep], history: Sequence[Recorded], corrections: Corrections
) -> tuple[list[LoggedStep], list[Correction]]:
    """Which of ``steps`` are new, and which say otherwise what ``history`` tells."""
    recorded = {one.envelope.key for one in history}
    left = _untold(history, {step.key for step in steps})
    fresh = [step for step in steps if step.key not in recorded]
    contradicting = _paired(fresh, left, at=True)
    rest = _without(fresh, contradicting)
    moved = [] if corrections is Corrections.ADD else _moved(rest, left)
    return _without(rest, moved), [*contradicting, *moved]


def _without(steps: Sequence[LoggedStep], taken: Sequence[Correction]) -> list[LoggedStep]:
    keys = {one.step.key for one in taken}
    return [step for step in steps if step.key not in keys]


def _untold(history: Sequence[Recorded], said: set[str]) -> list[Recorded]:
    """The steps that hold by now and that the file does not tell as they are."""
    gone = {one.event.corrects for one in history if isinstance(one.event, PastStepCorrected)}
    return [
        one
        for one in history
        if isinstance(one.event, PastStepRecorded | PastStepCorrected)
        and one.envelope.event_id not in gone
        and one.envelope.key not in said
    ]


def _moved(steps: Iterable[LoggedStep], left: list[Recorded]) -> list[Correction]:
    """Those of another time; ``left`` then holds what the file does not tell of at all."""
    tried = list(left)
    found = _paired(steps, tried, at=False)
    if not tried:
        return found
    return [one for one in found if one.step.command.activity_id is not None]


def _paired(steps: Iterable[LoggedStep], left: list[Recorded], *, at: bool) -> list[Correction]:
    """Each of ``steps`` with the one of ``left`` that it is, which is taken out of there."""
    found = []
    for step in steps:
        same = (one for one in left if (_is_at if at else _says_as)(step, one))
        if (before := next(same, None)) is not None:
            left.remove(before)
            found.append(Correction(step, before))
    return found


def _is_at(step: LoggedStep, before: Recorded) -> bool:
    event = before.event
    assert isinstance(event, PastStepRecorded | PastStepCorrected)
    same = (before.envelope.occurred_at, event.activity)
    return same == (step.occurred_at, step.command.activity)


def _says_as(step: LoggedStep, before: Recorded) -> bool:
    names = ("activity", "activity_id", "lifecycle")
    return all(getattr(step.command, name) == getattr(before.event, name) for name in names)
