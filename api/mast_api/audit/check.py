"""Is an audit log whole? Every hash, link, seal and key of it, and every checkpoint held elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mast_api.audit.chain import BEGUN, NEW_KEY, TORN, Entry, Head, digest, parsed, sealed_text, torn_entry
from mast_api.audit.checkpoints import Checkpoint
from mast_api.audit.keys import FIRST, TrustedKeys
from mast_api.audit.segments import lines_of, segments

MOST_FAULTS: Final = 20
"""Named one by one; of a log that is damaged all over the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check found. ``faults`` names entries by their place, never by their contents.

    ``torn`` counts the times that a crash left something half written, which the log itself notes.
    """

    entries: int
    head: str
    torn: int
    faults: tuple[str, ...]


def verify(path: Path, trusted: TrustedKeys, checkpoints: Sequence[Checkpoint] = ()) -> Verified:
    """Check a whole log, its full files before the one that is written to, against keys and checkpoints.

    What a writer is just about to write may stand there without its seal: check again, or a copy.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".jsonl") as empty:
        ...     verify(Path(empty.name), TrustedKeys({})).faults
        ()
    """
    checking = _Checking(trusted, checkpoints)
    faults: list[str] = []
    more = 0
    for fault in checking.faults(lines_of(segments(path))):
        if len(faults) < MOST_FAULTS:
            faults.append(fault)
        else:
            more += 1
    if more:
        faults.append(f"{more} further faults")
    return Verified(checking.head.sequence, checking.head.digest, checking.torn, tuple(faults))


class _Checking:
    """One pass over a log."""

    def __init__(self, trusted: TrustedKeys, checkpoints: Sequence[Checkpoint]) -> None:
        self.head = Head.start()
        self.torn = 0
        self._trusted = trusted
        self._held: dict[int, list[Checkpoint]] = defaultdict(list)
        for checkpoint in checkpoints:
            self._held[checkpoint.size].append(checkpoint)
        self._log: str | None = None
        self._key = FIRST

    def faults(self, lines: Iterable[bytes]) -> Iterator[str]:
        yield from self._held_faults()
        group: list[tuple[int, bytes]] = []
        for number, line in enumerate(lines, start=1):
            entry = parsed(line)
            if entry is None or not entry.keys() & {"key", "seal"}:
                group.append((number, line))
                continue
            yield from self._group_faults(group, number, entry)
            group = []
        if group:
            yield f"line {group[0][0]} and what follows it carry no seal"
        for size in sorted(self._held):
            if size > self.head.sequence:
                yield f"a checkpoint says that there were {size} entries; there are {self.head.sequence}"

    def _group_faults(self, group: list[tuple[int, bytes]], number: int, last: Entry) -> Iterator[str]:
        """Of what a sealed entry vouches for: the entries before it, or that a crash left no such ones."""
        if last.get("event") == TORN:
            self.torn += 1
            noted = torn_entry(b"".join(line for _, line in group).removesuffix(b"\n"))
            if any(last.get(name) != value for name, value in noted.items()):
                yield f"line {number}: notes something else as torn than stands before it"
        else:
            for at, line in group:
                entry = parsed(line)
                if entry is None:
                    yield f"line {at}: no entry, and not noted as torn"
                else:
                    yield from self._faults_of(at, entry)
        yield from self._faults_of(number, last)

    def _faults_of(self, number: int, entry: Entry) -> Iterator[str]:
        for fault in (*self._entry_faults(entry), *self._seal_faults(entry)):
            yield f"line {number}: {fault}"
        self.head = Head.of(entry)
        yield from self._other_heads()

    def _held_faults(self) -> Iterator[str]:
        for size, held in sorted(self._held.items()):
            if any(not checkpoint.good(self._trusted) for checkpoint in held):
                yield f"a checkpoint of {size} entries is not signed by a key that is trusted"
            if len({checkpoint.head for checkpoint in held}) > 1:
                yield f"two checkpoints of {size} entries name different ones: there were two logs"
        if len({checkpoint.log for held in self._held.values() for checkpoint in held}) > 1:
            yield "the checkpoints are of different logs"

    def _other_heads(self) -> Iterator[str]:
        for held in self._held.get(self.head.sequence, ()):
            if held.log != self._log:
                yield f"a checkpoint of {held.size} entries is of another log"
            elif held.head != self.head.digest:
                yield f"a checkpoint of {held.size} entries names another entry than stands there"

    def _entry_faults(self, entry: Entry) -> Iterator[str]:
        if digest(entry) != entry["digest"]:
            yield "changed after it was written"
        if entry["previous"] != self.head.digest:
            yield "does not follow the entry before it"
        if entry["sequence"] != self.head.sequence + 1:
            yield "an entry before it is missing, or it stands twice"

    def _seal_faults(self, entry: Entry) -> Iterator[str]:
        """Of its seal, and of what an entry says about the log itself."""
        if "key" in entry and entry["key"] != self._key:
            yield f"sealed with key {entry['key']} where key {self._key} was in force"
        elif "key" in entry and not self._trusted.good(
            self._key, entry.get("seal"), sealed_text(Head.of(entry))
        ):
            yield "its seal is not that of the key in force"
        elif "key" not in entry and "seal" in entry:
            yield "a seal without the name of its key"
        yield from self._meaning_faults(entry)

    def _meaning_faults(self, entry: Entry) -> Iterator[str]:
        event = entry.get("event")
        if self._log is None and event != TORN:
            self._log = str(entry.get("log"))
            if event != BEGUN or not self._brings(entry, FIRST):
                yield "the log does not begin with its id and the first of the trusted keys"
        elif event == BEGUN:
            yield "a log begins within the log"
        elif event == NEW_KEY:
            if not self._brings(entry, self._key + 1):
                yield "brings a key into force that is not the next of the trusted ones"
            else:
                self._key += 1

    def _brings(self, entry: Entry, version: int) -> bool:
        return (
            entry.get("version") == version
            and "key" in entry
            and self._trusted.holds(version, entry.get("public"))
        )
