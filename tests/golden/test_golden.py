"""Every state ever stored is still read as it was meant. A golden is added, never edited."""

import pytest

from golden.machinery import FOLDER, events_of, lifted_path, load, load_topics, older, path_of, read

TOPICS = load_topics()
GOLDENS = sorted(path for path in FOLDER.glob("*.json") if "-as-v" not in path.stem)
HOW = "run `make golden`, read the new file, and add it"


@pytest.mark.parametrize("cls", TOPICS.values(), ids=list(TOPICS))
def test_every_topic_has_a_golden_of_each_schema(cls):
    missing = [path.name for path in (path_of(cls), *older(cls)) if not path.exists()]
    assert not missing, HOW


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.stem)
def test_golden_reads_as_it_was_meant(path):
    golden = load(path)
    cls = TOPICS.get(golden["topic"])
    assert cls is not None, f"{path.name}: a topic is permanent; do not remove its event"
    assert path.name == f"{golden['topic']}.v{golden['schema']}.json"
    said = read(golden)
    assert events_of(said) == _expected_events(path, golden, cls)
    for name, case in golden["expected"].items():
        _same_envelope(said[name]["envelope"], case["envelope"])


def test_no_golden_is_an_orphan():
    known = {path for cls in TOPICS.values() for path in (path_of(cls), *older(cls))}
    lifts = {lifted_path(path, cls) for cls in TOPICS.values() for path in older(cls)}
    assert {path.name for path in FOLDER.glob("*.json")} <= {path.name for path in known | lifts}


def _expected_events(path, golden, cls):
    if golden["schema"] == cls.schema:
        return events_of(golden["expected"])
    lifted = lifted_path(path, cls)
    assert lifted.exists(), HOW
    return load(lifted)


def _same_envelope(said, expected):
    # The envelope has no schema of its own: it may only gain fields that may be absent.
    assert {name: said.get(name) for name in expected} == expected
    assert not any(said[name] for name in said.keys() - expected.keys())
