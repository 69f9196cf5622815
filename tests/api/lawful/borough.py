"""A borough that changes under a service, and beside it what was said and agreed, for the oracle."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.api.lawful.oracle import Asker, Event
from tests.api.triggers.alerts import in_force
from tests.graph_contents import rows
from tests.town import AGREEMENT, NOW, Town

from mast_api.rights import erasing
from mast_api.rights.purging import Order, Purging
from mast_api.triggers.working_out import work_out
from mast_graph.agreement import Agreement
from mast_graph.agreements import Filed, end_agreement, review_agreement, write_agreement
from mast_graph.lease import Lease
from mast_graph.shields import ShieldDecision, write_shield
from mast_graph.store import Login, Store
from mast_graph.trigger_rules import put_rule
from mast_resolver.errors import UnknownRecordError
from mast_resolver.records import EntityId, Kind
from mast_resolver.vocabulary import vocabulary

Ref = tuple[str, str]

HOMES = ("14 High Street, Walsall WS1 1AA", "30 Mill Lane, Walsall WS1 1AB")
NAMES = {
    ("police", "1"): "Ruth Ames",
    ("fire", "2"): "Ruth Ames",
    ("nhs", "3"): "Daniel Ames",
    ("police", "4"): "Grace Okonkwo",
    ("council-children", "5"): "Grace Okonkwo",
}
SECOND = replace(
    AGREEMENT,
    id="second-2026",
    name="Another agreement",
    purposes=(*AGREEMENT.purposes, "child-protection-enquiry"),
)


@dataclass
class Clock:
    """The service's time, which passes when a test says so."""

    now: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass
