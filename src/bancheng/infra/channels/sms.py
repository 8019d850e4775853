"""短信: through the gateway of a provider, whose names for number, text and id are set up."""

from typing import Final

import msgspec

from bancheng.app.noticing.messages import ALONE, Message, NotDelivered
from bancheng.domain.phone_numbers import mobile
from bancheng.infra.channels.posting import Poster
from bancheng.infra.notice_settings import SmsFields

IDEMPOTENCY: Final = "idempotency-key"


class SmsGateway:
    """短信接口: of one provider; ``token`` is shown as a bearer's."""

    gathers = ALONE

    def __init__(
        self, url: str, token: str | None, fields: SmsFields, hall_name: str, poster: Poster
    ) -> None:
        self._url, self._token, self._fields = url, token, fields
        self._hall_name, self._poster = hall_name, poster

    def send(self, message: Message) -> None:
        """Send one text message; ``NotDelivered`` unless the gateway took it."""
        (item,) = message.items
        assert message.phone is not None, "a text message goes to a number"
        assert message.phone.plain is not None, "it was opened"
        number, fields = mobile(message.phone.plain), self._fields
        text = f"【{self._hall_name}】{item.text}"
        body = {**fields.fixed, fields.phone: number, fields.text: text, fields.id: message.id}
        headers = {"content-type": "application/json", IDEMPOTENCY: message.id}
        if self._token is not None:
            headers["authorization"] = f"Bearer {self._token}"
        _check(self._poster.post(self._url, msgspec.json.encode(body), headers), fields)

    def close(self) -> None:
        self._poster.close()


def _check(answer: bytes, fields: SmsFields) -> None:
    if fields.ok_field is None:
        return
    try:
        said = msgspec.json.decode(answer, type=dict[str, object])
    except msgspec.DecodeError as error:
        raise NotDelivered("ANSWER_UNREADABLE") from error
    if str(said.get(fields.ok_field)) != fields.ok_value:
        # What it says instead may name the number.
        raise NotDelivered("GATEWAY_REFUSED")
