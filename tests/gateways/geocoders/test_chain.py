"""The chain asks in order, caches answers and never failures, and notes who agrees."""

import pytest
from geopy import exc
from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.errors import Unavailable
from fieldops.domain.locating import (
    AmbiguousPlace,
    Geocoder,
    Grade,
    Located,
    NotLocated,
    Outcome,
    WhyNot,
    as_record,
    from_record,
    is_doubtful,
)
from fieldops.domain.positions import Datum, GivenPosition
from fieldops.gateways.geocoders import Chain, GeocoderOptions, build_geocoder
from fieldops.gateways.geocoders.caching import NO_RESULT_SECONDS, MemoryCache
from fieldops.gateways.geocoders.gazetteer import GazetteerGeocoder
from fieldops.gateways.geocoders.limits import Limited, LocalBucket
from tests.domain.addresses.places import gazetteer
from tests.gateways.geocoders.fakes import FakeAdapter, FakeGeocoder, Ticking, located

NOTHING = NotLocated(WhyNot.NO_RESULT, "one")
ADDRESS = "成都锦江区红星路303号"


def chain(*providers: Geocoder, clock: Ticking | None = None, corroborate: bool = False) -> Chain:
    cache = MemoryCache(clock or Ticking())
    local = GazetteerGeocoder(gazetteer())
    return Chain(providers, local, cache, corroborate=corroborate)


def test_without_providers_the_gazetteer_gives_the_county_and_says_so() -> None:
    outcome = chain().locate(ADDRESS)
    assert isinstance(outcome, Located)
    assert (outcome.grade, outcome.provider) == (Grade.COUNTY, "gazetteer")
    assert is_doubtful(outcome.grade)


def test_an_ambiguous_address_lists_its_candidates() -> None:
    outcome = chain().locate("鼓楼区中山路1号")
    assert isinstance(outcome, AmbiguousPlace)
    assert {c.label for c in outcome.candidates} == {"江苏省南京市鼓楼区", "江苏省徐州市鼓楼区"}


def test_a_province_alone_is_too_coarse() -> None:
    assert chain().locate("四川省某处") == NotLocated(WhyNot.TOO_COARSE, "gazetteer")


def test_an_answer_is_kept_and_not_asked_for_again() -> None:
    provider = FakeGeocoder("one", located())
    asked = chain(provider)
    assert not asked.answer(ADDRESS).from_cache
    assert asked.answer("成都 锦江区红星路３０３号").from_cache
    assert provider.asked == 1


def test_no_result_is_kept_for_a_short_time_only() -> None:
    clock, provider = Ticking(), FakeGeocoder("one", NOTHING)
    asked = chain(provider, clock=clock)
    asked.locate(ADDRESS)
    asked.locate(ADDRESS)
    assert provider.asked == 1
    clock.sleep(NO_RESULT_SECONDS + 1)
    asked.locate(ADDRESS)
    assert provider.asked == 2


def test_a_failure_is_listed_and_never_kept() -> None:
    provider = FakeGeocoder("one", exc.GeocoderQuotaExceeded("spent"), located())
    asked = chain(provider)
    first = asked.answer(ADDRESS)
    assert [failure.kind for failure in first.failures] == ["GeocoderQuotaExceeded"]
    assert isinstance(first.outcome, Located)
    assert first.outcome.provider == "gazetteer"
    second = asked.answer(ADDRESS).outcome
    assert isinstance(second, Located)
    assert second.provider == "one"


def test_where_nobody_could_answer_the_chain_raises() -> None:
    with pytest.raises(Unavailable):
        chain(FakeGeocoder("one", exc.GeocoderTimedOut("late"))).locate("无名小巷")


def test_the_next_provider_is_asked_when_the_first_finds_nothing() -> None:
    outcome = chain(
        FakeGeocoder("one", NOTHING), FakeGeocoder("two", located(provider="two"))
    ).locate(ADDRESS)
    assert isinstance(outcome, Located)
    assert outcome.provider == "two"


def test_two_providers_that_agree_are_noted() -> None:
    other = located(lat=30.6601, provider="two")
    answer = chain(
        FakeGeocoder("one", located()), FakeGeocoder("two", other), corroborate=True
    ).answer(ADDRESS)
    assert isinstance(answer.outcome, Located)
    assert [each.agrees for each in answer.agreements] == [True, True]


