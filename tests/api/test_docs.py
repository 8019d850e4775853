"""docs/api.md names what a client will meet."""

from pathlib import Path

import pytest

from bancheng.graphql import limits
from bancheng.graphql.queries.filter_values import CHOICES_MAX, RULES
from bancheng.graphql.rejections import KINDS
from bancheng.projections.ledger.searching import TEXT_MAX
from bancheng.projections.ledger.windows import PAGE_MAX

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
LIMITS = {
    "QUERY_TOO_LONG": limits.QUERY_LENGTH_MAX,
    "QUERY_TOO_MANY_TOKENS": limits.TOKENS_MAX,
    "QUERY_TOO_MANY_COMMENTS": limits.COMMENTS_MAX,
    "QUERY_TOO_DEEP": limits.DEPTH_MAX,
    "QUERY_TOO_MANY_ALIASES": limits.ALIASES_MAX,
    "QUERY_TOO_MANY_FIELDS": limits.FIELDS_MAX,
    "QUERY_TOO_COSTLY": limits.COST_MAX,
    "PAGE_SIZE_OUT_OF_RANGE": PAGE_MAX,
    "FILTER_TOO_LONG": CHOICES_MAX,
    "TEXT_OUT_OF_RANGE": TEXT_MAX,
    "CONNECTIONS_FULL": limits.CONNECTIONS_MAX,
    "TOO_MANY_SUBSCRIPTIONS": limits.SUBSCRIPTIONS_MAX,
    "ACCOUNT_CONNECTIONS_FULL": limits.ACCOUNT_CONNECTIONS_MAX,
    "ACCOUNT_SUBSCRIPTIONS_FULL": limits.ACCOUNT_SUBSCRIPTIONS_MAX,
    "SUBSCRIBER_SLOW": limits.PUSH_QUEUE_MAX,
    "PUSHES_MISSED": limits.PUSHES_MISSED_MAX,
}


@pytest.mark.parametrize("code", LIMITS)
def test_each_limit_is_named_with_its_number(code: str):
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{code}` |")]
    assert str(LIMITS[code]) in row


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_rejection_is_named(kind: type):
    assert f"| `{kind.__name__}` |" in PAGE


@pytest.mark.parametrize(
    "code",
    ["TOKEN_MISSING", "TOKEN_EXPIRED", "TOKEN_INVALID", "TOKEN_REVOKED", "ACCOUNT_INACTIVE",
     "QUERY_INVALID", "REQUEST_INVALID", "REQUEST_TOO_LARGE", "PATH_UNKNOWN", "VIEW_FORBIDDEN",
     "INTERNAL_ERROR", "KEY_REUSED", "VERSION_CONFLICT", "FILTER_FORBIDDEN", "NOT_FOUND_IN_UNIT",
     "SUBSCRIPTION_ONLY", "SUBSCRIPTION_NEEDS_SOCKET", "FILTER_UNMASKED", "FILTER_EMPTY",
     "FILTER_RANGE_REVERSED", *sorted({rule.code for rule in RULES.values()})],
)  # fmt: skip
def test_each_code_a_client_handles_is_named(code: str):
    assert f"`{code}`" in PAGE
