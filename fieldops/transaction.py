"""The one file that commits: a use case is done wholly or not at all, then what happened is told.

Transactions nest: an inner one joins the outer one and commits nothing by itself, so that an
answer that is kept under an idempotency key is kept in the same transaction as its effect.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from sqlalchemy.orm import Session, scoped_session

log = structlog.get_logger(__name__)

Publisher = Callable[[], object]

_depth: ContextVar[int] = ContextVar("transaction_depth", default=0)


@contextmanager
def transaction(
    session: Session | scoped_session[Any],
    publish: Publisher | None = None,
    *,
    forgets: bool = True,
) -> Iterator[Session]:
    """Commit at the end, or undo everything on an error; afterwards publish the outbox.

    Publishing is best effort: what the queue does not take stays in the outbox and is published
    later, so a dead queue delays what follows and loses nothing. A transaction that only keeps
    books beside the caller's work says `forgets=False`: what the caller has read stays as it is.
    """
    inner = session() if isinstance(session, scoped_session) else session
    if _depth.get():
        yield inner
        return
    token = _depth.set(1)
    if forgets:
        # What an earlier transaction read may have changed since: nothing is decided on it.
        inner.expire_all()
    try:
        yield inner
        inner.commit()
    except BaseException:
        inner.rollback()
        raise
    finally:
        _depth.reset(token)
    if publish is not None:
        _publish(publish)


def _publish(publish: Publisher) -> None:
    try:
        publish()
    except Exception:
        log.warning("outbox.delayed", exc_info=True)
