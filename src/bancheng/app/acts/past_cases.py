"""历史办件: the acts by which cases of other systems are kept. Imports alone do them."""

from bancheng.app.acts.act import (
    ADMIN,
    EFFICIENCY,
    Act,
    Aggregate,
)
from bancheng.domain.case import history

OTHER_SYSTEM = "来源系统的办件日志"

# A source may tell of a step later than of those that followed it (补录).
PAST_CASE = Aggregate(
    "past-case-", "历史办件", history.PastCase, history.evolve,
    named_by=lambda command: command.case.stream_name, chronological=False,
)  # fmt: skip

ACTS: tuple[Act, ...] = (
    PAST_CASE.act(history.RecordPastStep, history.record_past_step, ADMIN, EFFICIENCY,
                  basis=OTHER_SYSTEM, offered=False),
    PAST_CASE.act(history.CorrectPastStep, history.correct_past_step, ADMIN, EFFICIENCY,
                  basis=OTHER_SYSTEM, offered=False),
    PAST_CASE.act(history.RestatePastCase, history.restate_past_case, ADMIN, EFFICIENCY,
                  basis=OTHER_SYSTEM, offered=False),
)  # fmt: skip
