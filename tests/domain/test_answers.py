"""Answers are kept in one form and read again unchanged."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.answers import PaymentMethod, Witness, answers_of, money, read_answers
from fieldops.domain.errors import InvalidInput
from fieldops.domain.visiting import Ability, Outcome, Sighting, Statement, Willingness

DAY = date(2026, 11, 24)
AMOUNTS = st.decimals("0.01", "99999999.99", places=2).map(str)
RAW = st.fixed_dictionaries(
    {},
    optional={
        "statements": st.lists(
            st.fixed_dictionaries(
                {"who": st.sampled_from(Witness), "says": st.sampled_from(Statement)}
            ),
            max_size=5,
        ),
        "sightings": st.lists(
            st.fixed_dictionaries(
                {"sighting": st.sampled_from(Sighting), "asset": st.sampled_from(["川A12345", "X"])}
            ),
            max_size=5,
        ),
        "ability": st.sampled_from(Ability),
        "willingness": st.sampled_from(Willingness),
        "promise": st.fixed_dictionaries(
            {
                "amount": AMOUNTS,
                "due_on": st.integers(0, 366).map(lambda n: (DAY + timedelta(n)).isoformat()),
            }
        ),
        "payment": st.fixed_dictionaries(
            {"amount": AMOUNTS, "method": st.sampled_from(PaymentMethod)}
        ),
        "facts": st.dictionaries(
            st.sampled_from(["entered", "entry_consent", "recording_kept"]), st.booleans()
        ),
        "note": st.text(max_size=50),
    },
)


@settings(max_examples=60)
@given(RAW)
def test_answers_are_read_again_as_they_were_kept(raw: dict[str, Any]) -> None:
    read = read_answers(raw, Outcome.MET_DEBTOR, DAY)
    assert answers_of(read.to_json()) == read
    assert read_answers(read.to_json(), Outcome.MET_DEBTOR, DAY) == read


@pytest.mark.parametrize(
    "value",
    ["", "ten", "NaN", "Infinity", "-1", "0", "1e30", "0.005", 1.5, True, None, [], Decimal("NaN")],
)
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput) as wrong:
        money(value, "amount")
    assert wrong.value.faults[0].field == "amount"


@pytest.mark.parametrize(
    ("value", "amount"), [("1200.5", "1200.50"), (7, "7.00"), (Decimal("3.10"), "3.10")]
)
def test_an_amount_is_kept_to_the_cent(value: object, amount: str) -> None:
    assert str(money(value, "amount")) == amount
