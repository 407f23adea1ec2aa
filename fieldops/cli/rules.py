"""`fieldops rules`: list what the rulebook holds, explain a rule, test it with cases."""

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click

from fieldops import clock
from fieldops.cli.commands import LazyGroup
from fieldops.cli.telling import Refused
from fieldops.domain.errors import InvalidInput
from fieldops.domain.rulebook.cases import LONGEST_LINE, differences, read_case
from fieldops.domain.rulebook.explaining import UNSIGNED, explain, listed
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.loading import RulebookInvalid
from fieldops.domain.rulebook.records import RuleBook
from fieldops.gateways.rulebook import load_packs
from fieldops.settings import config_dir


def book_in(directory: Path | None) -> RuleBook:
    """The book in a directory, or the shipped one; raises Refused with one line."""
    try:
        return load_packs(directory or config_dir() / "rulebook")
    except RulebookInvalid as wrong:
        raise Refused(wrong.detail) from wrong


rulebook_option = click.option(
    "--rulebook",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory of rule files; the shipped ones unless given.",
)
language_option = click.option(
    "--lang", "language", type=click.Choice(["zh", "en"]), default="en", show_default=True
)


@click.group(
    cls=LazyGroup,
    lazy={
        "diff": ("rule_changes:diff", "What another version changes, and for which visits."),
        "replay": ("rule_changes:replay", "Judge kept rulings again by the rules of then."),
    },
)
def rules() -> None:
    """The rulebook: list it, explain a rule, test it with cases, compare versions.

    Example: fieldops rules explain CN-TIME-01 --lang zh
    """


@rules.command("list")
@rulebook_option
@language_option
@click.option("--jurisdiction", "code", help="Only the packs that hold there, as in US-MA.")
def list_rules(directory: Path | None, language: str, code: str | None) -> None:
    """Every rule, with its rank, how its source was read, and whether it is in force today.

    Example: fieldops rules list --jurisdiction US-MA --lang zh
    """
    book = book_in(directory)
    today = clock.now().date()
    for pack in book.packs_for([code]) if code else book.packs:
        note = "" if pack.is_signed_off else f" ({UNSIGNED.in_language(language)})"
        click.secho(f"{pack.jurisdiction}  {pack.id} {pack.version}{note}", bold=True)
        click.echo("\n".join(listed(rule, language, today) for rule in pack.rules) + "\n")


@rules.command("explain")
@click.argument("rule_id", metavar="RULE")
@rulebook_option
@language_option
def explain_rule(rule_id: str, directory: Path | None, language: str) -> None:
    """What a rule asks, on what it rests, how that was read, and what lifts it.

    Example: fieldops rules explain CN-CREW-01
    """
    book = book_in(directory)
    found = [(rule, pack) for pack in book.packs for rule in pack.rules if rule.id == rule_id]
    if not found:
        raise Refused(f"no rule is called {rule_id!r}; `fieldops rules list` names them all")
    click.echo("\n\n".join(explain(rule, pack, language) for rule, pack in found))


@rules.command("test")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@rulebook_option
@click.pass_context
def test_rules(context: click.Context, file: TextIO, directory: Path | None) -> None:
    """Judge a case a line and print those whose ruling differs from what they expect.

    Exit status 1 when one differs, 2 when a line cannot be read.

    Example: fieldops rules test cases.jsonl
    """
    book = book_in(directory)
    judged = differing = unread = 0
    for number, line in _lines(file):
        try:
            case = read_case(line)
            told = differences(case, judge(case.proposal, book, policies=case.policies))
        except InvalidInput as wrong:
            unread += 1
            click.echo(f"{file.name}: line {number}: {wrong.detail}", err=True)
            continue
        judged += 1
        differing += bool(told)
        for difference in told:
            click.echo(f"line {number}: {case.name or '(no name)'}: {difference}")
    click.echo(f"{judged} judged, {differing} differ")
    context.exit(2 if unread else 1 if differing else 0)


def _lines(file: TextIO) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, read one at a time and none of unbounded length."""
    number = 0
    try:
        while line := file.readline(LONGEST_LINE + 2):
            number += 1
            if line.strip():
                yield number, line
    except UnicodeDecodeError as wrong:
        raise Refused(f"{file.name}: line {number + 1}: is not UTF-8; save it as UTF-8") from wrong
