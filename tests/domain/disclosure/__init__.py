"""Tests of what packs disclose."""
