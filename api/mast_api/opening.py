"""What is stored, opened under the key: encodings, the scorer in force, and a resolver with all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from mast_api.keys.anew import opened_records
from mast_api.workspace import new_id
from mast_graph.decisions import read_decisions
from mast_graph.frequencies import StoredFrequencies, read_frequencies
from mast_graph.state import read_evidence, read_records
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_intake.sealing import opened, opened_frequencies
from mast_resolver.model import Model, parse_model
from mast_resolver.records import Encoding, EntityId, Kind, RecordId
from mast_resolver.resolver import Resolver
from mast_resolver.score import ModelScorer
from mast_resolver.trust import Trust

PREFIX: Final = {Kind.PERSON: "P-", Kind.ADDRESS: "A-"}
CAP: Final = {Kind.PERSON: 60, Kind.ADDRESS: 200}
"""An address key over its cap is rarer than a name over it: every agency has its own record of one place."""


MARGIN: Final = {Kind.PERSON: 0, Kind.ADDRESS: 2_000}
"""Millibits by which a record must fit one address better than another: many a town has two High Streets."""


def open_encoding(keys: KeyRing, record: RecordId, sealed: bytes) -> Encoding:
    """The encoding of a stored record."""
    return opened(keys, record, sealed)


def scorer_for(store: Store, keys: KeyRing, model: Model) -> ModelScorer:
    """The scorer that the stored evidence comes from: the model learnt on in this area, with frequencies.

    That is the one to explain by and decide under, until `mast resolve` has weighed everything by another
    that was put in force meanwhile. ``model`` is for a graph in which nothing is weighed.
    """
    stored = read_frequencies(store, model.kind)
    return ModelScorer(model) if stored is None else open_scorer(keys, model.kind, stored)


def restored(
    store: Store,
    keys: KeyRing,
    scorer: ModelScorer,
    *,
    with_evidence: bool = True,
    today: Mapping[RecordId, Encoding] = MappingProxyType({}),
    new_id: Callable[[], str] = new_id,
    waits: bool = False,
) -> Resolver:
    """A resolver with all that is stored, as after the last resolved change; ``waits`` as in ``Trust``.

    ``today`` are encodings that take the place of those of an older line (:mod:`mast_api.keys.anew`).
    """
    kind = scorer.model.kind
    resolver = new_resolver(scorer, new_id=new_id, waits=waits)
    resolver.restore(
        opened_records(keys, read_records(store, kind), today),
        read_evidence(store, kind) if with_evidence else (),
        read_decisions(store, kind),
    )
    return resolver


def new_resolver(scorer: ModelScorer, *, new_id: Callable[[], str] = new_id, waits: bool = False) -> Resolver:
    """An empty resolver; ``new_id`` gives an entity's id but for the letter that says its kind."""
    kind = scorer.model.kind
    return Resolver(
        scorer,
        new_id=lambda: EntityId(PREFIX[kind] + new_id()),
        cap=CAP[kind],
        margin=MARGIN[kind],
        trust=Trust(scorer, waits=waits) if kind is Kind.ADDRESS else None,
    )


def open_scorer(keys: KeyRing, kind: Kind, stored: StoredFrequencies) -> ModelScorer:
    frequencies = opened_frequencies(
        keys, stored.sealed, context=frequencies_context(kind), version=stored.version
    )
    return ModelScorer(parse_model(stored.text), frequencies)


def frequencies_context(kind: Kind) -> bytes:
    """What the sealed term frequencies of a kind are bound to."""
    return f"frequencies:{kind.value}".encode()
