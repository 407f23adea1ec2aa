"""Asset flags: each code by its ground, what contradicts an element, and what escalates."""

from datetime import date
from pathlib import Path

import pytest

from evidence.trace import Flag, asset_flags, from_mapping
from evidence.trace.errors import TraceError
from evidence.trace.flags import SEVERITIES, catalogue
from evidence.trace.observation import Observation
from evidence.trace.pricing import price_ratio
from evidence.trace.vocabulary import known_asset_kinds, names_asset, proofs
from tests.evidence.trace.building import MODEL, disposal, of_asset, seen

VALUED = {"amount": "100000.00", "source": "appraiser", "on": "2024-01-31"}
DEFAULT = {"default": date(2024, 1, 20)}


def flags(*observations: Observation, **case: date) -> dict[str, Flag]:
    """Flags by code from everything recorded."""
    return {flag.code: flag for flag in asset_flags(observations, None, MODEL, case)}


def purchase(**data: object) -> Observation:
    """Something bought on 31 January."""
    return of_asset("asset.purchased", 30, data={"on": "2024-01-31", **data})


def split(share: float, on: str = "2024-01-31") -> Observation:
    """A divorce that leaves the debtor this share."""
    return of_asset("asset.divorce_split", 30, data={"on": on, "debtor_share": share})


def test_a_waived_claim_is_a_gift() -> None:
    found = flags(of_asset("debtor.waived_claim", 30, asset="loan to B"))["AT-GIFT"]
    assert found.shown == ("disposal", "no_price")
    assert found.missing == ("after_debt_arose", "effect_on_claim")


@pytest.mark.parametrize(("price", "is_raised"), [("131000.00", True), ("130000.00", False)])
def test_above_a_hundred_and_thirty_hundredths_is_overpaid(price: str, is_raised: bool) -> None:
    assert ("AT-OVERPAY" in flags(purchase(price=price, valuation=VALUED))) is is_raised


def test_a_purchase_that_nobody_valued_is_not_guessed_at() -> None:
    assert set(flags(purchase(price="900000.00"))) == {"AT-NOVALUE"}


def test_a_price_is_set_against_the_valuation_beside_it() -> None:
    sold = disposal(price_ratio=None, price="60000.00", valuation=VALUED)
    assert "AT-UNDERVALUE" in flags(sold)
    assert price_ratio({"price": "60000.00", "valuation": VALUED}) == pytest.approx(0.6)
    assert price_ratio({"price": "60000.00"}) is None
    assert price_ratio({"price": "0"}) == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"price": 100}, "data.price"),  # money is text
        ({"price": "NaN"}, "data.price"),
        ({"price": "-1"}, "data.price"),
        ({"price": "1e99"}, "data.price"),
        ({"price": "1", "valuation": "much"}, "data.valuation"),
        ({"price": "1", "valuation": {"amount": "0"}}, "data.valuation.amount"),
        ({"price": "1", "valuation": {"amount": "5"}}, "data.valuation.source"),
        ({"price": "1", "valuation": {**VALUED, "on": "soon"}}, "data.valuation.on"),
        ({"price": "999999999", "valuation": {**VALUED, "amount": "0.01"}}, "data.price"),
        ({"relation": "friend"}, "data.relation"),
        ({"relation": ["spouse"]}, "data.relation"),
        ({"counterparty": {}}, "data.counterparty"),
    ],
)
def test_an_impossible_price_or_relation_is_refused(data: dict[str, object], field: str) -> None:
    raw = {
        "id": "o",
        "person": "p",
        "asset": "car",
        "kind": "asset.disposed",
        "observed_at": "2024-02-01T00:00Z",
        "recorded_at": "2024-02-01T00:00Z",
        "source": {"class": "registry", "id": "r"},
        "data": {"disposed_on": "2024-01-31", **data},
    }
    with pytest.raises(TraceError, match=f"^{field}"):
        from_mapping(raw)


def test_a_guarantee_counts_after_the_default_alone() -> None:
    given = of_asset("debtor.gave_guarantee", 30, asset="loan of C")
    assert "after_default" in flags(given)["AT-GUARANTEE"].missing
    assert "after_default" in flags(given, **DEFAULT)["AT-GUARANTEE"].shown
    assert "AT-GUARANTEE" not in flags(given, default=date(2024, 3, 1))


def test_the_default_may_be_observed() -> None:
    given = of_asset("debtor.gave_guarantee", 30, asset="loan of C")
    late = seen("debt.defaulted", 60, address=None, source="creditor:c")
    assert "AT-GUARANTEE" not in flags(given, late)


@pytest.mark.parametrize(("share", "is_raised"), [(0.1, True), (0.4, False), (0.9, False)])
def test_a_lopsided_divorce_split_is_flagged(share: float, is_raised: bool) -> None:
    assert ("AT-DIVORCE" in flags(split(share), **DEFAULT)) is is_raised


def test_a_transfer_to_the_spouse_is_a_flag_of_its_own_beside_the_relative() -> None:
    found = flags(disposal(relation="spouse"))
    assert {"AT-SPOUSE", "AT-RELATIVE", "AT-UNDERVALUE-REL"} <= set(found)
    assert "AT-UNDERVALUE" not in found


def test_a_shared_telephone_makes_the_counterparty_related() -> None:
    shared = of_asset("counterparty.shares_phone", 40)
    found = flags(disposal(price_ratio=0.9), shared)
    assert shared.id in found["AT-RELATIVE"].grounds
    assert "AT-UNDERVALUE-REL" in found


