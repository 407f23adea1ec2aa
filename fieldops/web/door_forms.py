"""What the forms of a visit say, as the services read it."""

from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from fieldops.domain.answers import money
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.instalments import MOST_LINES, Rhythm, spread
from fieldops.domain.rulebook.reading import day
from fieldops.web.form_words import NOT_A_NUMBER, NOT_OFFERED, NOT_WHOLE

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
        found["promise"] = _promise(form)
    if form.get("payment.amount"):
        found["payment"] = {
            "amount": form["payment.amount"],
            "method": form.get("payment.method", ""),
        }
    return found


def _promise(form: Form) -> dict[str, Any]:
    """A sum by a day; or the same sum several times, of which the whole is promised."""
    amount, due_on = form.get("promise.amount", ""), form.get("promise.due_on", "")
    count = _count(form)
    if count == 1:
        return {"amount": amount, "due_on": due_on}
    each, first = money(amount, "promise.amount"), day(due_on, "promise.due_on")
    try:
        lines = spread(each, first, count, Rhythm(form.get("promise.every", "")))
    except ValueError as wrong:
        raise InvalidInput(faults=[FieldFault("promise.every", NOT_OFFERED)]) from wrong
    told = [{"amount": str(one.amount), "due_on": one.due_on.isoformat()} for one in lines]
    return {"amount": str(each * count), "due_on": due_on, "instalments": told}


def _count(form: Form) -> int:
    text = form.get("promise.count", "").strip() or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST_LINES):
        raise InvalidInput(faults=[FieldFault("promise.count", NOT_WHOLE)])
    return int(text)


def version(form: Form) -> int:
    """The version of the visit that the page was drawn from; raises InvalidInput."""
    return int(_number(form, "version"))


def _number(form: Form, name: str) -> float:
    try:
        return float(form.get(name, ""))
    except ValueError as wrong:
        fault = FieldFault(name, NOT_A_NUMBER)
        raise InvalidInput(faults=[fault]) from wrong
