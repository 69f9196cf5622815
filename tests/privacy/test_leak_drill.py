"""What somebody with one thing of ours can and cannot learn: docs/leak-drill.md, line by line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from mast_api.audit.keys import Sealer
from mast_api.keys.rewriting import Rewriter
from mast_intake.agency_sealing import opened_by_agency, sealed_to_agency
from mast_intake.key_file import Secrets
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.rows import SourceRow
from mast_intake.search import AddressQuery, PersonQuery
from mast_intake.source import FileFormat, Source
from mast_resolver.errors import KeyVersionError, SealBrokenError
from mast_resolver.records import Batch, Encoding, Kind, Record

HOME: Final = "14 High Street, Walsall WS1 1AA"
AT: Final = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)
FIRST: Final = Secrets(bytes(range(32)), bytes(range(40, 72)), root=True)
SECOND: Final = Secrets(bytes(range(80, 112)), bytes(range(120, 152)))
IDS: Final = bytes(range(160, 192))
NOTHING_KNOWN: Final = Secrets(bytes(range(200, 232)), bytes(range(210, 242)), root=True)
"""What an attacker draws in the place of a secret that they do not have."""
OURS: Final = KeyRing({1: FIRST}, current=1, ids=IDS)
ROTATED: Final = KeyRing({1: FIRST, 2: SECOND}, current=2, ids=IDS)
RETIRED: Final = KeyRing({1: Secrets(FIRST.encoding, None, root=True), 2: SECOND}, current=2, ids=IDS)
NO_KEY: Final = KeyRing({1: NOTHING_KNOWN}, current=1)


@dataclass(frozen=True)
class Stored:
    """What the database has of one row, as it is stored."""

    person: Record
    address: Record
    batch: Batch


def clock() -> dt.datetime:
    return AT


def stored(keys: KeyRing) -> Stored:
    source = Source("visits", "fire", "mash-2026", FileFormat.CSV, ())
    said = {"given_name": "Ruth", "family_name": "Ames", "date_of_birth": "1983-08-06", "address": HOME}
    row = SourceRow(
        "visits.csv", 2, "case 17", said | {"contact_type": "SAFE_AND_WELL_VISIT"}, {"contact_at": AT}
    )
    (batch,) = Pseudonymiser(keys, clock).batches(source, [row])
    records = {record.kind: record for record in batch.records}
    return Stored(records[Kind.PERSON], records[Kind.ADDRESS], batch)


def after_rotation(record: Record) -> Record:
    """The record as the job rewrites it."""
    row: dict[str, Any] = {
        "id": record.id,
        "context": record.id,
        "reference": record.reference,
        "current": "v",
        "content": record.content,
        "lookup": dict(record.lookup),
        "versions": [{"node": "n", "id": "v", "sealed": record.sealed}],
    }
    kind = "person_records" if record.kind is Kind.PERSON else "address_records"
    (new,) = Rewriter(ROTATED).rewritten(kind, [row])
    return Record(
        record.id,
        record.kind,
        record.agency,
        record.feed,
        new["content"],
        new["versions"][0]["sealed"],
        new["reference"],
        2,
        new["lookup"],
    )


def confirms_ids(keys: KeyRing, found: Stored) -> bool:
    """Whether a right guess of an agency's reference is confirmed by the id of a record."""
    return Pseudonymiser(keys, clock).record_id("fire", "case 17") == found.person.id


def confirms_written(keys: KeyRing, record: Record) -> bool:
    """Whether a right guess of an address as the agency writes it is confirmed by the id of its record."""
    return stored(keys).address.id == record.id


def confirms_tokens(keys: KeyRing, record: Record) -> bool:
    """Whether a right guess of an address is confirmed by a token that it is looked up by."""
    guessed = Pseudonymiser(keys, clock).address_query(AddressQuery(HOME)).tokens
    return any(record.lookup.get(name) == token for name, token in guessed.items())


def confirms_content(keys: KeyRing, record: Record) -> bool:
    """Whether a right guess of all that a record says is confirmed by its keyed hash."""
    return stored(keys).person.content == record.content


def confirms_opened(keys: KeyRing, encoding: Encoding) -> bool:
    """Whether a right guess of a name and date of birth is confirmed by an encoding that was opened."""
    query = PersonQuery("Ruth", "Ames", date_of_birth=dt.date(1983, 8, 6))
    guessed = Pseudonymiser(keys, clock).person_query(query)[0]
    return guessed.tokens["family_name"] == encoding.tokens["family_name"]


def opens(keys: KeyRing, record: Record) -> bool:
    """Whether the reference and the encoding of a record can be opened."""
    context = record.id.encode()
    try:
        keys.open(record.sealed, context=context)
        return keys.open_reference(record.reference, context=context) == "case 17"
    except (SealBrokenError, KeyVersionError):
        return False


