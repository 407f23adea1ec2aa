"""The Indian draft, once counsel switches it on."""

from typing import Any

import pytest

from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.loading import book_from, pack_from_toml
from fieldops.domain.rulebook.parsing import parse_proposal
from tests.domain.rulebook.builders import BOOK, SHIPPED
from tests.domain.rulebook.law.elsewhere import CALL, IN

DAY = "2026-07-06"
TEXT = (SHIPPED / "in.toml").read_text(encoding="utf-8")
SWITCHED_ON = book_from(
    [
        *(pack for pack in BOOK.packs if pack.id != "in"),
        pack_from_toml(TEXT.replace("switched_on = false", "switched_on = true"), "in.toml"),
    ]
)


@pytest.mark.parametrize(
    ("start", "rules", "changed"),
    [
        (f"{DAY}T18:40", (), {}),
        (f"{DAY}T18:41", ("IN-D26-01",), {}),
        ("2026-06-30T18:41", (), {}),  # the day before it is proposed to begin
        (f"{DAY}T18:41", ("IN-D26-01", "IN-TIME-01"), {"contact": CALL}),
        (f"{DAY}T10:00", ("IN-D26-01",), {"party": {"id": "x1", "role": "relative"}}),
        (
            f"{DAY}T10:00",
            ("IN-D26-01",),
            {"debtor": {"wishes": [{"channel": "visit", "forbid": ["09:00", "11:00"]}]}},
        ),
        (f"{DAY}T10:00", ("GL-VULN-01", "IN-D26-02"), {"holds": [IN.hold("bereavement")]}),
        (f"{DAY}T10:00", ("IN-D26-03",), {"place": {"kind": "public"}}),
        (f"{DAY}T10:00", ("IN-D26-05",), {"holds": [IN.hold("complaint")]}),
    ],
)
def test_the_draft_binds_once_it_is_switched_on(
    start: str, rules: tuple[str, ...], changed: dict[str, Any]
) -> None:
    case = IN.case("a draft", start, policies=True, **changed)
    raw = {key: case[key] for key in case if key not in ("name", "policies", "expect")}
    assert judge(parse_proposal(raw), SWITCHED_ON).rules == rules
