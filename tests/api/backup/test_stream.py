"""A sealed file opens only as it was written: every byte, every piece, in its place, to its end."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from mast_api.backup.stream import MAGIC, StreamWriter, pieces, stream_key
from mast_intake.keys import KeyRing
from mast_resolver.errors import BackupDamagedError

KEY = bytes(range(32))


def written(key: bytes = KEY, words: int = 3) -> bytes:
    file = io.BytesIO()
    writer = StreamWriter(file, key)
    for number in range(words):
        writer.add("word", [number, b"\0\xff", "ä"])
    writer.end({"words": words})
    return file.getvalue()


def cut(content: bytes) -> list[bytes]:
    found, at = [], len(MAGIC)
    while at < len(content):
        end = at + 4 + int.from_bytes(content[at : at + 4], "big")
        found.append(content[at:end])
        at = end
    return found


def test_what_was_written_comes_back() -> None:
    read = list(pieces(io.BytesIO(written()), KEY))
    assert read == [*(("word", [n, b"\0\xff", "ä"]) for n in range(3)), ("end", {"words": 3})]


def test_a_bit_flipped_in_any_byte_is_found() -> None:
    content = written()
    for at in range(len(content)):
        harmed = bytearray(content)
        harmed[at] ^= 1 << (at % 8)
        with pytest.raises(BackupDamagedError):
            list(pieces(io.BytesIO(bytes(harmed)), KEY))


def test_a_file_cut_off_anywhere_is_found() -> None:
    content = written()
    for end in range(len(content)):
        with pytest.raises(BackupDamagedError):
            list(pieces(io.BytesIO(content[:end]), KEY))


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda parts: [parts[1], parts[0], *parts[2:]], id="two pieces change places"),
        pytest.param(lambda parts: [*parts[:1], *parts], id="a piece stands twice"),
        pytest.param(lambda parts: parts[1:], id="the first piece is missing"),
        pytest.param(lambda parts: parts[:-1], id="the end is missing"),
        pytest.param(lambda parts: [*parts, parts[0]], id="something follows the end"),
        pytest.param(
            lambda parts: [cut(written(bytes(32)))[0], *parts[1:]], id="a piece is of another backup"
        ),
    ],
)
def test_pieces_that_are_not_as_they_were_written_are_found(
    harm: Callable[[list[bytes]], list[bytes]],
) -> None:
    content = MAGIC + b"".join(harm(cut(written())))
    with pytest.raises(BackupDamagedError):
        list(pieces(io.BytesIO(content), KEY))


def test_each_backup_and_each_key_has_a_key_of_its_own() -> None:
    ring, other = KeyRing({1: KEY, 2: bytes(32)}, current=1), KeyRing({1: bytes(32)}, current=1)
    keys = {stream_key(ring, 1, "a"), stream_key(ring, 1, "b"), stream_key(ring, 2, "a")}
    assert len(keys) == 3
    assert stream_key(other, 1, "a") == stream_key(ring, 2, "a")


def test_nothing_of_what_is_in_it_can_be_read_without_the_key() -> None:
    file = io.BytesIO()
    writer = StreamWriter(file, KEY)
    writer.add("file", "models/person.json")
    writer.end({"nodes": 1})
    for word in (b"person", b"models", b"nodes", b"file"):
        assert word not in file.getvalue()
