"""The timeline of a case: one line of all that happened, with one event open beside it."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from uuid import UUID

from flask import render_template, request

from fieldops import clock
from fieldops.db import db, writing
from fieldops.domain.errors import FieldopsError, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.gateways import documents
from fieldops.services import cases, evidence, evidence_shown, saved_views, stated, timeline
from fieldops.web import event_queries
from fieldops.web.access import current_actor, page, unit, zone
from fieldops.web.blueprint import pages
from fieldops.web.timeline_filter import Filter
from fieldops.wiring import wiring

_PAGE = 50


@pages.get("/cases/<uuid:case_id>/timeline")
@page(Permission.READ_CASES, reads="timeline")
def timeline_page(case_id: UUID) -> str:
    """What happened, the newest first; the open event stands beside it with its provenance."""
    return shown(case_id, Filter.read(request.args), _open(case_id))


def shown(
    case_id: UUID,
    wanted: Filter,
    event: timeline.Event | None = None,
    *,
    wrong: FieldopsError | None = None,
) -> str:
    """The page of a timeline, with what was wrong in the form of a view."""
    session, actor = db.session(), current_actor()
    case = cases.get_case(session, case_id, actor)
    events, last = timeline.of_case(
        session, case_id, wanted.asked(zone()), after=_after(), limit=_PAGE, actor=actor
    )
    opened = None
    if event is not None:
        proving = "prove" in request.args
        opened = event_queries.opened(session, event, proving=proving, actor=actor)
    others = stated.of_case(session, case_id, actor=actor).houses
    kept = saved_views.of_case(session, case_id, actor=actor)
    return render_template(
        "timeline.html", case=case, days=_by_day(events), wanted=wanted,
        opened=opened, wrong=wrong,
        views=[(one, Filter.from_json(one.asked)) for one in kept if one.asked is not None],
        kinds=[
            kind
            for kind in timeline.KINDS
            if timeline.Asked().reaches(kind, actor) and (others or kind not in timeline.STATED)
        ],
        after=request.args.get("after", ""), following=str(last) if last else "",
        addresses={one.id: one for one in case.addresses}, place=cases.shown_place,
        shown=cases.shown, shows=evidence_shown, text=_text(event),
        is_large="large" in request.args,
    )  # fmt: skip


def _open(case_id: UUID) -> timeline.Event | None:
    """The event that the address opens; that an item's record was looked at is in the log."""
    kind, _, row_id = request.args.get("open", "").partition("/")
    try:
        wanted = UUID(row_id)
    except ValueError:
        return None
    event = timeline.row_of(db.session(), case_id, kind, wanted, actor=current_actor())
    if event.kind == "item" and request.method != "HEAD":
        # What was only read so far must not keep the database from being written.
        db.session.rollback()
        with writing(), unit() as session:
            evidence.view(session, wanted, actor=current_actor(), at=clock.wall_time())
    return event


def _text(event: timeline.Event | None) -> tuple[str, bool] | None:
    """What the open item says, where the reader asks to read it; that he did is in the log."""
    if event is None or event.kind != "item" or "read" not in request.args:
        return None
    item_id = event.row.id
    db.session.rollback()
    with writing(), unit() as session:
        opened = evidence_shown.open_text(
            session, item_id, actor=current_actor(), at=clock.wall_time()
        )
        chunks = opened.chunks(wiring().blobs)
    return documents.text(chunks)


def _by_day(events: Sequence[timeline.Event]) -> list[tuple[date, list[timeline.Event]]]:
    """The events of a page under the days of the house on which they happened."""
    days = groupby(events, lambda one: one.at.astimezone(zone()).date())
    return [(day, list(found)) for day, found in days]


def _after() -> timeline.Place | None:
    """Where the page before ended; an address that says nothing sensible begins anew."""
    try:
        return timeline.place(request.args.get("after", ""))
    except InvalidInput:
        return None
