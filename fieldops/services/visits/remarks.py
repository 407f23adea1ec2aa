"""Remarks on a visit: what a reader should know of it, which refused nothing and lost no work.

A remark is `{"code", "at", ...}`. Codes: `far-from-address` (metres), `mock-position`,
`old-position` (seconds), `vague-position` (metres), `no-address-position`, `clock-differs`
(seconds), `not-compliant` (rules), `crew-apart` (metres, minutes), `crew-parted`
(agent_id, metres or visit_id), `cancelled-for-safety`,
`cancelled-by-hold` (hold), `cancelled-by-request` (rules), `cancelled-by-revocation` (rules),
`held-meanwhile` (kinds), `handed-in-later` (seconds), `second-account` (entry_id, kind),
`paid-too-much` (owed).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from fieldops.models import Visit


def remark(visit: Visit, code: str, *, now: datetime, **details: Any) -> None:
    """Add a remark; the same one with the same details is there once."""
    told = with_remark(visit, code, now=now, **details)
    if len(told) != len(visit.remarks):
        visit.remarks = told


def with_remark(visit: Visit, code: str, *, now: datetime, **details: Any) -> list[Any]:
    """The visit's remarks and this one, which is there once."""
    found = {"code": code, **details}
    known = [{key: value for key, value in one.items() if key != "at"} for one in visit.remarks]
    # A new list, because the column does not see a change inside the old one.
    return (
        [*visit.remarks] if found in known else [*visit.remarks, {**found, "at": now.isoformat()}]
    )


def quietly(session: Session, visit: Visit, **values: Any) -> None:
    """Change columns of a visit and leave its version, so that what phones wrote still fits."""
    session.flush()
    statement = update(Visit).where(Visit.id == visit.id).values(values)
    session.execute(statement.execution_options(synchronize_session=False))
    session.refresh(visit, [*values])


def has_remark(visit: Visit, *codes: str) -> bool:
    """Whether one of these codes stands among the visit's remarks."""
    return any(one["code"] in codes for one in visit.remarks)
