"""Promises and instalments: made, decided on, paid, missed."""
