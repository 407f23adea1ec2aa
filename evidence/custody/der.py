"""Just enough DER to read what a timestamp says and which digests a signature uses.

Whether a signature holds is openssl's to say; this only reads. Only definite lengths are taken.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

INTEGER, OCTETS, OID, SEQUENCE, SET, TIME = 0x02, 0x04, 0x06, 0x30, 0x31, 0x18
CERTIFICATES = 0xA0  # Also the tag of signed attributes, in their place.
UNSIGNED = 0xA1
SIGNED_FORM = (SEQUENCE, CERTIFICATES, SEQUENCE, OCTETS)
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = frozenset({"1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"})
DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
DIGESTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
SIGNATURES = frozenset(
    {
        "1.2.840.10045.4.3.2",  # ecdsa-with-SHA256, -SHA384, -SHA512
        "1.2.840.10045.4.3.3",
        "1.2.840.10045.4.3.4",
        "1.2.840.113549.1.1.1",  # rsaEncryption: the digest is the signer's digestAlgorithm
        "1.2.840.113549.1.1.10",  # RSASSA-PSS
        "1.2.840.113549.1.1.11",  # sha256-, sha384-, sha512WithRSAEncryption
        "1.2.840.113549.1.1.12",
        "1.2.840.113549.1.1.13",
        "1.3.101.112",  # Ed25519
    }
)
_DEEPEST = 40


class DerError(ValueError):
    """The bytes are not the DER structure that was expected."""


@dataclass(frozen=True, slots=True)
class Node:
    """One DER value: its tag byte, its content, and its members when it is constructed."""

    tag: int
    content: bytes
    members: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an RFC 3161 response says: the digest it is over, the authority's time and policy.

    `nonce` is the number that the request carried, or None.
    """

    algorithm: str
    digest: bytes
    at: datetime
    policy: str = ""
    nonce: int | None = None


def parse(data: bytes) -> Node:
    """The one DER value that `data` is; raises DerError for anything before, after or else."""
    node, end = _read(data, 0, 0)
    if end != len(data):
        raise DerError("bytes follow the DER value")
    return node


def read_stamp(response: bytes) -> Stamp:
    """What a granted TimeStampResp says; raises DerError when refused, bare or weak."""
    outer = parse(response)
    status = _number(_at(outer, 0, 0))
    if status not in {0, 1}:
        raise DerError(f"the timestamp authority did not grant the request (status {status})")
    signed = _signed_data(_at(outer, 1))
    _check_signed(signed, TST_INFO)
    info = parse(_at(signed, 2, 1, 0).content)
    name = DIGESTS.get(_oid(_at(info, 2, 0, 0)))
    if name is None:
        raise DerError("the timestamp is not over SHA-256, SHA-384 or SHA-512")
    nonce = next((_number(node) for node in info.members[5:] if node.tag == INTEGER), None)
    return Stamp(name, _at(info, 2, 1).content, _time(_at(info, 4)), _oid(_at(info, 1)), nonce)


def token_of(response: bytes) -> bytes:
    """The bare time-stamp token inside a TimeStampResp, as DER."""
    return _write(_at(parse(response), 1))


def response_of(token: bytes) -> bytes:
    """A granted TimeStampResp around a bare token, for reading it like any other."""
    granted = Node(SEQUENCE, bytes((INTEGER, 1, 0)))
    return _write(Node(SEQUENCE, _write(granted) + token))


def certificates_of(response: bytes) -> list[bytes]:
    """The certificates (DER) that travel inside a TimeStampResp."""
    signed = _signed_data(_at(parse(response), 1))
    sent = [node for node in signed.members[3:-1] if node.tag == CERTIFICATES]
    return [_write(member) for node in sent for member in node.members if member.tag == SEQUENCE]


def check_signature(cms: bytes) -> None:
    """Raise DerError unless this detached CMS has the usual form, with SHA-256 at least."""
    signed = _signed_data(parse(cms))
    _check_signed(signed, DATA)
    if len(_at(signed, 2).members) != 1:
        raise DerError("the signature carries content of its own")


def _signed_data(info: Node) -> Node:
    if _oid(_at(info, 0)) != SIGNED_DATA or len(_at(info, 1, 0).members) < 4:
        raise DerError("not a CMS signature")
    return _at(info, 1, 0)


def _check_signed(signed: Node, content_type: str) -> None:
    """One signer, in the form of RFC 5652, with digests and algorithms that are strong."""
    if _oid(_at(signed, 2, 0)) != content_type:
        raise DerError("the signed content is not of the kind expected")
    signers = signed.members[-1]
    if signers.tag != SET or len(signers.members) != 1:
        raise DerError("exactly one signer is expected")
    signer = signers.members[0]
    by_name = _at(signer, 1).tag == SEQUENCE
    version = 1 if by_name and content_type == DATA else 3
    if (_number(_at(signer, 0)), _number(_at(signed, 0))) != (1 if by_name else 3, version):
        raise DerError("the version is not that of its form")
    _check_algorithms(signer)
    _check_attributes(signer, content_type)
    _check_named(signed, signer)


