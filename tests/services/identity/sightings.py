"""A vehicle seen to be somebody's."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.permissions import Actor
from fieldops.models import Observation, Party, Person
from fieldops.services.observations import ObservationReport, record_observation
from tests.builders.cases import NOW


def a_vehicle(session: Session, person: Person, plate: str, actor: Actor) -> Observation:
    """A public register says that it is his."""
    party = session.scalars(select(Party).where(Party.person_id == person.id)).first()
    assert party is not None
    report = ObservationReport(
        case_id=party.case_id,
        person_id=person.id,
        kind="asset.owned",
        observed_at=NOW,
        source_class=SourceClass.REGISTRY,
        source_id="register",
        basis=Basis.PUBLIC_REGISTER,
        asset=plate,
    )
    return record_observation(session, report, actor=actor, now=NOW)
