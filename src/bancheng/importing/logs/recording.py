"""办件日志导入: the cases of another system become streams of past steps.

A case is one transaction: what is new in it comes in together or not at all. The key of a step is
made of its source, case and content, so the same log, in whatever format, adds nothing twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bancheng.app.acts.past_cases import PAST_CASE
from bancheng.app.engine import Context, Engine, Story
from bancheng.domain.case.history import PastCaseHeader, RestatePastCase
from bancheng.domain.commands import Command
from bancheng.domain.errors import DomainError, InvalidInput
from bancheng.domain.events import Recorded
from bancheng.importing.batch import Batch
from bancheng.importing.logs.cases import CaseReader, LoggedCase, LoggedStep
from bancheng.importing.logs.corrections import Corrections, sorted_out
from bancheng.importing.logs.mapping import LogMapping
from bancheng.importing.logs.rows import LogRow, Survey, gathered
from bancheng.importing.tables import BadRow

Act = tuple[Command, Context]


@dataclass(frozen=True, kw_only=True)
class ImportedCase:
    """导入结果: what became of one case, in rows of its log.

    ``new`` were recorded now, ``known`` by an earlier import, and ``corrected`` were told otherwise
    by one; ``bad`` says why the others were not. ``findings`` are what contradicts itself in what
    was recorded. ``restated``: there was no new step, but the source says something else of the
    case now.
    """

    external_id: str
    rows: int
    new: int = 0
    known: int = 0
    restated: bool = False
    bad: tuple[BadRow, ...] = ()
    findings: tuple[BadRow, ...] = ()
    corrected: int = 0


@dataclass(frozen=True, kw_only=True)
class LogImport:
    """办件日志导入: of logs that are read as ``mapping`` says; ``batch`` is of the same source."""

    engine: Engine
    mapping: LogMapping
    batch: Batch
    corrections: Corrections = Corrections.REFUSE

    def run(self, rows: Iterable[LogRow], counted: Survey) -> Iterator[ImportedCase]:
        """Import ``rows``, which were counted before, case by case."""
        reader = CaseReader(self.mapping, self.engine.rules.calendar(), self.engine.clock.now())
        for number, of_case in gathered(rows, counted, self.mapping):
            count = counted.rows_of[number] if number else 1
            yield self._import(reader, reader.read(number, of_case, count), count)

    def _import(self, reader: CaseReader, case: LoggedCase, rows: int) -> ImportedCase:
        result = ImportedCase(external_id=case.external_id, rows=rows, bad=tuple(case.bad))
        if case.header is None:
            return result
        history = self.engine.store.load(PAST_CASE.prefix + case.header.stream_name)
        case = reader.concluded(case, PAST_CASE.state_after(history).header)
        fresh, corrections = sorted_out(case.steps, history, self.corrections)
        refused = corrections if self.corrections is not Corrections.RECORD else []
        bad = (
            *result.bad,
            *(one.refusal(case.external_id, self.mapping.columns) for one in refused),
        )
        changed = [one.recording() for one in corrections if one not in refused]
        known = len(case.steps) - len(fresh) - len(corrections)
        findings = tuple(_findings(case))
        result = replace(result, known=known, bad=bad, findings=findings)
        told = [*((one, one.command) for one in fresh), *changed]
        restating = [] if told or case.header is None else self._restating(case.header, history)
        acts = [self._recording(*one) for one in told] or restating
        try:
            answers = self.engine.tell(lambda: _story(acts)) if acts else []
        except DomainError as error:  # somebody else imports the same case just now
            return replace(result, bad=(*bad, BadRow(case.place, case.external_id, error)))
        beaten = sum(answer.repeated for answer in answers)
        new, known = len(fresh) - beaten, known + beaten
        result = replace(result, new=new, known=known, corrected=len(changed))
        return replace(result, restated=bool(restating))

    def _recording(self, step: LoggedStep, command: Command) -> Act:
        number = step.command.case.external_id
        return command, self.batch.context(step.key, number, step.occurred_at)

    def _restating(self, header: PastCaseHeader, history: Sequence[Recorded]) -> list[Act]:
        known = PAST_CASE.state_after(history).header
        if known is None or known == header:
            return []
        key = f"past-case/{self.batch.id}/{header.stream_name}"
        return [(RestatePastCase(case=header), self.batch.context(key, header.external_id))]


def _story(acts: Iterable[Act]) -> Story:
    for act in acts:  # noqa: UP028  the engine sends answers in, which a list's iterator refuses
        yield act


def _findings(case: LoggedCase) -> Iterator[BadRow]:
    if case.header is not None and case.header.ends_before_start:
        error = InvalidInput(
            "PAST_CASE_ENDS_BEFORE_START",
            "办结时间早于开始时间,不作按时或逾期的结论",
            field="ended_at",
            remedy="请在来源系统中核对后重新导出",
        )
        yield BadRow(case.place, case.external_id, error)
