"""The basket of a case, and the pages on which parts of photos are covered."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.disclosure.basket import LONGEST, Reason, basket_of, completed
from fieldops.domain.disclosure.gaps import Gap
from fieldops.domain.disclosure.profiles import named
from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Permission
from fieldops.domain.redacting import LONGEST_REASON, Covered
from fieldops.models import Case, Visit
from fieldops.services import baskets, evidence, pack_gaps, packs, redactions, scoped
from fieldops.web import basket_forms
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.door_forms import version
from fieldops.wiring import wiring

# Of each kind; how many more there are is said.
_SHOWN_GAPS = 50


@pages.get("/cases/<uuid:case_id>/basket")
@page(Permission.BUILD_PACKS, reads="basket")
def basket_page(case_id: UUID) -> str:
    """What of a case is submitted, and what the pack would lack for a recipient."""
    return _shown(case_id)


@pages.post("/cases/<uuid:case_id>/basket")
@page(Permission.BUILD_PACKS)
def keep_basket(case_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keep the basket as the form says."""
    try:
        basket = basket_of(basket_forms.basket(request.form))
        with unit() as session:
            baskets.keep(
                session, case_id, basket, version(request.form),
                actor=current_actor(), now=clock.wall_time(),
            )  # fmt: skip
    except FieldopsError as wrong:
        return _shown(case_id, wrong), wrong.status
    return redirect(url_for("web.basket_page", case_id=case_id, profile=_profile_name()))


@pages.post("/cases/<uuid:case_id>/packs")
@page(Permission.BUILD_PACKS)
def draw_pack(case_id: UUID) -> AnyResponse | tuple[str, int]:
    """Ask for a pack of the basket; a worker builds it while the page of the case waits."""
    try:
        profile = named(wiring().profiles, _profile_name())
        with unit() as session:
            packs.request_pack(
                session, case_id, request.form.get("purpose", ""), profile=profile,
                actor=current_actor(), now=clock.wall_time(),
            )  # fmt: skip
    except FieldopsError as wrong:
        return _shown(case_id, wrong), wrong.status
    return redirect(url_for("web.packs_page", case_id=case_id))


@pages.get("/items/<uuid:item_id>/redact")
@page(Permission.BUILD_PACKS, reads="item")
def redact_page(item_id: UUID) -> str:
    """A photo to draw on, and the copies that were made of it."""
    return _redacting(item_id)


@pages.post("/redactions/<uuid:copy_id>/review")
@page(Permission.BUILD_PACKS)
def judge_copy(copy_id: UUID) -> AnyResponse | tuple[str, int]:
    """Let a copy into packs that one has looked at, or throw it away."""
    item_id = redactions.get(db.session(), copy_id, actor=current_actor()).item_id
    verdict = redactions.DISCARDED if "discard" in request.form else redactions.REVIEWED
    try:
        with unit() as session:
            redactions.judge(session, copy_id, verdict, actor=current_actor(), at=clock.wall_time())
    except redactions.NotSeen as wrong:
        return _redacting(item_id, wrong), wrong.status
    return redirect(url_for("web.redact_page", item_id=item_id, _anchor="copies"))


def _profile_name() -> str:
    return request.values.get("profile", "") or next(iter(wiring().profiles))


def _shown(case_id: UUID, wrong: FieldopsError | None = None) -> str:
    session, actor = db.session(), current_actor()
    found = baskets.prepared(session, case_id, actor=actor)
    basket, profiles = found.basket, wiring().profiles
    profile = profiles.get(_profile_name()) or next(iter(profiles.values()))
    items = {item.id: item for item in found.items}
    if wrong is not None and "item" in request.form:
        typed = basket_forms.typed(request.form, items)
        basket = completed(typed, list(items), baskets.language_of(session, actor))
    usable = redactions.usable(session, list(items))
    visits = session.scalars(scoped.own(Visit, actor).where(Visit.case_id == case_id)).all()
    more: dict[str, Any] = {}
    if found.items:
        more["gaps"] = _by_code(pack_gaps.gaps(session, found, profile, now=clock.wall_time()))
    return render_template(
        "basket.html", case=found.case, basket=basket, version=found.version, items=items,
        copies=usable, visits={visit.id: visit for visit in visits}, profiles=profiles,
        profile=profile, reasons=list(Reason), longest=LONGEST, submitted=basket_forms.SUBMITTED,
        has_preview=evidence.has_preview, wrong=wrong, shown=_SHOWN_GAPS, **more,
    )  # fmt: skip


def _by_code(gaps: Sequence[Gap]) -> dict[str, list[Gap]]:
    """The gaps of each kind together, in the order in which the kinds come first."""
    found: dict[str, list[Gap]] = {}
    for gap in gaps:
        found.setdefault(gap.code, []).append(gap)
    return found


def _redacting(item_id: UUID, wrong: FieldopsError | None = None) -> str:
    session, actor = db.session(), current_actor()
    item = evidence.get(session, item_id, actor=actor)
    return render_template(
        "redact.html", item=item, copies=redactions.of_item(session, item_id, actor=actor),
        has_preview=evidence.has_preview(item), kinds=list(Covered), longest=LONGEST_REASON,
        wrong=wrong, case=scoped.get(session, Case, item.case_id, actor),
    )  # fmt: skip
