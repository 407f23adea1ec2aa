"""`python -m bench.month`: plays a month of any size on either database and tells all of it."""

import argparse
import math
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from bench.databases import postgresql
from bench.month import DAYS, SEED, played
from bench.month.report import show


def main(argv: Sequence[str] | None = None) -> int:
    """Play what the arguments say; 0 when the audit finds no violation."""
    parser = argparse.ArgumentParser(prog="bench.month", description=__doc__)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own")
    parser.add_argument("--home", type=Path, help="an empty directory to keep it in")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no day after these")
    given = parser.parse_args(argv)
    console = Console()
    with ExitStack() as stack:
        temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix="fieldops-month-"))
        home = given.home or Path(temporary)
        home.mkdir(parents=True, exist_ok=True)
        url = stack.enter_context(postgresql()) if given.postgresql else ""
        options = {"url": url, "seed": given.seed, "tell": console.print, "minutes": given.minutes}
        _, told = stack.enter_context(played(home, given.cases, given.days, **options))
        show(told, console)
        for one in [one for one in told.found if not one.hindsight][:40]:
            console.print(one)
    return 1 if told.violations else 0


if __name__ == "__main__":
    sys.exit(main())
