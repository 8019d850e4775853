"""通知设置: which ways out a hall has, read from one file. Secrets lie in files that it names.

ca_file = "/etc/ssl/town-ca.pem"      # of receivers with certificates of an own authority

[quiet]                                # no citizen is disturbed
starts = "20:00"
ends = "08:00"

[sms]                                  # one gateway
url = "https://sms.example/send"
token_file = "/run/secrets/sms"
phone = "mobile"                       # what it calls the parts of a request
ok_field = "code"

[mail]                                 # one server
host = "smtp.example"
sender = "bancheng@hall.example"

[[mailbox]]                            # whom it reaches
name = "人社局"
to = ["rs@hall.example"]
units = ["RS"]
digest = ["09:30", "14:30"]

[[robot]]                              # a group of 企业微信 or 钉钉
name = "处理岗群"
url_file = "/run/secrets/robot"        # its address is its key
posts = ["handler"]

[[webhook]]                            # a system
name = "12345"
url = "https://12345.example/bancheng"
secret_file = "/run/secrets/12345"
topics = ["complaint."]
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import msgspec
from msgspec import Meta

from bancheng.app.noticing.routes import Route, Routes
from bancheng.domain.notices.hours import Quiet, ReceivingHours
from bancheng.domain.notices.terms import NoticeChannel
from bancheng.domain.people import Role
from bancheng.domain.time_limits.toml_reading import Problems, TextError, load_toml, read_table

BYTES_MAX: Final = 1_000_000
ROUTES_MAX: Final = 100
_SECRET_CHARS_MAX: Final = 2000
_PREFIX: Final = "whsec_"
_KEY_BYTES_MIN: Final = 24
T = TypeVar("T", bound=msgspec.Struct)
_Name = Annotated[str, Meta(min_length=1, max_length=40)]
_Names = Annotated[tuple[str, ...], Meta(max_length=200)]
_URL: Final = re.compile(
    # Whoever listens on the way would read whom the hall tells what, but on the machine itself.
    r"https://[^\s#]{1,500}|http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?(/[^\s#]{0,500})?"
)
_URL_RULE: Final = "应为 https 地址(在本机的可用 http)"
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_MAIL: Final = re.compile(r"[^@\s<>,;]{1,64}@[A-Za-z0-9.-]{1,253}")
_HOURS: Final = {one.value: one for one in ReceivingHours}
_ROLES: Final = {role.value: role for role in Role if role is not Role.SYSTEM}


class NoticeSettingsError(TextError):
    """通知设置有误: what is wrong with the file."""

    title = "通知设置有误"


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """邮件服务器: where mail is handed in, and by whom.

    ``tls`` is ``tls``, ``starttls`` or, on the machine itself, ``none``.
    """

    host: str
    port: int
    sender: str
    tls: str = "starttls"
    user: str | None = None
    password: str | None = None


class SmsFields(msgspec.Struct, frozen=True, kw_only=True):
    """短信接口的字段: what the gateway calls the parts of a request, and how it says yes.

    ``fixed`` goes along with each, such as a signature or a template. Without ``ok_field`` any
    answer of 2xx is a yes.
    """

    phone: str = "phone"
    text: str = "text"
    id: str = "id"
    fixed: Mapping[str, str] = {}
    ok_field: str | None = None
    ok_value: str = "0"


def parse_secret(text: str) -> bytes:
    """The bytes of ``whsec_…`` (base64, 24 at least); a ``ValueError`` that does not show them."""
    try:
        secret = base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if len(secret) < _KEY_BYTES_MIN:
        raise ValueError(f"{len(secret)} bytes")
    return secret


class _QuietTable(msgspec.Struct, frozen=True, kw_only=True):
    starts: str = "20:00"
    ends: str = "08:00"


class _SmsTable(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    token_file: str | None = None
    phone: str = "phone"
    text: str = "text"
    id: str = "id"
    fixed: Mapping[str, str] = {}
    ok_field: str | None = None
    ok_value: str = "0"


class _MailTable(msgspec.Struct, frozen=True, kw_only=True):
    host: str
    sender: str
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    tls: str = "starttls"
    user: str | None = None
    password_file: str | None = None


class _Receiving(msgspec.Struct, frozen=True, kw_only=True):
    name: _Name
    units: _Names = ()
    posts: _Names = ()
    hours: str = ReceivingHours.OFFICE.value
    digest: Annotated[tuple[str, ...], Meta(max_length=24)] = ()


class _MailboxTable(_Receiving, frozen=True, kw_only=True):
    to: Annotated[tuple[str, ...], Meta(min_length=1, max_length=20)]


class _RobotTable(_Receiving, frozen=True, kw_only=True):
    url_file: str
    sign_file: str | None = None


class _WebhookTable(msgspec.Struct, frozen=True, kw_only=True):
    name: _Name
    url: str
    secret_file: str
    topics: Annotated[tuple[str, ...], Meta(min_length=1, max_length=50)]


@dataclass(frozen=True)
class Outlet:
    """出口: what a route needs besides its `Route`. What is secret is in no ``repr``."""

    url: str = field(default="", repr=False)
    secret: bytes = field(default=b"", repr=False)
    sign_key: str | None = field(default=None, repr=False)
    to: tuple[str, ...] = ()


@dataclass(frozen=True)
class SmsOutlet:
    """短信出口: the gateway's address and what it calls the parts of a request."""

    url: str = field(repr=False)
    token: str | None = field(repr=False)
    fields: SmsFields


