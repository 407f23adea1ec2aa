"""What stood against a contact: holds, and what people had asked to be spared of."""

from collections.abc import Iterator
from datetime import datetime

from bench.audit import law
from bench.audit.records import (
    NEVER,
    Books,
    Finding,
    Meeting,
    Row,
    Span,
    clocks,
    covered,
    grouped,
    moment,
    plain,
)


def held(books: Books) -> Iterator[Finding]:
    """Contacts while a hold stood that stops them; a legal hold stops none."""
    rows = [row for row in books.rows(_HOLDS) if row["kind"] in law.HOLDS]
    of_case = grouped(rows, "case_id")
    of_person: dict[str, list[Row]] = {}
    for row in rows:
        if row["person_id"] is not None:
            of_person.setdefault(books.who(row["person_id"]), []).append(row)
    for one in books.meetings:
        known = [*of_case.get(one.case, ()), *of_person.get(one.debtor, ())]
        if one.person != one.debtor:
            known += of_person.get(one.person, ())
        yield from _in_the_way(books, one, known)


_HOLDS = (
    "SELECT id, kind, scope, person_id, case_id, starts_at, ends_at, lifted_at, placed_at FROM hold"
)


def _in_the_way(books: Books, one: Meeting, holds: list[Row]) -> Iterator[Finding]:
    for hold in holds:
        kind, spared = str(hold["kind"]), hold["scope"] == "third_party"
        if spared and one.role in law.LIABLE:
            continue
        if kind in law.VISITS_ONLY and not one.is_visit:
            continue
        if not (moment(hold["starts_at"]) <= one.at < _end(hold)):
            continue
        if not books.excused(one, law.HOLDS[kind]):
            told = "a visit" if one.is_visit else "a call or message"
            late = moment(hold["placed_at"]) > one.known
            yield Finding(f"{told} during a hold ({kind})", one.id, hindsight=late)


def _end(hold: Row) -> datetime:
    ends = [moment(hold[name]) for name in ("ends_at", "lifted_at") if hold[name]]
    return min(ends, default=NEVER)


def asked_to_be_spared(books: Books) -> Iterator[Finding]:
    """Contacts against what the person, or the debtor, had asked and not taken back."""
    of_person: dict[str, list[Row]] = {}
    for row in books.rows(_REQUESTS):
        of_person.setdefault(books.who(row["person_id"]), []).append(row)
    for one in books.meetings:
        for row in of_person.get(one.person, ()):
            rule = _against(books, one, row) if _stands(row, one) else ""
            if rule and not books.excused(one, rule):
                yield Finding(f"against a request ({row['kind']})", one.id)
        if one.debtor != one.person and _spoken_for(books, one, of_person.get(one.debtor, [])):
            yield Finding("against a request (attorney)", one.id)


_REQUESTS = (
    "SELECT id, person_id, kind, channel, windows, recorded_at, withdrawn_at FROM contact_request "
    "WHERE kind <> 'cease'"
)


def _spoken_for(books: Books, one: Meeting, asked: list[Row]) -> bool:
    """Whether somebody else was reached although the debtor had named a lawyer."""
    named = any(row["kind"] == "attorney" and _stands(row, one) for row in asked)
    lawful = one.role == "other" or _by_consent(books, one) or books.excused(one, "GL-ATTY-01")
    return named and not lawful


def _stands(row: Row, one: Meeting) -> bool:
    """Whether it was known and not taken back when the house heard of the contact."""
    begun = moment(row["recorded_at"]) <= min(one.known, one.at)
    return begun and (row["withdrawn_at"] is None or moment(row["withdrawn_at"]) > one.known)


def _against(books: Books, one: Meeting, row: Row) -> str:
    """The rule that a contact breaks by a request, or nothing."""
    wish = "GL-WISH-01" if one.role == "debtor" else "GL-WISH-02"
    if row["kind"] == "workplace":
        return wish if one.place == "work" else ""
    if row["kind"] == "attorney":
        return "" if one.role == "other" or _by_consent(books, one) else "GL-ATTY-01"
    if row["channel"] not in (None, one.channel):
        return ""
    windows = plain(row["windows"]) or ()
    if not windows:
        return wish
    spans = clocks(one.day, windows, one.zone)
    return wish if any(_touches(one, span) for span in spans) else ""


def _touches(one: Meeting, span: Span) -> bool:
    """Whether a contact, as it was let through, lies in a time or runs into it."""
    return span[0] <= one.at < span[1] or (one.at < span[1] and span[0] < one.due)


def _by_consent(books: Books, one: Meeting) -> bool:
    return covered(one.at, one.due, books.agreed(one, to_hours=False))
