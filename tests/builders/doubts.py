"""An agent whose visits and files do not fit, beside two whose do."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Role
from fieldops.models import Account, Agent, Blob, Item, Organisation, Visit
from fieldops.services import kept_fit
from tests.builders.cases import a_case, an_agent
from tests.builders.visits import START, a_past_visit


def an_inventing_agent(session: Session, organisation: Organisation, doors: int = 12) -> Agent:
    """B1 finds nobody home at doors where A1 and A2 met the debtor each time."""
    others = [an_agent(session, organisation, code=code) for code in ("A1", "A2")]
    liar = an_agent(session, organisation, code="B1")
    for number in range(doors):
        case = a_case(session, organisation, number=f"N-{number}")
        for days, other in enumerate(others):
            at = START - timedelta(days=12 + days, minutes=number)
            a_past_visit(session, case, other, at=at, outcome="met_family")
        at = START - timedelta(days=5, minutes=number)
        a_past_visit(session, case, liar, at=at, outcome="no_answer")
    return liar


def keep_the_count(session: Session, organisation_id: UUID, now: datetime = START) -> None:
    """Have what does not fit counted and kept, as a worker does by the hour."""
    kept_fit.keep(session, organisation_id, kept_fit.count(session, organisation_id, now=now))


def an_item_that_does_not_fit(session: Session, visit: Visit, *, at: datetime) -> Item:
    """A photo of the visit's agent that was taken elsewhere, and seen before."""
    house = visit.organisation_id
    account = Account(
        organisation_id=house, username=f"agent.{visit.id.hex}", role=Role.AGENT.value, name="赵六",
        password_hash="", agent_id=visit.agent_id, language="zh", created_at=START,
    )  # fmt: skip
    blob = Blob(organisation_id=house, sha256="ab" * 32, size=7, wrapped_key=b"k", stored_at=at)
    session.add_all([account, blob])
    session.flush()
    failed = [{"check": one, "holds": False} for one in ("fix-to-address", "not-seen-elsewhere")]
    item = Item(
        organisation_id=house, case_id=visit.case_id, visit_id=visit.id, blob_id=blob.id,
        account_id=account.id, sha256=blob.sha256, size=7, kind="photo", media_type="image/jpeg",
        filename="door.jpg", capture="camera", received_at=at, properties={}, findings=failed,
        record={}, receipt="",
    )  # fmt: skip
    session.add(item)
    session.flush()
    return item
