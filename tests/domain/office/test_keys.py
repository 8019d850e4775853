"""轮换主密钥: it begins once and ends once, and the trail has both."""

import pytest

from bancheng.app.acts.office import KEYS
from bancheng.domain.errors import WrongStep
from bancheng.domain.office.keys import (
    BeginKeyRotation,
    EndKeyRotation,
    KeyRotationBegun,
    KeyRotationEnded,
)
from support.fakes import a_hall, do, events_of
from support.given import ADMIN

BEGIN, END = BeginKeyRotation(old="aa", new="bb"), EndKeyRotation(new="bb", keys=7)


def test_a_rotation_begins_and_ends_and_another_one_may_follow():
    with a_hall("memory", None) as engine:
        for command in (BEGIN, END, BeginKeyRotation(old="bb", new="aa")):
            do(engine, command, ADMIN)
        assert events_of(engine) == [
            KeyRotationBegun(old="aa", new="bb"),
            KeyRotationEnded(new="bb", keys=7),
            KeyRotationBegun(old="bb", new="aa"),
        ]
        assert KEYS.state_after(engine.store.load("keys-hall")).following == "aa"


def test_what_is_under_way_does_not_begin_again_and_what_is_not_does_not_end():
    with a_hall("memory", None) as engine:
        with pytest.raises(WrongStep) as refused:
            do(engine, END, ADMIN)
        assert refused.value.code == "NO_ROTATION"
        do(engine, BEGIN, ADMIN)
        with pytest.raises(WrongStep) as refused:
            do(engine, BEGIN, ADMIN)
        assert refused.value.code == "ROTATION_UNDER_WAY"
