"""The team: what each agent holds and lacks, what ends soon, and how agencies were judged."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.team.standing import EVALUATION, FOR_EVER
from fieldops.services import organisations, team_records
from fieldops.web import case_queries
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.form_words import MISSING, NO_DAY, NOT_OFFERED, NOT_WHOLE
from fieldops.web.showing import today
from fieldops.wiring import wiring

Answer = AnyResponse | tuple[str, int]


@pages.get("/team")
@page(Permission.READ_TEAM_RECORDS, reads="team-records")
def team_page() -> str:
    """Every agent with his records, then the agencies."""
    return _shown()


@pages.post("/team/records")
@page(Permission.KEEP_TEAM_RECORDS)
def keep_record() -> Answer:
    """Keep a record of an agent."""
    return _done(
        lambda session: team_records.record(
            session, _record(), policy=wiring().team, actor=current_actor(), now=clock.now()
        )
    )


@pages.post("/team/records/<uuid:record_id>/withdraw")
@page(Permission.KEEP_TEAM_RECORDS)
def withdraw_record(record_id: UUID) -> Answer:
    """Withdraw a record and say why."""
    reason = request.form.get("reason", "")
    return _done(
        lambda session: team_records.withdraw(
            session, record_id, reason, actor=current_actor(), now=clock.now()
        )
    )


@pages.post("/team/evaluations")
@page(Permission.KEEP_TEAM_RECORDS)
def keep_evaluation() -> Answer:
    """Keep how an agency did."""
    return _done(
        lambda session: team_records.evaluate(
            session, _evaluation(), policy=wiring().team, actor=current_actor(), now=clock.now()
        )
    )


@pages.post("/team/evaluations/<uuid:evaluation_id>/withdraw")
@page(Permission.KEEP_TEAM_RECORDS)
def withdraw_evaluation(evaluation_id: UUID) -> Answer:
    """Withdraw an evaluation and say why."""
    reason = request.form.get("reason", "")
    return _done(
        lambda session: team_records.withdraw_evaluation(
            session, evaluation_id, reason, actor=current_actor(), now=clock.now()
        )
    )


@pages.post("/team/agents/<uuid:agent_id>/agency")
@page(Permission.KEEP_TEAM_RECORDS)
def send_agent(agent_id: UUID) -> Answer:
    """Say which agency sends an agent."""
    name = request.form.get("agency", "")
    return _done(
        lambda session: team_records.send_for(
            session, agent_id, name, actor=current_actor(), now=clock.now()
        )
    )


def _done(act: Callable[[Session], object]) -> Answer:
    try:
        with unit() as session:
            act(session)
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.team_page"))


def _shown(wrong: InvalidInput | None = None) -> str:
    session, actor, policy = db.session(), current_actor(), wiring().team
    team = team_records.team(session, actor, policy=policy, now=clock.now())
    judged = team_records.evaluations(session, actor)
    firms = team_records.firms(session, actor, policy=policy, now=clock.now())
    rows = [one for each in team for one in each.records]
    rows += [one for firm in firms for one in firm.agency.records]
    people = {one.recorded_by for one in rows if one.recorded_by}
    people |= {one.recorded_by for one in judged if one.recorded_by}
    return render_template(
        "team.html", team=team, firms=firms, policy=policy, evaluations=judged, wrong=wrong,
        today=today(),
        soon=today() + policy.warn, for_ever=FOR_EVER, filled=request.form,
        names=case_queries.names_of(session, people), demanded=_demanded(), evaluation=EVALUATION,
    )  # fmt: skip


def _demanded() -> set[str]:
    """The kinds of records that the rules of the house ask for wherever it works."""
    house = organisations.of(db.session(), current_actor())
    packs = wiring().rulebook.packs_for(house.jurisdictions)
    return {kind for one in packs for rule in one.rules for kind in rule.params.get("records", ())}


def _record() -> team_records.RecordOrder:
    form, faults = request.form, []
    agent_id, agency_id = _id("agent_id"), _id("agency_id")
    begins, ends = _day("begins_on"), _day("ends_on")
    if agent_id is None and agency_id is None:
        faults.append(FieldFault("agent_id", NOT_OFFERED))
    if begins is None:
        faults.append(FieldFault("begins_on", MISSING))
    if ends is None and form.get("ends_on"):
        faults.append(FieldFault("ends_on", NO_DAY))
    if faults or begins is None:
        raise InvalidInput(faults=faults)
    return team_records.RecordOrder(
        agent_id, form.get("kind", ""), form.get("issuer", ""), form.get("reference", ""),
        begins, ends, passed=form.get("passed", "yes") == "yes", note=form.get("note", ""),
        agency_id=agency_id,
    )  # fmt: skip


def _evaluation() -> team_records.EvaluationOrder:
    form, faults, scores = request.form, [], {}
    for one in wiring().team.criteria:
        text = form.get(f"score_{one.name}", "")
        if text.isdecimal() and len(text) < 4:
            scores[one.name] = int(text)
        else:
            faults.append(FieldFault(one.title.en, NOT_WHOLE))
    held_on = _day("held_on")
    if held_on is None:
        faults.append(FieldFault("held_on", MISSING))
    if faults or held_on is None:
        raise InvalidInput(faults=faults)
    return team_records.EvaluationOrder(
        form.get("agency", ""), held_on, scores, form.get("note", "")
    )


def _id(name: str) -> UUID | None:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        return None


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None
