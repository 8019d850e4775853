"""更正: which rows of a log say otherwise what an earlier import told of the same step.

A source that corrects itself exports a step again, with another time or another content. Without
its own number of steps nothing says that it is the same one, so it is taken for it only if the
file tells the whole case: then a step that is told no more is the one that became another.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from msgspec.structs import asdict

from bancheng.domain.case.history import (
    CorrectPastStep,
    PastStepCorrected,
    PastStepRecorded,
    RecordPastStep,
)
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


_Number = tuple[str | None, str | None]
Same = Callable[[LoggedStep, Recorded], bool]
# What a row says of a step, by the names under which a mapping has its columns.
_SAID: Final = ("activity", "activity_id", "lifecycle", "resource", "group", "due_at")


class Correction(NamedTuple):
    """更正: ``step`` is what the file says of what ``before`` told."""

    step: LoggedStep
    before: Recorded

    def recording(self) -> tuple[LoggedStep, CorrectPastStep]:
        """The step with the command that keeps it as a correction."""
        said = asdict(self.step.command)
        return self.step, CorrectPastStep(**said, corrects=self.before.envelope.event_id)

    def refusal(self, number: str, columns: Mapping[str, str]) -> BadRow:
        """Why it was not taken, by line, with those of the mapping's ``columns`` that differ."""
        was, name = self.before.envelope.occurred_at, _step(self.before).activity[:40]
        differing = "、".join(columns.get(f"step.{field}", field) for field in self._differing())
        if was == self.step.occurred_at:
            error = Conflict(
                "PAST_STEP_CONTRADICTED",
                f"此前已导入同一时间的「{name}」,内容与此不同: {differing}",
                field=differing,
                remedy="请沿用首次导入时的映射;来源系统确有更正的,请用 --corrections record 导入",
            )
        else:
            error = Conflict(
                "PAST_STEP_MOVED",
                f"此前导入的「{name}」发生在 {was:%Y-%m-%d %H:%M}(UTC),与此不同: {differing}",
                field=differing,
                remedy="确为更正的,请用 --corrections record;是另一次办理的,请用 --corrections add",
            )
        return BadRow(self.step.place, number, error)

    def _differing(self) -> Iterator[str]:
        if self.before.envelope.occurred_at != self.step.occurred_at:
            yield "occurred_at"
        said, told = self.step.command, _step(self.before)
        yield from (name for name in _SAID if getattr(said, name) != getattr(told, name))


def sorted_out(
    steps: Sequence[LoggedStep], history: Sequence[Recorded], corrections: Corrections
) -> tuple[list[LoggedStep], list[Correction]]:
    """Which of ``steps`` are new, and which say otherwise what ``history`` tells."""
    holding = _holding(history)
    said, known = {step.key for step in steps}, {_content(one) for one in holding}
    left = [one for one in holding if _content(one) not in said]
    told = [step for step in steps if step.key not in known]
    says_as = partial(_says_as, numbers=_numbers(steps, holding))
    contradicting = _paired(told, left, partial(_is_at, says_as=says_as))
    rest = _without(told, contradicting)
    moved = [] if corrections is Corrections.ADD else _moved(rest, left, says_as)
    # An old file may tell of what was corrected since, and of nothing that shows what became of it.
    before = {_content(one) for one in history}
    fresh = [step for step in _without(rest, moved) if step.key not in before]
    return fresh, [_under_new_key(one, history) for one in (*contradicting, *moved)]


def _without(steps: Sequence[LoggedStep], taken: Sequence[Correction]) -> list[LoggedStep]:
    keys = {one.step.key for one in taken}
    return [step for step in steps if step.key not in keys]


def _holding(history: Sequence[Recorded]) -> list[Recorded]:
    """What tells of a step, and was not corrected since."""
    told = [one for one in history if isinstance(one.event, PastStepRecorded | PastStepCorrected)]
    gone = {one.event.corrects for one in told if isinstance(one.event, PastStepCorrected)}
    return [one for one in told if one.envelope.event_id not in gone]


def _content(one: Recorded) -> str:
    """The key by which its step is known, without how often that was told; see `_under_new_key`."""
    return "/".join(one.envelope.key.split("/")[:2])


def _under_new_key(correction: Correction, history: Sequence[Recorded]) -> Correction:
    # A source may take a correction back: then the step is told a second time, in the same words.
    step = correction.step
    times = sum(_content(one) == step.key for one in history)
    key = f"{step.key}/{times + 1}" if times else step.key
    return correction._replace(step=step._replace(key=key))


def _moved(steps: Iterable[LoggedStep], left: list[Recorded], says_as: Same) -> list[Correction]:
    """Those of another time; ``left`` then holds what the file does not tell of at all."""
    tried = list(left)
    found = _paired(steps, tried, says_as)
    if not tried:
        return found
    return [one for one in found if one.step.command.activity_id is not None]


def _paired(steps: Iterable[LoggedStep], left: list[Recorded], same: Same) -> list[Correction]:
    """Each of ``steps`` with the one of ``left`` that it is, which is taken out of there."""
    found = []
    for step in steps:
        if (before := next((one for one in left if same(step, one)), None)) is not None:
            left.remove(before)
            found.append(Correction(step, before))
    return found


def _is_at(step: LoggedStep, before: Recorded, *, says_as: Same) -> bool:
    is_then = before.envelope.occurred_at == step.occurred_at
    is_named = _step(before).activity == step.command.activity
    return is_then and (is_named or says_as(step, before))


def _says_as(step: LoggedStep, before: Recorded, *, numbers: frozenset[_Number]) -> bool:
    said, told = step.command, _step(before)
    if _number(said) in numbers:
        return _number(said) == _number(told)
    return (said.activity, *_number(said)) == (told.activity, *_number(told))


def _numbers(steps: Iterable[LoggedStep], holding: Iterable[Recorded]) -> frozenset[_Number]:
    """The numbers that are of one step alone, by which it is the same under another name."""
    # Some logs number a visit or a file, and all its steps alike: there the name counts as well.
    counts = (
        Counter(_number(one.command) for one in steps),
        Counter(_number(_step(one)) for one in holding),
    )
    return frozenset(
        number
        for number in counts[0]
        if number[0] is not None and all(count[number] <= 1 for count in counts)
    )


def _number(step: RecordPastStep | PastStepRecorded | PastStepCorrected) -> _Number:
    # The beginning and the end of one step share its number.
    return step.activity_id, step.lifecycle


def _step(one: Recorded) -> PastStepRecorded | PastStepCorrected:
    assert isinstance(one.event, PastStepRecorded | PastStepCorrected)
    return one.event
