"""The pages a person opens: the console, which needs nothing from outside, and their policies."""

import hashlib
import re
from base64 import b64encode
from importlib.resources import files

NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# Strawberry ships no scripts with its GraphiQL page: it loads them from this one place, each
# pinned by its hash.
GRAPHIQL_FROM = "https://unpkg.com"
GRAPHIQL_POLICY = (
    "default-src 'none'; frame-ancestors 'none'; connect-src 'self'; "
    f"script-src 'unsafe-inline' {GRAPHIQL_FROM}; worker-src blob:; "
    f"style-src 'unsafe-inline' {GRAPHIQL_FROM}; font-src data: {GRAPHIQL_FROM}; img-src data:"
)


def _hash_of(tag: str, page: str) -> str:
    found = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    if found is None:
        raise ValueError(f"the console has no {tag}")
    return f"'sha256-{b64encode(hashlib.sha256(found[1].encode()).digest()).decode()}'"


CONSOLE = files("bancheng.graphql").joinpath("console.html").read_text(encoding="utf-8")
CONSOLE_POLICY = (
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; connect-src 'self'; "
    f"script-src {_hash_of('script', CONSOLE)}; style-src {_hash_of('style', CONSOLE)}"
)
