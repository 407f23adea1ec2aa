"""A seeded world of debtors, and what would be observed of them; the truth is kept aside.

It knows neither the system nor the scorer, and reads no clock: the same seed and habits give the
same observations, byte for byte.
"""
