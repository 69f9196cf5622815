"""Types that travel between packages: records as encodings, contacts, weights. No clear text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import starmap
from typing import Final, NamedTuple, NewType

import msgpack

RecordId = NewType("RecordId", str)
"""Keyed id of one person or address as one agency knows them: ``r`` + 32 hexadecimal digits."""

EntityId = NewType("EntityId", str)
"""Id of a resolved person (``P-``), address (``A-``) or household (``H-``); never reused."""

MatchWeight = NewType("MatchWeight", int)
"""Thousandths of a bit, log2 of the odds: 0 is even, +1000 doubles them. Whole numbers, so sums do not
depend on their order."""

Token = NewType("Token", bytes)
"""Eight bytes of a keyed HMAC over one canonical value (or a composite of several)."""

TOKEN_BYTES: Final = 8
BLOOM_BYTES: Final = 128
"""1,024 bits a field: sixteen 64-bit words, so numpy compares them without padding."""

FOREVER: Final = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
"""End of an interval that has not ended; intervals are half-open."""


class Kind(StrEnum):
    """What a record is about."""

    PERSON = "person"
    ADDRESS = "address"


PERSON_TOKENS: Final = (
    "given_name",  # the given name as written, canonical form
    "given_canonical",  # nickname folded: Bill, Will, William are one
    "given_full",  # what it is as a name given in full: of Bill nothing, Jack is Jack and not John
    "given_joined",  # all given names in one word: where they stand as the family name, they are all there
    "given_initial",
    "middle_name",
    "middle_initial",
    "family_name",  # same salt as given_name, so that a swap can be seen
    "which",  # of those called alike: Snr, Jnr, III; the first or the second twin without a name
    "date_of_birth",
    "dob_swapped",  # day and month exchanged, where that is a date; same salt as date_of_birth
    "birth_year",
    "birth_month_day",
    "sex",
    "nhs_number",
    "national_id",
    "phone",
    "email",
    "postcode",
    "outward",  # outward half of a UK postcode, or the five digits of a US one
    "premise",  # whole address down to the flat, with postcode
    "street_premise",  # the same without postcode
    "uprn",
)
PERSON_BLOOMS: Final = (
    "given_name",
    "family_name",  # same salt as given_name
    "date_of_birth",
    "national_id",
    "postcode",
    "address",  # words of the whole address line
)
ADDRESS_TOKENS: Final = (
    "place",  # unit, number or name, street, postcode
    "street_place",  # the same without postcode
    "postcode_place",  # unit, number or name, postcode: the street is not needed
    "building",  # as `place`, without the unit
    "postcode_building",  # as `postcode_place`, without the unit
    "street_building",  # as `street_place`, without the unit
    "area_building",  # number or name, street, words of locality and town: where there is no postcode
    "local_building",  # the same with the locality alone, where the town is known beside it
    "building_start",  # of a unit only: number and how the street begins, as a building has it
    "building_end",  # the same by how the street ends
    "unit",
    "floor",  # of a unit that is known by more than that, where it is surely one storey
    "number",
    "name",  # of the house or building
    "name_type",  # the building word that the name ends in
    "side",  # north, upper ... in the street
    "communal",  # one value: a hostel, a prison, a care home ... and no flat in it
    "street",
    "street_type",
    "area",  # words of locality and town
    "postcode",
    "sector",  # the postcode without its last two letters
    "outward",
    "uprn",
    "written",  # the whole line as written, canonical: the last resort, exact only
    "unparsed",  # the same, of a line that was not taken apart: a foreign one, say
    "parent_uprn",  # of a gazetteer's record: the number of the property that it is a part of
)
GAZETTEER: Final = "gazetteer"
"""The reserved agency under which the properties of a gazetteer are kept: it is none of an answer, and has no
contacts. An address holds the records of at most one property."""
AREA_CODES: Final = ("lsoa", "ward")
"""Public codes of coarse areas, kept in clear beside what an address record says, for research."""
ADDRESS_NEAR: Final = ("street_start", "street_end")
"""Blocking keys of an address that are stored for look-up too: what may have been meant by another."""
ADDRESS_WHOLE: Final = ("building_start", "building_end", "postcode_building")
"""Tokens of units by which they are found where their building is asked for and is not known itself."""
ADDRESS_LETTERED: Final = ("lettered_start", "lettered_end", "lettered_postcode")
"""Tokens by which what an address with a letter may be known as is found: 12A as Flat A, 12. Not stored."""
ADDRESS_BLOOMS: Final = (
    "street",  # without its type
    "name",  # without its building word
    "area",  # locality and town
    "postcode",
    "address",  # every word but numbers and units, wherever street, building and locality begin
)


class BlockingKey(NamedTuple):
    """One reason to compare a record with others: the rule's name and its keyed value.

    A tuple, as a record has a dozen of them and a feed a hundred thousand records.
    """

    rule: str
    token: Token


class Life(NamedTuple):
    """What an agency states of its person's death, and when it last had them in front of it.

    Months only (twelve times the year, and the month from 0 on), the coarsest that tells one from the other
    for sure: ``died`` is the last in which the death may lie, ``alive`` the first in which they may have been
    seen. 0 is not said.
    """

    died: int = 0
    alive: int = 0


@dataclass(frozen=True, slots=True)
class Encoding:
    """Everything that may be compared about one record; a field not present is missing, not empty.

    ``source`` is the agency that said so, in clear: what it is worth that two agencies' records agree is
    learnt pair by pair of agencies. A search has none. ``life`` weighs nothing: it can only keep apart.

    Example:
        >>> e = Encoding(Kind.PERSON, {"sex": Token(b"12345678")}, {}, ())
        >>> Encoding.unpack(e.pack()) == e
        True
    """

    kind: Kind
    tokens: Mapping[str, Token]
    blooms: Mapping[str, bytes]
    keys: tuple[BlockingKey, ...]
    source: str = ""
    life: Life | None = None

    def pack(self) -> bytes:
        """The same bytes for the same encoding, whatever the order its fields were set in."""
        return bytes(
            msgpack.packb(
                (
                    self.kind.value,
                    sorted(self.tokens.items()),
                    sorted(self.blooms.items()),
                    sorted(self.keys),
                    self.source,
                    # Of most nothing is said: those stay what they were before there was such a thing.
                    *((self.life,) if self.life else ()),
                )
            )
        )

    @classmethod
    def unpack(cls, packed: bytes) -> Encoding:
        """Inverse of :meth:`pack`."""
        kind, tokens, blooms, keys, source, *lives = msgpack.unpackb(packed)
        return cls(
            Kind(kind),
            dict(tokens),
            dict(blooms),
            tuple(starmap(BlockingKey, keys)),
            source,
            *starmap(Life, lives),
        )


class Operation(StrEnum):
    """What a row of a feed does."""

    UPSERT = "upsert"
    RETRACT = "retract"


@dataclass(frozen=True, slots=True)
class Record:
    """One version of a person or address as one agency knows them, ready for the graph.

    ``content`` is a keyed hash of everything in the version: equal content means nothing changed.
    ``sealed`` is the packed encoding, ``reference`` the agency's own record id, both encrypted.
    ``lookup`` holds the few exact composite tokens by which an address may be found in the graph
    (hexadecimal; empty for people, who are searched in memory). ``shielded`` says that the feed wants the
    person or the place never to be found; it is no part of ``content``, for it may change alone.
    """

    id: RecordId
    kind: Kind
    agency: str
    feed: str
    content: str
    sealed: bytes
    reference: bytes
    key_version: int
    lookup: Mapping[str, str] = field(default_factory=dict)
    shielded: bool = False


@dataclass(frozen=True, slots=True)
class Residence:
    """A person's record at an address record; half-open, and marked when the start was inferred.

    ``seen_at`` is the latest moment at which the agency said so, for a stay that is over perhaps after its
    end: an open-ended stay that nobody confirmed since is presumed over once the person is known to live
    elsewhere. ``lapsed`` says that its ``feed`` states it no longer: its end was concluded from that.
    """

    person: RecordId
    address: RecordId
    valid_from: dt.datetime
    seen_at: dt.datetime
    valid_to: dt.datetime = FOREVER
    inferred: bool = False
    feed: str = ""
    lapsed: bool = False

    @property
    def between(self) -> tuple[RecordId, RecordId]:
        """Both records that it is of."""
        return (self.person, self.address)


class Move(NamedTuple):
    """What a row of a delta says of the home of a record's person: all that its feed says of it from now on.

    Without a ``home`` they have none that can be told, since the moment ``since`` where the row says one.
    Where ``earlier`` is set it replaces only homes that began before it: it is of an event, not of today.
    """

    person: RecordId
    feed: str
    home: Residence | None
    since: dt.datetime | None = None
    earlier: bool = False


class Status(StrEnum):
    """Whether an episode is still going on."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Contact:
    """One version of one event or episode. ``id`` is keyed; ``content`` as in :class:`Record`."""

    id: str
    content: str
    agency: str
    feed: str
    agreement: str
    type: str
    at: dt.datetime
    closed_at: dt.datetime | None
    status: Status
    category: str | None
    severity: int
    team: str | None
    data_class: str
    reference: bytes
    touches: tuple[Touch, ...]


