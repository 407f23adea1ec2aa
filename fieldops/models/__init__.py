"""All tables, so that importing this module makes the metadata complete."""

from fieldops.models.agent_fit import AgentFit
from fieldops.models.alerts import (
    AlertChannel,
    AlertPolicy,
    Deadline,
    LegalEvent,
    Notice,
    NoticeSending,
)
from fieldops.models.base import Base
from fieldops.models.cases import (
    Address,
    Case,
    GeocoderAnswer,
    Import,
    ImportLine,
    ImportMapping,
    Party,
    Person,
)
from fieldops.models.closing import CaseClosing
from fieldops.models.custody import (
    Blob,
    Checkpoint,
    CustodyEntry,
    CustodyLog,
    Item,
    Pack,
    PrintBlock,
    Upload,
)
from fieldops.models.data_keys import DataKey
from fieldops.models.disclosure import CaseBasket, Redaction
from fieldops.models.drills import Drill
from fieldops.models.identity import (
    IdentityJudgement,
    IdentityKey,
    IdentityMember,
    IdentityMove,
    IdentityPair,
    IdentityScope,
)
from fieldops.models.keeping import BlobFault, CheckpointDelivery, CheckpointStamp, FixityScan
from fieldops.models.observed import ObservationChange, ObservationFeed, ObservationKey
from fieldops.models.organisations import Account, IdempotencyRecord, Organisation, Token
from fieldops.models.overriding import RuleOverride
from fieldops.models.phones import Device, DeviceCode, DeviceEntry, WrongCode
from fieldops.models.plans import DayChange, Plan, Route, Stop
from fieldops.models.promises import Arrangement, Promise
from fieldops.models.protection import (
    Correction,
    DataRequest,
    ProtectionRecord,
    RestrictedSubject,
    Restriction,
    RetentionRun,
    RetentionSwitch,
    Reveal,
)
from fieldops.models.requests import Complaint, ContactRequest, Dispute
from fieldops.models.restriction import HIDDEN as HIDDEN
from fieldops.models.rights import Consent, Contact, Hold, RulePackVersion, RulingRecord, RulingRule
from fieldops.models.safety import Alarm, AlarmAct, CallContact, Incident
from fieldops.models.sharing import PackShare, ShareEvent, ShareOpening
from fieldops.models.stated import STATED as STATED
from fieldops.models.stated import StatedFlag, StatedItem, StatedReview, StatedVisit
from fieldops.models.team import Agent, Shift, Territory
from fieldops.models.team_records import Agency, AgencyEvaluation, AgentReview, TeamRecord
from fieldops.models.trace import Alert, Belief, BeliefRound, Flag, FlagReview, Observation
from fieldops.models.tracks import TrackDay, TrackPoint
from fieldops.models.travel import PlanTravel, TravelRow
from fieldops.models.views import SavedView
from fieldops.models.visits import Arrival, Payment, Visit
from fieldops.models.work import AccessRecord, JobRun, OutboxFact

__all__ = [
    "AccessRecord",
    "Account",
    "Address",
    "Agency",
    "AgencyEvaluation",
    "Agent",
    "AgentFit",
    "AgentReview",
    "Alarm",
    "AlarmAct",
    "Alert",
    "AlertChannel",
    "AlertPolicy",
    "Arrangement",
    "Arrival",
    "Base",
    "Belief",
    "BeliefRound",
    "Blob",
    "BlobFault",
    "CallContact",
    "Case",
    "CaseBasket",
    "CaseClosing",
    "Checkpoint",
    "CheckpointDelivery",
    "CheckpointStamp",
    "Complaint",
    "Consent",
    "Contact",
    "ContactRequest",
    "Correction",
    "CustodyEntry",
    "CustodyLog",
    "DataKey",
    "DataRequest",
    "DayChange",
    "Deadline",
    "Device",
    "DeviceCode",
    "DeviceEntry",
    "Dispute",
    "Drill",
    "FixityScan",
    "Flag",
    "FlagReview",
    "GeocoderAnswer",
    "Hold",
    "IdempotencyRecord",
    "IdentityJudgement",
    "IdentityKey",
    "IdentityMember",
    "IdentityMove",
    "IdentityPair",
    "IdentityScope",
    "Import",
    "ImportLine",
    "ImportMapping",
    "Incident",
    "Item",
    "JobRun",
    "LegalEvent",
    "Notice",
    "NoticeSending",
    "Observation",
    "ObservationChange",
    "ObservationFeed",
    "ObservationKey",
    "Organisation",
    "OutboxFact",
    "Pack",
    "PackShare",
    "Party",
    "Payment",
    "Person",
    "Plan",
    "PlanTravel",
    "PrintBlock",
    "Promise",
    "ProtectionRecord",
    "Redaction",
    "RestrictedSubject",
    "Restriction",
    "RetentionRun",
    "RetentionSwitch",
    "Reveal",
    "Route",
    "RuleOverride",
    "RulePackVersion",
    "RulingRecord",
    "RulingRule",
    "SavedView",
    "ShareEvent",
    "ShareOpening",
    "Shift",
    "StatedFlag",
    "StatedItem",
    "StatedReview",
    "StatedVisit",
    "Stop",
    "TeamRecord",
    "Territory",
    "Token",
    "TrackDay",
    "TrackPoint",
    "TravelRow",
    "Upload",
    "Visit",
    "WrongCode",
]
