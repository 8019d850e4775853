"""A ledger is taken away as a file: rows and columns that the query shows, and a record of it."""

import csv
import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any
from urllib.parse import unquote

import httpx
import openpyxl
import pytest

from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.office.credentials import RevokeCredentials
from bancheng.domain.people import Actor, Title
from bancheng.graphql.naming import lower_camel
from bancheng.infra.paper_csv import CsvPaper
from bancheng.infra.paper_xlsx import XlsxPaper
from bancheng.projections.ledger import declared
from bancheng.projections.registry import LISTED
from bancheng.web.exports import AT_ONCE_MAX
from support import backends, case_api_acts
from support.accesses import head, since
from support.api_acts import CLEAR, TEXT, called_back, dispatched, reported
from support.api_client import EFFICIENCY, EVERYBODY, Api
from support.asgi_client import PATIENCE_SECONDS
from support.given import ADMIN, CLERK, HANDLER, OFFICER, SUPERVISOR

pytestmark = backends.ONCE
LISTED_TICKETS = """query ($filter: TicketFilterInput, $orderBy: TicketSort, $down: Boolean) {
  tickets(filter: $filter, orderBy: $orderBy, descending: $down, first: 200) {
    edges { node { number ticketId } } } }"""
HALL_FILES = [lower_camel(one.name) for one in LISTED]


def export(api: Api, who: Actor | None, name: str, **said: Any) -> httpx.Response:
    headers = {} if who is None else {"Authorization": f"Bearer {api.token(who)}"}
    api.settle()
    return api.client.post(f"/exports/{name}", json=said, headers=headers)


def sheets_of(answer: httpx.Response) -> dict[str, list[tuple[Any, ...]]]:
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def lines_of(answer: httpx.Response, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode(encoding), newline="")))


def refusal(answer: httpx.Response) -> tuple[int, str]:
    (error,) = answer.json()["errors"]
    assert error["message"]
    assert error["extensions"]["remedy"]
    return answer.status_code, error["extensions"]["code"]


@pytest.mark.parametrize("down", [False, True])
def test_the_rows_are_those_of_the_query_in_its_order(api: Api, down: bool):
    for _ in range(3):
        dispatched(api)
    asked = {"filter": {"statuses": ["DISPATCHED"]}, "orderBy": "REPORTED_AT"}
    sheets = sheets_of(export(api, HANDLER, "tickets.xlsx", **asked, descending=down))
    headings, *rows = sheets["办不成事工单台账"]
    edges = api.ask(LISTED_TICKETS, HANDLER, **asked, down=down)["tickets"]["edges"]
    assert [row[headings.index("编号")] for row in rows] == [one["node"]["number"] for one in edges]
    assert len(rows) >= 3


def test_a_cell_is_what_it_is_and_in_the_time_and_the_words_of_the_hall(api: Api):
    matter = dispatched(api)
    asked = {"filter": {"matterId": matter.ticket_id, "kinds": ["RESOLVE"]}}
    headings, row = sheets_of(export(api, HANDLER, "deadlines.xlsx", **asked))["限时看板"]
    cells = dict(zip(headings, row, strict=True))
    began = api.hall.rules.calendar().local(api.clock.now()).replace(tzinfo=None, microsecond=0)
    assert [name for name in headings if name.isascii()] == []
    assert (cells["时限种类"], cells["责任单位"], cells["起算时间"]) == ("办结", "RS单位", began)
    assert (cells["第几轮"], cells["是否已延期"], cells["时限状态"]) == (1, "否", "计时中")


def test_the_cover_says_of_which_hall_what_for_whom_and_how_many(api: Api):
    matter = dispatched(api)
    asked = {"filter": {"statuses": ["DISPATCHED"], "involvedUnit": "RS", "text": "社保"}}
    sheets = sheets_of(export(api, SUPERVISOR, "tickets.xlsx", **asked))
    told = dict(sheets["说明"])
    assert (told["大厅"], told["台账"]) == (api.hall.config.hall_name, "办不成事工单台账")
    assert told["条数"] == str(len(sheets["办不成事工单台账"]) - 1)
    assert SUPERVISOR.name in told["导出人"]
    conditions = {name: text for name, text in told.items() if name.startswith("筛选")}
    assert len(conditions) == 3
    assert conditions["筛选: 状态"] == "办理中"
    assert "社保" not in str(conditions)  # any text may be a name
    assert matter.number in str(sheets["办不成事工单台账"])