@dataclass(frozen=True, slots=True)
class Touch:
    """A contact edge: which record the contact touched, and in what role (subject, caller, place)."""

    record: RecordId
    role: str


class Relation(NamedTuple):
    """What an agency states on one person's record about another: ``to`` is that person's ``kind``.

    ``to`` is the id of a record that may not be loaded. A tuple, for a snapshot remembers all of its own.
    """

    person: RecordId
    to: RecordId
    kind: str
    feed: str
    agreement: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What a run of rows of one feed says, in the order of the file; loaded within one transaction.

    A ``Retraction`` names a record or contact that the feed says is gone. ``restated`` are records and
    feeds: ``relations`` holds all that the feed states on the record from now on; of others they are added.
    ``moves`` does so for homes, in the order of the file, and ``residences`` holds the homes of no move.
    """

    records: tuple[Record, ...] = ()
    residences: tuple[Residence, ...] = ()
    contacts: tuple[Contact, ...] = ()
    retractions: tuple[Retraction, ...] = ()
    relations: tuple[Relation, ...] = ()
    restated: tuple[tuple[RecordId, str], ...] = ()
    moves: tuple[Move, ...] = ()

    def __len__(self) -> int:
        said = (self.records, self.residences, self.contacts, self.retractions, self.relations, self.restated)
        return sum(map(len, said)) + len(self.moves)

    @property
    def homes(self) -> tuple[Residence, ...]:
        """All homes that it states."""
        moved = tuple(move.home for move in self.moves if move.home is not None) if self.moves else ()
        return self.residences + moved


@dataclass(frozen=True, slots=True)
class Retraction:
    """A record or a contact that its agency withdrew. Exactly one of the two is set."""

    record: RecordId | None = None
    contact: str | None = None
