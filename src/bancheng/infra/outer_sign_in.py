"""外部登录: what the providers have in common. Each shows a staff id, and lets nobody in."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from bancheng.domain.errors import NotAllowed


class Going(NamedTuple):
    """去向: where the browser goes, and what has to be known when it comes back."""

    url: str
    said: dict[str, str]


class Told(NamedTuple):
    """告知: whom a provider names, and all that it says of them."""

    staff_id: str
    says: Mapping[str, Any]


class Provider(Protocol):
    """登录平台: where people of the hall sign in, outside of it."""

    async def begin(self, back: str) -> Going:
        """Where the browser goes; ``said`` has the ``state`` that it comes ``back`` with."""

    async def finish(self, back: str, said: Mapping[str, str], query: Mapping[str, str]) -> Told:
        """Who came back; ``NotAllowed`` says why it is nobody."""

    async def leaving(self, back: str) -> str | None:
        """Where the browser goes to leave the provider too."""


def unreachable(name: str) -> NotAllowed:
    """The provider does not answer, or not in its protocol."""
    return NotAllowed(
        "PROVIDER_UNREACHABLE",
        f"{name}没有应答",
        remedy="请稍后再试;仍不成功的,请联系系统管理员",
    )


def claim(told: Mapping[str, Any], name: str) -> Any:
    """What ``told`` says under ``name``, or, where that is a path (``a.b``), within; or None."""
    if name in told:
        return told[name]
    found: Any = told
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def staff_id_in(told: Mapping[str, Any], name: str) -> str:
    """The staff id that ``told`` has under ``name``; ``NotAllowed`` ``STAFF_ID_NOT_TOLD``."""
    found = claim(told, name)
    if not isinstance(found, str) or not found:
        raise NotAllowed(
            "STAFF_ID_NOT_TOLD",
            f"登录平台没有告知工号({name})",
            remedy="请系统管理员核对平台给出的属性与本厅的配置",
        )
    return found
