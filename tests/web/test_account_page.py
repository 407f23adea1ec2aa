"""The reader's own page: where he is signed in, and the end of it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import Token
from tests.builders.worlds import World
from tests.conftest import NOW
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]


def _ways_out(text: str) -> list[str]:
    return re.findall(r'action="(/\S+/sign-ins/[0-9a-f-]{36}/end)"', text)


def test_another_browser_is_seen_and_ended(reads: Reads) -> None:
    here, there = reads("counsel"), reads("counsel")
    page = here.get("/account").text
    assert page.count("this one") == 1
    # The present one stands first.
    assert here.post(_ways_out(page)[1]).status_code == 302
    assert there.get("/account").status_code == 302
    assert "End all others" not in here.get("/account").text


def test_all_others_end_at_once(reads: Reads) -> None:
    here, there = reads("counsel"), reads("counsel")
    assert here.post("/account/sign-ins/end-others").status_code == 302
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def test_an_administrator_ends_one_of_a_member(reads: Reads, world: World) -> None:
    counsel, boss = reads("counsel"), reads("admin")
    page = boss.get(f"/admin/people/{world.people['counsel'].id}").text
    (way,) = _ways_out(page)
    assert boss.post(way).status_code == 302
    assert counsel.get("/account").status_code == 302


def test_a_page_in_use_is_written_down_now_and_then(
    reads: Reads, session: Session, frozen_clock: Callable[[datetime], None]
) -> None:
    reader, seen = reads("counsel"), select(Token.seen_at)
    reader.get("/account")
    assert session.scalars(seen).all() == [None]
    later = NOW + timedelta(minutes=6)
    frozen_clock(later)
    reader.get("/account")
    session.expire_all()
    assert session.scalars(seen).all() == [later]
