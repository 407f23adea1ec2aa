"""Whatever is said at the close of a visit in China, the ruling names exactly what was broken."""

from dataclasses import fields

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.proposal import DoorFacts
from fieldops.domain.rulebook.vocabulary import Gate
from tests.domain.rulebook.builders import BOOK, CREW, proposal

NAMES = [one.name for one in fields(DoorFacts)]
SAID = st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in NAMES})
LIED = ("posed_as_authority", "false_claim_made", "new_borrowing_urged")


def broken(said: dict[str, bool | None], agents: int) -> set[str]:
    """What the texts say is broken, by arithmetic of its own."""
    found = {
        "CN-CREW-01": agents < 2,
        "CN-ID-01": not (said["badge_shown"] and said["authorisation_shown"]),
        "CN-REC-01": not said["recording_kept"],
        "CN-ENTRY-01": said["entered"] and not said["entry_consent"],
        "CN-REC-02": said["indoor_video"] and not said["indoor_video_consent"],
        "CN-3P-03": False,
        "CN-PUB-01": said["notice_posted"],
        "CN-IMP-01": any(said[one] for one in LIED),
        "CN-CRIM-01": said["threat_or_force_used"],
    }
    return {rule for rule, is_broken in found.items() if is_broken}


@settings(max_examples=300)
@given(said=SAID, agents=st.integers(0, 2))
def test_the_close_names_exactly_what_was_broken(said: dict[str, bool | None], agents: int) -> None:
    stated = {name: value for name, value in said.items() if value is not None}
    asked = proposal(contact={"agents": CREW[:agents]}, facts=stated)
    ruling = judge(asked, BOOK, policies=False, gate=Gate.CLOSE)
    assert set(ruling.rules) == broken(said, agents)
    assert ruling.allowed is (not broken(said, agents))


@settings(max_examples=100)
@given(said=SAID)
def test_no_override_lifts_what_is_broken_at_the_close(said: dict[str, bool | None]) -> None:
    stated = {name: value for name, value in said.items() if value is not None}
    overrides = [
        {
            "id": f"{rule}-{office}", "rule": rule, "office": office, "debtor": "p1", "party": "p1",
            "debt": "debt", "channel": "visit", "from": "2026-03-02T00:00:00+08:00",
            "until": "2026-03-03T00:00:00+08:00",
        }
        for rule in sorted(broken(said, 2))
        for office in ("case_worker", "counsel", "court_order")
    ]  # fmt: skip
    ruling = judge(
        proposal(facts=stated, overrides=overrides), BOOK, policies=False, gate=Gate.CLOSE
    )
    assert set(ruling.rules) == broken(said, 2)
