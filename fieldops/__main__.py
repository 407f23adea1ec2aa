"""Lets `python -m fieldops` stand for `fieldops`."""

from fieldops.cli import main

if __name__ == "__main__":
    main()
