"""The draft of a property lead says what the record knows of the price."""

import pytest
from sqlalchemy import select

from fieldops.domain.lead_sheet import Sheet
from fieldops.domain.permissions import Actor
from fieldops.models import Flag
from fieldops.services import lead_sheets, tracing
from tests.builders import alerts as built
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
    assert _lines(_sheet(door, admin))["Price against local value"] == told


def test_what_a_sheet_says_of_codes_and_law_is_in_both_languages(door: Door, admin: Actor) -> None:
    a_disposal(door, admin)
    sheet = _sheet(door, admin)
    lines = _lines(sheet)
    assert lines["Kind"] == "车辆 / vehicle"
    assert "关联方 / Related party" in lines["Shown"].splitlines()
    assert lines["Law"].splitlines()[1].startswith("Interpretation of the Civil Code")
    assert [one.basis for one in sheet.grounds] == [("公开登记", "public register")]
    assert sheet.clocks[0][2] == ("民法典 541", "PRC Civil Code art. 541")


def test_a_sheet_of_what_was_not_disposed_of_leaves_the_price_to_counsel(
    door: Door, admin: Actor
) -> None:
    flag = built.a_listing(door, admin)
    sheet = lead_sheets.of_flag(door.session, flag.id, actor=admin, now=START)
    assert _lines(sheet)["Price against local value"] == lead_sheets.TO_FILL


def _sheet(door: Door, admin: Actor) -> Sheet:
    tracing.believe_and_flag(door.session, door.visit.debtor_id, now=START)
    flag = door.session.scalars(select(Flag).where(Flag.code == "AT-RELATIVE")).one()
    return lead_sheets.of_flag(door.session, flag.id, actor=admin, now=START)


def _lines(sheet: Sheet) -> dict[str, str]:
    return {line.label[1]: line.value for _, part in sheet.parts for line in part}
