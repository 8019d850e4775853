"""Environment → frozen `Config`. The only reader of the environment.

Every setting stands once, in `SETTINGS`; the operations guide lists them from there.
"""

import base64
import binascii
import os
import platform
import pwd
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "BANCHENG_"
# The test runner's own variables (Makefile) may stand in the environment of what it starts.
_NOT_OURS = "BANCHENG_TEST_"
MASTER_KEY = "BANCHENG_MASTER_KEY"
MASTER_KEY_NEXT = "BANCHENG_MASTER_KEY_NEXT"
_MASTER_KEY_BYTES = 32
MEBIBYTE = 1024 * 1024


class ConfigError(Exception):
    """配置有误: names each variable at fault, its rule and what to do. Never a secret."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("配置有误:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Config:
    """配置: what an installation decides."""

    database_url: str = field(default="sqlite:///var/bancheng.db", repr=False)
    hall: str = "HALL"
    hall_name: str = "政务服务大厅"
    master_key: bytes | None = field(default=None, repr=False)
    master_key_next: bytes | None = field(default=None, repr=False)
    rulebook: str = "default"
    log_format: str = "auto"
    host: str = "127.0.0.1"
    port: int = 8000
    proxies: str = "127.0.0.1"
    wait_seconds: float = 2.0
    hash_algorithm: str = "sha256"
    cipher: str = "aes-256-gcm"
    session_hours: float = 9.0
    session_idle_minutes: float = 30.0
    password_memory_kib: int = 19 * 1024
    password_passes: int = 2
    public_url: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)
    oidc_scopes: str = "openid profile"
    oidc_staff_claim: str = "preferred_username"
    oidc_name: str = "统一身份认证"
    cas_url: str | None = None
    cas_staff_attribute: str | None = None
    cas_name: str = "单点登录"
    staff_map: str | None = None
    notices: str | None = None
    request_bytes_max: int = 1 * MEBIBYTE
    import_bytes_max: int = 64 * MEBIBYTE

    @property
    def database(self) -> str:
        """The database's address as it may be shown: without the password."""
        parts = urlsplit(self.database_url)
        shown = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{shown}{parts.path}"

    @classmethod
    def current(cls) -> "Config":
        """The configuration of this process's environment."""
        return cls.from_environment(os.environ)

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Config":
        """The configuration that ``env`` describes; ``ConfigError`` lists all faults at once."""
        faults = list(_unknown(env))
        values: dict[str, Any] = {}
        for setting in SETTINGS:
            if setting.variable in env:
                _read(setting, env[setting.variable], values, faults)
        faults += [
            f"{name} 与 {name}_FILE 只能设置一个。请删去其中一个"
            for name in (MASTER_KEY, MASTER_KEY_NEXT)
            if name in env and f"{name}_FILE" in env
        ]
        config = cls(**values)
        faults += _missing_together(config)
        if faults:
            raise ConfigError(faults)
        return config


@dataclass(frozen=True, kw_only=True)
class Setting:
    """配置项: one variable, the field it fills, its rule in words and in code."""

    variable: str
    field: str
    term: str
    rule: str
    read: Callable[[str], Any]
    secret: bool = False


def _missing_together(config: Config) -> Iterator[str]:
    """What must be set too, because something else is."""
    if config.oidc_issuer and not config.oidc_client_id:
        yield "设置了 BANCHENG_OIDC_ISSUER 的,还须设置 BANCHENG_OIDC_CLIENT_ID"
    if (config.oidc_client_id or config.oidc_client_secret) and not config.oidc_issuer:
        yield "设置了 BANCHENG_OIDC_CLIENT_… 的,还须设置 BANCHENG_OIDC_ISSUER"
    if config.staff_map and not (config.oidc_issuer or config.cas_url):
        yield "设置了 BANCHENG_STAFF_MAP 的,还须设置 BANCHENG_OIDC_ISSUER 或 BANCHENG_CAS_URL"
    if (config.oidc_issuer or config.cas_url) and not config.public_url:
        yield "以统一身份认证或单点登录的,还须设置 BANCHENG_PUBLIC_URL: 平台只把人送回登记过的地址"


def operator_account() -> str:
    """The account of this machine that runs the program, and on which: ``wang@hall-1``."""
    return f"{_account()}@{platform.node()}"


