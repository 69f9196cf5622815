"""A generated town of some hundred people whose paths are known, loaded in one go for a whole module."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tests.town import AGREEMENT, LOADED, NOW, Town, ago

from mast_analytics.civil import evening
from mast_analytics.episodes import CutOff
from mast_graph.agreements import write_agreement
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.store import Store
from mast_intake.rows import SourceRow
from mast_intake.source import FileFormat, Source

PEOPLE = 300
RESEARCH = {"role": "researcher", "purpose": "research"}
OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}
MONTH_END = CutOff(evening(dt.date(2026, 10, 31)), NOW)
"""As of when figures are, where nobody says."""
AGREED = replace(AGREEMENT, version=2, purposes=(*AGREEMENT.purposes, "research"))

Row = tuple[str, str, dict[str, str], dict[str, dt.datetime]]
"""Agency, reference, texts and moments."""


class ResearchTown(Town):
    """The town, with an agreement that lets research count."""

    def __init__(self, store: Store, lease: Lease) -> None:
        super().__init__(store, lease)
        store.write(lambda tx: write_agreement(tx, AGREED, at=LOADED))

    def brings(self, rows: Iterable[Row]) -> None:
        """Rows of several agencies, each agency's in one load; then whose they are."""
        by_agency: dict[str, list[SourceRow]] = {}
        for line, (agency, reference, text, moments) in enumerate(rows, start=2):
            by_agency.setdefault(agency, []).append(SourceRow("feed.csv", line, reference, text, moments))
        loader = Loader(self.store, self._lease, lambda: self.loaded_at)
        for agency, some in by_agency.items():
            source = Source("feed", agency, "mash-2026", FileFormat.CSV, ())
            load = loader.begin(source.feed, f"hash-{next(self._loads)}")
            assert load is not None
            for batch in self.pseudonymiser.batches(source, some):
                loader.finish(load, loader.load(load, batch))
        agencies = [agency for agency in by_agency if agency in ("council-children", "police")]
        known = {row.record_id for some in by_agency.values() for row in some}
        self.resolve({reference: [(agency, reference) for agency in agencies] for reference in known})


def everybody(people: int = PEOPLE, seed: int = 7) -> Iterator[Row]:
    """Three to a house; everybody has a first contact, half go up to a plan, and some further."""
    draw = random.Random(seed)
    for person in range(people):
        yield lives(person)
        first = 60 + draw.randrange(900)
        yield contact(person, draw.choice(("CHILDREN_CONTACT", "CHILDREN_REFERRAL")), first)
        if draw.random() < 0.4:
            yield contact(person, "DOMESTIC_ABUSE_INCIDENT", draw.randrange(5, first), agency="police")
        if draw.random() < 0.6:
            up = draw.randrange(10, first)
            yield contact(person, "CHILD_IN_NEED", up, closed=draw.choice((None, draw.randrange(1, up))))
            if draw.random() < 0.4:
                yield contact(person, "CHILD_PROTECTION_PLAN", draw.randrange(5, up))
        if draw.random() < 0.3:
            yield contact(person, "CHILDREN_REFERRAL", draw.randrange(1, first))


def lives(person: int) -> Row:
    """Where somebody lives, as the council has it."""
    house = f"{1 + person // 3} High Street, Walsall WS1 1AA"
    text = {"given_name": "Ann", "family_name": f"Leeson{person}", "address": house}
    return "council-children", f"c{person}", text, {"valid_from": ago(1_090)}


def contact(
    person: int, type_: str, days_ago: float, *, closed: float | None = None, agency: str = "council-children"
) -> Row:
    """One contact of somebody, who has one record at each agency."""
    _, reference, text, moments = lives(person)
    moments = {**moments, "contact_at": ago(days_ago)}
    if closed is not None:
        moments["contact_closed_at"] = ago(closed)
    text = {**text, "contact_type": type_, "contact_id": f"{person}-{type_}-{days_ago}"}
    return agency, reference, text, moments
