"""No clear value leaves intake: not in a record, a repr, an error, a log line or the rejects report."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mast_intake.address import parse
from mast_intake.names import read_name
from mast_intake.pseudonymise import Pseudonymiser, person_text
from mast_intake.reading import read_rows
from mast_intake.rejects import Rejects
from mast_intake.rows import SourceRow
from mast_intake.search import AddressQuery, PersonQuery
from mast_intake.source import Source
from mast_resolver.errors import MastError
from mast_resolver.records import Batch, Encoding

PLANTED = {
    "first": "Ermintrude",
    "middle": "Quillon",
    "last": "Featherstonehaugh",
    "dob": "1983-08-06",
    "nhs": "9434765919",
    "ssn": "912978473",
    "tel": "01922650000",
    "mail": "ermintrude@example.org",
    "home": "14 Wobblethwaite Road, Grumbleby",
    "code": "WS1 1AA",
    "uprn": "100071999",
    "id": "case-FEA-8831",
}
YAML = """agency: fire
agreement: mash-2026
fields:
  record_id: id
  given_name: first
  middle_name: middle
  family_name: last
  date_of_birth: dob
  nhs_number: nhs
  national_id: ssn
  phone: tel
  email: mail
  address: home
  postcode: code
  uprn: uprn
  contact_type: {constant: SAFE_AND_WELL_VISIT}
  contact_at: {constant: "2024-01-01"}
"""
TRACES = [
    *("ermintrude", "quillon", "featherstone", "wobblethwaite", "grumbleby", "fea-8831"),
    *("1983-08-06", "19830806", "9434765919", "912978473", "912-97", "01922650000", "100071999"),
    *("ws11aa", "ws1 1aa", "example.org", "armintrude", "ARMNTRT".lower()),
]


def assert_clean(text: str | bytes) -> None:
    plain = (text.decode("latin-1") if isinstance(text, bytes) else text).lower()
    assert not [trace for trace in TRACES if trace in plain]


def line(**changes: str) -> str:
    return ",".join(f'"{value}"' for value in (PLANTED | changes).values())


@pytest.fixture
def declared(source: Callable[[str], Source]) -> Source:
    return source(YAML)


@pytest.fixture
def row(tmp_path: Path, declared: Source) -> SourceRow:
    path = tmp_path / "planted.csv"
    path.write_text(f"{','.join(PLANTED)}\n{line()}\n")
    rejects = Rejects()
    (found,) = read_rows(declared, [path], rejects)
    assert not rejects.counts
    return found


@pytest.fixture
def batch(pseudonymiser: Pseudonymiser, declared: Source, row: SourceRow) -> Batch:
    (found,) = pseudonymiser.batches(declared, [row])
    return found


def _everything(batch: Batch) -> Iterator[str | bytes]:
    yield repr(batch)
    for record in batch.records:
        yield record.sealed
        yield record.reference
        yield " ".join((record.id, record.content, *record.lookup.values()))
    for contact in batch.contacts:
        yield contact.reference
        yield " ".join((contact.id, contact.content))


def test_a_planted_value_is_found_when_it_is_there(row: SourceRow) -> None:
    with pytest.raises(AssertionError):
        assert_clean(repr(dict(row.text)))


def test_nothing_in_a_batch_shows_a_planted_value(batch: Batch) -> None:
    assert len(batch.records) == 2
    for piece in _everything(batch):
        assert_clean(piece)


def test_not_even_an_opened_encoding_shows_one(pseudonymiser: Pseudonymiser, batch: Batch) -> None:
    for record in batch.records:
        packed = pseudonymiser._keys.open(record.sealed, context=record.id.encode())
        assert_clean(packed)
        assert_clean(repr(Encoding.unpack(packed)))


def test_no_repr_or_str_shows_one(pseudonymiser: Pseudonymiser, row: SourceRow) -> None:
    home = parse(PLANTED["home"], "WS11AA")
    name = read_name(PLANTED["first"], PLANTED["middle"], PLANTED["last"])
    query = PersonQuery(PLANTED["first"], PLANTED["last"], address=PLANTED["home"])
    for value in (
        row,
        home,
        name,
        person_text(row.text, home),
        query,
        AddressQuery(PLANTED["home"]),
        pseudonymiser,
        pseudonymiser.address_query(AddressQuery(PLANTED["home"])),
        pseudonymiser.person_query(query),
    ):
        for text in (repr(value), str(value), f"{value}"):
            assert_clean(text)


BROKEN = [
    pytest.param(f"{','.join(PLANTED)}\n{line(dob='06/08/83x')}\n", id="date"),
    pytest.param(f"{','.join(PLANTED)}\n{line(nhs='9434765918')}\n", id="number"),
    pytest.param(f"{','.join(PLANTED)}\n{line(id='')}\n", id="no id"),
    pytest.param(f"{','.join(PLANTED)}\n{line()},surplus\n", id="ragged"),
    pytest.param(f"{line()}\n{line()}\n", id="no header"),
    pytest.param(f'{",".join(PLANTED)}\n"{line()}\n' * 9000, id="open quote"),
    pytest.param(f"{','.join(PLANTED)}\n{line(last='Featherstonehaugh' + chr(0))}\n", id="NUL byte"),
    pytest.param(f"{','.join(PLANTED)}\n{line(home='Wobblethwaite ' * 90)}\n", id="too long"),
    pytest.param(f"{','.join(PLANTED)}\n{line(last=chr(0xDCFF))}\n", id="encoding"),
]


@pytest.mark.parametrize("text", BROKEN)
def test_no_error_reject_or_log_line_shows_one(
    text: str,
    tmp_path: Path,
    declared: Source,
    pseudonymiser: Pseudonymiser,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    path = tmp_path / "planted.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    report = tmp_path / "rejects.csv"
    with Rejects(report) as rejects:
        try:
            list(pseudonymiser.batches(declared, read_rows(declared, [path], rejects)))
        except MastError as error:
            assert_clean(str(error) + repr(error) + repr(error.__cause__) + repr(error.__context__))
            assert_clean("".join(traceback.format_exception(error)))
        else:
            assert rejects.counts
    assert_clean(repr(rejects.first))
    assert_clean(caplog.text)
    if report.exists():
        assert_clean(report.read_text())


@pytest.mark.parametrize(
    "query",
    [AddressQuery("Wobblethwaite Road, Grumbleby"), AddressQuery("Grumbleby"), AddressQuery("WS1 1AA")],
    ids=["street", "town", "postcode"],
)
def test_no_refused_search_repeats_what_was_typed(pseudonymiser: Pseudonymiser, query: AddressQuery) -> None:
    with pytest.raises(MastError) as caught:
        pseudonymiser.address_query(query)
    assert_clean(str(caught.value))
