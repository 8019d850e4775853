"""未诉先办: what a rule book lets the hall open a ticket for by itself."""

from bancheng.domain.labelled import Labelled


class Proactive(Labelled):
    """未诉先办来源: what the hall opens a ticket for by itself, though nobody complained."""

    RED_CARDS = "red_cards", "红牌"
    FAILED_CHECKS = "failed_checks", "校验异常"
