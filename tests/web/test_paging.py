"""Long lists of the pages come page by page, and every row is on one of them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fieldops.models import Case, Flag, Hold
from fieldops.web import address_views, case_queries, desk_queries, hold_views
from tests.builders.cases import a_case
from tests.builders.worlds import World
from tests.conftest import NOW
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]


def _walked(reader: Reader, url: str) -> list[str]:
    """The text of every page, from link to link."""
    found = []
    while url:
        found.append(reader.get(url).text)
        match = re.search(r'rel="next" href="([^"]+)"', found[-1])
        url = match[1].replace("&amp;", "&") if match else ""
        assert len(found) < 50
    return found


@pytest.fixture
def cases(session: Session, world: World) -> list[Case]:
    """Five more cases, of equal priority and with a doubtful address each."""
    found = [a_case(session, world.organisation, number=f"P-{n}", priority=2) for n in range(5)]
    for case in found:
        case.addresses[0].state = "ambiguous"
    session.commit()
    return found


def test_cases_come_by_priority_and_number_over_pages(
    cases: list[Case], reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_queries, "_CASES", 2)
    pages = _walked(reads("counsel"), "/cases")
    numbers = re.findall(r">((?:P|HT)-\d+)</a>", "".join(pages))
    assert numbers[:5] == [f"P-{n}" for n in range(5)]
    assert len(numbers) == len(set(numbers)) == 11
    assert len(_walked(reads("counsel"), "/cases?q=P-")) == 3


def test_doubtful_addresses_come_over_pages(
    cases: list[Case], reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address_views, "_SHOWN", 2)
    pages = _walked(reads("dispatcher"), "/addresses")
    assert len(pages) == 3
    assert all(sum(f">{case.number}<" in page for page in pages) == 1 for case in cases)


def test_holds_in_force_come_before_those_lifted_over_pages(
    session: Session, world: World, cases: list[Case], reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, case in enumerate(cases):
        hold = Hold(
            organisation_id=world.organisation.id, kind="dispute", scope="debt", case_id=case.id,
            starts_at=NOW, reason="x", placed_at=NOW,
        )  # fmt: skip
        hold.lifted_at = NOW if number % 2 else None
        session.add(hold)
        session.flush()
    session.commit()
    whole = reads("compliance").get("/holds").text
    in_order = re.findall(r'id="hold-([^"]+)"', whole)
    monkeypatch.setattr(hold_views, "_SHOWN", 2)
    pages = _walked(reads("compliance"), "/holds")
    assert len(pages) > 2
    assert re.findall(r'id="hold-([^"]+)"', "".join(pages)) == in_order


def test_flags_come_by_deadline_and_those_without_one_last(
    session: Session, world: World, cases: list[Case], reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, case in enumerate(cases):
        ends = NOW + timedelta(days=9 - number) if number < 3 else None
        session.add(
            Flag(
                organisation_id=world.organisation.id, case_id=case.id,
                person_id=case.parties[0].person_id, code="RL-MOVED",
                subject=str(case.addresses[0].id), severity="high", state="open", shown=[],
                missing=[], contradicted=[], basis="", grounds=[], clocks=[],
                model_version="r-1", known_at=NOW, earliest_deadline=ends,
                raised_at=NOW, updated_at=NOW,
            )
        )  # fmt: skip
    session.commit()
    monkeypatch.setattr(desk_queries, "_PAGE", 2)
    found = re.findall(r">(P-\d)</a>", "".join(_walked(reads("counsel"), "/desk")))
    assert found == ["P-2", "P-1", "P-0", "P-3", "P-4"]