@dataclass(frozen=True)
class NoticeSettings:
    """通知设置: the routes of a hall, and for each of them where it leads, by its name."""

    routes: Routes = Routes()  # noqa: RUF009  it can not be changed
    outlets: Mapping[str, Outlet] = field(default_factory=dict)
    sms: SmsOutlet | None = None
    mail: MailServer | None = field(default=None, repr=False)
    ca_file: str | None = None


def parse_notice_settings(text: str) -> NoticeSettings:
    """The settings that ``text`` is; `NoticeSettingsError` with all that is wrong with them."""
    reading = _Reading(load_toml(text, NoticeSettingsError))
    found = reading.all()
    reading.problems.raise_if_any()
    return found


class _Reading:
    """One reading of one file, which gathers everything that is wrong."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table
        self.problems = Problems(NoticeSettingsError)
        self._routes: list[Route] = []
        self._outlets: dict[str, Outlet] = {}

    def all(self) -> NoticeSettings:
        known = ("ca_file", "quiet", "sms", "mail", "mailbox", "robot", "webhook")
        for name in sorted(self._table.keys() - set(known)):
            self._wrong(name, "未知的项", f"请删去, 可用的项有: {'、'.join(known)}")
        ca_file = self._table.get("ca_file")
        if ca_file is not None and not (isinstance(ca_file, str) and Path(ca_file).is_file()):
            self._wrong("ca_file", f"没有文件 {ca_file!r}", "应为可读的证书文件(PEM)")
        quiet, sms, mail = self._quiet(), self._sms(), self._mail()
        self._each("mailbox", _MailboxTable, self._mailbox)
        self._each("robot", _RobotTable, self._robot)
        self._each("webhook", _WebhookTable, self._webhook)
        if self._has("mailbox") and mail is None and not self._has("mail"):
            self._wrong("mailbox", "没有设置邮件服务器", "请补上 [mail]")
        if len(self._routes) > ROUTES_MAX:
            self._wrong("", f"线路共 {len(self._routes)} 条", f"最多 {ROUTES_MAX} 条")
        routes = Routes(out=tuple(self._routes), quiet=quiet)
        return NoticeSettings(routes, self._outlets, sms, mail, ca_file)

    def _has(self, name: str) -> bool:
        return name in self._table

    def _wrong(self, path: str, fault: str, remedy: str) -> None:
        self.problems.add(path, fault, remedy)

    def _read(self, cls: type[T], name: str) -> T | None:
        return read_table(cls, self._table[name], name, self.problems) if self._has(name) else None

    def _each(self, name: str, cls: type[T], read: Callable[[T, str], None]) -> None:
        tables = self._table.get(name, [])
        if not isinstance(tables, list):
            self._wrong(name, "应为表的列表", f"请改写为 [[{name}]]")
            return
        for at, table in enumerate(tables):
            path = f"{name}[{at}]"
            found = read_table(cls, table, path, self.problems)
            if found is not None:
                read(found, path)

    def _quiet(self) -> Quiet:
        table = self._read(_QuietTable, "quiet") or _QuietTable()
        return Quiet(
            since=self._minute(table.starts, "quiet.starts"),
            until=self._minute(table.ends, "quiet.ends"),
        )

    def _sms(self) -> SmsOutlet | None:
        table = self._read(_SmsTable, "sms")
        if table is None:
            return None
        self._url(table.url, "sms.url")
        token = self._secret(table.token_file, "sms.token_file")
        names = {name: getattr(table, name) for name in SmsFields.__struct_fields__}
        self._routes.append(
            Route(
                name="sms",
                channel=NoticeChannel.SMS,
                citizens=True,
                hours=ReceivingHours.DAYTIME,
            )
        )
        return SmsOutlet(table.url, token, SmsFields(**names))

    def _mail(self) -> MailServer | None:
        table = self._read(_MailTable, "mail")
        if table is None:
            return None
        local = table.host in ("127.0.0.1", "localhost")
        if table.tls not in ("tls", "starttls") and not (table.tls == "none" and local):
            self._wrong(
                "mail.tls", f"值 {table.tls!r} 不合要求", "应为 tls 或 starttls;本机可用 none"
            )
        if not _MAIL.fullmatch(table.sender):
            self._wrong("mail.sender", "不是邮件地址", "应为如 bancheng@hall.example")
        return MailServer(
            host=table.host,
            port=table.port,
            sender=table.sender,
            tls=table.tls,
            user=table.user,
            password=self._secret(table.password_file, "mail.password_file"),
        )

    def _mailbox(self, table: _MailboxTable, path: str) -> None:
        for one in table.to:
            if not _MAIL.fullmatch(one):
                self._wrong(f"{path}.to", "不是邮件地址", "应为如 rs@hall.example")
        self._receiving(NoticeChannel.EMAIL, table, path, Outlet(to=table.to))

    def _robot(self, table: _RobotTable, path: str) -> None:
        url = self._secret(table.url_file, f"{path}.url_file") or ""
        if url:
            self._url(url, f"{path}.url_file")
        sign_key = self._secret(table.sign_file, f"{path}.sign_file")
        self._receiving(NoticeChannel.ROBOT, table, path, Outlet(url=url, sign_key=sign_key))

    def _webhook(self, table: _WebhookTable, path: str) -> None:
        self._url(table.url, f"{path}.url")
        secret = self._secret(table.secret_file, f"{path}.secret_file")
        key = b""
        try:
            key = b"" if secret is None else parse_secret(secret)
        except ValueError:
            self._wrong(
                f"{path}.secret_file", "内容不合要求", "应为 whsec_ 加至少 24 字节的 Base64"
            )
        channel = NoticeChannel.WEBHOOK
        name = f"{channel.value}:{table.name}"
        route = Route(name=name, channel=channel, topics=table.topics)
        self._add(route, Outlet(url=table.url, secret=key), path)

    def _receiving(
        self, channel: NoticeChannel, table: _Receiving, path: str, outlet: Outlet
    ) -> None:
        if not (table.units or table.posts):
            self._wrong(path, "没有接收的单位或岗位", "请写 units 或 posts")
        if table.hours not in _HOURS:
            self._wrong(f"{path}.hours", f"值 {table.hours!r} 不合要求", _one_of(_HOURS))
        if unknown := sorted(set(table.posts) - _ROLES.keys()):
            self._wrong(f"{path}.posts", f"没有岗位 {'、'.join(unknown)}", _one_of(_ROLES))
        route = Route(
            name=f"{channel.value}:{table.name}",
            channel=channel,
            units=frozenset(table.units),
            posts=frozenset(_ROLES[one] for one in table.posts if one in _ROLES),
            hours=_HOURS.get(table.hours, ReceivingHours.OFFICE),
            slots=tuple(self._minute(one, f"{path}.digest") for one in table.digest),
        )
        self._add(route, outlet, path)

    def _add(self, route: Route, outlet: Outlet, path: str) -> None:
        if route.name in self._outlets:
            self._wrong(f"{path}.name", "与另一条线路重名", "请另起名称")
        self._routes.append(route)
        self._outlets[route.name] = outlet

    def _url(self, url: str, path: str) -> None:
        if not _URL.fullmatch(url):
            self._wrong(path, "地址不合要求", _URL_RULE)

    def _minute(self, text: str, path: str) -> int:
        found = _CLOCK.fullmatch(text)
        if found is None:
            self._wrong(path, f"值 {text!r} 不合要求", "应为时刻, 如 08:00")
            return 0
        return int(found[1]) * 60 + int(found[2])

    def _secret(self, file: str | None, path: str) -> str | None:
        """The one line of ``file``; what is wrong is said without it."""
        if file is None:
            return None
        try:
            secret = Path(file).read_text(encoding="utf-8")[:_SECRET_CHARS_MAX].strip()
        except (OSError, UnicodeDecodeError):
            self._wrong(path, f"读不了文件 {file!r}", "应为可读的文件, 内容为一行密钥")
            return None
        if not secret or "\n" in secret:
            self._wrong(path, "内容不合要求", "应为一行密钥")
            return None
        return secret


def _one_of(names: Mapping[str, object]) -> str:
    return f"应为以下之一: {'、'.join(names)}"
