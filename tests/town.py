"""A small town in the real graph, by the real intake and loader, and the service over it on HTTP."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import uvicorn

from mast_api.app import create_app, server_config
from mast_api.development import DevelopmentIssuer
from mast_api.ports import Found, Services, Shortlist
from mast_graph.agreement import Agreement, Term
from mast_graph.directory import Agency, Team, write_directory
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.people import write_changes
from mast_graph.state import read_pending
from mast_graph.store import Store
from mast_intake.address import parse
from mast_intake.gazetteer.property import Property
from mast_intake.gazetteer.records import FEED as GAZETTEER_FEED
from mast_intake.gazetteer.records import GazetteerEncoder
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.rows import SourceRow
from mast_intake.search import AddressQuery
from mast_intake.source import FileFormat, Source
from mast_resolver.ports import Cause, Changes, Superseded
from mast_resolver.records import Batch, Encoding, EntityId, Kind, MatchWeight, RecordId, Retraction
from mast_resolver.vocabulary import vocabulary

NOW = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
LOADED = NOW - dt.timedelta(days=1)
AGENCIES = ("police", "fire", "housing", "council-children", "nhs")
GATEWAY = "Crime and Disorder Act 1998 s115"
AGREEMENT = Agreement(
    id="mash-2026",
    name="MASH agreement",
    parties=AGENCIES,
    purposes=("safeguarding-response", "safeguarding-enquiry"),
    terms=tuple(Term(name, GATEWAY) for name in vocabulary().data_classes),
    review_by=dt.date(2030, 1, 1),
)
Ask = Callable[..., httpx.Response]


def ago(days: float) -> dt.datetime:
    """A moment that many days before the clock of these tests."""
    return NOW - dt.timedelta(days=days)


class Town:
    """Who lives where and what happened, row by row as agencies say it; resolved as the test says."""

    def __init__(self, store: Store, lease: Lease) -> None:
        self.store = store
        self.keys = KeyRing({1: bytes(range(32))}, current=1)
        self.pseudonymiser = Pseudonymiser(self.keys, lambda: LOADED)
        self.loaded_at = LOADED
        self._lease = lease
        self._loads = itertools.count()
        self._homes = itertools.count()
        self._known: dict[RecordId, EntityId] = {}
        store.write(self._directory)

    def says(
        self,
        agency: str,
        reference: str,
        *,
        person: str | None = None,
        place: str | None = None,
        lives: tuple[dt.datetime, dt.datetime | None] | None = None,
        contact: str | None = None,
        at: dt.datetime | None = None,
        closed: dt.datetime | None = None,
        agreement: str = "mash-2026",
        **text: str,
    ) -> None:
        """One row of an agency's file: whom it is about, where, and a contact."""
        fields = dict(text)
        if person:
            given, _, family = person.partition(" ")
            fields |= {"given_name": given, "family_name": family}
        if place:
            fields["address"] = place
        moments = {}
        if lives:
            moments["valid_from"] = lives[0]
            if lives[1]:
                moments["valid_to"] = lives[1]
        if contact:
            fields["contact_type"] = contact
            moments["contact_at"] = at or ago(10)
            if closed:
                moments["contact_closed_at"] = closed
        source = Source("feed", agency, agreement, FileFormat.CSV, ())
        row = SourceRow("feed.csv", 2, reference, fields, moments)
        loader = Loader(self.store, self._lease, lambda: self.loaded_at)
        load = loader.begin(source.feed, f"hash-{next(self._loads)}")
        assert load is not None
        for batch in self.pseudonymiser.batches(source, [row]):
            loader.finish(load, loader.load(load, batch))

    def lists(self, uprn: str, line: str, parent: str = "") -> None:
        """One property of a gazetteer, the postcode last in its line."""
        place = parse(line[:-9].rstrip(", "), line[-8:].replace(" ", ""))
        loader = Loader(self.store, self._lease, lambda: self.loaded_at)
        load = loader.begin(GAZETTEER_FEED, f"hash-{next(self._loads)}")
        assert load is not None
        for batch in GazetteerEncoder(self.keys).batches([Property(uprn, place, parent=parent)]):
            loader.finish(load, loader.load(load, batch))

    def retract(self, agency: str, reference: str) -> None:
        """The agency withdraws a person's record."""
        loader = Loader(self.store, self._lease, lambda: self.loaded_at)
        load = loader.begin("feed", f"hash-{next(self._loads)}")
        assert load is not None
        gone = Batch(retractions=(Retraction(record=self.record(agency, reference)),))
        loader.finish(load, loader.load(load, gone))

    def resolve(self, people: Mapping[str, Sequence[tuple[str, str]]] | None = None) -> None:
        """Give every address record of one place one ``A-`` and every named person one ``P-``.

        ``people`` maps a name of an entity to (agency, reference) of its records; any other record is a
        person of its own.
        """
        for kind in (Kind.ADDRESS, Kind.PERSON):
            pending = list(read_pending(self.store, kind))
            named = {
                self.pseudonymiser.record_id(agency, reference): EntityId(f"P-{name}")
                for name, records in (people or {}).items()
                for agency, reference in records
            }
            places = self._places() if kind is Kind.ADDRESS else {}
            assigned = [
                (
                    record.id,
                    places.get(record.id)
                    or named.get(record.id)
                    or self._known.get(record.id)
                    or EntityId(f"P-{record.id[:9]}"),
                )
                for record in pending
            ]
            created = tuple(dict.fromkeys(e for _, e in assigned if e not in self._known.values()))
            self._known |= dict(assigned)
            changes = Changes(assigned=tuple(assigned), created=created)
            self._write(changes, kind, settled=pending)

    def supersede(self, kind: Kind, old: str, *new: str, moved: Mapping[RecordId, str] | None = None) -> None:
        """An entity id goes out of use; its records move as told."""
        assigned = tuple((record, EntityId(entity)) for record, entity in (moved or {}).items())
        created = tuple(EntityId(entity) for entity in new if EntityId(entity) not in self._known.values())
        gone = Superseded(EntityId(old), tuple(EntityId(entity) for entity in new), Cause.SPLIT)
        self._write(Changes(assigned=assigned, created=created, superseded=(gone,)), kind)

    def record(self, agency: str, reference: str) -> RecordId:
        """The id of a person's record."""
        return self.pseudonymiser.record_id(agency, reference)

    def entity(self, agency: str, reference: str) -> str:
        """The person that a record resolved to."""
        return self._known[self.record(agency, reference)]

    def records_of(self, entity: str) -> list[RecordId]:
        """The records that resolved to an entity."""
        return [record for record, known in self._known.items() if known == entity]

    def address(self, line: str) -> str:
        """The id that :meth:`resolve` gives an address."""
        tokens = self.pseudonymiser.address_query(AddressQuery(line=line, country="GB")).tokens
        return f"A-{tokens['place'][:10]}"

    def _write(self, changes: Changes, kind: Kind, settled: Sequence[Any] = ()) -> None:
        self._lease.write(
            lambda tx, tick: write_changes(
                tx,
                changes,
                kind,
                tick=tick,
                settled=settled,
                at=self.loaded_at,
                model_version="test",
                new_household=lambda: EntityId(f"H-{next(self._homes)}"),
            )
        )

    def _places(self) -> dict[RecordId, EntityId]:
        """By what the records say, so that two towns name one place alike."""
        found: dict[RecordId, EntityId] = {}
        for skip in itertools.count(step=1_000):
            page = self.store.read("read.check_nodes", skip=skip, limit=1_000)
            for row in page:
                if row["labels"] == ["AddressRecord"]:
                    said = row["properties"]
                    found[said["id"]] = EntityId("A-" + str(said.get("place", said.get("written")))[:10])
            if len(page) < 1_000:
                break
        return found

    def _directory(self, tx: Any) -> None:
        write_directory(
            tx,
            at=LOADED,
            agencies=[Agency(each, each.title(), "kind", f"{each}-duty") for each in AGENCIES],
            teams=[
                Team(f"{each}-duty", each, f"{each} duty desk", "01922 555 0100", "24 hours")
                for each in AGENCIES
            ]
            + [Team("mash", "council-children", "MASH", "01922 555 0199", "9 to 5")],
            agreements=[AGREEMENT],
        )


