"""Two versions of a rule pack side by side, and the planned visits that they judge differently."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request

from fieldops import clock
from fieldops.db import db
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook import comparing, explaining
from fieldops.domain.rulebook.loading import RulebookInvalid
from fieldops.domain.rulebook.records import Rule, RuleBook
from fieldops.domain.rulebook.telling import asked, indented
from fieldops.services import rule_versions
from fieldops.services.rule_effects import Stretch, affected_stretch
from fieldops.services.rule_versions import Version
from fieldops.web.access import current_actor, page
from fieldops.web.blueprint import pages
from fieldops.web.catalogue import language
from fieldops.web.form_words import NOT_OFFERED
from fieldops.web.paging import asked_id
from fieldops.web.rule_views import own_jurisdiction
from fieldops.wiring import wiring

_VISITS = 500
_ALONE = Bilingual("does not go with the other packs in force", "与现行的其他规则包不能并用")
_BY_COMMAND = Bilingual(
    "compare whole sets of packs with the command fieldops rules diff",
    "请用命令 fieldops rules diff 比较整套规则包",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The pack and the two versions that were asked for, out of those there are."""

    pack: str
    versions: Sequence[Version]
    old: Version
    new: Version

    @property
    def is_pair(self) -> bool:
        """Whether two versions were chosen that are not the same."""
        return self.old.sha256 != self.new.sha256


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs between the two versions, and what that means for planned visits."""

    changes: Sequence[comparing.RuleChange]
    counts: Mapping[comparing.Kind, int]
    names: Mapping[str, str]
    week: Stretch | None


@pages.get("/rules/changes")
@page(Permission.JUDGE_CONTACTS, reads="plans")
def rule_changes_page() -> tuple[str, int]:
    """By rule what one version adds, removes or changes; the visits of the coming week below it."""
    versions = rule_versions.of_packs(db.session(), wiring().rulebook)
    pack = _pack(versions)
    choice, compared, wrong = _default(pack, versions[pack]), None, None
    try:
        choice = _chosen(choice)
        compared = _compared(choice) if choice.is_pair else None
    except InvalidInput as fault:
        wrong = fault
    told = render_template(
        "rule_changes.html", choice=choice, compared=compared, wrong=wrong,
        packs=[one for one in versions if len(versions[one]) > 1 or one == pack],
        explaining=explaining, comparing=comparing, asked=asked, lines_of=_lines_of,
    )  # fmt: skip
    return told, wrong.status if wrong else 200


def _pack(versions: Mapping[str, Sequence[Version]]) -> str:
    """The pack asked for; without one that of the house, or the first that has two versions."""
    if (wanted := request.args.get("pack", "")) in versions:
        return wanted
    book = wiring().rulebook
    near = [pack.id for pack in book.packs_for([own_jurisdiction(book)])]
    several = [one for one in (*near, *versions) if len(versions[one]) > 1]
    return (several or near)[0]


def _default(pack: str, versions: Sequence[Version]) -> Choice:
    """From the newest of the former versions to the one in force."""
    return Choice(pack, versions, versions[1] if len(versions) > 1 else versions[0], versions[0])


def _chosen(choice: Choice) -> Choice:
    """The versions that the form named; raises InvalidInput for one that is not offered."""
    known = {one.sha256: one for one in choice.versions}
    picked = {"old": choice.old, "new": choice.new}
    faults = []
    for name in picked:
        if wanted := request.args.get(name, ""):
            if wanted in known:
                picked[name] = known[wanted]
            else:
                faults.append(FieldFault(name, NOT_OFFERED))
    if faults:
        raise InvalidInput(faults=faults)
    return Choice(choice.pack, choice.versions, **picked)


def _compared(choice: Choice) -> Compared:
    old, new = _book("old", choice.old), _book("new", choice.new)
    found = comparing.changes(old, new, language())
    counts = Counter(change.kind for change in found)
    names = {rule.id: f"{rule.title.in_language(language())} ({rule.id})" for rule in (*old, *new)}
    return Compared(found, counts, names, _week(old, new))


def _book(name: str, version: Version) -> RuleBook:
    try:
        return rule_versions.with_version(db.session(), wiring().rulebook, version.sha256)
    except RulebookInvalid as wrong:
        raise InvalidInput(faults=[FieldFault(name, _ALONE, _BY_COMMAND)]) from wrong


def _week(old: RuleBook, new: RuleBook) -> Stretch | None:
    """What becomes of planned visits, for whoever may see plans and cases."""
    actor = current_actor()
    if not (actor.may(Permission.READ_PLANS) and actor.may(Permission.READ_CASES)):
        return None
    return affected_stretch(
        db.session(), old, new, beyond=asked_id("after"), limit=_VISITS, actor=actor,
        now=clock.now(),
    )  # fmt: skip


def _lines_of(rule: Rule) -> set[str]:
    """What a rule asks, line by line, to tell which of another's lines it does not have."""
    return {line.strip() for line in indented(asked(rule, language()))}