def _account() -> str:
    """Who runs the program; only root can tell whom `sudo` serves, others could write anything."""
    if os.geteuid() == 0 and (caller := os.environ.get("SUDO_USER")):
        return caller
    # LOGNAME and USER, which ``getpass`` believes, are what the caller says they are.
    uid = os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # in a container the program often runs under a number that has no name
        return f"uid {uid}"


def _unknown(env: Mapping[str, str]) -> Iterator[str]:
    known = {setting.variable for setting in SETTINGS}
    for name in sorted(env):
        if name.startswith(PREFIX) and not name.startswith(_NOT_OURS) and name not in known:
            yield f"{name} 不是本程序的配置项。请核对拼写或删除;可用的有 {'、'.join(sorted(known))}"


def _read(setting: Setting, text: str, values: dict[str, Any], faults: list[str]) -> None:
    try:
        values[setting.field] = setting.read(text.strip())
    except (ValueError, OSError):
        shown = "现值不符(保密,不显示)" if setting.secret else f"现值为「{text}」"
        usual = getattr(Config(), setting.field)
        # What has none must be set; and whoever deletes what names a database opens another one.
        otherwise = "" if usual is None else f",或删除以用默认值「{usual}」"
        faults.append(
            f"{setting.variable}({setting.term})应为{setting.rule},{shown}。请更正{otherwise}"
        )