@pytest.mark.parametrize(("encoding", "codec"), [("UTF_8", "utf-8-sig"), ("GB18030", "gb18030")])
def test_as_csv_it_has_the_same_rows_in_the_encoding_that_is_asked_for(
    api: Api, encoding: str, codec: str
):
    matter = dispatched(api)
    asked = {"filter": {"ticketId": matter.ticket_id}}
    lines = lines_of(export(api, HANDLER, "workOrders.csv", encoding=encoding, **asked), codec)
    headings, *rows = sheets_of(export(api, HANDLER, "workOrders.xlsx", **asked))["派单台账"]
    assert [len(lines), list(lines[0])] == [len(rows), list(headings)]


def test_a_text_that_a_spreadsheet_would_run_is_a_text_in_either_file(api: Api):
    matter = reported(api, subject=Title('=HYPERLINK("http://x","y")'))
    (line,) = [
        one for one in lines_of(export(api, HANDLER, "tickets.csv"))
        if one["办不成事工单标识"] == matter.ticket_id
    ]  # fmt: skip
    assert line["标题"].startswith("'=HYPERLINK")
    headings, *rows = sheets_of(export(api, HANDLER, "tickets.xlsx"))["办不成事工单台账"]
    (row,) = [one for one in rows if one[0] == matter.ticket_id]
    assert str(row[headings.index("标题")]).startswith("=HYPERLINK")


