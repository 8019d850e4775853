"""规则库: published once, in force for every process from its day on, and in the history."""

from datetime import date, timedelta

from bancheng.app.engine import Context
from bancheng.cli.rulebook import publish_first
from bancheng.domain.complaint.discover import ReportTicket
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Channel, Place
from bancheng.domain.office.rulebooks import PublishRuleBook
from bancheng.domain.people import FreeText, Title
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.projections import office
from support.halls import EVERYTHING, MONDAY, act, hall, report

REPORT = ReportTicket(
    category=TicketCategory.COMPLAINT, channel=Channel.WINDOW, subject=Title("办不成"),
    content=FreeText("跑了三趟都没有办成"),
)  # fmt: skip
OURS = """
version = "本厅-{0}"
basis = "本厅规定"
[limits.accept]
purpose = "accept"
amount = {0}
unit = "working_days"
label = "受理"
basis = "本厅规定"
"""


def in_force(container):
    container.rulebook.refresh()
    return container.rules.rulebook().version


def history(container):
    with database.read(container.database) as connection:
        return [(one.version, one.effective_day) for one in office.all_rulebooks(connection)]


def test_the_file_at_start_is_the_first_publication_and_is_published_once(furnished):
    with hall(furnished, FixedClock(MONDAY)) as one, hall(furnished, FixedClock(MONDAY)) as other:
        version = one.rules.rulebook().version
        publish_first(one)
        publish_first(other)

        assert [each for each, _ in history(other)] == [version]


def test_what_is_published_holds_for_every_process_from_its_day_on(furnished):
    clock, day = FixedClock(MONDAY), date(2026, 3, 4)
    with hall(furnished, clock) as one, hall(furnished, clock) as other:
        publish_first(one)
        before = in_force(one)
        act(one, PublishRuleBook(text=OURS.format(7), effective_day=day))

        assert {in_force(one), in_force(other)} == {before}
        clock.set(MONDAY + timedelta(days=2))
        assert {in_force(one), in_force(other)} == {"本厅-7"}
        with database.read(one.database) as connection:
            assert office.rulebook_on(connection, date(2026, 3, 3)).version == before
            assert office.rulebook_on(connection, day).version == "本厅-7"
        assert history(other) == [(before, history(other)[0][1]), ("本厅-7", day)]


def test_of_two_for_one_day_the_later_publication_holds(furnished):
    with hall(furnished, FixedClock(MONDAY)) as container:
        publish_first(container)
        for number in (7, 8):
            act(container, PublishRuleBook(text=OURS.format(number)))

        assert in_force(container) == "本厅-8"


def test_dates_that_were_decided_never_move_and_later_ones_name_the_new_version(furnished):
    with hall(furnished, FixedClock(MONDAY)) as container:
        publish_first(container)
        old = in_force(container)
        first = report(container)
        act(container, PublishRuleBook(text=OURS.format(9)))
        in_force(container)
        second = report(container)
        container.sweep.replan()

        dues = [container.store.load(one)[0].event.accept_due for one in (first, second)]
        assert [due.rule_version for due in dues] == [old, "本厅-9"]
        assert dues[0].due_date < dues[1].due_date
        envelopes = [container.store.load(one)[0].envelope for one in (first, second)]
        assert [one.rule_version for one in envelopes] == [old, "本厅-9"]


def test_a_file_that_differs_from_what_is_in_force_is_told_and_not_used(furnished, capsys):
    with hall(furnished, FixedClock(MONDAY)) as container:
        publish_first(container)
        act(container, PublishRuleBook(text=OURS.format(9)))
        in_force(container)

        publish_first(container)
        assert "仍依现行的办理" in capsys.readouterr().out
        assert in_force(container) == "本厅-9"


def test_a_matter_is_measured_by_the_site_where_it_came_in(furnished):
    text = OURS.format(9) + (
        '[sites.east]\nlabel = "东街"\nwindows = ["E01"]\n[limits.accept_east]\n'
        'purpose = "accept"\nsite = "east"\namount = 2\nunit = "working_days"\nbasis = "b"'
    )
    with hall(furnished, FixedClock(MONDAY)) as container:
        act(container, PublishRuleBook(text=text))
        in_force(container)
        dues = []
        for window in ("E01", "W01"):
            at = Place(Channel.WINDOW, window=window)
            answer = container.engine.execute(
                REPORT, Context(actor=EVERYTHING, key=window, place=at)
            )
            dues.append(container.store.load(answer.stream_id)[0].event.accept_due.limit.amount)

        assert dues == [2, 9]
