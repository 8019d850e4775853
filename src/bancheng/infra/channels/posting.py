"""HTTP: one POST, bounded in time and in what is read of the answer."""

import ssl
import time
from collections.abc import Mapping
from typing import Final

import httpx2

from bancheng.app.noticing.messages import NotDelivered

TIMEOUT_SECONDS: Final = 10.0
# The time above is for each part; who answers a byte now and then is not waited for, either.
WHOLE_SECONDS: Final = 20.0
ANSWER_BYTES_MAX: Final = 64 * 1024
_GOOD: Final = range(200, 300)
# What is wrong with the message will be wrong with it tomorrow.
_FINAL: Final = frozenset({400, 410, 413, 422})
_PAUSE_MAX_SECONDS: Final = 86_400


class Poster:
    """HTTP 发送: to the receivers of one route, over connections that it keeps."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._client = httpx2.Client(
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
            trust_env=False,  # a proxy of the shell would read what goes to citizens
            verify=True if tls is None else tls,
        )

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """What was answered; ``NotDelivered`` if it was not taken."""
        try:
            return self._posted(url, body, headers)
        except httpx2.TimeoutException as error:
            raise NotDelivered("TIMEOUT") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, OSError) as error:
            raise NotDelivered(f"UNREACHABLE_{type(error).__name__}") from error

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _posted(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        ends_at = time.monotonic() + WHOLE_SECONDS
        with self._client.stream("POST", url, content=body, headers=dict(headers)) as answer:
            if answer.status_code not in _GOOD:
                raise NotDelivered(
                    f"HTTP_{answer.status_code}",
                    is_final=answer.status_code in _FINAL,
                    pause_seconds=_pause(answer.headers.get("retry-after")),
                )
            read = b""
            for part in answer.iter_bytes():
                read += part
                if len(read) > ANSWER_BYTES_MAX:
                    raise NotDelivered("ANSWER_TOO_LONG")
                if time.monotonic() > ends_at:
                    raise NotDelivered("TIMEOUT")
            return read


def _pause(said: str | None) -> float | None:
    if said is None or not said.isascii() or not said.isdigit():
        return None
    return float(min(int(said), _PAUSE_MAX_SECONDS))
