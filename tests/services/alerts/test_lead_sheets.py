"""The draft of a property lead says what the record knows of the price."""

import pytest
from sqlalchemy import select

from fieldops.domain.permissions import Actor
from fieldops.models import Flag
from fieldops.services import lead_sheets, tracing
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.visits import START

VALUED = {"amount": "100000.00", "source": "appraiser", "on": "2026-10-01"}


@pytest.mark.parametrize(
    ("price", "told"),
    [
        ({"price": "60000.00", "valuation": VALUED}, "60 %"),
        ({"price_ratio": 0.4}, "40 %"),
        ({"price": "60000.00"}, "价格未评估 / not valued"),
    ],
)
def test_a_price_is_set_against_its_valuation(
    door: Door, admin: Actor, price: dict[str, object], told: str
) -> None:
    data = {"asset_kind": "vehicle", "disposed_on": "2026-10-01", "counterparty": "related"}
    a_disposal(door, admin, data=data | price)
    tracing.believe_and_flag(door.session, door.visit.debtor_id, now=START)
    flag = door.session.scalars(select(Flag).where(Flag.code == "AT-RELATIVE")).one()
    sheet = lead_sheets.of_flag(door.session, flag.id, actor=admin, now=START)
    lines = {line.label[1]: line.value for _, part in sheet.parts for line in part}
    assert lines["Price against local value"] == told
