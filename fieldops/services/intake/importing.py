"""One import from its first row to its counts: read, take in batches, report, tell what follows."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.casefile.agents import AgentRow
from fieldops.domain.casefile.cases import CaseRow
from fieldops.domain.casefile.headings import FileKind
from fieldops.domain.casefile.mapping import HeadingMapping
from fieldops.domain.casefile.reading import (
    NO_MAPPING,
    Reading,
    read_agents,
    read_cases,
    read_either,
)
from fieldops.domain.casefile.report import report_headings
from fieldops.domain.casefile.rows import RawRow, Refusal
from fieldops.domain.facts import CasesImported, Fact, LinksDue
from fieldops.domain.gazetteer import Gazetteer
from fieldops.domain.permissions import Actor
from fieldops.models import Import, Organisation
from fieldops.services import outbox
from fieldops.services.intake.agents import AgentTaker
from fieldops.services.intake.cases import CaseTaker
from fieldops.services.intake.reporting import Report

BATCH = 500
Row = TypeVar("Row", CaseRow, AgentRow)


class Taker(Protocol[Row]):
    """Whoever writes a batch of rows of one kind."""

    def take(self, rows: list[Row]) -> None:
        """Write the batch."""
        ...


def import_cases(
    session: Session,
    rows: Iterable[RawRow],
    filename: str,
    *,
    sha256: str,
    mapping: HeadingMapping = NO_MAPPING,
    dry_run: bool = False,
    gazetteer: Gazetteer | None = None,
    actor: Actor,
    now: datetime,
) -> Import:
    """Take a case file in; the same file again changes nothing.

    Raises InvalidInput when the file as a whole cannot be read; a line that cannot is reported. A
    dry run writes the report alone. With a gazetteer each address learns its county.
    """
    reading = read_cases(rows, mapping, today=_today(session, actor, now))
    record = _begin(session, reading, filename, sha256, dry_run, actor, now)
    _import_cases(session, reading, record, gazetteer, actor, now)
    return record


def import_agents(
    session: Session,
    rows: Iterable[RawRow],
    filename: str,
    *,
    sha256: str,
    mapping: HeadingMapping = NO_MAPPING,
    dry_run: bool = False,
    actor: Actor,
    now: datetime,
) -> Import:
    """Take an agent file in: agents are known again by their code. Raises InvalidInput."""
    reading = read_agents(rows, mapping)
    record = _begin(session, reading, filename, sha256, dry_run, actor, now)
    _import_agents(session, reading, record, actor, now)
    return record


def import_either(
    session: Session,
    rows: Iterable[RawRow],
    filename: str,
    *,
    sha256: str,
    mapping: HeadingMapping = NO_MAPPING,
    dry_run: bool = False,
    gazetteer: Gazetteer | None = None,
    actor: Actor,
    now: datetime,
) -> Import:
    """Take in whichever of the two the headings say that the file is. Raises InvalidInput."""
    reading = read_either(rows, mapping, today=_today(session, actor, now))
    record = _begin(session, reading, filename, sha256, dry_run, actor, now)
    if reading.kind == "cases":
        _import_cases(session, reading, record, gazetteer, actor, now)
    else:
        _import_agents(session, reading, record, actor, now)
    return record


def take_in(
    session: Session,
    rows: Iterable[RawRow],
    filename: str,
    *,
    kind: FileKind | None,
    sha256: str,
    mapping: HeadingMapping = NO_MAPPING,
    dry_run: bool = False,
    gazetteer: Gazetteer | None = None,
    actor: Actor,
    now: datetime,
) -> Import:
    """Take in a file of this kind, or of the kind that its headings say. Raises InvalidInput."""
    given: Any = {
        "sha256": sha256,
        "mapping": mapping,
        "dry_run": dry_run,
        "actor": actor,
        "now": now,
    }
    if kind == "agents":
        return import_agents(session, rows, filename, **given)
    take = import_cases if kind == "cases" else import_either
    return take(session, rows, filename, gazetteer=gazetteer, **given)


def _import_cases(
    session: Session,
    reading: Reading[CaseRow] | Reading[CaseRow | AgentRow],
    record: Import,
    gazetteer: Gazetteer | None,
    actor: Actor,
    now: datetime,
) -> None:
    report = Report(session, record.id)
    taker = CaseTaker(session, record.id, gazetteer, report, actor, now)
    report.remark(report_headings(reading.headings))
    for batch in _batches(reading, CaseRow, report):
        _take(session, taker, batch, dry_run=record.is_dry_run)
    _finish(record, report, now)
    if record.is_dry_run:
        return
    follows: list[tuple[int, Fact]] = [
        (report.counts["to_locate"], CasesImported(record.id)),
        (report.counts["new"] + report.counts["updated"], LinksDue(record.id)),
    ]
    for count, fact in follows:
        if count:
            outbox.record(session, fact, organisation_id=actor.organisation_id, now=now)


def _import_agents(
    session: Session,
    reading: Reading[AgentRow] | Reading[CaseRow | AgentRow],
    record: Import,
    actor: Actor,
    now: datetime,
) -> None:
    report = Report(session, record.id)
    taker = AgentTaker(session, report, actor, now)
    report.remark(report_headings(reading.headings))
    for batch in _batches(reading, AgentRow, report):
        _take(session, taker, batch, dry_run=record.is_dry_run)
    taker.finish()
    _finish(record, report, now)


def _batches(
    outcomes: Iterable[CaseRow | AgentRow | Refusal], kind: type[Row], report: Report
) -> Iterator[list[Row]]:
    """The rows in batches; refusals are reported on the way."""
    stream = iter(outcomes)
    while read := list(islice(stream, BATCH)):
        report.count("lines", len(read))
        for outcome in read:
            if isinstance(outcome, Refusal):
                report.refuse(outcome)
        if rows := [outcome for outcome in read if isinstance(outcome, kind)]:
            yield rows
        report.flush_often()


def _take(session: Session, taker: Taker[Row], batch: list[Row], *, dry_run: bool) -> None:
    if not dry_run:
        taker.take(batch)
        return
    rehearsal = session.begin_nested()
    try:
        taker.take(batch)
    finally:
        rehearsal.rollback()


def _begin(
    session: Session,
    reading: Reading[CaseRow] | Reading[AgentRow] | Reading[CaseRow | AgentRow],
    filename: str,
    sha256: str,
    dry_run: bool,
    actor: Actor,
    now: datetime,
) -> Import:
    # One import of an organisation at a time: two of them would both find the same person new.
    session.execute(
        select(Organisation.id)
        .where(Organisation.id == actor.organisation_id)
        .with_for_update(key_share=True)
    )
    record = Import(
        organisation_id=actor.organisation_id,
        kind=reading.kind,
        filename=filename[-200:],
        sha256=sha256,
        is_dry_run=dry_run,
        state="running",
        counts={},
        account_id=actor.account_id,
        created_at=now,
    )
    session.add(record)
    session.flush()
    return record


def _finish(record: Import, report: Report, now: datetime) -> None:
    report.flush()
    record.counts = report.counts
    record.state, record.finished_at = "done", now


def _today(session: Session, actor: Actor, now: datetime) -> date:
    zone = session.get_one(Organisation, actor.organisation_id).timezone
    return now.astimezone(ZoneInfo(zone)).date()
