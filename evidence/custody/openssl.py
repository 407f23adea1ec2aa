"""What only openssl can say here: whether a signature, a timestamp or a certificate holds.

The program is `openssl` on the path (3.0 or newer). Every call gets its input in files of a
private folder; nothing is taken from the machine's own list of roots.
"""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from evidence.custody.der import DerError, check_signature, read_stamp

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----")
_SECONDS = 60
# How openssl says that a chain ends under none of the roots.
_UNKNOWN = ("unable to get local issuer certificate", "unable to get issuer certificate",
            "self-signed certificate")  # fmt: skip
LARGEST_TRUST = 1024 * 1024
Answer = TypeVar("Answer")


class OpensslMissingError(RuntimeError):
    """There is no usable openssl on this machine."""


class NotProvedError(ValueError):
    """A signature or timestamp does not hold; the message says why, in openssl's words."""


class UnknownAuthorityError(NotProvedError):
    """A timestamp is over the right bytes, by an authority under none of the roots given."""


class TrustError(ValueError):
    """The trust file cannot be used; the message says what it lacks."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate: its PEM, subject line, SHA-256 over the DER, and whether it is a CA.

    `unfit` says why it may not sign evidence, or is empty.
    """

    pem: bytes
    subject: str
    fingerprint: str
    authority: bool
    unfit: str = ""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the reader trusts: pinned signers (not CAs) and roots of timestamp authorities."""

    signers: tuple[Certificate, ...]
    roots: tuple[Certificate, ...]


def read_trust(data: bytes) -> Trust:
    """Read a trust file; raises TrustError unless it pins a signer and holds a root."""
    if len(data) > LARGEST_TRUST:
        raise TrustError("larger than a megabyte: not a trust file")
    certificates = [read_certificate(pem + b"\n") for pem in _PEM.findall(data)]
    signers = tuple(c for c in certificates if not c.authority)
    roots = tuple(c for c in certificates if c.authority)
    if not signers:
        raise TrustError("holds no signer's certificate (one that is not a CA)")
    if not roots:
        raise TrustError("holds no root of a timestamp authority (a CA certificate)")
    return Trust(signers, roots)


def read_certificate(pem: bytes) -> Certificate:
    """What openssl reads in one PEM certificate; raises TrustError when it cannot."""
    arguments = ["x509", "-noout", "-subject", "-nameopt", "RFC2253,-esc_msb,utf8"]
    extensions = "basicConstraints,keyUsage,extendedKeyUsage"
    done = _run([*arguments, "-fingerprint", "-sha256", "-ext", extensions], pem)
    # The subject is the certificate's own to choose: nothing else is looked for in its line.
    subject, _, text = done.stdout.decode("utf-8", "replace").partition("\n")
    found = re.search(r"Fingerprint=([0-9A-F:]{95})", text, re.IGNORECASE)
    if done.returncode or not found:
        raise TrustError(f"a certificate cannot be read: {_reason(done)}")
    fingerprint = found[1].replace(":", "").lower()
    name = subject.removeprefix("subject=").strip()
    return Certificate(pem, name, fingerprint, "CA:TRUE" in text, _unfit(text))


def _unfit(extensions: str) -> str:
    """Why a certificate with these extensions may not sign evidence, or nothing."""
    usage = re.search(r"X509v3 Key Usage:.*\n(.*)", extensions)
    if usage and "Digital Signature" not in usage[1] and "Non Repudiation" not in usage[1]:
        return f"the pinned certificate is for {usage[1].strip()}, not for signing"
    if re.search(r"Extended Key Usage:.*\n\s*Time Stamping\s*$", extensions, re.MULTILINE):
        return "the pinned certificate is a timestamp authority's"
    return ""


def verify_signature(data: bytes, signature: bytes, trust: Trust, at: datetime) -> Certificate:
    """The pinned signer whose detached CMS over `data` this is, valid at `at`.

    Raises NotProvedError. The signer is pinned: certificates inside the signature are not used,
    so another certificate under the same root does not pass; yet the signer's must be among them.
    """
    try:
        check_signature(signature)
    except DerError as error:
        raise NotProvedError(str(error)) from error
    reason = ""
    for signer in trust.signers:
        if signer.unfit:
            reason = signer.unfit
            continue
        with tempfile.TemporaryDirectory() as folder:
            content, seal, pem = _files(folder, data, signature, signer.pem)
            done = _run(
                ["cms", "-verify", "-binary", "-inform", "DER", "-in", seal, "-content", content,
                 "-nointern", "-certfile", pem, "-CAfile", pem, "-partial_chain", "-no-CApath",
                 "-no-CAstore", "-purpose", "any", *_moment(at), "-out", str(Path(folder, "out"))]
            )  # fmt: skip
        if done.returncode == 0 and _der(signer.pem) in signature:
            return signer
        reason = _reason(done) if done.returncode else "it carries another certificate"
    raise NotProvedError(f"not by the pinned signer, or not over these bytes: {reason}")


def verify_timestamp(
    data: bytes, response: bytes, trust: Trust, at: datetime | None = None
) -> datetime:
    """The authority's time of an RFC 3161 response over `data`; raises NotProvedError.

    Its chain is judged at the time it states, or at `at`.
    """
    roots = b"".join(root.pem for root in trust.roots)
    return verify_stamp(sha256(data).digest(), response, roots, data, at)


def verify_stamp(
    digest_sha256: bytes,
    response: bytes,
    roots: bytes,
    data: bytes | None = None,
    at: datetime | None = None,
) -> datetime:
    """The same for whoever has only the digest, or `data`; `roots` are PEM certificates.

    The authority's chain is judged at the time it states, so that an old timestamp keeps
    holding after the certificate has expired.
    """
    try:
        stamp = read_stamp(response)
    except DerError as error:
        raise NotProvedError(str(error)) from error
    if data is not None and hashlib.new(stamp.algorithm, data).digest() != stamp.digest:
        raise NotProvedError("the timestamp is over other bytes")
    with tempfile.TemporaryDirectory() as folder:
        answer, pem, content = _files(folder, response, roots, data or b"")
        over = ["-digest", digest_sha256.hex()] if data is None else ["-data", content]
        done = _run(
            ["ts", "-verify", *over, "-in", answer, "-CAfile", pem,
             "-auth_level", "2", *_moment(at or stamp.at)]
        )  # fmt: skip
    if done.returncode:
        reason = _reason(done)
        unknown = any(text in reason for text in _UNKNOWN)
        raise (UnknownAuthorityError if unknown else NotProvedError)(reason)
    return stamp.at


def side_by_side(
    work: Callable[..., Answer], asked: Sequence[tuple[Any, ...]]
) -> "list[Future[Answer]]":
    """`work` done with each of these arguments, on all processors; its errors are in the answers.

    Each question is a program of its own, so that threads are enough.
    """
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        return [pool.submit(work, *arguments) for arguments in asked]


def _der(pem: bytes) -> bytes:
    return base64.b64decode(b"".join(pem.split(b"-----")[2].split()))


def _files(folder: str, *contents: bytes) -> list[str]:
    paths = [Path(folder, f"{number}") for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return [str(path) for path in paths]


def _moment(at: datetime) -> list[str]:
    return ["-attime", str(int(at.timestamp()))]


def _run(arguments: list[str], given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    program = shutil.which("openssl")
    if program is None:
        raise OpensslMissingError("openssl is not on the path: install openssl 3.0 or newer")
    command = [program, *arguments]
    try:
        return subprocess.run(
            command, input=given, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OpensslMissingError(f"openssl does not run: {error}") from error


def _reason(done: "subprocess.CompletedProcess[bytes]") -> str:
    """The last of openssl's errors (`id:error:code:library:function:reason:file:line:data`)."""
    lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line.split(":") for line in lines if ":error:" in line]
    told = [": ".join([*fields[5:6], ":".join(fields[8:])]).strip(": ") for fields in errors]
    telling = [text for text in told if text] or lines
    return telling[-1].strip()[:200] if telling else f"openssl ended with {done.returncode}"
