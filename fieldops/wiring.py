"""The parts of one process, made from the settings when they are first needed.

Edges ask `wiring()` for a part; nothing below the edges knows where parts come from.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from uuid import UUID

from flask import current_app
from redis import Redis
from sqlalchemy.orm import Session

from evidence.pack.authority import trust_pem
from evidence.pack.timestamp import LocalTimestamper, Timestamper
from fieldops import clock
from fieldops.domain.basemaps import Basemap
from fieldops.domain.blobs import BlobStore
from fieldops.domain.data_rights import DataRights
from fieldops.domain.disclosure.profiles import Profile
from fieldops.domain.gazetteer import Gazetteer
from fieldops.domain.instalments import Terms
from fieldops.domain.phone_policy import PhonePolicy
from fieldops.domain.planning.policy import Policy
from fieldops.domain.retention import RetentionRule
from fieldops.domain.rights.tables import Rights
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.safety import SafetyPolicy
from fieldops.domain.scanning import Scanner
from fieldops.domain.team.policy import TeamPolicy
from fieldops.domain.travel.engine import RoadEngine
from fieldops.gateways import (
    blob_places,
    couriers,
    embedded_queue,
    geocoding,
    road_engine,
    timestamping,
)
from fieldops.gateways.basemaps import load_basemap
from fieldops.gateways.blobs import Bucket
from fieldops.gateways.clamd import Clamd
from fieldops.gateways.disclosure_profiles import load_profiles
from fieldops.gateways.gazetteer_shelf import GazetteerShelf
from fieldops.gateways.geocoders import Chain
from fieldops.gateways.geocoders.caching import AnswerCache
from fieldops.gateways.house_policies import load_phone_policy, load_terms
from fieldops.gateways.keyfile import master_key
from fieldops.gateways.pack_files import PackFiles
from fieldops.gateways.planning_policy import load_policy
from fieldops.gateways.protection_rules import load_data_rights, load_retention
from fieldops.gateways.queue_pause import QueuePause
from fieldops.gateways.regions import RedisPost, RegionWorkers
from fieldops.gateways.rights_tables import load_rights
from fieldops.gateways.rulebook import load_packs
from fieldops.gateways.safety_policy import load_policy as load_safety_policy
from fieldops.gateways.team_policy import load_policy as load_team_policy
from fieldops.gateways.timestamping import FirstThatAnswers, Named
from fieldops.models.sealing import Keyring
from fieldops.services import custody
from fieldops.services.phones.acts import Means
from fieldops.services.visits import Together
from fieldops.settings import Settings, config_dir


def _nothing() -> None:
    """Publish nothing: the outbox keeps all facts until a publisher is set."""


class Wiring:
    """Settings and the gateways made from them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # Set by the application: hands the outbox to the queue.
        self.publish: Callable[[], object] = _nothing

    def check(self) -> None:
        """Build what a wrong setting would break, so that it ends the start and not a job."""
        _ = self.roads, self.outside_authorities, self.outside_roots
        _ = (
            self.basemap,
            self.profiles,
            self.safety,
            self.bucket,
            self.rights,
            self.retention,
            self.data_rights,
            self.team,
            self.phones,
            self.terms,
        )
        couriers.check(self.settings.checkpoint_addresses, self.settings)

    @cached_property
    def keyring(self) -> Keyring:
        """The keys of this installation."""
        return Keyring(master_key(self.settings))

    @cached_property
    def redis(self) -> Redis:
        """The queue's server: the one in the settings, or the embedded one's socket."""
        return embedded_queue.connect(self.settings)

    @cached_property
    def hurried_redis(self) -> Redis:
        """The same server for where somebody waits: dead within a second, and not tried again."""
        return embedded_queue.connect_hurried(self.settings)

    @cached_property
    def queue_pause(self) -> QueuePause:
        """What this process knows of a queue that did not answer."""
        return QueuePause()

    @cached_property
    def rulebook(self) -> RuleBook:
        """The rules of every jurisdiction, as their files stand."""
        return load_packs(config_dir() / "rulebook")

    @cached_property
    def rights(self) -> Rights:
        """What each kind of hold is and how long a complaint may wait, as the files say."""
        return load_rights(config_dir() / "rights")

    @cached_property
    def planning_policy(self) -> Policy:
        """What visits are worth, at which hours and by whom, as the files of the house say."""
        return load_policy(config_dir() / "planning")

    @cached_property
    def profiles(self) -> Mapping[str, Profile]:
        """What each kind of recipient of packs is shown, as the files of the house say."""
        return load_profiles(config_dir() / "disclosure")

    @cached_property
    def basemap(self) -> Basemap:
        """What lies under the marks of the board's map."""
        chosen = self.settings
        return load_basemap(
            chosen.map_provider, chosen.map_pmtiles, chosen.map_key, config_dir() / "maps"
        )

    @cached_property
    def together(self) -> Together:
        """How far the arrivals of a crew may lie apart."""
        minutes = timedelta(minutes=self.settings.crew_apart_minutes)
        return Together(self.settings.crew_apart_metres, minutes)

    @cached_property
    def team(self) -> TeamPolicy:
        """What records agents hold and by what agencies are judged, as the file says."""
        return load_team_policy(config_dir() / "team")

    @cached_property
    def safety(self) -> SafetyPolicy:
        """Who is told when somebody calls for help, and what an incident brings about."""
        return load_safety_policy(config_dir() / "safety")

    @cached_property
    def phones(self) -> PhonePolicy:
        """How often phones speak up and what is kept of tracks, as the file says."""
        return load_phone_policy(config_dir() / "phones")

    @cached_property
    def terms(self) -> Terms:
        """Which instalments may be granted, and by whom, as the file says."""
        return load_terms(config_dir() / "instalments")

    @property
    def means(self) -> Means:
        """What the acts that a phone wrote down need of this installation."""
        radius = self.settings.arrival_radius_metres
        return Means(self.rulebook, self.rights, self.safety, self.terms, radius, self.together)

    @cached_property
    def retention(self) -> Sequence[RetentionRule]:
        """How long records are kept, as the files say."""
        return load_retention(config_dir() / "retention")

    @cached_property
    def data_rights(self) -> DataRights:
        """Within what time persons are answered who ask for their data."""
        return load_data_rights(config_dir() / "data-rights" / "clocks.toml")

    @cached_property
    def blobs(self) -> BlobStore:
        """Where evidence lies."""
        return blob_places.blobs(self.settings, self.bucket)

    @cached_property
    def bucket(self) -> Bucket | None:
        """The bucket of the settings, if one is set."""
        return blob_places.bucket(self.settings)

    @cached_property
    def pack_files(self) -> PackFiles:
        """Where finished packs lie."""
        return blob_places.packs(self.settings, self.bucket, self.keyring.derived)

    @cached_property
    def gazetteer_shelf(self) -> GazetteerShelf:
        """The tables of places of this installation."""
        return GazetteerShelf(self.settings.data_dir / "gazetteer")

    @property
    def gazetteer(self) -> Gazetteer:
        """The places known here, as the tables stand now."""
        return self.gazetteer_shelf.current()

    def geocoder(self, answers: AnswerCache | None = None) -> Chain:
        """The geocoders of the settings in their order, the gazetteer last.

        Without `answers` what was asked is remembered in this process alone.
        """
        return geocoding.chain(self.settings, self.gazetteer, answers, lambda: self.redis)

    @cached_property
    def scanner(self) -> Scanner | None:
        """The virus scanner of the settings, if one is set."""
        return Clamd(self.settings.clamav_socket) if self.settings.clamav_socket else None

    @cached_property
    def roads(self) -> RoadEngine | None:
        """The road engine of the settings, if one is set."""
        return road_engine.engine(self.settings)

    def region_workers(self) -> RegionWorkers | None:
        """Who helps with one search; None where the settings keep it in this process."""
        if self.settings.plan_workers == "here":
            return None
        return RegionWorkers(RedisPost(self.redis))

    @cached_property
    def outside_authorities(self) -> Sequence[Named]:
        """The timestamp authorities of the settings; none means the installation's own."""
        return timestamping.authorities(self.settings)

    @cached_property
    def outside_roots(self) -> tuple[bytes, ...]:
        """The roots (PEM) of these authorities."""
        return timestamping.outside_roots(self.settings)

    def authorities(self, session: Session, organisation_id: UUID) -> Sequence[Named]:
        """Who stamps an organisation's checkpoints: those of the settings, else its own."""
        if self.outside_authorities:
            return self.outside_authorities
        made = custody.authority(session, organisation_id)
        # Through the module, so that the clock is read anew for every stamp.
        own = LocalTimestamper(made.stamper, lambda: clock.wall_time())
        return [Named(timestamping.LOCAL, own)]

    def timestamper(self, session: Session, organisation_id: UUID) -> Timestamper:
        """Who stamps what has room for one stamp only: the first of the authorities to answer."""
        found = self.authorities(session, organisation_id)
        return FirstThatAnswers([one.timestamper for one in found])

    def trust(self, session: Session, organisation_id: UUID) -> bytes | None:
        """The trust file (PEM): pinned signer and every authority's root; None before a log."""
        found = custody.certificates(session, organisation_id)
        if not found:
            return None
        return trust_pem(found["signer"].encode(), (found["root"].encode(), *self.outside_roots))


def wiring() -> Wiring:
    """The parts of the current application."""
    found = current_app.extensions["fieldops"]
    assert isinstance(found, Wiring)  # noqa: S101  # A wrong extension is a bug, not an input.
    return found
