"""The Indian draft binds nobody as shipped, and as its text says once counsel switches it on."""

import json

import pytest

from fieldops.domain.rulebook.cases import differences, read_case
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.loading import book_from, pack_from_toml
from tests.domain.rulebook.builders import BOOK, SHIPPED
from tests.domain.rulebook.law.building import Case
from tests.domain.rulebook.law.india import DRAFTED

TEXT = (SHIPPED / "in.toml").read_text(encoding="utf-8")
SWITCHED_ON = book_from(
    [
        *(pack for pack in BOOK.packs if pack.id != "in"),
        pack_from_toml(TEXT.replace("switched_on = false", "switched_on = true"), "in.toml"),
    ]
)


@pytest.mark.parametrize("case", DRAFTED, ids=[case["name"] for case in DRAFTED])
def test_the_draft_binds_once_it_is_switched_on(case: Case) -> None:
    read = read_case(json.dumps(case))
    assert differences(read, judge(read.proposal, SWITCHED_ON, policies=read.policies)) == []


@pytest.mark.parametrize("case", DRAFTED, ids=[case["name"] for case in DRAFTED])
def test_as_shipped_the_draft_binds_nobody(case: Case) -> None:
    read = read_case(json.dumps(case))
    rules = judge(read.proposal, BOOK, policies=read.policies).rules
    assert not [rule for rule in rules if rule.startswith("IN-D26")]
