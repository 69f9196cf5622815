"""The chain of the audit log: how an entry is linked to the one before, and how a group of them is sealed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mast_api.audit.keys import Sealer

START: Final = "0" * 64
MOST_BYTES: Final = 1 << 20
"""No entry is longer: an answer holds at most some hundred ids."""

BEGUN: Final = "begun"
NEW_KEY: Final = "key"
TORN: Final = "torn"
"""Events of the log's own; what is asked and answered has others."""

_OURS: Final = ("sequence", "previous", "at", "key", "digest", "seal")

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain: its number and hash."""

    sequence: int
    digest: str

    @classmethod
    def start(cls) -> Head:
        """Before the first entry."""
        return cls(0, START)

    @classmethod
    def of(cls, entry: Entry) -> Head:
        """With this entry as the last one."""
        return cls(entry["sequence"], str(entry["digest"]))


def link(
    head: Head, at: datetime, entry: Mapping[str, object], sealer: Sealer | None = None
) -> tuple[bytes, Head]:
    """The line of an entry that follows ``head``, and the head it becomes.

    With a ``sealer`` the entry is the last of a group, and signed: it vouches for all before it.

    Raises:
        ValueError: the entry uses a name of the chain's own, or is too long.

    Example:
        >>> import datetime as dt
        >>> line, head = link(Head.start(), dt.datetime(2026, 11, 2, tzinfo=dt.UTC), {"event": "intent"})
        >>> head.sequence, line.endswith(b"}" + bytes([10]))
        (1, True)
    """
    if not entry.keys().isdisjoint(_OURS):
        raise ValueError("an entry must not use the names " + ", ".join(_OURS))
    fields = {"sequence": head.sequence + 1, "previous": head.digest, "at": at.isoformat(), **entry}
    if sealer:
        # Inside what is hashed, so that a seal cannot be left out without a trace.
        fields["key"] = sealer.version
    now = Head(head.sequence + 1, digest(fields))
    fields["digest"] = now.digest
    if sealer:
        fields["seal"] = sealer.sign(sealed_text(now))
    line = encoded(fields)
    if len(line) > MOST_BYTES:
        raise ValueError("an entry is too long")
    return line, now


def writable(entry: Mapping[str, object]) -> dict[str, object]:
    """An entry in which what has a name of the chain's own goes by another: it would never be written.

    Example:
        >>> writable({"event": "rule-enabled", "digest": "00"})
        {'event': 'rule-enabled', 'its_digest': '00'}
    """
    return {f"its_{name}" if name in _OURS else name: said for name, said in entry.items()}


def torn_entry(torn: bytes) -> dict[str, object]:
    """The entry that notes what a crash left just before it: half a line, or lines that no seal vouches for.

    None of them was ever acknowledged: nobody got an answer for it. They stay, and count for nothing.
    """
    return {"event": TORN, "bytes": len(torn), "sha256": hashlib.sha256(torn).hexdigest()}


def begun_entry(log: str, public: str) -> dict[str, object]:
    """The first entry of a log: its id and the public key that it begins with."""
    return {"event": BEGUN, "log": log, "version": 1, "public": public}


def key_entry(version: int, public: str) -> dict[str, object]:
    """The entry that brings a new key into force, sealed by the one before."""
    return {"event": NEW_KEY, "version": version, "public": public}


def key_in_force(sealed: Entry) -> int:
    """The version of the key that seals what follows this sealed entry."""
    return int(sealed["version"] if sealed["event"] == NEW_KEY else sealed["key"])


def intact(sealed: Entry) -> bool:
    """Whether a sealed entry is as it was written, and says what one has to: its event, and its key.

    Example:
        >>> intact({"sequence": 1, "previous": START, "at": "", "digest": "00", "seal": "00"})
        False
    """
    named = isinstance(sealed.get("event"), str) and type(sealed.get("key")) is int
    brings = sealed.get("event") != NEW_KEY or type(sealed.get("version")) is int
    return named and brings and digest(sealed) == sealed["digest"]


def digest(fields: Mapping[str, object]) -> str:
    """The hash of an entry without its digest and seal."""
    said = {name: value for name, value in fields.items() if name not in ("digest", "seal")}
    return hashlib.sha256(encoded(said)).hexdigest()


def sealed_text(head: Head) -> bytes:
    """What a seal signs."""
    return f"mast audit seal 1\n{head.sequence}\n{head.digest}\n".encode()


def encoded(fields: Mapping[str, object]) -> bytes:
    """An entry as its line."""
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def parsed(line: bytes) -> Entry | None:
    """The entry of a line; none where it is not one, or not written as we write it.

    Json has several ways to write one value: a bit that changes only the way is a change all the same.
    """
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or not {"sequence", "previous", "digest", "at"} <= fields.keys():
        return None
    if type(fields["sequence"]) is not int or encoded(fields) != line.removesuffix(b"\n") + b"\n":
        return None
    return fields
