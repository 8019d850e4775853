"""会话凭据: what a request shows of who asks, and whether its cookie may count.

A browser sends a cookie whoever made it send the request. So a cookie counts only if the request
was made by a page of our own: the browser says from where (``Origin``, ``Sec-Fetch-Site``), and the
page adds a header that a page of another origin may not add (``X-Requested-With``).
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from bancheng.app.credentials import Presented, bearer
from bancheng.domain.errors import NotAllowed

OWN_HEADER: Final = "X-Requested-With"
# The prefix lets a browser take it only over https, for this host alone and all its paths.
_SECURE_NAME: Final = "__Host-bancheng"
_PLAIN_NAME: Final = "bancheng"
_OWN_SITES: Final = ("same-origin", "none")  # none: the person themself, by a bookmark or so
_SECURE: Final = ("https", "wss")


def is_secure(request: HTTPConnection, public_url: str) -> bool:
    """Whether the browser came by https, as a proxy of ours tells or the configuration says."""
    return request.url.scheme in _SECURE or public_url.startswith("https:")


def cookie_name(*, secure: bool) -> str:
    """What the cookie of a session is called."""
    return _SECURE_NAME if secure else _PLAIN_NAME


def presented(request: HTTPConnection, public_url: str) -> Presented:
    """What ``request`` shows. ``NotAllowed`` if it shows a cookie that may not count.

    No page can make a browser send a token; what a proxy asks for (``Basic``) is none.
    """
    token = bearer(request.headers.get("authorization"))
    cookie = request.cookies.get(cookie_name(secure=is_secure(request, public_url)))
    if token is not None or not cookie:
        return Presented(token)
    if request.scope.get("method") not in ("GET", "HEAD"):
        require_own_page(request, public_url)
    return Presented(session=cookie)


def require_own_page(request: HTTPConnection, public_url: str) -> None:
    """``NotAllowed`` ``ORIGIN_FORBIDDEN`` unless a page of our own sends the request."""
    headers, is_socket = request.headers, request.scope["type"] == "websocket"
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    foreign = origin is not None and not _is_own(request, origin, public_url)
    # A handshake carries no header of a page's own; but every browser says its origin there.
    unmarked = origin is None if is_socket else not headers.get(OWN_HEADER)
    if foreign or unmarked or (site is not None and site not in _OWN_SITES):
        raise NotAllowed(
            "ORIGIN_FORBIDDEN",
            "请求不是由本厅的页面发出的",
            remedy=f"请从本厅页面办理;程序请携带请求头 {OWN_HEADER},或改用令牌",
        )


def _is_own(request: HTTPConnection, origin: str, public_url: str) -> bool:
    if public_url:
        return origin.lower() == public_url.lower()
    said, host = urlsplit(origin.lower()), request.headers.get("host", "").lower()
    # A proxy may end TLS and not say so; but what came by https was not sent by a page without.
    schemes = ("https",) if request.url.scheme in _SECURE else ("http", "https")
    return said.scheme in schemes and said.netloc == host
