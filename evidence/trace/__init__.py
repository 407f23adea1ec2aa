"""Observations in, beliefs and flags out: pure, replayable, each number with its grounds."""
