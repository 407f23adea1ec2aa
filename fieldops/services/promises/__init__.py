"""Promises to pay: taken down at the door, decided on, paid, missed and followed up."""
