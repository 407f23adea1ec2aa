"""`fieldops import`: a case or agent file, and a report by line of what became of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

import click
from rich.console import Console
from rich.progress import wrap_file
from rich.table import Table
from sqlalchemy.orm import Session

from fieldops import clock, settings
from fieldops.app import create_app
from fieldops.cli.context import opened
from fieldops.cli.telling import organisation_named, told
from fieldops.domain.casefile.headings import fields_of
from fieldops.domain.casefile.mapping import HeadingMapping, parse_mapping
from fieldops.domain.permissions import Actor, system
from fieldops.gateways.spreadsheets import open_rows
from fieldops.jobs import publishing
from fieldops.models import Import, ImportLine
from fieldops.services import intake
from fieldops.wiring import wiring

WORDS: Final = {
    "en": {
        "heads": ("Line", "Number", "Verdict", "Column", "What", "Cure"),
        "refused": "refused",
        "to_look_at": "to be looked at",
        "counts": "{lines} lines: {new} new, {updated} updated, {unchanged} unchanged, "
        "{refused} refused, {to_look_at} to be looked at, {to_locate} to locate",
        "dry": "Dry run: nothing was written.",
        "more": "The first {shown} remarks; all of them: GET /api/v1/imports/{id}/lines",
    },
    "zh": {
        "heads": ("行", "编号", "结论", "列", "说明", "处理"),
        "refused": "拒收",
        "to_look_at": "待核对",
        "counts": "共 {lines} 行：新增 {new}，更新 {updated}，未变 {unchanged}，"
        "拒收 {refused}，待核对 {to_look_at}，待定位 {to_locate}",
        "dry": "试运行：未写入任何数据。",
        "more": "仅显示前 {shown} 条，全部见 GET /api/v1/imports/{id}/lines",
    },
}
_SHOWN: Final = 200
_PAGE: Final = 100


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(["cases", "agents"]), help="Else the headings tell.")
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML or JSON: headings of your own and defaults for blank cells.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would come of it.")
@click.option("--organisation", "name", help="Needed where there are several.")
@click.option("--locate", is_flag=True, help="Locate here and now where no queue runs.")
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="en")
@click.pass_context
def import_command(
    context: click.Context,
    file: Path,
    kind: str | None,
    mapping_file: Path | None,
    dry_run: bool,
    name: str | None,
    locate: bool,
    language: str,
) -> None:
    """Take a case or agent file in, CSV or XLSX, and report by line.

    Exit status 1 when lines were refused, 2 when the file cannot be read.

    Example: fieldops import cases.csv --mapping bank.toml --dry-run
    """
    mapping = _mapping(mapping_file, kind)
    with told(), opened() as session:
        actor = system(organisation_named(session, name))
        record = _take(session, file, kind, mapping, dry_run=dry_run, actor=actor)
        _report(session, record, actor, language)
    if locate and not dry_run:
        _follow_here()
    context.exit(1 if record.counts["refused"] else 0)


def _take(
    session: Session,
    file: Path,
    kind: str | None,
    mapping: HeadingMapping,
    *,
    dry_run: bool,
    actor: Actor,
) -> Import:
    with file.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        with _shown(stream, file) as watched:
            return intake.take_in(
                session,
                open_rows(watched, file.name),
                file.name,
                kind="cases" if kind == "cases" else "agents" if kind == "agents" else None,
                sha256=digest,
                mapping=mapping,
                dry_run=dry_run,
                gazetteer=wiring().gazetteer,
                actor=actor,
                now=clock.now(),
            )


def _follow_here() -> None:
    """Do what follows from the import in this process; what a queue has taken is not done twice."""
    app = create_app(settings.load(), with_edges=False)
    with app.app_context():
        publishing.publish(app.extensions["fieldops"], inline=True)


@contextmanager
def _shown(stream: BinaryIO, file: Path) -> Iterator[BinaryIO]:
    """The stream with a bar on standard error that tells how far it has been read."""
    console = Console(stderr=True)
    size = file.stat().st_size
    with wrap_file(stream, size, description=file.name, console=console, transient=True) as watched:
        yield watched


def _report(session: Session, record: Import, actor: Actor, language: str) -> None:
    words = WORDS[language]
    console = Console()
    lines = _lines(session, record, actor)
    if lines:
        table = Table(*words["heads"])
        for line in lines:
            table.add_row(*_cells(line, language))
        console.print(table)
    if len(lines) == _SHOWN:
        console.print(str(words["more"]).format(shown=_SHOWN, id=record.id))
    console.print(str(words["counts"]).format(**record.counts), highlight=False, soft_wrap=True)
    if record.is_dry_run:
        console.print(words["dry"])


def _lines(session: Session, record: Import, actor: Actor) -> Sequence[ImportLine]:
    found: list[ImportLine] = []
    after: UUID | None = None
    while len(found) < _SHOWN:
        page, after = intake.line_page(session, record.id, actor, after=after, limit=_PAGE)
        found.extend(page)
        if after is None:
            break
    return found


def _cells(line: ImportLine, language: str) -> tuple[str, ...]:
    chinese = language == "zh"
    message, cure = (line.message_zh, line.cure_zh) if chinese else (line.message_en, line.cure_en)
    verdict = str(WORDS[language][line.verdict])
    return str(line.line), line.key, verdict, line.heading or line.field, message, cure


def _mapping(file: Path | None, kind: str | None) -> HeadingMapping:
    if file is None:
        return HeadingMapping()
    known = dict.fromkeys((*fields_of("cases"), *fields_of("agents")))
    if kind == "cases" or kind == "agents":
        known = dict.fromkeys(fields_of("cases" if kind == "cases" else "agents"))
    with told():
        return parse_mapping(file.read_bytes(), tuple(known))
