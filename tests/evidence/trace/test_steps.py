"""The value of a next step: it follows from the tables, and a source that spoke says less."""

import copy
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.trace import ModelError, asset_cases, believe, score
from evidence.trace.belief import Belief
from evidence.trace.model import BUILT_IN
from evidence.trace.steps import Value, read_steps, steps, values_for_asset, values_for_belief
from tests.evidence.trace.building import MODEL, day, disposal, of_asset, seen

RAW = tomllib.loads((BUILT_IN / "steps.toml").read_text("utf-8"))
kinds = st.sampled_from(["visit.no_answer", "visit.vacant", "visit.met_family", "mail.returned"])


def _belief(*observations: Any) -> Belief:
    return believe(observations, "p1", ["home"], day(30), MODEL)["home"]


def _named(values: list[Value]) -> dict[str, Value]:
    return {value.step.name: value for value in values}


@given(st.lists(st.tuples(kinds, st.integers(0, 29)), max_size=6))
def test_a_change_is_a_share_and_outcomes_are_no_likelier_than_certain(
    told: list[tuple[str, int]],
) -> None:
    belief = _belief(*(seen(kind, at, source=f"agent:a{at}") for kind, at in told))
    for value in values_for_belief(belief, MODEL):
        assert 0.0 <= value.change <= 1.0
        assert sum(one.chance for one in value.outcomes) <= 1.0 + 1e-9
        assert all(0.0 <= one.after <= 1.0 for one in value.outcomes)


def test_the_most_telling_step_comes_first() -> None:
    values = values_for_belief(_belief(), MODEL)
    assert [value.change for value in values] == sorted((v.change for v in values), reverse=True)
    assert values[0].change > 0.0


def test_a_source_that_has_just_spoken_says_less() -> None:
    fresh = _named(values_for_belief(_belief(), MODEL))["property-manager"]
    said = seen("statement.no_information", 29, source="property_manager:pm")
    again = _named(values_for_belief(_belief(said), MODEL))["property-manager"]
    assert again.change < fresh.change / 2


def test_a_certain_belief_is_hardly_changed_by_anything() -> None:
    told = [seen("visit.new_occupant", 20 + i, source=f"agent:a{i}") for i in range(3)]
    assert values_for_belief(_belief(*told), MODEL)[0].change < 0.1


@given(st.sampled_from([0.0, 0.4, 0.75, 0.95, None]))
def test_a_question_changes_nothing_on_average(ratio: float | None) -> None:
    found = score(MODEL.assets, asset_cases([disposal(price_ratio=ratio)])["car"])
    for value in values_for_asset(found, MODEL.assets):
        assert sum(one.chance for one in value.outcomes) == pytest.approx(1.0)
        mean = sum(one.chance * one.after for one in value.outcomes)
        assert mean == pytest.approx(found.p_evasive)


def test_a_question_that_is_answered_is_not_asked_again() -> None:
    sold = disposal(price_ratio=0.4, counterparty="related")
    used = of_asset("asset.still_used_by_debtor", 60, source="agent:a1")
    found = score(MODEL.assets, asset_cases([sold, used])["car"])
    assert set(_named(values_for_asset(found, MODEL.assets))) == {"market-search"}


def test_every_step_can_be_weighed_by_the_tables() -> None:
    for step in steps().values():
        assert all(MODEL.residence.emission(kind, step.source) for kind in step.kinds), step.name
        if step.yes:
            weights = MODEL.assets.weights
            assert weights[step.yes].decibans > 0 > weights[step.no].decibans, step.name


@pytest.mark.parametrize(
    ("row", "changed"),
    [
        ("visit", {"kinds": []}),  # brings nothing
        ("valuation", {"no": None}),  # a question with one answer
        ("visit", {"minutes": -1}),  # done before it is begun
        ("visit", {"law": ""}),  # resting on nothing
        ("visit", {"of": "weather"}),  # about nothing that is believed
    ],
)
def test_a_step_that_makes_no_sense_is_refused(row: str, changed: dict[str, Any]) -> None:
    raw = copy.deepcopy(RAW)
    raw["steps"][row].update(changed)
    raw["steps"][row] = {k: v for k, v in raw["steps"][row].items() if v is not None}
    with pytest.raises(ModelError, match=f"steps.{row}"):
        read_steps(raw)
