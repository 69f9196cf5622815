"""References sealed to the agency that gave them, which only its private key opens: HPKE (RFC 9180)."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from mast_intake.key_file import check_rights, write_new
from mast_resolver.errors import KeyMissingError, SealBrokenError

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_PADDED_TO: Final = 64
"""A sealed reference does not tell how long it is, up to a multiple of so many bytes."""
_LENGTH_BYTES: Final = 2
_PREFIX: Final = "mast-reference."


@dataclass(frozen=True, slots=True)
class OpenedReference:
    """What the agency finds in what it was sent; the reference has no place in a log."""

    agency: str
    purpose: str
    reference: str

    def __repr__(self) -> str:
        return f"OpenedReference(agency={self.agency!r}, purpose={self.purpose!r})"


def key_id(public: bytes) -> str:
    """Sixteen hexadecimal digits by which a public key is named.

    Example:
        >>> key_id(bytes(32))
        '66687aadf862bd77'
    """
    return hashlib.sha256(public).hexdigest()[:16]


def sealed_to_agency(reference: str, *, agency: str, purpose: str, public: bytes) -> str:
    """The reference for nobody but the holder of the private key; no two are alike.

    It opens only as what it was sealed as: for that agency, that purpose and that key.

    Example:
        >>> private = X25519PrivateKey.generate()
        >>> public = private.public_key().public_bytes_raw()
        >>> sealed = sealed_to_agency("case 17", agency="fire", purpose="safeguarding-enquiry", public=public)
        >>> opened_by_agency(private, sealed).reference
        'case 17'
    """
    clear = reference.encode()
    padded = len(clear).to_bytes(_LENGTH_BYTES, "big") + clear
    padded += bytes(-len(padded) % _PADDED_TO)
    name = key_id(public)
    sealed = _SUITE.encrypt(
        padded, X25519PublicKey.from_public_bytes(public), info=_bound(agency, purpose, name)
    )
    said = {
        "agency": agency,
        "purpose": purpose,
        "key": name,
        "sealed": base64.urlsafe_b64encode(sealed).decode(),
    }
    return _PREFIX + base64.urlsafe_b64encode(json.dumps(said).encode()).decode()


def is_sealed(text: str) -> bool:
    """Whether a text looks as :func:`sealed_to_agency` gives it.

    Example:
        >>> is_sealed("mast-reference.eyJ"), is_sealed("17/2026")
        (True, False)
    """
    return text.startswith(_PREFIX)


def opened_by_agency(private: X25519PrivateKey, text: str) -> OpenedReference:
    """What :func:`sealed_to_agency` sealed, at the agency.

    Raises:
        SealBrokenError: it is for another key, or another agency or purpose than it says, or damaged.
    """
    try:
        said = json.loads(base64.urlsafe_b64decode(text.strip().removeprefix(_PREFIX)))
        agency, purpose, sealed = str(said["agency"]), str(said["purpose"]), said["sealed"]
        name = key_id(private.public_key().public_bytes_raw())
        padded = _SUITE.decrypt(base64.urlsafe_b64decode(sealed), private, info=_bound(agency, purpose, name))
        end = _LENGTH_BYTES + int.from_bytes(padded[:_LENGTH_BYTES], "big")
        return OpenedReference(agency, purpose, padded[_LENGTH_BYTES:end].decode())
    except (ValueError, KeyError, TypeError, AttributeError, InvalidTag, RecursionError):
        raise SealBrokenError(
            "the sealed reference cannot be opened",
            fix="use the private key of the agency for which it was sealed, and the whole text",
        ) from None


def _bound(agency: str, purpose: str, key: str) -> bytes:
    return json.dumps(["mast reference", agency, purpose, key]).encode()


def create_private(path: Path) -> bytes:
    """Write a new private key for an agency, readable by its owner only; the public half as PEM.

    Raises:
        KeyMissingError: a file is already there, or none can be written there.
    """
    private = X25519PrivateKey.generate()
    write_new(path, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_private(path: Path) -> X25519PrivateKey:
    """Read an agency's private key.

    Raises:
        KeyMissingError: no such file, readable by others, or no X25519 key.
    """
    try:
        with path.open("rb") as file:
            check_rights(os.fstat(file.fileno()), path)
            key = load_pem_private_key(file.read(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, X25519PrivateKey):
        raise KeyMissingError(
            "the file is no private key of an agency", fix="make one with mast agency-key create"
        )
    return key


def read_public(path: Path) -> bytes:
    """Read an agency's public key, 32 bytes.

    Raises:
        KeyMissingError: no such file, or no X25519 key.
    """
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, X25519PublicKey):
        raise KeyMissingError(
            "the file is no public key for references", fix="give the PEM that mast agency-key create printed"
        )
    return key.public_bytes_raw()
