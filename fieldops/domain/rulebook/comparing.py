"""What changes from one rulebook to another: rules that come, go, or say something else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fieldops.domain.rulebook.explaining import (
    AUTHORITIES,
    EFFECTS,
    LIFTS,
    PROVENANCES,
    period,
)
from fieldops.domain.rulebook.records import Rule, RuleBook, Text
from fieldops.domain.rulebook.telling import applies, asked, indented


class Kind(StrEnum):
    """What becomes of a rule."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


KINDS = {
    Kind.ADDED: Text("新增", "added"),
    Kind.REMOVED: Text("删除", "removed"),
    Kind.CHANGED: Text("修改", "changed"),
}
FIELDS = {
    "effect": Text("效果", "Effect"),
    "authority": Text("效力层级", "Authority"),
    "period": Text("施行期间", "In force"),
    "applies": Text("适用", "Applies to"),
    "asks": Text("要求", "Asks"),
    "lifts": Text("可解除", "Lifted by"),
    "yields": Text("让位于", "Yields to"),
    "source": Text("依据", "Source"),
    "provenance": Text("出处核对", "Provenance"),
    "title": Text("名称", "Title"),
    "message": Text("内容", "Text"),
}
"""What of a rule is compared, and how it is called."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One version of a rule that is not the same in both books.

    `fields` are the names of FIELDS that differ, each with its old and new text; they are empty
    when the version is added or removed. `was` is the rule of before, where there is one of now.
    """

    rule: Rule
    kind: Kind
    fields: tuple[tuple[str, str, str], ...] = ()
    was: Rule | None = None


def changes(old: RuleBook, new: RuleBook, language: str) -> list[RuleChange]:
    """Every version of a rule that differs, by id and first day; texts in "zh" or "en"."""
    before, after = _by_version(old), _by_version(new)
    found = []
    for key in sorted({*before, *after}):
        was, is_now = before.get(key), after.get(key)
        if is_now is None and was is not None:
            found.append(RuleChange(was, Kind.REMOVED))
        elif was is None and is_now is not None:
            found.append(RuleChange(is_now, Kind.ADDED))
        elif was is not None and is_now is not None:
            differs = tuple(_differing(was, is_now, language))
            found += [RuleChange(is_now, Kind.CHANGED, differs, was)] if differs else []
    return found


def _by_version(book: RuleBook) -> Mapping[tuple[str, date], Rule]:
    # A pack may begin a rule earlier or later as a whole; a rule of one version stays that rule.
    only = {rule.id for rule in book if len(book.versions(rule.id)) == 1}
    return {
        (rule.id, date.min if rule.id in only else rule.effective_from or date.min): rule
        for rule in book
    }


def _differing(was: Rule, is_now: Rule, language: str) -> Iterator[tuple[str, str, str]]:
    old, new = _texts(was, language), _texts(is_now, language)
    yield from ((name, old[name], new[name]) for name in FIELDS if old[name] != new[name])


def _texts(rule: Rule, language: str) -> dict[str, str]:
    """Each compared field of a rule as one text."""
    return {
        "effect": EFFECTS[rule.effect].in_language(language),
        "authority": AUTHORITIES[rule.authority].in_language(language),
        "period": period(rule, language),
        "applies": applies(rule, language),
        "asks": "\n      ".join(indented(asked(rule, language))),
        "lifts": "; ".join(LIFTS[lift].in_language(language) for lift in rule.overridable_by),
        "yields": ", ".join(rule.yields_to),
        "source": rule.source,
        "provenance": PROVENANCES[rule.provenance].in_language(language),
        "title": rule.title.in_language(language),
        "message": rule.message.in_language(language),
    }
