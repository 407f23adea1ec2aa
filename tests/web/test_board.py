"""The board as a page: what it loads, from where, and what its forms do."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.basemaps import FILE, Basemap, provider_from_toml
from fieldops.domain.permissions import Actor
from fieldops.models import DayChange, Organisation
from fieldops.settings import config_dir
from tests.builders.living import TODAY, a_running_day, shift_of, visits_of
from tests.builders.worlds import World
from tests.web.conftest import Reader

STATIC = Path(__file__).resolve().parents[2] / "fieldops" / "web" / "static"
MOST_SCRIPT = 220_000
Reads = Callable[[str], Reader]


def _loaded(page: str) -> set[Path]:
    """The scripts of a page, with all that their modules import."""
    found: set[Path] = set()
    ahead = [STATIC / name for name in re.findall(r'<script[^>]* src="/static/([^"]+)"', page)]
    while ahead:
        file = ahead.pop()
        if file in found:
            continue
        found.add(file)
        if "vendor" not in file.parts:
            names = re.findall(r'^import .*?from "(\./[^"]+)";', file.read_text("utf-8"), re.M)
            ahead += [file.parent / name.removeprefix("./") for name in names]
    return found


def test_a_day_whose_holidays_are_not_published_says_so(world: World, reads: Reads) -> None:
    dispatcher = reads("dispatcher")
    assert "are not known" in dispatcher.get("/board?day=2027-03-02").text
    assert "are not known" not in dispatcher.get("/board?day=2026-12-01").text


def test_a_plan_that_would_overlap_another_is_refused_on_the_board(
    world: World, reads: Reads
) -> None:
    dispatcher = reads("dispatcher")
    dispatcher.post("/board/propose", day="2026-12-01")
    answer = dispatcher.post("/board/propose", day="2026-12-01")
    assert answer.status_code == 409
    assert "A plan for these days is being made" in answer.text
    assert 'class="board-bar"' in answer.text


def test_the_first_load_of_the_board_is_light(world: World, reads: Reads) -> None:
    page = reads("dispatcher").get(f"/board?day={world.plan.day}").text
    files = _loaded(page)
    assert {"leaflet.js", "timeline.js", "moving.js"} <= {file.name for file in files}
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= MOST_SCRIPT


def test_a_providers_hosts_may_be_loaded_from_by_the_board_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch, world: World, reads: Reads
) -> None:
    text = (config_dir() / "maps" / "providers.toml").read_text()
    tiles = provider_from_toml(text, "tianditu", "key")
    monkeypatch.setitem(app.extensions["fieldops"].__dict__, "basemap", tiles)
    reader = reads("dispatcher")
    policy = reader.get(f"/board?day={world.plan.day}").headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob: https://t0.tianditu.gov.cn" in policy
    assert "tianditu" not in reader.get("/holds").headers["Content-Security-Policy"]


def test_a_file_of_tiles_is_served_by_ranges(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reads: Reads
) -> None:
    reader = reads("dispatcher")
    assert reader.get("/map/basemap.pmtiles").status_code == 404
    file = tmp_path / "city.pmtiles"
    file.write_bytes(b"PMTiles\x03" + bytes(range(200)))
    parts: Any = app.extensions["fieldops"]
    monkeypatch.setitem(parts.__dict__, "basemap", Basemap(FILE))
    with monkeypatch.context() as patch:
        patch.setattr("fieldops.web.map_views.Path", lambda _: file)
        answer = reader.client.get("/map/basemap.pmtiles", headers={"Range": "bytes=0-6"})
    assert (answer.status_code, answer.data) == (206, b"PMTiles")
    assert answer.headers["Content-Range"] == "bytes 0-6/208"
    answer.close()


def test_the_week_shows_every_agent_and_leads_to_each_day(world: World, reads: Reads) -> None:
    page = reads("auditor").get(f"/board/week?day={world.plan.day}").text
    assert "李四" in page
    assert f"/board?day={world.plan.day}" in page


def test_the_visits_of_two_who_go_together_count_once_in_the_week(
    world: World, reads: Reads
) -> None:
    page = reads("auditor").get(f"/board/week?day={world.plan.day}").text
    foot = page[page.index("<tfoot>") : page.index("</tfoot>")]
    assert f"<td>{len(world.visits)}</td>" in foot


@pytest.mark.parametrize("query", ["day=never", "after=nobody", "day="])
def test_a_week_that_is_none_is_this_one(query: str, reads: Reads) -> None:
    assert reads("auditor").get(f"/board/week?{query}").status_code == 200


def test_an_urgent_visit_that_stands_already_is_refused_on_the_board(
    session: Session, organisation: Organisation, admin: Actor, world: World, reads: Reads
) -> None:
    plan = a_running_day(session, organisation, admin, cases=2, prefix="B")
    told = {"number": visits_of(session, plan)[0].case.number, "reason": "he rang"}
    answer = reads("dispatcher").post(f"/plans/{plan.id}/urgent", **told, day=str(TODAY))
    assert answer.status_code == 409
    assert "stands on this day already" in answer.text
    assert 'class="board-bar"' in answer.text


def test_what_cannot_be_done_with_a_running_day_is_told_on_its_board(
    session: Session, organisation: Organisation, admin: Actor, world: World, reads: Reads
) -> None:
    plan = a_running_day(session, organisation, admin, cases=2, prefix="B")
    reader, told = reads("dispatcher"), {"reason": "he rang", "day": str(TODAY)}
    unknown = reader.post(f"/plans/{plan.id}/urgent", **told, number="nobody has it")
    assert (unknown.status_code, 'class="board-bar"' in unknown.text) == (422, True)
    stale = reader.post(f"/plans/{plan.id}/replan", **told, version="0")
    assert (stale.status_code, 'class="board-bar"' in stale.text) == (412, True)


def test_a_delay_is_rolled_forward_and_one_without_minutes_is_refused(
    session: Session, organisation: Organisation, admin: Actor, world: World, reads: Reads
) -> None:
    plan = a_running_day(session, organisation, admin, cases=13, prefix="B")
    shift = shift_of(session, visits_of(session, plan)[0])
    reader, url = reads("dispatcher"), f"/plans/{plan.id}/late"
    told = {"shift_id": str(shift.id), "reason": "traffic", "version": str(plan.version)}
    assert reader.post(url, **told, minutes="soon").status_code == 422
    assert reader.post(url, **told, minutes="30", day=str(TODAY)).status_code == 302
    assert [one.kind for one in session.scalars(select(DayChange))] == ["delay"]