def test_the_database_alone_confirms_no_guess_and_opens_nothing() -> None:
    found = stored(OURS)
    assert not opens(NO_KEY, found.person)
    assert not confirms_ids(NO_KEY, found)
    assert not confirms_written(NO_KEY, found.address)
    assert not confirms_tokens(NO_KEY, found.address)
    assert not confirms_content(NO_KEY, found.person)


def test_the_database_alone_tells_what_happened_when_and_to_whose_record() -> None:
    found = stored(OURS)
    (contact,) = found.batch.contacts
    assert (contact.type, contact.at, contact.agency) == ("SAFE_AND_WELL_VISIT", AT, "fire")
    assert {touch.record for touch in contact.touches} <= {found.person.id, found.address.id}
    assert [stay.between for stay in found.batch.residences] == [(found.person.id, found.address.id)]


def test_the_whole_key_file_opens_everything_and_confirms_every_guess() -> None:
    found = stored(OURS)
    assert opens(OURS, found.person)
    assert confirms_ids(OURS, found)
    assert confirms_tokens(OURS, found.address)
    assert confirms_content(OURS, found.person)


def test_the_encoding_secret_alone_confirms_addresses_and_opens_nothing() -> None:
    half = Secrets(FIRST.encoding, NOTHING_KNOWN.sealing, root=True)
    theirs = KeyRing({1: half}, current=1, ids=NOTHING_KNOWN.encoding)
    found = stored(OURS)
    assert confirms_tokens(theirs, found.address)
    assert not opens(theirs, found.person)
    assert not confirms_ids(theirs, found)
    assert not confirms_written(theirs, found.address)


def test_the_sealing_secret_alone_opens_references_and_encodings_and_confirms_no_guess() -> None:
    half = Secrets(NOTHING_KNOWN.encoding, FIRST.sealing, root=True)
    theirs = KeyRing({1: half}, current=1, ids=NOTHING_KNOWN.encoding)
    found = stored(OURS)
    assert opens(theirs, found.person)
    encoding = Encoding.unpack(theirs.open(found.person.sealed, context=found.person.id.encode()))
    assert not confirms_opened(theirs, encoding)
    assert confirms_opened(OURS, encoding)
    assert not confirms_tokens(theirs, found.address)
    assert not confirms_ids(theirs, found)


def test_the_secret_of_ids_alone_confirms_references_and_addresses_as_written() -> None:
    theirs = KeyRing({1: NOTHING_KNOWN}, current=1, ids=IDS)
    found = stored(OURS)
    assert confirms_ids(theirs, found)
    assert confirms_written(theirs, found.address)
    assert not opens(theirs, found.person)
    assert not confirms_tokens(theirs, found.address)


def test_after_a_rotation_the_old_key_file_opens_nothing_and_tests_no_token_but_still_ids() -> None:
    found = stored(OURS)
    person, address = after_rotation(found.person), after_rotation(found.address)
    assert not opens(OURS, person)
    assert not confirms_tokens(OURS, address)
    assert not confirms_content(OURS, person)
    # What no rotation takes away, as ADR 0026 says: ids stay, and so does what can be asked of them.
    assert confirms_ids(OURS, Stored(person, address, found.batch))
    assert confirms_written(OURS, address)
    # And whoever has the new file has everything, by guesses as well.
    assert opens(ROTATED, person)
    assert confirms_tokens(ROTATED, address)


def test_after_it_was_retired_the_new_key_file_opens_no_backup_of_before_but_tests_its_tokens() -> None:
    backup = stored(OURS)
    assert opens(ROTATED, backup.person)
    assert not opens(RETIRED, backup.person)
    assert confirms_tokens(RETIRED.at(1), backup.address)


def test_a_rotation_is_what_new_rows_are_encoded_to() -> None:
    """What the drill says of wrapped records holds for those loaded afterwards: they are the same."""
    before, anew = stored(OURS), stored(ROTATED)
    person, address = after_rotation(before.person), after_rotation(before.address)
    assert (person.content, address.lookup) == (anew.person.content, anew.address.lookup)


@pytest.mark.parametrize("value", ["Ruth", "Ames", "1983-08-06", "High Street", "WS1", "case 17"])
def test_no_clear_value_is_in_what_is_stored(value: str) -> None:
    assert value.lower() not in repr(stored(OURS)).lower()


def test_the_private_key_of_an_agency_opens_what_was_sealed_to_it_and_nothing_stored() -> None:
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    sealed = sealed_to_agency("case 17", agency="fire", purpose="safeguarding-enquiry", public=public)
    assert opened_by_agency(private, sealed).reference == "case 17"
    found = stored(OURS)
    for value in (found.person.sealed, found.person.reference):
        with pytest.raises(SealBrokenError):
            opened_by_agency(private, value.hex())


def test_the_key_of_the_audit_log_only_signs() -> None:
    key = Ed25519PrivateKey.generate()
    sealer = Sealer(1, key)
    theirs = KeyRing({1: key.private_bytes_raw()}, current=1)
    assert len(sealer.sign(b"entry")) == 128
    assert not opens(theirs, stored(OURS).person)
    assert not confirms_ids(theirs, stored(OURS))
