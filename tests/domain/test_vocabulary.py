"""The words for codes: both languages have them all, and no code of ours is without."""

from collections.abc import Iterable

import pytest

from evidence.trace.flags import catalogue, elements_of
from evidence.trace.vocabulary import known_asset_kinds
from fieldops.domain import (
    alerting,
    data_rights,
    instalments,
    locating,
    permissions,
    person_record,
    safety,
    visiting,
)
from fieldops.domain.answers import PaymentMethod
from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.rulebook.vocabulary import (
    Channel,
    HoldKind,
    HoldScope,
    PlaceKind,
    Purpose,
    Result,
    Role,
)
from fieldops.domain.vocabulary import in_both, words
from fieldops.services.trace_model import MODEL

KINDS = known_asset_kinds() | {one.kind for one in MODEL.residence.emissions.values()}
OCCASIONS = (
    alerting.RAISED, alerting.CHANGED, alerting.NEAR, alerting.ESCALATED, alerting.ALARM,
    alerting.INCIDENT, alerting.REVIEW, alerting.ENDING, alerting.MISSED,
)  # fmt: skip
MEMBERS: dict[str, Iterable[str]] = {
    "alarm_kind": safety.AlarmKind,
    "basis": Basis,
    "channel": Channel,
    "contact_purpose": Purpose,
    "data_request_kind": data_rights.RequestKind,
    "element": {element for code in catalogue() for element in elements_of(code)},
    "grade": locating.Grade,
    "hold_kind": HoldKind,
    "hold_scope": HoldScope,
    "method": PaymentMethod,
    "observation": KINDS,
    "occasion": OCCASIONS,
    "outcome": visiting.Outcome,
    "party_role": Role,
    "place_kind": PlaceKind,
    "promise_standing": instalments.Standing,
    "result": Result,
    "reveal_field": data_rights.RevealField,
    "reveal_reason": data_rights.RevealReason,
    "role": permissions.Role,
    "source": SourceClass,
    "visit_state": visiting.VisitState,
}


def test_both_languages_have_the_same_words() -> None:
    assert words("zh-CN").keys() == words("en").keys()


@pytest.mark.parametrize("table", MEMBERS)
def test_every_code_has_a_word(table: str) -> None:
    assert not {str(one) for one in MEMBERS[table] if f"{table}.{one}" not in words("en")}


def test_a_word_is_told_in_both_languages_and_an_unknown_code_as_it_is() -> None:
    assert in_both("source", "registry") == ("登记机关", "registry")
    assert in_both("source", "oracle") == ("oracle", "oracle")


@pytest.mark.parametrize(
    ("section", "field", "value", "english"),
    [
        ("visits", "outcome", "met_debtor", "Met the debtor"),
        ("holds", "kind", "vulnerable", "Vulnerable person"),
        ("readings", "what", "lead-sheet", "lead sheet"),
        ("readings", "what", "phones", "telephones"),
        ("cases", "number", "open", "open"),  # a case of that number, and no state
        ("identity", "starred", True, "true"),
    ],
)
def test_the_copy_of_a_persons_data_says_codes_in_words(
    section: str, field: str, value: object, english: str
) -> None:
    assert person_record.said(section, field, value)[1] == english


def test_the_copy_says_in_words_where_a_value_came_from() -> None:
    assert person_record.origin("neighbour") == ("邻居", "neighbour")
    assert person_record.origin("THIRD_PARTY_VOLUNTARY")[1] == "a third party's free word"
    assert person_record.origin("own-record") == ("本机构记录", "own record")
