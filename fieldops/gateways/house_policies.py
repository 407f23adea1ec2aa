"""Reads the policies of phones and of instalments from their directories."""

from pathlib import Path

from fieldops.domain import instalments, phone_policy
from fieldops.domain.instalments import Terms, TermsInvalid
from fieldops.domain.phone_policy import PhonePolicy, PhonePolicyInvalid
from fieldops.gateways.config_files import content

LARGEST_FILE = 100_000


def load_phone_policy(directory: Path) -> PhonePolicy:
    """How often phones speak up; raises PhonePolicyInvalid naming the field."""
    text = content(directory / "policy.toml", LARGEST_FILE, PhonePolicyInvalid)
    return phone_policy.policy_from_toml(text)


def load_terms(directory: Path) -> Terms:
    """Who may agree to which instalments; raises TermsInvalid naming the field."""
    text = content(directory / "policy.toml", LARGEST_FILE, TermsInvalid)
    return instalments.terms_from_toml(text)
