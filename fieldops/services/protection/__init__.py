"""Data protection: requests of persons, restriction, erasure, retention, and the registers."""
