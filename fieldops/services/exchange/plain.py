"""The same record in the schemata of FollowTheMoney itself, for whoever does not know ours.

Read off what is carried anyway, so that an import sets these entities aside and loses nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from evidence import trace
from fieldops.domain.followthemoney import Entity
from fieldops.models import Address, Party, Person, StatedFlag, StatedItem, StatedVisit

_THING_OF: Final = {
    "vehicle": ("Vehicle", "registrationNumber"),
    "real_estate": ("RealEstate", "titleNumber"),
    "account": ("BankAccount", "accountNumber"),
    "shares": ("Company", "name"),
    "employment": ("Company", "name"),
    "post": ("Company", "name"),
}
_LINK_OF: Final = {
    "employment": ("Employment", "employee", "employer"),
    "post": ("Directorship", "director", "organization"),
}
_OWNERSHIP: Final = ("Ownership", "owner", "asset")
_KIN: Final = ("spouse", "relative")


def person(row: Person) -> Entity:
    """A debtor or another party."""
    phones = [one for one in (row.phone, *(row.other_phones or "").split("/")) if one]
    told = {"name": (row.name,), "phone": phones, "country": ("cn",)}
    return _entity(f"person-{row.id}", "Person", told | _known("idNumber", row.id_number))


def address(row: Address) -> Entity:
    """Where somebody is said to be found."""
    return _entity(f"address-{row.id}", "Address", {"full": (row.text,)})


def family(row: Party, debtor_id: UUID) -> Iterator[Entity]:
    """The debtor's kin as a case names them."""
    if row.role in _KIN:
        told = {
            "person": (f"plain-person-{debtor_id}",),
            "relative": (f"plain-person-{row.person_id}",),
            "relationship": (row.role,),
        }
        yield _entity(f"family-{row.id}", "Family", told)


def visit(row: StatedVisit, person_id: UUID) -> Entity:
    """A visit to somebody's door, by whichever house."""
    told = {
        "name": ("visit",),
        "date": (_date(row.arrived_at),),
        "involved": (f"plain-person-{person_id}",),
        "addressEntity": (f"plain-address-{row.address_id}",),
        "publisher": (row.house_name,),
    }
    return _entity(f"visit-{row.id}", "Event", told | _known("summary", row.outcome))


def item(row: StatedItem) -> Entity:
    """A reference to an item of evidence: its SHA-256 and its place in the custody log."""
    told = {
        "fileName": (str(row.id),),
        "contentHash": (row.content_hash,),
        "mimeType": (row.media_type,),
        "fileSize": (str(row.size),),
        "date": (_date(row.received_at),),
        "publisher": (row.house_name,),
    }
    place = f"{row.custody_log} {row.custody_position}" if row.custody_log else None
    return _entity(f"item-{row.id}", "Document", told | _known("summary", place))


def flag(row: StatedFlag) -> Entity:
    """A pointer to a risk, which is no conclusion; what is shown and missing is told in words."""
    told = {
        "entity": (f"plain-person-{row.person_id}",),
        "reason": (f"{row.code} ({row.severity}); {row.basis}",),
        "status": (row.state,),
        "startDate": (_date(row.raised_at),),
        "publisher": (row.house_name,),
        "summary": (f"shown: {', '.join(row.shown)}; missing: {', '.join(row.missing)}",),
    }
    return _entity(f"flag-{row.id}", "Risk", told)


def holdings(
    person_id: UUID, found: trace.Ownership, values: Mapping[str, Mapping[str, str]]
) -> Iterator[Entity]:
    """Assets, firms and employments of a person, who held them and to whom they went."""
    things: dict[str, Entity] = {}
    for number, one in enumerate(found.holdings):
        schema, key = _THING_OF.get(one.kind, ("Asset", "name"))
        name = f"asset-{person_id}-{trace.folded(one.asset)}"
        things.setdefault(name, _entity(name, schema, {"name": (one.asset,), key: (one.asset,)}))
        holder = f"plain-person-{person_id}"
        if one.holder != trace.DEBTOR:
            other = _counterparty(one.holder, values.get(one.holder, {}))
            holder = other.id
            yield other
        link, who, what = _LINK_OF.get(one.kind, _OWNERSHIP)
        told: dict[str, Any] = {who: (holder,), what: (f"plain-{name}",)}
        told |= _known("startDate", one.since) | _known("endDate", one.until)
        yield _entity(f"holding-{person_id}-{number}", link, told | _known("role", one.relation))
    yield from things.values()


def _counterparty(named_by: str, values: Mapping[str, str]) -> Entity:
    told = (
        _known("name", values.get("name") or values.get("company"))
        | _known("phone", values.get("phone"))
        | _known("idNumber", values.get("id_number"))
        | _known("registrationNumber", values.get("company_number"))
    )
    return _entity(f"counterparty-{named_by}", "LegalEntity", told)


def _date(at: datetime) -> str:
    """A time as FollowTheMoney writes dates: in UTC, and without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()


def _known(prop: str, value: object) -> dict[str, Any]:
    return {prop: (str(value),)} if value else {}


def _entity(name: str, schema: str, told: Mapping[str, Any]) -> Entity:
    return Entity(
        f"plain-{name}", schema, {prop: values for prop, values in told.items() if values}
    )
