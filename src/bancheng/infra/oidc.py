"""统一身份认证 (OpenID Connect): authorisation code with PKCE, state and nonce, by Authlib.

Whatever goes wrong at the provider is a `NotAllowed` with a code; nobody is let in by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx2
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.starlette_client import StarletteOAuth2App  # type: ignore[import-untyped]
from joserfc.errors import JoseError

from bancheng.domain.errors import NotAllowed
from bancheng.infra.outer_sign_in import Going, Told, claim, staff_id_in, unreachable

TIMEOUT_SECONDS: Final = 10.0
# What a provider says of its signatures is not believed where it says that none are needed.
_SIGNED_BY: Final = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512",
                     "ES512", "EdDSA", "Ed25519")  # fmt: skip
_ALGORITHMS: Final = "id_token_signing_alg_values_supported"
_AWAY: Final = (httpx2.HTTPError, httpx2.InvalidURL, RuntimeError, ValueError)
_AGAIN: Final = "请重新登录;仍不成功的,请联系系统管理员"


@dataclass(frozen=True)
class OidcSettings:
    """统一身份认证的配置: whose provider, as which client, and which claim is the staff id.

    ``others`` are asked for beside it.
    """

    issuer: str
    client_id: str
    client_secret: str | None
    scopes: str
    staff_claim: str
    others: tuple[str, ...] = ()


class Oidc:
    """统一身份认证: one provider."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._app: Any = StarletteOAuth2App(
            None,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            server_metadata_url=settings.issuer.rstrip("/") + "/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.scopes,
                "code_challenge_method": "S256",
                "timeout": TIMEOUT_SECONDS,
            },
        )

    async def begin(self, back: str) -> Going:
        """Where the browser goes to sign in; it comes ``back`` with what `finish` asks for."""
        await self._known()
        going = await self._app.create_authorization_url(back)
        said = {name: going[name] for name in ("state", "nonce", "code_verifier")}
        return Going(going["url"], said)

    async def finish(self, back: str, said: Mapping[str, str], query: Mapping[str, str]) -> Told:
        """Who came back with ``query``; ``said`` is of `begin`."""
        if "error" in query:
            raise NotAllowed(
                "OIDC_DENIED", "统一身份认证平台没有同意登录", remedy="请重新登录,并在平台上同意"
            )
        known = await self._known()
        token = await self._token(back, query.get("code", ""), said["code_verifier"])
        claims = await self._claims(token, said["nonce"])
        wanted = (self._settings.staff_claim, *self._settings.others)
        if known.get("userinfo_endpoint") and any(claim(claims, one) is None for one in wanted):
            claims = {**await self._user_info(token, claims["sub"]), **claims}
        return Told(staff_id_in(claims, self._settings.staff_claim), claims)

    async def leaving(self, back: str) -> str | None:
        """Where the browser goes to end the provider's session too, if there is such a place."""
        try:
            known = await self._known()
        except NotAllowed:  # whoever leaves has left, also if the provider is away
            return None
        if not known.get("end_session_endpoint"):
            return None
        client = {"client_id": self._settings.client_id}
        going = await self._app.create_logout_url(post_logout_redirect_uri=back, **client)
        return str(going["url"])

    async def _known(self) -> dict[str, Any]:
        """What the provider says of itself, asked once."""
        try:
            found: dict[str, Any] = await self._app.load_server_metadata()
        except _AWAY as error:
            raise unreachable("统一身份认证平台") from error
        if found.get("issuer") != self._settings.issuer:
            self._app.server_metadata.clear()
            raise NotAllowed(
                "OIDC_ISSUER_WRONG",
                "统一身份认证平台自称的地址与配置不符",
                remedy="请系统管理员核对 BANCHENG_OIDC_ISSUER",
            )
        offered = found.get(_ALGORITHMS) or ["RS256"]
        found[_ALGORITHMS] = [one for one in offered if one in _SIGNED_BY]
        return found

    async def _token(self, back: str, code: str, verifier: str) -> Any:
        try:
            return await self._app.fetch_access_token(back, code=code, code_verifier=verifier)
        except OAuthError as error:
            raise NotAllowed(
                "OIDC_CODE_REFUSED", "统一身份认证平台不认可本次登录", remedy=_AGAIN
            ) from error
        except _AWAY as error:
            raise unreachable("统一身份认证平台") from error

    async def _claims(self, token: Any, nonce: str) -> Mapping[str, Any]:
        mine = {"essential": True, "value": self._settings.client_id}
        own = {"iss": {"essential": True, "value": self._settings.issuer}, "aud": mine}
        try:
            claims: Mapping[str, Any] | None = await self._app.parse_id_token(
                token, nonce=nonce, claims_options=own
            )
        except httpx2.HTTPError as error:
            raise unreachable("统一身份认证平台") from error
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _not_for_us() from error
        if claims is None:
            raise _not_for_us()
        return claims

    async def _user_info(self, token: Any, subject: str) -> Mapping[str, Any]:
        """What it tells of a person beside the token: there, OpenID Connect (5.4) has a profile."""
        try:
            info: Mapping[str, Any] = await self._app.userinfo(token=token)
        except (OAuthError, *_AWAY) as error:
            raise unreachable("统一身份认证平台") from error
        if info.get("sub") != subject:  # 5.3.2: it may be of somebody else
            raise _not_for_us()
        return info


def _not_for_us() -> NotAllowed:
    return NotAllowed(
        "OIDC_TOKEN_INVALID", "统一身份认证平台给出的凭证无效,或不是给本厅的", remedy=_AGAIN
    )
