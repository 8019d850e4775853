"""通知: the acts about what the hall itself tells people, the same whatever it is about."""

from bancheng.app.acts.act import ADMIN, EFFICIENCY, HANDLER, SUPERVISOR, SYSTEM, Act, Many
from bancheng.app.acts.matters import on_files
from bancheng.domain.notices import recording

GROUND = "告知义务"

ACTS: tuple[Act, ...] = (
    on_files(recording.RecordNoticeSent, recording.record_sent, SYSTEM, basis=GROUND),
    on_files(recording.RecordNoticeFailed, recording.record_failed, SYSTEM, basis=GROUND),
    on_files(recording.ResendNotice, recording.resend, HANDLER, SUPERVISOR, EFFICIENCY, ADMIN,
            basis=GROUND, many=Many(part=("notice_id",))),
)  # fmt: skip
