"""Opens rescue files of phones: archives without compression, as the phone's page writes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.rescue import MOST_FILES, Rescue, RescueInvalid, read_rescue

INDEX, SEAL = "entries.json", "seal.json"
_LARGEST_INDEX = 64 * 1024 * 1024
_NO_ARCHIVE = Bilingual("It cannot be read as a ZIP archive.", "无法读取为 ZIP 文件。")
_NOT_OURS = Bilingual(
    "It holds what a phone does not write: compressed or too many members.",
    "包含手机不会写入的内容（压缩或过多的文件）。",
)


@contextmanager
def opened(file: IO[bytes]) -> Iterator[tuple[Rescue, ZipFile]]:
    """The rescue in this file and the archive of its originals; raises RescueInvalid."""
    try:
        archive = ZipFile(file)
    except (BadZipFile, ValueError, OSError, NotImplementedError) as wrong:
        raise RescueInvalid(_NO_ARCHIVE) from wrong
    with archive:
        members = archive.infolist()
        if len(members) > MOST_FILES + 2 or any(m.compress_type != ZIP_STORED for m in members):
            raise RescueInvalid(_NOT_OURS)
        sizes = {one.filename: one.file_size for one in members}
        if sizes.get(INDEX, 0) > _LARGEST_INDEX or sizes.get(SEAL, 0) > _LARGEST_INDEX:
            raise RescueInvalid(_NOT_OURS)
        try:
            index, sealed = archive.read(INDEX), archive.read(SEAL)
        except (KeyError, BadZipFile, OSError, RuntimeError) as wrong:
            raise RescueInvalid(_NO_ARCHIVE) from wrong
        yield read_rescue(index, sealed, sizes), archive
