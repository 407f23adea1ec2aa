"""Visits, evidence, flags and reviews in a trace record: told, taken in as another's word, kept."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, FieldFault, InvalidInput
from fieldops.domain.followthemoney import MOST_BYTES, lines_of
from fieldops.domain.permissions import Actor, system
from fieldops.domain.rulebook.vocabulary import Result
from fieldops.models import (
    Contact,
    Flag,
    FlagReview,
    Observation,
    Organisation,
    Party,
    StatedFlag,
    StatedReview,
    StatedVisit,
    Visit,
)
from fieldops.services import (
    contact_records,
    contacts,
    exchange,
    organisations,
    scoped,
    stated,
    timeline,
)
from fieldops.services.protection import erasing
from fieldops.services.protection import scope as protected
from tests.builders.cases import a_case
from tests.builders.records import LATER, a_record, changed, lines_of_record, take_in
from tests.builders.visits import START

QUIET = settings(max_examples=6, suppress_health_check=list(HealthCheck))
_WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)


def _gone(session: Session, house: Organisation, make: Callable[[], Any]) -> list[str]:
    """The record of a house that is as if it had never been."""
    undone = session.begin_nested()
    make()
    session.flush()
    lines = lines_of_record(session, house)
    undone.rollback()
    session.expire_all()
    return lines


@pytest.fixture
def lines(session: Session, organisation: Organisation) -> list[str]:
    """A record that came from another machine."""
    return _gone(session, organisation, lambda: a_record(session, organisation))


@pytest.fixture
def house(session: Session) -> Organisation:
    """The house that takes it in."""
    return organisations.found(session, "Second house", now=START)


def _of(lines: list[str], schema: str) -> list[dict[str, Any]]:
    read = map(json.loads, lines)
    return [one["properties"] for one in read if one["schema"] == schema]


def test_a_visit_is_told_without_where_anybody_stood_and_who_he_is(lines: list[str]) -> None:
    (visit,) = _of(lines, "FieldopsVisit")
    assert visit["outcome"] == ["no_answer"]
    assert visit["accuracyMetres"] == ["12.0"]
    assert json.loads(visit["doubts"][0]) == ["far-from-address"]
    assert not {"lat", "lon", "answers"} & visit.keys()
    assert "李四" not in "".join(lines)


def test_evidence_is_told_by_its_hash_and_its_place_in_the_log_alone(lines: list[str]) -> None:
    (item,) = _of(lines, "FieldopsItem")
    assert item["contentHash"] == ["ab" * 32]
    assert (item["custodyLog"], item["custodyPosition"]) == (["log.example"], ["0"])
    assert "家门口" not in "".join(lines)
    (document,) = _of(lines, "Document")
    assert document["contentHash"] == item["contentHash"]


def test_a_flag_is_told_with_what_is_shown_and_missing_and_who_judged_it(lines: list[str]) -> None:
    (flag,), (review,) = _of(lines, "FieldopsFlag"), _of(lines, "FieldopsReview")
    assert json.loads(flag["shown"][0]) == ["disposal"]
    assert json.loads(flag["missing"][0]) == ["effect_on_claim"]
    assert (review["verdict"], review["reviewerRole"]) == (["confirmed"], ["counsel"])
    assert _of(lines, "Risk")[0]["entity"][0].startswith("plain-person-")


def test_what_an_empty_house_took_in_it_tells_again_the_same(
    session: Session, house: Organisation, lines: list[str]
) -> None:
    taken = take_in(session, house, lines)
    assert taken.rows["FieldopsVisit"] == taken.rows["FieldopsFlag"] == 1
    session.expire_all()
    assert lines_of_record(session, house) == lines


@QUIET
@given(
    outcome=st.sampled_from(("met_debtor", "vacant", "refused")),
    reason=_WORDS,
    subject=_WORDS,
    shown=st.lists(_WORDS, max_size=3),
    probability=st.none() | st.floats(0, 1),
    seconds=st.integers(0, 60_000_000),
)
def test_whatever_is_stated_comes_out_as_it_went_in(
    session: Session,
    organisation: Organisation,
    outcome: str,
    reason: str,
    subject: str,
    shown: list[str],
    probability: float | None,
    seconds: int,
) -> None:
    def make() -> None:
        case = a_record(session, organisation, outcome=outcome)
        flag = session.scalars(select(Flag).where(Flag.case_id == case.id)).one()
        flag.subject, flag.shown, flag.probability = subject, shown, probability
        flag.earliest_deadline = START + timedelta(seconds=seconds)
        session.scalars(
            select(FlagReview).where(FlagReview.flag_id == flag.id)
        ).one().reason = reason

    lines = _gone(session, organisation, make)
    undone = session.begin_nested()
    house = organisations.found(session, "Second house", now=START)
    take_in(session, house, lines)
    session.expire_all()
    assert lines_of_record(session, house) == lines
    undone.rollback()


def test_a_house_that_works_takes_it_once_and_tells_what_differs_by_line(
    session: Session, house: Organisation, lines: list[str]
) -> None:
    a_case(session, house)
    first = take_in(session, house, lines)
    other = [
        changed(line, outcome="vacant") if '"schema":"FieldopsVisit"' in line else line
        for line in lines
    ]
    again = take_in(session, house, other)
    assert (again.rows, again.known) == ({}, sum(first.rows.values()))
    assert [(one.schema, one.properties) for one in again.differing] == [
        ("FieldopsVisit", ("outcome",))
    ]
    assert '"schema":"FieldopsVisit"' in lines[again.differing[0].line - 1]
    assert session.scalars(scoped.own(StatedVisit, system(house.id))).one().outcome == "no_answer"


def test_our_own_record_that_comes_back_is_known_and_not_doubled(
    session: Session, organisation: Organisation
) -> None:
    a_record(session, organisation)
    lines = lines_of_record(session, organisation)
    taken = take_in(session, organisation, lines)
    assert (taken.rows, taken.differing_in_all) == ({}, 0)
    assert session.scalar(select(func.count(StatedVisit.id))) == 0


def test_what_another_house_states_is_no_visit_and_no_flag_of_ours(
    session: Session, house: Organisation, lines: list[str]
) -> None:
    take_in(session, house, lines)
    actor = system(house.id)
    assert session.scalars(scoped.own(Visit, actor)).all() == []
    assert session.scalars(scoped.own(Flag, actor)).all() == []
    flag = session.scalars(scoped.own(StatedFlag, actor)).one()
    found = stated.of_case(session, flag.case_id, actor=actor)
    assert [row.house_name for row in found.flags] == [flag.house_name]
    events, _ = timeline.of_case(session, flag.case_id, timeline.Asked(), limit=20, actor=actor)
    kinds = [event.kind for event in events]
    assert sorted(kinds) == ["stated_flag", "stated_item", "stated_review", "stated_visit"]


def _counted(session: Session, house: Organisation) -> int:
    """How many earlier contacts the caps of a house count for the debtor of its record."""
    party = session.scalars(scoped.own(Party, system(house.id))).first()
    assert party is not None
    past = contact_records.history(session, house.id, {party.person_id}, START - timedelta(days=31))
    return len(past.of(party.person_id, party.person_id, None))


def test_caps_do_not_count_what_another_house_did(
    session: Session, house: Organisation, lines: list[str]
) -> None:
    take_in(session, house, lines)
    assert session.scalars(scoped.own(Contact, system(house.id))).one().house_name
    assert _counted(session, house) == 0


def test_caps_count_what_this_organisation_did_on_another_machine(
    session: Session, house: Organisation, lines: list[str]
) -> None:
    take_in(session, house, lines, ours=True)
    assert _counted(session, house) == 1


def test_caps_count_over_all_creditors_of_one_organisation(
    session: Session, organisation: Organisation
) -> None:
    case = a_record(session, organisation)
    case.creditor = "乙银行"
    session.flush()
    assert _counted(session, organisation) == 1


def test_a_contact_that_another_house_made_is_given_no_result_here(
    session: Session, house: Organisation, lines: list[str]
) -> None:
    call = [
        changed(line, channel="call", result="pending")
        if '"schema":"FieldopsContact"' in line
        else line
        for line in lines
    ]
    take_in(session, house, call)
    contact = session.scalars(scoped.own(Contact, system(house.id))).one()
    with pytest.raises(Conflict, match="Another house"):
        contacts.set_result(
            session, contact.id, Result.CONNECTED, actor=system(house.id), now=LATER
        )


def test_who_was_erased_is_told_to_nobody_and_not_taken_in_again(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    case = a_record(session, organisation, has_item=False)
    lines = lines_of_record(session, organisation)
    found = protected.of_person(session, case.parties[0].person_id, admin)
    erasing.erase(
        session, found, organisation_id=organisation.id, cause="test", by="test", at=LATER,
        discard=lambda _: None,
    )  # fmt: skip
    told = lines_of_record(session, organisation)
    assert [json.loads(line)["schema"] for line in told] == ["FieldopsEnd"]
    taken = take_in(session, organisation, lines)
    assert taken.rows == {}


def test_what_others_state_goes_with_whom_it_is_about(
    session: Session, house: Organisation, lines: list[str]
) -> None:
    take_in(session, house, lines)
    actor = system(house.id)
    person_id = session.scalars(scoped.own(StatedReview, actor)).one().person_id
    found = protected.of_person(session, person_id, actor)
    erasing.erase(
        session, found, organisation_id=house.id, cause="test", by="test", at=LATER,
        discard=lambda _: None,
    )  # fmt: skip
    for model in (StatedVisit, StatedFlag, StatedReview):
        assert session.scalars(scoped.own(model, actor)).all() == []


def _refused(session: Session, house: Organisation, lines: list[str]) -> FieldFault:
    with pytest.raises(InvalidInput) as wrong, session.begin_nested():
        take_in(session, house, lines)
    assert session.scalars(scoped.own(Party, system(house.id))).all() == []
    first = wrong.value.faults[0]
    assert first.cure
    assert first.field.startswith("line ")
    return first


@pytest.mark.parametrize(
    ("schema", "told", "message"),
    [
        ("FieldopsVisit", {"outcome": "flew_away"}, "outcome is no word"),
        ("FieldopsVisit", {"accuracyMetres": "-1"}, "accuracyMetres lies outside"),
        ("FieldopsVisit", {"doubts": '["x"]'}, "doubts is not shaped"),
        ("FieldopsVisit", {"arrivedAt": "2090-01-01T00:00:00Z"}, "future"),
        ("FieldopsVisit", {"colour": "red"}, "colour is not known here"),
        ("FieldopsVisit", {"houseName": "x" * 500}, "houseName cannot be read"),
        ("FieldopsItem", {"contentHash": "=cmd|' /C calc'!A0"}, "contentHash is not written"),
        ("FieldopsItem", {"size": "-7"}, "size lies outside"),
        ("FieldopsItem", {"visit": "01a20b51-0000-7000-8000-000000000001"}, "refers to nothing"),
        ("FieldopsFlag", {"code": "AT-NOTHING"}, "code is no word"),
        ("FieldopsFlag", {"clocks": '[{"name": "x", "ends": "soon"}]'}, "no flag that may"),
        ("FieldopsFlag", {"shown": '["\\u0000"]'}, "shown cannot be read"),
        ("FieldopsFlag", {"probability": "1e999"}, "probability cannot be read"),
        ("FieldopsReview", {"reviewerRole": "judge"}, "reviewerRole is no word"),
        ("FieldopsContact", {"channel": "pigeon"}, "channel is no word"),
        ("FieldopsPerson", {"wishes": '{"visit": [["25:00", "9"]]}'}, "no person that may"),
        ("FieldopsAddress", {"candidates": '[{"lat": "x"}]'}, "candidates is not shaped"),
    ],
)
def test_a_stated_line_that_is_wrong_is_named_with_its_cure(
    session: Session,
    house: Organisation,
    lines: list[str],
    schema: str,
    told: dict[str, str],
    message: str,
) -> None:
    number = next(i for i, line in enumerate(lines) if f'"schema":"{schema}"' in line)
    wrong = [*lines]
    wrong[number] = changed(lines[number], **told)
    first = _refused(session, house, wrong)
    assert first.field == f"line {number + 1}"
    assert message in first.message


def test_a_file_that_was_cut_between_two_lines_is_refused(
    session: Session, house: Organisation, lines: list[str]
) -> None:
    assert "file ended" in _refused(session, house, lines[:-1]).message
    assert "file ended" in _refused(session, house, [*lines[:-3], lines[-1]]).message


def test_a_line_that_comes_twice_is_refused(
    session: Session, house: Organisation, lines: list[str]
) -> None:
    assert "line before it" in _refused(session, house, [lines[0], *lines]).message
    assert "behind the last" in _refused(session, house, [*lines, lines[0]]).message


def test_a_property_with_two_values_is_refused_and_not_halved(
    session: Session, house: Organisation, lines: list[str]
) -> None:
    entity = json.loads(lines[0])
    entity["properties"]["creditor"] *= 2
    two = [json.dumps(entity) + "\n", *lines[1:]]
    assert "several values" in _refused(session, house, two).message


def test_what_claims_to_be_ours_and_is_not_here_is_refused(
    session: Session, house: Organisation, lines: list[str]
) -> None:
    forged = [
        changed(line, house=str(house.id)) if '"schema":"FieldopsVisit"' in line else line
        for line in lines
    ]
    assert "ours, and it is not" in _refused(session, house, forged).message


def test_an_observation_that_corrects_itself_is_refused(
    session: Session, organisation: Organisation, house: Organisation
) -> None:
    def make() -> None:
        case = a_record(session, organisation)
        session.add(
            Observation(
                organisation_id=organisation.id, case_id=case.id, kind="asset.seized",
                person_id=case.parties[0].person_id, asset="川A12345", observed_at=START,
                recorded_at=START, source_class="registry", source_id="register",
                basis="PUBLIC_REGISTER", grade={}, data={}, evidence=[], origin="test:1",
            )
        )  # fmt: skip

    lines = _gone(session, organisation, make)
    at = next(i for i, line in enumerate(lines) if '"schema":"FieldopsObservation"' in line)
    lines[at] = changed(lines[at], corrects=json.loads(lines[at])["id"])
    assert "corrects refers to nothing" in _refused(session, house, lines).message


def test_a_file_is_read_in_bounded_memory() -> None:
    text = b"a\n\n" + b"x" * (3 * MOST_BYTES) + b"\nb"
    first, empty, cut, last = lines_of(io.BytesIO(text))
    assert (first, empty, last) == (b"a", b"", b"b")
    assert MOST_BYTES < len(cut) < 2 * MOST_BYTES


def test_every_schema_has_a_file_for_the_tools_of_others() -> None:
    files = dict(exchange.schema_files())
    visit = json.loads(files["FieldopsVisit.yaml"])["FieldopsVisit"]["properties"]
    assert visit["address"]["range"] == "FieldopsAddress"
    assert "accuracyMetres" in visit
