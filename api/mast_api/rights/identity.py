"""The identity that somebody presents: from standard input or an owner-only file, held in memory only."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Protocol

from mast_api.audit.trail import IDENTITY_FOUND, IDENTITY_SOUGHT
from mast_api.live import LiveResolver
from mast_api.models import model_in_force
from mast_api.people_search import PeopleSearch
from mast_api.ports import Found
from mast_api.sought import sought
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.search import PersonQuery
from mast_resolver.errors import IdentityError, UnknownRecordError
from mast_resolver.records import EntityId, Kind

MOST_BYTES = 20_000
LIMIT = 10
_FIELDS = frozenset(each.name for each in fields(PersonQuery)) - {"age", "age_tolerance", "aliases"}
_FIX = 'give one JSON object, such as {"given_name": ..., "family_name": ..., "date_of_birth": "1983-08-06"}'


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who may be meant, by id and why, the likeliest first: no value of the identity."""

    found: tuple[Found, ...]

    def confirmed(self, person: str) -> EntityId:
        """The one who is meant, as somebody confirms.

        Raises:
            UnknownRecordError: it is none of them.
        """
        for each in self.found:
            if each.person == person:
                return each.person
        raise UnknownRecordError(
            "the person confirmed is not one of those whom this identity may mean",
            fix="leave out --confirm to see who may be meant",
        )


def read_identity(path: Path) -> PersonQuery:
    """The identity in a file that only its owner may read, or on standard input (``-``).

    Raises:
        IdentityError: it may be read by others, or is not one JSON object of our fields. No value is named.
    """
    return _parse(read_clear_text(path, MOST_BYTES, fix=_FIX))


def read_clear_text(path: Path, most: int, *, fix: str) -> str:
    """What is in a file of people's clear values, or on standard input (``-``); up to one over ``most``.

    Raises:
        IdentityError: it may be read by others than its owner, or is no readable text.
    """
    if str(path) == "-":
        return sys.stdin.read(most + 1)
    try:
        with path.open(encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise IdentityError(
                    "the file may be read by others than its owner", fix="chmod 600, or use standard input"
                )
            return file.read(most + 1)
    except (OSError, UnicodeDecodeError):
        raise IdentityError("there is no readable file of that name", fix=fix) from None


def _parse(text: str) -> PersonQuery:
    said: Any = None
    if len(text) <= MOST_BYTES:
        try:
            said = json.loads(text)
        except ValueError:
            said = None
    if not isinstance(said, dict) or not all(isinstance(each, str) for each in said.values()):
        raise IdentityError("the identity is not one JSON object of texts", fix=_FIX)
    if not said.keys() <= _FIELDS:
        raise IdentityError("the identity has a field that is none of ours", fix=", ".join(sorted(_FIELDS)))
    birth = said.pop("date_of_birth", "")
    try:
        day = dt.date.fromisoformat(birth) if birth else None
    except ValueError:
        raise IdentityError("the date of birth is no date", fix="write it as 1983-08-06") from None
    return PersonQuery(date_of_birth=day, **said)


class Note(Protocol):
    """Has it on record, durably, what was done for whom: an event, and what it says in tokens and ids."""

    def __call__(self, event: str, said: Mapping[str, Any], /) -> None: ...


def candidates(
    store: Store, keys: KeyRing, data: Path, look_up: Pseudonymiser, query: PersonQuery, note: Note
) -> Candidates:
    """Who may be meant, the shielded included: the right is theirs too.

    That somebody looks, and by which keyed tokens, is on record before anybody is read; who is found, before
    anybody is told.

    Raises:
        SearchTooBroadError: too little is given.
        LeaseHeldError: another writer is at work, so that nothing can be noted.
    """
    encodings = look_up.person_query(query)
    note(IDENTITY_SOUGHT, {"sought": sought(encodings)})
    live = LiveResolver(store, keys, model_in_force(data, Kind.PERSON), warn=lambda _: None)
    live.read()
    found = PeopleSearch(live).search(encodings, LIMIT, hidden_too=True).found
    note(IDENTITY_FOUND, {"ids": {"people": [str(each.person) for each in found]}})
    return Candidates(tuple(found))
