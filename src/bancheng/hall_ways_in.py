"""登录方式: by which ways people come into a hall, as its configuration has them."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import sqlalchemy

from bancheng.app.engine import Engine
from bancheng.config import Config
from bancheng.infra.enrolment import Enrolments
from bancheng.infra.files import read_text
from bancheng.infra.hall_keys import HallKeys
from bancheng.infra.outer_sign_in import Provider
from bancheng.infra.outer_staff import OuterStaff
from bancheng.infra.password_sign_in import PasswordSignIn
from bancheng.infra.passwords import Cost, Passwords
from bancheng.infra.sealed_steps import SealedSteps
from bancheng.infra.second_factor import Devices
from bancheng.infra.sessions import Ends, Sessions
from bancheng.infra.staff_map import BYTES_MAX, StaffMap, parse_staff_map
from bancheng.infra.vault import KeyVault
from bancheng.projections.machine.runner import Runner


class WaysIn(NamedTuple):
    """登录方式: all of them end in a session."""

    passwords: PasswordSignIn
    enrolments: Enrolments
    steps: SealedSteps
    providers: Mapping[str, Provider]
    outer_staff: OuterStaff


class Room(NamedTuple):
    """What they need of the hall."""

    engine: Engine
    sessions: Sessions
    database: sqlalchemy.Engine
    vault: KeyVault
    keys: HallKeys
    runner: Runner


def ways_into(config: Config, room: Room) -> WaysIn:
    """The ways in; ``StaffMapError`` if the map of staff is at fault."""
    cost = Cost(memory_kib=config.password_memory_kib, passes=config.password_passes)
    devices = Devices(room.database, room.vault)
    passwords = PasswordSignIn(room.engine, room.database, Passwords(cost), room.sessions, devices)
    steps = SealedSteps(room.database, room.engine.clock, room.keys.of("sign-in"))
    enrolments = Enrolments(passwords, steps, config.hall_name)
    staff_map = _staff_map_of(config)
    registered = partial(room.runner.wait, names=("office",))
    outer_staff = OuterStaff(room.engine, passwords, staff_map, registered)
    return WaysIn(passwords, enrolments, steps, _providers_of(config, staff_map), outer_staff)


def ends_of(config: Config) -> Ends:
    """When a session ends by itself."""
    return Ends(
        absolute=timedelta(hours=config.session_hours),
        idle=timedelta(minutes=config.session_idle_minutes),
    )


def _staff_map_of(config: Config) -> StaffMap | None:
    if config.staff_map is None:
        return None
    return parse_staff_map(read_text(Path(config.staff_map), bytes_max=BYTES_MAX))


def _providers_of(config: Config, staff_map: StaffMap | None) -> Mapping[str, Provider]:
    """The ways in besides a password, by their names."""
    found: dict[str, Provider] = {}
    # Their libraries take a while to load; who has no provider, and most commands, are spared.
    if config.oidc_issuer is not None:
        from bancheng.infra.oidc import Oidc, OidcSettings  # noqa: PLC0415

        found["oidc"] = Oidc(
            OidcSettings(
                issuer=config.oidc_issuer,
                client_id=config.oidc_client_id or "",
                client_secret=config.oidc_client_secret,
                scopes=config.oidc_scopes,
                staff_claim=config.oidc_staff_claim,
                others=() if staff_map is None else staff_map.asked,
            )
        )
    if config.cas_url is not None:
        from bancheng.infra.cas import Cas  # noqa: PLC0415

        found["cas"] = Cas(config.cas_url, config.cas_staff_attribute)
    return found
