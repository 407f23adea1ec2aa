"""What the application can still read of all that is in the database."""

import json
from typing import Any

from sqlalchemy.orm import Session

from fieldops.models import Base, key_lookup


def everything_readable(session: Session) -> str:
    """All values of all tables, opened where they open, one on a line."""
    key_lookup.forget()
    session.expire_all()
    found = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(table.select()):
            found += [_as_text(value) for value in row]
    return "\n".join(found)


def _as_text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "ignore")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
