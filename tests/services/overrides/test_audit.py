"""An audit by other eyes takes a visit under an override for lawful only where that one holds."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bench.audit import breaches
from fieldops.models import Organisation
from fieldops.services.rights import overriding
from fieldops.services.rulings import ContactForbidden
from tests.builders.doors import BOOK, Door
from tests.builders.overriding import an_officer, an_order
from tests.builders.visits import START

NOON = START + timedelta(hours=2, minutes=30)


def _at_noon(door: Door, organisation: Organisation) -> None:
    """The crew comes in the hours that the house spares, and one of compliance let it."""
    overriding.place(
        door.session, an_order(door.case, "CN-TIME-P"), book=BOOK,
        actor=an_officer(organisation), now=START,
    )  # fmt: skip
    for actor in (door.first, door.second):
        assert not isinstance(door.arrive(actor, now=NOON), ContactForbidden)
    door.record(now=NOON + timedelta(minutes=10))


def test_a_visit_under_an_override_that_holds_is_no_breach(
    door: Door, organisation: Organisation
) -> None:
    _at_noon(door, organisation)
    assert breaches(door.session) == {}


@pytest.mark.parametrize(
    "flaw",
    [
        "revoked_at = placed_at, revoked_by = placed_by",  # before the crew came
        "visit_id = NULL",  # for another contact
    ],
)
def test_one_that_does_not_hold_excuses_nothing(
    door: Door, organisation: Organisation, flaw: str
) -> None:
    _at_noon(door, organisation)
    door.session.execute(text(f"UPDATE rule_override SET {flaw}"))
    assert breaches(door.session) == {"a visit at noon": 1}


@pytest.mark.parametrize(
    ("column", "value"), [("office", "counsel"), ("rule", "CN-TIME-01"), ("channel", "call")]
)
def test_one_of_another_office_rule_or_channel_is_found(
    door: Door, organisation: Organisation, column: str, value: Any
) -> None:
    _at_noon(door, organisation)
    # What the database itself refuses to change, a forger would have written from the first.
    copied = {name: name for name in _COLUMNS} | {"id": ":id", column: ":value"}
    old = door.session.execute(text("SELECT id FROM rule_override")).scalar_one()
    door.session.execute(
        text(
            f"INSERT INTO rule_override ({', '.join(copied)}) "
            f"SELECT {', '.join(copied.values())} FROM rule_override WHERE id = :old"
        ),
        {"id": _other(old), "value": value, "old": old},
    )
    door.session.execute(
        text("UPDATE rule_override SET visit_id = NULL WHERE id = :old"), {"old": old}
    )
    assert "a visit at noon" in breaches(door.session)


def _other(row_id: Any) -> Any:
    """Another id in the form in which this database keeps them."""
    made = str(row_id)
    return made[:-1] + ("0" if made[-1] != "0" else "1")


_COLUMNS = (
    "id", "organisation_id", "case_id", "party_id", "rule", "office", "channel", "starts_at",
    "ends_at", "reason", "reference", "placed_by", "placed_at", "visit_id", "used_at",
)  # fmt: skip
