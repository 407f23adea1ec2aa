"""Where the debtor lives as a curve over time, with the words that moved it; and the links."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import render_template, request

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.services import belief_history, cases, links_across, next_steps
from fieldops.web import belief_drawing, case_queries
from fieldops.web.access import current_actor, page, unit, zone
from fieldops.web.blueprint import pages
from fieldops.web.showing import percent
from fieldops.wiring import wiring


@pages.get("/cases/<uuid:case_id>/belief")
@page(Permission.READ_TRACE, reads="belief")
def belief_page(case_id: UUID) -> str:
    """The belief about each address, the curve of one, and what would change it most."""
    session, actor = db.session(), current_actor()
    case = cases.get_case(session, case_id, actor)
    found = belief_history.histories(session, case_id, actor=actor, now=clock.now())
    wanted = request.args.get("address", "")
    shown = next((one for one in found if str(one.address.id) == wanted), None) or next(
        iter(found), None
    )
    steps = []
    if shown is not None:
        steps = next_steps.for_address(
            session, shown.address, shown.now, book=wiring().rulebook, actor=actor, now=clock.now()
        )
    return render_template(
        "belief.html", case=case, histories=found, shown=shown, steps=steps,
        drawing=belief_drawing.draw(shown, zone()) if shown else None, place=cases.shown_place,
        added_up=add_up(shown) if shown else {},
    )  # fmt: skip


def add_up(shown: belief_history.History) -> dict[str, str]:
    """How the belief of now adds up, as a page prints it.

    The drift takes up the rounding, so that whoever adds up the printed points gets the sum.
    """
    held = shown.now
    prior, total = round(held.prior, 1), round(held.decibans, 1)
    learnt = sum(round(one.decibans, 1) for one in shown.words)
    points = {"prior": prior, "drift": total - prior - learnt, "learnt": learnt, "total": total}
    # Adding 0.0 makes a zero of what would be printed as minus zero.
    told = {name: f"{round(value, 1) + 0.0:+.1f}" for name, value in points.items()}
    begun = 1 / (1 + 10 ** (-held.prior / 10))
    return {**told, "begun": percent(begun), "share": percent(held.p_moved)}


@pages.get("/cases/<uuid:case_id>/links")
@page(Permission.READ_TRACE, reads="links")
def links_page(case_id: UUID) -> str:
    """Who held what, and how the debtor hangs together with people, places and things."""
    return _shown_links(case_id)


@pages.post("/cases/<uuid:case_id>/links-across")
@page(Permission.READ_TRACE)
def look_across(case_id: UUID) -> str | tuple[str, int]:
    """Look for links in the files of others, for a purpose, and show what was found."""
    purpose, asked = request.form.get("purpose", ""), _asked_days()
    try:
        with unit() as session:
            found = links_across.look(
                session, case_id, purpose=purpose, known_at=asked.known_at,
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip
    except InvalidInput as wrong:
        return _shown_links(case_id, wrong=wrong), wrong.status
    return _shown_links(case_id, across=found)


def _shown_links(
    case_id: UUID, *, across: links_across.Across | None = None, wrong: InvalidInput | None = None
) -> str:
    """The page of the links, with what was found across files, or what was wrong in asking."""
    session, actor = db.session(), current_actor()
    case = cases.get_case(session, case_id, actor)
    owned, graph = case_queries.links(session, case_id, _asked_days(), actor)
    return render_template(
        "links_page.html", case=case, owned=owned, graph=graph, across=across, wrong=wrong
    )


def _asked_days() -> case_queries.AskedDays:
    """The days in the address of the page; what is no day is as if nobody had asked."""
    as_of, known_on = _day("as_of"), _day("known_on")
    known_at = None
    if known_on is not None and known_on < clock.now().astimezone(zone()).date():
        known_at = datetime.combine(known_on + timedelta(days=1), time(), zone())
    return case_queries.AskedDays(as_of, known_at)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None
