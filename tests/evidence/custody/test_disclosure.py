"""A record's commitment stays the same when fields are withheld, and no other way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.custody.disclosure import commitment, cover, shown, withhold
from tests.evidence.world import salts

NAMES = ["phone", "place", "time"]
RECORD = cover({"phone": "13800000000", "place": "door", "time": 3}, salts("x"))


@given(st.sets(st.sampled_from(NAMES)))
@settings(max_examples=10)
def test_withholding_keeps_the_commitment(names: set[str]) -> None:
    redacted = withhold(RECORD, names)
    assert commitment(redacted) == commitment(RECORD)
    assert set(shown(redacted)) == set(NAMES) - names


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_value_changes_the_commitment(name: str) -> None:
    changed = {**RECORD, name: {**RECORD[name], "value": "other"}}
    assert commitment(changed) != commitment(RECORD)


def test_a_field_taken_out_changes_the_commitment() -> None:
    assert commitment({k: v for k, v in RECORD.items() if k != "time"}) != commitment(RECORD)


def test_equal_values_have_different_commitments() -> None:
    record = withhold(cover({"a": 1, "b": 1}, salts("y")), ["a", "b"])
    assert record["a"] != record["b"]


@pytest.mark.parametrize(
    "field",
    [None, {}, {"value": 1}, {"salt": "short", "value": 1}, {"sha256": "ab"},
     {"salt": "0" * 32, "value": 1, "sha256": "0" * 64}],
)  # fmt: skip
def test_a_field_of_neither_form_is_refused(field: object) -> None:
    with pytest.raises(ValueError):
        commitment({"a": field})


def test_a_field_that_is_not_there_cannot_be_withheld() -> None:
    with pytest.raises(ValueError, match="address"):
        withhold(RECORD, ["address"])
