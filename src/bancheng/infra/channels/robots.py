"""工作群机器人: text into a group of 企业微信 or 钉钉, several notices in one message.

Both take twenty messages a minute and cut off who sends more, so they are gathered.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import msgspec

from bancheng.app.noticing.messages import Gathers, Message, NotDelivered
from bancheng.infra.channels.posting import Poster

# 企业微信 takes 2048 bytes of text. What is gathered leaves room for its name and its numbers.
TEXT_BYTES_MAX: Final = 2000
GATHERS: Final = Gathers(notices=20, text_bytes=1500)
_TOO_OFTEN: Final = frozenset({45009, 45033, 130101, 410100})
_PAUSE_SECONDS: Final = 600.0  # 钉钉 takes nothing for ten minutes from who sent too often


class Robot:
    """机器人: of one group. ``sign_key`` is 钉钉's 加签; 企业微信 has none."""

    gathers = GATHERS

    def __init__(
        self,
        url: str,
        sign_key: str | None,
        hall_name: str,
        poster: Poster,
        now: Callable[[], datetime],
    ) -> None:
        self._url, self._sign_key, self._hall_name = url, sign_key, hall_name
        self._poster, self._now = poster, now

    def send(self, message: Message) -> None:
        """Write into the group; ``NotDelivered`` unless the robot says that it did."""
        body = {"msgtype": "text", "text": {"content": text_of(message, self._hall_name)}}
        answer = self._poster.post(
            self._signed(), msgspec.json.encode(body), {"content-type": "application/json"}
        )
        _check(answer)

    def close(self) -> None:
        self._poster.close()

    def _signed(self) -> str:
        if self._sign_key is None:
            return self._url
        stamp = str(int(self._now().timestamp() * 1000))
        key, signed = self._sign_key.encode(), f"{stamp}\n{self._sign_key}".encode()
        sign = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"{self._url}&{urlencode({'timestamp': stamp, 'sign': sign})}"


def text_of(message: Message, hall_name: str) -> str:
    """What the group reads. The number at the end tells two sendings of one message apart."""
    lines = [one.text for one in message.items]
    listed = (f"{n}. {one}" for n, one in enumerate(lines, 1))
    body = lines[0] if len(lines) == 1 else "\n".join(listed)
    text, end = f"【{hall_name}】{body}", f"\n(通知号 {message.id[:8]})"
    room = TEXT_BYTES_MAX - len(end.encode())
    if len(text.encode()) > room:  # one alone that is as long; the ledger has all of it
        text = text.encode()[: room - 3].decode(errors="ignore") + "…"
    return text + end


class _Answer(msgspec.Struct):
    errcode: int


def _check(answer: bytes) -> None:
    try:
        code = msgspec.json.decode(answer, type=_Answer).errcode
    except msgspec.DecodeError as error:
        raise NotDelivered("ANSWER_UNREADABLE") from error
    if code:
        pause = _PAUSE_SECONDS if code in _TOO_OFTEN else None
        raise NotDelivered(f"ROBOT_{code}", pause_seconds=pause)
