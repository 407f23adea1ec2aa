"""`fieldops rules diff` and `replay`: what a version of the rules changes, and what one said."""

from pathlib import Path
from uuid import UUID

import click

from fieldops import clock
from fieldops.cli.context import opened
from fieldops.cli.rules import book_in, language_option
from fieldops.cli.telling import organisation_named, told
from fieldops.domain.permissions import system
from fieldops.domain.rulebook.comparing import FIELDS, KINDS, RuleChange, changes
from fieldops.domain.rulebook.records import RuleBook, Text
from fieldops.services import replaying, rule_versions
from fieldops.services.replaying import Replayed
from fieldops.services.rule_effects import Affected, affected_visits

SAME = Text("没有变化", "nothing changes")
VISITS = Text("未来七天受影响的外访: {count}", "visits of the coming week affected: {count}")
LAWFUL = Text("允许", "lawful")

organisation_option = click.option("--organisation", "name", help="Needed where there are several.")


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--visits", is_flag=True, help="Also which planned visits it would change.")
@organisation_option
@language_option
@click.pass_context
def diff(
    context: click.Context, old: str, new: str, visits: bool, name: str | None, language: str
) -> None:
    """What changes from the rules in OLD to those in NEW.

    Each is a directory of rule files, or hashes of kept packs with commas between them. Exit status
    1 when something changes.

    Example: fieldops rules diff config/rulebook new-rules --visits --lang zh
    """
    before, after = _named(old), _named(new)
    found = changes(before, after, language)
    for change in found:
        click.echo("\n".join(_lines(change, language)))
    if not found:
        click.echo(SAME.in_language(language))
    if visits:
        with told(), opened() as session:
            actor = system(organisation_named(session, name))
            now = clock.now()
            affected = list(affected_visits(session, before, after, actor=actor, now=now))
        click.echo(VISITS.in_language(language).format(count=len(affected)))
        click.echo("\n".join(_visit(one, language) for one in affected), nl=bool(affected))
    context.exit(1 if found else 0)


def _named(value: str) -> RuleBook:
    if Path(value).is_dir():
        return book_in(Path(value))
    with told(), opened() as session:
        return rule_versions.book_of(session, value.split(","))


def _lines(change: RuleChange, language: str) -> list[str]:
    kind = KINDS[change.kind].in_language(language)
    head = f"{change.rule.id} [{kind}] {change.rule.title.in_language(language)}"
    fields = [
        f"  {FIELDS[field].in_language(language)}\n    - {old}\n    + {new}"
        for field, old, new in change.fields
    ]
    return [head, *(fields or [f"  {change.rule.message.in_language(language)}"])]


def _visit(one: Affected, language: str) -> str:
    lawful = LAWFUL.in_language(language)
    was, is_now = (", ".join(rules) or lawful for rules in (one.old, one.new))
    return f"  {one.start:%Y-%m-%d %H:%M}  {one.case_number}  {was} -> {is_now}"


@click.command()
@click.argument("rulings", nargs=-1, type=click.UUID)
@organisation_option
@click.pass_context
def replay(context: click.Context, rulings: tuple[UUID, ...], name: str | None) -> None:
    """Judge kept RULINGS again (all of them when none is named) by the very rules of then.

    Exit status 1 when one comes out otherwise.

    Example: fieldops rules replay
    """
    same = other = without = 0
    with told(), opened() as session:
        actor = system(organisation_named(session, name))
        named = (replaying.replay(session, one, actor=actor) for one in rulings)
        for one in named if rulings else replaying.replay_all(session, actor=actor):
            if not isinstance(one, Replayed):
                without += 1
            elif one.differs:
                other += 1
                click.echo(f"{one.record.id}: {', '.join(one.differs)}")
            else:
                same += 1
    click.echo(f"{same} the same, {other} differ, {without} cannot be replayed")
    context.exit(1 if other else 0)
