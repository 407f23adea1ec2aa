"""Profiles are read strictly, say their ground, and name only what there is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from evidence.custody.statement import REASONS
from fieldops.domain.disclosure.basket import Reason
from fieldops.domain.disclosure.profiles import (
    WHOLE,
    Copies,
    ProfileInvalid,
    Trace,
    profile_from_toml,
    profile_of,
)
from fieldops.domain.disclosure.settling import Outside
from fieldops.domain.rulebook.vocabulary import Provenance
from fieldops.domain.sharing import Recipient
from fieldops.gateways.disclosure_profiles import load_profiles
from fieldops.models import Belief, Flag, FlagReview, Observation
from fieldops.settings import config_dir

SHIPPED = load_profiles(config_dir() / "disclosure")
GOOD = """
name = "court"
version = "1"
title = { zh = "法院", en = "Court" }
ground = "art. 19"
provenance = "text"
recipients = ["court"]
kinds = ["photo"]
copies = "replace"
findings = "chosen"
trace = "whole"
"""


def test_the_four_recipients_are_there() -> None:
    assert set(SHIPPED) == {"court", "outside-counsel", "debtor-access-request", "regulator"}


def test_a_debtor_gets_his_own_data_and_no_agents_identity() -> None:
    profile = SHIPPED["debtor-access-request"]
    assert (profile.copies, profile.trace) == (Copies.ONLY, Trace.DEBTOR)
    assert {"account", "upload", "fix"} <= set(profile.withheld_fields)
    assert {"account_id", "source_id"} <= set(profile.withheld_trace)
    assert profile.parties == {"debtor"}


@pytest.mark.parametrize("name", SHIPPED)
def test_what_a_profile_withholds_exists(name: str) -> None:
    models = (Observation, Belief, Flag, FlagReview)
    columns = {one.key for model in models for one in inspect(model).column_attrs}
    assert set(SHIPPED[name].withheld_trace) <= columns
    # Those that `services/evidence.py` covers at receipt.
    known = {
        "visit", "account", "upload", "kind", "media_type", "claimed_media_type", "filename",
        "capture", "device_at", "received_at", "fix", "properties", "findings",
    }  # fmt: skip
    assert set(SHIPPED[name].withheld_fields) <= known


@pytest.mark.parametrize("profile", [*SHIPPED.values(), WHOLE])
def test_what_was_frozen_is_the_same_profile_again(profile: Any) -> None:
    assert profile_of(profile.to_json()) == profile


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('name = "court"', 'name = "Court!"', "name"),
        ('name = "court"', 'name = "regulator"', "name"),
        ('version = "1"', "", "version"),
        ('zh = "法院", ', "", "title.zh"),
        ('ground = "art. 19"', 'ground = "two\\nlines"', "ground"),
        ('provenance = "text"', "", "provenance"),
        ('provenance = "text"', 'provenance = "hearsay"', "provenance"),
        ('recipients = ["court"]', "", "recipients"),
        ('recipients = ["court"]', "recipients = []", "recipients"),
        ('recipients = ["court"]', 'recipients = ["friend"]', "recipients[0]"),
        ('kinds = ["photo"]', "kinds = []", "kinds"),
        ('kinds = ["photo"]', 'kinds = ["picture"]', "kinds"),
        ('copies = "replace"', 'copies = "blurred"', "copies"),
        ('trace = "whole"', 'trace = "whole"\nstamp_limit_hours = 25', "stamp_limit_hours"),
        ('trace = "whole"', 'trace = "whole"\nwithheld_fields = ["item"]', "withheld_fields"),
        ('trace = "whole"', 'trace = "whole"\nwithheld_fields = ["a b"]', "withheld_fields[0]"),
        ('trace = "whole"', 'trace = "whole"\nblur = true', "blur"),
        ('trace = "whole"', "trace =", "TOML"),
    ],
)
def test_a_profile_that_is_wrong_is_refused_by_its_field(old: str, new: str, named: str) -> None:
    assert old in GOOD
    with pytest.raises(ProfileInvalid, match=r"court\.toml") as refused:
        profile_from_toml(GOOD.replace(old, new), "court")
    assert named in refused.value.detail


def test_every_profile_is_for_recipients_of_its_own() -> None:
    named = [kind for profile in SHIPPED.values() for kind in profile.recipients]
    assert sorted(named) == sorted(Recipient)
    assert not WHOLE.recipients


def test_a_profile_that_was_frozen_before_it_named_recipients_is_read() -> None:
    told = SHIPPED["court"].to_json()
    del told["provenance"], told["recipients"]
    assert profile_of(told) == replace(
        SHIPPED["court"], provenance=Provenance.UNCONFIRMED, recipients=frozenset()
    )


def test_a_directory_without_profiles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileInvalid, match="no profile"):
        load_profiles(tmp_path)


def test_every_reason_for_withholding_has_its_words() -> None:
    assert {*Reason, *Outside} == set(REASONS)
