"""外部登录: what the providers have in common. Each shows a staff id, and lets nobody in."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from bancheng.domain.errors import NotAllowed


class Going(NamedTuple):
    """去向: where the browser goes, and what has to be known when it comes back."""

    url: str
    said: dict[str, str]


class Provider(Protocol):
    """登录平台: where people of the hall sign in, outside of it."""

    async def begin(self, back: str) -> Going:
        """Where the browser goes; ``said`` has the ``state`` that it comes ``back`` with."""

    async def finish(self, back: str, said: Mapping[str, str], query: Mapping[str, str]) -> str:
        """The staff id of whoever came back; ``NotAllowed`` says why there is none."""

    async def leaving(self, back: str) -> str | None:
        """Where the browser goes to leave the provider too."""


def unreachable(name: str) -> NotAllowed:
    """The provider does not answer, or not in its protocol."""
    return NotAllowed(
        "PROVIDER_UNREACHABLE",
        f"{name}没有应答",
        remedy="请稍后再试;仍不成功的,请联系系统管理员",
    )


def text_in(told: Mapping[str, Any], name: str) -> str:
    """What ``told`` says under ``name``; ``NotAllowed`` ``STAFF_ID_NOT_TOLD`` if it is no text."""
    found = told.get(name)
    if not isinstance(found, str) or not found:
        raise NotAllowed(
            "STAFF_ID_NOT_TOLD",
            f"登录平台没有告知工号({name})",
            remedy="请系统管理员核对平台给出的属性与本厅的配置",
        )
    return found
