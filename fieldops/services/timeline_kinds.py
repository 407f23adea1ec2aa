"""The kinds of event of a case: their tables, who may see them, and what they are filtered by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select

from evidence.custody.entry import READ, RECEIVED
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook.vocabulary import Channel
from fieldops.models import (
    Contact,
    CustodyEntry,
    Flag,
    FlagReview,
    Hold,
    Item,
    LegalEvent,
    Observation,
    Pack,
    Party,
    Payment,
    Promise,
    RulingRecord,
    StatedFlag,
    StatedItem,
    StatedReview,
    StatedVisit,
    Visit,
)

# What is asked of a row: the case and the id of a person or address, as a condition.
Condition = Callable[[UUID, UUID], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class About:
    """How rows of a kind say whom and which address they are about; None where they do not."""

    person: Condition | None = None
    address: Condition | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: its table, the column of its time, who may see it, and which rows count.

    `coded` are columns of vocabularies, which a reader knows by other words, `text` columns hold
    what somebody wrote, and `sealed` is one that only this process can read. A kind that says
    nothing of persons or addresses is left out where one is asked for.
    """

    model: Any
    at: Any
    permission: Permission
    facts: tuple[str, ...]
    only: Any = None
    coded: tuple[Any, ...] = ()
    text: tuple[Any, ...] = ()
    sealed: Any = None
    about: About = About()


def _visits_to(case_id: UUID, person_id: UUID) -> ScalarSelect[UUID]:
    parties = select(Party.id).where(Party.case_id == case_id, Party.person_id == person_id)
    found = select(Visit.id).where(Visit.case_id == case_id, Visit.party_id.in_(parties))
    return found.scalar_subquery()


def _visits_at(case_id: UUID, address_id: UUID) -> ScalarSelect[UUID]:
    found = select(Visit.id).where(Visit.case_id == case_id, Visit.address_id == address_id)
    return found.scalar_subquery()


def _of_visits(column: Any) -> About:
    """The filters of what hangs on a visit by this column."""
    return About(
        lambda case_id, one: column.in_(_visits_to(case_id, one)),
        lambda case_id, one: column.in_(_visits_at(case_id, one)),
    )


def _of_items(column: Any) -> About:
    """The filters of what hangs on an item by this column."""

    def through(visits: Callable[[UUID, UUID], ScalarSelect[UUID]]) -> Condition:
        return lambda case_id, one: column.in_(
            select(Item.id).where(Item.case_id == case_id, Item.visit_id.in_(visits(case_id, one)))
        )

    return About(through(_visits_to), through(_visits_at))


def _custody(only: Any) -> Kind:
    return Kind(
        CustodyEntry,
        CustodyEntry.at,
        Permission.READ_EVIDENCE,
        ("action", "position", "item_id", "leaf_hash"),
        only,
        coded=(CustodyEntry.action,),
        about=_of_items(CustodyEntry.item_id),
    )


def _person(model: Any, address: Condition | None = None) -> About:
    return About(lambda _, one: model.person_id == one, address)


def _of_flags(case_id: UUID, one: UUID) -> ColumnElement[bool]:
    return Flag.subject == str(one)


def _stated_to(case_id: UUID, person_id: UUID) -> ScalarSelect[UUID]:
    parties = select(Party.id).where(Party.case_id == case_id, Party.person_id == person_id)
    found = select(StatedVisit.id).where(StatedVisit.party_id.in_(parties))
    return found.scalar_subquery()


def _stated_at(case_id: UUID, address_id: UUID) -> ScalarSelect[UUID]:
    found = select(StatedVisit.id).where(StatedVisit.address_id == address_id)
    return found.scalar_subquery()


def _of_stated(column: Any) -> About:
    """The filters of what hangs on another house's visit by this column."""
    return About(
        lambda case_id, one: column.in_(_stated_to(case_id, one)),
        lambda case_id, one: column.in_(_stated_at(case_id, one)),
    )