def test_the_log_has_when_it_began_what_went_out_and_what_it_was_as_a_whole(api: Api):
    matter = dispatched(api)
    before = head(api.hall)
    asked = {"filter": {"involvedUnit": "RS", "text": "社保"}}
    answer = export(api, HANDLER, "tickets.xlsx", **asked)
    began, went, done = since(api.hall, before, "EXPORT_BEGUN", "EXPORTED", "EXPORT_DONE")
    assert {one["what"] for one in (began, went, done)} == {"export:tickets.xlsx"}
    assert {one["staff_id"] for one in (began, went, done)} == {HANDLER.id}
    assert json.loads(began["asked_for"])["filter"] == {"involvedUnit": "RS", "text": "〔2字〕"}
    assert matter.ticket_id in went["matters"]
    assert went["count"] == done["count"] == len(went["matters"])
    assert json.loads(done["asked_for"]) == {
        "sha256": hashlib.sha256(answer.content).hexdigest(),
        "bytes": len(answer.content),
    }


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row is a piece of its own."""
    monkeypatch.setattr(declared, "PAGE_MAX", 1)
    monkeypatch.setattr("bancheng.hall_papers.ROWS_A_PIECE", 1)


@pytest.mark.usefixtures("one_by_one")
def test_a_file_of_many_pieces_is_whole_and_each_piece_is_recorded(api: Api):
    dispatched(api), dispatched(api)
    before = head(api.hall)
    rows = lines_of(export(api, EFFICIENCY, "tickets.csv"))
    went = since(api.hall, before, "EXPORTED")
    assert [one["matters"] for one in went] == [[row["办不成事工单标识"]] for row in rows]


@pytest.mark.usefixtures("one_by_one")
def test_who_loses_the_right_under_way_gets_no_more_of_it(api: Api, monkeypatch):
    dispatched(api), dispatched(api)
    add = XlsxPaper.add

    def revoked(self: XlsxPaper, rows: Any) -> bytes:
        api.carry_out(RevokeCredentials(staff_id=SUPERVISOR.id), ADMIN)
        api.settle()
        api.tokens.pop(SUPERVISOR.id, None)
        monkeypatch.setattr(XlsxPaper, "add", add)
        # Whether anything was revoked is looked up twice a second.
        monkeypatch.setattr("bancheng.graphql.revocations.FRESH_SECONDS", 0)
        return add(self, rows)

    api.token(SUPERVISOR)
    monkeypatch.setattr(XlsxPaper, "add", revoked)
    before = head(api.hall)
    export(api, SUPERVISOR, "tickets.xlsx")
    kinds = [one["kind"] for one in since(api.hall, before) if "EXPORT" in one["kind"]]
    assert kinds == ["EXPORT_BEGUN", "EXPORT_BROKEN"]
    assert export(api, SUPERVISOR, "tickets.xlsx").status_code == 200  # nothing is held any more


@pytest.mark.usefixtures("one_by_one")
def test_who_a_ticket_comes_to_be_about_under_way_gets_no_more_of_it(api: Api, monkeypatch):
    matter = dispatched(api)
    add = CsvPaper.add

    def named(self: CsvPaper, rows: Any) -> bytes:
        monkeypatch.setattr(CsvPaper, "add", add)
        about = CorrectTicket(ticket_id=matter.ticket_id, reason=TEXT, accused_staff=EFFICIENCY.id)
        api.carry_out(about, HANDLER)
        api.settle()
        return add(self, rows)

    monkeypatch.setattr(CsvPaper, "add", named)
    before = head(api.hall)
    export(api, EFFICIENCY, "tickets.csv", orderBy="REPORTED_AT", descending=True)
    went = since(api.hall, before, "EXPORTED")
    assert matter.ticket_id not in {one for record in went for one in record["matters"]}
    assert since(api.hall, before, "EXPORT_BROKEN")
    other = CorrectTicket(ticket_id=matter.ticket_id, reason=TEXT, accused_staff=ADMIN.id)
    api.carry_out(other, HANDLER)


@pytest.mark.parametrize("name", ["notices", "accesses"])
def test_what_is_not_kept_of_the_past_is_refused_and_no_empty_file(api: Api, name: str):
    before = head(api.hall)
    answer = export(api, SUPERVISOR, f"{name}.csv", at=api.clock.now().isoformat())
    assert refusal(answer) == (422, "PAST_NOT_KEPT")
    kinds = [one["kind"] for one in since(api.hall, before) if "EXPORT" in one["kind"]]
    assert kinds == ["EXPORT_BEGUN", "EXPORT_BROKEN"]
    assert export(api, SUPERVISOR, f"{name}.csv").status_code == 200  # nothing is held any more


@pytest.mark.parametrize(
    ("said", "field"), [({"encoding": "latin1"}, "encoding"), ({"by": "once"}, "by"),
                        ({"orderBy": 3}, "orderBy"), ({"descending": "no"}, "descending"),
                        ({"surprise": 1}, "surprise")],
)  # fmt: skip
def test_what_may_not_be_filled_in_is_named(api: Api, said: dict[str, Any], field: str):
    answer = export(api, HANDLER, "tickets.csv", **said)
    assert refusal(answer) == (422, "REQUEST_INVALID")
    assert answer.json()["errors"][0]["extensions"]["field"] == field


def test_a_fault_on_the_way_is_recorded_and_leaves_the_turn_to_others(api: Api, monkeypatch):
    def broken(*_: object) -> bytes:
        raise OSError("no")

    for _ in range(3):  # more than may go on at once
        before = head(api.hall)
        with monkeypatch.context() as patched:
            patched.setattr(XlsxPaper, "end", broken)
            export(api, HANDLER, "serviceItems.xlsx")
        kinds = [one["kind"] for one in since(api.hall, before) if "EXPORT" in one["kind"]]
        assert kinds[0] == "EXPORT_BEGUN"
        assert kinds[-1] == "EXPORT_BROKEN"
    assert export(api, HANDLER, "serviceItems.xlsx").status_code == 200


def test_few_export_at_once(api: Api, monkeypatch):
    are_in, go_on, end = Barrier(AT_ONCE_MAX + 1), Event(), XlsxPaper.end

    def waiting(self: XlsxPaper, cover: Any) -> bytes:
        are_in.wait(PATIENCE_SECONDS)
        assert go_on.wait(PATIENCE_SECONDS)
        return end(self, cover)

    api.token(HANDLER)
    monkeypatch.setattr(XlsxPaper, "end", waiting)
    with ThreadPoolExecutor(AT_ONCE_MAX) as pool:
        both = [pool.submit(export, api, HANDLER, "tickets.xlsx") for _ in range(AT_ONCE_MAX)]
        are_in.wait(PATIENCE_SECONDS)
        busy = export(api, HANDLER, "tickets.csv")
        go_on.set()
    assert refusal(busy) == (503, "EXPORT_BUSY")
    assert [one.result().status_code for one in both] == [200, 200]
    assert export(api, HANDLER, "tickets.csv").status_code == 200


def test_what_is_asked_wrongly_is_refused_in_chinese(api: Api):
    assert refusal(export(api, None, "tickets.xlsx")) == (401, "TOKEN_MISSING")
    assert refusal(export(api, HANDLER, "tickets.pdf")) == (404, "EXPORT_UNKNOWN")
    assert refusal(export(api, HANDLER, "nothing.csv")) == (404, "EXPORT_UNKNOWN")
    assert refusal(export(api, HANDLER, "tickets.csv", surprise=1)) == (422, "REQUEST_INVALID")
    unknown = export(api, HANDLER, "tickets.csv", filter={"nummer": "张建国"})
    assert refusal(unknown) == (422, "QUERY_INVALID")
    assert "张建国" not in unknown.text
    late = export(api, HANDLER, "tickets.csv", at="2999-01-01T00:00:00+08:00")
    assert refusal(late) == (422, "PAST_IN_FUTURE")
    several = export(api, HANDLER, "tickets.csv",
                     filter={"accusedUnit": "NONE", "cause": "nothing"})  # fmt: skip
    (error,) = several.json()["errors"]
    assert several.status_code == 422
    assert {error["extensions"]["field"], error["extensions"]["others"][0]["field"]} == {
        "accusedUnit", "cause",
    }  # fmt: skip


def test_a_refusal_for_lack_of_right_is_recorded(api: Api):
    before = head(api.hall)
    assert refusal(export(api, OFFICER, "accesses.csv")) == (403, "VIEW_FORBIDDEN")
    asked = {"filter": {"sourceRef": "A-1"}}
    assert refusal(export(api, OFFICER, "tickets.csv", **asked)) == (403, "FILTER_FORBIDDEN")
    kept = [(one["what"], one["refused"]) for one in since(api.hall, before, "REFUSED")]
    assert kept == [
        ("export:accesses.csv", "VIEW_FORBIDDEN"), ("export:tickets.csv", "FILTER_FORBIDDEN"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def lived(api: Api) -> Api:
    called_back(api)
    case_api_acts.delivered(api)
    case_api_acts.rated(api)
    api.settle()
    return api


@pytest.mark.parametrize("name", HALL_FILES)
@pytest.mark.parametrize("who", EVERYBODY, ids=lambda one: one.id)
def test_everybody_takes_away_as_many_rows_as_their_query_counts(lived: Api, who: Actor, name: str):
    answer = lived.post(f"{{ {name} {{ totalCount }} }}", None, who).json()
    file = export(lived, who, f"{name}.csv")
    if "errors" in answer:
        assert refusal(file) == (403, answer["errors"][0]["extensions"]["code"])
        return
    grows = name in ("accesses", "auditTrail")  # by these very looks, and by a token
    counted = answer["data"][name]["totalCount"]
    assert abs(len(lines_of(file)) - counted) <= (3 if grows else 0)
    assert not [one for one in CLEAR if one in file.content.decode()]


@pytest.mark.parametrize("name", HALL_FILES)
def test_a_unit_takes_nothing_away_of_what_was_reported_or_by_whom(lived: Api, name: str):
    file = export(lived, OFFICER, f"{name}.csv")
    told = file.content.decode()
    assert not [word for word in (*CLEAR, TEXT.plain or "-", "张**", "138****8000") if word in told]


def test_as_of_a_moment_it_is_what_it_was(lived: Api):
    at = lived.clock.now()
    had = len(lines_of(export(lived, HANDLER, "tickets.csv")))
    lived.clock.advance(minutes=5)
    reported(lived)
    told = {"at": at.isoformat(), "by": "RECORDED"}
    assert len(lines_of(export(lived, HANDLER, "tickets.csv"))) == had + 1
    assert len(lines_of(export(lived, HANDLER, "tickets.csv", **told))) == had
    sheets = sheets_of(export(lived, HANDLER, "tickets.xlsx", **told))
    assert "入库时间" in dict(sheets["说明"])["截至"]


def test_the_trail_has_its_sentences(lived: Api):
    lines = lines_of(export(lived, SUPERVISOR, "auditTrail.csv"))
    assert all(line["经过"] for line in lines)


def test_the_file_has_a_name(lived: Api):
    named = export(lived, CLERK, "tickets.xlsx").headers["content-disposition"]
    assert unquote(named.partition("''")[2]).startswith("办不成事工单台账-2026")
