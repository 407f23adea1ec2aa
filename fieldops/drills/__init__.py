"""Drills: seeded worlds played through the system, and what is made of its answers."""
