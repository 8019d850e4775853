"""A hall from its opening on, as the demo, its tests and the benchmark let it live."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bancheng.bootstrap import Container
from bancheng.domain.holding.hand_over import ProposeWorkHandOver, SignWorkHandOver
from bancheng.domain.office.item_publication import PublishItem
from bancheng.domain.people import FreeText
from bancheng.projections.deadlines.deadlines import DEADLINES
from bancheng.projections.machine.runner import Runner
from bancheng.simulation import people
from bancheng.simulation.run import SettableClock, Simulation, at_desk
from bancheng.simulation.shares import USUAL, Shares


def live(
    container: Container,
    clock: SettableClock,
    since: datetime,
    until: datetime,
    *,
    items: Sequence[PublishItem],
    seed: int,
    cases: int,
    shares: Shares = USUAL,
) -> int:
    """Open a hall that offers ``items``, and let ``cases`` and tickets come in; how many acts.

    ``container`` must run on ``clock`` and nothing of it may have been started: ledgers, warnings
    and reactions follow in turn, so that one seed makes one hall.
    """
    clock.set(since)
    units = frozenset(people.UNITS)
    # Asked once, not for every act: nobody opens or closes a unit here.
    rules = replace(container.rules, open_units=lambda: units)
    container = replace(container, engine=replace(container.engine, rules=rules))
    simulation = Simulation(container.engine, clock, seed=seed, shares=shares)
    simulation.open_hall(since, container.runner.catch_up, items)
    simulation.expect_tickets(since, until)
    simulation.expect_cases(since, until, items, cases)
    acts = simulation.run(until, _by_itself(container))
    container.runner.catch_up()
    return acts + _somebody_leaves(container)


def _somebody_leaves(container: Container) -> int:
    """Who has most in hand at a window hands all of it over to who issues; how many acts."""
    clerks = people.WINDOW_CLERKS.values()
    leaver = max(clerks, key=lambda who: len(container.rules.in_hand(who.id, who).parts))
    if not container.rules.in_hand(leaver.id, leaver).parts:
        return 0
    proposal = ProposeWorkHandOver(
        from_staff=leaver.id, to_staff=people.ISSUER.id, reason=FreeText("调往街道,离开大厅。")
    )
    list_ = container.engine.execute(proposal, at_desk("hand-over/1", leaver)).stream_id
    signature = SignWorkHandOver(hand_over_id=list_)
    container.engine.execute(signature, at_desk("hand-over/2", people.ISSUER))
    container.runner.catch_up()

    def catch_up(_: int) -> bool:
        container.runner.catch_up()
        return True

    return 2 + replace(container.handing_over, catch_up=catch_up).hand_over()


def _by_itself(container: Container) -> Callable[[], None]:
    """What the sweeper's thread would do, in this one.

    Only the board is kept up to date, which tells what is due; the other ledgers follow at the end.
    """
    board = Runner(container.builder.database, container.builder.batches, (DEADLINES.projection,))
    reactor = replace(container.reactor, engine=container.engine)
    sweep = replace(container.sweep, engine=container.engine, catch_up=lambda _: board.catch_up())

    def once() -> None:
        reactor.react()
        board.catch_up()
        sweep.lapse()
        sweep.warn()
        sweep.climb()

    return once
