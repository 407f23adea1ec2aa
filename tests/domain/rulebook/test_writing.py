"""A proposal written down reads back as itself, and is judged the same."""

import json
from typing import Any

from hypothesis import given, settings

from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.parsing import parse_proposal
from fieldops.domain.rulebook.proposal import Proposal
from fieldops.domain.rulebook.writing import proposal_json
from tests.domain.rulebook.builders import BOOK, raw_proposal
from tests.domain.rulebook.test_properties import proposals


def again(asked: Proposal) -> Proposal:
    """What comes back from the text."""
    return parse_proposal(json.loads(json.dumps(proposal_json(asked))))


@given(proposals())
@settings(max_examples=60)
def test_a_written_proposal_reads_back_as_itself(asked: Proposal) -> None:
    assert again(asked) == asked
    assert judge(again(asked), BOOK) == judge(asked, BOOK)


WHOLE: dict[str, Any] = {
    "party": {"id": "x1", "role": "neighbour", "opted_out": True},
    "contact": {
        "purpose": "locate",
        "account": "private",
        "number": "n1",
        "agents": [
            {
                "id": "a1",
                "trained_until": "2026-04-01",
                "background_ok": False,
                "certified": False,
            }
        ],
    },
    "creditor": {"jurisdictions": ["CN", "US-MA"], "kind": "agency"},
    "debt": {"id": "d1", "disputed": True, "bankruptcy": True},
    "debtor": {
        "id": "p1",
        "missing": True,
        "failed_dial_days": 2,
        "represented": True,
        "refused_workplace": True,
        "wishes": [{"channel": "call", "forbid": ["12:00", "24:00"]}, {"channel": "visit"}],
    },
    "history": [
        {
            "channel": "call",
            "at": "2026-03-01T10:00:00+08:00",
            "result": "connected",
            "party": "p1",
            "debt": "d1",
            "number": "n1",
            "pending": True,
        }
    ],
    "holds": [
        {
            "kind": "cease",
            "scope": "debt",
            "from": "2026-03-01",
            "until": "2026-04-01T00:00:00Z",
        }
    ],
    "consents": [
        {
            "who": "p1",
            "channel": "call",
            "window": ["22:00", "23:00"],
            "granted": "2026-01-01",
            "revoked": "2026-05-01",
            "expires": "2026-06-01",
        }
    ],
    "facts": {"badge_shown": True, "entered": False},
    "gate": "close",
}


def test_every_key_of_the_format_survives() -> None:
    asked = parse_proposal(raw_proposal(**WHOLE))
    assert again(asked) == asked
