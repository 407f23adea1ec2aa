"""Each provider's answers become outcomes, and its refusals stay errors."""

import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from geopy import exc
from geopy.adapters import AdapterHTTPError

from fieldops.domain.locating import AmbiguousPlace, Grade, Located, NotLocated
from fieldops.domain.positions import Datum, GivenPosition
from fieldops.gateways.geocoders.amap import AMap
from fieldops.gateways.geocoders.baidu import Baidu
from fieldops.gateways.geocoders.open_street_map import nominatim, pelias, photon
from tests.gateways.geocoders.fakes import FakeAdapter

HERE = GivenPosition(30.66, 104.06, Datum.GCJ02).as_wgs84()


def amap_page(*places: tuple[str, str]) -> dict[str, Any]:
    codes = [
        {
            "location": where,
            "level": level,
            "adcode": "510104",
            "formatted_address": "某处",
            "street": [],
        }
        for where, level in places
    ]
    return {"status": "1", "info": "OK", "infocode": "10000", "geocodes": codes}


def baidu_page(level: str = "门址", confidence: int = 80, precise: int = 1) -> dict[str, Any]:
    where = {"lng": 104.06, "lat": 30.66}
    return {"status": 0, "result": {"location": where, "level": level, "precise": precise,
                                    "confidence": confidence, "comprehension": 100}}  # fmt: skip


def test_amap_gives_a_door_in_wgs84() -> None:
    adapter = FakeAdapter(amap_page(("104.06,30.66", "门牌号")))
    outcome = AMap("k", adapter_factory=adapter).locate("红星路303号")
    assert isinstance(outcome, Located)
    assert (outcome.position, outcome.grade, outcome.datum) == (HERE, Grade.DOOR, Datum.GCJ02)
    assert outcome.raw_reference == "510104"


def test_amap_signs_over_the_sorted_parameters() -> None:
    adapter = FakeAdapter(amap_page())
    AMap("k", secret="s", adapter_factory=adapter).locate("红星路")
    query = parse_qs(urlsplit(adapter.urls[0]).query)
    signed = hashlib.md5("address=红星路&key=k&output=JSONs".encode()).hexdigest()
    assert query["sig"] == [signed]


def test_amap_matches_far_apart_are_ambiguous_and_close_ones_are_not() -> None:
    far = FakeAdapter(amap_page(("104.06,30.66", "道路"), ("118.78,32.04", "道路")))
    near = FakeAdapter(amap_page(("104.06,30.66", "道路"), ("104.061,30.66", "道路")))
    assert isinstance(AMap("k", adapter_factory=far).locate("中山路"), AmbiguousPlace)
    assert isinstance(AMap("k", adapter_factory=near).locate("中山路"), Located)


@pytest.mark.parametrize(
    "page", [amap_page(), amap_page(("104.0,30.6", "省")), amap_page(("104.0,30.6", "?"))]
)
def test_amap_without_a_usable_match_locates_nothing(page: dict[str, Any]) -> None:
    assert isinstance(AMap("k", adapter_factory=FakeAdapter(page)).locate("x"), NotLocated)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("10001", exc.GeocoderAuthenticationFailure),
        ("10003", exc.GeocoderQuotaExceeded),
        ("10021", exc.GeocoderRateLimited),
        ("10012", exc.GeocoderInsufficientPrivileges),
        ("10015", exc.GeocoderTimedOut),
        ("10016", exc.GeocoderUnavailable),
        ("20000", exc.GeocoderQueryError),
        ("30001", exc.GeocoderQueryError),
        ("99999", exc.GeocoderServiceError),
    ],
)
def test_an_amap_refusal_never_looks_like_no_such_place(code: str, error: type[Exception]) -> None:
    page = {"status": "0", "info": "NO", "infocode": code}
    with pytest.raises(error):
        AMap("k", adapter_factory=FakeAdapter(page)).locate("x")


@pytest.mark.parametrize(
    "page",
    [
        [],
        {},
        {"status": "1"},
        {"status": "1", "geocodes": [1]},
        amap_page(("", "道路")),
        amap_page(("nan,1", "道路")),
    ],
)
def test_a_misshapen_amap_answer_is_an_error(page: Any) -> None:
    with pytest.raises(exc.GeocoderParseError):
        AMap("k", adapter_factory=FakeAdapter(page)).locate("x")


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_an_http_error_is_an_error(status: int) -> None:
    answer = AdapterHTTPError("no", status_code=status, headers={}, text="")
    with pytest.raises(exc.GeocoderServiceError):
        AMap("k", adapter_factory=FakeAdapter(answer)).locate("x")


