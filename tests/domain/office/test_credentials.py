"""凭证: passwords and tokens are issued and revoked by acts; no event holds what proves them."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.events import Channel, Place
from bancheng.domain.office.credential_events import (
    CredentialKind,
    CredentialRevoked,
    CredentialsRevoked,
    HallCredentialsRevoked,
    PasswordChanged,
    PasswordIssued,
    SignInSlowed,
    TokenIssued,
)
from bancheng.domain.office.credentials import (
    ChangePassword,
    IssuePassword,
    IssueToken,
    RevokeCredential,
    RevokeCredentials,
    RevokeHallCredentials,
    SlowSignIn,
)
from bancheng.domain.office.staff import RegisterStaff, StaffDismissed, StaffRegistered
from bancheng.domain.one_time_codes import digest_of
from bancheng.domain.people import FreeText, Role
from support.fakes import MemoryStore, a_hall, do, events_of
from support.given import ADMIN, HANDLER, ROBOT, START, SUPERVISOR, Given, given

H = {"staff_id": HANDLER.id}
REGISTERED = StaffRegistered(
    staff_id=HANDLER.id, name=HANDLER.name, post="派单", unit="HALL", roles=HANDLER.roles
)
LOST = FreeText("服务器失窃")
UNTIL = START + timedelta(hours=8, minutes=1)
ISSUED = TokenIssued(valid_until=UNTIL, purpose=None)
NOW = START + timedelta(minutes=1)


def test_an_initial_password_lasts_for_its_hours():
    issued = given(REGISTERED).when(IssuePassword(**H, hours=24))
    issued.then(PasswordIssued(valid_until=NOW + timedelta(hours=24)))


def test_a_token_says_for_what_and_until_when_it_is():
    command = IssueToken(**H, hours=8, purpose="叫号系统")
    given(REGISTERED).when(command).then(TokenIssued(valid_until=UNTIL, purpose="叫号系统"))


@pytest.mark.parametrize(
    "command",
    [IssuePassword(**H), IssueToken(**H), RevokeCredentials(**H), SlowSignIn(**H, failures=5)],
    ids=lambda command: type(command).__name__,
)
def test_somebody_who_is_not_there_has_no_credentials(command):
    for past in ((), (REGISTERED, StaffDismissed())):
        by = ROBOT if isinstance(command, SlowSignIn) else ADMIN
        given(*past).when(command, by).then_refused("STAFF_NOT_ACTIVE", "staff_id")


def test_a_password_is_chosen_by_the_person_alone():
    given(REGISTERED).when(ChangePassword(**H), HANDLER).then(PasswordChanged())
    given(REGISTERED).when(ChangePassword(**H), ADMIN).then_refused("PASSWORD_OF_ANOTHER")


def test_a_token_is_revoked_once():
    revoke = RevokeCredential(**H, credential_id="e2")
    revoked = CredentialRevoked(kind=CredentialKind.TOKEN, credential_id="e2")
    after = given(REGISTERED, ISSUED).when(revoke, ADMIN).then(revoked)
    after.when(revoke, ADMIN).then_refused("CREDENTIAL_UNKNOWN", "credential_id")


def test_a_session_is_revoked_that_the_desk_knows_of():
    revoke = RevokeCredential(**H, credential_id="s1")
    revoked = CredentialRevoked(kind=CredentialKind.SESSION, credential_id="s1")
    given(REGISTERED).when(revoke, ADMIN, sessions=frozenset({"s1"})).then(revoked)
    given(REGISTERED).when(revoke, ADMIN).then_refused("CREDENTIAL_UNKNOWN", "credential_id")


@pytest.mark.parametrize(
    "ending",
    [
        PasswordIssued(valid_until=UNTIL), PasswordChanged(), CredentialsRevoked(),
        replace(REGISTERED, roles=(Role.SUPERVISOR,)),
    ],
    ids=lambda event: type(event).__name__,
)  # fmt: skip
def test_what_ends_all_leaves_no_token_to_revoke(ending):
    revoke = RevokeCredential(**H, credential_id="e2")
    after = given(REGISTERED, ISSUED, ending)
    after.when(revoke, ADMIN).then_refused("CREDENTIAL_UNKNOWN", "credential_id")


def test_another_post_ends_no_token():
    revoke = RevokeCredential(**H, credential_id="e2")
    moved = replace(REGISTERED, post="另一岗位")
    revoked = CredentialRevoked(kind=CredentialKind.TOKEN, credential_id="e2")
    given(REGISTERED, ISSUED, moved).when(revoke, ADMIN).then(revoked)


def test_everybody_revokes_their_own_and_an_administrator_anybodys():
    for act in (RevokeCredentials(**H), RevokeCredential(**H, credential_id="e2")):
        other = given(REGISTERED, ISSUED).when(act, SUPERVISOR)
        other.then_refused("CREDENTIALS_OF_ANOTHER")
    given(REGISTERED).when(RevokeCredentials(**H), HANDLER).then(CredentialsRevoked())
    given(REGISTERED).when(RevokeCredentials(**H), ADMIN).then(CredentialsRevoked())


def test_all_of_the_hall_are_revoked_as_often_as_one_likes():
    revoke, revoked = (cls(reason=LOST) for cls in (RevokeHallCredentials, HallCredentialsRevoked))
    before = Given(stream="credentials-hall")
    sealed = replace(revoked, reason=LOST.owned_by("credentials-hall"))
    once = before.when(revoke).then(sealed)
    once.when(revoke).then(replace(sealed, reason=LOST.owned_by(once.history[0].stream_id)))


def test_a_slowed_account_says_after_how_many_failures():
    given(REGISTERED).when(SlowSignIn(**H, failures=5), ROBOT).then(SignInSlowed(failures=5))


def test_what_proves_a_token_is_kept_under_its_event_and_stands_in_none():
    with a_hall("memory", None) as engine:
        store = engine.store
        assert isinstance(store, MemoryStore)
        register = RegisterStaff(
            staff_id=HANDLER.id, name="处理", post="派单", unit="HALL", roles=HANDLER.roles
        )
        do(engine, register, ADMIN)
        answer = do(engine, IssueToken(**H), ADMIN)
        (proof,) = store.proofs
        assert answer.one_time_code is not None
        assert len(answer.one_time_code) == 32
        assert (proof.owner, proof.kind) == (f"staff-{HANDLER.id}", "token")
        assert proof.id == store.log[-1].envelope.event_id
        assert proof.kept == digest_of(answer.one_time_code)
        said = str((events_of(engine), [one.envelope for one in store.log]))
        assert answer.one_time_code not in said
        assert proof.kept not in said


def test_a_password_is_not_changed_without_what_proves_it():
    with a_hall("memory", None) as engine:
        register = RegisterStaff(
            staff_id=HANDLER.id, name="处理", post="派单", unit="HALL", roles=HANDLER.roles
        )
        do(engine, register, ADMIN)
        before = engine.store.head()
        with pytest.raises(ValueError, match="what proves it"):
            do(engine, ChangePassword(**H), HANDLER)
        assert engine.store.head() == before
        do(engine, ChangePassword(**H), HANDLER, place=Place(Channel.UNSTATED), proof="$argon2id$x")
        assert isinstance(engine.store, MemoryStore)
        assert [one.kept for one in engine.store.proofs] == ["$argon2id$x"]
