"""在线连接: which connections of this process belong to whom, and how much one account may hold.

Nothing is counted up and down: what an account holds is what its connections have open now.
"""

from collections.abc import Sized
from typing import Protocol

from bancheng.domain.errors import Conflict
from bancheng.graphql.limits import ACCOUNT_CONNECTIONS_MAX, ACCOUNT_SUBSCRIPTIONS_MAX


class Listener(Protocol):
    """A connection, with the subscriptions it has open."""

    @property
    def operations(self) -> Sized: ...


class Listeners:
    """在线连接: the connections of each account. For one event loop."""

    def __init__(self) -> None:
        self._of: dict[str, set[Listener]] = {}

    def join(self, account: str, listener: Listener) -> None:
        """Let ``account`` have this connection too; ``Conflict`` if that would be one too many."""
        held = self._of.get(account, set())
        if len(held) >= ACCOUNT_CONNECTIONS_MAX:
            raise Conflict(
                "ACCOUNT_CONNECTIONS_FULL",
                f"同一账号最多 {ACCOUNT_CONNECTIONS_MAX} 个连接",
                remedy="请关闭不用的页面后重试",
            )
        self._of[account] = held | {listener}

    def leave(self, account: str, listener: Listener) -> None:
        """The connection is over."""
        left = self._of.pop(account, set()) - {listener}
        if left:
            self._of[account] = left

    def require_room(self, account: str) -> None:
        """Raise ``Conflict`` if ``account`` has as many subscriptions as it may."""
        open_now = sum(len(one.operations) for one in self._of.get(account, ()))
        if open_now >= ACCOUNT_SUBSCRIPTIONS_MAX:
            raise Conflict(
                "ACCOUNT_SUBSCRIPTIONS_FULL",
                f"同一账号最多 {ACCOUNT_SUBSCRIPTIONS_MAX} 项订阅",
                remedy="请先结束其他页面中不用的订阅",
            )
