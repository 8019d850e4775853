"""Who asks: bearer tokens of a local issuer.

A token says who, never what they may do: post, unit and roles are looked up in the staff read
model at each request, so that dismissing somebody works at once.
"""

import secrets
from datetime import timedelta
from typing import Any, NamedTuple, NoReturn

import jwt

from bancheng.app.ports import Clock
from bancheng.domain.errors import InvalidInput, NotAllowed

KEY_LABEL = "identity"  # for MasterKey.derive
_ALGORITHM = "HS256"
_ISSUER = "bancheng"
_KEY_BYTES_MIN = 32
_TOKEN_LENGTH_MAX = 2048
HOURS_MAX = 366 * 24
_SKEW_SECONDS = 60


class Bearer(NamedTuple):
    """持有人: whose token it is, and of which registration."""

    staff_id: str
    admitted: int


class Issuer:
    """令牌签发: issues and verifies tokens of one hall with one key (at least 32 bytes)."""

    def __init__(self, key: bytes, clock: Clock, hall: str) -> None:
        if len(key) < _KEY_BYTES_MIN:
            raise ValueError(f"the key of an issuer needs at least {_KEY_BYTES_MIN} bytes")
        self._key = key
        self._clock = clock
        self._audience = f"{_ISSUER}:{hall}"

    def issue(self, staff_id: str, hours: float, admitted: int) -> str:
        """A token with which ``staff_id`` may ask for ``hours`` from now.

        ``admitted`` says which registration it is of: none is of another one.
        """
        if not 0 < hours <= HOURS_MAX:
            raise InvalidInput(
                "TOKEN_HOURS_OUT_OF_RANGE",
                f"令牌有效时间应大于 0 且不超过 {HOURS_MAX} 小时",
                field="hours",
                remedy="请缩短有效时间,到期后重新签发",
            )
        now = self._clock.now()
        claims = {
            "iss": _ISSUER,
            "aud": self._audience,
            "sub": staff_id,
            "adm": admitted,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(hours=hours)).timestamp()),
            "jti": secrets.token_urlsafe(12),
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def verify(self, token: str | None) -> Bearer:
        """Whom the token was issued to; ``NotAllowed`` if it is none of ours."""
        if not token:
            raise NotAllowed("TOKEN_MISSING", "未提供身份令牌", remedy=_HOW)
        claims = self._claims(token)
        now = self._clock.now().timestamp()
        if claims["iat"] > now + _SKEW_SECONDS:
            _refuse("令牌的签发时间在将来")
        if claims["exp"] <= now:
            raise NotAllowed("TOKEN_EXPIRED", "身份令牌已过期", remedy="请重新登录或换领令牌")
        return Bearer(str(claims["sub"]), claims["adm"])

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > _TOKEN_LENGTH_MAX:
            _refuse("令牌过长")
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=self._audience,
                issuer=_ISSUER,
                # The times are compared in `verify`: the library would ask the machine's clock.
                options={
                    "require": ["sub", "adm", "iat", "exp", "jti", "aud", "iss"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidTokenError:
            _refuse("令牌不是本厅签发的,或已被改动")
        if any(type(claims[name]) is not int for name in ("iat", "exp", "adm")):
            _refuse("令牌的时间有误")
        return claims


def bearer(header: str | None) -> str | None:
    """The token in an ``Authorization`` header; ``None`` if there is no bearer token in it."""
    scheme, _, token = (header or "").strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _refuse(reason: str) -> NoReturn:
    # The library's own reason would tell a forger what to mend.
    raise NotAllowed("TOKEN_INVALID", f"身份令牌无效:{reason}", remedy=_HOW) from None


_HOW = "请在请求头 Authorization 中携带 Bearer 令牌(bancheng token 签发)"
