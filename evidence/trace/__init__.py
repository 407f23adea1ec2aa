"""Observations in, beliefs and flags out: pure, replayable, each number with its grounds."""

from evidence.trace.across import Elsewhere, hints_across
from evidence.trace.assets import AssetCase, AssetScore, asset_cases, score
from evidence.trace.belief import Belief, Line, believe, reason, residence_shares
from evidence.trace.clocks import Clock, LegalEvent, clock
from evidence.trace.errors import ModelError, TraceError
from evidence.trace.explain import explain_asset, explain_belief, telling_signs
from evidence.trace.flags import Flag, moved_persons, relocation_flags
from evidence.trace.hint import Hint, HintLine
from evidence.trace.links import derived, hints
from evidence.trace.marks import Mark, Member, folded, marks_of
from evidence.trace.model import Model, load_model
from evidence.trace.observation import Grade, Observation, Rejected, from_mapping, parse_line
from evidence.trace.ownership import DEBTOR, Holding, Ownership, Transfer, ownership
from evidence.trace.replay import Standing, replay_at
from evidence.trace.transfers import asset_flags, case_flags
from evidence.trace.vocabulary import known_asset_kinds, names_asset

__all__ = [
    "DEBTOR",
    "AssetCase",
    "AssetScore",
    "Belief",
    "Clock",
    "Elsewhere",
    "Flag",
    "Grade",
    "Hint",
    "HintLine",
    "Holding",
    "LegalEvent",
    "Line",
    "Mark",
    "Member",
    "Model",
    "ModelError",
    "Observation",
    "Ownership",
    "Rejected",
    "Standing",
    "TraceError",
    "Transfer",
    "asset_cases",
    "asset_flags",
    "believe",
    "case_flags",
    "clock",
    "derived",
    "explain_asset",
    "explain_belief",
    "folded",
    "from_mapping",
    "hints",
    "hints_across",
    "known_asset_kinds",
    "load_model",
    "marks_of",
    "moved_persons",
    "names_asset",
    "ownership",
    "parse_line",
    "reason",
    "relocation_flags",
    "replay_at",
    "residence_shares",
    "score",
    "telling_signs",
]
