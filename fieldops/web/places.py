"""Where a page lies: in which room, and by which pages one comes to it.

A page is known by its template, so that a form that comes back with its faults lies where the page
lies that showed it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, url_for
from jinja2 import pass_context
from jinja2.runtime import Context

from fieldops.domain.permissions import Actor
from fieldops.web.catalogue import t, word
from fieldops.web.rooms import WINGS, Room, wings_for
from fieldops.web.showing import file_name

# What a page was given to write: by name, as Jinja keeps it.
Page = Mapping[str, Any] | Context


@dataclass(frozen=True, slots=True)
class Place:
    """A page that lies under another: its address, its name, and what its address needs to know.

    Without a name it is a room, and is called as the navigation calls it; without an address it is
    the answer to a form, to which no way leads back.
    """

    endpoint: str
    under: str = ""
    name: Callable[[Page], str] | None = None
    asked: Callable[[Page], Mapping[str, Any]] = lambda _: {}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way to a page; without an address where the reader is, or may not go."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Here:
    """Where the reader is: the room, and the steps down to the page; none in the room itself."""

    room: Room | None = None
    steps: Sequence[Step] = ()


def _says(key: str) -> Callable[[Page], str]:
    return lambda _: t(key)


def _word(table: str, value: str) -> Callable[[Page], str]:
    return lambda _: word(table, value)


def _of_case(page: Page) -> Mapping[str, Any]:
    return {"case_id": page["case"].id}


_ROOMS = {
    "my_day.html": Place("web.my_day_page", asked=lambda page: {"day": page["visit"].day}),
    "board.html": Place("web.board_page"),
    "alarms.html": Place("web.alarms_page"),
    "team.html": Place("web.team_page"),
    "promises.html": Place("web.promises_page"),
    "phones.html": Place("web.phones_page"),
    "imports.html": Place("web.imports_page"),
    "addresses.html": Place("web.addresses_page"),
    "desk.html": Place("web.desk_page"),
    "cases.html": Place("web.cases_page"),
    "identity.html": Place("web.identity_page"),
    "holds.html": Place("web.holds_page"),
    "complaints.html": Place("web.complaints_page"),
    "incidents.html": Place("web.incidents_page"),
    "protection.html": Place("web.protection_page"),
    "reports.html": Place("web.reports_page"),
    "compliance.html": Place("web.compliance_page"),
    "rules.html": Place("web.rules_page"),
    "drills.html": Place("web.drills_page"),
    "admin.html": Place("web.admin_page"),
}
_OF_A_CASE = {
    "case.html": Place("web.case_page", "cases.html", lambda page: page["case"].number, _of_case),
    "timeline.html": Place("web.timeline_page", "case.html", _word("room", "timeline"), _of_case),
    "belief.html": Place("web.belief_page", "case.html", _word("room", "belief"), _of_case),
    "links_page.html": Place("web.links_page", "case.html", _word("room", "links"), _of_case),
    "basket.html": Place(
        "web.basket_page", "case.html", _word("room", "basket"),
        lambda page: {"case_id": page["case"].id, "_anchor": f"line-{page['item'].id}"},
    ),
    "redact.html": Place("web.redact_page", "basket.html", _says("redact.title")),
    "packs.html": Place("web.packs_page", "case.html", _word("room", "packs"), _of_case),
    "share_made.html": Place("", "packs.html", _says("shares.made")),
    "sheet.html": Place(
        "web.lead_sheet_page", "case.html", lambda page: page["sheet"].reference
    ),
}  # fmt: skip
_BELOW = {
    "visit.html": Place("web.visit_page", "my_day.html", lambda page: page["know"]["case_number"]),
    "week.html": Place("web.week_page", "board.html", _says("week.title")),
    "phone_code.html": Place("", "phones.html", _says("phones.code_title")),
    "import.html": Place(
        "web.import_page", "imports.html", lambda page: file_name(page["record"].filename)
    ),
    "pair.html": Place("web.pair_page", "identity.html", _says("identity.title")),
    "overrides.html": Place("web.overrides_page", "holds.html", _says("overrides.title")),
    "complaint.html": Place(
        "web.complaint_page", "complaints.html", lambda page: page["reference"]
    ),
    "data_request.html": Place(
        "web.data_request_page", "protection.html",
        lambda page: word("data_request_kind", page["row"].kind),
    ),
    "person_record.html": Place(
        "", "protection.html", _says("protection.record_of")
    ),
    "restriction.html": Place(
        "web.restriction_page", "protection.html", _says("protection.restriction")
    ),
    "readings.html": Place(
        "web.readings_page", "protection.html", _word("protection_room", "readings")
    ),
    "retention.html": Place(
        "web.retention_page", "protection.html", _word("protection_room", "retention")
    ),
    "registers.html": Place(
        "web.registers_page", "protection.html", _word("protection_room", "registers")
    ),
    "rule_changes.html": Place("web.rule_changes_page", "rules.html", _says("rule_changes.title")),
    "fit.html": Place("web.fit_page", "compliance.html", _says("oversight.fit")),
    "doubt.html": Place("web.doubt_page", "fit.html", lambda page: page["agent"].name),
    "drill.html": Place("web.drill_page", "drills.html", lambda page: page["drill"].name),
    "admin_account.html": Place(
        "web.account_page", "admin.html", lambda page: page["account"].name,
        lambda page: {"account_id": page["account"].id},
    ),
    "admin_secret.html": Place("", "admin_account.html", _says("admin.once")),
    "admin_organisation.html": Place(
        "web.organisation_page", "admin.html", _word("admin_room", "organisation")
    ),
    "alerts.html": Place("web.alert_settings_page", "admin.html", _word("admin_room", "channels")),
    "admin_providers.html": Place(
        "web.providers_page", "admin.html", _word("admin_room", "providers")
    ),
    "admin_work.html": Place("web.work_page", "admin.html", _word("admin_room", "work")),
    "api_docs.html": Place("web.api_docs_page", "admin.html", _word("admin_room", "interface")),
    "api_group.html": Place(
        "web.api_group_page", "api_docs.html", lambda page: page["group"].name
    ),
}  # fmt: skip
PLACES: Mapping[str, Place] = {**_ROOMS, **_OF_A_CASE, **_BELOW}


@pass_context
def here(context: Context) -> Here:
    """Where the page that is being written lies, for a reader who is signed in."""
    actor, place = g.get("actor"), PLACES.get(context.name or "")
    if actor is None or place is None:
        return Here()
    way = [place, *_above(place)]
    room = _ROOM_AT[way[-1].endpoint]
    if len(way) == 1:
        return Here(room)
    wing = next((one for one in wings_for(actor) if room in one.rooms), None)
    steps = [Step(t(wing.name))] if wing and len(wing.rooms) > 1 else []
    steps += [_step(one, context, actor) for one in reversed(way[1:])]
    return Here(room, [*steps, Step(_name(place, context))])


_ROOM_AT = {room.endpoint: room for wing in WINGS for room in wing.rooms}


def _above(place: Place) -> Iterator[Place]:
    while place.under:
        place = PLACES[place.under]
        yield place


def _step(place: Place, page: Page, actor: Actor) -> Step:
    view: Any = current_app.view_functions[place.endpoint]
    may = actor.may(view.permission)
    url = url_for(place.endpoint, **place.asked(page)) if may else ""
    return Step(_name(place, page), url)


def _name(place: Place, page: Page) -> str:
    return place.name(page) if place.name else t(_ROOM_AT[place.endpoint].name)