def _check_algorithms(signer: Node) -> None:
    form = tuple(node.tag for node in signer.members[2:])
    if form[:4] != SIGNED_FORM or form[4:] not in {(), (UNSIGNED,)}:
        raise DerError("there are no signed attributes, or the signer's parts are misplaced")
    digest, signature = (_oid(_at(signer, place, 0)) for place in (2, 4))
    if digest not in DIGESTS:
        raise DerError(f"digest {digest} is weaker than SHA-256 or not known")
    if signature not in SIGNATURES:
        raise DerError(f"signature algorithm {signature} is weak or not known")


def _check_attributes(signer: Node, content_type: str) -> None:
    """What is signed names its kind, its digest and the signer's certificate, each once."""
    kinds = [_oid(_at(attribute, 0)) for attribute in signer.members[3].members]
    if len(set(kinds)) != len(kinds) or not {CONTENT_TYPE, MESSAGE_DIGEST} <= set(kinds):
        raise DerError("the signed attributes lack the content's kind or digest, or repeat one")
    if not set(kinds) & SIGNING_CERTIFICATE:
        raise DerError("the signed attributes do not name the signer's certificate")
    kind = signer.members[3].members[kinds.index(CONTENT_TYPE)]
    if _oid(_at(kind, 1, 0)) != content_type:
        raise DerError("the signed attributes name another kind of content")


def _check_named(signed: Node, signer: Node) -> None:
    """The issuer that names the signer is spelled as in a certificate sent along, if any is.

    openssl compares names without regard to letter case, so a changed letter would pass there.
    """
    sent = [node for node in signed.members[3:-1] if node.tag == CERTIFICATES]
    named = _at(signer, 1)
    if named.tag == SEQUENCE and sent and _write(_at(named, 0)) not in sent[0].content:
        raise DerError("no certificate sent along has the issuer that is named")
    for attributes in (node for node in signer.members if node.tag == CERTIFICATES):
        if any(_at(attribute, 1).tag != SET for attribute in attributes.members):
            raise DerError("a signed attribute is not a set")


def _at(node: Node, *path: int) -> Node:
    for step in path:
        if step >= len(node.members):
            raise DerError("a part of the structure is missing")
        node = node.members[step]
    return node


def _number(node: Node) -> int:
    if node.tag != INTEGER or not node.content:
        raise DerError("a number is missing")
    return int.from_bytes(node.content, "big", signed=True)


def _oid(node: Node) -> str:
    if node.tag != OID or not node.content:
        raise DerError("an object identifier is missing")
    arcs: list[int] = []
    value = 0
    for byte in node.content:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2) if arcs else 0
    return ".".join(map(str, [first, *[arc - 40 * first for arc in arcs[:1]], *arcs[1:]]))


def _time(node: Node) -> datetime:
    try:
        text = node.content.decode("ascii")
        whole, _, fraction = text.removesuffix("Z").partition(".")
        moment = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if node.tag != TIME or not text.endswith("Z"):
            raise DerError("the time is not in UTC")
        return moment.replace(microsecond=int((fraction or "0")[:6].ljust(6, "0")))
    except ValueError as error:
        raise DerError(f"the timestamp's time cannot be read: {error}") from error


def _read(data: bytes, start: int, depth: int) -> tuple[Node, int]:
    if depth > _DEEPEST:
        raise DerError("nested too deeply")
    header = data[start : start + 2]
    if len(header) < 2 or header[0] & 0x1F == 0x1F:
        raise DerError("cut off or not DER")
    length, place = header[1], start + 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise DerError("a length is indefinite or too large")
        length, place = int.from_bytes(data[place : place + count], "big"), place + count
    end = place + length
    if end > len(data):
        raise DerError("cut off")
    content = data[place:end]
    members = _members(content, depth) if header[0] & 0x20 else ()
    return Node(header[0], content, members), end


def _members(content: bytes, depth: int) -> tuple[Node, ...]:
    found: list[Node] = []
    place = 0
    while place < len(content):
        node, place = _read(content, place, depth + 1)
        found.append(node)
    return tuple(found)


def _write(node: Node) -> bytes:
    size = len(node.content)
    if size < 0x80:
        return bytes([node.tag, size]) + node.content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([node.tag, 0x80 | len(length)]) + length + node.content


def first_value(data: bytes) -> bytes:
    """The first DER value in `data` without the padding that follows it in a PDF."""
    _, end = _read(data, 0, 0)
    return data[:end]
