from typing import BinaryIO

class Type:
    mime: str
    extension: str

def guess(obj: str | bytes | bytearray | BinaryIO) -> Type | None: ...
