"""Reads the rule files of a directory: every `*.toml` in it is one pack."""

from pathlib import Path

from fieldops.domain.rulebook.loading import RulebookInvalid, book_from, pack_from_toml
from fieldops.domain.rulebook.records import RuleBook
from fieldops.gateways.config_files import content

LARGEST_FILE = 2_000_000


def load_packs(directory: Path) -> RuleBook:
    """The book of all packs in a directory; raises RulebookInvalid naming file, rule and field."""
    files = sorted(directory.glob("*.toml"))
    if not files:
        raise RulebookInvalid(f"{directory}: holds no rule file (*.toml); name another directory")
    return book_from(
        pack_from_toml(content(file, LARGEST_FILE, RulebookInvalid), file.name) for file in files
    )
