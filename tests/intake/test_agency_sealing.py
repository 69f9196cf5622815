"""References sealed to an agency: what opens them, and that nothing ties two of them together."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from mast_intake.agency_sealing import (
    create_private,
    opened_by_agency,
    read_private,
    read_public,
    sealed_to_agency,
)
from mast_intake.keys import KeyRing
from mast_resolver.errors import KeyMissingError, SealBrokenError

PRIVATE = X25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
ENQUIRY = "safeguarding-enquiry"


def sealed(reference: str = "case 17") -> str:
    return sealed_to_agency(reference, agency="fire", purpose=ENQUIRY, public=PUBLIC)


def raw(text: str) -> bytes:
    """The ciphertext alone."""
    said = json.loads(base64.urlsafe_b64decode(text.partition(".")[2]))
    return base64.urlsafe_b64decode(said["sealed"])


def changed(text: str, **fields: Any) -> str:
    prefix, _, body = text.partition(".")
    said = json.loads(base64.urlsafe_b64decode(body)) | fields
    return f"{prefix}.{base64.urlsafe_b64encode(json.dumps(said).encode()).decode()}"


@given(st.text(max_size=200))
def test_what_is_sealed_to_an_agency_opens_there(reference: str) -> None:
    opened = opened_by_agency(PRIVATE, sealed(reference))
    assert (opened.agency, opened.purpose, opened.reference) == ("fire", ENQUIRY, reference)


def test_another_agency_cannot_open_it() -> None:
    with pytest.raises(SealBrokenError):
        opened_by_agency(X25519PrivateKey.generate(), sealed())


@pytest.mark.parametrize("field", ["agency", "purpose"])
def test_it_opens_only_as_what_it_was_sealed_as(field: str) -> None:
    with pytest.raises(SealBrokenError):
        opened_by_agency(PRIVATE, changed(sealed(), **{field: "police"}))


def test_a_changed_byte_anywhere_breaks_it() -> None:
    text = sealed()
    inner = bytearray(
        base64.urlsafe_b64decode(json.loads(base64.urlsafe_b64decode(text.partition(".")[2]))["sealed"])
    )
    for at in range(len(inner)):
        bad = inner[:at] + bytes([inner[at] ^ 1]) + inner[at + 1 :]
        with pytest.raises(SealBrokenError):
            opened_by_agency(PRIVATE, changed(text, sealed=base64.urlsafe_b64encode(bad).decode()))


@pytest.mark.parametrize("text", ["", "mast-reference.", "mast-reference.AAAA", "x", "mast-reference.e30="])
def test_what_is_no_sealed_reference_is_refused(text: str) -> None:
    with pytest.raises(SealBrokenError):
        opened_by_agency(PRIVATE, text)


def test_two_of_one_reference_have_nothing_in_common_and_all_are_of_one_size() -> None:
    texts = [sealed() for _ in range(200)] + [
        sealed("a much longer reference, of sixty signs") for _ in range(20)
    ]
    inner = [json.loads(base64.urlsafe_b64decode(each.partition(".")[2]))["sealed"] for each in texts]
    raw = [base64.urlsafe_b64decode(each) for each in inner]
    assert len(set(map(len, raw))) == 1
    for start in range(0, len(raw[0]), 8):
        assert len({each[start : start + 8] for each in raw}) == len(raw)


def test_an_opened_reference_is_in_no_repr() -> None:
    assert "case" not in repr(opened_by_agency(PRIVATE, sealed("case 17")))


def test_a_private_key_is_its_owners_only_and_reads_back(tmp_path: Path) -> None:
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    public.write_bytes(create_private(private))
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert read_public(public) == read_private(private).public_key().public_bytes_raw()
    with pytest.raises(KeyMissingError, match="exists already"):
        create_private(private)
    private.chmod(0o640)
    with pytest.raises(KeyMissingError, match="chmod 600"):
        read_private(private)


def test_no_other_file_is_taken_for_a_key(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    KeyRing.create(path)
    with pytest.raises(KeyMissingError):
        read_public(path)
    with pytest.raises(KeyMissingError):
        read_private(path)
    with pytest.raises(KeyMissingError):
        read_private(tmp_path / "nowhere")
