"""Clear rows to batches of encodings: what leaves here holds no name, date, address, number or reference."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from mast_intake.address import ParsedAddress, parse
from mast_intake.address.kinds import PlaceKind
from mast_intake.address_lookup import AddressLookup
from mast_intake.agency_sealing import sealed_to_agency
from mast_intake.contacts import build_contact, contact_id, unite
from mast_intake.drafts import Draft, related
from mast_intake.encode import BETWEEN, Encoder
from mast_intake.gazetteer.areas import Areas
from mast_intake.homes import stay_of
from mast_intake.keys import KeyRing
from mast_intake.lives import life_of
from mast_intake.names import read_name
from mast_intake.persons import PersonEncoder, PersonText
from mast_intake.places import PlaceEncoder
from mast_intake.query_encoding import QueryEncoder
from mast_intake.rows import SourceRow
from mast_intake.sealing import opened, record_id, sealed_record
from mast_intake.search import AddressQuery, PersonQuery
from mast_intake.source import Source
from mast_resolver.records import (
    Batch,
    Contact,
    Encoding,
    Kind,
    Operation,
    Record,
    RecordId,
    Relation,
    Residence,
    Retraction,
)

_REMEMBERED: Final = 200_000
"""Records of a run whose content is remembered, so that an unchanged one is not sent twice."""


class Pseudonymiser:
    """Encodes rows and look-ups under one key ring, by the same code.

    With ``areas`` an address record is stored with the public codes of its coarse areas.

    Example:
        >>> from mast_intake.source import FileFormat, Source
        >>> pseudonymiser = Pseudonymiser(KeyRing({1: bytes(32)}, current=1), lambda: dt.datetime.now(dt.UTC))
        >>> source = Source("visits", "fire", "mast-2026", FileFormat.CSV, ())
        >>> row = SourceRow("visits.csv", 2, "17", {"given_name": "Ann", "address": "14 High St, Walsall"})
        >>> (batch,) = pseudonymiser.batches(source, [row])
        >>> [record.kind.value for record in batch.records], len(batch.residences)
        (['address', 'person'], 1)
    """

    def __init__(
        self, keys: KeyRing, clock: Callable[[], dt.datetime], *, areas: Areas | None = None
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._areas = areas
        # A row may name its record and its contact several times over.
        self._id = lru_cache(maxsize=5_000)(self._new_id)
        encoder = Encoder(keys)
        self._persons = PersonEncoder(encoder)
        self._places = PlaceEncoder(encoder)
        self._queries = QueryEncoder(keys, clock, self._persons, self._places)

    def __repr__(self) -> str:
        return f"Pseudonymiser({self._keys!r})"

    def batches(self, source: Source, rows: Iterable[SourceRow], *, size: int = 1000) -> Iterator[Batch]:
        """What the rows say, ``size`` rows at a time, in the order of the file.

        A record whose content was already sent in this run is not sent again. In one batch a record or
        contact stands once, as its last row says; rows of one contact that follow each other are never
        cut apart.
        """
        run = _Run(self, source)
        last_contact: str | None = None
        for row in rows:
            contact = row.text.get("contact_id")
            following = contact is not None and contact == last_contact
            if (run.draft.rows >= size and not following) or run.turns_back(row):
                yield run.take()
            run.add(row)
            last_contact = contact
        if run.draft.rows:
            yield run.take()

    def record_id(self, agency: str, reference: str, kind: Kind = Kind.PERSON) -> RecordId:
        """Keyed id of a record by its agency's own reference; equal references of two agencies differ.

        Example:
            >>> p = Pseudonymiser(KeyRing({1: bytes(32)}, current=1), lambda: dt.datetime.now(dt.UTC))
            >>> p.record_id("fire", "17") == p.record_id("police", "17")
            False
        """
        return self._id(kind, BETWEEN.join((agency, reference)))

    def open_reference(self, sealed: bytes, context: bytes) -> str:
        """An agency's own reference (``mast clusters``); ``context`` is the id of its record or contact.

        Raises:
            SealBrokenError: another key, another record, or changed bytes.
        """
        return self._keys.open_reference(sealed, context=context)

    def sealed_to_agency(
        self, record: RecordId, sealed: bytes, agency: str, purpose: str, public: bytes
    ) -> str:
        """A stored reference of a record, for the holder of the agency's private key and nobody else.

        Raises:
            SealBrokenError: another key, another record, or changed bytes.
        """
        reference = self._keys.open_reference(sealed, context=record.encode())
        return sealed_to_agency(reference, agency=agency, purpose=purpose, public=public)

    def stored_encoding(self, record: RecordId, sealed: bytes) -> Encoding:
        """The encoding of a stored record, to compare what was typed with.

        Raises:
            SealBrokenError: another key, another record, or changed bytes.
        """
        return opened(self._keys, record, sealed)

    def person_query(self, query: PersonQuery) -> list[Encoding]:
        """Encodings to search for, one for each reading of what was typed.

        Raises:
            SearchTooBroadError: less than the minimum that a search needs.
        """
        return self._queries.person(query)

    def address_query(self, query: AddressQuery) -> AddressLookup:
        """Tokens to look an address up by, stage by stage.

        Raises:
            AddressTooBroadError: it names no single place.
        """
        return self._queries.address(query)

    def _new_id(self, kind: Kind, text: str) -> RecordId:
        return record_id(self._keys, kind, text)

    def person_record(self, source: Source, row: SourceRow, place: ParsedAddress) -> Record:
        """The person of a row as a record."""
        home = place if "address" in row.text or "postcode" in row.text else None
        who, life = person_text(row.text, home), life_of(row.text)
        encoding = self._persons.encode(who, source=source.agency, life=life)
        id_ = self.record_id(source.agency, row.record_id)
        shielded = _shielded(source, row, place, "person")
        return self._record(source, id_, encoding, row.record_id, shielded=shielded)

    def address_record(self, source: Source, row: SourceRow, place: ParsedAddress) -> Record:
        """The address of a row as a record: one for each way an agency writes a place.

        Rows that shield somebody have a record of their own: whether the one of all others is withdrawn must
        not hang on them. A row that is about the place alone makes one too, under the row's reference.
        """
        uprn = row.text.get("uprn", "")
        alone = not row.has_person and not row.has_contact
        if alone:
            id_ = self.record_id(source.agency, row.record_id, Kind.ADDRESS)
        else:
            parts = (source.agency, "written", place.country, place.written, uprn)
            apart = ("shielded",) if _stands_apart(source, row) else ()
            id_ = self._new_id(Kind.ADDRESS, BETWEEN.join((*parts, *apart)))
        encoding = self._places.encode(place, uprn=uprn, source=source.agency)
        shielded = _shielded(source, row, place, "address")
        return self._record(source, id_, encoding, row.record_id if alone else "", shielded=shielded)

    def _record(
        self, source: Source, id_: RecordId, encoding: Encoding, reference: str, *, shielded: bool
    ) -> Record:
        lookup = self._places.stored(encoding) if encoding.kind is Kind.ADDRESS else {}
        if encoding.kind is Kind.ADDRESS and self._areas is not None:
            lookup |= self._areas.of(encoding)
        record = sealed_record(
            self._keys,
            encoding,
            id_=id_,
            agency=source.agency,
            feed=source.feed,
            reference=reference,
            lookup=lookup,
        )
        return replace(record, shielded=shielded)

    def residence(
        self, source: Source, row: SourceRow, person: RecordId, address: RecordId
    ) -> Residence | None:
        """The stay that a row speaks of; None where all that is known of it is that it is over."""
        return stay_of(source, row, person, address, now=self._clock())

    def relation(self, source: Source, row: SourceRow, person: RecordId) -> Relation | None:
        """What a row states that somebody is to its person; their record need not be loaded yet."""
        if (said := related(row)) is None:
            return None
        to = self.record_id(source.agency, said[0])
        return Relation(person, to, said[1], source.feed, source.agreement)

    def retractions(self, source: Source, row: SourceRow) -> tuple[Retraction, ...]:
        """What a row withdraws: its contact when it names one, else its record, of a person or of a place.

        A feed of people has rows of places alone too, and a row that withdraws does not say which it was.
        """
        if "contact_id" in row.text or row.has_contact:
            return (Retraction(contact=contact_id(self._keys, source.agency, row)),)
        return self._of_record(source, row)

    def opposites(self, source: Source, row: SourceRow) -> Iterator[Retraction]:
        """Every retraction that would withdraw something of what a row says."""
        yield from self._of_record(source, row)
        if row.has_contact:
            yield Retraction(contact=contact_id(self._keys, source.agency, row))

    def _of_record(self, source: Source, row: SourceRow) -> tuple[Retraction, ...]:
        return tuple(Retraction(record=self.record_id(source.agency, row.record_id, kind)) for kind in Kind)

    def contact(
        self, source: Source, row: SourceRow, person: RecordId | None, address: RecordId | None
    ) -> Contact:
        """The contact of a row that has one."""
        return build_contact(self._keys, source, row, person=person, address=address)


class _Run:
    """One pass over a feed: the batch in the making, and what was already sent."""

    def __init__(self, pseudonymiser: Pseudonymiser, source: Source) -> None:
        self._pseudonymiser = pseudonymiser
        self._source = source
        self._sent: OrderedDict[RecordId, tuple[str, bool]] = OrderedDict()
        self._people: dict[RecordId, int] = {}
        self._places: dict[tuple[ParsedAddress, str, bool, bool], RecordId] = {}
        self.draft = Draft()

    def take(self) -> Batch:
        draft, self.draft = self.draft, Draft()
        return draft.batch(self._source.feed)

    def turns_back(self, row: SourceRow) -> bool:
        """Whether the batch says the opposite of the row, so that the order within it would count.

        A batch is applied with its retractions last. What is said of other records and contacts may as
        well come before them, with one exception: a contact with an id of its own may hang, in the graph,
        on a record that was withdrawn just before, and is gone with it.
        """
        if row.operation is Operation.RETRACT:
            gone = self._pseudonymiser.retractions(self._source, row)
            return any((each.record or each.contact) in self.draft.spoken_of for each in gone)
        withdrawn = self.draft.retractions
        if not withdrawn:
            return False
        if self.draft.withdraws_a_record and row.has_contact and "contact_id" in row.text:
            return True
        return any(gone in withdrawn for gone in self._pseudonymiser.opposites(self._source, row))

    def add(self, row: SourceRow) -> None:
        self.draft.rows += 1
        if row.operation is Operation.RETRACT:
            for retraction in self._pseudonymiser.retractions(self._source, row):
                self.draft.retractions[retraction] = None
                if retraction.record:
                    self.draft.withdraws_a_record = True
                    self._sent.pop(retraction.record, None)
            return
        place = _home(self._source, row)
        address = self._add_address(row, place)
        person = self._add_person(row, place)
        self.draft.spoken_of.update(filter(None, (address, person)))
        if person:
            relation = self._pseudonymiser.relation(self._source, row, person)
            self.draft.relate(self._source, person, relation)
        if person:
            told = place.names_a_place or place.name or "uprn" in row.text
            home = (
                self._pseudonymiser.residence(self._source, row, person, address)
                if address and told
                else None
            )
            self.draft.house(self._source, row, person, home)
        if row.has_contact and (person or address):
            contact = self._pseudonymiser.contact(self._source, row, person, address)
            earlier = self.draft.contacts.get(contact.id)
            self.draft.contacts[contact.id] = unite(earlier, contact) if earlier else contact
            self.draft.spoken_of.add(contact.id)

    def _add_person(self, row: SourceRow, place: ParsedAddress) -> RecordId | None:
        if not row.has_person:
            return None
        id_ = self._pseudonymiser.record_id(self._source.agency, row.record_id)
        if row.superseded:
            return id_
        # A feed of events repeats its people: encode and seal one only when the rows say something new.
        said = row.content
        if self._people.get(id_) == said and id_ in self._sent:
            self._sent.move_to_end(id_)
            return id_
        if len(self._people) >= _REMEMBERED:
            self._people.clear()
        self._people[id_] = said
        return self._send(self._pseudonymiser.person_record(self._source, row, place))

    def _add_address(self, row: SourceRow, place: ParsedAddress) -> RecordId | None:
        if not row.has_address:
            return None
        uprn = row.text.get("uprn", "")
        if not place.written and not uprn:
            return None
        if not row.has_person and not row.has_contact:
            return self._send(self._pseudonymiser.address_record(self._source, row, place))
        # A household is many rows of one place: encode and seal it once.
        written = (place, uprn, row.shields("address"), row.shields("person"))
        known = self._places.get(written)
        if known is not None and known in self._sent:
            self._sent.move_to_end(known)
            return known
        if len(self._places) >= _REMEMBERED:
            self._places.clear()
        id_ = self._send(self._pseudonymiser.address_record(self._source, row, place))
        self._places[written] = id_
        return id_

    def _send(self, record: Record) -> RecordId:
        sent = self._sent.get(record.id)
        if sent is not None and record.kind is Kind.ADDRESS and sent[1]:
            # Rows share a place, and one that does not shield it does not take the shield away.
            record = replace(record, shielded=True)
        if sent == (record.content, record.shielded):
            self._sent.move_to_end(record.id)
            return record.id
        self._sent[record.id] = (record.content, record.shielded)
        if len(self._sent) > _REMEMBERED:
            self._sent.popitem(last=False)
        self.draft.records.pop(record.id, None)
        self.draft.records[record.id] = record
        return record.id


def _shielded(source: Source, row: SourceRow, place: ParsedAddress, what: str) -> bool:
    """Whether the feed, the row or the kind of place says so; who is at a refuge is shielded as it is."""
    return source.shielded or row.shields(what) or place.kind is PlaceKind.REFUGE


def _stands_apart(source: Source, row: SourceRow) -> bool:
    """Whether other rows of the same place may shield nobody; whoever writes of a refuge shields it."""
    return source.shielded or row.shields("person") or row.shields("address")


def _home(source: Source, row: SourceRow) -> ParsedAddress:
    country = row.text.get("country", source.country)
    return parse(row.text.get("address", ""), row.text.get("postcode", ""), country)


def person_text(text: Mapping[str, str], home: ParsedAddress | None) -> PersonText:
    """Canonical clear fields of a person from canonical row values."""
    name = read_name(text.get("given_name", ""), text.get("middle_name", ""), text.get("family_name", ""))
    return PersonText(
        name=name,
        birth=text.get("date_of_birth", ""),
        sex=text.get("sex", ""),
        nhs_number=text.get("nhs_number", ""),
        national_id=text.get("national_id", ""),
        phone=text.get("phone", ""),
        email=text.get("email", ""),
        uprn=text.get("uprn", ""),
        home=home,
    )
