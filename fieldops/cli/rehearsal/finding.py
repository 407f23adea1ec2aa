"""What a crew finds at the door, given what is true."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fieldops.cli.rehearsal.world import Secret, Truth

_CLOSE_FACTS = {
    "badge_shown": True,
    "authorisation_shown": True,
    "recorder_on": True,
    "indoor_video": False,
}


@dataclass(frozen=True, slots=True)
class Found:
    """An outcome and the answers behind it, in the form of the interface."""

    outcome: str
    answers: dict[str, Any]


def what_is_found(truth: Secret, at: datetime, number: str) -> Found:
    """What is recorded of this visit."""
    outcome, answers = _residence(truth, at)
    answers["sightings"] = _sightings(truth, number)
    answers["facts"] = dict(_CLOSE_FACTS)
    return Found(outcome, answers)


def _residence(truth: Secret, at: datetime) -> tuple[str, dict[str, Any]]:
    luck = truth.luck
    if truth.truth is Truth.HOME:
        return _met(luck, at)
    if truth.truth is Truth.MOVED:
        says = [{"who": "neighbour", "says": "moved_away"}]
        if luck < 0.45:
            manager = {"who": "property_manager", "says": "moved_away"}
            return "new_occupant", {"statements": [*says, manager]}
        return ("vacant" if luck < 0.7 else "moved_away"), {"statements": says}
    if truth.truth is Truth.FAMILY:
        said = "lives_here" if luck < 0.6 else "moved_away"
        return "met_family", {"statements": [{"who": "family", "says": said}]}
    if truth.truth is Truth.REFUSES:
        return "refused", {"willingness": "unwilling", "ability": "unknown"}
    return "no_answer", {}


def _met(luck: float, at: datetime) -> tuple[str, dict[str, Any]]:
    able = {"ability": "partly", "willingness": "willing"}
    if luck < 0.3:
        due = (at + timedelta(days=7)).date().isoformat()
        return "promise", {**able, "promise": {"amount": "1000.00", "due_on": due}}
    if luck < 0.42:
        return "payment", {**able, "payment": {"amount": "500.00", "method": "bank_transfer"}}
    return "met_debtor", {
        "ability": "unknown",
        "willingness": "hesitant",
        "statements": [{"who": "debtor", "says": "lives_here"}],
    }


def _sightings(truth: Secret, number: str) -> list[dict[str, Any]]:
    if truth.assets_move:
        kinds = ("for_sale_sign", "goods_leaving", "premises_closed")
        return [{"sighting": kinds[int(truth.luck * len(kinds))], "asset": f"asset-{number}"}]
    if truth.luck > 0.8:
        return [{"sighting": "vehicle_present", "asset": f"vehicle-{number}"}]
    return []
