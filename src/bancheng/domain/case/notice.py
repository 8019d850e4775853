"""一次告知: all that must still come is told once, with the time there is for it.

A pre-review that sends an application back is this notice too, by whatever way the application came
(行政许可法 32(4)): there is one, and a later one may only repeat it.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from bancheng.domain.case.state import Case
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, WrongStep, together
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.limit import DueDate, case_by_case

REMEDY = "请受理,或按否定报备程序处理"


class Wanted(Struct, frozen=True, kw_only=True):
    """补正内容: one material that must come, and to what standard."""

    code: Annotated[str, Meta(max_length=40, description="材料编码")]
    standard: Annotated[str, Meta(min_length=1, max_length=500, description="补正要求")]


WantedList = Annotated[tuple[Wanted, ...], Meta(max_length=100, description="需要补正的全部内容")]
Period = Annotated[int, Meta(ge=1, le=20_000, description="补正期限,工作日,写入告知书")]


class Notice(Event, frozen=True, kw_only=True):
    """告知内容: what was told under which number, and until when it is waited for."""

    notice_no: str
    wanted: tuple[Wanted, ...]
    due: DueDate | None = None


def needs_notice_possible(case: Case, _: Attempt) -> None:
    """``WrongStep`` if the one notice was given and a second could only ask for something new."""
    # Told in words alone, or too little: then nothing is left that a second notice may say.
    # What was told and came is not asked for again: a window that finds ever new faults with it
    # would never accept. It accepts, or reports that it can not.
    if case.notices and (untold(case) or not told_and_missing(case)):
        raise WrongStep("NOTICE_SPENT", "本件已一次性告知,不能再提出新的补正要求", remedy=REMEDY)


def check_notice(case: Case, wanted: Sequence[Wanted]) -> None:
    """Raise ``InvalidInput`` unless ``wanted`` names materials once, and nothing new if told."""
    together(
        lambda: case.each_once(_codes(wanted), "wanted"), lambda: _check_nothing_new(case, wanted)
    )


def _check_nothing_new(case: Case, wanted: Sequence[Wanted]) -> None:
    # A higher standard for what was told is a new demand, too (行政许可法 32(4): 一次告知需要
    # 补正的全部内容).
    came = set(case.told) - set(case.missing)
    faults = [
        InvalidInput(
            "NOTICE_NOT_ONCE",
            f"补正内容须一次性告知,不能再要求: {one.code}",
            field=f"wanted[{at}]",
            remedy=REMEDY,
        )
        for at, one in enumerate(wanted)
        if not _is_told(case, one) or one.code in came
    ]
    if case.notices and faults:
        raise faults[0].with_others(faults[1:])


def notice_no(case: Case) -> str:
    """The number of the next notice of the case."""
    return f"{case.number}-B{case.notices + 1:02d}"


def awaited_until(working_days: int, desk: Desk) -> DueDate:
    """Until when the applicant is waited for, as the notice tells them."""
    kind = LimitKind.AWAIT_SUPPLEMENT
    limit = replace(
        case_by_case(working_days),
        id=kind.purpose,
        label=f"补正期限{working_days}个工作日",
        basis="一次性告知书",
    )
    return desk.due(limit, kind.purpose)


def is_awaited(case: Case, desk: Desk) -> bool:
    """Whether the applicant still has time for what they were told, and may bring the rest.

    Also who brought something before: the time was told to them, and is theirs to its end.
    """
    waiting = case.deadline(LimitKind.AWAIT_SUPPLEMENT, desk.stream_id)
    return waiting is not None and desk.now < waiting.due.due_at


def told_and_missing(case: Case) -> set[str]:
    """The required materials that were told and did not come."""
    return set(case.missing) & set(case.told)


def untold(case: Case) -> set[str]:
    """The required materials that did not come and that no notice can ask for any more.

    The one notice was given without them, so they are no reason not to accept (行政许可法 32(4)):
    they are asked for before anything is granted.
    """
    return set(case.missing) - set(case.told) if case.notices else set()


def _is_told(case: Case, wanted: Wanted) -> bool:
    return case.told.get(wanted.code) == wanted.standard


def _codes(wanted: Iterable[Wanted]) -> list[str]:
    return [one.code for one in wanted]
