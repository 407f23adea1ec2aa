"""Hints at links that only other people's records show: with grounds in both, never counted."""

from dataclasses import replace

from evidence.trace import Elsewhere, Observation, derived, hints, hints_across, marks_of
from tests.evidence.trace.building import day
from tests.evidence.trace.test_links import ADDRESS, NEW, OLD, PHONE, SELF, firm, kin, sold

THEIRS = "13700137000"


def elsewhere(*seen: Observation, values: dict[str, str] | None = None) -> Elsewhere:
    """The record of another debtor, known by these values."""
    told = tuple(replace(o, id=f"theirs-{o.id}", person="other") for o in seen)
    return Elsewhere("other", marks_of(values or {}), day(0), told)


def across(*own: Observation, others: tuple[Elsewhere, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Kinds and signs of what is found."""
    found = hints_across(own, [SELF], others)
    return [(hint.kind, tuple(line.sign for line in hint.lines)) for hint in found]


def test_the_telephone_of_somebody_at_the_debtors_door_is_a_hint() -> None:
    sale = sold(values={"phone": THEIRS})
    wife = elsewhere(values={"phone": THEIRS, "address": ADDRESS})
    (hint,) = hints_across([sale], [SELF], [wife])
    assert (hint.kind, hint.shown) == ("relative_across", ("same_phone",))
    assert hint.grounds == (sale.id, "record:other")
    assert not hints([sale], [SELF])


def test_the_family_of_another_record_that_names_the_debtor_is_near_him() -> None:
    named = kin({"phone": PHONE})
    sale = sold(values={"phone": THEIRS})
    near = elsewhere(named, values={"phone": THEIRS})
    assert across(sale, others=(near,)) == [("relative_across", ("same_phone",))]
    assert across(sale, others=(elsewhere(values={"phone": THEIRS}),)) == []


def test_a_name_alone_brings_nobody_near() -> None:
    sale = sold(values={"name": "B", "phone": THEIRS})
    namesake = elsewhere(kin({"name": "A"}), values={"name": "A", "phone": THEIRS})
    assert across(sale, others=(namesake,)) == []


def test_who_took_of_another_debtor_too_is_a_hint() -> None:
    sale = sold(values={"phone": THEIRS})
    other = elsewhere(replace(sold(values={"phone": THEIRS}), asset="another car"))
    assert across(sale, others=(other,)) == [("relative_across", ("same_taker",))]


def test_an_old_firm_here_and_a_new_one_elsewhere_may_be_one() -> None:
    end = firm("company.dissolved", OLD, 0, {"phone": "02887654321"})
    new = firm("company.registered", NEW, 30, {"phone": "028 8765 4321"})
    assert across(end, others=(elsewhere(new),)) == [
        ("phoenix_across", ("same_phone", "soon_after"))
    ]
    assert across(new, others=(elsewhere(end),)) == [
        ("phoenix_across", ("same_phone", "soon_after"))
    ]
    assert across(sold(values={"name": "B"}), others=(elsewhere(end, new),)) == []


def test_what_the_own_record_shows_by_itself_is_no_hint_across() -> None:
    sale = sold(values={"phone": PHONE})
    assert hints([sale], [SELF])
    assert across(sale, others=(elsewhere(values={"address": ADDRESS}),)) == []


def test_nothing_of_it_reaches_a_flag() -> None:
    sale = sold(values={"phone": THEIRS})
    near = elsewhere(values={"phone": THEIRS, "address": ADDRESS})
    assert across(sale, others=(near,))
    assert derived([sale], [SELF]) == []
