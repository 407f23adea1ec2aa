"""Drills: the reports that were filed, side by side, and one of them with its charts."""

from uuid import UUID

from flask import render_template

from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.drills.world.files import case_number
from fieldops.models import Drill
from fieldops.services import drills
from fieldops.web import charts
from fieldops.web.access import current_actor, page
from fieldops.web.blueprint import pages
from fieldops.web.catalogue import word
from fieldops.web.paging import asked_id

_SHOWN = 30
_BASELINES = ("last_observation", "majority_of_last_5")


@pages.get("/drills")
@page(Permission.READ_AUDIT)
def drills_page() -> str:
    """A page of reports, the newest first, and their Brier scores on one scale."""
    found, following = drills.latest(
        db.session(), current_actor(), before=asked_id("before"), limit=_SHOWN
    )
    rows = [(one.name, "ours", one.report["residence"]) for one in found]
    return render_template(
        "drills.html", drills=found, following=following, spans=charts.spans(rows)
    )


@pages.get("/drills/<uuid:drill_id>")
@page(Permission.READ_AUDIT)
def drill_page(drill_id: UUID) -> str:
    """One report: figures, charts, kinds of debtor, and what to mend with cases to open."""
    one = drills.get(db.session(), drill_id, current_actor())
    residence = one.report["residence"]
    rows = [(word("drill_estimator", "fieldops"), "ours", residence)] + [
        (word("drill_estimator", name), "baseline", one.report["baselines"][name])
        for name in _BASELINES
    ]
    return render_template(
        "drill.html",
        drill=one,
        report=one.report,
        calibration=charts.calibration(residence["bins"]),
        delays=charts.delays(residence["noticed"]) if residence["noticed"] else [],
        spans=charts.spans(rows),
        cases=_cases(one),
    )


def _cases(one: Drill) -> dict[str, UUID]:
    """The cases of the examples, by person, where this organisation has played the drill itself."""
    people = {case_number(name): name for why in one.report["mend"] for name in why["examples"]}
    found = drills.cases_numbered(db.session(), current_actor(), list(people))
    return {people[number]: case_id for number, case_id in found.items()}
