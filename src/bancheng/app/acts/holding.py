"""承办: the acts by which somebody has a matter or an order in hand, and ceases to."""

from bancheng.app.acts.act import CLERK, DUTY, HANDLER, HEAD, OFFICER, SYSTEM, Act
from bancheng.app.acts.matters import on_both
from bancheng.domain import holding

BASIS = "岗位责任制"

ACTS: tuple[Act, ...] = (
    on_both(holding.ClaimWork, holding.claim, CLERK, HANDLER, OFFICER, basis=BASIS),
    on_both(holding.AssignWork, holding.assign, CLERK, HANDLER, OFFICER, HEAD, DUTY, basis=BASIS),
    on_both(holding.GiveBackWork, holding.give_back, CLERK, HANDLER, OFFICER, HEAD, DUTY,
            basis=BASIS),
    on_both(holding.TakeBackWork, holding.take_back, SYSTEM, basis=BASIS),
)  # fmt: skip
