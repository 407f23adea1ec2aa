"""From the content of rule files to rule packs; whatever is doubtful is refused by its place."""

import hashlib
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from fieldops.domain.errors import FieldopsError
from fieldops.domain.rulebook.parsing import zone
from fieldops.domain.rulebook.predicates.catalogue import maker, names
from fieldops.domain.rulebook.predicates.clause import Clause
from fieldops.domain.rulebook.reading import Reader, day, naming, refuse
from fieldops.domain.rulebook.records import (
    EVERYWHERE,
    AppliesWhen,
    Rule,
    RuleBook,
    RulePack,
    Text,
)
from fieldops.domain.rulebook.vocabulary import (
    Authority,
    Channel,
    CreditorKind,
    Effect,
    Gate,
    Lift,
    PlaceKind,
    Provenance,
    Purpose,
    Role,
)

USUAL_GATES = frozenset({Gate.PLAN, Gate.COMMIT, Gate.DOOR})
"""Where a rule is judged that names no gates: until the contact begins."""

_RULE_ID = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+", re.ASCII)
_PACK_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,5})?|\*", re.ASCII)


class RulebookInvalid(FieldopsError):
    """A rule file cannot be taken; the message names the file, the rule and the field."""

    slug = "rulebook-invalid"
    title_en = "The rulebook is not valid"
    title_zh = "规则文件有误"


def pack_from_toml(content: str, name: str) -> RulePack:
    """Read the text of one rule file; `name` is what messages call it."""
    with naming(name, RulebookInvalid):
        return _pack(tomllib.loads(content))


def pack_from_canonical(content: str, name: str) -> RulePack:
    """Read a pack's own `content` again; the hash comes out the same."""
    return pack_from(json.loads(content), name)


def pack_from(raw: Mapping[str, Any], name: str) -> RulePack:
    """Read the content of one rule file: a table `pack` and a list `rule`."""
    with naming(name, RulebookInvalid):
        return _pack(raw)


def book_from(packs: Iterable[RulePack]) -> RuleBook:
    """Put packs together; no two may share an id, a jurisdiction or the id of a rule."""
    found = tuple(sorted(packs, key=lambda pack: pack.id))
    for what, keys in (
        ("id", [pack.id for pack in found]),
        ("jurisdiction", [code for pack in found for code in pack.codes]),
        ("rule", [rule for pack in found for rule in {rule.id for rule in pack.rules}]),
    ):
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise RulebookInvalid(f"two packs have the same {what}: {', '.join(twice)}")
    return RuleBook(found)


def canonical(raw: Mapping[str, Any]) -> str:
    """The content as one JSON text, whatever its layout, comments or order of keys."""
    return json.dumps(raw, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_iso)


def _iso(value: object) -> str:
    if not isinstance(value, date | datetime):
        refuse("(whole)", f"{value!r} cannot stand in a rule file", "write a text")
    return value.isoformat()


def _pack(raw: Mapping[str, Any]) -> RulePack:
    reader = Reader(raw)
    head = Reader(reader.need("pack"), "pack")
    named = head.text("timezone")
    pack = RulePack(
        id=_matching(head, "id", _PACK_ID),
        version=head.text("version", required=True),
        jurisdiction=_matching(head, "jurisdiction", _JURISDICTION),
        also_called=_codes(head),
        timezone=zone(named, head.at("timezone")) if named else None,
        effective_from=_day(head, "effective_from"),
        effective_to=_day(head, "effective_to"),
        signed_off_by=head.text("signed_off_by"),
        signed_off_at=_day(head, "signed_off_at"),
        rules=(),
        content=(content := canonical(raw)),
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )
    head.done()
    rules = tuple(_rule(value, field, pack) for value, field in reader.items("rule"))
    reader.done()
    if not rules:
        refuse("rule", "is missing", "state at least one rule")
    _refuse_gaps(rules)
    return replace(pack, rules=rules)


def _matching(reader: Reader, key: str, form: re.Pattern[str]) -> str:
    value = reader.text(key, required=True)
    if not form.fullmatch(value):
        refuse(reader.at(key), f"{value[:60]!r} does not have the right form", form.pattern)
    return value


def _codes(head: Reader) -> tuple[str, ...]:
    found = head.texts("also_called")
    for code in found:
        if not _JURISDICTION.fullmatch(code):
            refuse(head.at("also_called"), f"{code[:40]!r} is not a code", "as in GB")
    return found


