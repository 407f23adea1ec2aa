"""`python -m bench`: runs the benchmarks, shows tables, writes `bench/results.json` and a picture.

The last of them, `engines`, compares our solver with others; see `bench.comparing`.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.comparing import compare, draw, lines, trials
from bench.comparing import table as lines_table
from bench.comparing.figures import Line, summaries
from bench.comparing.table import summary_table
from bench.registry import BENCHMARKS
from bench.rows import Benchmark, Row, UnavailableError
from bench.timing import timed

RESULTS = Path(__file__).resolve().parent / "results.json"
PICTURE = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "plans-gap.svg"
ENGINES = "engines"
_ABOUT = "Measure against a peer or a limit, in the same run. A ratio over 1 is better than it."
_EXAMPLE = "examples: python -m bench --only packs --size 64; python -m bench --only engines --full"


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the arguments name; 0 when all of it could be measured, else 1."""
    given = _parser().parse_args(argv)
    chosen = [one for one in BENCHMARKS if not given.only or one.name in given.only]
    console = Console()
    runs = [
        run(one, given.size or (one.tiny if given.tiny else one.size), console) for one in chosen
    ]
    if runs:
        console.print(table(runs))
    told: dict[str, object] = {"machine": _machine(), "runs": runs}
    clean = not any("unavailable" in one for one in runs)
    if not given.only or ENGINES in given.only:
        shown, told[ENGINES] = _engines(given, console)
        clean = clean and not any(one.faults for one in shown)
    given.out.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    return 0 if clean else 1


def _machine() -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
    }


def _engines(given: argparse.Namespace, console: Console) -> tuple[list[Line], dict[str, object]]:
    """All engines compared, shown and drawn; and their figures as plain data."""
    with console.status("engines") as status:
        asked = trials(full=given.full, tiny=given.tiny)
        records = list(compare(asked, tell=lambda what: status.update(f"engines: {what}")))
    shown = lines(records)
    means = summaries(shown)
    console.print(lines_table(shown))
    console.print(summary_table(means))
    draw(means, given.picture)
    return shown, {
        "runs": [one.to_json() for one in records],
        "lines": [one.to_json() for one in shown],
        "means": [one.to_json() for one in means],
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description=_ABOUT, epilog=_EXAMPLE)
    names = [*(one.name for one in BENCHMARKS), ENGINES]
    parser.add_argument("--only", action="append", choices=names, help="may be given again")
    parser.add_argument("--tiny", action="store_true", help="sizes that only show that it runs")
    parser.add_argument("--size", type=_size, help="another size for all that --only names")
    parser.add_argument("--full", action="store_true", help="all engines on all problems: hours")
    parser.add_argument("--picture", type=Path, default=PICTURE, help="where the gaps are drawn")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go, as JSON")
    return parser


def _size(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def run(one: Benchmark, size: int, console: Console) -> dict[str, object]:
    """One benchmark's figures as plain data, or the reason why it has none."""
    told: dict[str, object] = {
        "name": one.name,
        "about": one.about,
        "size": size,
        "unit_of_size": one.unit_of_size,
    }
    with console.status(f"{one.name}: {size} {one.unit_of_size}"):
        try:
            seconds, rows = timed(lambda: one.measure(size))
        except UnavailableError as missing:
            return {**told, "unavailable": str(missing)}
    return {**told, "seconds": round(seconds, 2), "rows": [_shown(row) for row in rows]}


def _shown(row: Row) -> dict[str, object]:
    return row.to_json()


def table(runs: Sequence[dict[str, object]]) -> Table:
    """The figures for people: one line a row, the ratio last."""
    made = Table(title="A ratio over 1 is better than the peer, or within the limit")
    for heading in ("benchmark", "what"):
        made.add_column(heading, overflow="fold")
    for heading in ("ours", "theirs"):
        made.add_column(heading, justify="right", no_wrap=True)
    made.add_column("against", overflow="fold")
    made.add_column("ratio", justify="right", no_wrap=True)
    for one in runs:
        title = f"{one['name']}, {one['size']} {one['unit_of_size']}"
        rows = one.get("rows")
        if not isinstance(rows, list):
            made.add_row(title, str(one["unavailable"]))
            continue
        for row in rows:
            made.add_row(title, f"{row['what']}, {row['unit']}", _figure(row["ours"]),
                         _figure(row["theirs"]), row["against"], _figure(row["ratio"]))  # fmt: skip
            title = ""
    return made


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main())
