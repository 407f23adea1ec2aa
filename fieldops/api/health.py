"""Whether the service lives and whether it can work: for balancers and people who watch."""

from typing import Any

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from fieldops.api.access import allow
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services import alert_settings, fixity, stamps
from fieldops.wiring import wiring

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@allow(Permission.ANYONE)
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@allow(Permission.ANYONE)
def ready() -> tuple[dict[str, Any], int]:
    """The database answers; what only delays, such as a dead queue, is told apart."""
    parts = {"database": _answers(_database), "queue": _answers(_queue)}
    kept = {"timestamps": _answers(_timestamps), "fixity": _answers(_fixity)}
    told = {"channels": _answers(_channels)}
    status = "ok" if parts["database"] else "unavailable"
    answer = {"status": status, "parts": parts, "custody": kept, "alerts": told}
    return answer, 200 if parts["database"] else 503


@blueprint.get("/metrics")
@allow(Permission.ANYONE)
def metrics() -> Response:
    """Counters for Prometheus; no personal data is in them."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _database() -> None:
    db.session.execute(text("SELECT 1"))


def _queue() -> None:
    wiring().hurried_redis.ping()


def _timestamps() -> None:
    if stamps.any_overdue(db.session()):
        raise LookupError("a timestamp authority owes a stamp")


def _fixity() -> None:
    if fixity.any_broken(db.session()):
        raise LookupError("stored evidence is changed or missing")


def _channels() -> None:
    if alert_settings.any_failing(db.session()):
        raise LookupError("an alert could not be sent")


def _answers(ask: Any) -> bool:
    try:
        ask()
    except Exception:
        return False
    return True
