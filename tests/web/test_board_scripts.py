"""What is pure in the board's scripts: where labels are written, and what a running day allows."""

import json
from pathlib import Path
from typing import Any

from fieldops import web
from tests.builders.scripts import run

BOARD = Path(web.__file__).parent / "static" / "board"
LABELS, RUNNING = BOARD / "labels.js", BOARD / "running.js"
ABOVE, BELOW = [0, -20], [0, 20]


def _placed(*wanted: dict[str, Any]) -> Any:
    script = f"console.log(JSON.stringify([...page.place({json.dumps(wanted)})]))"
    return run(LABELS, script)


def _label(key: str, x: float, y: float) -> dict[str, Any]:
    return {"key": key, "x": x, "y": y, "width": 60, "height": 20, "ways": [ABOVE, BELOW]}


def test_a_label_that_would_lie_on_another_takes_its_next_place_or_none() -> None:
    near = (_label("first", 100, 100), _label("second", 130, 105), _label("third", 120, 98))
    assert _placed(*near, _label("far", 400, 100)) == [
        ["first", ABOVE],
        ["second", BELOW],
        ["far", ABOVE],
    ]


def _running(expression: str) -> Any:
    return run(RUNNING, f"console.log(JSON.stringify({expression}))")


def _pinnable(state: str, visit: str | None) -> Any:
    told = {"movable": True, "state": state, "urgent": state == "committed"}
    stop = {"id": "1", "route": {}, "visit": visit and {"state": visit}}
    return _running(f"page.pinnable({json.dumps(told)}, {json.dumps(stop)})")


def test_a_pin_is_offered_only_where_a_new_plan_could_still_move_the_visit() -> None:
    assert _pinnable("proposed", None)
    assert _pinnable("committed", "planned")
    assert not _pinnable("committed", "done")


def test_the_plan_of_another_day_shows_no_line_for_now() -> None:
    at = "[480, 1140], '2026-11-24T09:30:00+08:00'"
    days = ["2026-11-23", "2026-11-24", "2026-11-25"]
    assert _running(f"{days}.map((day) => page.nowOn(day, {at}))") == [None, 570, None]
