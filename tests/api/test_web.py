"""Pages, health and what every request passes."""

import re
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bancheng.jobs.sending import RouteHealth
from bancheng.jobs.stages import StageHealth, SweepHealth
from bancheng.projections.machine.checkpoints import Poison
from bancheng.projections.machine.health import Health
from bancheng.web import create_app
from support import backends
from support.api_client import Api, served
from support.asgi_client import opened
from support.given import HANDLER

pytestmark = backends.ONCE

PATHS = ("/graphql", "/console", "/schema.graphql", "/healthz", "/readyz", "/nowhere")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_bounded_in_what_a_browser_may_do(api: Api, path: str):
    headers = api.client.get(path, headers={"Accept": "text/html"}).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_a_request_keeps_its_number(api: Api):
    answer = api.client.get("/healthz", headers={"X-Request-Id": "abc-12345"})
    assert answer.headers["x-request-id"] == "abc-12345"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "a b c d e f g", "<script>aaa"])
def test_a_malformed_number_is_replaced(api: Api, given: str):
    answer = api.client.get("/healthz", headers={"X-Request-Id": given})
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-request-id"])


def test_a_request_is_logged_without_what_it_carried(api: Api):
    with capture_logs() as logged:
        api.post("{ me { name } }", by=HANDLER)
    (line,) = [line for line in logged if line["event"] == "request_done"]
    assert (line["method"], line["path"], line["status"]) == ("POST", "/graphql", 200)
    assert set(line) == {"event", "log_level", "room", "method", "path", "status", "ms"}


@pytest.mark.parametrize(("path", "way"), [
    ("/exports/张建国13800138000.csv", "/exports/{name}"), ("/张建国13800138000", "unknown"),
])  # fmt: skip
def test_what_is_typed_into_a_path_is_in_no_log(api: Api, path: str, way: str):
    with capture_logs() as logs:
        api.client.post(path)
    (line,) = [one for one in logs if one["event"] == "request_done"]
    assert line["path"] == way
    assert "13800138000" not in str(logs)


def test_the_console_loads_nothing_from_outside(api: Api):
    answer = api.client.get("/console")
    assert answer.status_code == 200
    assert "查询台" in answer.text
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", answer.text)
    assert "http" not in answer.headers["content-security-policy"]


def test_what_the_console_is_filled_with_can_be_asked(api: Api):
    page = api.client.get("/console").text
    (query,) = re.findall(r'<textarea id="query"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert api.ask(query, HANDLER)["me"]["staffId"] == HANDLER.id


def test_graphiql_is_served_and_points_to_the_console(api: Api):
    answer = api.client.get("/graphql", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert 'href="/console"' in answer.text


def test_a_query_by_get_is_refused(api: Api):
    answer = api.client.get("/graphql", params={"query": "{ me { name } }"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "REQUEST_INVALID"


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/nowhere", 404), ("POST", "/healthz", 405), ("PUT", "/graphql", 405),
])  # fmt: skip
def test_a_wrong_way_is_coded(api: Api, method: str, path: str, status: int):
    answer = api.client.request(method, path)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] in ("PATH_UNKNOWN", "REQUEST_INVALID")


@pytest.mark.parametrize("says_its_length", [True, False])
def test_a_body_that_is_too_large_is_refused(api: Api, *, says_its_length: bool):
    size = api.hall.config.request_bytes_max + 1

    async def pieces():
        for _ in range(size // 65_536 + 1):
            yield b" " * 65_536

    content = b" " * size if says_its_length else pieces()
    headers = {"Authorization": f"Bearer {api.token(HANDLER)}", "Content-Type": "application/json"}
    answer = api.client.post("/graphql", content=content, headers=headers)
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["extensions"]["code"] == "REQUEST_TOO_LARGE"


@backends.EACH
def test_it_is_alive_and_ready(api: Api):
    assert api.client.get("/healthz").json() == {"status": "ok"}
    api.settle()
    answer = api.client.get("/readyz")
    assert answer.status_code == 200, answer.text
    head = api.hall.store.head()
    told = {one["name"]: one for one in answer.json()["projections"]}
    assert told["ticket_ledger"]["position"] == told["ticket_ledger"]["head"] == head


def test_without_its_database_it_is_alive_but_not_ready():
    with backends.fresh("sqlite") as url, served(url) as api:

        def broken(*_: object) -> None:
            raise OSError("gone")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(api.hall.runner), "health", broken)
            answer = api.client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")
        assert api.client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("poisoned", "behind", "minutes", "status"),
    [(True, 0, 0, 503), (False, 5, 10, 503), (False, 5000, 0, 200)],
)
def test_a_projection_that_stopped_or_is_long_behind_is_named(
    api: Api, monkeypatch: pytest.MonkeyPatch, *, poisoned: bool, behind: int, minutes: int,
    status: int,
):  # fmt: skip
    poison = Poison(position=7, event_id="e", stream_id="s", topic="complaint.t", error="boom")
    told = Health(
        name="ticket_ledger", position=1, head=1 + behind, age=timedelta(minutes=minutes),
        poison=poison if poisoned else None,
    )  # fmt: skip
    monkeypatch.setattr(type(api.hall.runner), "health", lambda *_: [told])
    answer = api.client.get("/readyz")
    assert answer.status_code == status
    (one,) = answer.json()["projections"]
    assert (one["name"], one["well"]) == ("ticket_ledger", status == 200)
    assert one["poison"] == ({"topic": "complaint.t", "position": 7} if poisoned else None)


