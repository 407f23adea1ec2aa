"""What is pure in the board's scripts: where labels are written on the map."""

import json
from pathlib import Path
from typing import Any

from fieldops import web
from tests.builders.scripts import run

LABELS = Path(web.__file__).parent / "static" / "board" / "labels.js"
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
