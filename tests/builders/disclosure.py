"""What counsel prepares, as tests need it: baskets kept and copies drawn and reviewed."""

from typing import Any

from sqlalchemy.orm import Session

from fieldops.domain.disclosure.basket import basket_of
from fieldops.domain.disclosure.profiles import Profile
from fieldops.domain.permissions import Actor
from fieldops.domain.redacting import regions_of
from fieldops.gateways import redacting
from fieldops.models import Item, Redaction
from fieldops.services import baskets, evidence, redactions
from fieldops.wiring import wiring
from tests.builders.cases import NOW

FACE = {"what": "face", "reason": "third person", "x": 1000, "y": 1000, "width": 5000,
        "height": 5000}  # fmt: skip


def profile(name: str) -> Profile:
    """One of the shipped profiles."""
    return wiring().profiles[name]


def a_basket(session: Session, *lines: dict[str, Any], items: list[Item], actor: Actor) -> None:
    """A basket kept for the case of these items, one line each; lines may say more."""
    told = [{"item": str(item.id), **line} for item, line in zip(items, lines, strict=True)]
    found = baskets.prepared(session, items[0].case_id, actor=actor)
    baskets.keep(
        session, items[0].case_id, basket_of({"lines": told}), found.version, actor=actor, now=NOW
    )
    session.commit()


def a_copy(session: Session, item: Item, *, actor: Actor, reviewed: bool = True) -> Redaction:
    """A redacted copy of a photo, looked at and judged unless told not to."""
    store = wiring().blobs
    regions, reason = regions_of({"regions": [FACE], "reason": "PIPL art. 6"})
    opened = evidence.open_preview(session, item.id, actor=actor, at=NOW, what="redaction")
    drawn = redacting.redacted(opened.chunks(store), regions)
    staged = redactions.stage(session, store, drawn, actor=actor, at=NOW)
    copy = redactions.keep(
        session, store, item.id, staged, drawn, regions, reason, actor=actor, at=NOW
    )
    if reviewed:
        redactions.open_copy(session, copy.id, actor=actor, at=NOW)
        redactions.judge(session, copy.id, redactions.REVIEWED, actor=actor, at=NOW)
    session.commit()
    return copy
