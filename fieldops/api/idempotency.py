"""A POST that carries an Idempotency-Key is done once; repeating it repeats the answer.

The answer is kept in the transaction of its effect: both are there, or neither is.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, make_response, request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import Conflict, FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models import IdempotencyRecord
from fieldops.transaction import transaction
from fieldops.wiring import wiring

HEADER = "Idempotency-Key"
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")


class KeyReused(InvalidInput):
    """The key came before, with another request."""

    slug = "idempotency-key-reused"
    title_en = "This Idempotency-Key belongs to another request"
    title_zh = "该 Idempotency-Key 已用于其他请求"


def once(actor: Actor, view: Callable[[], Any]) -> Any:
    """Run the view, or give the answer that it gave under this key before."""
    key = request.headers.get(HEADER)
    if key is None:
        return view()
    if not 1 <= len(key) <= 200:
        raise InvalidInput(faults=[FieldFault(HEADER, "has no or more than 200 characters")])
    # Before a form is parsed: parsing uses the body up, and the hash must be of all of it.
    request.get_data(cache=True)
    try:
        with transaction(db.session, wiring().publish):
            if kept := _kept(actor, key):
                return kept
            answer = make_response(view())
            if answer.status_code < 500:
                db.session.add(_record(actor, key, answer))
                db.session.flush()
            return answer
    except IntegrityError as clash:
        # Two requests with one key ran at once and the other won; nothing of ours was kept.
        with transaction(db.session):
            if kept := _kept(actor, key):
                return kept
        raise Conflict("The same change is being made by another request.") from clash


def _kept(actor: Actor, key: str) -> Response | None:
    query = select(IdempotencyRecord).where(
        IdempotencyRecord.account_id == actor.account_id, IdempotencyRecord.key == key
    )
    row = db.session.scalars(query).one_or_none()
    if row is None:
        return None
    if row.request_hash != _request_hash():
        raise KeyReused
    answer = Response(row.body, status=row.status)
    answer.headers.update(row.headers)
    answer.headers["Idempotent-Replay"] = "true"
    return answer


def _record(actor: Actor, key: str, answer: Response) -> IdempotencyRecord:
    return IdempotencyRecord(
        account_id=actor.account_id,
        key=key,
        request_hash=_request_hash(),
        status=answer.status_code,
        headers={name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers},
        body=answer.get_data(),
        created_at=clock.wall_time(),
    )


def _request_hash() -> str:
    digest = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    digest.update(request.get_data(cache=True))
    return digest.hexdigest()
