"""How often phones speak up and what is kept of a tracker's positions, read from its file."""

from dataclasses import dataclass
from datetime import timedelta

from fieldops.domain.errors import FieldopsError
from fieldops.domain.rulebook.reading import Reader, from_toml, refuse
from fieldops.domain.rulebook.vocabulary import Provenance

FORM = "fieldops-phones-1"
_DAY = 86_400


class PhonePolicyInvalid(FieldopsError):
    """The file does not say what it must; the message names the field."""

    slug = "phone-policy-invalid"
    title_en = "The policy of phones is not valid"
    title_zh = "手机策略文件有误"


@dataclass(frozen=True, slots=True)
class TrackPolicy:
    """What is kept of a track, and which of its steps count as way driven."""

    least: timedelta
    worst_metres: int
    longest_gap: timedelta
    fastest_mps: float
    most_points: int


@dataclass(frozen=True, slots=True)
class PhonePolicy:
    """How often a phone says that it is there, how often that is written down, and tracks."""

    heartbeat: timedelta
    least: timedelta
    tracks: TrackPolicy


def policy_from_toml(content: str) -> PhonePolicy:
    """The policy that a file states; raises PhonePolicyInvalid naming the field."""
    return from_toml(content, "phones/policy.toml", PhonePolicyInvalid, _policy)


def _policy(reader: Reader) -> PhonePolicy:
    if reader.text("form", required=True) != FORM:
        refuse("form", "is another form", f"write {FORM}")
    reader.text("source", required=True)
    reader.word("provenance", Provenance)
    beat, tracks = reader.child("heartbeat"), reader.child("tracks")
    found = PhonePolicy(
        heartbeat=timedelta(seconds=beat.whole("every_seconds", 30, 3_600)),
        least=timedelta(seconds=beat.whole("least_seconds", 1, 600)),
        tracks=TrackPolicy(
            least=timedelta(seconds=tracks.whole("least_seconds", 1, 600)),
            worst_metres=tracks.whole("worst_metres", 5, 10_000),
            longest_gap=timedelta(seconds=tracks.whole("longest_gap_seconds", 10, _DAY)),
            fastest_mps=tracks.whole("fastest_kmh", 10, 400) / 3.6,
            most_points=tracks.whole("most_points", 100, 200_000),
        ),
    )
    beat.done()
    tracks.done()
    return found
