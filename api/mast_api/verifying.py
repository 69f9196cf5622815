"""The checks of `mast verify` beyond the graph's own: the audit chain, and clear text where none may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from mast_api.audit.check import Verified, verify
from mast_api.audit.checkpoints import Checkpoint
from mast_api.audit.keys import TrustedKeys
from mast_api.audit.segments import segments
from mast_api.workspace import AUDIT, REJECTS
from mast_graph.checks import every_property
from mast_graph.store import Store
from mast_intake.leaks import ClearValues, properties_text
from mast_intake.reading import read_rows
from mast_intake.rejects import Rejects
from mast_intake.source_yaml import read_source
from mast_resolver.vocabulary import vocabulary

OURS = ("open", "closed", "person", "address", "place", "subject", "victim", "suspect", "caller", "writer")


CHECKS = 5
"""Times that a log is looked at again when it grew meanwhile: a group of entries may be half written."""


def audit_checked(data: Path, trusted: TrustedKeys, checkpoints: Sequence[Checkpoint] = ()) -> Verified:
    """The audit log checked, also while a service writes it; without one there is nothing to find fault with.

    A checkpoint of a log that is not there is a fault.
    """
    path = data / AUDIT
    for _ in range(CHECKS):
        size = _size(path)
        checked = verify(path, trusted, checkpoints)
        if not checked.faults or _size(path) == size:
            return checked
    return checked


def _size(path: Path) -> int:
    return sum(each.stat().st_size for each in segments(path))


def leaks(store: Store, data: Path, source_file: Path, files: Sequence[Path]) -> dict[str, list[str]]:
    """Where clear values of a feed were found, and of which fields; empty when all is well."""
    values = clear_values(source_file, files)
    found: dict[str, set[str]] = defaultdict(set)
    for where, properties in every_property(store):
        if fields := values.fields_in(properties_text(properties)):
            found[where] |= fields
    for path in written_files(data):
        prose = path.suffix == ".log"
        for line in _lines(path):
            if fields := values.fields_in(line, prose=prose):
                found[str(path.relative_to(data))] |= fields
    return {where: sorted(fields) for where, fields in sorted(found.items())}


def clear_values(source_file: Path, files: Sequence[Path]) -> ClearValues:
    """What a feed says in clear text, but for words that are ours as well."""
    source = read_source(source_file)
    types = vocabulary().types.values()
    ours = [*OURS, source.agency, source.feed, source.agreement]
    ours += [word for each in types for word in (each.name, each.data_class, each.agency_kind)]
    return ClearValues(read_rows(source, files, Rejects()), allowed=ours)


def written_files(data: Path) -> Iterator[Path]:
    """Logs, reports and the audit log: everything of the data folder that is text and not a fixture."""
    for pattern in ("*.jsonl", f"{REJECTS}/*.csv", "neo4j/*.log", "neo4j/home/logs/*.log"):
        yield from sorted(data.glob(pattern))


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from file
