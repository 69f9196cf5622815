"""Faults of data for the agency that can correct them: its own references, which it alone can open."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from mast_analytics.quality import Fault
from mast_graph.agency_keys import read_agency_keys, references_of_contacts
from mast_graph.files import write_private
from mast_graph.store import Store
from mast_intake.agency_sealing import sealed_to_agency
from mast_intake.keys import KeyRing
from mast_resolver.errors import UnknownNameError

PURPOSE: Final = "data-quality"
COLUMNS: Final = ("rule", "what is the case", "record", "beside")


def public_key_of(store: Store, agency: str) -> bytes:
    """The key to which references of an agency are sealed.

    Raises:
        UnknownNameError: it has none in force.
    """
    for row in read_agency_keys(store):
        if row["agency"] == agency and row["ended_at"] is None:
            return row["public"]
    raise UnknownNameError(
        f"{agency!r} has registered no key to open references with",
        fix="have it send one (mast agency-key create), and register it with mast agency-key add",
    )


def write_faults(
    store: Store, keys: KeyRing, agency: str, found: Sequence[Fault], theirs: Collection[str], out: Path
) -> None:
    """A CSV file of one agency's faults, that only its owner reads.

    ``record`` is the sealed reference of the row that said the contact, ``beside`` that of the other contact
    where there are two and it is one of ``theirs``, ids of the agency's own contacts. At the agency ``mast
    open-reference --csv`` opens both.

    Raises:
        UnknownNameError: the agency has no key in force.
        SealBrokenError: a reference was sealed under another key than ours.
        OSError: the file cannot be written.
    """
    public = public_key_of(store, agency)
    named = {id_ for fault in found for id_ in (fault.contact, fault.beside) if id_}
    references = references_of_contacts(store, named.intersection(theirs))

    def sealed(contact: str | None) -> str:
        if contact not in references:
            return ""
        reference = keys.open_reference(references[contact], context=contact.encode())
        return sealed_to_agency(reference, agency=agency, purpose=PURPOSE, public=public)

    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    lines.writerows((each.rule, each.says, sealed(each.contact), sealed(each.beside)) for each in found)
    write_private(out, text.getvalue().encode())
