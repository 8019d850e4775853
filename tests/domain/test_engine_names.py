"""Whoever fetches a result is compared with the sealed name in the file, while it can be opened."""

import pytest
from msgspec.structs import replace

from bancheng.app.names import names_on_file
from bancheng.domain.case.discover import SubmitCase
from bancheng.domain.people import Agent, NamesOnFile, PersonName
from support.case_builders import APPLICANT, ITEM
from support.destroying import destroy
from support.fakes import a_hall, do
from support.given import CLERK


@pytest.fixture
def engine(tmp_path):
    with a_hall("sqlite", tmp_path) as engine:
        engine.rules.items_on_offer[ITEM.code] = ITEM
        yield engine


def test_the_names_of_a_case_are_opened_until_their_key_is_destroyed(engine):
    agent = Agent(name=PersonName("赵代办"))
    submit = SubmitCase(item=ITEM.code, applicant=APPLICANT, agent=agent, mandate="委托1号")
    case_id = do(engine, submit, CLERK).stream_id
    history = engine.store.load(case_id)
    known = names_on_file(case_id, engine.store.load, engine.vault.open)
    assert known == NamesOnFile(applicant=APPLICANT.name, agent=agent.name)
    destroy(engine.store._engine, engine.vault, history[0].event.applicant.name.owner)
    erased = names_on_file(case_id, engine.store.load, engine.vault.open)
    assert erased == replace(known, applicant=None)
