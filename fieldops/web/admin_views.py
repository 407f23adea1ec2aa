"""Administration: people and their accounts, the organisation, those outside, work and storage."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import Conflict, FieldopsError, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook.records import EVERYWHERE
from fieldops.gateways import queue_state
from fieldops.services import organisations
from fieldops.web import admin_queries
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.wiring import wiring

_JOBS = 50


@pages.get("/admin/organisation")
@page(Permission.MANAGE_ACCOUNTS)
def organisation_page() -> str:
    """Name, zone, kind and jurisdictions, and the rule packs that hold there."""
    return _organisation()


@pages.post("/admin/organisation")
@page(Permission.MANAGE_ACCOUNTS)
def change_organisation() -> AnyResponse | tuple[str, int]:
    """Change what the organisation says of itself."""
    form = request.form
    try:
        with unit() as session:
            organisations.change(
                session,
                name=form.get("name", ""),
                added=form.getlist("jurisdiction"),
                known=_jurisdictions(),
                actor=current_actor(),
                now=clock.now(),
            )
    except (InvalidInput, Conflict) as wrong:
        return _organisation(wrong), wrong.status
    return redirect(url_for("web.organisation_page"))


@pages.get("/admin/providers")
@page(Permission.MANAGE_ACCOUNTS)
def providers_page() -> str:
    """Whom the service asks: set up or not, and when they last answered; no secret is shown."""
    found = admin_queries.providers(
        db.session(), current_actor().organisation_id, wiring().settings
    )
    return render_template("admin_providers.html", providers=found)


@pages.get("/admin/work")
@page(Permission.MANAGE_ACCOUNTS)
def work_page() -> str:
    """The queue, background jobs, and storage."""
    session, organisation_id = db.session(), current_actor().organisation_id
    wanted = request.args.get("state")
    state = wanted if wanted in admin_queries.JOB_STATES else None
    before = request.args.get("before", "")[:100] or None
    jobs, following = admin_queries.jobs(session, organisation_id, state, before, _JOBS)
    return render_template(
        "admin_work.html",
        jobs=jobs, following=following, state=state, states=admin_queries.JOB_STATES,
        queue=queue_state.state(wiring().hurried_redis),
        storage=admin_queries.storage(session, organisation_id, wiring().settings),
    )  # fmt: skip


def _organisation(wrong: FieldopsError | None = None) -> str:
    row = organisations.of(db.session(), current_actor())
    book = wiring().rulebook
    return render_template(
        "admin_organisation.html",
        organisation=row, wrong=wrong, filled=request.form,
        jurisdictions=_jurisdictions(), packs=book.packs_for(row.jurisdictions),
        uncovered=book.uncovered(row.jurisdictions),
    )  # fmt: skip


def _jurisdictions() -> list[str]:
    """Those of which there are rules."""
    packs = wiring().rulebook.packs
    return sorted(pack.jurisdiction for pack in packs if pack.jurisdiction != EVERYWHERE)
