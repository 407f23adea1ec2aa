"""`python -m evidence trace`: beliefs at the dates of a file, asset flags, and explanations."""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import IO, NoReturn

from evidence.trace.assets import asset_cases, score, subject
from evidence.trace.belief import believe
from evidence.trace.errors import TraceError
from evidence.trace.explain import explain_asset, explain_belief
from evidence.trace.flags import Flag, moved_persons, relocation_flags
from evidence.trace.links import with_links
from evidence.trace.model import Model, load_model
from evidence.trace.observation import Observation, Rejected, read_observations
from evidence.trace.replay import by_place, replay_at
from evidence.trace.transfers import case_flags
from evidence.trace.vocabulary import OF_THE_PERSON, known_asset_kinds

EXAMPLE = """example:
  python -m evidence trace observations.jsonl.gz --dates dates.txt \\
      --beliefs beliefs.jsonl --assets assets.jsonl
  python -m evidence trace observations.jsonl.gz --explain p00001
"""
MAX_DATES = 100_000
_SHOWN_REJECTIONS = 20


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise TraceError(f"{message}; see python -m evidence trace --help")


def main(argv: list[str]) -> int:
    """Run the command; 0 if done, 2 with one line on standard error if something is wrong."""
    try:
        return _run(_parser().parse_args(argv))
    except TraceError as error:
        _say(f"trace: {error}")
        return 2
    except SystemExit as leaving:
        return int(leaving.code or 0)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m evidence trace",
        description="Where debtors live and what became of their assets, from observations.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("observations", type=Path, help="JSON lines, plain or gzipped")
    parser.add_argument("--dates", type=Path, help="dates or aware times, one a line")
    parser.add_argument("--beliefs", type=Path, help="write beliefs here, JSON lines")
    parser.add_argument("--assets", type=Path, help="write disposed and flagged assets here")
    parser.add_argument("--model", type=Path, help="TOML file that replaces the built-in model")
    parser.add_argument("--explain", metavar="PERSON|ASSET", help="show how a number came about")
    return parser


def _run(options: argparse.Namespace) -> int:
    _check(options)
    model = load_model(options.model)
    dates = _read_dates(options.dates, model.residence.zone) if options.dates else []
    observations = _read(options.observations, model)
    if options.explain:
        # The explanation comes first: a misspelt name must not leave half of the work behind.
        lines = _explanation(options.explain, observations, dates, model)
    if options.beliefs:
        _write(options.beliefs, _belief_rows(observations, dates, model))
    if options.assets:
        _write(options.assets, _asset_rows(observations, model))
    if options.explain:
        sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _check(options: argparse.Namespace) -> None:
    if not (options.beliefs or options.assets or options.explain):
        raise TraceError("nothing to do; give --beliefs OUT, --assets OUT or --explain PERSON")
    if options.beliefs and not options.dates:
        raise TraceError("--beliefs needs --dates FILE with one date a line")
    named = [options.observations, options.dates, options.model, options.beliefs, options.assets]
    places = [path.resolve() for path in named if path is not None]
    if len(set(places)) < len(places):
        raise TraceError("two options name the same file; write the results somewhere else")


def _read_dates(path: Path, zone: tzinfo) -> list[datetime]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            return list(_dates(path, file, zone))
    except OSError as error:
        raise TraceError(f"{path}: cannot be read ({error.strerror}); give a text file") from None
    except UnicodeDecodeError:
        raise TraceError(f"{path}: not UTF-8 text; give dates one a line") from None


def _dates(path: Path, lines: Iterable[str], zone: tzinfo) -> Iterator[datetime]:
    count = 0
    for number, line in enumerate(lines, 1):
        if not (text := line.strip()):
            continue
        count += 1
        if count > MAX_DATES:
            raise TraceError(f"{path}: more than {MAX_DATES} dates; split the file")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            cure = "write 2024-05-20 or 2024-05-20T09:00+08:00"
            raise TraceError(f"{path} line {number}: {text[:40]!r} is no date; {cure}") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        if not 1970 <= moment.year < 2200:
            raise TraceError(f"{path} line {number}: lies outside the years 1970 to 2199")
        yield moment
    if not count:
        raise TraceError(f"{path}: no date in it; write one a line, such as 2024-05-20")


def _read(path: Path, model: Model) -> list[Observation]:
    """All usable observations; what is left out is counted on standard error."""
    kept: list[Observation] = []
    rejected: list[Rejected] = []
    unknown: Counter[str] = Counter()
    astray: Counter[str] = Counter()
    count = 0
    for found in read_observations(path):
        if isinstance(found, Rejected):
            count += 1
            rejected += [found] if len(rejected) < _SHOWN_REJECTIONS else []
        elif not _known(found, model):
            unknown[found.kind] += 1
        elif _without_subject(found):
            astray[found.kind] += 1
        else:
            kept.append(found)
    _report_left_out(path, rejected, count, unknown, astray)
    if count and not kept and not unknown and not astray:
        raise TraceError(f"{path}: no observation in it; give JSON lines of observations")
    return kept


