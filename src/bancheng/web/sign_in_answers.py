"""登录回执: what somebody is answered who signs in, or may not; each refusal has a code."""

import math
from datetime import timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from bancheng.app.credentials import Credential
from bancheng.domain.errors import DomainError, InvalidInput
from bancheng.domain.people import Actor
from bancheng.graphql.errors import told
from bancheng.graphql.view import coded
from bancheng.infra.enrolment import Enrolment
from bancheng.infra.logs import get_logger
from bancheng.infra.password_sign_in import WrongPassword
from bancheng.log_lines import LogLine

log = get_logger("web")
UNAUTHORIZED, FORBIDDEN, MALFORMED, UNPROCESSABLE = 401, 403, 400, 422
TOO_MANY, BUSY = 429, 503
_WHO_IS_IT: Final = {
    "TOKEN_MISSING", "TOKEN_INVALID", "TOKEN_EXPIRED", "TOKEN_REVOKED", "SESSION_ENDED",
}  # fmt: skip
_LATER: Final = {
    "SIGN_IN_SLOWED": (TOO_MANY, "该账号登录失败次数过多,暂缓受理"),
    "SIGN_IN_BUSY": (BUSY, "登录的人过多,暂缓受理"),
}


def address_of(request: Request) -> str:
    """Whence, as the network tells it, or a proxy of the configuration."""
    return request.client.host if request.client else ""


def wrong(request: Request, error: WrongPassword) -> Response:
    """The same to whoever has no account, and to whoever has another password."""
    # What was typed for an account that is none may be a password: it stands in no log.
    log.warning(LogLine.SIGN_IN_FAILED, account=error.account, failures=error.failures,
                address=address_of(request))  # fmt: skip
    if error.is_code:
        remedy = "请等设备换出下一个动态口令再试;设备遗失的,请联系系统管理员"
        return coded(UNAUTHORIZED, "SECOND_FACTOR_WRONG", "动态口令不对、已过时或已用过",
                     remedy=remedy)  # fmt: skip
    remedy = "请核对后再试;忘记密码的,请联系系统管理员"
    return coded(UNAUTHORIZED, "SIGN_IN_FAILED", "工号或密码不对", remedy=remedy)


def later(request: Request, code: str, pause: timedelta) -> Response:
    """Not now, but when ``pause`` is over."""
    seconds = max(1, math.ceil(pause.total_seconds()))
    log.info(LogLine.SIGN_IN_REFUSED, code=code, seconds=seconds, address=address_of(request))
    status, said = _LATER[code]
    response = coded(status, code, said, remedy=f"请 {seconds} 秒后再试", retryAfter=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


def refused(request: Request, error: DomainError) -> Response:
    """No, for a reason that may be told."""
    if request.method == "POST":  # who only asks who they are did not try to come in
        log.info(LogLine.SIGN_IN_REFUSED, code=error.code, address=address_of(request))
    if isinstance(error, InvalidInput):
        status = UNPROCESSABLE if error.field else MALFORMED
    else:
        status = UNAUTHORIZED if error.code in _WHO_IS_IT else FORBIDDEN
    return coded(status, message=error.message, **told(error))


def malformed() -> InvalidInput:
    """The request is of another form."""
    return InvalidInput(
        "REQUEST_INVALID",
        "请求格式有误,应为 JSON 对象,其各项均为文字",
        remedy="请对照 docs/api.md 更正请求",
    )


def enrolling(enrolment: Enrolment) -> dict[str, str]:
    """What somebody is told who enrols a device; the URI holds its secret, this once."""
    return {
        "uri": enrolment.uri,
        "step": enrolment.step,
        "validUntil": enrolment.valid_until.isoformat(),
    }


def who(actor: Actor, session: Credential | None) -> dict[str, Any]:
    """Who is signed in, and until when."""
    return {
        "staffId": actor.id,
        "name": actor.name,
        "post": actor.post,
        "unit": actor.unit,
        "roles": [role.value for role in actor.roles],
        "session": session
        and {
            "id": session.id,
            "startedAt": session.issued_at.isoformat(),
            "validUntil": session.valid_until.isoformat(),
        },
    }
