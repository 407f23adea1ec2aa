"""What the forms of a visit say, as the services read it."""

from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.web.form_words import NOT_A_NUMBER

Form = MultiDict[str, str]

SHOWN = ("badge_shown", "authorisation_shown", "recorder_on")
CLOSED = ("recording_kept", "entered", "entry_consent", "asked_to_leave", "left_when_asked")


def arrival(form: Form, now: datetime) -> dict[str, Any]:
    """The report of an arrival; what the browser could not measure was written by hand."""
    return {
        "position": {
            "lat": form.get("lat", "").strip(),
            "lon": form.get("lon", "").strip(),
            "datum": form.get("datum", "WGS84"),
        },
        "accuracy_metres": _number(form, "accuracy_metres"),
        "fix_age_seconds": _number(form, "fix_age_seconds"),
        "device_at": form.get("device_at") or now.isoformat(),
        "facts": {name: name in form for name in SHOWN},
    }


def answers(form: Form) -> dict[str, Any]:
    """The answers behind an outcome; what was left open is not stated."""
    found: dict[str, Any] = {
        "statements": [
            {"who": who, "says": says}
            for who, says in zip(form.getlist("who"), form.getlist("says"), strict=False)
            if who or says
        ],
        "sightings": [
            {"sighting": one, "asset": form.get(f"asset.{one}", "")}
            for one in form.getlist("sighting")
        ],
        "facts": {name: form[name] == "yes" for name in CLOSED if form.get(name) in ("yes", "no")},
        "note": form.get("note", "").strip(),
    }
    found |= {name: form[name] for name in ("ability", "willingness") if form.get(name)}
    if form.get("promise.amount") or form.get("promise.due_on"):
        found["promise"] = {
            "amount": form.get("promise.amount", ""),
            "due_on": form.get("promise.due_on", ""),
        }
    if form.get("payment.amount"):
        found["payment"] = {
            "amount": form["payment.amount"],
            "method": form.get("payment.method", ""),
        }
    return found


def version(form: Form) -> int:
    """The version of the visit that the page was drawn from; raises InvalidInput."""
    return int(_number(form, "version"))


def _number(form: Form, name: str) -> float:
    try:
        return float(form.get(name, ""))
    except ValueError as wrong:
        fault = FieldFault(name, NOT_A_NUMBER)
        raise InvalidInput(faults=[fault]) from wrong
