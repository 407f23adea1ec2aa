"""Tests of address parsing."""
