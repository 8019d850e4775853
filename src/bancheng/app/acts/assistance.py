"""帮办: the acts by which the hall helps somebody through all that they have to get done."""

from bancheng.app.acts.act import CLERK, DUTY, HANDLER, VERIFIER, Act, Aggregate
from bancheng.domain.assistance import contact, course, mandate
from bancheng.domain.assistance.assistance import evolve
from bancheng.domain.assistance.state import PREFIX, Assistance

BASIS = "帮办代办制"
ASSISTANCE = Aggregate(PREFIX, "帮办", Assistance, evolve, ledger="BB")

ACTS: tuple[Act, ...] = (
    ASSISTANCE.act(mandate.AcceptMandate, mandate.accept_mandate, CLERK, HANDLER, DUTY,
                   basis=BASIS, opens=True),
    ASSISTANCE.act(mandate.ChangeContact, mandate.change_contact, DUTY, basis=BASIS),
    ASSISTANCE.act(mandate.CorrectClient, mandate.correct_client, CLERK, HANDLER,
                   basis="个人信息保护法第四十六条"),
    ASSISTANCE.act(course.NoteAssistance, course.note_progress, CLERK, HANDLER, basis=BASIS),
    ASSISTANCE.act(course.EndAssistance, course.end, CLERK, HANDLER, basis=BASIS),
    ASSISTANCE.act(course.RateAssistance, course.rate, VERIFIER, basis="国办发〔2019〕51号"),
    ASSISTANCE.act(contact.DiscloseClient, contact.disclose, CLERK, HANDLER, VERIFIER,
                   basis="个人信息保护法第三十四条"),
)  # fmt: skip
