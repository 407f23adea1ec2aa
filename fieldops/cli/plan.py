"""`fieldops plan`: plan some days here and now, and write routes, calendars and a page."""

import json
import math
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import click

import routing
from fieldops import clock
from fieldops.cli.context import application, opened
from fieldops.cli.telling import organisation_named, told
from fieldops.domain.permissions import system
from fieldops.jobs import searching
from fieldops.jobs.travelling import lay_roads
from fieldops.models import Plan
from fieldops.services import scoped
from fieldops.services.planning import building, requesting, storing
from fieldops.services.planning.day_notes import day_notes
from fieldops.services.planning.exports import calendar, geojson, gpx, page, sheet
from fieldops.services.planning.pace import Pace
from fieldops.wiring import wiring


@click.command("plan")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day.")
@click.option("--days", type=click.IntRange(1, requesting.MOST_DAYS), default=1)
@click.option("--budget", type=float, help="Seconds that the solver may think.")
@click.option("--seed", type=click.IntRange(0, requesting.LARGEST_SEED), default=1)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Else plan-DATE.")
@click.option("--organisation", "name", help="Needed where there are several.")
@click.pass_context
def plan(
    context: click.Context,
    day: datetime,
    days: int,
    budget: float | None,
    seed: int,
    out: Path | None,
    name: str | None,
) -> None:
    """Plan the visits of a day or more and write plan.json, routes.geojson, GPX, ICS, plan.html.

    Exit status 1 when no plan can be made. The plan stands as proposed: commit it on its page.

    Example: fieldops plan --day 2026-12-01 --budget 20 --out tuesday
    """
    if budget is not None and not (math.isfinite(budget) and budget > 0):
        raise click.BadParameter("say a positive number of seconds", param_hint="--budget")
    with told():
        for note in _notes(day, days, name):
            click.echo(note, err=True)
        prepared = _prepared(day, days, budget, seed, name)
        with application():
            lay_roads(prepared, wiring())
            # The solver thinks while no transaction is open, so that nobody waits for it.
            solved = searching.solve(prepared, wiring())
        found = _stored(prepared, solved)
    target = out or Path(f"plan-{found.day}")
    _write(target, found, prepared, solved)
    _say(found, target)
    context.exit(1 if found.state == storing.FAILED else 0)


def _notes(day: datetime, days: int, name: str | None) -> list[str]:
    """What the rules say of these days whoever is visited, each with its first day."""
    first: dict[str, str] = {}
    with opened() as session:
        actor = system(organisation_named(session, name))
        for on in (day.date() + timedelta(days=number) for number in range(days)):
            for text in day_notes(session, on, book=wiring().rulebook, actor=actor):
                first.setdefault(text.in_language("en"), f"{on}: {text.in_language('en')}")
    return list(first.values())


def _prepared(
    day: datetime, days: int, budget: float | None, seed: int, name: str | None
) -> building.Prepared:
    with opened() as session:
        parts = wiring()
        settings = parts.settings
        actor = system(organisation_named(session, name))
        asked = requesting.request_plan(
            session,
            day.date(),
            days=days,
            budget=settings.plan_budget_seconds if budget is None else budget,
            seed=seed,
            is_queued=False,
            actor=actor,
            now=clock.now(),
        )
        pace = Pace(settings.travel_speed_kmh, settings.travel_detour, settings.visit_minutes)
        return building.prepare(
            session,
            asked.id,
            book=parts.rulebook,
            pace=pace,
            actor=actor,
            policy=parts.planning_policy,
        )


def _stored(prepared: building.Prepared, solved: building.Solved) -> sheet.Sheet:
    with opened() as session:
        actor = system(_owner(session.get_one(Plan, prepared.plan_id)))
        storing.store(session, prepared, solved, actor=actor, now=clock.now())
        return sheet.of_plan(session, scoped.get(session, Plan, prepared.plan_id, actor))


def _owner(plan: Plan) -> UUID:
    return plan.organisation_id


def _write(
    target: Path, found: sheet.Sheet, prepared: building.Prepared, solved: building.Solved
) -> None:
    target.mkdir(parents=True, exist_ok=True)
    _json(target / "plan.json", routing.plan_to_json(solved.plan))
    _json(target / "problem.json", routing.problem_to_json(prepared.problem))
    unserved = [
        {"case": stop.case_number, "stop": str(stop.address_id), "reasons": list(stop.reasons)}
        for stop in found.unserved
    ]
    _json(target / "unserved.json", unserved)
    (target / "routes.geojson").write_text(geojson.written(found), encoding="utf-8")
    (target / "plan.html").write_text(page.written(found), encoding="utf-8")
    for route in found.routes:
        stem = f"route-{route.number:02d}"
        (target / f"{stem}.gpx").write_text(gpx.written(found, route), encoding="utf-8")
        (target / f"{stem}.ics").write_bytes(calendar.written(found, route))


def _json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def _say(found: sheet.Sheet, target: Path) -> None:
    own, naive = found.figures, found.figures["naive"]
    click.echo(
        f"{found.day}: {own['routes']} routes, {own['served']} served, {own['unserved']} unserved, "
        f"{own['kilometres']} km, {own['hours']} h "
        f"(nearest first by hand: {naive['served']} served, {naive['kilometres']} km)"
    )
    for fault in own["check"]:
        click.echo(f"the judge says: {fault}", err=True)
    click.echo(f"written to {target}/: plan.json, routes.geojson, plan.html, GPX and ICS a route")