class Borough:
    """Everything that may change, each change made as the program makes it, and what it means remembered."""

    store: Store
    login: Login
    data: Path
    clock: Clock
    agreements: dict[str, Agreement] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    homes: dict[Ref, str] = field(default_factory=dict)
    shielded_records: dict[Ref, bool] = field(default_factory=dict)
    shielded_places: dict[str, bool] = field(default_factory=dict)
    erased: set[Ref] = field(default_factory=set)
    _people: dict[str, set[Ref]] = field(default_factory=dict)
    """As it was read last, until something is written."""

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self.store.define("MATCH (n) WHERE NOT n:Lease DETACH DELETE n")
        self.clock.now = NOW
        with Lease.acquire(self.store, "tests") as lease:
            self.town = Town(self.store, lease)
        self.agreements[AGREEMENT.id] = AGREEMENT
        self.store.write(lambda tx: write_agreement(tx, SECOND, at=NOW))
        self.agreements[SECOND.id] = SECOND
        with Lease.acquire(self.store, "tests") as lease:
            for rule, stored in in_force(since=NOW - dt.timedelta(days=2_000)):
                lease.write(lambda tx, _, r=rule, s=stored: put_rule(tx, r, s))  # type: ignore[misc]

    # What is said

    def lives(self, ref: Ref, place: str) -> None:
        """An agency says where somebody lives: once."""
        self.homes[ref] = place
        self._says(ref, place=place, lives=(self.clock.now - dt.timedelta(days=200), None))

    def happens(self, ref: Ref | None, event: Event, id_: str = "") -> None:
        """An agency says what happened: to somebody, or at a place."""
        self.events.append(event)
        if ref is not None:
            event.people.add(ref)
            self._says(ref, event=event, contact_id=id_ or f"c{next(self._numbers)}")
        else:
            place = (event.agency, f"place {next(self._numbers)}")
            self._says(place, event=event, place=event.place, contact_id=f"c{next(self._numbers)}")

    def shares(self, ref: Ref, event: Event, id_: str) -> None:
        """The same agency says that it happened to somebody else too."""
        event.people.add(ref)
        self._says(ref, event=event, contact_id=id_)

    def related(self, ref: Ref, other: str) -> None:
        """An agency says that two of its people are partners."""
        self._says(ref, related_to=other, relation="PARTNER")

    def _says(self, ref: Ref, *, event: Event | None = None, place: str | None = None, **more: Any) -> None:
        if ref in self.erased:
            return
        if event is not None:
            more |= {"contact": event.type, "at": event.at, "agreement": event.agreement}
            if vocabulary().contact_type(event.type).episode and not event.open:
                more["closed"] = event.at + dt.timedelta(hours=1)
        with self.writing() as town:
            town.says(ref[0], ref[1], person=NAMES.get(ref), place=place, **more)
            town.resolve()

    # What is decided

    def merge(self, one: str, other: str) -> None:
        moved = {record: EntityId(one) for record in self._records(other)}
        with self.writing() as town:
            town.supersede(Kind.PERSON, other, one, moved=moved)

    def split(self, person: str) -> None:
        records = sorted(self._records(person))
        new = [f"P-split{next(self._numbers)}" for _ in range(2)]
        with self.writing() as town:
            town.supersede(
                Kind.PERSON, person, *new, moved={each: new[n > 0] for n, each in enumerate(records)}
            )

    def shield(self, entity: str, *, on: bool) -> None:
        decision = ShieldDecision(
            f"S-{next(self._numbers)}", EntityId(entity), on, "dpo", b"sealed", hidden_too=True
        )
        self.clock.now += dt.timedelta(seconds=1)
        try:
            Lease.once(self.store, lambda tx, _: write_shield(tx, decision, at=self.clock.now))
        except UnknownRecordError:
            return  # a place that went with all who were erased
        if entity.startswith("A-"):
            self.shielded_places[self.place_of(entity)] = on
        else:
            self.shielded_records |= dict.fromkeys(self.people()[entity], on)

    def erase(self, person: str) -> None:
        gone = self.people()[person]
        order = Order(erasing.RULE, "dpo", {})
        with Lease.acquire(self.store, "tests") as lease:
            purging = Purging(
                self.store, lease, self.town.keys, self.data, order,
                clock=self.clock, new_id=lambda: f"{next(self._numbers):032x}",
            )  # fmt: skip
            try:
                erasing.erase(purging, erasing.to_erase(self.store, EntityId(person)))
            except UnknownRecordError:
                return
        self._people = {}
        self.erased |= gone
        self.events = [each for each in self.events if not each.people or each.people - self.erased]
        for ref in gone:
            self.homes.pop(ref, None)
            self.shielded_records.pop(ref, None)

    def work_out_alerts(self) -> None:
        with Lease.acquire(self.store, "tests") as lease:
            work_out(self.store, lease, now=self.clock.now)

    # What is agreed

    def amend(self, id_: str, **changed: Any) -> None:
        amended = replace(self.agreements[id_], version=0, **changed)
        filed = self.store.write(lambda tx: write_agreement(tx, amended, at=self.clock.now))
        # The same again changes nothing: what was ended or reviewed stays so.
        if filed is Filed.NEW:
            self.agreements[id_] = amended

    def review(self, id_: str, due: dt.date) -> None:
        self.store.write(lambda tx: review_agreement(tx, id_, by="dpo", review_by=due, at=self.clock.now))
        self.agreements[id_] = replace(self.agreements[id_], review_by=due)

    def end(self, id_: str) -> None:
        self.store.write(lambda tx: end_agreement(tx, id_, by="dpo", at=self.clock.now))
        self.agreements[id_] = replace(self.agreements[id_], ends=self.clock.now.date())

    # What is the case

    def people(self) -> dict[str, set[Ref]]:
        """Who is who, as the graph has it: the law is about what is shown, whoever is who."""
        if not self._people:
            self._people = self._read_people()
        return self._people

    def _read_people(self) -> dict[str, set[Ref]]:
        by_id = {self.town.record(*ref): ref for ref in NAMES}
        return {
            str(row["person"]): {by_id[record] for record in row["records"]}
            for row in rows(
                self.login,
                """MATCH (r:PersonRecord)-[t:RESOLVES_TO]->(p:Person)
                   WHERE t.recorded_to.year = 9999 AND p.recorded_to.year = 9999
                   RETURN p.id AS person, collect(r.id) AS records ORDER BY person""",
            )
        }

    def place_of(self, address: str) -> str:
        return next(line for line in HOMES if self.town.address(line) == address)

    def hidden(self, refs: set[Ref]) -> bool:
        """Whether a person of these records is shielded."""
        return any(
            self.shielded_records.get(ref) or self.shielded_places.get(self.homes.get(ref, ""))
            for ref in refs
        )

    def hidden_event(self, event: Event) -> bool:
        """It touches a shielded address; or people, all of whom are shielded."""
        if event.place:
            return self.shielded_places.get(event.place, False)
        whose = [refs for refs in self.people().values() if refs & event.people]
        return all(self.hidden(refs) for refs in whose)

    def of(self, person: str) -> list[Event]:
        """What happened to a person, without what is shielded; nothing of whoever is, or is no more."""
        refs = self.people().get(person, set())
        if self.hidden(refs):
            return []
        return [event for event in self.events if event.people & refs and not self.hidden_event(event)]

    def at(self, place: str) -> list[Event]:
        """What happened at a place, without what is shielded."""
        return [event for event in self.events if event.place == place and not self.hidden_event(event)]

    def whose(self) -> Iterator[list[Event]]:
        """What happened to each person, and at each place, who are not shielded; without what is."""
        events = [event for event in self.events if not self.hidden_event(event)]
        for refs in self.people().values():
            if not self.hidden(refs):
                yield [event for event in events if event.people & refs]
        for place in HOMES:
            yield [event for event in events if event.place == place]

    def alerts(self) -> Iterator[tuple[str, bool, set[dt.datetime]]]:
        """Every alert there is, whether it stands, and when everything was that it rests on."""
        for row in rows(
            self.login,
            """MATCH (a:Alert)<-[:GROUNDS]-(c:Contact)
               RETURN a.id AS id, a.retracted_at IS NULL AS stands, collect(DISTINCT c.at) AS moments
               ORDER BY id""",
        ):
            yield row["id"], row["stands"], {each.to_native() for each in row["moments"]}

    def _records(self, person: str) -> list[Any]:
        return [self.town.record(*ref) for ref in self.people()[person]]

    @contextmanager
    def writing(self) -> Iterator[Town]:
        self.clock.now += dt.timedelta(seconds=1)
        self.town.loaded_at = self.clock.now
        with Lease.acquire(self.store, "tests") as lease:
            self.town._lease = lease
            # Whoever has another id since keeps it: by a merge, a split, or the real resolver at an erasure.
            self.town._known |= {
                self.town.record(*ref): EntityId(person)
                for person, refs in self.people().items()
                for ref in refs
            }
            self._people = {}
            yield self.town
            self._people = {}


def askers(classes: Any) -> list[Asker]:
    """Roles that may see contacts, for their purposes, of a party, of none, and of no agency."""
    acting = (
        ("response-officer", "safeguarding-response", False),
        ("safeguarding-practitioner", "safeguarding-response", False),
        ("safeguarding-practitioner", "safeguarding-enquiry", False),
        ("safeguarding-analyst", "safeguarding-response", False),
        ("safeguarding-analyst", "child-protection-enquiry", False),
        ("safeguarding-analyst", "safeguarding-enquiry", True),
    )
    return [
        Asker(role, purpose, agency, classes(role, purpose), full)
        for role, purpose, full in acting
        for agency in ("", "police", "a-charity")
    ]
