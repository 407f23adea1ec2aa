"""Where everything stands inside a pack: the names that writer and verifier share."""

import re
import unicodedata

FORMAT = "1"
BAGIT, INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
PAYLOAD, DERIVED, VERIFY = "data/", "derived/", "verify/"
ITEMS, FINDINGS = "meta/items.jsonl", "meta/findings.jsonl"
TRACE, SYSTEM = "meta/trace.jsonl", "meta/system.jsonl"
# What a disclosure statement holds the hashes of.
TOLD = (FINDINGS, TRACE, SYSTEM)
# Packs that were cut before there were profiles have none.
DISCLOSURE = "meta/disclosure.jsonl"
ENTRIES = "custody/entries.jsonl"
CHECKPOINT = "custody/checkpoint"
OLDER = "custody/older/"
CONSISTENCY = "custody/consistency.jsonl"
INDEX = "index.pdf"
SCRIPT_PATH = f"{VERIFY}verify.py"
SEAL_SIGNATURE = f"seal/{TAG_MANIFEST}.p7s"
SEAL_TIMESTAMP = f"seal/{TAG_MANIFEST}.tsr"
# The only files that no manifest lists: they are made over the tag manifest.
OUTSIDE = frozenset({TAG_MANIFEST, SEAL_SIGNATURE, SEAL_TIMESTAMP})
REQUIRED = (
    BAGIT, INFO, MANIFEST, TAG_MANIFEST, ITEMS, FINDINGS, TRACE, SYSTEM, ENTRIES, CONSISTENCY,
    CHECKPOINT, f"{CHECKPOINT}.p7s", f"{CHECKPOINT}.tsr", INDEX, SEAL_SIGNATURE, SEAL_TIMESTAMP,
    SCRIPT_PATH,
)  # fmt: skip
_NAMED = re.compile(r"data/(\d{4,})-[^/]+-([0-9a-f]{8})\.[a-z0-9]{1,8}")
_COPIED = re.compile(r"derived/(\d{4,})-(\d+)-([0-9a-f]{8})\.[a-z0-9]{1,8}")
_INSIDE = re.compile(r"verify/(?:verify\.py|[A-Z0-9]+\.txt|evidence/(?:[a-z0-9_]+/)*\w+\.py)")
_NOWHERE = frozenset('\\:*?"<>|')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_OLDER = re.compile(r"custody/older/(\d{12})(?:\.p7s|\.tsr)?")
_STAMP = re.compile(
    r"(custody/checkpoint|custody/older/\d{12})\.(1(?=\.r)|[2-9]|[1-9]\d)(?:\.r([1-9]\d?))?\.tsr"
)
STAMP_LIMIT = "Stamp-Limit-Seconds"
PROFILE, GROUND = "Disclosure-Profile", "Disclosure-Ground"
PACK_ID, CASE, LOG, PACK_FORMAT = "External-Identifier", "Case", "Log-Origin", "Pack-Format"
MOST_SECONDS = 24 * 60 * 60


def older_path(size: int) -> str:
    """Where the older checkpoint over `size` leaves stands; `.p7s` and `.tsr` beside it."""
    return f"{OLDER}{size:012d}"


def stamp_path(head: str, number: int = 1, renewal: int = 0) -> str:
    """Where a checkpoint's stamp of that number stands (from 1), or one of its renewals."""
    if renewal:
        return f"{head}.{number}.r{renewal}.tsr"
    return f"{head}.tsr" if number == 1 else f"{head}.{number}.tsr"


def stamp_place(path: str) -> tuple[str, int, int] | None:
    """Checkpoint, number and renewal of a stamp beside its first, or None when it is none."""
    found = _STAMP.fullmatch(path)
    return found and (found[1], int(found[2]), int(found[3] or 0))


def has_place(path: str) -> bool:
    """Whether a pack has a place for a file of this name (relative to the case's folder)."""
    named = path in REQUIRED or path == DISCLOSURE or path.startswith((PAYLOAD, DERIVED))
    return named or any(form.fullmatch(path) for form in (_OLDER, _STAMP, _INSIDE))


def name_fault(path: str) -> str | None:
    """Why a name inside a pack cannot be trusted on any machine, or None when it can."""
    if not path or len(path) > 400:
        return "is empty or too long"
    if any(c in _NOWHERE or unicodedata.category(c) in _UNSEEN for c in path):
        return "holds a letter that not every machine can have in a name, or that is not seen"
    if any(part in {"", ".", ".."} for part in path.split("/")):
        return "climbs, is absolute or has an empty part"
    if any(part != part.strip() or part.endswith(".") for part in path.split("/")):
        return "has a part that begins or ends with a space or ends with a dot"
    if any(_DEVICE.match(part) for part in path.split("/")):
        return "is the name of a device on some machines"
    if unicodedata.normalize("NFC", path) != path:
        return "is not in Unicode's composed form"
    return None


def folded(path: str) -> str:
    """The name as a file system that ignores case would compare it."""
    return unicodedata.normalize("NFC", path.casefold())


def names_original(path: str, number: int, sha256: object) -> bool:
    """Whether `path` is what the original of that number in the pack is called."""
    found = _NAMED.fullmatch(path)
    return found is not None and (found[1], found[2]) == (f"{number:04d}", str(sha256)[:8])


def names_copy(path: str, number: int, place: int, sha256: object) -> bool:
    """Whether `path` is what the copy at that place of that item's copies is called."""
    found = _COPIED.fullmatch(path)
    said = (f"{number:04d}", str(place), str(sha256)[:8])
    return found is not None and found.groups() == said
