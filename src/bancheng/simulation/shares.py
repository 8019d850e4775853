"""How often something happens in the simulated hall. Data, no behaviour."""

from typing import Final, NamedTuple


class Shares(NamedTuple):
    """发生率: how often something happens to a case or a warning to which it can happen at all.

    Between 0 and 1. Chosen so that four weeks show every course and yet look like a hall's: about
    one case in twenty is decided late.
    """

    joint: float = 0.02
    # A real hall has far more (84 % of what 三亚市吉阳区 finished in 2023-07), but what is done at
    # once shows no deadline.
    instant: float = 0.4
    by_agent: float = 0.08
    special_group: float = 0.06
    cross_region: float = 0.02
    fetched_by_other: float = 0.06
    delivery_chosen: float = 0.6
    voided: float = 0.004
    pre_rejected: float = 0.15
    # These five exclude each other and add up to less than 1: the others are complete at once.
    corrected: float = 0.07
    supplemented: float = 0.12
    promised: float = 0.05
    doubted: float = 0.03
    forgotten: float = 0.02
    # Of the supplemented ones.
    given_up: float = 0.1
    in_parts: float = 0.15
    # Of the doubted ones: the window may not refuse, so somebody above does or does not.
    refusal_denied: float = 0.4
    withdrawn: float = 0.015
    terminated: float = 0.006
    gap_filled: float = 0.75
    procedure: float = 0.8
    procedure_told: float = 0.9
    procedure_overrun: float = 0.05
    hearing_asked: float = 0.5
    hearing_silent: float = 0.5
    extended: float = 0.04
    extension_granted: float = 0.75
    late: float = 0.09
    child_late: float = 0.5
    refused: float = 0.05
    recalled: float = 0.008
    charge_waived: float = 0.03
    handed_to_window: float = 0.6
    kept: float = 0.4
    bundled: float = 0.08
    reviewed: float = 0.04
    rated: float = 0.65
    # Halls publish 99.99 % good; at one in ten thousand nobody would see what follows a bad one.
    bad: float = 0.05
    named: float = 0.6
    unreached: float = 0.2
    justified: float = 0.65
    appealed: float = 0.2
    excluded: float = 0.5
    warning_ignored: float = 0.05
    warning_appealed: float = 0.03
    warning_revoked: float = 0.4
    # Of the red cards of units; and of the urged ones.
    urged: float = 0.6
    pressed: float = 0.5
    answer_extended: float = 0.15
    # Of what the ladder proposed.
    signed: float = 0.6
    # Of the bad ratings that stand, and of the tickets whose cause is 不给办.
    carded: float = 0.5


USUAL: Final = Shares()
