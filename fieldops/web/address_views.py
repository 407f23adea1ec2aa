"""Addresses to settle: what several places fit or none, decided by a person who says why."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.positions import PositionRefused, read_position
from fieldops.models import Address
from fieldops.services import scoped
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.door_forms import version

_SHOWN = 50
DOUBTFUL = ("ambiguous", "unlocated")


@pages.get("/addresses")
@page(Permission.SETTLE_ADDRESSES, reads="addresses")
def addresses_page() -> str:
    """The addresses that wait for a person."""
    return _shown()


@pages.post("/addresses/<uuid:address_id>")
@page(Permission.SETTLE_ADDRESSES)
def settle(address_id: UUID) -> AnyResponse | tuple[str, int]:
    """Say where an address is: one of the candidates, or a position written by hand."""
    try:
        with unit() as session:
            address = scoped.get(session, Address, address_id, current_actor(), lock=True)
            _settle(address)
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.addresses_page"))


def _settle(address: Address) -> None:
    scoped.require_version(address.version, version(request.form))
    lat, lon, datum = _chosen(address)
    given = read_position(lat, lon, datum)
    if isinstance(given, PositionRefused):
        raise InvalidInput(faults=[FieldFault(given.field, given.en)])
    reason = request.form.get("reason", "").strip()[:200]
    if not reason:
        raise InvalidInput(faults=[FieldFault("reason", "is empty", "say how you know")])
    place = given.as_wgs84()
    address.lat, address.lon = place.lat, place.lon
    address.given_position = {"lat": lat, "lon": lon, "datum": given.datum.value}
    address.state, address.grade, address.provider = "settled", "door", "person"
    address.settled_by, address.settled_reason = current_actor().account_id, reason
    address.located_at, address.version = clock.now(), address.version + 1


def _chosen(address: Address) -> tuple[str, str, str]:
    """Latitude, longitude and datum as chosen or written."""
    form = request.form
    choice = form.get("candidate", "")
    if choice.isdigit() and int(choice) < len(address.candidates):
        found = address.candidates[int(choice)]
        if found.get("lat") is not None:
            return str(found["lat"]), str(found["lon"]), "WGS84"
    return form.get("lat", ""), form.get("lon", ""), form.get("datum", "")


def _shown(wrong: InvalidInput | None = None) -> str:
    session, actor = db.session(), current_actor()
    query = scoped.own(Address, actor).where(Address.state.in_(DOUBTFUL))
    found = session.scalars(
        query.options(joinedload(Address.case)).order_by(Address.id).limit(_SHOWN)
    ).all()
    return render_template("addresses.html", addresses=found, wrong=wrong)
