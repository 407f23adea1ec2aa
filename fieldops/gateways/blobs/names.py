"""How blobs are called, wherever they lie."""

from uuid import UUID


def blob_name(organisation_id: UUID, sha256: str) -> str:
    """The path of a blob from the store's root; raises ValueError for what is no SHA-256."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError(f"{sha256!r:.80} is no SHA-256")
    return f"blobs/{organisation_id}/{sha256[:2]}/{sha256}"
