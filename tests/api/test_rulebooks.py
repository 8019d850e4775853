"""Rule books over the API: told before they are published, and read as of any day."""

from datetime import timedelta

from support import backends
from support.api_acts import dispatched, reported
from support.api_client import Api
from support.case_api_acts import THEME_ITEM, accepted
from support.given import ADMIN, CLERK

pytestmark = backends.ONCE

TEXT = """
version = "本厅-api"
basis = "本厅规定第三条"
[limits.accept]
purpose = "accept"
amount = 4
unit = "working_days"
label = "4个工作日内决定是否受理"
basis = "本厅规定第三条"
"""
PREVIEW = """
query ($text: String!) {
  ruleBookPreview(text: $text) {
    version openCases openTickets changes { entry before after }
    staying { ruleVersion limits matters } coming { kind kindLabel running toCome }
  }
}
"""
IN_FORCE = "query ($on: Date) { ruleBook(on: $on) { version basis rules { entry words } } }"


def test_what_would_change_is_told_before_and_the_history_afterwards(api: Api):
    reported(api)
    api.settle()
    told = api.ask(PREVIEW, ADMIN, text=TEXT)["ruleBookPreview"]
    changed = {one["entry"]: one for one in told["changes"]}

    assert set(changed) == {"basis", "limits.accept"}
    assert "4个工作日" in changed["limits.accept"]["after"]
    before = api.ask(IN_FORCE, CLERK)["ruleBook"]["version"]
    # The hall is shared; the test of the hall alone says how many.
    assert (told["openCases"], told["openTickets"] >= 1) == (0, True)
    stays = {one["ruleVersion"]: one for one in told["staying"]}
    assert before in stays
    assert all(one["limits"] >= one["matters"] >= 1 for one in told["staying"])
    (accept,) = told["coming"]
    assert (accept["kind"], accept["kindLabel"], accept["running"] >= 1) == ("accept", "受理", True)

    # The text changes what is in force; from which day on it holds is said beside. The hall is
    # shared and its clock goes on, so the day is counted from its today.
    today = api.hall.rules.calendar().local(api.clock.now()).date()
    day, later = (str(today + timedelta(days=ahead)) for ahead in (30, 31))
    api.act("publishRuleBook", ADMIN, {"text": TEXT, "effectiveDay": day})
    api.settle()
    # It is the first that this hall publishes, so it holds from now on: not a second later.
    api.hall.rulebook.refresh()

    history = api.ask("{ ruleBooks { version effectiveDay publishedBy basis } }", CLERK)
    # Other tests publish books of this hall, too.
    assert {
        "version": "本厅-api", "effectiveDay": day, "publishedBy": ADMIN.name,
        "basis": "本厅规定第三条",
    } in history["ruleBooks"]  # fmt: skip
    assert before != "本厅-api"
    then = api.ask(IN_FORCE, CLERK, on=later)["ruleBook"]
    assert then["version"] == "本厅-api"
    assert any(one["entry"] == "limits.accept" for one in then["rules"])


def test_a_faulty_text_is_told_with_all_that_is_wrong(api: Api):
    (error,) = api.errors(PREVIEW, ADMIN, text="[limits")
    assert error["extensions"]["code"] == "RULEBOOK_INVALID"


def test_every_case_and_ticket_names_the_version_that_ruled_it(api: Api):
    theme, ticket = accepted(api, item=THEME_ITEM), dispatched(api)
    api.hall.reactor.react()
    api.settle()
    version = api.ask(IN_FORCE, CLERK)["ruleBook"]["version"]

    found = api.ask("{ cases { edges { node { caseId themeId ruleVersion } } } }", CLERK)
    nodes = [edge["node"] for edge in found["cases"]["edges"]]
    ours = [node for node in nodes if theme.case_id in (node["caseId"], node["themeId"])]
    assert len(ours) == 3  # the theme and the two that it joins
    assert {node["ruleVersion"] for node in ours} == {version}
    one = "query ($id: ID!) { ticket(id: $id) { ruleVersion } }"
    shown = api.ask(one, CLERK, id=ticket.ticket_id)
    assert shown["ticket"]["ruleVersion"] == version
