"""Finished packs, and shares of them, without the minutes that building a pack takes."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from flask import g
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.sharing import ShareOrder
from fieldops.models import Case, Pack
from fieldops.models.types import new_id
from fieldops.services import shares
from fieldops.wiring import wiring
from tests.conftest import NOW

CONTENT = bytes(range(256)) * 400


def a_pack(session: Session, case: Case, actor: Actor, **more: Any) -> Pack:
    """A pack that is ready, with a file of bytes that are no ZIP."""
    pack = Pack(
        id=new_id(),
        organisation_id=case.organisation_id,
        case_id=case.id,
        account_id=actor.account_id,
        state="ready",
        purpose="诉讼",
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        size=len(CONTENT),
        summary={},
        seals={"frozen": {"case": {"folder": "HT-001"}}},
        created_at=NOW,
    )
    for name, value in more.items():
        setattr(pack, name, value)
    session.add(pack)
    session.commit()
    with wiring().pack_files.writing(pack.id) as (sink, _):
        sink.write(CONTENT)
    return pack


def an_order(**more: Any) -> ShareOrder:
    """What counsel asks for, sensible where nothing else is said."""
    told = {"recipient": "某区人民法院", "recipient_kind": "court", "purpose": "立案", **more}
    return ShareOrder(**told)


@dataclass
class Recipient:
    """Somebody outside with a link, a passphrase and a browser."""

    client: FlaskClient
    made: shares.MadeShare

    @property
    def url(self) -> str:
        """The link's path."""
        return f"/s/{self.made.token}"

    def give(self, passphrase: str | None = None, *, url: str | None = None) -> Any:
        """Send the form of the page with a passphrase, by default the right one."""
        # One application context spans a test; a real request never sees another's token.
        g.pop("csrf_token", None)
        page = self.client.get(url or self.url).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found
        told = self.made.passphrase if passphrase is None else passphrase
        return self.client.post(url or self.url, data={"csrf_token": found[1], "passphrase": told})

    def fetch(self, what: str = "pack", **headers: str) -> Any:
        """Fetch the pack or the trust file to its end; `headers` with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with self.client.get(f"{self.url}/{what}", headers=named, buffered=True) as answer:
            return answer
