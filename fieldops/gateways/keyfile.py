"""The master key: from the settings, or from a key file made on the first start."""

import base64
import binascii
import os
import secrets

import structlog

from fieldops.settings import Settings, SettingsError

log = structlog.get_logger(__name__)


def master_key(settings: Settings) -> bytes:
    """The 32 bytes from which all other keys are derived.

    Raises SettingsError when the key does not fit, or when production has none.
    """
    if settings.master_key:
        return _decoded(settings.master_key, "FIELDOPS_MASTER_KEY")
    if settings.is_production:
        raise SettingsError("master_key: set FIELDOPS_MASTER_KEY or FIELDOPS_MASTER_KEY_FILE")
    file = settings.data_dir / "keys" / "master.key"
    if not file.exists():
        _make(file.parent)
        log.warning("master_key.made", file=str(file), advice="keep a copy apart from the data")
    return _decoded(file.read_text(), str(file))


def _make(directory: os.PathLike[str]) -> None:
    os.makedirs(directory, mode=0o700, exist_ok=True)  # noqa: PTH103  # mode matters here.
    path = os.path.join(directory, "master.key")  # noqa: PTH118
    text = base64.b64encode(secrets.token_bytes(32)).decode() + "\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # Another process of the same start was quicker; its key is ours.
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as wrong:
        raise SettingsError(f"{where}: not base64: {wrong}") from wrong
    if len(key) != 32:
        raise SettingsError(f"{where}: 32 bytes in base64 are needed, {len(key)} were found")
    return key
