"""Runs the library alone: `python -m routing solve|check`."""

import sys
import time

from routing.cli import main

if __name__ == "__main__":
    # What the interpreter and the libraries took to start is paid from the budget too.
    sys.exit(main(begun=time.perf_counter() - time.process_time()))
