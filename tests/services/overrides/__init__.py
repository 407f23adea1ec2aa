"""Overrides of rules: who may place them, what they let through, and that they are kept."""
