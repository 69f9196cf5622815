"""Key files and sealing."""

from __future__ import annotations

import base64
import hmac
import json
import os
import pickle
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_intake.key_file import KeyFile, Secrets
from mast_intake.keys import KeyRing
from mast_intake.mac import Mac
from mast_resolver.errors import KeyMissingError, KeyVersionError, SealBrokenError

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def test_a_created_key_file_is_its_owners_only_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    ring = KeyRing.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KeyRing.read(path).subkey("token:sex") == ring.subkey("token:sex")
    assert list(tmp_path.iterdir()) == [path]  # no draft is left


def test_two_created_keys_differ(tmp_path: Path) -> None:
    left, right = (KeyRing.create(tmp_path / name) for name in ("left", "right"))
    assert left.subkey("seal") != right.subkey("seal")


def test_an_existing_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    KeyRing.create(path)
    before = path.read_bytes()
    with pytest.raises(KeyMissingError, match="exists already"):
        KeyRing.create(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_no_key_can_be_made_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KeyMissingError, match="no key file can be written"):
        KeyRing.create(tmp_path / "nowhere" / "key.json")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key.json"
    KeyRing.create(path)
    path.chmod(mode)
    with pytest.raises(KeyMissingError, match="chmod 600"):
        KeyRing.read(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_key_file_of_another_user_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    KeyRing.create(path)
    os.chown(path, 12_345, -1)
    with pytest.raises(KeyMissingError, match="another user"):
        KeyRing.read(path)


def test_the_secrets_of_a_created_file_are_drawn_apart_and_a_former_sealing_one_can_be_missing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "key.json"
    file = KeyRing.create(path).file
    assert len({file.versions[1].encoding, file.versions[1].sealing, file.ids}) == 3
    sealed = KeyRing.of(file).seal(b"packed", context=b"r1")
    left = Secrets(file.versions[1].encoding, None, root=True)
    KeyFile({1: left, 2: Secrets.drawn()}, 2, file.ids).replace(path)
    ring = KeyRing.read(path)
    assert (ring.versions, ring.opening, ring.root) == ([1, 2], [2], 1)
    with pytest.raises(KeyVersionError, match="put away"):
        ring.open(sealed, context=b"r1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_file_of_before_with_one_secret_a_version_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_bytes(_file())
    path.chmod(0o600)
    ring = KeyRing.read(path)
    assert ring.subkey("token:sex") == KeyRing({1: OLD}, current=1).subkey("token:sex")
    assert ring.file.versions[1].root


def _two(**changes: object) -> bytes:
    key = base64.b64encode(OLD).decode()
    version = {"encoding": key, "sealing": key, "root": True} | changes
    return json.dumps({"format": 2, "current": 1, "ids": key, "versions": {"1": version}}).encode()


def _file(**changes: object) -> bytes:
    content: dict[str, object] = {"format": 1, "current": 1, "keys": {"1": base64.b64encode(OLD).decode()}}
    return json.dumps(content | changes).encode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not json", id="not JSON"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(_file(current=2), id="current version is not there"),
        pytest.param(_file(format=9), id="another format"),
        pytest.param(_file(keys={"1": "AAAA"}), id="too short a key"),
        pytest.param(_file(keys={"1": "!!"}), id="not base64"),
        pytest.param(_file(keys={}), id="no keys"),
        pytest.param(_two(sealing="AAAA"), id="too short a sealing key"),
        pytest.param(_two(encoding=None), id="no encoding key"),
        pytest.param(_two().replace(b'"ids"', b'"id"'), id="no key of ids"),
        pytest.param(_two().replace(b'"root"', b'"rot"'), id="not said whether it is a root"),
    ],
)
def test_a_damaged_key_file_is_refused_without_quoting_it(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "key.json"
    path.write_bytes(text)
    path.chmod(0o600)
    with pytest.raises(KeyMissingError) as caught:
        KeyRing.read(path)
    assert "damaged" in str(caught.value)
    assert base64.b64encode(OLD).decode() not in repr(caught.value)


def test_no_key_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(KeyMissingError, match="MAST_KEY_FILE"):
        KeyRing.read(tmp_path / "key.json")


def test_the_key_is_in_no_repr_and_in_no_pickle() -> None:
    ring = KeyRing({1: OLD}, current=1)
    assert repr(ring) == "KeyRing(current=1, versions=[1])"
    with pytest.raises(TypeError):
        pickle.dumps(ring)


def test_sub_keys_differ_by_purpose_and_version() -> None:
    ring = KeyRing({1: OLD, 2: NEW}, current=2)
    subkeys = {ring.subkey(purpose, version) for purpose in ("seal", "reference") for version in (1, 2)}
    assert len(subkeys) == 4
    assert not subkeys & {OLD, NEW}


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_what_is_sealed_opens_again_for_its_record_only(packed: bytes, context: bytes) -> None:
    ring = KeyRing({1: OLD}, current=1)
    sealed = ring.seal(packed, context=context)
    assert ring.open(sealed, context=context) == packed
    with pytest.raises(SealBrokenError):
        ring.open(sealed, context=context + b"x")


def test_a_changed_byte_anywhere_breaks_the_seal() -> None:
    ring = KeyRing({1: OLD, 257: NEW}, current=1)
    sealed = ring.seal(b"packed", context=b"r1")
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises((SealBrokenError, KeyVersionError)):
            ring.open(changed, context=b"r1")


@pytest.mark.parametrize("size", [0, 1, 5, 14, 20])
def test_a_truncated_seal_is_broken(size: int) -> None:
    ring = KeyRing({1: OLD}, current=1)
    with pytest.raises((SealBrokenError, KeyVersionError)):
        ring.open(ring.seal(b"packed", context=b"r1")[:size], context=b"r1")


def test_an_older_version_in_the_ring_still_opens() -> None:
    sealed = KeyRing({1: OLD}, current=1).seal(b"packed", context=b"r1")
    assert KeyRing({1: OLD, 2: NEW}, current=2).open(sealed, context=b"r1") == b"packed"
    with pytest.raises(KeyVersionError):
        KeyRing({2: NEW}, current=2).open(sealed, context=b"r1")


def test_a_reference_is_sealed_under_a_key_of_its_own() -> None:
    ring = KeyRing({1: OLD}, current=1)
    sealed = ring.seal_reference("case 17", context=b"r1")
    assert ring.open_reference(sealed, context=b"r1") == "case 17"
    with pytest.raises(SealBrokenError):
        ring.open(sealed, context=b"r1")


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300))
def test_the_fast_mac_is_hmac_sha256(key: bytes, message: bytes) -> None:
    assert Mac(key).digest(message) == hmac.digest(key, message, "sha256")


def _nonce(sealed: bytes) -> bytes:
    return sealed[2:14]


def test_no_nonce_is_used_twice_by_any_thread() -> None:
    ring = KeyRing({1: OLD}, current=1)

    def seal(count: int) -> list[bytes]:
        return [_nonce(ring.seal(b"", context=b"")) for _ in range(count)]

    with ThreadPoolExecutor(max_workers=8) as pool:
        found = [nonce for nonces in pool.map(seal, [2_000] * 8) for nonce in nonces]
    assert len(set(found)) == len(found) == 16_000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing can be forked here")
def test_a_forked_process_draws_nonces_of_its_own() -> None:
    ring = KeyRing({1: OLD}, current=1)
    ring.seal(b"", context=b"")  # now there are spare ones, which the child inherits
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, _nonce(ring.seal(b"", context=b"")))
        os._exit(0)
    os.waitpid(child, 0)
    with os.fdopen(writing, "wb"), os.fdopen(reading, "rb") as pipe:
        of_the_child = pipe.read(12)
    assert of_the_child != _nonce(ring.seal(b"", context=b""))
