"""Writing the report of an import: counts for all lines, a row for each that needs a person."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from fieldops.domain.casefile.agents import AgentRow
from fieldops.domain.casefile.cases import CaseRow
from fieldops.domain.casefile.report import LineReport, report_lines
from fieldops.domain.casefile.rows import Fault, Refusal
from fieldops.domain.casefile.wording import worded
from fieldops.models import ImportLine
from fieldops.services.intake.remarks import Remark, reported

COUNTED = ("lines", "taken", "new", "updated", "unchanged", "refused", "to_look_at", "to_locate")
_BUFFERED = 500


class Report:
    """Counts lines and writes remarks in batches, so that a bad file costs no memory."""

    def __init__(self, session: Session, import_id: UUID) -> None:
        self._session = session
        self._import_id = import_id
        self._waiting: list[dict[str, Any]] = []
        self._tally: Counter[str] = Counter()

    @property
    def counts(self) -> dict[str, int]:
        """How many lines came to each verdict, nought included."""
        return {name: self._tally[name] for name in COUNTED}

    def count(self, verdict: str, number: int = 1) -> None:
        """Count lines of a verdict; new, updated and unchanged ones are taken as well."""
        self._tally[verdict] += number
        if verdict in ("new", "updated", "unchanged"):
            self._tally["taken"] += number

    def remark(self, remarks: Iterable[LineReport]) -> None:
        """Keep what is to be said of lines; a line that was merely taken is only counted."""
        for line in remarks:
            if line.verdict in ("refused", "to_look_at"):
                self._waiting.append(self._row(line))

    def look_at(self, row: CaseRow | AgentRow, remarks: Sequence[Remark] = ()) -> None:
        """Keep the notes of a row that was taken, and what our own records add to them."""
        key = row.case_number if isinstance(row, CaseRow) else row.code
        if row.notes:
            self.remark(report_lines(row))
        self.remark(reported(row.line, key, remark) for remark in remarks)
        self.count("to_look_at", int(bool(row.notes or remarks)))

    def fault(self, line: int, key: str, note: Fault) -> None:
        """Keep a doubt that came up after a row had been taken."""
        words = worded(note.problem)
        self.remark(
            [LineReport(line, key, "to_look_at", note.field, note.heading, note.reason, *words)]
        )
        self.count("to_look_at")

    def refuse(self, refusal: Refusal) -> None:
        """Keep every fault of a row that was not taken."""
        self.remark(report_lines(refusal))
        self.count("refused")

    def flush(self, *, least: int = 1) -> None:
        """Write the remarks that wait, when there are so many of them."""
        if len(self._waiting) >= least:
            self._session.execute(insert(ImportLine), self._waiting)
            self._waiting = []

    def flush_often(self) -> None:
        """Write what waits once it fills a batch."""
        self.flush(least=_BUFFERED)

    def _row(self, line: LineReport) -> dict[str, Any]:
        return {
            "import_id": self._import_id,
            "line": line.line,
            "key": line.key[:200],
            "verdict": line.verdict,
            "field": line.field,
            "heading": line.heading[:200],
            "reason": line.reason,
            "message_en": line.message_en,
            "message_zh": line.message_zh,
            "cure_en": line.cure_en,
            "cure_zh": line.cure_zh,
        }
