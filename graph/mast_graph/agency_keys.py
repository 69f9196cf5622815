"""Public keys of agencies, and the sealed references that are to be sealed to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Final, TypedDict, cast

from mast_graph.key_state import read_keyed
from mast_graph.moments import to_text
from mast_graph.read import Reader, Scope, padded
from mast_graph.store import Store, Transaction
from mast_resolver.errors import UnknownNameError

MOST_REFERENCES: Final = 100
"""Records of one person; more would be a person made of many by mistake."""
_PAGE: Final = 5_000


class AgencyKeyRow(TypedDict):
    """A public key, and since and until when it is used."""

    agency: str
    key: str
    public: bytes
    added_at: dt.datetime
    ended_at: dt.datetime | None


class ReferenceRow(TypedDict):
    """A record, its sealed reference, and the key of its agency where there is one."""

    record: str
    agency: str
    reference: bytes
    public: bytes | None


def put_agency_key(tx: Transaction, agency: str, key: str, public: bytes, *, at: dt.datetime) -> None:
    """Put a public key in force for an agency.

    Raises:
        UnknownNameError: no directory names that agency.
    """
    if not tx.run("write.put_agency_key", id=key, agency=agency, public=public, at=at)[0]["agencies"]:
        raise UnknownNameError(
            f"no agency is called {agency!r}", fix="take its id from directory.yaml, and load that first"
        )


def read_agency_keys(store: Store) -> list[AgencyKeyRow]:
    """Every key there is or was, by agency."""
    return cast("list[AgencyKeyRow]", store.read("read.agency_keys"))


def references_of_contacts(store: Store, contacts: Collection[str]) -> dict[str, bytes]:
    """The sealed reference of each of some contacts: they are found on a walk through all of them.

    Raises:
        GraphUnavailableError: no answer, or none in time.
    """
    found: dict[str, bytes] = {}
    after = ""
    while page := read_keyed(store, "contacts", after=after, limit=_PAGE):
        found.update((row["context"], row["reference"]) for row in page if row["context"] in contacts)
        after = page[-1]["id"]
    return found


async def agency_references(
    store: Reader, scope: Scope, *, people: Sequence[str] = (), records: Sequence[str] = ()
) -> list[ReferenceRow]:
    """References of the records of people, or of records, that the caller may know of."""
    rows = await store.read(
        "read.agency_references",
        people=padded(people),
        records=padded(records),
        as_of=to_text(scope.as_of),
        **scope.sharing(),
        limit=MOST_REFERENCES,
    )
    return cast("list[ReferenceRow]", rows)
