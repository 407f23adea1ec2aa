"""The page that compares two versions of a rule pack."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.permissions import GRANTS, Permission, Role
from fieldops.domain.rulebook.loading import pack_from
from fieldops.domain.rulebook.records import RulePack
from fieldops.services import rule_versions
from fieldops.web import rule_change_views
from tests.builders.worlds import World
from tests.conftest import NOW
from tests.domain.rulebook.builders import BOOK
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]
PAGE = "/rules/changes"
PRESENT = {pack.id: pack for pack in BOOK.packs}


def _former(session: Session, name: str, change: Callable[[dict[str, Any]], object]) -> RulePack:
    """A former version of a pack in force, kept a month ago, that a test made otherwise."""
    raw = json.loads(PRESENT[name].content)
    raw["pack"]["version"] = "2025.1"
    change(raw)
    pack = pack_from(raw, "a former pack")
    rule_versions.keep(session, [pack], now=NOW - timedelta(days=30))
    session.commit()
    return pack


def _short_days(raw: dict[str, Any]) -> None:
    """China's day ends at nine, and of the account there is no rule yet."""
    rule = next(one for one in raw["rule"] if one["id"] == "CN-TIME-01")
    rule["params"]["schedules"] = [{"windows": [["08:00", "09:00"]]}]
    rule["source"] = "the former source"
    raw["rule"] = [one for one in raw["rule"] if one["id"] != "CN-FREQ-01"]


@pytest.fixture
def former(session: Session, world: World) -> RulePack:
    """The Chinese pack of before."""
    return _former(session, "cn", _short_days)


def _asking(old: RulePack, new: RulePack) -> str:
    return f"{PAGE}?pack={old.id}&old={old.sha256}&new={new.sha256}"


def test_the_page_of_the_rules_leads_to_the_versions_of_its_pack(
    world: World, reads: Reads
) -> None:
    assert f'href="{PAGE}?pack=ie"' in reads("compliance").get("/rules?in=IE").text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Before · cn-2025.1", "changed: 1", "added: 1", "removed: 0", "open: 08:00–09:00")),
        ("zh-CN", ("变更前 · cn-2025.1", "修改: 1", "新增: 1", "删除: 0", "允许: 08:00–09:00")),
    ],
)
def test_what_the_present_version_changed_stands_side_by_side(
    former: RulePack, reads: Reads, language: str, words: tuple[str, ...]
) -> None:
    reader = reads("auditor")
    reader.client.set_cookie("fieldops_language", language)
    text = reader.get(PAGE).text
    assert all(word in text for word in (*words, "08:00–22:00", "CN-FREQ-01", "the former source"))


def test_the_visits_that_it_would_stop_or_let_through_are_named(
    world: World, former: RulePack, reads: Reads
) -> None:
    reader = reads("compliance")
    stricter = reader.get(_asking(PRESENT["cn"], former)).text
    assert "Visits 1 to 4 of 4" in stricter
    assert "4 would be ruled otherwise" in stricter
    assert f'href="/cases/{world.case.id}">HT-001</a>' in stricter
    # The last of the four lies at noon, which a policy bars by either version.
    assert (stricter.count("would be stopped"), stricter.count("barred by both")) == (3, 1)
    assert reader.get(_asking(former, PRESENT["cn"])).text.count("would be let through") == 3


def test_no_more_visits_are_judged_at_once_than_a_page_has(
    former: RulePack, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_change_views, "_VISITS", 3)
    reader = reads("compliance")
    first = reader.get(PAGE).text
    assert "Visits 1 to 3 of 4" in first
    found = re.search(r'rel="next" href="([^"]+)"', first)
    assert found
    second = reader.get(found[1].replace("&amp;", "&")).text
    assert "Visits 4 to 4 of 4" in second
    assert "HT-004" in second
    assert "HT-003" not in second


def test_who_may_not_read_plans_is_told_of_no_visit(
    former: RulePack, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = reads("auditor")
    monkeypatch.setitem(GRANTS, Role.AUDITOR, GRANTS[Role.AUDITOR] - {Permission.READ_PLANS})
    text = reader.get(PAGE).text
    assert "CN-TIME-01" in text
    assert "HT-001" not in text
    assert "Visits of the coming week" not in text


def test_a_pack_of_one_version_says_so(session: Session, world: World, reads: Reads) -> None:
    # A version of us-ma is none of us.
    _former(session, "us-ma", lambda raw: None)
    text = reads("counsel").get(f"{PAGE}?pack=us").text
    assert f"There is one version of this pack: us-{PRESENT['us'].version}." in text
    assert "<select" not in text


def test_the_same_version_twice_differs_in_nothing(former: RulePack, reads: Reads) -> None:
    answer = reads("counsel").get(_asking(former, former))
    assert answer.status_code == 200
    assert "Both are the same version" in answer.text


def test_an_unknown_version_is_a_fault_beside_the_form(former: RulePack, reads: Reads) -> None:
    answer = reads("counsel").get(f"{PAGE}?pack=cn&old=abc")
    assert answer.status_code == 422
    assert "<b>Before</b>: is none of those offered" in answer.text
    assert f'<option value="{former.sha256}"' in answer.text
    assert "CN-TIME-01" not in answer.text


def test_a_version_that_does_not_go_with_the_other_packs_is_a_fault(
    session: Session, world: World, reads: Reads
) -> None:
    def clash(raw: dict[str, Any]) -> None:
        raw["rule"] = raw["rule"][:1]
        raw["rule"][0]["id"] = "GL-VULN-01"

    _former(session, "cn", clash)
    answer = reads("counsel").get(PAGE)
    assert answer.status_code == 422
    assert "does not go with the other packs in force" in answer.text
