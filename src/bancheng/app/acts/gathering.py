"""归集: the acts by which tickets and cases are part of what somebody is helped with."""

from bancheng.app.acts.act import CLERK, HANDLER, Act
from bancheng.app.acts.assistance import BASIS
from bancheng.app.acts.matters import on_both
from bancheng.domain import gathering

ACTS: tuple[Act, ...] = (
    on_both(gathering.GatherMatter, gathering.gather, CLERK, HANDLER, basis=BASIS),
    on_both(gathering.ReleaseMatter, gathering.release, CLERK, HANDLER, basis=BASIS),
)
