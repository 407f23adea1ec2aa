"""Tests of identity numbers, telephones, names and their masks."""
