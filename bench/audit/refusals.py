"""Rulings: nobody was reached without one, and what was refused stands written with its rules."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from bench.audit.records import Books, Finding, grouped, key, moment, plain


class Refusal(NamedTuple):
    """What somebody outside noted of a refusal: of what, when, and by which rules."""

    subject: str
    at: datetime
    rules: frozenset[str]


_QUERY = (
    "SELECT id, gate, subject, allowed, violations, inputs_hash, agent_id, at FROM ruling_record"
)


def unjudged(books: Books) -> Iterator[Finding]:
    """Arrivals, calls and closes that no ruling let through."""
    allowed: defaultdict[tuple[str, str], set[datetime]] = defaultdict(set)
    for row in books.rows(_QUERY):
        if row["allowed"] or row["gate"] == "close":
            allowed[str(row["gate"]), str(row["subject"])].add(moment(row["at"]))
    for row in books.rows("SELECT id, visit_id, received_at FROM arrival"):
        subject = f"visit:{UUID(key(row['visit_id']))}"
        if moment(row["received_at"]) not in allowed["door", subject]:
            yield Finding("an arrival that nobody judged", key(row["id"]))
    for one in books.contacts:
        subject = f"party:{UUID(one.party)}"
        if one.known not in allowed["commit", subject]:
            yield Finding("a call or message that nobody judged", one.id)
    for one in books.visits:
        subject = f"visit:{UUID(one.id)}"
        if one.row["outcome"] and not allowed["close", subject]:
            yield Finding("a close that nobody judged", one.id)


def unwritten(books: Books) -> Iterator[Finding]:
    """Rulings that refuse and do not say by which rules, in their row and in the rows of rules."""
    parts = grouped(
        books.rows("SELECT ruling_id, rule FROM ruling_rule WHERE part = 'refused'"), "ruling_id"
    )
    for row in books.rows(_QUERY):
        name = key(row["id"])
        told = {one["rule"] for one in plain(row["violations"])}
        if bool(told) == bool(row["allowed"]):
            yield Finding("a refusal without its rules", name)
        if told != {part["rule"] for part in parts.get(name, ())}:
            yield Finding("a ruling whose rules are not kept one by one", name)
        if len(str(row["inputs_hash"])) != 64:
            yield Finding("a ruling that does not say on what it rests", name)


def missing(books: Books, told: Iterable[Refusal]) -> Iterator[Finding]:
    """Refusals that somebody met and of which there is no row."""
    kept: defaultdict[tuple[str, datetime], list[frozenset[str]]] = defaultdict(list)
    for row in books.rows(_QUERY):
        if not row["allowed"]:
            rules = frozenset(one["rule"] for one in plain(row["violations"]))
            kept[str(row["subject"]), moment(row["at"])].append(rules)
    for one in told:
        if one.rules not in kept[one.subject, one.at]:
            yield Finding("a refusal that was not kept", one.subject)
