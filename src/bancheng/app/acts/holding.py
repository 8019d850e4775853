"""承办: the acts by which somebody has a matter or an order in hand, and ceases to."""

from bancheng.app.acts.act import CLERK, DUTY, HANDLER, HEAD, OFFICER, SYSTEM, Act, Aggregate, Many
from bancheng.app.acts.matters import on_both
from bancheng.domain.holding import hand_over, leaving, taking

BASIS = "岗位责任制"
PARTS = Many(part=("order_id",))
HAND_OVER = Aggregate(hand_over.PREFIX, "工作交接", hand_over.WorkHandOver, hand_over.evolve)

ACTS: tuple[Act, ...] = (
    on_both(taking.ClaimWork, taking.claim, CLERK, HANDLER, OFFICER, basis=BASIS, many=PARTS),
    on_both(taking.AssignWork, taking.assign, CLERK, HANDLER, OFFICER, HEAD, DUTY, basis=BASIS,
            many=PARTS),
    on_both(taking.GiveBackWork, taking.give_back, CLERK, HANDLER, OFFICER, HEAD, DUTY,
            basis=BASIS, many=PARTS),
    on_both(leaving.TakeBackWork, leaving.take_back, SYSTEM, basis=BASIS),
    on_both(leaving.PassOnWork, leaving.pass_on, SYSTEM, basis=BASIS),
    HAND_OVER.act(hand_over.ProposeWorkHandOver, hand_over.propose, CLERK, HANDLER,
                  OFFICER, HEAD, DUTY, basis=BASIS, opens=True),
    HAND_OVER.act(hand_over.SignWorkHandOver, hand_over.sign, CLERK, HANDLER, OFFICER,
                  basis=BASIS),
    HAND_OVER.act(hand_over.WithdrawWorkHandOver, hand_over.withdraw, CLERK, HANDLER,
                  OFFICER, HEAD, basis=BASIS),
)  # fmt: skip