@dataclass
class People:
    """A search index as the wiring gives one, with the answers a test wants."""

    found: list[Found] = field(default_factory=list)
    ready: bool = True
    asked: list[Sequence[Encoding]] = field(default_factory=list)
    hidden_too: bool = False

    def search(self, encodings: Sequence[Encoding], limit: int, *, hidden_too: bool = False) -> Shortlist:
        self.asked.append(encodings)
        self.hidden_too = hidden_too
        return Shortlist(self.found[:limit], more=len(self.found) > limit)

    def will_find(self, *people: str) -> None:
        """Answer with these people, the first most likely."""
        self.found = [
            Found(
                EntityId(person),
                MatchWeight(20_000 - 1_000 * place),
                agrees=("The family names are alike.",),
                differs=("The dates of birth differ.",),
            )
            for place, person in enumerate(people)
        ]


class Service:
    """The service on a free port, and somebody to ask it."""

    def __init__(self, services: Services, issuer: DevelopmentIssuer, *, wait: bool = True) -> None:
        self._wait = wait
        self.services = services
        self.issuer = issuer
        app = create_app(services)
        self.server = uvicorn.Server(server_config(app, services.settings, services.limits))
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._client = httpx.Client(timeout=30)

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self.server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self.server.started, "the service did not start"
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        while self._wait and self.get("/ready").status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.02)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._client.close()
        self.server.should_exit = True
        self._thread.join()

    def token(self, role: str = "response-officer", purpose: str | None = "safeguarding-response") -> str:
        return self.issuer.issue(role, purpose, minutes=15, subject="officer-7")

    def post(self, body: object, **headers: str) -> httpx.Response:
        """Send any body, with a valid token unless the headers say otherwise."""
        headers = {"Authorization": f"Bearer {self.token()}"} | headers
        if isinstance(body, bytes):
            return self._client.post(
                f"{self.url}/graphql",
                content=body,
                headers={"Content-Type": "application/json"} | headers,
            )
        return self._client.post(f"{self.url}/graphql", json=body, headers=headers)

    def audited(self) -> list[dict[str, Any]]:
        """The audit log."""
        path = self.services.settings.data / "audit.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()]

    def get(self, path: str) -> httpx.Response:
        return self._client.get(self.url + path)

    def request(self, method: str, path: str, **headers: str) -> httpx.Response:
        """Any method, with a valid token."""
        headers = {"Authorization": f"Bearer {self.token()}"} | headers
        return self._client.request(method, self.url + path, headers=headers)

    def ask(
        self,
        query: str,
        *,
        role: str = "response-officer",
        purpose: str | None = "safeguarding-response",
        **variables: Any,
    ) -> httpx.Response:
        """Ask in a role."""
        token = self.token(role, purpose)
        return self.post({"query": query, "variables": variables}, Authorization=f"Bearer {token}")

    def answer(self, query: str, **variables: Any) -> Any:
        """The one root field of an answer that must succeed; ``role`` and ``purpose`` as in :meth:`ask`."""
        response = self.ask(query, **variables)
        assert response.status_code == 200, response.text
        (value,) = response.json()["data"].values()
        return value
