"""`python -m evidence verify|trace`: hand the arguments to the command that was named."""

import sys
from collections.abc import Sequence

USAGE = """usage: python -m evidence verify PACK --trust PEM [--checkpoint FILE] [--receipt FILE]
                                 [--json]
       python -m evidence trace OBSERVATIONS.jsonl[.gz] --dates FILE --beliefs OUT.jsonl

example: python -m evidence verify pack.zip --trust trust.pem
Each command has its own --help."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give back its exit status; 2 for wrong usage."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = arguments[0] if arguments else ""
    # Imported only when named: a stranger verifies without what tracing needs.
    if command == "verify":
        from evidence.custody.verify.command import main as verify

        return verify(arguments[1:])
    if command == "trace":
        from evidence.trace.command import main as trace

        return trace(arguments[1:])
    if command in {"-h", "--help"}:
        sys.stdout.write(USAGE + "\n")
        return 0
    named = f"unknown command {command!r}" if command else "no command given"
    sys.stderr.write(f"evidence: {named}: say verify or trace\n{USAGE}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
