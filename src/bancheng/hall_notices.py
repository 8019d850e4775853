"""通知线路: by which ways a hall tells people, units and systems, as its settings have them."""

import ssl
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bancheng.app.engine import Engine
from bancheng.app.noticing.routes import Route
from bancheng.app.ports import AccessLog
from bancheng.config import Config
from bancheng.domain.notices.terms import NoticeChannel
from bancheng.infra.files import read_text
from bancheng.infra.notice_queue import NoticeQueue
from bancheng.infra.notice_settings import BYTES_MAX, NoticeSettings, parse_notice_settings
from bancheng.jobs import Composing, Sender, Sending
from bancheng.jobs.sending import Way, moments


class Room(NamedTuple):
    """What the senders need of the hall."""

    config: Config
    engine: Engine
    queue: NoticeQueue
    accesses: AccessLog


def settings_of(config: Config) -> NoticeSettings:
    """The notice settings of a hall; ``NoticeSettingsError`` if their file is at fault."""
    if config.notices is None:
        return NoticeSettings()
    return parse_notice_settings(read_text(Path(config.notices), bytes_max=BYTES_MAX))


def sending_of(settings: NoticeSettings, room: Room) -> Sending:
    """What sends by the ways of ``settings``."""
    return Sending(tuple(_senders(settings, room)))


def _senders(settings: NoticeSettings, room: Room) -> Iterator[Sender]:
    clock, calendar = room.engine.clock, room.engine.rules.calendar
    moment = moments(settings.routes, calendar)
    compose = Composing(room.engine, room.queue, room.accesses)
    way_of = _ways(settings, room.config, clock.now)
    for route in settings.routes.out:
        yield Sender(route, way_of(route), room.queue, compose, clock, moment)


def _ways(
    settings: NoticeSettings, config: Config, now: Callable[[], datetime]
) -> Callable[[Route], Way]:
    # Their libraries take a while to load; who has no ways out, and most commands, are spared.
    from bancheng.infra.channels.mail import Mailbox  # noqa: PLC0415
    from bancheng.infra.channels.posting import Poster  # noqa: PLC0415
    from bancheng.infra.channels.robots import Robot  # noqa: PLC0415
    from bancheng.infra.channels.sms import SmsGateway  # noqa: PLC0415
    from bancheng.infra.channels.webhook import Webhook  # noqa: PLC0415

    tls = ssl.create_default_context(cafile=settings.ca_file) if settings.ca_file else None
    name = config.hall_name

    def way(route: Route) -> Way:
        if route.channel is NoticeChannel.SMS:
            assert settings.sms is not None, "the route is there because it is set up"
            sms = settings.sms
            return SmsGateway(sms.url, sms.token, sms.fields, name, Poster(tls))
        outlet = settings.outlets[route.name]
        if route.channel is NoticeChannel.EMAIL:
            assert settings.mail is not None, "a mailbox needs a server"
            return Mailbox(settings.mail, outlet.to, name, tls, now)
        if route.channel is NoticeChannel.ROBOT:
            return Robot(outlet.url, outlet.sign_key, name, Poster(tls), now)
        return Webhook(outlet.url, outlet.secret, config.hall, Poster(tls), now)

    return way
