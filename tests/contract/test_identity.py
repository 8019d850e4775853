"""Tokens: ours, in time, for this hall; everything else is refused and says so."""

import base64
import json
from datetime import UTC, datetime

import jwt
import pytest

from bancheng.domain.errors import InvalidInput, NotAllowed
from bancheng.infra.clock import FixedClock
from bancheng.infra.identity import KEY_LABEL, Issuer, bearer
from bancheng.infra.master_key import MasterKey

KEY = MasterKey(b"m" * 32).derive(KEY_LABEL)
CLOCK = FixedClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


@pytest.fixture
def clock():
    return FixedClock(CLOCK.now())


@pytest.fixture
def issuer(clock):
    return Issuer(KEY, clock, "HALL")


def claims(**changes):
    now = int(CLOCK.now().timestamp())
    whole = {
        "iss": "bancheng", "aud": "bancheng:HALL", "sub": "w-101", "adm": 7, "jti": "1",
        "iat": now, "exp": now + 60,
    } | changes  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


def test_a_token_says_who_and_not_what_they_may(issuer):
    token = issuer.issue("w-101", 8, 0)
    assert issuer.verify(token).staff_id == "w-101"
    told = jwt.decode(token, options={"verify_signature": False})
    assert told.keys() == {"iss", "aud", "sub", "adm", "iat", "exp", "jti"}
    assert told["exp"] - told["iat"] == 8 * 3600


def test_two_tokens_differ(issuer):
    assert issuer.issue("w-101", 1, 0) != issuer.issue("w-101", 1, 0)


@pytest.mark.parametrize("token", [None, ""])
def test_no_token(issuer, token):
    assert _refusal(issuer, token) == "TOKEN_MISSING"


def test_a_token_lasts_until_its_hour_and_no_longer(issuer, clock):
    token = issuer.issue("w-101", 1, 0)
    clock.advance(minutes=59, seconds=59)
    assert issuer.verify(token).staff_id == "w-101"
    clock.advance(seconds=1)
    assert _refusal(issuer, token) == "TOKEN_EXPIRED"


def test_the_clock_asked_is_ours_not_the_machines(clock):
    clock.set(datetime(2001, 1, 1, tzinfo=UTC))
    issuer = Issuer(KEY, clock, "HALL")
    assert issuer.verify(issuer.issue("w-101", 1, 7)) == ("w-101", 7)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "bancheng:OTHER"},
        {"aud": None},
        {"iss": "somebody"},
        {"iss": None},
        {"adm": None},
        {"adm": "7"},
        {"sub": None},
        {"sub": 7},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 1e300},
        {"iat": None},
        {"iat": "now"},
        {"iat": int(CLOCK.now().timestamp()) + 3600},
        {"jti": None},
    ],
    ids=str,
)
def test_a_token_with_other_claims_is_invalid_even_if_signed(issuer, changes):
    payload = base64.urlsafe_b64encode(json.dumps(claims(**changes)).encode()).rstrip(b"=")
    token = jwt.api_jws.encode(base64.urlsafe_b64decode(payload + b"=="), KEY, algorithm="HS256")
    assert _refusal(issuer, token) == "TOKEN_INVALID"


def test_a_forged_signature_is_invalid(issuer):
    assert _refusal(issuer, jwt.encode(claims(), b"x" * 32, algorithm="HS256")) == "TOKEN_INVALID"


def test_a_token_without_signature_is_invalid(issuer):
    assert _refusal(issuer, jwt.encode(claims(), None, algorithm="none")) == "TOKEN_INVALID"


def test_another_algorithm_with_the_same_key_is_invalid(issuer):
    token = jwt.encode(claims(), KEY + KEY, algorithm="HS512")
    assert _refusal(Issuer(KEY + KEY, CLOCK, "HALL"), token) == "TOKEN_INVALID"


def test_a_changed_token_is_invalid(issuer):
    head, _, tail = issuer.issue("w-101", 1, 0).split(".")
    other = issuer.issue("admin", 1, 0).split(".")[1]
    assert _refusal(issuer, f"{head}.{other}.{tail}") == "TOKEN_INVALID"


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "令牌", "a" * 100_000])
def test_garbage_is_invalid(issuer, token):
    assert _refusal(issuer, token) == "TOKEN_INVALID"


def test_a_token_of_another_hall_is_invalid(issuer, clock):
    assert _refusal(issuer, Issuer(KEY, clock, "OTHER").issue("w-101", 1, 0)) == "TOKEN_INVALID"


@pytest.mark.parametrize("hours", [0, -1, 24 * 366 + 1, float("nan"), float("inf")])
def test_hours_have_a_limit(issuer, hours):
    with pytest.raises(InvalidInput, match="TOKEN_HOURS_OUT_OF_RANGE"):
        issuer.issue("w-101", hours, 0)


def test_a_short_key_is_refused(clock):
    with pytest.raises(ValueError, match="32 bytes"):
        Issuer(b"short", clock, "HALL")


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Basic abc", None),
        ("Bearer", None),
        ("Bearer ", None),
        ("", None),
        (None, None),
    ],
)
def test_the_header_is_read(header, token):
    assert bearer(header) == token


def _refusal(issuer, token):
    with pytest.raises(NotAllowed) as caught:
        issuer.verify(token)
    assert caught.value.remedy
    return caught.value.code
