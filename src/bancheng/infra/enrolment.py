"""启用动态口令: a fresh password, and the first code of the device, make it count.

begin    → what the device is made of, told this once, and where the enrolment has come to
confirm  → its first code: it is enrolled, and a session begins
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bancheng.app.credentials import Begun
from bancheng.app.engine import Context
from bancheng.domain.errors import InvalidInput
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.second_factor import EnrolSecondFactor, check_offered
from bancheng.infra import second_factor
from bancheng.infra.password_sign_in import PasswordSignIn, WrongPassword
from bancheng.infra.sealed_steps import LASTS, SealedSteps
from bancheng.projections.office import actor_of

_WAY = "enrol"


class Enrolment(NamedTuple):
    """启用中: the device's secret is told this once, in the URI; ``step`` goes on from here."""

    uri: str
    step: str
    valid_until: datetime


@dataclass(frozen=True)
class Enrolments:
    """启用动态口令: for accounts that sign in by password."""

    passwords: PasswordSignIn
    steps: SealedSteps
    hall_name: str

    def begin(self, staff_id: str, password: str, code: str | None) -> Enrolment:
        """A new device; whoever has one already shows a code of it.

        As `PasswordSignIn.sign_in`; ``WrongStep`` ``SECOND_FACTOR_OFF`` if the book has none.
        """
        check_offered(self.passwords.engine.rules.rulebook())
        shown = self.passwords.shown(staff_id, password, code)
        secret = second_factor.new_secret()
        said = {"staff": staff_id, "since": str(shown.since), "secret": secret}
        return Enrolment(
            uri=second_factor.uri_of(secret, staff_id, self.hall_name),
            step=self.steps.sealed(_WAY, said),
            valid_until=self.passwords.engine.clock.now() + LASTS,
        )

    def confirm(self, step: str, code: str, address: str) -> Begun:
        """A session, begun by the first code; every earlier session and token has ended.

        `WrongPassword` and `SlowDown` as for passwords; ``InvalidInput`` ``ENROLMENT_OVER``.
        """
        engine, devices = self.passwords.engine, self.passwords.devices
        said = self.steps.opened(_WAY, step)
        if said is None:
            raise _over()
        staff_id, now = said["staff"], engine.clock.now()
        failures = self.passwords.counted(staff_id, now)
        known = self.passwords.known(staff_id)
        if known is None or str(known.since) != said["since"]:  # what the password let in has ended
            raise _over()
        number = second_factor.number_of(said["secret"], code, now)
        if number is None:
            raise WrongPassword(staff_id, failures, is_code=True)
        if not self.steps.use(step):
            raise _over()
        context = Context(
            actor=actor_of(known.member),
            key=f"second-factor/{engine.ids.new()}",
            place=Place(Channel.UNSTATED),
            proof=devices.sealed(staff_id, said["secret"]),
        )
        answer = engine.execute(EnrolSecondFactor(staff_id=staff_id), context)
        devices.begin(staff_id, number)
        return self.passwords.sessions.begin(staff_id, answer.position, address)


def _over() -> InvalidInput:
    return InvalidInput(
        "ENROLMENT_OVER",
        "动态口令的启用已过时或已办理",
        field="step",
        remedy="请从头办理启用",
    )
