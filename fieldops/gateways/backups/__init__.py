"""Backups: a directory with the database, the evidence, the key and a manifest of all hashes."""

from fieldops.gateways.backups.manifest import BackupBroken, BackupRefused
from fieldops.gateways.backups.restoring import restore
from fieldops.gateways.backups.saving import save

__all__ = ["BackupBroken", "BackupRefused", "restore", "save"]
