"""改进事项: the acts by which an item changes whose matters fail again and again for one cause."""

from bancheng.app.acts.act import (
    HANDLER,
    HEAD,
    OFFICER,
    SUPERVISOR,
    SYSTEM,
    VERIFIER,
    Act,
    Aggregate,
)
from bancheng.domain.improvement import improvement

BASIS = "从一件事到一类事"
IMPROVEMENT = Aggregate(
    improvement.PREFIX, "改进事项", improvement.Improvement, improvement.evolve,
    named_by=improvement.name_of,
)  # fmt: skip

ACTS: tuple[Act, ...] = (
    IMPROVEMENT.act(improvement.NoteCause, improvement.note_cause, SYSTEM, basis=BASIS),
    IMPROVEMENT.act(improvement.AnalyseImprovement, improvement.analyse, HANDLER, basis=BASIS),
    IMPROVEMENT.act(improvement.DispatchImprovement, improvement.dispatch, HANDLER, basis=BASIS),
    IMPROVEMENT.act(improvement.SubmitImprovement, improvement.submit, OFFICER, HEAD, basis=BASIS),
    IMPROVEMENT.act(improvement.VerifyImprovement, improvement.verify, VERIFIER, basis=BASIS),
    IMPROVEMENT.act(improvement.CloseImprovement, improvement.close, SUPERVISOR, basis=BASIS),
)  # fmt: skip
