"""Solving one region of a plan that another process makes: reads no database and writes none."""

import structlog

from fieldops.gateways.regions import post, presence
from fieldops.wiring import wiring
from routing.solver.wire import carry_out_wire

log = structlog.get_logger(__name__)


def carry_out(run: str, key: str) -> None:
    """Do the task of a search and answer it; one that nobody wants any more is left alone."""
    redis, worker = wiring().redis, presence.own_name()
    wire = post.fetch(redis, run, key)
    if wire is None:
        return
    post.tell(redis, run, post.Letter(key, worker))
    try:
        answer = carry_out_wire(wire)
    except Exception:
        # Who asked does it over again elsewhere, and meets the error there if it is the task's.
        log.exception("region.failed", run=run, key=key)
        answer = post.GONE
    post.tell(redis, run, post.Letter(key, worker, answer))
