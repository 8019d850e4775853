"""突发事件: the acts on what must be reported up at once."""

from bancheng.app.acts.act import CLERK, DUTY, EFFICIENCY, HANDLER, SUPERVISOR, Act, Aggregate
from bancheng.domain.incidents import incident

BASIS = "应急处置预案"
INCIDENT = Aggregate(incident.PREFIX, "突发事件", incident.Incident, incident.evolve, ledger="TF")
_AT_HAND = (CLERK, HANDLER, SUPERVISOR, DUTY)

ACTS: tuple[Act, ...] = (
    INCIDENT.act(incident.RegisterIncident, incident.register, *_AT_HAND, basis=BASIS, opens=True),
    INCIDENT.act(incident.ReportIncident, incident.report, *_AT_HAND, basis=BASIS),
    INCIDENT.act(incident.NoteIncidentMeasure, incident.note_measure, *_AT_HAND, basis=BASIS),
    INCIDENT.act(incident.EndIncident, incident.end, SUPERVISOR, DUTY, basis=BASIS),
    INCIDENT.act(incident.ReviewIncident, incident.review, SUPERVISOR, EFFICIENCY, DUTY,
                 basis=BASIS),
)  # fmt: skip
