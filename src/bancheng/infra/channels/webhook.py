"""系统推送: CloudEvents 1.0 in structured JSON, signed after Standard Webhooks.

Both are conventions that receivers have libraries for. ``webhook-id`` and the event's ``id`` are
the notice's: the same at each try.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from bancheng.app.noticing.messages import ALONE, Item, Message
from bancheng.infra.channels.posting import Poster

CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"
TYPE_PREFIX: Final = "cn.bancheng."


class Webhook:
    """系统推送: to one system."""

    gathers = ALONE

    def __init__(
        self, url: str, secret: bytes, hall: str, poster: Poster, now: Callable[[], datetime]
    ) -> None:
        self._url, self._secret, self._hall = url, secret, hall
        self._poster, self._now = poster, now

    def send(self, message: Message) -> None:
        """Tell the system of one event; ``NotDelivered`` unless it answers 2xx."""
        (item,) = message.items
        body = msgspec.json.encode(_event(item, self._hall))
        stamp = str(int(self._now().timestamp()))
        self._poster.post(
            self._url,
            body,
            {
                "content-type": CONTENT_TYPE,
                "webhook-id": message.id,
                "webhook-timestamp": stamp,
                "webhook-signature": signature(self._secret, message.id, stamp, body),
            },
        )

    def close(self) -> None:
        self._poster.close()


def _event(item: Item, hall: str) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": item.notice_id,
        "source": f"/bancheng/{hall}",
        "type": TYPE_PREFIX + item.of_topic,
        "subject": item.number,
        "time": item.made_at,
        # With gaps; of two events that came in another order it says which was first.
        "sequence": f"{item.position:020d}",
        "datacontenttype": "application/json",
        "data": {
            "matterId": item.matter_id,
            "number": item.number,
            "topic": item.of_topic,
            "term": item.term,
            "unit": item.unit,
        },
    }


def signature(secret: bytes, id_: str, stamp: str, body: bytes) -> str:
    """``v1,`` and the HMAC-SHA256 of id, timestamp and body, as the receiver makes it again."""
    signed = b".".join((id_.encode(), stamp.encode(), body))
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
