"""A snapshot that would withdraw most of its feed is mostly the wrong file, or half of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from mast_graph.load import Load, Loader
from mast_intake.reading import references
from mast_intake.source import Source
from mast_resolver.errors import SnapshotShrunkError
from mast_resolver.records import RecordId

MOST_PERCENT: Final = 50
"""More than this share of a feed's records is most of it."""

FEW: Final = 20
"""So many may go without a word: a short list changes by more than half in ordinary life."""


def check_not_shrunk(
    loader: Loader,
    load: Load,
    source: Source,
    files: Iterable[Path],
    id_of: Callable[[str, str], RecordId],
) -> None:
    """Refuse a snapshot without most of the records that its feed holds; nothing of it was loaded yet.

    Where a row does not say whose it is nothing will be withdrawn, so that there is nothing to ask.

    Raises:
        SnapshotShrunkError: it is one.
        UnreadableFileError, UnknownColumnError: a file is not usable.
    """
    said = list(references(source, files))
    if "" in said:
        return
    held, gone = loader.held_and_missing(load, {id_of(source.agency, each) for each in set(said)})
    what = "records"
    if not held:  # places and events alone: their records are by what is written, so rows are counted
        held, gone, what = load.rows_before, load.rows_before - len(said), "rows"
    if gone > FEW and gone * 100 > held * MOST_PERCENT:
        raise SnapshotShrunkError(
            f"of the {held:,} {what} of {source.feed} this snapshot lacks {gone:,}: they would be withdrawn",
            fix="see that it is the whole file of this feed; if it is, load it with --allow-shrink",
        )
