"""The copy of a person's data that he may have: every field with where it came from and why.

Of others and of agents nothing is in it, nor what would tell of an inquiry that goes on, where the
law lets that be withheld; what is left out is counted and its ground is stated.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from evidence.custody.instants import format_instant
from evidence.trace import citing
from evidence.trace.flags import title
from fieldops.domain.data_rights import RequestClock
from fieldops.domain.permissions import Actor
from fieldops.domain.vocabulary import Pair, once
from fieldops.models import (
    Address,
    Belief,
    Case,
    Consent,
    Contact,
    Flag,
    Hold,
    Item,
    Observation,
    Party,
    Payment,
    Person,
    Promise,
    StatedFlag,
    StatedItem,
    StatedVisit,
    Visit,
)
from fieldops.models import restriction as restricted
from fieldops.services import organisations
from fieldops.services.protection import correcting, requests, revealing
from fieldops.services.protection.scope import CLOSED, DEBTOR, ERASED, Scope

FORM = "fieldops/person-record/1"
CONTRACT, LEGAL_DUTY, PUBLIC = "contract", "legal-duty", "observed-or-public"
RECOVERY, COMPLIANCE = "debt-recovery", "compliance"
OWN, OTHER_HOUSE = "own-record", "other-house"
OTHERS, AGENTS, INQUIRY = "others", "agents", "inquiry"
_MOST = 2_000
_OF_OTHERS = "他人个人信息 / others' personal data"


@dataclass
class _Copy:
    """What is gathered so far: rows by section, and how much was left out of what."""

    session: Session
    scope: Scope
    withholdable: frozenset[str]
    sections: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    def add(
        self, section: str, at: datetime, source: str, basis: str, purpose: str, /, **values: Any
    ) -> None:
        about = {"source": source, "at": format_instant(at), "basis": basis, "purpose": purpose}
        row = {
            name: {"value": _plain(value), **about}
            for name, value in values.items()
            if value not in (None, "")
        }
        self.sections.setdefault(section, []).append(row)

    def withhold(self, what: str, count: int = 1) -> None:
        if count:
            self.left_out[what] = self.left_out.get(what, 0) + count

    def rows(self, model: Any, *where: Any) -> Sequence[Any]:
        query = select(model).where(*where).order_by(model.id).limit(_MOST)
        return self.session.scalars(query).all()


def copy_of(
    session: Session, scope: Scope, clock: RequestClock, *, actor: Actor, at: datetime
) -> dict[str, Any]:
    """The copy as plain data (docs/formats.md); what `clock` lets be withheld is left out."""
    made = _Copy(session, scope, frozenset(one.what for one in clock.withhold))
    with restricted.seeing(session):
        for gather in _GATHERERS:
            gather(made)
        _add_readings(made, actor)
    grounds = {one.what: one.ground for one in clock.withhold}
    return {
        "form": FORM,
        "made_at": format_instant(at),
        "controller": organisations.of(session, actor).name,
        "jurisdiction": clock.jurisdiction,
        "persons": [str(one) for one in scope.people],
        "sections": made.sections,
        "withheld": [
            {"what": what, "count": count, "ground": grounds.get(what, _OF_OTHERS)}
            for what, count in sorted(made.left_out.items())
        ],
    }


def _add_identity(made: _Copy) -> None:
    for one in made.rows(Person, Person.id.in_(made.scope.people)):
        made.add(
            "identity", one.created_at, "creditor-file", CONTRACT, RECOVERY,
            name=one.name, id_number=one.id_number, phone=one.phone,
            other_phones=one.other_phones, starred=one.starred, wishes=one.wishes or None,
        )  # fmt: skip
    for row in correcting.of_people(made.session, made.scope.people):
        made.add(
            "corrections", row.at, "own-request", LEGAL_DUTY, COMPLIANCE,
            field=row.field, before=row.before, reason=row.reason,
        )  # fmt: skip


def _add_cases(made: _Copy) -> None:
    parties = made.rows(Party, Party.id.in_(made.scope.parties))
    cases = {one.id: one for one in made.rows(Case, Case.id.in_(made.scope.cases))}
    for party in parties:
        case = cases[party.case_id]
        told: dict[str, Any] = {"role": party.role, "number": case.number}
        if party.role == DEBTOR:
            told |= {
                "creditor": case.creditor, "product": case.product, "amount": case.amount,
                "currency": case.currency, "overdue_days": case.overdue_days,
                "state": case.state, "note": case.note,
            }  # fmt: skip
        else:
            made.withhold(OTHERS)
        made.add("cases", case.created_at, "creditor-file", CONTRACT, RECOVERY, **told)
    for one in made.rows(Address, Address.party_id.in_(made.scope.parties)):
        made.add(
            "addresses", one.created_at, "creditor-file", CONTRACT, RECOVERY,
            text=one.text, kind=one.kind, grade=one.grade, located_by=one.provider or None,
        )  # fmt: skip


def _add_contacts(made: _Copy) -> None:
    people, debts = made.scope.people, made.scope.debts
    for one in made.rows(Contact, Contact.person_id.in_(people)):
        made.add(
            "contacts", one.recorded_at, OTHER_HOUSE if one.house_id else OWN, LEGAL_DUTY,
            one.purpose,
            at=one.at, channel=one.channel, result=one.result,
        )  # fmt: skip
    others = Contact.debtor_id.in_(people), Contact.person_id.not_in(people)
    made.withhold(OTHERS, len(made.rows(Contact, *others)))
    for visit in made.rows(Visit, Visit.party_id.in_(made.scope.parties)):
        made.withhold(AGENTS)
        made.add(
            "visits", visit.updated_at, "own-record", CONTRACT, RECOVERY, day=visit.day,
            state=visit.state, arrived_at=visit.arrived_at, left_at=visit.left_at,
            outcome=visit.outcome,
        )  # fmt: skip
        # What was said at the door may be a neighbour's word, and it names who said it.
        made.withhold(OTHERS, 1 if visit.answers else 0)
    for stated in made.rows(StatedVisit, StatedVisit.party_id.in_(made.scope.parties)):
        made.withhold(AGENTS)
        made.add(
            "visits", stated.taken_at, OTHER_HOUSE, LEGAL_DUTY, RECOVERY,
            arrived_at=stated.arrived_at, left_at=stated.left_at, outcome=stated.outcome,
        )  # fmt: skip
    for row in made.rows(Promise, Promise.case_id.in_(debts)):
        made.add("promises", row.made_at, "own-statement", CONTRACT, RECOVERY,
                 amount=row.amount, currency=row.currency, due_on=row.due_on,
                 instalment=row.number, standing=row.standing)  # fmt: skip
    for row in made.rows(Payment, Payment.case_id.in_(debts)):
        made.add("payments", row.paid_at, "own-record", LEGAL_DUTY, RECOVERY,
                 amount=row.amount, currency=row.currency, method=row.method,
                 receipt_number=row.receipt_number)  # fmt: skip


def _add_trace(made: _Copy) -> None:
    people = made.scope.people
    hidden = _inquired(made)
    for one in made.rows(Observation, Observation.person_id.in_(people)):
        if one.case_id in hidden:
            made.withhold(INQUIRY)
            continue
        own = one.source_class == DEBTOR
        made.withhold(AGENTS if one.source_class == "agent" else OTHERS, 0 if own else 1)
        made.add(
            "observations", one.recorded_at, one.source_class, one.basis, RECOVERY,
            kind=one.kind, polarity=one.polarity, observed_at=one.observed_at,
            withdrawn_at=one.withdrawn_at, said=one.data or None if own else None,
        )  # fmt: skip
    for belief in made.rows(Belief, Belief.person_id.in_(people)):
        if belief.case_id in hidden:
            made.withhold(INQUIRY)
            continue
        made.add("beliefs", belief.as_of, "computed", PUBLIC, RECOVERY,
                 address=str(belief.address_id), p_home=belief.p_home, p_away=belief.p_away,
                 p_moved=belief.p_moved, model=belief.model_version)  # fmt: skip
    flags = [*made.rows(Flag, Flag.person_id.in_(people))]
    flags += made.rows(StatedFlag, StatedFlag.person_id.in_(people))
    for flag in flags:
        if flag.case_id in hidden:
            made.withhold(INQUIRY)
            continue
        source = "computed" if isinstance(flag, Flag) else OTHER_HOUSE
        made.add("flags", flag.raised_at, source, PUBLIC, RECOVERY,
                 code=flag.code, title=_both(title(flag.code)), state=flag.state,
                 basis=_both(citing.in_both(flag.basis)))  # fmt: skip


def _inquired(made: _Copy) -> set[UUID]:
    """The cases whose inquiry goes on, where the law lets it be withheld."""
    if INQUIRY not in made.withholdable:
        return set()
    over = Case.state.not_in((CLOSED, ERASED))
    return {one.id for one in made.rows(Case, Case.id.in_(made.scope.cases), over)}


def _add_rights(made: _Copy) -> None:
    people, debts = made.scope.people, made.scope.debts
    for one in made.rows(Hold, or_(Hold.person_id.in_(people), Hold.case_id.in_(debts))):
        made.add("holds", one.placed_at, "own-record", LEGAL_DUTY, COMPLIANCE, kind=one.kind,
                 scope=one.scope, reason=one.reason, ends_at=one.ends_at,
                 lifted_at=one.lifted_at)  # fmt: skip
    for row in made.rows(Consent, Consent.person_id.in_(people)):
        made.add("consents", row.granted_at, "own-statement", "consent", COMPLIANCE,
                 channel=row.channel, window=row.window, expires_at=row.expires_at,
                 revoked_at=row.revoked_at)  # fmt: skip
    for item in made.rows(Item, Item.case_id.in_(debts)):
        made.withhold(AGENTS)
        made.add("evidence", item.received_at, "own-record", CONTRACT, RECOVERY, kind=item.kind,
                 media_type=item.media_type, size=item.size, sha256=item.sha256)  # fmt: skip
    for ref in made.rows(StatedItem, StatedItem.case_id.in_(debts)):
        made.add("evidence", ref.taken_at, OTHER_HOUSE, LEGAL_DUTY, RECOVERY, kind=ref.kind,
                 media_type=ref.media_type, size=ref.size, sha256=ref.content_hash)  # fmt: skip
    for asked in requests.of_people(made.session, people):
        made.add("requests", asked.received_at, "own-request", LEGAL_DUTY, COMPLIANCE,
                 kind=asked.kind, state=asked.state, words=asked.words,
                 due_at=asked.due_at, answered_at=asked.answered_at)  # fmt: skip


def _add_readings(made: _Copy, actor: Actor) -> None:
    rows, _ = revealing.access_log(made.session, actor, scope=made.scope, limit=_MOST)
    for one in rows:
        made.add("readings", one.at, "own-record", LEGAL_DUTY, COMPLIANCE, role=one.role,
                 purpose=one.purpose, what=one.subject.partition(":")[0])  # fmt: skip
    people = made.scope.people
    for shown in revealing.reveals(made.session, actor, people=people, limit=_MOST):
        made.add("readings", shown.at, "own-record", LEGAL_DUTY, COMPLIANCE, role=shown.role,
                 purpose=shown.reason, what=shown.field)  # fmt: skip


def _both(pair: Pair) -> str:
    return " / ".join(once(pair))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


_GATHERERS: Iterable[Callable[[_Copy], None]] = (
    _add_identity,
    _add_cases,
    _add_contacts,
    _add_trace,
    _add_rights,
)
