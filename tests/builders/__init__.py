"""Builders of rows that tests of every area use."""
