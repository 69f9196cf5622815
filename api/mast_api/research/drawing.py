"""People drawn again at other thresholds, from the evidence that is stored: nothing is written."""

from __future__ import annotations

from pathlib import Path

from mast_analytics.linkage import Drawing, thresholds
from mast_api.models import model_in_force
from mast_api.opening import open_scorer, restored
from mast_graph.frequencies import read_frequencies
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.records import Kind, MatchWeight


def drawings(store: Store, keys: KeyRing, data: Path) -> dict[str, Drawing]:
    """The people at each of :func:`~mast_analytics.linkage.thresholds`; none where no model is in force.

    Steward's decisions hold at each. All encodings are opened: some kilobytes a record, and some seconds
    for a hundred thousand.

    Raises:
        GraphUnavailableError: no answer, or none in time.
        KeyVersionError, SealBrokenError: the records were encoded under another key.
    """
    stored = read_frequencies(store, Kind.PERSON)
    if stored is None or stored.base != model_in_force(data, Kind.PERSON).version:
        return {}
    scorer = open_scorer(keys, Kind.PERSON, stored)
    resolver = restored(store, keys, scorer)
    joins = thresholds(scorer.join_at, scorer.review_at, scorer.edge_at)
    return {name: Drawing(at, resolver.drawn(MatchWeight(at))) for name, at in joins.items()}
