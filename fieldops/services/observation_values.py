"""Values that observations name, such as telephones and plates: sealed, and found by blind keys.

A key holds kind and organisation, so nobody finds what another organisation knows; and whoever
looks says for what purpose, which is kept with what he looked for by kind alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, insert, select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.identity import mask_id_number, mask_name, mask_phone
from fieldops.domain.identity.phones import read_phone
from fieldops.domain.identity.unreadable import Unreadable
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Observation, ObservationKey, sealing
from fieldops.services import access_log, scoped
from fieldops.services.cases import SEES_NUMBERS

KINDS = (
    "phone",
    "address",
    "plate",
    "id_number",
    "name",
    "company",
    "company_number",
    "account",
    "title_number",
    "asset",
    "lawyer",
)
"""The kinds of value. A plate, an account or a title number is compared without its spaces."""

_MASKS: Mapping[str, Callable[[str], str]] = {
    "phone": mask_phone,
    "id_number": mask_id_number,
    "account": mask_id_number,
    "name": mask_name,
    "lawyer": mask_name,
}
MAX_LENGTH = 500
_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who asks which observations name a value, for what purpose."""

    kind: str
    value: str
    purpose: str


def tidied(values: Mapping[str, str]) -> dict[str, str]:
    """The values without space around them; empty ones are left out."""
    return {kind: text.strip() for kind, text in values.items() if text.strip()}


def faults_of(values: Mapping[str, str]) -> list[FieldFault]:
    """Every value whose kind is unknown or that cannot be read."""
    found = []
    for kind, text in values.items():
        name = f"values.{kind}"
        if kind not in KINDS:
            found.append(FieldFault(name, "is no kind of value", f"use {', '.join(KINDS)}"))
        elif not 0 < len(text.strip()) <= MAX_LENGTH:
            found.append(FieldFault(name, "is empty or too long", "write up to 500 characters"))
        elif folded(kind, text) is None:
            found.append(FieldFault(name, "cannot be read", "write it in full"))
    return found


def shown(values: Mapping[str, str] | None, actor: Actor) -> dict[str, str]:
    """The values as this reader may see them: names, telephones and numbers whole or masked."""
    masks = _MASKS if actor.role not in SEES_NUMBERS else {}
    return {kind: masks.get(kind, str)(text) for kind, text in (values or {}).items()}


def keep(session: Session, rows: Iterable[Observation]) -> None:
    """Write a key for each value of observations; the name of the asset is one as well."""
    keys = [
        {
            "key": key,
            "observation_id": row.id,
            "organisation_id": row.organisation_id,
            "person_id": row.person_id,
            "kind": kind,
        }
        for row in rows
        for kind, key in sorted(
            {(kind, _key(row.organisation_id, kind, text)) for kind, text in _named(row)}
        )
    ]
    if keys:
        session.execute(insert(ObservationKey), keys)


def sharing(
    session: Session,
    asked: Sharing,
    *,
    after: UUID | None,
    limit: int,
    actor: Actor,
    now: datetime,
) -> tuple[Sequence[Observation], UUID | None]:
    """One page of the organisation's standing observations that name a value.

    The look is kept with its purpose, whether it finds something or not. Raises Forbidden, and
    InvalidInput where the value cannot be read.
    """
    if not actor.may(Permission.READ_TRACE):
        raise Forbidden(Permission.READ_TRACE.value)
    if faults := faults_of({asked.kind: asked.value}):
        raise InvalidInput(faults=faults)
    access_log.note(session, f"sharing:{asked.kind}", asked.purpose, actor=actor, now=now)
    return scoped.first(session, _query(asked, actor, after), limit)


def people_naming(
    session: Session, organisation_id: UUID, marks: Iterable[tuple[str, str]], *, most: int
) -> set[UUID]:
    """Of whom the organisation's observations name one of these values.

    What more than `most` people have is nobody's in particular and is left out.
    """
    found: set[UUID] = set()
    for digest in sorted({_key(organisation_id, *mark) for mark in marks}):
        query = select(ObservationKey.person_id).where(ObservationKey.key == digest).distinct()
        people = session.scalars(query.limit(most + 1)).all()
        found |= set(people) if len(people) <= most else set()
    return found


def _query(asked: Sharing, actor: Actor, after: UUID | None) -> Select[Observation]:
    found = ObservationKey.key == _key(actor.organisation_id, asked.kind, asked.value)
    same = and_(
        Observation.id == ObservationKey.observation_id,
        Observation.person_id == ObservationKey.person_id,
    )
    query = select(Observation).join(ObservationKey, same).where(found)
    query = query.where(
        Observation.organisation_id == actor.organisation_id, Observation.withdrawn_at.is_(None)
    )
    if after is not None:
        query = query.where(ObservationKey.observation_id > after)
    return query.order_by(ObservationKey.observation_id)


def _named(row: Observation) -> list[tuple[str, str]]:
    values = list((row.values or {}).items())
    if row.asset:
        values.append(("asset", row.asset))
        if row.kind.startswith("vehicle.") or row.data.get("asset_kind") == "vehicle":
            values.append(("plate", row.asset))
    return values


def _key(organisation_id: UUID, kind: str, text: str) -> bytes:
    read = folded(kind, text) or ""
    index = sealing.current().blind_index(f"observation-{kind}", str(organisation_id), read)
    return bytes.fromhex(index)[:_KEY_BYTES]


def folded(kind: str, text: str) -> str | None:
    """The form in which values of a kind are compared, or None where it cannot be read."""
    if kind == "phone":
        phone = read_phone(text)
        return None if isinstance(phone, Unreadable) else phone.e164
    return trace.folded(text) or None
