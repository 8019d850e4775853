"""A hall from its opening on, as the demo, its tests and the benchmark let it live."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bancheng.bootstrap import Container
from bancheng.domain.case.correct import AddRemark
from bancheng.domain.held_parts import HeldPart
from bancheng.domain.holding.hand_over import ProposeWorkHandOver, SignWorkHandOver
from bancheng.domain.office.absence import NoteAbsence, Whereabouts
from bancheng.domain.office.item_publication import PublishItem
from bancheng.domain.office.stand_ins import NameStandIn
from bancheng.domain.people import Actor, FreeText
from bancheng.projections.deadlines.deadlines import DEADLINES
from bancheng.projections.machine.runner import Runner
from bancheng.simulation import people
from bancheng.simulation.run import SettableClock, Simulation, at_desk
from bancheng.simulation.shares import USUAL, Shares

_A_DAY: Final = timedelta(days=1)


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
    return acts + _somebody_is_away(container, until) + _somebody_leaves(container)


def _busiest(container: Container) -> tuple[Actor, Sequence[HeldPart]]:
    """Who has most in hand at a window, and what that is."""
    held = {who: _held(container, who) for who in people.WINDOW_CLERKS.values()}
    return max(held.items(), key=lambda one: len(one[1]))


def _held(container: Container, who: Actor) -> Sequence[HeldPart]:
    return container.rules.in_hand(who.id, who).parts


def _somebody_is_away(container: Container, at: datetime) -> int:
    """Who has most in hand is away, and who issues does something in their place; how many acts."""
    who, parts = _busiest(container)
    if not parts:
        return 0
    deputy, engine = people.ISSUER, container.engine
    named = NameStandIn(staff_id=who.id, stand_in=deputy.id)
    engine.execute(named, at_desk("stand-in/1", people.DUTY_LEADER))
    away = NoteAbsence(
        staff_id=who.id, whereabouts=Whereabouts.TRAINING, since=at, until=at + _A_DAY,
        stand_in=deputy.id,
    )  # fmt: skip
    engine.execute(away, at_desk("stand-in/2", who))
    container.runner.catch_up()
    remark = AddRemark(
        case_id=parts[0].matter_id, remark=FreeText("申请人来电询问进度,已告知办理时限。")
    )
    in_their_place = replace(at_desk("stand-in/3", deputy), acting_for=who.id)
    engine.execute(remark, in_their_place)
    container.runner.catch_up()
    return 3


def _somebody_leaves(container: Container) -> int:
    """Who has most in hand at a window hands all of it over to who issues; how many acts."""
    leaver, parts = _busiest(container)
    if not parts:
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