def test_a_provider_without_its_key_is_not_built() -> None:
    for kind in (AMap, Baidu):
        with pytest.raises(exc.ConfigurationError):
            kind("")


def test_baidu_is_asked_for_gcj02_and_gives_wgs84_with_its_confidence() -> None:
    adapter = FakeAdapter(baidu_page())
    outcome = Baidu("k", adapter_factory=adapter).locate("红星路303号")
    assert isinstance(outcome, Located)
    assert "ret_coordtype=gcj02ll" in adapter.urls[0]
    assert (outcome.position, outcome.grade, outcome.confidence) == (HERE, Grade.DOOR, 0.8)
    assert outcome.level == "门址"


@pytest.mark.parametrize(
    ("page", "grade"),
    [
        (baidu_page(precise=0), Grade.STREET),
        (baidu_page(confidence=40), Grade.TOWNSHIP),
        (baidu_page(confidence=20), Grade.COUNTY),
        (baidu_page(level="区县"), Grade.COUNTY),
        (baidu_page(level="城市"), Grade.CITY),
        (baidu_page(level=""), Grade.COUNTY),
    ],
)
def test_baidus_doubts_coarsen_the_grade(page: dict[str, Any], grade: Grade) -> None:
    outcome = Baidu("k", adapter_factory=FakeAdapter(page)).locate("x")
    assert isinstance(outcome, Located)
    assert outcome.grade is grade


def test_baidu_without_a_match_locates_nothing() -> None:
    page = {"status": 1, "msg": "Internal Service Error:无相关结果", "results": []}
    assert isinstance(Baidu("k", adapter_factory=FakeAdapter(page)).locate("x"), NotLocated)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (1, exc.GeocoderServiceError),
        (5, exc.GeocoderQueryError),
        (200, exc.GeocoderAuthenticationFailure),
        (302, exc.GeocoderQuotaExceeded),
        (401, exc.GeocoderRateLimited),
    ],
)
def test_a_baidu_refusal_never_looks_like_no_such_place(
    status: int, error: type[Exception]
) -> None:
    page = {"status": status, "message": "no"}
    with pytest.raises(error):
        Baidu("k", adapter_factory=FakeAdapter(page)).locate("x")


def test_nominatim_grades_by_what_it_matched() -> None:
    base = {"lat": "39.29", "lon": "-76.61", "display_name": "x", "osm_type": "way", "osm_id": 1}
    house = {**base, "addresstype": "place", "address": {"house_number": "5"}}
    for raw, grade in ((house, Grade.DOOR), ({**base, "addresstype": "road"}, Grade.STREET),
                       ({**base, "addresstype": "building"}, Grade.STREET),
                       ({**base, "addresstype": "county"}, Grade.COUNTY)):  # fmt: skip
        outcome = nominatim("https://osm.example", 5, "t", FakeAdapter([raw])).locate("x")
        assert isinstance(outcome, Located)
        assert (outcome.grade, outcome.raw_reference) == (grade, "way/1")


def test_nominatim_without_a_match_locates_nothing() -> None:
    assert isinstance(
        nominatim("https://o.example", 5, "t", FakeAdapter([])).locate("x"), NotLocated
    )


def feature(**properties: Any) -> dict[str, Any]:
    return {"geometry": {"coordinates": [-76.61, 39.29]}, "properties": {"name": "x", **properties}}


def test_photon_and_pelias_grade_by_what_they_matched() -> None:
    page = {"features": [feature(type="house", housenumber="5")]}
    outcome = photon("https://p.example", 5, "t", FakeAdapter(page)).locate("x")
    assert isinstance(outcome, Located)
    assert outcome.grade is Grade.DOOR
    page = {"features": [feature(layer="address", confidence=0.7, match_type="fallback", gid="g")]}
    outcome = pelias("https://p.example", 5, "t", FakeAdapter(page)).locate("x")
    assert isinstance(outcome, Located)
    assert (outcome.grade, outcome.confidence) == (Grade.STREET, 0.7)


def test_a_misshapen_photon_answer_is_an_error() -> None:
    with pytest.raises(exc.GeocoderParseError):
        photon("https://p.example", 5, "t", FakeAdapter({"nothing": 1})).locate("x")


def test_a_server_must_be_named_by_a_url() -> None:
    for url in ("", "osm.example", "ftp://osm.example"):
        with pytest.raises(exc.ConfigurationError):
            nominatim(url, 5, "t")