def test_an_independent_counterparty_contradicts_and_the_flag_stays() -> None:
    other = of_asset("counterparty.is_independent", 40)
    found = flags(disposal(counterparty="related"), other)["AT-RELATIVE"]
    assert found.contradicted == ("related_party",)
    assert "related_party" in found.shown
    assert found.against == (other.id,)


def test_what_the_counterparty_did_not_know_is_contradicted_and_not_missing() -> None:
    found = flags(disposal(), of_asset("counterparty.did_not_know", 40))["AT-UNDERVALUE"]
    assert found.contradicted == ("counterparty_knew",)
    assert "counterparty_knew" not in found.missing


@pytest.mark.parametrize(("days", "is_contradicted"), [(2, False), (9, True)])
def test_a_vehicle_seen_again_contradicts_only_afterwards(days: int, is_contradicted: bool) -> None:
    found = flags(of_asset("vehicle.absent", 5), of_asset("vehicle.seen", days))["AT-VEHICLE"]
    assert bool(found.contradicted) is is_contradicted


def seizure(days: float) -> Observation:
    """The car is sealed on that day."""
    return of_asset("asset.seized", days, source="public_notice:court")


@pytest.mark.parametrize(("days", "is_raised"), [(20, True), (40, False)])
def test_dealing_with_a_sealed_asset_is_critical(days: int, is_raised: bool) -> None:
    found = flags(disposal(30, price_ratio=1.0), seizure(days))
    assert ("AT-SEIZED" in found) is is_raised
    assert not is_raised or found["AT-SEIZED"].severity == "critical"


def test_after_the_seizure_is_lifted_dealing_is_free() -> None:
    lifted = of_asset("asset.seizure_lifted", 25)
    assert "AT-SEIZED" not in flags(disposal(30), seizure(20), lifted)


def test_two_seizures_each_followed_by_dealings_are_one_flag_with_the_grounds_of_both() -> None:
    first, second = seizure(10), seizure(30)
    lifted = of_asset("asset.seizure_lifted", 25)
    leases = of_asset("asset.long_lease", 20), of_asset("asset.right_of_residence", 40)
    raised = [
        flag
        for flag in asset_flags([first, lifted, second, *leases], None, MODEL)
        if flag.code == "AT-SEIZED"
    ]
    assert len(raised) == 1
    assert set(raised[0].grounds) == {first.id, second.id, *(one.id for one in leases)}


def test_each_escalation_is_a_level_and_named() -> None:
    lease = of_asset("asset.long_lease", 35)
    hidden = of_asset("asset.undisclosed", 40)
    assert flags(lease)["AT-LONGLEASE"].severity == "medium"
    found = flags(lease, hidden)
    assert (found["AT-LONGLEASE"].severity, found["AT-LONGLEASE"].escalated_by) == (
        "high",
        ("AT-CONCEAL",),
    )
    poor = of_asset("debtor.debts_exceed_assets", 40)
    fair = disposal(price_ratio=1.0)
    assert flags(lease, hidden, poor, fair)["AT-LONGLEASE"].severity == "critical"
    assert found["AT-CONCEAL"].severity == "medium"


def test_a_lease_after_the_suit_is_a_lead_on_refusal_and_graver() -> None:
    lease = of_asset("asset.long_lease", 35)
    found = flags(lease, suit_served=date(2024, 1, 10))
    assert found["AT-POSTSUIT"].shown == ("suit_served", "act_after_suit")
    assert found["AT-LONGLEASE"].severity == "high"


def test_a_sight_after_the_suit_is_graver_but_no_act() -> None:
    found = flags(of_asset("vehicle.absent", 35), suit_served=date(2024, 1, 10))
    assert found["AT-VEHICLE"].severity == "high"
    assert "AT-POSTSUIT" not in found


def test_a_gift_after_the_suit_is_critical() -> None:
    found = flags(disposal(price_ratio=0), suit_served=date(2024, 1, 10))
    assert found["AT-GIFT"].severity == "critical"


def test_a_price_that_nobody_valued_stays_a_lead() -> None:
    unvalued = disposal(price_ratio=None)
    poor = of_asset("debtor.debts_exceed_assets", 40)
    assert flags(unvalued, poor)["AT-NOVALUE"].severity == "lead"


def valued(asset: str, amount: str) -> Observation:
    """An asset of the debtor with its value."""
    return of_asset("asset.owned", 0, asset=asset, data={"valuation": {**VALUED, "amount": amount}})


def test_most_is_gone_by_value_where_all_is_valued() -> None:
    gone = [valued("flat", "900000"), disposal(asset="flat"), valued("car", "100000")]
    assert "values_known" in flags(*gone)["AT-ALLASSETS"].shown
    little = [valued("flat", "900000"), valued("car", "100000"), disposal(asset="car")]
    assert "AT-ALLASSETS" not in flags(*little)


def test_every_element_that_is_proven_belongs_to_a_flag() -> None:
    elements = {e for entry in catalogue().values() for e in entry["elements"]}
    assert set(proofs()) <= elements


def test_no_flag_concludes() -> None:
    for flag in flags(disposal(), of_asset("asset.undisclosed", 3)).values():
        assert "非结论" in str(flag.as_json()["wording"])
        assert flag.severity in SEVERITIES


def test_what_is_about_an_asset_must_name_it() -> None:
    assert names_asset("counterparty.knew")
    assert not names_asset("premises.emptying")
    assert not names_asset("debt.paid")
    assert "asset.valued" in known_asset_kinds()


def test_every_kind_is_described_in_the_formats() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "formats.md").read_text("utf-8")
    assert not [kind for kind in known_asset_kinds() if f"`{kind}`" not in text]
