"""The import contracts of pyproject.toml hold, and each of them can break.

A contract that names nothing passes in silence, so a violation of each is planted in a copy.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.application.use_cases import lint_imports

from arch.tree import ROOT, SOURCE

CONFIG = str(ROOT / "pyproject.toml")
CONTRACTS = {
    contract["id"]: contract for contract in read_configuration(CONFIG)["contracts_options"]
}
# (contract, file that is written or lengthened, what is planted in it)
PLANTED = [
    ("layers", "domain/people.py", "import bancheng.app.ports"),
    ("layers", "domain/people.py", "import bancheng.projections"),
    ("layers", "app/engine.py", "import bancheng.projections"),
    ("layers", "app/engine.py", "import bancheng.infra.clock"),
    ("layers", "app/engine.py", "import bancheng.config"),
    ("layers", "app/engine.py", "import bancheng.importing"),
    ("layers", "projections/__init__.py", "import bancheng.importing"),
    ("layers", "importing/messages/reading.py", "import bancheng.infra.files"),
    ("layers", "importing/messages/reading.py", "import bancheng.graphql"),
    ("layers", "projections/__init__.py", "import bancheng.app.ports"),
    ("layers", "projections/__init__.py", "import bancheng.infra.clock"),
    ("layers", "graphql/__init__.py", "import bancheng.infra.clock"),
    ("layers", "infra/clock.py", "import bancheng.graphql"),
    ("layers", "infra/clock.py", "import bancheng.config"),
    ("layers", "jobs.py", "import bancheng.infra.clock"),
    ("layers", "jobs.py", "def late() -> None:\n    import bancheng.bootstrap"),
    ("layers", "bootstrap.py", "import bancheng.web"),
    ("layers", "web/app.py", "import bancheng.cli"),
    ("layers", "web/app.py", "import bancheng.simulation"),
    ("layers", "infra/clock.py", "import bancheng.rulebooks"),
    ("layers", "web/app.py", "import bancheng.__main__"),
    ("layers", "domain/people.py", "import bancheng.log_lines"),
    ("layers", "novelty.py", ""),
    ("layers", "novelty/__init__.py", ""),
    ("domain-rooms", "domain/case/__init__.py", "import bancheng.domain.complaint.terms"),
    ("domain-rooms", "domain/complaint/terms.py", "import bancheng.domain.case"),
    ("domain-rooms", "domain/office/unit.py", "import bancheng.domain.complaint.terms"),
    ("domain-rooms", "domain/complaint/state.py", "import bancheng.domain.office.unit"),
    ("domain-rooms", "domain/time_limits/limit.py", "import bancheng.domain.commands"),
    ("domain-rooms", "domain/time_limits/limit.py", "import bancheng.domain.events"),
    ("domain-rooms", "domain/commands.py", "import bancheng.domain.warnings"),
    ("domain-rooms", "domain/warnings/__init__.py", "import bancheng.domain.complaint.terms"),
    ("domain-rooms", "domain/labelled.py", "import bancheng.domain.people"),
    ("domain-rooms", "domain/novelty.py", ""),
    ("projection-floors", "projections/machine/base.py", "import bancheng.projections.sight"),
    ("projection-floors", "projections/sight.py", "import bancheng.projections.ledger.fields"),
    ("projection-floors", "projections/ledger/fields.py", "import bancheng.projections.matters"),
    ("projection-floors", "projections/matters.py", "import bancheng.projections.trail"),
    ("projection-floors", "projections/tickets/row.py", "import bancheng.projections.cases.row"),
    ("projection-floors", "projections/cases/row.py", "import bancheng.projections.work_orders"),
    ("projection-floors", "projections/cases/row.py", "import bancheng.projections.reports.report"),
    ("projection-floors", "projections/novelty.py", ""),
    ("pure-domain", "domain/people.py", "import sqlalchemy"),
    ("pure-domain", "domain/people.py", "import os.path"),
    ("pure-domain", "domain/complaint/verify.py", "from time import time"),
    ("pure-domain", "domain/complaint/verify.py", "import random"),
    ("ports-only", "app/engine.py", "from eventsourcing.persistence import StoredEvent"),
    ("ports-only", "projections/__init__.py", "import strawberry"),
    ("ports-only", "importing/logs/rows.py", "import openpyxl"),
    ("importing-writes", "importing/items/publishing.py", "import bancheng.projections.registers"),
    ("eventsourcing-in-infra", "bootstrap.py", "import eventsourcing.persistence"),
    ("eventsourcing-in-infra", "graphql/__init__.py", "from eventsourcing import persistence"),
]


def test_the_tree_keeps_every_contract(capsys: pytest.CaptureFixture[str]):
    kept = lint_imports(CONFIG, cache_dir=None, no_logo=True)

    assert kept, capsys.readouterr().out


def test_every_contract_has_a_planted_violation():
    assert {contract for contract, _, _ in PLANTED} == set(CONTRACTS)


def test_the_layers_are_those_of_the_plan():
    layers = [layer.replace("(", "").replace(")", "") for layer in CONTRACTS["layers"]["layers"]]

    assert layers == [
        "__main__",
        "cli",
        "web | simulation",
        "bootstrap",
        "hall_data | hall_notices | hall_papers | hall_reports | hall_rules | hall_ways_in",
        "graphql | infra | jobs | config | glossary | rulebooks",
        "importing",
        "app | projections",
        "domain | log_lines",
    ]


@pytest.mark.parametrize(
    ("contract", "room"), [("layers", SOURCE), ("projection-floors", SOURCE / "projections")]
)
def test_every_module_that_a_contract_names_exists(contract, room):
    named = {
        module
        for layer in CONTRACTS[contract]["layers"]
        for module in layer.replace("(", "").replace(")", "").split(" | ")
    }
    missing = {
        name for name in named if not (room / name).is_dir() and not (room / f"{name}.py").is_file()
    }

    assert missing == set()


@pytest.mark.parametrize(
    ("contract", "file", "text"),
    PLANTED,
    ids=[f"{contract}: {file}: {text or 'new'}" for contract, file, text in PLANTED],
)
def test_a_planted_violation_breaks_its_contract(contract, file, text, copy: Path, capsys):
    module = f"bancheng/{file}".removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    with planted(copy / "bancheng" / file, text):
        kept = lint_imports(
            CONFIG,
            limit_to_contracts=(contract,),
            cache_dir=str(copy.with_name("cache")),
            no_logo=True,
        )
    assert not kept
    assert re.search(rf"- +{re.escape(module)}( |$)", capsys.readouterr().out, re.MULTILINE)


@contextmanager
def planted(target: Path, text: str) -> Iterator[None]:
    """``text`` at the end of ``target``, which is new if it was not there."""
    before = target.read_text(encoding="utf-8") if target.exists() else None
    room_is_new = not target.parent.exists()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"{before or ''}\n{text}\n", encoding="utf-8")
    try:
        yield
    finally:
        if before is None:
            target.unlink()
        else:
            target.write_text(before, encoding="utf-8")
        if room_is_new:
            target.parent.rmdir()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a copy of the package is, and beside it what the linter has read of it."""
    # Copied and read once: a planted file differs in its time and is read anew.
    folder = tmp_path_factory.mktemp("copy") / "here"
    shutil.copytree(SOURCE, folder / "bancheng", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def copy(package: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The copy, which the linter finds instead of the real package."""
    monkeypatch.syspath_prepend(package)
    monkeypatch.delitem(sys.modules, "bancheng", raising=False)
    return package
