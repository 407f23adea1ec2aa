"""The report of an import by line: what became of each, why, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fieldops.domain.casefile.agents import AgentRow
from fieldops.domain.casefile.cases import CaseRow
from fieldops.domain.casefile.headings import Headings
from fieldops.domain.casefile.rows import Fault, Refusal
from fieldops.domain.casefile.wording import WORDINGS, worded
from fieldops.domain.identity import unreadable

Verdict = Literal["taken", "refused", "to_look_at", "unchanged", "updated"]


@dataclass(frozen=True, slots=True)
class LineReport:
    """One remark on one line. A refused line has one for each fault, in the order of the fields.

    `key` is the case number or the agent's code; `field` and `heading` are "" where the whole
    line is meant.
    """

    line: int
    key: str
    verdict: Verdict
    field: str
    heading: str
    reason: str
    message_zh: str
    message_en: str
    cure_zh: str
    cure_en: str


def report_lines(
    outcome: CaseRow | AgentRow | Refusal,
    verdict: Literal["taken", "unchanged", "updated"] = "taken",
) -> Iterator[LineReport]:
    """Report one outcome of a reading.

    A refusal gives a line for each fault; a row gives its verdict, then what is to be looked at.
    """
    if isinstance(outcome, Refusal):
        for fault in outcome.faults:
            yield _about(outcome.line, outcome.key, "refused", fault)
        return
    key = outcome.case_number if isinstance(outcome, CaseRow) else outcome.code
    words = WORDINGS[verdict]
    yield LineReport(outcome.line, key, verdict, "", "", verdict, *words)
    for note in outcome.notes:
        yield _about(outcome.line, key, "to_look_at", note)


def report_headings(headings: Headings) -> Iterator[LineReport]:
    """Report the headings that were not understood and whose columns were ignored."""
    for text in headings.unknown:
        fault = Fault("", text, unreadable("heading_unknown", text=text))
        yield _about(headings.line, "", "to_look_at", fault)


def _about(line: int, key: str, verdict: Verdict, fault: Fault) -> LineReport:
    words = worded(fault.problem)
    return LineReport(line, key, verdict, fault.field, fault.heading, fault.reason, *words)
