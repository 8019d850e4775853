"""mypy sees that an act fits: kind of matter, command and decision. Planted misfits show it."""

import re
import subprocess
import sys

from arch.tree import ROOT

# What ends in `# misfit` must be refused, every other line accepted.
PLANTED = """
from bancheng.app.acts.act import HANDLER, OFFICER
from bancheng.app.acts.cases import CASE
from bancheng.app.acts.tickets import TICKET
from bancheng.domain.complaint.discover import AcceptTicket, RefuseTicket, accept
from bancheng.domain.commands import Desk
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.events import Event
from bancheng.domain.guards import Decision, nothing
from bancheng.domain.warnings.answering import AnswerWarning, answer_warning


def leads(ticket: Ticket, command: AcceptTicket, desk: Desk) -> list[Event]:
    return []


GUARDED = Decision(nothing, leads)

TICKET.act(AcceptTicket, accept, HANDLER)
TICKET.act(AcceptTicket, GUARDED, HANDLER)
TICKET.act(AnswerWarning, answer_warning, OFFICER)
CASE.act(AcceptTicket, accept, HANDLER)  # misfit: of another state
CASE.act(AcceptTicket, GUARDED, HANDLER)  # misfit: of another state
TICKET.act(RefuseTicket, accept, HANDLER)  # misfit: of another command
TICKET.act(RefuseTicket, GUARDED, HANDLER)  # misfit: of another command
TICKET.state_after([]).item  # misfit: a ticket has no item
CASE.state_after([]).item
"""


def test_mypy_refuses_an_act_whose_decision_is_of_another_state_or_command(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(PLANTED)
    mypy = [sys.executable, "-m", "mypy", "--no-pretty", "--no-error-summary", str(planted)]
    found = subprocess.run(mypy, cwd=ROOT, capture_output=True, text=True, check=False)

    refused = {int(line) for line in re.findall(r"planted\.py:(\d+): error", found.stdout)}
    lines = enumerate(PLANTED.splitlines(), start=1)
    assert refused == {number for number, line in lines if "# misfit" in line}, found.stdout
