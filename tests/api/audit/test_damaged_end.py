"""Whatever became of the last sealed entry: it is a finding, and a refusal with a code, never a surprise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.api.audit.logs import clock, opened, seals, write

from mast_api.audit.chain import digest, encoded
from mast_api.audit.check import verify
from mast_api.audit.checkpoints import checkpoint
from mast_api.audit.trail import Wanted, trail
from mast_resolver.errors import AuditUnavailableError, KeyMissingError, MastError

SEALED = ("sequence", "previous", "at", "event", "key", "digest", "seal")
OTHERS: tuple[object, ...] = (None, True, 7, -1, 2.5, "", "7", "other", [], [7], {}, {"a": 1})


def spoilt(path: Path, field: str, values: tuple[object, ...], *, chained: bool) -> list[bytes]:
    """Logs whose last line lacks a field, or has another value in it; ``chained`` ones by right hashes."""
    *before, last = path.read_bytes().splitlines(keepends=True)
    entry = json.loads(last)
    changed: list[dict[str, Any]] = [{name: said for name, said in entry.items() if name != field}]
    changed += [entry | {field: value} for value in values if value != entry[field]]
    if chained:
        changed = [each | {"digest": digest(each)} for each in changed]
    return [b"".join(before) + encoded(each) for each in changed]


@pytest.mark.parametrize(
    ("field", "chained"),
    [(field, False) for field in SEALED] + [(field, True) for field in SEALED[:-2]],  # hashed ones
)
def test_a_spoilt_end_is_found_and_refused_with_a_code(tmp_path: Path, field: str, *, chained: bool) -> None:
    path = tmp_path / "audit.jsonl"
    write(path, "one", "two")
    for content in spoilt(path, field, OTHERS, chained=chained):
        path.write_bytes(content)
        assert verify(path, seals(path).trusted).faults, content
        for go_on in (lambda: opened(path).close(), lambda: checkpoint(path, seals(path), clock())):
            try:
                go_on()
            except MastError as refused:
                assert isinstance(refused, AuditUnavailableError | KeyMissingError)  # noqa: PT017
            path.write_bytes(content)


def test_a_seal_without_the_name_of_its_key_is_refused_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    write(path, "one", "two")
    content, *_ = spoilt(path, "key", (), chained=False)
    path.write_bytes(content)
    with pytest.raises(AuditUnavailableError, match="changed after it was written"):
        opened(path)
    assert "a seal without the name of its key" in " ".join(verify(path, seals(path).trusted).faults)


def test_an_entry_without_a_moment_is_said_to_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    write(path, "one", "two")
    for content in spoilt(path, "at", OTHERS, chained=False)[1:]:
        path.write_bytes(content)
        with pytest.raises(AuditUnavailableError, match="changed after it was written"):
            trail(path, Wanted(since=clock()), 10)
