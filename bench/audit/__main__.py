"""`python -m bench.audit URL`: what the audit finds in a database; it only reads."""

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from bench.audit import findings, losses
from bench.audit.records import moment


def main(argv: Sequence[str]) -> int:
    """Tell how often each thing was found; 0 when nothing was but in hindsight."""
    with Session(create_engine(argv[0])) as session:
        found = [*findings(session), *losses(session, as_of=_last(session))]
        session.rollback()
    counts = Counter((one.hindsight, one.what) for one in found)
    for (hindsight, what), count in sorted(counts.items()):
        sys.stdout.write(f"{count:6}  {what}{' (known only later)' if hindsight else ''}\n")
    return int(any(not one.hindsight for one in found))


def _last(session: Session) -> datetime:
    """When the house last judged anything."""
    return moment(session.scalar(text("SELECT max(at) FROM ruling_record")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
