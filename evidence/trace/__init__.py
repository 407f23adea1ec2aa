"""Observations in, beliefs and flags out: pure, replayable, each number with its grounds."""

from evidence.trace.assets import AssetCase, AssetScore, asset_cases, score
from evidence.trace.belief import Belief, Line, believe, residence_shares
from evidence.trace.clocks import Clock, LegalEvent, clock
from evidence.trace.errors import ModelError, TraceError
from evidence.trace.explain import explain_asset, explain_belief, telling_signs
from evidence.trace.flags import Flag, relocation_flags
from evidence.trace.model import Model, load_model
from evidence.trace.observation import Grade, Observation, Rejected, from_mapping, parse_line
from evidence.trace.replay import Standing, replay_at
from evidence.trace.transfers import asset_flags
from evidence.trace.vocabulary import known_asset_kinds, names_asset

__all__ = [
    "AssetCase",
    "AssetScore",
    "Belief",
    "Clock",
    "Flag",
    "Grade",
    "LegalEvent",
    "Line",
    "Model",
    "ModelError",
    "Observation",
    "Rejected",
    "Standing",
    "TraceError",
    "asset_cases",
    "asset_flags",
    "believe",
    "clock",
    "explain_asset",
    "explain_belief",
    "from_mapping",
    "known_asset_kinds",
    "load_model",
    "names_asset",
    "parse_line",
    "relocation_flags",
    "replay_at",
    "residence_shares",
    "score",
    "telling_signs",
]
