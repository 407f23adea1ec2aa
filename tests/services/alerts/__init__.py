"""Tests of clocks and alerts."""
