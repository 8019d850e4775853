"""A matter that is late, on which a unit was called to account, or on which that is proposed."""

from bancheng.app.registry import matter_kind
from bancheng.domain.case.state import Case
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.supervision.answering import AnswerMeasure
from bancheng.domain.supervision.events import Climb, ClimbingLimit, MeasureProposed
from bancheng.domain.supervision.taking import IssueBulletin, next_id
from bancheng.domain.time_limits.levels import Rung, WarningLevel
from bancheng.domain.warnings.raising import RaiseWarning

from .builders import TEXT, History, after
from .given import OFFICER, ROBOT, RULES, given, local, recorded


def proposed(history: History) -> History:
    """The same history, after which the ladder has proposed to name RS before all."""
    matter_id, at = history[-1].stream_id, history[-1].envelope.occurred_at
    kind, subject = _limit(history)
    limit = ClimbingLimit(kind=kind, subject=subject, cycle=1)
    event = MeasureProposed(
        measure_id=_next_id(history), rung=Rung.BULLETIN, unit="RS", ground="overdue",
        basis="逾期未办结", rule_version=RULES.version, stands_on=f"{subject}/{kind}/1",
        climb=Climb(limits=(limit,), due_at=at, next_at=at),
    )  # fmt: skip
    return (*history, recorded(event, len(history) + 1, ROBOT, at, matter_id))


def late(history: History) -> History:
    """The same history, with the red card of what RS has to do, if the time for that runs."""
    kind, subject = _limit(history)
    card = RaiseWarning(
        matter_id=history[-1].stream_id, kind=kind, subject=subject, level=WarningLevel.RED
    )
    return given(*history).when(card, at=local("2026-05-05 09:00")).history


def called_to_account(history: History, *, answered: bool = False) -> History:
    """For what it did a unit may be called to account whatever has become of the matter."""
    matter_id, named = history[-1].stream_id, _next_id(history)
    demanded = IssueBulletin(matter_id=matter_id, unit="RS", ground="overdue", demand=TEXT)
    answer = AnswerMeasure(matter_id=matter_id, measure_id=named, answer=TEXT)
    taken = after(history, demanded)
    return after(taken, answer, OFFICER) if answered else taken


def _next_id(history: History) -> str:
    return next_id(_matter(history))


def _matter(history: History) -> Ticket | Case:
    kind = matter_kind(history[-1].stream_id)
    assert kind is not None
    return kind.state_after(history)


def _limit(history: History) -> tuple[LimitKind, str]:
    """What RS has to do on the matter: resolve its order, or keep the promise of a case."""
    matter_id = history[-1].stream_id
    if not matter_id.startswith("ticket-"):
        return LimitKind.PROMISED, matter_id
    return LimitKind.RESOLVE, f"{_matter(history).number}-01"
