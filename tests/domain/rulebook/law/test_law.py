"""The shipped rules against a table of cases that were worked out from the texts, not the code."""

import json

import pytest

from fieldops.domain.rulebook.cases import differences, read_case
from fieldops.domain.rulebook.judging import judge
from tests.domain.rulebook.builders import BOOK
from tests.domain.rulebook.law import (
    britain_and_ireland,
    china,
    china_people,
    elsewhere,
    india,
    third_parties_and_doors,
    united_states,
)
from tests.domain.rulebook.law.building import Case, each

TABLES = (
    britain_and_ireland,
    china,
    china_people,
    elsewhere,
    india,
    third_parties_and_doors,
    united_states,
)
CASES = each([case for table in TABLES for case in table.CASES])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_ruling_is_the_one_worked_out_by_hand(case: Case) -> None:
    read = read_case(json.dumps(case))
    assert differences(read, judge(read.proposal, BOOK, policies=read.policies)) == []
