"""Officers of a house, and what they order when they override a rule."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rulebook.vocabulary import Channel
from fieldops.models import Case, Organisation
from fieldops.services.rights.overriding import OverrideOrder
from tests.builders.cases import NOW

OFFICER = UUID("01a20b51-0000-7000-8000-00000000000f")


def an_officer(organisation: Organisation, role: Role = Role.COMPLIANCE) -> Actor:
    """Somebody of that office."""
    return Actor(organisation.id, role, account_id=OFFICER)


def an_order(case: Case, rule: str = "GL-VULN-01", **more: Any) -> OverrideOrder:
    """To let one visit to the case's debtor through within two days."""
    values: dict[str, Any] = {
        "party_id": case.parties[0].id,
        "rule": rule,
        "channel": Channel.VISIT,
        "starts_at": NOW - timedelta(hours=1),
        "ends_at": NOW + timedelta(days=2),
        "reason": "the debtor himself asked for this visit",
        "reference": "his letter of 20 November",
    }
    return OverrideOrder(**{**values, **more})