def _known(o: Observation, model: Model) -> bool:
    return (
        o.kind in known_asset_kinds()
        or model.residence.emission(o.kind, o.source_class) is not None
    )


def _without_subject(o: Observation) -> bool:
    """True if an observation names neither the address nor the asset that its kind speaks of."""
    if o.kind not in known_asset_kinds():
        return o.address is None
    return subject(o) is None and o.kind not in OF_THE_PERSON


def _report_left_out(
    path: Path,
    rejected: Sequence[Rejected],
    count: int,
    unknown: Mapping[str, int],
    astray: Mapping[str, int],
) -> None:
    for bad in rejected:
        _say(f"{path} line {bad.line}: left out: {bad.reason}")
    if count > len(rejected):
        _say(f"{path}: {count - len(rejected)} more bad lines left out")
    for kind in sorted(unknown):
        _say(f"unknown kind {kind}: {unknown[kind]} left out")
    for kind in sorted(astray):
        _say(f"{kind} without address or asset: {astray[kind]} left out")


def _belief_rows(
    observations: list[Observation], dates: list[datetime], model: Model
) -> Iterator[dict[str, object]]:
    for standing in replay_at(model.residence, observations, dates):
        yield {
            "person": standing.person,
            "address": standing.address,
            "as_of": _as_written(standing.as_of, model.residence.zone),
            "p_home": round(standing.p_home, 6),
            "p_away": round(standing.p_away, 6),
            "p_moved": round(standing.p_moved, 6),
            "version": model.version,
        }


def _as_written(moment: datetime, zone: tzinfo) -> str:
    """A bare date for midnight in the model's zone, as the dates are usually given."""
    here = moment.astimezone(zone)
    is_midnight = (here.hour, here.minute, here.second, here.microsecond) == (0, 0, 0, 0)
    return here.date().isoformat() if is_midnight else moment.isoformat()


def _asset_rows(observations: list[Observation], model: Model) -> Iterator[dict[str, object]]:
    cases = asset_cases(with_links(observations))
    flags: dict[str, list[Flag]] = {}
    for flag in case_flags(cases, model.assets, _NO_DATES, _moved(observations, model)):
        flags.setdefault(flag.subject, []).append(flag)
    for name, case in cases.items():
        if case.disposal is None and name not in flags:
            continue
        yield {
            "asset": name,
            "person": case.person,
            "p_evasive": round(score(model.assets, case).p_evasive, 6),
            "flags": [flag.as_json() for flag in flags.get(name, [])],
            "version": model.version,
        }


_NO_DATES: Mapping[str, date] = {}


def _moved(observations: list[Observation], model: Model) -> frozenset[str]:
    """Persons with an asset and an RL-MOVED flag, as of the last record of all."""
    owners = {o.person for o in observations if o.asset is not None}
    theirs = [o for o in observations if o.person in owners]
    if not theirs:
        return frozenset()
    last = max(o.recorded_at for o in theirs)
    return moved_persons(
        flag
        for (person, address), seen in by_place(model.residence, theirs).items()
        for flag in relocation_flags(believe(seen, person, [address], last, model)[address], model)
    )


def _explanation(
    name: str, observations: list[Observation], dates: list[datetime], model: Model
) -> list[str]:
    """For a person every address, else the asset, as of the last date given or everything."""
    as_of = max(dates) if dates else None
    theirs = [o for o in observations if o.person == name]
    addresses = sorted({o.address for o in theirs if o.address is not None})
    if addresses:
        last = as_of or max(o.recorded_at for o in theirs)
        found = believe(theirs, name, addresses, last, model)
        return [text for a in addresses for text in explain_belief(found[a], model)]
    known = [o for o in observations if as_of is None or o.recorded_at <= as_of]
    cases = asset_cases(with_links(known), as_of)
    if name not in cases:
        raise TraceError(f"--explain {name}: no such person or asset in the observations by then")
    return explain_asset(score(model.assets, cases[name]), model, as_of)


def _write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    def lines(file: IO[str]) -> None:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    try:
        _replace(path, lines)
    except OSError as error:
        raise TraceError(f"{path}: cannot be written ({error.strerror}); choose another") from None


def _replace(path: Path, fill: Callable[[IO[str]], None]) -> None:
    """Write beside the target and move into place, so that no half-written file is left.

    What is no plain file (a pipe, /dev/stdout) is written as it is.
    """
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8") as file:
            fill(file)
        return
    with _draft(path) as (draft, file):
        fill(file)
        file.flush()
        draft.chmod(0o644)
        draft.replace(path)


@contextmanager
def _draft(path: Path) -> Iterator[tuple[Path, IO[str]]]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yield draft, file
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def _say(text: str) -> None:
    """One line on standard error, whatever a hostile file put into it."""
    sys.stderr.write("".join(c if c.isprintable() else "?" for c in text) + "\n")
