"""Calls for help, overdue crews and incidents: raised on a phone, answered by the office."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.services import alarms, call_list, incidents
from fieldops.web import safety_queries
from fieldops.web.access import current_actor, page, unit
from fieldops.web.agent_views import shown as shown_visit
from fieldops.web.blueprint import pages
from fieldops.web.paging import asked_id
from fieldops.wiring import wiring

Answer = AnyResponse | tuple[str, int]


@pages.get("/alarms")
@page(Permission.ANSWER_ALARMS, reads="alarms")
def alarms_page() -> str:
    """The alarms that stand, the call list, and those that ended lately."""
    return _alarms()


@pages.get("/alarms/<uuid:alarm_id>")
@page(Permission.ANSWER_ALARMS)
def alarm_page(alarm_id: UUID) -> AnyResponse:
    """One alarm among the others."""
    return redirect(url_for("web.alarms_page", _anchor=f"alarm-{alarm_id}"))


@pages.get("/alarms/open")
@page(Permission.SIGNED_IN)
def open_alarms() -> AnyResponse:
    """How many alarms wait for the reader, for the band of every page; none for most roles."""
    return jsonify(count=safety_queries.unanswered(db.session(), current_actor()))


@pages.post("/alarms")
@page(Permission.CALL_FOR_HELP)
def call_for_help() -> AnyResponse:
    """Call for help; whatever else the form holds, the alarm is raised."""
    call = alarms.read_call(_call(request.form))
    with unit() as session:
        alarms.call_for_help(
            session, call, policy=wiring().safety, actor=current_actor(), now=clock.now()
        )
    return redirect(url_for("web.my_day_page", _anchor="help"))


@pages.post("/alarms/<uuid:alarm_id>/safe")
@page(Permission.CALL_FOR_HELP)
def say_safe(alarm_id: UUID) -> AnyResponse:
    """The agent's word that he is safe."""
    words = request.form.get("words", "")
    with unit() as session:
        alarms.say_safe(session, alarm_id, words, actor=current_actor(), now=clock.now())
    return redirect(url_for("web.my_day_page", _anchor="help"))


@pages.post("/alarms/<uuid:alarm_id>/acknowledge")
@page(Permission.ANSWER_ALARMS)
def acknowledge_alarm(alarm_id: UUID) -> AnyResponse:
    """Take an alarm in hand."""
    with unit() as session:
        alarms.acknowledge(session, alarm_id, actor=current_actor(), now=clock.now())
    return redirect(url_for("web.alarms_page", _anchor=f"alarm-{alarm_id}"))


@pages.post("/alarms/<uuid:alarm_id>/calls/<uuid:contact_id>")
@page(Permission.ANSWER_ALARMS)
def note_alarm_call(alarm_id: UUID, contact_id: UUID) -> AnyResponse:
    """Note that somebody was called, and whether he answered."""
    answered = request.form.get("answered") == "yes"
    with unit() as session:
        alarms.note_call(
            session, alarm_id, contact_id, answered, actor=current_actor(), now=clock.now()
        )
    return redirect(url_for("web.alarms_page", _anchor=f"alarm-{alarm_id}"))


@pages.post("/alarms/<uuid:alarm_id>/end")
@page(Permission.ANSWER_ALARMS)
def end_alarm(alarm_id: UUID) -> Answer:
    """End an alarm with how it ended and why."""
    ending, reason = request.form.get("ending", ""), request.form.get("reason", "")
    try:
        with unit() as session:
            alarms.end(session, alarm_id, ending, reason, actor=current_actor(), now=clock.now())
    except InvalidInput as wrong:
        return _alarms(wrong), wrong.status
    return redirect(url_for("web.alarms_page"))


@pages.post("/call-list")
@page(Permission.SET_CALL_LIST)
def add_call_contact() -> Answer:
    """Put somebody on the call list."""
    form = request.form
    place = form.get("place", "")
    try:
        with unit() as session:
            call_list.add(
                session,
                int(place) if place.isdecimal() and len(place) < 4 else 0,
                form.get("name", ""),
                form.get("phone", ""),
                actor=current_actor(),
                now=clock.now(),
            )
    except InvalidInput as wrong:
        return _alarms(wrong), wrong.status
    return redirect(url_for("web.alarms_page", _anchor="call-list"))


@pages.post("/call-list/<uuid:contact_id>/remove")
@page(Permission.SET_CALL_LIST)
def remove_call_contact(contact_id: UUID) -> AnyResponse:
    """Take somebody off the call list."""
    with unit() as session:
        call_list.remove(session, contact_id, actor=current_actor(), now=clock.now())
    return redirect(url_for("web.alarms_page", _anchor="call-list"))


@pages.get("/incidents")
@page(Permission.READ_INCIDENTS, reads="incidents")
def incidents_page() -> str:
    """The incidents, those that wait for a review first."""
    return _incidents()


@pages.get("/incidents/<uuid:incident_id>")
@page(Permission.READ_INCIDENTS)
def incident_page(incident_id: UUID) -> AnyResponse:
    """One incident among the others."""
    return redirect(url_for("web.incidents_page", _anchor=f"incident-{incident_id}"))


@pages.post("/incidents/<uuid:incident_id>/review")
@page(Permission.REVIEW_INCIDENTS)
def review_incident(incident_id: UUID) -> Answer:
    """Say what was done about an incident."""
    form = request.form
    try:
        with unit() as session:
            incidents.review(
                session,
                incident_id,
                form.get("measures", ""),
                warns=form.get("warns") == "yes",
                actor=current_actor(),
                now=clock.now(),
            )
    except InvalidInput as wrong:
        return _incidents(wrong), wrong.status
    return redirect(url_for("web.incidents_page"))


@pages.post("/visits/<uuid:visit_id>/incident")
@page(Permission.WORK_VISITS)
def report_incident(visit_id: UUID) -> Answer:
    """Report what went wrong at the door."""
    form, now = request.form, clock.now()
    told = incidents.IncidentReport(
        key=form.get("key") or uuid4().hex,
        kind=form.get("kind", ""),
        words=form.get("words", ""),
        happened_at=_moment(form.get("device_at", "")) or now,
        visit_id=visit_id,
    )
    try:
        with unit() as session:
            incidents.report(
                session,
                told,
                policy=wiring().safety,
                rights=wiring().rights,
                actor=current_actor(),
                now=now,
            )
    except InvalidInput as wrong:
        return shown_visit(visit_id, wrong=wrong), wrong.status
    return redirect(url_for("web.visit_page", visit_id=visit_id, _anchor="incident"))


def _alarms(wrong: InvalidInput | None = None) -> str:
    found = safety_queries.alarm_room(db.session(), current_actor(), asked_id("before"))
    return render_template("alarms.html", wrong=wrong, endings=alarms.ENDINGS, **found)


def _incidents(wrong: InvalidInput | None = None) -> str:
    found = safety_queries.incident_room(
        db.session(), current_actor(), after=asked_id("after"), before=asked_id("before")
    )
    return render_template("incidents.html", wrong=wrong, now=clock.now(), **found)


def _call(form: Mapping[str, str]) -> dict[str, object]:
    def figure(name: str) -> float | None:
        try:
            return float(form.get(name, ""))
        except ValueError:
            return None

    place = {"lat": form.get("lat", ""), "lon": form.get("lon", ""), "datum": "WGS84"}
    return {
        "key": form.get("key"),
        "device_at": form.get("device_at"),
        "position": place,
        "accuracy_metres": figure("accuracy_metres"),
        "fix_age_seconds": figure("fix_age_seconds"),
        "visit_id": form.get("visit_id"),
    }


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