def _day(reader: Reader, key: str) -> date | None:
    value = reader.take(key)
    return None if value in (None, "") else day(value, reader.at(key))


def _rule(value: object, field: str, pack: RulePack) -> Rule:
    reader = Reader(value, field)
    rule_id = _matching(reader, "id", _RULE_ID)
    # From here on messages say which rule it is, not the how-manyeth.
    reader.path = f"rule {rule_id}"
    lifts = tuple(sorted(reader.words("overridable_by", Lift)))
    predicate, params, clause = _clause(reader, frozenset(lifts))
    authority = reader.word("authority", Authority)
    rule = Rule(
        id=rule_id,
        jurisdiction=pack.jurisdiction,
        authority=authority,
        effect=reader.word("effect", Effect),
        # A version that states no day of its own is bounded by those of its pack.
        effective_from=_day(reader, "effective_from") or pack.effective_from,
        effective_to=_day(reader, "effective_to") or pack.effective_to,
        applies_when=_applies_when(reader.child("applies_when")),
        predicate=predicate,
        params=params,
        clause=clause,
        switched_on=_switched_on(reader, authority),
        overridable_by=lifts,
        yields_to=reader.texts("yields_to"),
        source=reader.text("source", required=True),
        provenance=reader.word("provenance", Provenance),
        title=_text(reader.child("title")),
        message=_text(reader.child("message")),
    )
    reader.done()
    _refuse_contradiction(rule, reader)
    return rule


def _switched_on(reader: Reader, authority: Authority) -> bool:
    # A draft binds nobody: it stands in the pack, and is off until counsel switches it on.
    stated = reader.fact("switched_on")
    if (stated is not None) != (authority is Authority.DRAFT):
        refuse(reader.at("switched_on"), "does not fit the authority", "state it with DRAFT alone")
    return stated is not False


def _clause(reader: Reader, lifts: frozenset[Lift]) -> tuple[str, Mapping[str, Any], Clause]:
    name = reader.text("predicate", required=True)
    if not (make := maker(name)):
        cure = "write one of " + ", ".join(names())
        refuse(reader.at("predicate"), f"{name[:60]!r} is not a predicate", cure)
    raw = reader.take("params") or {}
    params = Reader(raw, reader.at("params"))
    clause = make(params, lifts)
    params.done()
    # As JSON has them, for rulings carry them: a date of the file becomes its text.
    return name, json.loads(canonical(raw)), clause


def _applies_when(reader: Reader) -> AppliesWhen:
    found = AppliesWhen(
        channels=reader.words("channels", Channel),
        purposes=reader.words("purposes", Purpose),
        creditor_kinds=reader.words("creditor_kinds", CreditorKind),
        except_creditor_kinds=reader.words("except_creditor_kinds", CreditorKind),
        roles=reader.words("roles", Role),
        places=reader.words("places", PlaceKind),
        gates=reader.words("gates", Gate) or USUAL_GATES,
    )
    reader.done()
    return found


def _text(reader: Reader) -> Text:
    text = Text(reader.text("zh", required=True), reader.text("en", required=True))
    reader.done()
    return text


def _refuse_contradiction(rule: Rule, reader: Reader) -> None:
    if rule.is_policy != (rule.provenance is Provenance.POLICY):
        refuse(reader.at("provenance"), "does not fit the authority", "policy goes with POLICY")
    if rule.is_policy is False and rule.jurisdiction == EVERYWHERE:
        refuse(reader.at("authority"), "no law is in force everywhere", "write POLICY")
    if rule.effective_from and rule.effective_to and rule.effective_to < rule.effective_from:
        refuse(reader.at("effective_to"), "is before effective_from", "mend one of them")


def _refuse_gaps(rules: Iterable[Rule]) -> None:
    versions: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        versions[rule.id].append(rule)
    for rule_id, found in versions.items():
        found.sort(key=lambda rule: rule.effective_from or date.min)
        for earlier, later in pairwise(found):
            _refuse_gap(rule_id, earlier.effective_to, later.effective_from)


def _refuse_gap(rule_id: str, ends: date | None, begins: date | None) -> None:
    field = f"rule {rule_id}.effective_from"
    if ends is None or begins is None or begins <= ends:
        refuse(field, "two versions overlap", "end the earlier one the day before")
    if begins > ends + timedelta(days=1):
        refuse(field, f"no version is in force after {ends}", "let one begin the next day")
