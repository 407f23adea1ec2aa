"""Builders of what is reported to the trace record."""

from datetime import datetime, timedelta
from typing import Any

from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.permissions import Actor
from fieldops.models import Observation
from fieldops.services import observations
from fieldops.services.observation_checks import ObservationReport
from tests.builders.doors import Door
from tests.builders.visits import START

CAR = "川A12345"


def a_sale(door: Door, **changed: Any) -> ObservationReport:
    """The register says that the car went to a relative for little."""
    values: dict[str, Any] = {
        "case_id": door.case.id,
        "kind": "asset.disposed",
        "observed_at": START - timedelta(days=1),
        "source_class": SourceClass.REGISTRY,
        "source_id": "register",
        "basis": Basis.PUBLIC_REGISTER,
        "asset": CAR,
        "data": {
            "asset_kind": "vehicle",
            "disposed_on": "2026-10-01",
            "counterparty": "related",
            "price_ratio": 0.4,
        },
        **changed,
    }
    return ObservationReport(**values)


def a_disposal(door: Door, actor: Actor, *, now: datetime = START, **changed: Any) -> Observation:
    """Record that sale, or what is changed of it."""
    report = a_sale(door, **changed)
    return observations.record_observation(door.session, report, actor=actor, now=now)
