"""Replaying a kept ruling: the same inputs judged by the very packs that judged them then."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, InvalidInput, NotFound
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.parsing import parse_proposal
from fieldops.domain.rulebook.records import Ruling
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.models import RulingRecord
from fieldops.services import rule_versions, scoped
from fieldops.services.rulings import digest_of

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Replayed:
    """A kept ruling, what is judged of the same inputs now, and where the two differ.

    `differs` names "inputs" (what is kept is not what was judged), "allowed", "violations",
    "overrides", "next_legal"; nothing when the replay came out the same.
    """

    record: RulingRecord
    ruling: Ruling
    differs: tuple[str, ...]


def replay(session: Session, ruling_id: UUID, *, actor: Actor) -> Replayed:
    """Judge a kept ruling's inputs again.

    Raises NotFound, also where one of its packs is not kept, and Conflict for a ruling from before
    inputs were kept.
    """
    return _replayed(session, scoped.get(session, RulingRecord, ruling_id, actor))


def replay_all(session: Session, *, actor: Actor) -> Iterator[Replayed | RulingRecord]:
    """Replay every kept ruling, oldest first; one that cannot be comes as its record."""
    after = None
    while True:
        query = scoped.own(RulingRecord, actor)
        rows, after = scoped.page(session, query, RulingRecord, after=after, limit=_PAGE)
        for row in rows:
            try:
                yield _replayed(session, row)
            except (Conflict, InvalidInput, NotFound):
                yield row
        if after is None:
            return


def _replayed(session: Session, record: RulingRecord) -> Replayed:
    if record.inputs is None or record.packs is None:
        raise Conflict("The ruling was kept before inputs were; it cannot be replayed.")
    book = rule_versions.book_of(session, record.packs)
    proposal = parse_proposal(record.inputs)
    gate = Gate(record.gate) if record.gate in set(Gate) else proposal.gate
    ruling = judge(proposal, book, policies=record.policies, gate=gate)
    differs = tuple(_differences(record, digest_of(record.inputs), ruling))
    return Replayed(record, ruling, differs)


def _differences(record: RulingRecord, digest: str, ruling: Ruling) -> Iterator[str]:
    if digest != record.inputs_hash:
        yield "inputs"
    if record.allowed != ruling.allowed:
        yield "allowed"
    found: list[Mapping[str, Any]] = [violation.to_json() for violation in ruling.violations]
    if list(record.violations) != found:
        yield "violations"
    if (record.overrides or []) != [one.to_json() for one in ruling.overridden]:
        yield "overrides"
    # A database keeps an instant and not the zone in which it was told.
    if record.next_legal != ruling.next_legal:
        yield "next_legal"
