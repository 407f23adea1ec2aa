"""Flags: when each is raised, which elements it shows and misses, and when its clocks run out."""

from datetime import UTC, date, datetime

import pytest

from evidence.trace import Flag, asset_flags, believe, clock, relocation_flags
from evidence.trace.flags import SEVERITIES, catalogue
from evidence.trace.observation import Observation
from evidence.trace.vocabulary import raising_kinds
from tests.evidence.trace.building import MODEL, day, disposal, of_asset, seen


def flags(
    *observations: Observation, dates: dict[str, date] | None = None, moved: tuple[str, ...] = ()
) -> dict[str, Flag]:
    """Flags by code from everything recorded."""
    found = asset_flags(observations, None, MODEL, dates, moved)
    return {flag.code: flag for flag in found}


def test_a_gift_needs_nobody_to_have_known() -> None:
    found = flags(disposal(price_ratio=0), dates={"debt_arose": date(2024, 1, 1)})["AT-GIFT"]
    assert found.shown == ("disposal", "no_price", "after_debt_arose")
    assert found.missing == ("effect_on_claim",)
    assert "538" in found.basis


def test_a_gift_before_the_debt_arose_is_no_flag() -> None:
    sold = disposal(price_ratio=0)
    assert "AT-GIFT" not in flags(sold, dates={"debt_arose": date(2025, 1, 1)})


@pytest.mark.parametrize(("ratio", "raised"), [(0.69, True), (0.70, False), (0.95, False)])
def test_a_price_under_seventy_hundredths_is_undervalue(ratio: float, raised: bool) -> None:
    assert ("AT-UNDERVALUE" in flags(disposal(price_ratio=ratio))) is raised


def test_a_relative_is_not_bound_by_seventy_hundredths() -> None:
    found = flags(disposal(price_ratio=0.9, counterparty="related"))
    assert "AT-UNDERVALUE" not in found
    assert found["AT-UNDERVALUE-REL"].shown == ("disposal", "related_party", "price_below_value")
    assert "counterparty_knew" in found["AT-UNDERVALUE-REL"].missing
    assert found["AT-RELATIVE"].severity == "high"


def test_without_a_valuation_nothing_is_guessed() -> None:
    assert set(flags(disposal(price_ratio=None))) == {"AT-NOVALUE"}


def test_use_after_the_disposal_is_shown_and_raises_the_others_a_level() -> None:
    used = of_asset("asset.still_used_by_debtor", 60, source="agent:a1")
    found = flags(disposal(), used)
    assert "use_after_disposal" in found["AT-RETAIN"].shown
    assert found["AT-UNDERVALUE"].severity == "critical"
    assert used.id in found["AT-RETAIN"].grounds


def test_use_before_the_disposal_is_nothing() -> None:
    assert "AT-RETAIN" not in flags(disposal(), of_asset("asset.still_used_by_debtor", 5))


@pytest.mark.parametrize(("served", "raised"), [(20, True), (40, False)])
def test_a_disposal_after_the_suit_was_served_is_flagged(served: int, raised: bool) -> None:
    suit = seen("suit.served", served, address=None, source="creditor:c")
    assert ("AT-POSTSUIT" in flags(disposal(30), suit)) is raised


def test_insolvency_shows_the_effect_on_the_claim() -> None:
    found = flags(disposal(), of_asset("debtor.debts_exceed_assets", 40, source="creditor:c"))
    assert found["AT-INSOLVENT"].missing == ()
    assert "effect_on_claim" in found["AT-UNDERVALUE"].shown


def test_the_last_of_several_assets_gone_is_flagged_and_of_half_of_them_not() -> None:
    flat = of_asset("asset.owned", 0, asset="flat")
    assert "AT-ALLASSETS" not in flags(disposal(), flat)
    assert "AT-ALLASSETS" in flags(disposal(), flat, disposal(40, asset="flat"))


@pytest.mark.parametrize(("kind", "code"), [(k, c) for k, (c, _) in raising_kinds().items()])
def test_what_is_seen_raises_its_flag_and_says_what_is_missing(kind: str, code: str) -> None:
    sight = of_asset(kind, 5, source="agent:a1")
    found = flags(sight)[code]
    assert set(found.shown) == raising_kinds()[kind][1]
    assert found.missing
    assert found.grounds == (sight.id,)


def test_premises_are_flagged_by_their_address() -> None:
    assert flags(seen("premises.emptying", 5))["AT-EMPTYING"].subject == "home"


def test_absconding_needs_an_open_asset_flag() -> None:
    assert flags(disposal(), moved=("p1",))["AT-ABSCOND"].shown == ("disposal", "debtor_moved")
    assert "AT-ABSCOND" not in flags(disposal(price_ratio=0.9), moved=("p1",))


def test_only_what_was_recorded_by_the_date_raises_a_flag() -> None:
    assert asset_flags([disposal(30)], day(29), MODEL) == []


def test_the_year_runs_from_the_first_record_and_the_five_from_the_act() -> None:
    found = flags(disposal(30), of_asset("asset.owned", 0))["AT-UNDERVALUE"]
    ends = {c.name: (c.formula, c.ends[:10]) for c in found.clocks}
    assert ends["revocation-1y"] == ("known_at + 1 y", "2025-01-31")
    assert ends["revocation-5y"] == ("act + 5 y", "2029-01-31")


def test_a_year_from_the_leap_day_ends_on_the_earlier_day() -> None:
    assert clock("revocation-1y", date(2024, 2, 29)).ends == "2025-02-28"


def test_hours_and_days_are_counted_from_their_events() -> None:
    start = datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert clock("urgent-ruling-48h", start).ends == "2024-05-03T10:00:00+00:00"
    assert clock("pre-suit-30d", date(2024, 5, 1)).ends == "2024-05-31"
    assert clock("deregistration-20d", date(2024, 5, 1)).ends == "2024-05-21"


def test_a_clock_whose_event_has_not_happened_stands_still() -> None:
    waiting = clock("pre-suit-30d", None)
    assert (waiting.starts, waiting.ends, waiting.event) == ("", "", "preservation_ruling")


def test_every_flag_of_the_vocabulary_can_be_read_in_both_languages() -> None:
    for code, entry in catalogue().items():
        assert entry["zh"], code
        assert entry["en"], code
        assert entry["severity"] in SEVERITIES, code


def relocation(*observations: Observation) -> list[str]:
    """Codes raised for p1 at home after a month."""
    belief = believe(observations, "p1", ["home"], day(30), MODEL)["home"]
    return [flag.code for flag in relocation_flags(belief, MODEL)]


def test_two_independent_grounds_one_of_them_seen_make_a_relocation_flag() -> None:
    told = seen("statement.moved_away", 2, source="neighbour:n")
    assert relocation(seen("visit.new_occupant", 1), told) == ["RL-MOVED"]


def test_hearsay_alone_goes_to_review_however_many_say_so() -> None:
    gossip = [seen("statement.moved_away", i, source=f"neighbour:n{i}") for i in range(8)]
    assert relocation(*gossip) == ["RL-REVIEW"]


def test_one_witness_alone_goes_to_review() -> None:
    assert relocation(seen("visit.new_occupant", 1)) == ["RL-REVIEW"]


def test_a_middling_belief_is_a_doubt() -> None:
    told = seen("statement.moved_away", 2, source="neighbour:n")
    assert relocation(seen("visit.vacant", 1), told, seen("visit.no_answer", 3)) == ["RL-DOUBT"]


def test_somebody_met_at_home_raises_nothing() -> None:
    assert relocation(seen("visit.met_debtor", 1)) == []
