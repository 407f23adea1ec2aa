"""Runs the library alone: `python -m routing solve|check`."""

import sys

from routing.cli import main

if __name__ == "__main__":
    sys.exit(main())
