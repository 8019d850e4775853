"""通知: the acts about what the hall itself tells people, the same for tickets and cases."""

from bancheng.app.acts.act import ADMIN, EFFICIENCY, HANDLER, SUPERVISOR, SYSTEM, Act, Many
from bancheng.app.acts.matters import on_both
from bancheng.domain.notices import recording

GROUND = "告知义务"

ACTS: tuple[Act, ...] = (
    on_both(recording.RecordNoticeSent, recording.record_sent, SYSTEM, basis=GROUND),
    on_both(recording.RecordNoticeFailed, recording.record_failed, SYSTEM, basis=GROUND),
    on_both(recording.ResendNotice, recording.resend, HANDLER, SUPERVISOR, EFFICIENCY, ADMIN,
            basis=GROUND, many=Many(part=("notice_id",))),
)  # fmt: skip
