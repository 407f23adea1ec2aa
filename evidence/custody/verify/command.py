"""`python -m evidence verify`: the verifier's command line."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from evidence.custody.instants import parse_instant
from evidence.custody.openssl import OpensslMissingError
from evidence.custody.verify.alone import by_hand
from evidence.custody.verify.judge import UsageError, verify

WRONG_USAGE = 2
_ABOUT = "Say claim by claim what an evidence pack proves. Needs openssl 3.0 on the path."
_EXAMPLE = """example: python -m evidence verify pack.zip --trust trust.pem
exit status: 0 all claims hold, 1 a claim fails, 2 wrong usage, 3 no --trust was given"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USAGE, f"{self.prog}: {message}; see --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Verify as the arguments say, write the report, give back the exit status."""
    given = _parser().parse_args(argv)
    if given.by_hand:
        sys.stdout.write(
            "\n".join(by_hand(str((given.trust or Path("trust.pem")).absolute()))) + "\n"
        )
        return 0
    try:
        report = verify(
            given.pack, given.trust, given.checkpoint, given.receipt, now=_moment(given.at)
        )
    except (UsageError, OpensslMissingError) as error:
        sys.stderr.write(f"verify: {error}\n")
        return WRONG_USAGE
    language = given.lang or ("en" if given.json else _language())
    if given.json:
        text = json.dumps(report.to_json(language), ensure_ascii=False, indent=1)
    else:
        text = "\n".join(report.lines(language))
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()
    return report.exit_status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="verify", description=_ABOUT, epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("pack", type=Path, metavar="PACK", help="the ZIP, or its unpacked folder")
    parser.add_argument(
        "--trust", type=Path, metavar="PEM", help="pinned signer and authorities' roots"
    )
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="one seen earlier outside")
    parser.add_argument("--receipt", type=Path, metavar="FILE", help="one that a phone was given")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.add_argument(
        "--by-hand", action="store_true",
        help="only print the openssl commands, for the unpacked case's folder",
    )  # fmt: skip
    parser.add_argument("--lang", choices=("en", "zh"), help="language of the report")
    parser.add_argument("--at", metavar="TIME", help="judge as of this time, not of now")
    return parser


def _moment(text: str | None) -> datetime | None:
    try:
        return None if text is None else parse_instant(text)
    except ValueError as error:
        raise UsageError(f"--at: {error}") from error


def _language() -> str:
    said = next((os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)), "")
    return "zh" if said.lower().startswith("zh") else "en"
