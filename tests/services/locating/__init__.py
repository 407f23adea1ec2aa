"""Tests of locating addresses and settling doubtful ones."""