def test_two_providers_that_contradict_each_other_leave_it_to_a_person() -> None:
    other = located(lat=30.70, provider="two")
    answer = chain(
        FakeGeocoder("one", located()), FakeGeocoder("two", other), corroborate=True
    ).answer(ADDRESS)
    assert isinstance(answer.outcome, AmbiguousPlace)
    assert len(answer.outcome.candidates) == 2


def test_a_provider_that_answers_from_another_city_is_not_believed() -> None:
    astray = located(lat=32.05, lon=118.79)
    assert isinstance(chain(FakeGeocoder("one", astray)).locate(ADDRESS), AmbiguousPlace)


def test_a_given_position_comes_first() -> None:
    provider = FakeGeocoder("one", located())
    answer = chain(provider).answer(ADDRESS, GivenPosition(30.6, 104.1, Datum.GCJ02))
    assert isinstance(answer.outcome, Located)
    assert (answer.outcome.provider, answer.outcome.datum) == ("given", Datum.GCJ02)
    assert provider.asked == 0


def limited(
    inner: FakeGeocoder, clock: Ticking, rate: float = 1.0, patience: float = 30.0
) -> Limited:
    return Limited(inner, LocalBucket(rate, 1, clock), clock.sleep, patience=patience)


def test_requests_keep_the_pace() -> None:
    clock = Ticking()
    asked = limited(FakeGeocoder("one", located()), clock, rate=2.0)
    for _ in range(5):
        asked.locate("x")
    assert clock.now == pytest.approx(2.0)


def test_a_time_out_is_tried_again_and_a_spent_quota_is_not() -> None:
    late = FakeGeocoder("one", exc.GeocoderTimedOut("late"), located())
    assert isinstance(limited(late, Ticking()).locate("x"), Located)
    spent = FakeGeocoder("one", exc.GeocoderQuotaExceeded("spent"))
    with pytest.raises(exc.GeocoderQuotaExceeded):
        limited(spent, Ticking()).locate("x")
    assert spent.asked == 1


def test_patience_ends_in_an_error() -> None:
    asked = limited(FakeGeocoder("one", located()), Ticking(), rate=0.001, patience=5)
    asked.locate("x")
    with pytest.raises(exc.GeocoderRateLimited):
        asked.locate("x")


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_a_pace_must_be_a_pace(rate: float) -> None:
    with pytest.raises(ValueError, match="rate"):
        LocalBucket(rate, 1, Ticking())


def test_the_cache_forgets_beyond_its_size() -> None:
    cache = MemoryCache(Ticking(), size=2)
    for key in "abc":
        cache.put(key, NOTHING, 10)
    assert cache.get("a") is None
    assert cache.get("c") == NOTHING


def test_a_chain_is_built_from_options_and_keeps_the_keys_out_of_sight() -> None:
    options = GeocoderOptions(providers=("amap", "gazetteer"), amap_key="hidden")
    page = {"status": "1", "geocodes": [{"location": "104.06,30.66", "level": "门牌号"}]}
    outcome = build_geocoder(options, gazetteer(), adapter_factory=FakeAdapter(page)).locate(
        ADDRESS
    )
    assert isinstance(outcome, Located)
    assert outcome.provider == "amap"
    assert "hidden" not in repr(options)


@pytest.mark.parametrize("names", [("amap",), ("tencent",), ("photon", "photon")])
def test_options_that_cannot_work_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"key|unknown|twice"):
        build_geocoder(GeocoderOptions(providers=names), gazetteer())


@given(st.sampled_from(list(Grade)), st.floats(-90, 90), st.floats(-180, 180))
def test_an_outcome_survives_the_cache_record(grade: Grade, lat: float, lon: float) -> None:
    outcomes: list[Outcome] = [located(lat, lon, grade), NOTHING, chain_ambiguous()]
    for outcome in outcomes:
        assert from_record(as_record(outcome)) == outcome


def chain_ambiguous() -> Outcome:
    return GazetteerGeocoder(gazetteer()).locate("鼓楼区")
