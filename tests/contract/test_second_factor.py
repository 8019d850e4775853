"""动态口令 on both databases: sealed at rest, and each code counts once on all processes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from bancheng.app.engine import Context
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Role
from bancheng.infra import second_factor
from bancheng.infra.clock import FixedClock
from bancheng.infra.password_sign_in import WrongPassword
from bancheng.infra.schema import event, person_key, proof, used_step
from bancheng.infra.sealed_steps import LASTS, SealedSteps
from bancheng.infra.second_factor import PERIOD_SECONDS
from support.browser import PASSWORD, initial_password, secret_in
from support.destroying import destroy
from support.devices import code_at
from support.given import ADMIN, BOOK, START

ZHAO = "zhao"
ADDRESS = "10.0.0.1"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


def opened(url: str, clock: FixedClock) -> Container:
    cheap = {"password_memory_kib": 8, "password_passes": 1}
    config = Config(
        database_url=url, hall="TEST", master_key=b"t" * 32, rulebook=str(BOOK), **cheap
    )
    return build(config, clock=clock)


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    """A hall with 赵, who has chosen a password."""
    container = opened(furnished, clock)
    try:
        member = RegisterStaff(
            staff_id=ZHAO, name="某", post="派单", unit="HALL", roles=(Role.HANDLER,)
        )
        for command in (RegisterUnit(code="HALL", name="大厅"), member):
            context = Context(
                actor=ADMIN, key=container.engine.ids.new(), place=Place(Channel.UNSTATED)
            )
            container.engine.execute(command, context)
            container.runner.catch_up()
        container.passwords.change(ZHAO, initial_password(container, ZHAO), PASSWORD, ADDRESS)
        container.runner.catch_up()
        yield container
    finally:
        container.close()


@pytest.fixture
def secret(hall: Container, clock: FixedClock) -> str:
    """What the device of 赵 is made of, who has enrolled it."""
    begun = hall.enrolments.begin(ZHAO, PASSWORD, None)
    made_of = secret_in(begun.uri)
    hall.enrolments.confirm(begun.step, code_at(made_of, clock.now()), ADDRESS)
    hall.runner.catch_up()
    clock.advance(seconds=PERIOD_SECONDS)
    return made_of


def enters(container: Container, code: str) -> bool:
    try:
        container.passwords.sign_in(ZHAO, PASSWORD, ADDRESS, code)
    except WrongPassword as error:
        return not error.is_code
    return True


def test_what_a_device_is_made_of_stands_in_no_table(hall: Container, secret: str):
    with hall.database.connect() as connection:
        kept = [
            str(row) for table in (event, proof, person_key, used_step)
            for row in connection.execute(select(table))
        ]  # fmt: skip
        (box,) = connection.scalars(select(proof.c.kept).where(proof.c.kind == "second-factor"))
    assert not [row for row in kept if secret in row]
    assert hall.passwords.devices.sealed(ZHAO, secret) != box


def test_who_holds_the_database_without_the_master_key_has_no_device(
    hall: Container, secret: str, clock: FixedClock
):
    destroy(hall.database, hall.engine.vault, f"staff-{ZHAO}")
    assert not enters(hall, code_at(secret, clock.now()))


def test_a_code_that_one_process_took_another_refuses(
    hall: Container, secret: str, furnished: str, clock: FixedClock
):
    other = opened(furnished, clock)
    try:
        code = code_at(secret, clock.now())
        assert enters(hall, code)
        assert not enters(other, code)
        clock.advance(seconds=PERIOD_SECONDS)
        assert enters(other, code_at(secret, clock.now()))
    finally:
        other.close()


def test_of_many_who_show_one_code_at_once_one_comes_in(
    hall: Container, secret: str, clock: FixedClock
):
    code = code_at(secret, clock.now())
    with ThreadPoolExecutor(4) as pool:
        came_in = list(pool.map(lambda _: enters(hall, code), range(4)))
    assert came_in.count(True) == 1


def test_an_enrolment_is_confirmed_once_by_whichever_process(
    hall: Container, furnished: str, clock: FixedClock
):
    other = opened(furnished, clock)
    try:
        begun = hall.enrolments.begin(ZHAO, PASSWORD, None)
        code = code_at(secret_in(begun.uri), clock.now())
        other.enrolments.confirm(begun.step, code, ADDRESS)
        with pytest.raises(Exception, match="ENROLMENT_OVER"):
            hall.enrolments.confirm(begun.step, code, ADDRESS)
    finally:
        other.close()


def test_a_new_device_counts_though_the_clock_was_put_back(
    hall: Container, secret: str, clock: FixedClock
):
    begun = hall.enrolments.begin(ZHAO, PASSWORD, code_at(secret, clock.now()))
    clock.set(clock.now() - timedelta(minutes=2))
    again = secret_in(begun.uri)
    step = hall.enrolments.steps.sealed(
        "enrol", {"staff": ZHAO, "since": since(hall), "secret": again}
    )
    hall.enrolments.confirm(step, code_at(again, clock.now()), ADDRESS)
    hall.runner.catch_up()
    clock.advance(seconds=PERIOD_SECONDS)
    assert enters(hall, code_at(again, clock.now()))


def since(hall: Container) -> str:
    known = hall.passwords.known(ZHAO)
    assert known is not None
    return str(known.since)


@pytest.mark.parametrize(
    ("seconds", "code"),
    # RFC 6238, appendix B, the last six digits of those for SHA-1.
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str):
    rfc = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert second_factor._codes(rfc).generate(seconds).decode() == code


def test_a_step_is_used_once_opens_for_its_own_way_and_leaves_no_row_for_ever(
    hall: Container, clock: FixedClock
):
    steps = hall.enrolments.steps
    step = steps.sealed("oidc", {"state": "x"})
    assert steps.opened("oidc", step) == {"state": "x"}
    assert steps.opened("enrol", step) is None
    assert steps.opened("oidc", step[:-4] + "AAAA") is None
    assert steps.opened("oidc", "一" * 100) is None
    assert steps.opened("oidc", "x" * 5000) is None
    assert [steps.use(step), steps.use(step)] == [True, False]
    stranger = SealedSteps(hall.database, clock, b"y" * 32)
    assert stranger.opened("oidc", step) is None
    clock.advance(LASTS + timedelta(seconds=1))
    assert steps.opened("oidc", step) is None
    clock.advance(LASTS)
    assert steps.use("another")
    with hall.database.connect() as connection:
        assert len(connection.execute(select(used_step)).all()) == 1
