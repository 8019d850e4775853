"""单点登录 (CAS 3): a ticket of the provider's, asked of it once, shows who somebody is.

The ticket is good for the very address that it was issued for, which carries the ``state`` of this
sign-in: a ticket of another browser's sign-in is refused by the provider itself.
"""

import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import httpx2
from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

from bancheng.domain.errors import NotAllowed
from bancheng.infra.outer_sign_in import Going, Told, staff_id_in, unreachable

TIMEOUT_SECONDS: Final = 10.0
ANSWER_BYTES_MAX: Final = 100_000
STATE_BYTES: Final = 24
_NAMESPACE: Final = "{http://www.yale.edu/tp/cas}"
_AWAY: Final = (httpx2.HTTPError, httpx2.InvalidURL, ParseError, DefusedXmlException, ValueError)


class Cas:
    """单点登录: one provider; without ``attribute`` its user is the staff id."""

    def __init__(self, url: str, attribute: str | None) -> None:
        self._url, self._attribute = url.rstrip("/"), attribute

    async def begin(self, back: str) -> Going:
        """Where the browser goes to sign in; it comes ``back`` with a ticket."""
        state = secrets.token_urlsafe(STATE_BYTES)
        service = urlencode({"service": _service(back, state)})
        return Going(f"{self._url}/login?{service}", {"state": state})

    async def finish(self, back: str, said: Mapping[str, str], query: Mapping[str, str]) -> Told:
        """Who came back with a ticket."""
        ticket = query.get("ticket", "")
        if not ticket:
            raise _refused()
        told = await self._asked(ticket, _service(back, said["state"]))
        return Told(staff_id_in(told, self._attribute or "user"), told)

    async def leaving(self, back: str) -> str | None:
        """Where the browser goes to leave the provider too."""
        return f"{self._url}/logout?{urlencode({'service': back})}"

    async def _asked(self, ticket: str, service: str) -> dict[str, Any]:
        """What the provider says of whom the ticket is; it says so once."""
        asked = {"service": service, "ticket": ticket}
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                answer = await client.get(f"{self._url}/p3/serviceValidate", params=asked)
            answer.raise_for_status()
            told = _told(answer.content)
        except _AWAY as error:
            raise unreachable("单点登录平台") from error
        if told is None:
            raise _refused()
        return told


def _told(answer: bytes) -> dict[str, Any] | None:
    """The user and the attributes, those with several values as lists; ``None`` if refused."""
    if len(answer) > ANSWER_BYTES_MAX:
        raise ValueError("too long")
    root = fromstring(answer, forbid_dtd=True)
    if root.tag != f"{_NAMESPACE}serviceResponse":
        raise ValueError("another answer")
    success = root.find(f"{_NAMESPACE}authenticationSuccess")
    if success is None:
        return None
    given: dict[str, list[str]] = {}
    for one in success.find(f"{_NAMESPACE}attributes") or ():
        given.setdefault(one.tag.removeprefix(_NAMESPACE), []).append((one.text or "").strip())
    told = {name: values[0] if len(values) == 1 else values for name, values in given.items()}
    # Last: an attribute that is called so is not the user.
    return {**told, "user": (success.findtext(f"{_NAMESPACE}user") or "").strip()}


def _service(back: str, state: str) -> str:
    return f"{back}?{urlencode({'state': state})}"


def _refused() -> NotAllowed:
    return NotAllowed(
        "CAS_TICKET_REFUSED",
        "单点登录平台不认可本次登录",
        remedy="请重新登录;仍不成功的,请联系系统管理员",
    )
