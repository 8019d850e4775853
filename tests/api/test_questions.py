"""docs/questions.md: every question is asked by whoever it names, and answered as it should be."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bancheng.domain.people import Actor
from support import backends
from support.api_client import Api, served
from support.given import STAFF, SUPERVISOR
from support.questions_answers import ANSWERS, IN_ORDER
from support.questions_hall import lived

PAGE = Path(__file__).parents[2] / "docs" / "questions.md"
ACTORS = {role.label: one for one in STAFF for role in one.roles}
NAMED = {"标识": "ticketId", "查询码": "queryCode"}


class Question(NamedTuple):
    """One of the page: what it asks by which query, and who asks it."""

    number: int
    query: str
    variables: str
    actors: tuple[Actor, ...]


def questions() -> Iterator[Question]:
    for part in PAGE.read_text(encoding="utf-8").split("\n### ")[1:]:
        number, _ = part.split(".", 1)
        asked_by = _in(r"^Asked by ([^.]+)\.$", part)
        actors = tuple(ACTORS[label] for label in asked_by.split("、"))
        variables = re.search(r"^```json\n(.+?)^```", part, re.MULTILINE | re.DOTALL)
        yield Question(
            int(number),
            _in(r"^```graphql\n(.+?)^```", part),
            variables[1] if variables else "{}",
            actors,
        )


def _in(pattern: str, part: str) -> str:
    found = re.search(pattern, part, re.MULTILINE | re.DOTALL)
    assert found is not None, part
    return found[1]


QUESTIONS = list(questions())


@pytest.fixture(scope="module", params=backends.chosen()[:1])
def hall(request: pytest.FixtureRequest) -> Iterator[Api]:
    with backends.fresh(request.param) as url, served(url) as api:
        lived(api)
        yield api


def filled(api: Api, variables: str) -> Any:
    """The variables, where those that no page can know are looked up by their number."""

    def value(found: re.Match[str]) -> str:
        name = NAMED[found[2]]
        query = f"query ($n: String) {{ ticket(number: $n) {{ {name} }} }}"
        return str(api.ask(query, SUPERVISOR, n=found[1])["ticket"][name])

    return json.loads(re.sub(r"<(\w+) 的(\w+)>", value, variables))


def leaves(value: Any) -> list[Any]:
    """What an answer says, each row of it as a tuple."""
    if isinstance(value, dict):
        return [one for part in value.values() for one in leaves(part)]
    if isinstance(value, list):
        return [tuple(leaves(one)) if isinstance(one, dict) else one for one in value]
    return [value]


def test_there_are_forty_questions_and_each_has_a_number_and_an_answer():
    numbers = [one.number for one in QUESTIONS]
    assert numbers == [*range(1, len(numbers) + 1)] == [*ANSWERS]
    assert len(numbers) >= 40


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: str(one.number))
def test_a_question_of_a_supervisor_is_answered(hall: Api, question: Question):
    expected = ANSWERS[question.number]
    assert expected, "an answer of nothing proves nothing"
    for actor in question.actors:
        data = hall.ask(question.query, actor, **filled(hall, question.variables))
        answer = leaves(data)
        if question.number not in IN_ORDER:
            answer, expected = sorted(answer, key=repr), sorted(expected, key=repr)
        assert answer == expected, actor.id
