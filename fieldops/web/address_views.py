"""Addresses to settle: what several places fit or none, decided by a person who says why."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.positions import GivenPosition, PositionRefused, read_position
from fieldops.models import Address
from fieldops.services import scoped
from fieldops.services.locating.settling import settle_address
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.door_forms import version
from fieldops.web.paging import asked_id

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
    choice = request.form.get("candidate", "")
    candidate = int(choice) if choice.isdecimal() and len(choice) < 4 else None
    try:
        with unit() as session:
            settle_address(
                session,
                address_id,
                position=None if candidate is not None else _written(),
                candidate=candidate,
                reason=request.form.get("reason", ""),
                expected_version=version(request.form),
                actor=current_actor(),
                now=clock.now(),
            )
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.addresses_page"))


def _written() -> GivenPosition:
    form = request.form
    given = read_position(form.get("lat", ""), form.get("lon", ""), form.get("datum", ""))
    if isinstance(given, PositionRefused):
        raise InvalidInput(faults=[FieldFault(given.field, given.en)])
    return given


def _shown(wrong: InvalidInput | None = None) -> str:
    session, actor = db.session(), current_actor()
    query = scoped.own(Address, actor).where(Address.state.in_(DOUBTFUL))
    found, following = scoped.page(
        session, query.options(joinedload(Address.case)), Address,
        after=asked_id("after"), limit=_SHOWN,
    )  # fmt: skip
    return render_template("addresses.html", addresses=found, following=following, wrong=wrong)
