"""Rulings that are kept: every refusal, and every consent to go, with what it was based on."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Actor
from fieldops.domain.rights.near import Part, near_misses
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.proposal import Proposal
from fieldops.domain.rulebook.records import RuleBook, Ruling
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.domain.rulebook.writing import proposal_json
from fieldops.models import RulingRecord, RulingRule
from fieldops.models.types import new_id
from fieldops.services import rule_versions, scoped

ASKED = "asked"
"""The gate of a question: somebody wanted to know, and nothing followed from it."""

KEPT_WHEN_ALLOWED = frozenset({Gate.COMMIT.value, Gate.DOOR.value, Gate.CLOSE.value, ASKED})


_WATCHED = frozenset({Gate.COMMIT, Gate.DOOR})
"""Where a contact that is let through is looked at for near misses."""


class ContactForbidden(FieldopsError):
    """The rulebook forbids the contact; `extra` is the ruling as JSON."""

    slug = "contact-forbidden"
    status = 422
    title_en = "The rulebook forbids this contact"
    title_zh = "规则禁止此次联系"

    def __init__(self, ruling: Ruling, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or _sentence(ruling), **ruling.to_json(), **extra)
        self.ruling = ruling


@dataclass(frozen=True, slots=True)
class Judged:
    """A ruling that is to be kept, with what was judged."""

    subject: str
    case_id: UUID | None
    proposal: Proposal
    ruling: Ruling
    policies: bool = True
    near: Sequence[tuple[str, Part]] = ()


def judge_and_keep(
    session: Session,
    gate: Gate | str,
    subject: str,
    proposal: Proposal,
    book: RuleBook,
    *,
    case_id: UUID | None,
    actor: Actor,
    now: datetime,
    policies: bool = True,
) -> Ruling:
    """Judge a contact at a gate and keep the ruling; the caller decides what follows from it.

    `subject` is the kind and id of what is judged, as "visit:<id>". With the gate "asked" the
    contact is judged at the proposal's own gate. A refusal is kept in the caller's transaction:
    raise ContactForbidden only after that was committed, or keep it in one of its own.
    """
    at = gate if isinstance(gate, Gate) else proposal.gate
    ruling = judge(proposal, book, policies=policies, gate=at)
    near = near_misses(proposal, book, at) if ruling.allowed and gate in _WATCHED else ()
    judged = Judged(subject, case_id, proposal, ruling, policies, near)
    keep(session, gate, [judged], actor=actor, now=now)
    return ruling


def keep(
    session: Session, gate: Gate | str, judged: Iterable[Judged], *, actor: Actor, now: datetime
) -> None:
    """Write rulings down: refusals always, the others where something follows from them."""
    name = gate.value if isinstance(gate, Gate) else gate
    kept = [one for one in judged if not one.ruling.allowed or name in KEPT_WHEN_ALLOWED]
    rule_versions.keep(session, {p for one in kept for p in one.ruling.packs}, now=now)
    rows = [_record(one, name, actor=actor, now=now) for one in kept]
    session.add_all(rows)
    session.flush()
    session.add_all(
        RulingRule(
            organisation_id=row.organisation_id, ruling_id=row.id, rule=rule,
            part=part.value, at=now,
        )
        for row, one in zip(rows, kept, strict=True)
        for rule, part in _parts(one)
    )  # fmt: skip


def _record(one: Judged, gate: str, *, actor: Actor, now: datetime) -> RulingRecord:
    inputs = proposal_json(one.proposal)
    return RulingRecord(
        id=new_id(),
        organisation_id=actor.organisation_id,
        gate=gate,
        subject=one.subject,
        case_id=one.case_id,
        allowed=one.ruling.allowed,
        violations=[violation.to_json() for violation in one.ruling.violations],
        next_legal=one.ruling.next_legal,
        rule_pack=_short(one.ruling.rule_pack),
        packs=[pack.sha256 for pack in one.ruling.packs],
        policies=one.policies,
        overrides=[each.to_json() for each in one.ruling.overridden] or None,
        inputs=inputs,
        inputs_hash=digest_of(inputs),
        account_id=actor.account_id,
        agent_id=actor.agent_id or _first_of_crew(one.proposal),
        at=now,
    )


def _parts(one: Judged) -> Sequence[tuple[str, Part]]:
    """Each rule that had a part in the ruling, each part once."""
    told = [(violation.rule, Part.REFUSED) for violation in one.ruling.violations]
    told += [(warning.rule, Part.WARNED) for warning in one.ruling.warnings]
    told += [(each.rule, Part.OVERRIDDEN) for each in one.ruling.overridden]
    return list(dict.fromkeys([*told, *one.near]))


def _first_of_crew(proposal: Proposal) -> UUID | None:
    # A question names agents as it likes, and a plan stands-in: only an id of ours is kept.
    for agent in proposal.contact.agents[:1]:
        try:
            return UUID(agent.id)
        except ValueError:
            return None
    return None


def kept(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    case_id: UUID | None = None,
    allowed: bool | None = None,
    gate: str | None = None,
    rule: str | None = None,
    agent_id: UUID | None = None,
) -> tuple[Sequence[RulingRecord], UUID | None]:
    """One page of the kept rulings, oldest first, and where the next begins.

    `rule` asks for those in which it had any part: it refused, warned, or was near.
    """
    asked: scoped.Asked = {
        RulingRecord.case_id: case_id,
        RulingRecord.allowed: allowed,
        RulingRecord.gate: gate,
        RulingRecord.agent_id: agent_id,
    }
    query = scoped.own(RulingRecord, actor, asked)
    if rule is not None:
        of_rule = select(RulingRule.id).where(
            RulingRule.ruling_id == RulingRecord.id, RulingRule.rule == rule
        )
        query = query.where(of_rule.exists())
    return scoped.page(session, query, RulingRecord, after=after, limit=limit)


def digest_of(inputs: Mapping[str, Any]) -> str:
    """The SHA-256 of everything that was judged, so that a replay can show it judged the same."""
    text = json.dumps(inputs, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _short(rule_pack: str) -> str:
    # Packs of several jurisdictions do not fit whole; twelve digits of a hash still name it.
    if len(rule_pack) <= 200:
        return rule_pack
    names = (name.partition("+sha256:") for name in rule_pack.split(" "))
    return " ".join(f"{name}{mark}{digest[:12]}" for name, mark, digest in names)[:200]


def _sentence(ruling: Ruling) -> str:
    told = f"Forbidden by {', '.join(ruling.rules)}."
    if ruling.next_legal is None:
        return told + " No later time mends it."
    return f"{told} It would be lawful from {ruling.next_legal.isoformat()}."
