"""Hints at links: who took the asset, and whether a new firm is the old one again."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.trace import Flag, Member, Observation, asset_flags, derived, hints, marks_of
from evidence.trace.household import MOST_OF_A_MARK
from evidence.trace.link_model import hint_models
from evidence.trace.vocabulary import known_asset_kinds
from tests.evidence.trace.building import MODEL, day, disposal, of_asset, seen

PHONE, ADDRESS = "13800138000", "1 Some Road, Room 2"
SELF = Member("self", marks_of({"phone": PHONE, "address": ADDRESS, "name": "A"}))
OLD, NEW = "Old Trading", "New Trading"


def sold(*, days: float = 30, values: dict[str, str], **data: Any) -> Observation:
    """The car went to whom these values name."""
    return replace(disposal(days, **data), values=values)


def kin(values: dict[str, str], **fields: Any) -> Observation:
    """A record of the family names somebody."""
    return seen(
        "family.related", 1, source="registry:r", address=None,
        data={"relation": "sibling"}, values=values, **fields,
    )  # fmt: skip


def firm(kind: str, name: str, days: float, values: dict[str, str] | None = None) -> Observation:
    """What a register says of a firm."""
    on = {"on": day(days).date().isoformat()}
    return of_asset(kind, days, asset=name, data=on, values=values or {})


def flags(*observations: Observation, household: tuple[Member, ...] = (SELF,)) -> dict[str, Flag]:
    """Flags by code, with what hints add."""
    told = [*observations, *derived(observations, household)]
    return {flag.code: flag for flag in asset_flags(told, None, MODEL)}


def test_a_telephone_of_the_debtor_makes_the_counterparty_related_for_the_flags() -> None:
    sale = sold(values={"phone": "138 0013 8000"}, price_ratio=0.9)
    found = flags(sale)
    assert {"AT-RELATIVE", "AT-UNDERVALUE-REL"} <= set(found)
    assert found["AT-RELATIVE"].grounds == (sale.id,)


def test_a_hint_lists_what_is_shown_and_what_is_missing_and_its_lines_add_up() -> None:
    sister = kin({"name": "B", "phone": "13900139000"})
    sale = sold(values={"name": "B", "phone": "13900139000"})
    (hint,) = hints([sale, sister], [SELF])
    assert hint.shown == ("same_phone", "same_name")
    assert "same_address" in hint.missing
    assert set(hint.grounds) == {sale.id, sister.id}
    assert hint.decibans == hint.model.prior + sum(line.decibans for line in hint.lines)


def test_the_price_of_a_relative_is_not_bound_by_seventy_hundredths() -> None:
    sister = kin({"name": "B"})
    found = flags(sold(values={"name": "B"}, price_ratio=0.95), sister)
    assert found["AT-UNDERVALUE-REL"].grounds
    assert sister.id in found["AT-RELATIVE"].grounds


def test_the_address_that_the_sale_of_a_house_names_is_no_link() -> None:
    house = sold(values={"address": ADDRESS}, asset_kind="real_estate")
    assert hints([house], [SELF]) == []
    assert hints([sold(values={"address": ADDRESS})], [SELF])


def test_a_counterparty_who_drives_a_vehicle_of_the_debtor_is_close_to_him() -> None:
    van = of_asset("asset.owned", 1, asset="A 12345", data={"asset_kind": "vehicle"})
    flat = sold(values={"plate": "A12345"}, asset_kind="real_estate")
    (hint,) = hints([van, flat])
    assert (hint.shown, set(hint.grounds)) == (("same_plate",), {van.id, flat.id})
    assert hints([van, sold(values={"plate": "car"}), of_asset("vehicle.seen_with_debtor")]) == []


def test_who_is_said_to_be_no_relative_weighs_against_and_is_named() -> None:
    sale = sold(values={"name": "B"})
    no = of_asset("counterparty.is_independent", 40)
    (hint,) = hints([sale, kin({"name": "B"}), no], [SELF])
    assert hint.contradicted == ("said_independent",)
    assert not hint.feeds
    assert derived([sale, kin({"name": "B"}), no], [SELF]) == []


def test_a_denied_family_record_is_no_kinship() -> None:
    assert hints([sold(values={"name": "B"}), kin({"name": "B"}, denied=True)], [SELF]) == []


def test_a_firm_whose_people_share_a_telephone_with_the_debtor_is_an_affiliate() -> None:
    people = firm("company.people", NEW, 10, {"name": "C", "phone": PHONE})
    sale = sold(values={"company": NEW}, price_ratio=0.9)
    (hint,) = hints([sale, people], [SELF])
    assert hint.shown == ("company_of_household",)
    assert people.id in flags(sale, people)["AT-RELATIVE"].grounds


def test_a_firm_in_which_the_debtor_has_a_post_is_an_affiliate() -> None:
    post = firm("company.post_held", NEW, 10)
    (hint,) = hints([sold(values={"company": "new trading"}), post], [SELF])
    assert post.id in hint.grounds


@pytest.mark.parametrize(
    ("founded", "is_hint"),
    [(60, True), (-60, True), (200, True), (-200, False), (900, False)],
)
def test_a_new_firm_near_the_end_of_the_old_with_its_telephone_is_a_hint(
    founded: float, is_hint: bool
) -> None:
    old = firm("company.deregistered", OLD, 0, {"phone": "02812345678"})
    new = firm("company.registered", NEW, founded, {"phone": "028-12345678"})
    found = hints([old, new])
    assert bool(found) is is_hint
    assert all((one.kind, one.subject, one.about.id) == ("phoenix", OLD, new.id) for one in found)


def test_a_phoenix_feeds_its_flag_with_both_registers_as_grounds() -> None:
    old = firm("company.deregistered", OLD, 0, {"address": ADDRESS, "name": "D"})
    new = firm("company.registered", NEW, 30, {"address": ADDRESS, "name": "D"})
    found = flags(old, new)["AT-PHOENIX"]
    assert found.subject == OLD
    assert set(found.grounds) == {old.id, new.id}
    assert "assets_taken_over" in found.missing


def test_a_telephone_of_very_many_firms_says_nothing() -> None:
    agency = {"phone": "02812345678"}
    many = [firm("company.deregistered", f"Old {i}", 0, agency) for i in range(MOST_OF_A_MARK + 1)]
    new = firm("company.registered", NEW, 30, agency)
    assert len(hints([*many[1:], new])) == MOST_OF_A_MARK
    assert hints([*many, new]) == []


def test_nearness_in_time_alone_is_no_hint() -> None:
    assert hints([firm("company.deregistered", OLD, 0), firm("company.registered", NEW, 9)]) == []


def test_the_debtors_own_telephone_is_that_of_a_firm_he_is_in() -> None:
    post = firm("company.post_held", OLD, -100)
    old = firm("company.deregistered", OLD, 0)
    new = firm("company.registered", NEW, 30, {"phone": PHONE})
    assert hints([post, old, new], [SELF])
    assert hints([old, new], [SELF]) == []


def test_a_hint_is_known_only_when_all_its_grounds_are() -> None:
    sale = sold(values={"name": "B"}, price_ratio=0.9)
    sister = replace(kin({"name": "B"}), recorded_at=day(90))
    told = [sale, sister, *derived([sale, sister], [SELF])]
    before = {flag.code for flag in asset_flags(told, day(60), MODEL)}
    after = {flag.code for flag in asset_flags(told, day(91), MODEL)}
    assert "AT-RELATIVE" not in before
    assert "AT-RELATIVE" in after


def test_every_sign_stands_for_a_kind_that_the_flags_know() -> None:
    kinds = {w.kind for hint in hint_models().values() for w in hint.weights.values() if w.kind}
    assert kinds <= known_asset_kinds()


_VALUES = st.dictionaries(
    st.sampled_from(("phone", "address", "name", "company")), st.sampled_from(("x", "y", "z"))
)


@given(st.lists(_VALUES, max_size=4), st.lists(_VALUES, max_size=4), st.randoms())
def test_no_order_matters_and_a_second_upload_adds_nothing(
    sales: list[dict[str, str]], family: list[dict[str, str]], order: Any
) -> None:
    told = [sold(days=one, values=v) for one, v in enumerate(sales)] + [kin(v) for v in family]
    mixed = [*told, *told[:2]]
    order.shuffle(mixed)
    assert hints(mixed, [SELF]) == hints(told, [SELF])
    assert all(set(o.rests_on) <= {one.id for one in told} for o in derived(mixed, [SELF]))
