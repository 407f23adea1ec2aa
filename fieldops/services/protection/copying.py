"""Giving out the copy of a person's data: to him, or to counsel or compliance with a reason."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.data_rights import DataRights, RequestKind, RevealReason
from fieldops.domain.errors import Conflict
from fieldops.domain.permissions import Actor
from fieldops.services import organisations
from fieldops.services.protection import exporting, requests, revealing, scope


def answer(
    session: Session,
    request_id: UUID,
    *,
    rights: DataRights,
    actor: Actor,
    now: datetime,
    at: datetime,
) -> dict[str, Any]:
    """The copy for a request for access whose identity was checked; the first one answers it.

    Raises Conflict for another kind of request, and before the identity was checked.
    """
    row = requests.get(session, request_id, actor=actor)
    if row.kind != RequestKind.ACCESS.value:
        raise Conflict(f"The request asks for {row.kind}.")
    if row.state not in (requests.CHECKED, requests.ANSWERED):
        raise Conflict("Check first that the person is who he says.")
    found = scope.of_person(session, row.person_id, actor)
    copy = exporting.copy_of(session, found, rights.clock([row.jurisdiction]), actor=actor, at=at)
    if row.state == requests.CHECKED:
        told = {"done": ["copy"], "refused": copy["withheld"]}
        requests.close(row, requests.ANSWERED, told, actor=actor, now=now)
    revealing.note(
        session, row.person_id, revealing.RECORD, RevealReason.DATA_REQUEST,
        f"request:{row.id}", actor=actor, now=now,
    )  # fmt: skip
    return copy


def open_restricted(
    session: Session, person_id: UUID, reason: RevealReason, words: str, *, rights: DataRights,
    actor: Actor, now: datetime, at: datetime,
) -> dict[str, Any]:  # fmt: skip
    """The record of somebody who rests, for counsel or compliance, who say why."""
    found = scope.of_person(session, person_id, actor)
    revealing.note(session, person_id, revealing.RECORD, reason, words, actor=actor, now=now)
    clock = rights.clock(organisations.of(session, actor).jurisdictions)
    return exporting.copy_of(session, found, clock, actor=actor, at=at)
