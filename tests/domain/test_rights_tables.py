"""The tables of holds and clocks are read strictly, and say what the shipped files say."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from fieldops.domain.errors import InvalidInput
from fieldops.domain.rights.tables import RightsInvalid, rights_from_toml
from fieldops.domain.rights.vocabulary import Complexity, Lifter
from fieldops.domain.rulebook.vocabulary import HoldKind
from fieldops.settings import config_dir
from tests.builders.rights import RIGHTS

CHENGDU, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")
HOLDS = (config_dir() / "rights" / "holds.toml").read_text("utf-8")
CLOCKS = (config_dir() / "rights" / "complaints.toml").read_text("utf-8")


def test_breathing_space_lasts_sixty_days_after_its_first() -> None:
    begins = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    ends = RIGHTS.hold(HoldKind.BREATHING_SPACE).ends(begins, LONDON)
    # The clocks go forward meanwhile: the end is midnight there all the same.
    assert ends == datetime(2026, 5, 1, 0, 0, tzinfo=LONDON)


def test_a_crisis_lasts_thirty_days_after_its_treatment() -> None:
    row = RIGHTS.hold(HoldKind.BREATHING_SPACE, "crisis")
    assert row.ends(datetime(2026, 3, 1, tzinfo=UTC), LONDON) is None
    assert row.ends_after(date(2026, 1, 31), LONDON) == datetime(2026, 3, 3, tzinfo=LONDON)


def test_a_kind_without_a_variant_is_the_first_row() -> None:
    assert RIGHTS.hold(HoldKind.HARDSHIP).variant == "review"
    assert RIGHTS.hold(HoldKind.HARDSHIP, "plan").lift is Lifter.CASE_WORKER
    with pytest.raises(InvalidInput):
        RIGHTS.hold(HoldKind.HARDSHIP, "mood")


@pytest.mark.parametrize(
    ("places", "complexity", "days"),
    [
        (["CN"], Complexity.SIMPLE, 15),
        (["CN-51"], Complexity.COMPLEX, 30),
        (["CN"], Complexity.SPECIAL, 60),
        (["IN"], Complexity.COMPLEX, 30),
        (["XX"], Complexity.SIMPLE, 15),
        (["CN", "IN"], Complexity.SPECIAL, 30),
    ],
)
def test_the_shortest_clock_of_the_places_counts(
    places: list[str], complexity: Complexity, days: int
) -> None:
    assert RIGHTS.clock(places, complexity).days == days


def test_where_no_law_knows_so_much_it_cannot_be_asked_for() -> None:
    with pytest.raises(InvalidInput):
        RIGHTS.clock(["XX"], Complexity.SPECIAL)


@pytest.mark.parametrize(
    ("holds", "clocks", "told"),
    [
        (HOLDS.replace('kind = "cease"', 'kind = "mood"'), CLOCKS, "hold[1].kind"),
        (HOLDS.replace('lift = "compliance"', 'lift = "nobody"'), CLOCKS, "hold[1].lift"),
        (HOLDS.replace("days = 60", "days = 60\ndays_after = 3"), CLOCKS, "days_after"),
        (HOLDS.replace("days = 60", "days = 0"), CLOCKS, "days"),
        (HOLDS.replace('variant = "offer"', 'variant = "plan"'), CLOCKS, "twice"),
        (HOLDS.replace('kind = "legal"', 'kind = "cease"\nvariant = "x"'), CLOCKS, "legal"),
        (HOLDS.replace('scopes = ["person"]', 'scopes = ["street"]'), CLOCKS, "scopes[0]"),
        (HOLDS + 'colour = "red"\n', CLOCKS, "colour"),
        (HOLDS.replace("fieldops-holds-1", "fieldops-holds-9"), CLOCKS, "form"),
        ("form = [", CLOCKS, "is not TOML"),
        (HOLDS, CLOCKS.replace("days = 15", "days = -1", 1), "clock[0].days"),
        (HOLDS, CLOCKS.replace('on_top = "complex"', 'on_top = "special"'), "names no row above"),
        (HOLDS, CLOCKS.replace('jurisdiction = "*"', 'jurisdiction = "XX"'), "'*'"),
        (HOLDS, CLOCKS.replace("days = 7", "days = 2"), "order"),
        (HOLDS, CLOCKS.replace('way = "now"', 'way = "shout"'), "way"),
        (HOLDS, CLOCKS.replace('provenance = "secondary"', 'provenance = "dream"'), "provenance"),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(holds: str, clocks: str, told: str) -> None:
    with pytest.raises(RightsInvalid, match="toml") as refused:
        rights_from_toml(holds, clocks)
    assert told in refused.value.detail


def test_a_clock_ends_with_its_last_day_there() -> None:
    received = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)
    assert RIGHTS.clock(["CN"], Complexity.SIMPLE).ends(received, CHENGDU) == datetime(
        2026, 12, 10, tzinfo=CHENGDU
    )
