"""What every command shares: an expected error as one line, and which organisation is meant."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldopsError, InvalidInput
from fieldops.models import Organisation


class Refused(click.ClickException):
    """One clear line on standard error, and exit status 2."""

    exit_code = 2


@contextmanager
def told() -> Iterator[None]:
    """An expected error becomes one line that says what is wrong and how to mend it."""
    try:
        yield
    except FieldopsError as error:
        faults = error.faults if isinstance(error, InvalidInput) else ()
        listed = "; ".join(f"{f.field}: {f.message} {f.cure}".strip() for f in faults)
        raise Refused(" ".join(filter(None, (error.detail, listed))) or str(error)) from error


def organisation_named(session: Session, name: str | None) -> UUID:
    """The id of the organisation of this name, or of the only one; raises Refused."""
    query = select(Organisation.id, Organisation.name).order_by(Organisation.name)
    known = {row_name: row_id for row_id, row_name in session.execute(query)}
    if name is None and len(known) == 1:
        return next(iter(known.values()))
    if name in known:
        return known[name]
    listed = ", ".join(known) or "none; found one with `fieldops accounts create`"
    raise Refused(f"say which organisation with --organisation; there are: {listed}")
