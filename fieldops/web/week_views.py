"""The week of the team: agents by days, with the load of each."""

from datetime import timedelta
from uuid import UUID

from flask import render_template, request

from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services.planning.board import week
from fieldops.web.access import current_actor, page
from fieldops.web.agent_views import day_asked
from fieldops.web.blueprint import pages
from fieldops.web.showing import today

AGENTS = 60


@pages.get("/board/week")
@page(Permission.READ_PLANS, reads="week")
def week_page() -> str:
    """Seven days from the one that is asked for; each leads to its board."""
    first = day_asked()
    found, following = week.week(
        db.session(), first, after=_after(), limit=AGENTS, actor=current_actor()
    )
    # Two who go together share a route: its visits count once.
    totals = []
    for at in range(len(found["days"])):
        cells = [one["days"][at] for one in found["items"]]
        totals.append(sum({one.get("route_id"): one.get("visits", 0) for one in cells}.values()))
    return render_template(
        "week.html",
        first=first,
        weeks=[first - timedelta(days=week.DAYS), today(), first + timedelta(days=week.DAYS)],
        days=found["days"],
        agents=found["items"],
        totals=totals,
        following=following,
    )


def _after() -> UUID | None:
    try:
        return UUID(request.args.get("after", ""))
    except ValueError:
        return None
