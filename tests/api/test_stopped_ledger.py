"""While the ledger of tickets has stopped, nobody reads what it can not tell whom it is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec import structs

from api.test_withheld import entered, rows
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.graphql.pushes import news_of
from bancheng.projections.machine import subscription
from bancheng.projections.tickets.tickets import TICKETS
from bancheng.projections.trail import TRAIL
from bancheng.projections.warnings import warnings_behind
from bancheng.projections.withheld import untold
from support import backends
from support.api_acts import TEXT, reported, warned
from support.api_client import Api, served
from support.given import HANDLER, SUPERVISOR
from support.tie_ways import merged_into

OF_RS = structs.replace(SUPERVISOR, id="s-of-rs", unit="RS")


@pytest.fixture(scope="module")
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    with backends.fresh(request.param) as url, served(url) as one:
        entered(one, OF_RS)
        yield one


@contextmanager
def stopped(api: Api, *names: str) -> Iterator[None]:
    """Meanwhile these ledgers meet only events that they can not apply; then they go on."""
    applied = subscription.applied

    def broken(projection: Any, *about: Any) -> None:
        if projection.name in names:
            raise ValueError("an event that it can not apply")
        applied(projection, *about)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subscription, "applied", broken)
        yield
    assert all(api.hall.runner.retry(name) for name in names)
    api.settle()


def numbers(api: Api, ledger: str) -> str:
    return str(rows(api, OF_RS, f"{ledger}(", "matterNumber"))


def behind(api: Api) -> None:
    """Wait until whatever goes on is at the end of the log, and what does not has stopped."""
    going = [one for one in api.hall.runner.health(api.clock.now()) if one.poison is None]
    api.hall.runner.wait(api.hall.store.head(), [one.name for one in going])


def test_what_was_reported_or_corrected_since_is_read_by_nobody_and_the_rest_by_all(api: Api):
    old, wrong = reported(api), warned(api, "RS")
    api.settle()
    about = {"accused_staff": OF_RS.id}
    with stopped(api, TICKETS.projection.name):
        new = reported(api, **about)
        corrected = CorrectTicket(ticket_id=wrong.ticket_id, reason=TEXT, **about)
        api.carry_out(corrected, HANDLER)
        api.carry_out(AcceptTicket(ticket_id=old.ticket_id), HANDLER)
        behind(api)
        for ledger in ("auditTrail", "deadlines"):
            seen = numbers(api, ledger)
            assert [one.number in seen for one in (old, new, wrong)] == [True, False, False]
        with api.hall.database.connect() as connection:
            assert news_of(connection, warnings_behind(connection, 0, 10)) == []
    seen = str(rows(api, HANDLER, "deadlines(", "matterNumber"))
    assert [one.number in seen for one in (old, new, wrong)] == [True, True, True]
    assert new.number not in numbers(api, "deadlines")


def test_nor_is_what_goes_on_in_one_that_was_corrected_since(api: Api):
    main, other = reported(api), reported(api)
    gone_on = merged_into(api, main, reported, HANDLER)
    api.settle()
    asked = [one.ticket_id for one in (other, main, gone_on)]
    with stopped(api, TICKETS.projection.name):
        corrected = CorrectTicket(ticket_id=main.ticket_id, reason=TEXT, accused_staff=OF_RS.id)
        api.carry_out(corrected, HANDLER)
        behind(api)  # it may return as that ledger stops
        behind(api)
        with api.hall.database.connect() as connection:
            assert untold(connection, asked) == {*asked[1:]}
    api.settle()
    with api.hall.database.connect() as connection:
        assert untold(connection, asked) == frozenset()


def test_nobody_reads_anything_if_the_trail_does_not_tell_either(api: Api):
    reported(api)
    api.settle()
    with stopped(api, TICKETS.projection.name, TRAIL.projection.name):
        reported(api, accused_staff=OF_RS.id)
        behind(api)
        (error,) = api.errors("{ deadlines(first: 5) { totalCount } }", OF_RS)
        assert error["extensions"]["code"] == "WITHHELD_UNKNOWN"
