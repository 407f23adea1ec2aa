"""Keeping the blocking keys of persons as blind indexes: written with them, mended by the job."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from fieldops.domain.linkage import Key, Kind, Record, keys_of
from fieldops.models import IdentityKey, sealing
from fieldops.services.parts import in_parts


def add_keys(
    session: Session, organisation_id: UUID, records: Mapping[UUID, Record], *, now: datetime
) -> None:
    """Write the keys that these persons do not have yet; none is taken away."""
    wanted = _wanted(organisation_id, records)
    _insert(session, organisation_id, wanted, _kept(session, records), now=now)


def keep_keys(
    session: Session, organisation_id: UUID, records: Mapping[UUID, Record], *, now: datetime
) -> None:
    """Make the stored keys of these persons those that their records give."""
    wanted, kept = _wanted(organisation_id, records), _kept(session, records)
    for person_id, digests in kept.items():
        if stale := digests - wanted[person_id].keys():
            session.execute(
                delete(IdentityKey).where(
                    IdentityKey.person_id == person_id, IdentityKey.digest.in_(stale)
                )
            )
    _insert(session, organisation_id, wanted, kept, now=now)


def digest_of(organisation_id: UUID, key: Key) -> str:
    """The blind index under which a key is stored."""
    kind = f"identity/{key.kind.value}"
    return sealing.current().blind_index(kind, str(organisation_id), key.text)


def _wanted(
    organisation_id: UUID, records: Mapping[UUID, Record]
) -> defaultdict[UUID, dict[str, Kind]]:
    found: defaultdict[UUID, dict[str, Kind]] = defaultdict(dict)
    for person_id, record in records.items():
        for key in keys_of(record):
            found[person_id][digest_of(organisation_id, key)] = key.kind
    return found


def _kept(session: Session, people: Collection[UUID]) -> defaultdict[UUID, set[str]]:
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for part in in_parts(people):
        query = select(IdentityKey.person_id, IdentityKey.digest).where(
            IdentityKey.person_id.in_(part)
        )
        for person_id, digest in session.execute(query):
            found[person_id].add(digest)
    return found


def _insert(
    session: Session,
    organisation_id: UUID,
    wanted: Mapping[UUID, Mapping[str, Kind]],
    kept: defaultdict[UUID, set[str]],
    *,
    now: datetime,
) -> None:
    rows: Iterable[dict[str, object]] = [
        {
            "digest": digest,
            "person_id": person_id,
            "organisation_id": organisation_id,
            "kind": kind.value,
            "since": now,
        }
        for person_id, keys in wanted.items()
        for digest, kind in keys.items()
        if digest not in kept[person_id]
    ]
    if rows:
        session.execute(insert(IdentityKey), list(rows))
