"""延续: an application to renew a licence is decided before it expires, or law renews it.

行政许可法 50: applied for thirty days before the expiry, or as the law of the item says, and
undecided when the licence expires, it is deemed renewed. Applied for later it is marked, and is
not, unless the rule book says so.
"""

from bancheng.domain.case.deadline import DeadlineVerdict, asking_over, verdicts_of
from bancheng.domain.case.guards import all_of, waits_in
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.deadlines import Deadline
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import guarded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate


@topic("case.case-deemed-renewed", step=Step.DEADLINE)
class CaseDeemedRenewed(Event, frozen=True, kw_only=True):
    """视为准予延续: nothing was decided until the licence expired (行政许可法 50).

    ``due`` is the expiry. The result must have reached the applicant by ``deliver_due``.
    """

    due: DueDate
    verdicts: tuple[DeadlineVerdict, ...]
    deliver_due: DueDate | None = None


class DeemRenewed(CaseCommand, frozen=True, kw_only=True):
    """视为准予延续: record that law renewed the licence, because nothing was decided in time."""


may_deem_renewed = all_of(
    waits_in(CaseStatus.ACCEPTED), lambda case, attempt: _expired(case, attempt.desk)
)


@guarded(may_deem_renewed)
def deem_renewed(case: Case, _: DeemRenewed, desk: Desk) -> list[Event]:
    return [
        *asking_over(case),
        CaseDeemedRenewed(
            due=_expired(case, desk).due,
            verdicts=verdicts_of(case, desk),
            deliver_due=desk.due_for("case.deliver", case.offered),
        ),
    ]


def _expired(case: Case, desk: Desk) -> Deadline:
    expired = case.taken_by_law(LimitKind.RENEWAL, desk)
    if expired is None:
        raise WrongStep(
            "LICENCE_STILL_VALID",
            "本件不是延续申请,或原许可有效期未满,或逾期申请依规则不视为准予延续",
            remedy="请在有效期届满前作出决定",
        )
    return expired