def _matching(pattern: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(pattern)
        return text

    return read


def _within(kind: type[int] | type[float], low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = kind(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return read


def _file(text: str) -> str:
    if not Path(text).is_file():
        raise ValueError(text)
    return text


def _networks(text: str) -> str:
    # Whoever is trusted here says who asks, so "*" is none.
    return ",".join(str(ip_network(one.strip(), strict=False)) for one in text.split(","))


def _rulebook(text: str) -> str:
    is_path = "/" in text or text.endswith(".toml")
    if is_path and not Path(text).is_file():
        raise ValueError(text)
    return text if is_path else _matching(r"[a-z0-9][a-z0-9_-]{0,63}")(text)


def parse_master_key(text: str) -> bytes:
    """The 32 bytes that ``text`` writes in base64; a ``ValueError`` that does not show them."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None  # the cause would carry the secret
    if len(key) != _MASTER_KEY_BYTES:
        raise ValueError(f"{len(key)} bytes")
    return key


def _master_key_file(text: str) -> bytes:
    return parse_master_key(Path(text).read_text(encoding="ascii"))


def _secret_file(text: str) -> str:
    secret = Path(text).read_text(encoding="utf-8").strip()
    if not secret or "\n" in secret:
        raise ValueError("not one line")
    return secret


def _setting(
    name: str, to: str, term: str, rule: str, read: Callable[[str], Any], *, secret: bool = False
) -> Setting:
    return Setting(variable=PREFIX + name, field=to, term=term, rule=rule, read=read, secret=secret)


_DATABASE_URL = r"sqlite:///\S+|postgresql(\+psycopg)?://\S+"
_ORIGIN = r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?"
# Whoever listens on the way would be told who signs in, but for a provider on the machine itself.
_PROVIDER = (
    r"https://[^\s?#]{1,300}|http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?(/[^\s?#]{0,300})?"
)
_PROVIDER_RULE = "平台的 https 地址(在本机的可用 http),不带参数"
_NAME = r"[A-Za-z0-9._:/-]{1,100}"
_BASE64_KEY = "Base64 编码的 32 字节(openssl rand -base64 32)"

SETTINGS: tuple[Setting, ...] = (
    _setting("DATABASE_URL", "database_url", "数据库地址",
             " sqlite:///文件 或 postgresql://用户:密码@主机/库", _matching(_DATABASE_URL),
             secret=True),
    _setting("HALL", "hall", "大厅代码", " 1 至 32 位大写字母、数字或连字符",
             _matching(r"[A-Z0-9][A-Z0-9-]{0,31}")),
    _setting("HALL_NAME", "hall_name", "大厅名称", " 1 至 60 字的一行文字", _matching(r".{1,60}")),
    _setting("MASTER_KEY", "master_key", "主密钥", _BASE64_KEY, parse_master_key, secret=True),
    _setting("MASTER_KEY_FILE", "master_key", "主密钥文件", f"可读的文件,内容为{_BASE64_KEY}",
             _master_key_file),
    _setting("MASTER_KEY_NEXT", "master_key_next", "新主密钥", _BASE64_KEY, parse_master_key,
             secret=True),
    _setting("MASTER_KEY_NEXT_FILE", "master_key_next", "新主密钥文件",
             f"可读的文件,内容为{_BASE64_KEY}", _master_key_file),
    _setting("RULEBOOK", "rulebook", "规则库", "随程序提供的规则库标识,或存在的 .toml 文件的路径",
             _rulebook),
    _setting("LOG_FORMAT", "log_format", "日志格式", " auto、json 或 pretty",
             _matching("auto|json|pretty")),
    _setting("HOST", "host", "监听地址", "主机名或 IP 地址", _matching(r"[A-Za-z0-9.:-]{1,253}")),
    _setting("PORT", "port", "监听端口", " 0 至 65535 的整数(0 为任选)", _within(int, 0, 65535)),
    _setting("PROXIES", "proxies", "反向代理的地址",
             "逗号分隔的 IP 地址或网段(10.0.0.0/8)", _networks),
    _setting("PUBLIC_URL", "public_url", "公开地址",
             "浏览器访问本厅的地址,如 https://hall.example", _matching(_ORIGIN)),
    _setting("OIDC_ISSUER", "oidc_issuer", "统一身份认证平台", _PROVIDER_RULE,
             _matching(_PROVIDER)),
    _setting("OIDC_CLIENT_ID", "oidc_client_id", "在平台登记的应用标识", " 1 至 200 位,不含空格",
             _matching(r"\S{1,200}")),
    _setting("OIDC_CLIENT_SECRET_FILE", "oidc_client_secret", "应用密钥文件",
             "可读的文件,内容为一行密钥", _secret_file),
    _setting("OIDC_SCOPES", "oidc_scopes", "所请求的范围", "以空格分隔,含 openid",
             _matching(r"(?=(.* )?openid( |$))[\x21-\x7e]{1,50}( [\x21-\x7e]{1,50}){0,20}")),
    _setting("OIDC_STAFF_CLAIM", "oidc_staff_claim", "告知工号的声明", "平台的声明名称",
             _matching(_NAME)),
    _setting("OIDC_NAME", "oidc_name", "登录页上的名称", " 1 至 60 字的一行文字",
             _matching(r".{1,60}")),
    _setting("CAS_URL", "cas_url", "单点登录(CAS)平台", _PROVIDER_RULE, _matching(_PROVIDER)),
    _setting("CAS_STAFF_ATTRIBUTE", "cas_staff_attribute", "告知工号的属性",
             "平台的属性名称;不设置的,以用户名为工号", _matching(_NAME)),
    _setting("CAS_NAME", "cas_name", "登录页上的名称", " 1 至 60 字的一行文字",
             _matching(r".{1,60}")),
    _setting("STAFF_MAP", "staff_map", "人员对应表", "存在的 .toml 文件的路径", _file),
    _setting("NOTICES", "notices", "通知设置", "存在的 .toml 文件的路径", _file),
    _setting("SESSION_HOURS", "session_hours", "会话最长小时数", " 0.1 至 24 的数",
             _within(float, 0.1, 24)),
    _setting("SESSION_IDLE_MINUTES", "session_idle_minutes", "会话闲置分钟数", " 1 至 1440 的数",
             _within(float, 1, 1440)),
    _setting("PASSWORD_MEMORY_KIB", "password_memory_kib", "核验密码所用内存",
             " 8 至 1048576 的整数(KiB)", _within(int, 8, 1024 * 1024)),
    _setting("PASSWORD_PASSES", "password_passes", "核验密码的遍数", " 1 至 20 的整数",
             _within(int, 1, 20)),
    _setting("WAIT_SECONDS", "wait_seconds", "等待台账的秒数", " 0 至 30 的数",
             _within(float, 0, 30)),
    _setting("HASH_ALGORITHM", "hash_algorithm", "哈希算法", " sha256 或 sm3",
             _matching("sha256|sm3")),
    _setting("CIPHER", "cipher", "密码算法", " aes-256-gcm 或 sm4-gcm",
             _matching("aes-256-gcm|sm4-gcm")),
    _setting("REQUEST_BYTES_MAX", "request_bytes_max", "请求体上限",
             " 1024 至 67108864 的整数(字节)", _within(int, 1024, 64 * MEBIBYTE)),
    _setting("IMPORT_BYTES_MAX", "import_bytes_max", "导入文件上限",
             " 1024 至 1073741824 的整数(字节)", _within(int, 1024, 1024 * MEBIBYTE)),
)  # fmt: skip
