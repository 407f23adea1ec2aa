"""Single rounds of the clock, for tests that are about one of them."""

from fieldops.jobs import routine
from fieldops.wiring import wiring


def go(*names: str) -> None:
    """Go the rounds of these names, as a worker that has just started would."""
    by_name = {one.name: one for one in routine.ROUNDS}
    routine.Rota([by_name[name] for name in names]).go(wiring())