_VISIT: Final = Kind(
    Visit,
    func.coalesce(Visit.arrived_at, Visit.planned_start),
    Permission.READ_CASES,
    ("state", "outcome", "address_id"),
    coded=(Visit.state, Visit.outcome),
    about=_of_visits(Visit.id),
)
_OBSERVATION: Final = Kind(
    Observation,
    Observation.observed_at,
    Permission.READ_TRACE,
    ("kind", "polarity", "asset", "address_id", "source_class", "recorded_at", "withdrawn_at"),
    coded=(Observation.kind, Observation.source_class),
    text=(Observation.asset,),
    about=_person(Observation, lambda _, one: Observation.address_id == one),
)
KINDS: Final[Mapping[str, Kind]] = {
    "visit": _VISIT,
    # A visit's own contact is the visit, and so it is with what another house states.
    "contact": Kind(
        Contact,
        Contact.at,
        Permission.READ_CASES,
        ("channel", "purpose", "result", "person_id", "house_name"),
        Contact.visit_id.is_(None)
        & (Contact.house_id.is_(None) | (Contact.channel != Channel.VISIT.value)),
        coded=(Contact.channel, Contact.result),
        about=_person(Contact),
    ),
    "observation": _OBSERVATION,
    "item": Kind(
        Item,
        Item.received_at,
        Permission.READ_EVIDENCE,
        ("kind", "filename", "size", "sha256"),
        coded=(Item.kind,),
        text=(Item.filename, Item.sha256),
        about=_of_visits(Item.visit_id),
    ),
    "promise": Kind(
        Promise,
        Promise.made_at,
        Permission.READ_CASES,
        ("amount", "currency", "due_on", "standing", "arrangement_id", "visit_id"),
        # Instalments were promised in one word: the first of them stands for all.
        or_(Promise.number.is_(None), Promise.number == 1),
        about=_of_visits(Promise.visit_id),
    ),
    "payment": Kind(
        Payment,
        Payment.paid_at,
        Permission.READ_CASES,
        ("amount", "currency", "method", "receipt_number", "visit_id"),
        coded=(Payment.method,),
        text=(Payment.receipt_number,),
        about=_of_visits(Payment.visit_id),
    ),
    "flag": Kind(
        Flag,
        Flag.raised_at,
        Permission.READ_TRACE,
        ("code", "subject", "severity", "state"),
        coded=(Flag.code, Flag.state),
        text=(Flag.subject,),
        about=_person(Flag, _of_flags),
    ),
    "review": Kind(
        FlagReview,
        FlagReview.at,
        Permission.READ_TRACE,
        ("verdict", "flag_id"),
        coded=(FlagReview.verdict, Flag.code),
        sealed=FlagReview.reason,
        about=_person(Flag, _of_flags),
    ),
    "legal_event": Kind(
        LegalEvent,
        LegalEvent.at,
        Permission.READ_TRACE,
        ("kind", "subject", "withdrawn_at"),
        coded=(LegalEvent.kind,),
        text=(LegalEvent.subject,),
        sealed=LegalEvent.note,
    ),
    "hold": Kind(
        Hold,
        Hold.placed_at,
        Permission.READ_CASES,
        ("kind", "scope", "lifted_at"),
        coded=(Hold.kind, Hold.scope),
        sealed=Hold.reason,
        about=_person(Hold),
    ),
    # What the rulebook let through is the visit or the contact itself.
    "ruling": Kind(
        RulingRecord,
        RulingRecord.at,
        Permission.READ_VISITS,
        ("gate", "violations"),
        RulingRecord.allowed.is_(False),
        coded=(RulingRecord.gate,),
    ),
    "pack": Kind(
        Pack,
        Pack.created_at,
        Permission.READ_TRACE,
        ("purpose", "state", "profile"),
        coded=(Pack.state,),
        text=(Pack.purpose,),
    ),
    # What another house states is its word, and no visit, item or flag of ours.
    "stated_visit": Kind(
        StatedVisit,
        StatedVisit.arrived_at,
        Permission.READ_CASES,
        (
            "house_name",
            "outcome",
            "address_id",
            "observer_role",
            "observer",
            "accuracy_metres",
            "distance_metres",
            "doubts",
        ),
        coded=(StatedVisit.outcome,),
        text=(StatedVisit.house_name,),
        about=_of_stated(StatedVisit.id),
    ),
    "stated_item": Kind(
        StatedItem,
        StatedItem.received_at,
        Permission.READ_EVIDENCE,
        ("house_name", "kind", "size", "content_hash", "custody_log", "custody_position"),
        coded=(StatedItem.kind,),
        text=(StatedItem.house_name, StatedItem.content_hash),
        about=_of_stated(StatedItem.visit_id),
    ),
    "stated_flag": Kind(
        StatedFlag,
        StatedFlag.raised_at,
        Permission.READ_TRACE,
        (
            "house_name",
            "code",
            "subject",
            "severity",
            "state",
            "shown",
            "missing",
            "earliest_deadline",
        ),
        coded=(StatedFlag.code, StatedFlag.state),
        text=(StatedFlag.house_name, StatedFlag.subject),
        about=_person(StatedFlag, lambda _, one: StatedFlag.subject == str(one)),
    ),
    "stated_review": Kind(
        StatedReview,
        StatedReview.at,
        Permission.READ_TRACE,
        ("house_name", "verdict", "flag_id", "reviewer_role"),
        coded=(StatedReview.verdict,),
        sealed=StatedReview.reason,
        about=_person(StatedReview),
    ),
    # That an item came in is the item itself, and who looked is asked for by itself.
    "custody": _custody(CustodyEntry.action.not_in((RECEIVED, READ))),
    "look": _custody(CustodyEntry.action == READ),
}
