"""规则库: published once, in force for every process from its day on, and in the history."""

import contextlib
import dataclasses
from datetime import date, timedelta

from sqlalchemy import select

from bancheng.app.engine import Context
from bancheng.app.queries import deadlines_of
from bancheng.bootstrap import build
from bancheng.cli.rulebook import publish_first
from bancheng.domain.complaint.analyse import AnalyseCause
from bancheng.domain.complaint.discover import AcceptTicket, ReportTicket
from bancheng.domain.complaint.dispatch import DispatchWorkOrders
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Channel, Place
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.office.rulebooks import PublishRuleBook, stated_book
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import FreeText, Title
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.projections import publications
from bancheng.projections.deadlines.board import limit
from bancheng.projections.deadlines.deadlines import matters_under_way
from bancheng.projections.reports.rulebook_preview import preview_of
from support.given import READ
from support.halls import EVERYTHING, MONDAY, act, hall, report, settled

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
        return [(one.version, one.effective_day) for one in publications.all_rulebooks(connection)]


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
            assert publications.rulebook_on(connection, date(2026, 3, 3)).version == before
            assert publications.rulebook_on(connection, day).version == "本厅-7"
        assert history(other) == [(before, history(other)[0][1]), ("本厅-7", day)]


def configured(container, book):
    """The hall as another process opens it, with ``book`` in its configuration."""
    config = dataclasses.replace(container.config, rulebook=str(book))
    return contextlib.closing(build(config, clock=container.clock))


def told_at_start(container, book, capsys):
    with configured(container, book) as one:
        capsys.readouterr()
        publish_first(one)
        return capsys.readouterr().out


def test_a_start_tells_of_a_book_that_is_not_used_and_of_nothing_else(furnished, tmp_path, capsys):
    ours, draft = tmp_path / "ours.toml", tmp_path / "draft.toml"
    ours.write_text('extends = "default"' + OURS.format(7), encoding="utf-8")
    draft.write_text('extends = "default"' + OURS.format(8), encoding="utf-8")
    with hall(furnished, FixedClock(MONDAY)) as container:
        with configured(container, "default") as first:
            publish_first(first)
        assert told_at_start(container, "default", capsys) == ""
        published = PublishRuleBook(text=ours.read_text("utf-8"), effective_day=date(2026, 4, 1))
        act(container, published)
        # It is the one published last, though another one is in force; and nobody chose that.
        assert told_at_start(container, ours, capsys) == ""
        assert told_at_start(container, "default", capsys) == ""
        unknown = told_at_start(container, draft, capsys)
        assert "本厅-8)没有发布过" in unknown
        assert "rulebook publish" in unknown
        act(container, PublishRuleBook(text=draft.read_text("utf-8")))
        later = told_at_start(container, ours, capsys)
        assert "本厅-7)已由后来发布的(default 本厅-8)接替" in later
        assert "rulebook publish" not in later  # its version is taken


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


def doubled(book):
    """A text that gives each limit of ``book`` twice its amount."""
    lines = ['version = "加倍"', 'basis = "本厅规定"']
    for rule in book.limits:
        limit = rule.limit
        lines += [f'[limits."{limit.id}"]', f'purpose = "{rule.purpose}"']
        named = ("category", "complexity", "item_type", "district", "site")
        lines += [f'{name} = "{getattr(rule, name)}"' for name in named if getattr(rule, name)]
        lines += [
            f"amount = {2 * limit.amount}", f'unit = "{limit.unit}"', f'basis = "{limit.basis}"',
        ]  # fmt: skip
    return "\n".join(lines)


def running(container):
    """Every running limit of the hall as it was decided, and those of the board."""
    ids = matters_under_way(container.database)
    decided = {
        (history.deadline.key, history.deadline.due)
        for matter_id in ids
        for history in deadlines_of(container.store, matter_id)
        if history.deadline.is_running
    }
    with database.read(container.database) as connection:
        rows = connection.execute(
            select(limit.c.limit_key, limit.c.due_at, limit.c.rule_version, limit.c.plan)
        )
        return decided, {tuple(row) for row in rows}


def accept(container, ticket):
    act(container, AcceptTicket(ticket_id=ticket))


def dispatch(container, ticket):
    told = FreeText("请尽快办理")
    analysed = AnalyseCause(
        ticket_id=ticket, cause="delay", complexity="general", units=("RS",), opinion=told
    )
    act(container, analysed)
    act(
        container,
        DispatchWorkOrders(ticket_id=ticket, lead_unit="RS", instruction=told, released=READ),
    )


def test_a_book_that_changes_every_limit_moves_no_running_one(furnished):
    with hall(furnished, FixedClock(MONDAY)) as container:
        publish_first(container)
        act(container, RegisterUnit(code="RS", name="人社局"))
        report(container)
        dispatched = report(container)
        accept(container, dispatched)
        dispatch(container, dispatched)
        before = running(container)
        kinds = {key.rpartition("/")[2] for key, _ in before[0]}
        assert {"accept", "sign_in", "resolve"} <= kinds

        act(container, PublishRuleBook(text=doubled(container.rules.rulebook())))
        assert in_force(container) == "加倍"
        container.sweep.replan()
        container.reactor.react()
        settled(container)
        assert running(container) == before


def test_the_preview_says_which_limits_stay_and_which_will_go_by_the_new_version(furnished):
    with hall(furnished, FixedClock(MONDAY)) as container:
        publish_first(container)
        old = in_force(container)
        act(container, RegisterUnit(code="RS", name="人社局"))
        waiting, dispatched = report(container), report(container)
        accept(container, dispatched)
        dispatch(container, dispatched)
        text = doubled(container.rules.rulebook())
        book = stated_book(text, None, container.rules.rulebook())
        with database.read(container.database) as connection:
            told = preview_of(connection, container.rules.rulebook(), book)
        assert told.staying == [(old, len(running(container)[0]), 2)]
        kinds = {one.kind: (one.running, one.to_come) for one in told.coming}
        assert kinds[LimitKind.ACCEPT] == (1, 0)
        assert kinds[LimitKind.SIGN_IN] == (1, 1)
        assert kinds[LimitKind.CARD_FEEDBACK] == (0, 2)
        assert kinds[LimitKind.DELIVER] == (0, 0)  # no case is open
        assert (told.open_cases, told.open_tickets) == (0, 2)

        act(container, PublishRuleBook(text=text))
        in_force(container)
        accept(container, waiting)
        dispatch(container, waiting)
        ruled = {one.deadline.kind: one.deadline.due.rule_version
                 for one in deadlines_of(container.store, waiting)}  # fmt: skip
        assert ruled[LimitKind.ACCEPT] == old
        assert ruled[LimitKind.SIGN_IN] == ruled[LimitKind.RESOLVE] == "加倍"


def test_a_file_that_differs_from_what_is_in_force_is_told_and_not_used(furnished, capsys):
    with hall(furnished, FixedClock(MONDAY)) as container:
        publish_first(container)
        act(container, PublishRuleBook(text=OURS.format(9)))
        in_force(container)

        publish_first(container)
        assert "依后者办理" in capsys.readouterr().out
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
