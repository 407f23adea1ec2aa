"""The packs of a case: each with what the verifier says of it, and with its shares."""

from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import Conflict
from fieldops.domain.permissions import Permission
from fieldops.models import Pack
from fieldops.services import cases, keyset, pack_checks, packs, scoped
from fieldops.services.keyset import Key
from fieldops.web import share_views
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.paging import asked_id
from fieldops.wiring import wiring

_PAGE = 20
_NEWEST = (Key(Pack.id, falls=True),)


@pages.get("/cases/<uuid:case_id>/packs")
@page(Permission.BUILD_PACKS, reads="packs")
def packs_page(case_id: UUID) -> str:
    """The packs, the newest first; one that is being made shows how far it has come."""
    return _shown(case_id)


@pages.post("/packs/<uuid:pack_id>/check")
@page(Permission.BUILD_PACKS)
def check_pack(pack_id: UUID) -> AnyResponse | tuple[str, int]:
    """Have a finished pack verified again as it lies there now."""
    case_id = scoped.get(db.session(), Pack, pack_id, current_actor()).case_id
    try:
        with unit() as session:
            pack_checks.ask(session, pack_id, actor=current_actor(), now=clock.wall_time())
    except Conflict as wrong:
        return _shown(case_id, wrong), wrong.status
    return redirect(url_for("web.packs_page", case_id=case_id, _anchor=f"pack-{pack_id}"))


@pages.post("/packs/<uuid:pack_id>/again")
@page(Permission.BUILD_PACKS)
def build_again(pack_id: UUID) -> AnyResponse | tuple[str, int]:
    """Have a pack that failed built again from its seals."""
    case_id = scoped.get(db.session(), Pack, pack_id, current_actor()).case_id
    try:
        with unit() as session:
            packs.request_again(session, pack_id, actor=current_actor(), now=clock.wall_time())
    except Conflict as wrong:
        return _shown(case_id, wrong), wrong.status
    return redirect(url_for("web.packs_page", case_id=case_id, _anchor=f"pack-{pack_id}"))


def _shown(case_id: UUID, wrong: Conflict | None = None) -> str:
    session, actor = db.session(), current_actor()
    case = cases.get_case(session, case_id, actor)
    found, following = keyset.page(
        session, scoped.own(Pack, actor).where(Pack.case_id == case.id), Pack, _NEWEST,
        beyond=asked_id("after"), limit=_PAGE, actor=actor,
    )  # fmt: skip
    return render_template(
        "packs.html", case=case, packs=found, wrong=wrong, profiles=wiring().profiles,
        following=following,
        checked={one.id for one in found if pack_checks.is_under_way(one)},
        shared=share_views.shown(case_id, actor),
    )  # fmt: skip