@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (2, 503)])
def test_a_sweep_that_does_not_go_well_is_told(api: Api, minutes: int, status: int):
    class Sweeping(_Job):
        def health(self, now: datetime) -> SweepHealth:
            age = timedelta(minutes=minutes)
            stage = StageHealth("warn", now - age, age, "ValueError at sweep.py:1 in _raise")
            return SweepHealth(alive=True, leads=True, stages=(stage,))

    api.settle()
    api.hall.runner.stop()  # a second server starts it, and stops it too
    try:
        with opened(create_app(api.hall, sweeper=Sweeping([], "sweeper"))) as client:
            answer = client.get("/readyz")
    finally:
        api.hall.runner.start()
    told = answer.json()["sweep"]
    assert (answer.status_code, told["well"], told["leads"]) == (status, status == 200, True)
    assert datetime.fromisoformat(told["lastGoodAt"]) == api.clock.now() - timedelta(
        minutes=minutes
    )
    [stage] = told["stages"]
    assert (stage["name"], stage["failedAt"]) == ("warn", "ValueError at sweep.py:1 in _raise")


@pytest.mark.parametrize(("alive", "status"), [(True, 200), (False, 503)])
def test_a_receiver_that_is_away_is_told_and_makes_nothing_unready(
    api: Api, *, alive: bool, status: int
):
    class Outgoing(_Job):
        def health(self) -> list[RouteHealth]:
            return [RouteHealth("sms", alive, api.clock.now(), "HTTP_503")]

    api.settle()
    api.hall.runner.stop()  # a second server starts it, and stops it too
    try:
        with opened(create_app(api.hall, sending=Outgoing([], "sending"))) as client:
            answer = client.get("/readyz")
    finally:
        api.hall.runner.start()
    assert answer.status_code == status
    assert answer.json()["notices"] == [
        {
            "route": "sms", "alive": alive, "downSince": api.clock.now().isoformat(),
            "fault": "HTTP_503",
        }
    ]  # fmt: skip


class _Job:
    def __init__(self, said: list[str], name: str) -> None:
        self.said, self.name = said, name

    def start(self) -> None:
        self.said.append(f"start {self.name}")

    def stop(self) -> None:
        self.said.append(f"stop {self.name}")


def test_background_jobs_start_and_stop_with_the_server():
    said: list[str] = []
    with backends.fresh("sqlite") as url, served(url) as api:
        jobs = [_Job(said, "a"), _Job(said, "b")]
        api.hall.runner.stop()  # a second server starts it, and stops it too
        with opened(create_app(api.hall, jobs)) as client:
            assert client.get("/healthz").status_code == 200
            assert said == ["start a", "start b"]
    assert said == ["start a", "start b", "stop b", "stop a"]
