"""Profiles: what a recipient of packs is shown, on what ground, read from data and checked."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldopsError
from fieldops.domain.rulebook.reading import Reader, naming, refuse
from fieldops.domain.rulebook.vocabulary import Provenance
from fieldops.domain.sharing import Recipient

MOST_HOURS = 24
_NAME = re.compile(r"[a-z][a-z0-9-]{0,38}", re.ASCII)
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,38}", re.ASCII)


class ProfileInvalid(FieldopsError):
    """A profile file cannot be taken; the message names the file and the field."""

    slug = "disclosure-profile-invalid"
    title_en = "The disclosure profile is not valid"
    title_zh = "披露方案文件有误"


class Kind(StrEnum):
    """The kinds of items."""

    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    OTHER = "other"


class Copies(StrEnum):
    """How redacted copies of photos stand to their originals; none are used before a review."""

    NONE = "none"
    BESIDE = "beside"
    REPLACE = "replace"
    ONLY = "only"


class Findings(StrEnum):
    """Whose cross-checks go along."""

    ALL = "all"
    CHOSEN = "chosen"
    NONE = "none"


class Trace(StrEnum):
    """How much of the asset-trace record goes along: what is of the debtor alone, or all."""

    WHOLE = "whole"
    DEBTOR = "debtor"
    NONE = "none"


class Language(StrEnum):
    """Which language of a pack comes first."""

    ASKER = "asker"
    ZH = "zh"
    EN = "en"


class PartyRole(StrEnum):
    """Whom of a case the index may name."""

    DEBTOR = "debtor"
    CO_BORROWER = "co_borrower"
    GUARANTOR = "guarantor"
    SPOUSE = "spouse"
    RELATIVE = "relative"
    CONTACT = "contact"
    EMPLOYER = "employer"


@dataclass(frozen=True, slots=True)
class Profile:
    """What one kind of recipient is shown; `config/disclosure` explains each field."""

    name: str
    version: str
    title_zh: str
    title_en: str
    ground: str
    provenance: Provenance = Provenance.UNCONFIRMED
    recipients: frozenset[Recipient] = frozenset()
    kinds: frozenset[Kind] = frozenset(Kind)
    copies: Copies = Copies.NONE
    withheld_fields: tuple[str, ...] = ()
    findings: Findings = Findings.ALL
    trace: Trace = Trace.WHOLE
    withheld_trace: tuple[str, ...] = ()
    system: bool = True
    parties: frozenset[PartyRole] = frozenset(PartyRole)
    language: Language = Language.ASKER
    stamp_limit_hours: int = MOST_HOURS

    def terms(self) -> dict[str, Any]:
        """The choices alone, as a pack's statement prints them."""
        return {
            "kinds": sorted(self.kinds),
            "copies": self.copies.value,
            "withheld_fields": list(self.withheld_fields),
            "findings": self.findings.value,
            "trace": self.trace.value,
            "withheld_trace": list(self.withheld_trace),
            "system": self.system,
            "parties": sorted(self.parties),
            "language": self.language.value,
            "stamp_limit_hours": self.stamp_limit_hours,
        }

    def to_json(self) -> dict[str, Any]:
        """Plain data of the form of a profile file; `profile_of` reads it again."""
        title = {"zh": self.title_zh, "en": self.title_en}
        head = {"name": self.name, "version": self.version, "title": title, "ground": self.ground}
        told = {"provenance": self.provenance.value, "recipients": sorted(self.recipients)}
        return {**head, **told, **self.terms()}


WHOLE = Profile("whole", "1", "全部", "Everything", "委托人自用 own use", Provenance.POLICY)
"""Everything as it is: what a pack shows where nobody named a recipient; it is for nobody else."""
# What a file must say and what was frozen before files said it need not.
_STATED = ("provenance", "recipients")


def profile_from_toml(content: str, name: str) -> Profile:
    """Read the text of a profile file; `name` is its name without the ending."""
    with naming(f"{name}.toml", ProfileInvalid):
        raw = tomllib.loads(content)
        for key in _STATED:
            if not raw.get(key):
                refuse(key, "is missing", "state it")
        profile = profile_of(raw)
        if profile.name != name:
            refuse("name", f"is {profile.name!r}", "call it as its file")
        return profile


def profile_of(raw: Mapping[str, Any]) -> Profile:
    """The profile that a file or `to_json` states; raises InvalidInput naming the field."""
    reader = Reader(raw)
    title = reader.child("title")
    profile = Profile(
        name=_matching(reader, "name", _NAME),
        version=reader.text("version", required=True),
        title_zh=title.text("zh", required=True),
        title_en=title.text("en", required=True),
        ground=_one_line(reader, "ground"),
        provenance=reader.word("provenance", Provenance, Provenance.UNCONFIRMED),
        recipients=reader.words("recipients", Recipient),
        kinds=reader.words("kinds", Kind),
        copies=reader.word("copies", Copies),
        withheld_fields=_names(reader, "withheld_fields"),
        findings=reader.word("findings", Findings),
        trace=reader.word("trace", Trace),
        withheld_trace=_names(reader, "withheld_trace"),
        system=reader.flag("system", True),
        parties=reader.words("parties", PartyRole),
        language=reader.word("language", Language, Language.ASKER),
        stamp_limit_hours=reader.whole("stamp_limit_hours", 1, MOST_HOURS, MOST_HOURS),
    )
    title.done()
    reader.done()
    if not profile.kinds:
        refuse("kinds", "names no kind of item", "name at least one")
    return profile


def _matching(reader: Reader, key: str, form: re.Pattern[str]) -> str:
    text = reader.text(key, required=True)
    if not form.fullmatch(text):
        refuse(reader.at(key), f"{text[:60]!r} is no name", "use small letters, digits and hyphens")
    return text


def _one_line(reader: Reader, key: str) -> str:
    # It becomes a label of bag-info.txt, which has no more than its line.
    text = reader.text(key, required=True)
    if not text.isprintable() or text != text.strip():
        refuse(reader.at(key), "is more than one line", "write it in one line")
    return text


def _names(reader: Reader, key: str) -> tuple[str, ...]:
    found = reader.texts(key)
    for number, name in enumerate(found):
        if not _FIELD.fullmatch(name):
            refuse(f"{reader.at(key)}[{number}]", "is no name of a field", "see docs/formats.md")
    if "item" in found:
        refuse(reader.at(key), "names the item's id", "an id cannot be withheld")
    return tuple(sorted(set(found)))


def named(profiles: Mapping[str, Profile], name: str) -> Profile:
    """The profile of that name; raises InvalidInput naming those that there are."""
    if name not in profiles:
        known, given = ", ".join(profiles), repr(name[:60])
        refuse(
            "profile",
            Bilingual(f"{given} is none", f"没有 {given} 这一披露方案"),
            Bilingual(f"write one of {known}", f"请填写 {known} 之一"),
        )
    return profiles[name]
