"""Warnings are pushed to whom they concern, and to nobody any longer than they may hear them."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from starlette.routing import WebSocketRoute
from structlog.testing import capture_logs

from bancheng.app.credentials import Presented
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.office.staff import DismissStaff, RegisterStaff
from bancheng.domain.people import Actor, FreeText, Role
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.answering import AnswerWarning
from bancheng.domain.warnings.raising import RaiseWarning
from bancheng.graphql import limits, pushes, sockets, subscriptions, view
from bancheng.infra.identity import Identity
from bancheng.projections.machine import checkpoints
from support import backends
from support.accesses import head, since
from support.api_acts import carded, dispatched, reported
from support.api_client import EFFICIENCY, Api, served, token_of
from support.asgi_client import Socket
from support.given import ADMIN, CLERK, CO_OFFICER, HANDLER, OFFICER, SUPERVISOR, VERIFIER
from support.ways import Matter

pytestmark = backends.ONCE

PUSHED = """subscription ($unit: String, $levels: [WarningLevel!], $after: String) {
  warnings(unit: $unit, levels: $levels, after: $after) {
    warningId level levelLabel unit state position answer matter { number } } }"""
QUIET_SECONDS = 0.25


def listen(socket: Socket, name: str = "1", query: str = PUSHED, **variables: Any) -> None:
    payload = {"query": query, "variables": variables}
    socket.say(type="subscribe", id=name, payload=payload)


def endpoint(api: Api) -> view.Api:
    return next(
        one.app
        for one in api.client.app.routes
        if isinstance(one, WebSocketRoute) and isinstance(one.app, view.Api)
    )


def hub(api: Api) -> pushes.Pushes:
    return endpoint(api)._services.pushes


def settled(api: Api, how_many: int = 1) -> None:
    """Wait until ``how_many`` listen, so that what comes next is pushed."""

    async def listening() -> None:
        one = hub(api)
        async with asyncio.timeout(10):
            while len(one._subscribers) != how_many or (one._poller is not None) != bool(how_many):  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    api.client.portal.call(listening)


def slow_unit(api: Api, unit: str, level: WarningLevel = WarningLevel.RED) -> Matter:
    """``unit`` has not signed in time, and is warned."""
    matter = dispatched(api, lead=unit)
    api.clock.advance(days=10)
    command = RaiseWarning(
        matter_id=matter.ticket_id, kind=LimitKind.SIGN_IN, subject=matter.order, level=level
    )
    api.carry_out(command, EFFICIENCY)
    return matter


def pushed(socket: Socket) -> dict[str, Any]:
    message = socket.hear()
    assert message.get("type") == "next", (message, socket.closed)
    assert "errors" not in message["payload"], message
    return message["payload"]["data"]["warnings"]


def refusal(socket: Socket) -> dict[str, Any]:
    """The one error the subscription ended with."""
    message = socket.hear()
    assert message["type"] == "error", message
    (error,) = message["payload"]
    return error


def test_a_warning_is_pushed_when_it_is_raised_and_when_it_is_answered(api: Api):
    with api.connected(SUPERVISOR) as socket:
        listen(socket)
        settled(api)
        matter = carded(api)
        card = pushed(socket)
        assert (card["warningId"], card["levelLabel"], card["state"]) == (
            matter.warning, "红牌", "RAISED",
        )  # fmt: skip
        assert card["matter"]["number"] == matter.number
        answer = FreeText("已联系李四 13912345678")
        api.carry_out(
            AnswerWarning(matter_id=matter.ticket_id, warning_id=matter.warning, answer=answer),
            OFFICER,
        )
        again = pushed(socket)
        assert (again["warningId"], again["state"]) == (matter.warning, "ANSWERED")
        assert "13912345678" not in again["answer"]
        assert int(again["position"]) > int(card["position"])


@pytest.mark.parametrize("who", [HANDLER, SUPERVISOR, EFFICIENCY], ids=lambda who: who.id)
def test_who_watches_over_all_hears_of_every_unit(api: Api, who: Actor):
    with api.connected(who) as socket:
        listen(socket)
        settled(api)
        for unit in ("RS", "GA"):
            matter = slow_unit(api, unit)
            card = pushed(socket)
            assert (card["unit"], card["matter"]["number"]) == (unit, matter.number)


def test_a_unit_officer_hears_of_the_own_unit_alone_whatever_they_ask_for(api: Api):
    with api.connected(OFFICER) as socket:
        listen(socket, unit="GA")
        settled(api)
        slow_unit(api, "GA")
        mine = carded(api)
        assert pushed(socket)["warningId"] == mine.warning


@backends.EACH
def test_a_subscriber_hears_what_they_asked_for(api: Api):
    with api.connected(HANDLER) as socket:
        listen(socket, "unit", unit="GA")
        listen(socket, "level", levels=["YELLOW", "BLUE"])
        settled(api, 2)
        matter = slow_unit(api, "GA", WarningLevel.RED)
        message = socket.hear()
        assert (message["id"], message["payload"]["data"]["warnings"]["unit"]) == ("unit", "GA")
        ours = slow_unit(api, "RS", WarningLevel.YELLOW)
        message = socket.hear()
        assert message["id"] == "level"
        assert message["payload"]["data"]["warnings"]["matter"]["number"] == ours.number
        assert ours != matter
        assert socket.hears_nothing(QUIET_SECONDS)


@pytest.mark.parametrize("who", [CLERK, VERIFIER, ADMIN], ids=lambda who: who.id)
def test_who_may_not_hear_is_refused(api: Api, who: Actor):
    with api.connected(who) as socket:
        listen(socket)
        error = refusal(socket)
        assert error["extensions"]["code"] == "VIEW_FORBIDDEN"
        assert "预警推送" in error["message"]


@pytest.mark.parametrize(
    ("payload", "code"),
    [({}, "TOKEN_MISSING"), ({"Authorization": "Bearer x"}, "TOKEN_INVALID"),
     ({"Authorization": 7}, "TOKEN_MISSING"), ({"authorization": "Bearer a.b.c"}, "TOKEN_INVALID")],
)  # fmt: skip
def test_without_a_token_there_is_no_connection(api: Api, payload: dict, code: str):
    with api.connected(None, **payload) as socket:
        assert socket.hear() == {}
        assert socket.closed is not None
        assert socket.closed[0] == 4403
        assert socket.closed[1].startswith(f"{code} ")
        assert len(socket.closed[1].encode()) <= sockets.REASON_BYTES_MAX


def test_a_token_in_the_handshake_will_do(api: Api):
    token = f"Bearer {api.token(HANDLER)}"
    with api.client.socket(authorization=token) as socket:
        socket.say(type="connection_init")
        assert socket.hear() == {"type": "connection_ack"}


def test_nothing_is_subscribed_to_before_a_token_was_shown(api: Api):
    with api.client.socket() as socket:
        listen(socket)
        assert socket.hear() == {}
        assert socket.closed is not None
        assert (socket.closed[0], socket.closed[1][:13]) == (4401, "TOKEN_MISSING")


def test_who_shows_no_token_in_time_is_cut_off(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(endpoint(api), "connection_init_wait_timeout", timedelta(seconds=0.05))
    with api.client.socket() as socket:
        assert socket.hear() == {}
        assert socket.closed is not None
        assert socket.closed[0] == 4408


@pytest.fixture
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sockets.RECHECK_SECONDS <= 60
    monkeypatch.setattr(sockets, "RECHECK_SECONDS", 0.05)


@pytest.mark.usefixtures("watchful")
def test_a_connection_ends_with_its_token(api: Api):
    token = f"Bearer {token_of(api.hall, HANDLER.id, 1)}"
    with api.connected(None, Authorization=token) as socket:
        assert socket.hear() == {"type": "connection_ack"}
        listen(socket)
        settled(api)
        api.clock.advance(hours=2)
        error = refusal(socket)
        assert error["extensions"]["code"] == "TOKEN_EXPIRED"
        assert socket.hear() == {}
        assert socket.closed == (4403, f"TOKEN_EXPIRED {error['message']}")
    assert hub(api)._poller is None


@pytest.mark.usefixtures("watchful")
def test_a_connection_ends_with_the_account(api: Api):
    gone = Actor(id="leaving", name="离任", post="督办", unit="HALL", roles=(Role.SUPERVISOR,))
    register = RegisterStaff(
        staff_id=gone.id, name=gone.name, post=gone.post, unit=gone.unit, roles=gone.roles
    )
    api.settle()
    api.carry_out(register, ADMIN)
    api.settle()
    with api.connected(gone) as socket:
        listen(socket)
        settled(api)
        api.carry_out(DismissStaff(staff_id=gone.id), ADMIN)
        assert refusal(socket)["extensions"]["code"] == "ACCOUNT_INACTIVE"
        assert socket.hear() == {}
        assert socket.closed is not None
        assert socket.closed[0] == 4403


@backends.EACH
@pytest.mark.usefixtures("watchful")
def test_a_connection_ends_with_the_role_but_not_with_the_database(
    api: Api, monkeypatch: pytest.MonkeyPatch
):
    away: list[str] = []

    def failing(self: Identity, shown: Presented, *, uses: bool = True) -> Actor:
        if not uses and not away:
            away.append("database")
            raise OSError("away")
        return found(self, shown, uses=uses)

    found = Identity.authenticate
    moving = Actor(id="moving", name="调岗", post="督办", unit="HALL", roles=(Role.SUPERVISOR,))
    fields = {"staff_id": moving.id, "name": moving.name, "post": moving.post, "unit": moving.unit}
    api.settle()
    api.carry_out(RegisterStaff(**fields, roles=moving.roles), ADMIN)
    api.settle()
    with api.connected(moving) as socket:
        listen(socket)
        settled(api)
        monkeypatch.setattr(Identity, "authenticate", failing)
        assert socket.hears_nothing(0.2)
        assert away
        api.carry_out(RegisterStaff(**fields, roles=(Role.WINDOW_CLERK,)), ADMIN)
        assert refusal(socket)["extensions"]["code"] == "TOKEN_REVOKED"
        assert socket.hear() == {}


def test_subscriptions_of_a_connection_are_bounded(api: Api):
    with api.connected(HANDLER) as socket:
        for number in range(limits.SUBSCRIPTIONS_MAX):
            listen(socket, f"s{number}")
        settled(api, limits.SUBSCRIPTIONS_MAX)
        listen(socket, "more")
        assert refusal(socket)["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
        socket.say(type="complete", id="s0")
        listen(socket, "more")
        settled(api, limits.SUBSCRIPTIONS_MAX)
        assert socket.hears_nothing(0.1)


def test_connections_of_the_process_are_bounded(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(view, "CONNECTIONS_MAX", 1)
    with api.connected(HANDLER), api.client.socket() as other:
        assert other.hear() == {}
        assert other.closed is not None
        assert (other.closed[0], other.closed[1][:16]) == (1013, "CONNECTIONS_FULL")
    with api.connected(HANDLER):
        pass


def slow_reader(api: Api, socket: Socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """More comes than waits for a subscriber who does not read."""
    monkeypatch.setattr(pushes, "PUSH_QUEUE_MAX", 2)
    listen(socket)
    settled(api)
    socket.reads(all_of_it=False)
    for _ in range(4):
        carded(api)


def test_who_does_not_keep_up_is_let_go_and_told_why(api: Api, monkeypatch: pytest.MonkeyPatch):
    with api.connected(HANDLER) as socket:
        slow_reader(api, socket, monkeypatch)
        settled(api, 0)
        socket.reads(all_of_it=True)
        error = refusal(socket)
        assert error["extensions"]["code"] == "SUBSCRIBER_SLOW"
        assert "after" in error["extensions"]["remedy"]
        assert socket.hear() == {}
        assert socket.closed is not None
        assert (socket.closed[0], socket.closed[1][:15]) == (1013, "SUBSCRIBER_SLOW")


def test_who_never_reads_again_holds_nothing(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sockets, "CLOSING_SECONDS", 0.05)
    with api.connected(HANDLER) as socket:
        slow_reader(api, socket, monkeypatch)
        socket.ended()
        assert endpoint(api)._connections == 0
        assert hub(api)._poller is None


@backends.EACH
def test_a_late_subscriber_gets_what_they_missed_once_and_in_order(api: Api):
    with api.connected(HANDLER) as socket:
        listen(socket)
        settled(api)
        first = carded(api)
        seen = pushed(socket)
        assert seen["warningId"] == first.warning
    missed = [carded(api).warning for _ in range(2)]
    with api.connected(HANDLER) as socket:
        listen(socket, after=seen["position"])
        settled(api)
        later = carded(api).warning
        assert [pushed(socket)["warningId"] for _ in range(3)] == [*missed, later]
        assert socket.hears_nothing(QUIET_SECONDS)
    with api.connected(CO_OFFICER) as socket:
        listen(socket, after=seen["position"])
        assert socket.hears_nothing(QUIET_SECONDS)


def test_too_much_was_missed(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(subscriptions, "PUSHES_MISSED_MAX", 1)
    carded(api)
    carded(api)
    api.settle()
    with api.connected(HANDLER) as socket:
        listen(socket, after="0")
        (error,) = socket.hear()["payload"]["errors"]
        assert error["extensions"]["code"] == "PUSHES_MISSED"
        assert socket.hear() == {"id": "1", "type": "complete"}


@pytest.mark.parametrize("after", ["x", "-1", "9" * 19, "9" * 40, "١"])
def test_a_malformed_position_is_refused(api: Api, after: str):
    with api.connected(HANDLER) as socket:
        listen(socket, after=after)
        assert refusal(socket)["extensions"]["code"] == "POSITION_INVALID"


DEEP = "subscription { warnings { " + "matter { warnings { " * 8 + "level" + " } }" * 8 + " } }"
TRIPS = {
    "QUERY_TOO_DEEP": DEEP,
    "QUERY_TOO_LONG": "subscription { warnings { level } } #" + "长" * limits.QUERY_LENGTH_MAX,
    "QUERY_TOO_MANY_TOKENS": "subscription { warnings { " + "level " * limits.TOKENS_MAX + "} }",
    "QUERY_TOO_MANY_FIELDS": "subscription { warnings { " + "level " * limits.FIELDS_MAX + "} }",
    "QUERY_TOO_COSTLY": "subscription { warnings { matter { timeline { "
    + " ".join(f"a{n}: term" for n in range(25)) + " term act topic step channel version "
    "actorId actorName actorPost } } } }",
    "QUERY_INVALID": "subscription { nothing }",
    "SUBSCRIPTION_ONLY": "{ me { name } }",
}  # fmt: skip


@pytest.mark.parametrize("code", TRIPS)
def test_the_limits_of_queries_hold_for_subscriptions(api: Api, code: str):
    with api.connected(HANDLER) as socket:
        listen(socket, query=TRIPS[code])
        message = socket.hear()
        assert message["type"] == "error"
        assert code in {error["extensions"]["code"] for error in message["payload"]}


def test_acts_are_not_carried_out_over_a_connection(api: Api):
    act = 'mutation { dismissStaff(input: {staffId: "h1"}, key: "k") { __typename } }'
    with api.connected(ADMIN) as socket:
        listen(socket, query=act)
        assert refusal(socket)["extensions"]["code"] == "SUBSCRIPTION_ONLY"


def test_an_operation_that_is_not_there_is_refused(api: Api):
    with api.connected(HANDLER) as socket:
        payload = {"query": PUSHED, "operationName": "none"}
        socket.say(type="subscribe", id="1", payload=payload)
        assert refusal(socket)["extensions"]["code"] == "QUERY_INVALID"


@pytest.mark.parametrize(
    ("query", "code"), [("subscription {", "QUERY_INVALID"), ("{ a { b", "QUERY_INVALID"),
                        ("subscription A { warnings { level } } query B { me { name } }",
                         "OPERATION_AMBIGUOUS")],
)  # fmt: skip
def test_one_faulty_operation_ends_itself_and_no_other_of_the_connection(api: Api, query, code):
    with api.connected(SUPERVISOR) as socket:
        listen(socket)
        listen(socket, name="2", query=query)
        message = socket.hear()
        assert (message["type"], message["id"]) == ("error", "2")
        assert message["payload"][0]["extensions"]["code"] == code
        settled(api)
        carded(api)
        assert (heard := socket.hear())["type"] == "next"
        assert heard["id"] == "1"


@pytest.mark.parametrize("accept", ["application/json", "multipart/mixed", "text/event-stream"])
def test_a_request_can_not_subscribe(api: Api, accept: str):
    headers = {"Authorization": f"Bearer {api.token(HANDLER)}", "Accept": accept}
    body = {"query": "subscription { warnings { level } }"}
    answer = api.client.post("/graphql", json=body, headers=headers)
    assert "SUBSCRIPTION_NEEDS_SOCKET" in answer.text
    assert hub(api)._poller is None


@pytest.mark.parametrize(
    "text",
    ["", "no json", "[]", "{}", '{"type": "none"}', '{"type": "subscribe"}', "[" * 20_000,
     '{"type": "subscribe", "id": "1", "payload": "x"}',
     '{"type": "subscribe", "id": 1, "payload": {"query": "{ me { name } }"}}',
     '{"type": "complete", "id": null}', '{"type": "connection_init", "payload": []}'],
)  # fmt: skip
def test_what_is_not_of_the_protocol_ends_the_connection(api: Api, text: str):
    with api.client.socket() as socket:
        socket.put({"type": "websocket.receive", "text": text})
        assert socket.hear() == {}
        assert socket.closed == (4400, "REQUEST_INVALID 消息不合 graphql-transport-ws 协议")


@pytest.mark.parametrize("kind", ["text", "bytes"])
def test_a_message_that_is_too_large_ends_the_connection(api: Api, kind: str):
    text = " " * (api.hall.config.request_bytes_max + 1)
    with api.client.socket() as socket:
        message = text if kind == "text" else text.encode()
        socket.put({"type": "websocket.receive", kind: message})
        assert socket.hear() == {}
        assert socket.closed is not None
        assert (socket.closed[0], socket.closed[1][:17]) == (1009, "REQUEST_TOO_LARGE")


def test_another_protocol_is_refused(api: Api):
    with api.client.socket(protocol="graphql-ws") as socket:
        assert socket.hear() == {}
        assert socket.closed is not None
        assert socket.closed[0] == 4406


def test_a_page_of_another_origin_may_not_connect(api: Api):
    with api.client.socket(origin="https://elsewhere.example", host="hall") as socket:
        assert socket.hear() == {}


def test_a_fault_of_ours_ends_the_connection_masked(api: Api, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(sockets.Handler, "on_request_accepted", broken)
    with api.client.socket() as socket, capture_logs() as logged:
        assert socket.hear() == {}
        assert socket.closed is not None
        assert (socket.closed[0], socket.closed[1][:14]) == (1011, "INTERNAL_ERROR")
    assert "secret" not in str(logged)


def test_it_answers_pings_and_only_looks_while_somebody_listens(api: Api):
    assert hub(api)._poller is None
    with api.connected(HANDLER) as socket:
        socket.say(type="ping")
        assert socket.hear() == {"type": "pong"}
        assert hub(api)._poller is None
        listen(socket)
        settled(api)
        assert hub(api)._poller is not None
        socket.say(type="complete", id="1")
        settled(api, 0)
        assert hub(api)._poller is None


def test_one_poller_serves_all_and_outlives_a_failure(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pushes, "RETRY_SECONDS", 0.01)
    with api.connected(HANDLER) as one, api.connected(OFFICER) as other:
        listen(one)
        listen(other)
        settled(api, 2)
        failed: list[bool] = []

        def failing(*given: Any) -> checkpoints.Checkpoint:
            if not failed:
                failed.append(True)
                raise OSError("away")
            return found(*given)

        found = checkpoints.get
        monkeypatch.setattr(pushes.checkpoints, "get", failing)
        matter = carded(api)
        assert {pushed(one)["warningId"], pushed(other)["warningId"]} == {matter.warning}
        assert failed
        assert len(hub(api)._subscribers) == 2


def test_what_is_no_warning_is_passed_over(api: Api):
    with api.connected(HANDLER) as socket, capture_logs() as logged:
        listen(socket)
        settled(api)
        reported(api)
        api.settle()

        async def passed() -> None:
            async with asyncio.timeout(5):
                while hub(api)._position < head:  # noqa: ASYNC110
                    await asyncio.sleep(0.002)

        head = api.hall.store.head()
        api.client.portal.call(passed)
    assert "request_failed" not in {line["event"] for line in logged}


def test_many_at_once_are_pushed_whole_to_who_reads(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pushes, "BATCH", 2)
    monkeypatch.setattr(pushes, "PUSH_QUEUE_MAX", 2)
    with api.connected(HANDLER) as socket:
        listen(socket)
        settled(api)
        api.hall.runner.stop()
        try:
            made = [carded(api).warning for _ in range(5)]
        finally:
            api.hall.runner.start()
        assert [pushed(socket)["warningId"] for _ in range(5)] == made


@backends.EACH
def test_looking_costs_one_row_while_nothing_happens(api: Api):
    with api.connected(HANDLER) as socket:
        listen(socket)
        settled(api)
        api.settle()
        said: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: object) -> None:
            said.append(statement)

        event.listen(api.hall.database, "before_cursor_execute", note)
        time.sleep(4 * pushes.POLL_SECONDS)
        event.remove(api.hall.database, "before_cursor_execute", note)
        assert pushes.POLL_SECONDS <= 0.2
        assert said
        assert not [one for one in said if "warning_ledger" in one]


@backends.EACH
def test_a_passed_threshold_is_pushed(database: str):
    """With a moved clock: the instant comes, the sweep raises the warning, the push is there."""
    with served(database) as api:
        matter = reported(api)
        api.settle()
        with api.connected(EFFICIENCY) as socket:
            listen(socket)
            settled(api)
            assert api.hall.sweep.warn() == 0
            api.clock.advance(days=1)
            assert api.hall.sweep.warn() == 1
            card = pushed(socket)
        assert (card["matter"]["number"], card["levelLabel"]) == (matter.number, "黄牌")


def test_what_is_pushed_is_recorded_for_each_to_whom_it_goes_with_what_hangs_on_it(api: Api):
    query = "subscription { warnings { level matter { number } } }"
    before = head(api.hall)
    with api.connected(HANDLER) as one, api.connected(SUPERVISOR) as other:
        for socket in (one, other):
            listen(socket, query=query)
            listen(socket, "2", query=query)
        settled(api, 4)
        ticket_id = slow_unit(api, "RS").ticket_id
        for socket in (one, one, other, other):
            assert socket.hear()["type"] == "next"
        told = since(api.hall, before, "PUSHED")
    pushed = ("PUSHED", "warnings", [ticket_id])
    assert sorted((it["staff_id"], it["kind"], it["what"], it["matters"]) for it in told) == [
        (HANDLER.id, *pushed), (HANDLER.id, *pushed),
        (SUPERVISOR.id, *pushed), (SUPERVISOR.id, *pushed),
    ]  # fmt: skip
