"""Front-line searches go through the code that encodes records."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.rows import SourceRow
from mast_intake.search import AddressQuery, PersonQuery, check_readable
from mast_intake.source import FileFormat, Source
from mast_resolver.errors import AddressTooBroadError, SearchTooBroadError, SearchUnreadableError
from mast_resolver.records import Encoding, Kind, Record

SOURCE = Source("visits", "fire", "mast-2026", FileFormat.CSV, ())


def record(pseudonymiser: Pseudonymiser, kind: Kind, **text: str) -> Record:
    (batch,) = pseudonymiser.batches(SOURCE, [SourceRow("f.csv", 2, "1", text)])
    return next(each for each in batch.records if each.kind is kind)


def encoding(pseudonymiser: Pseudonymiser, **text: str) -> Encoding:
    found = record(pseudonymiser, Kind.PERSON, **text)
    return Encoding.unpack(pseudonymiser._keys.open(found.sealed, context=found.id.encode()))


def test_a_search_makes_the_tokens_of_the_record(pseudonymiser: Pseudonymiser) -> None:
    query = PersonQuery(
        "ANN", "o brien", date_of_birth=dt.date(1983, 8, 6), address="14 high street, ws1 1aa"
    )
    typed = pseudonymiser.person_query(query)[0]
    stored = encoding(
        pseudonymiser,
        given_name="Ann",
        family_name="O'Brien",
        date_of_birth="1983-08-06",
        address="14 High St, Walsall",
        postcode="WS11AA",
    )
    assert typed.tokens == stored.tokens
    assert set(typed.keys) == set(stored.keys)


def test_names_are_searched_both_ways_round_and_under_each_alias(pseudonymiser: Pseudonymiser) -> None:
    query = PersonQuery("Ann", "Lee", aliases=(("Anna", "Moss"),))
    typed, swapped, alias = pseudonymiser.person_query(query)
    assert typed.tokens["given_name"] == swapped.tokens["family_name"]
    assert alias.tokens["family_name"] == encoding(pseudonymiser, family_name="Moss").tokens["family_name"]


@pytest.mark.parametrize("family", ["Child", "Male", "Blank", "Tenant"])
def test_who_is_called_child_is_found_and_nobody_by_half_their_name(
    pseudonymiser: Pseudonymiser, family: str
) -> None:
    (typed,) = pseudonymiser.person_query(PersonQuery("Ann", family, date_of_birth=dt.date(1983, 8, 6)))
    stored = encoding(pseudonymiser, given_name="Ann", family_name=family, date_of_birth="1983-08-06")
    assert typed.tokens == stored.tokens


def test_an_approximate_age_is_every_year_of_birth_that_it_allows(pseudonymiser: Pseudonymiser) -> None:
    readings = pseudonymiser.person_query(PersonQuery("Ann", "Lee", age=40, age_tolerance=1))
    years = {reading.tokens["birth_year"] for reading in readings}
    # In June 2026 somebody of 39 to 41 was born in one of these years.
    expected = {
        encoding(pseudonymiser, given_name="x", date_of_birth=str(year)).tokens["birth_year"]
        for year in (1984, 1985, 1986, 1987)
    }
    assert years == expected


@pytest.mark.parametrize(
    ("born", "days", "years"),
    [
        pytest.param("1984", [], ["1984"], id="a year"),
        pytest.param("1984-02", [f"1984-02-{day:02}" for day in range(1, 30)], ["1984"], id="a month"),
        pytest.param("1984-05-17", ["1984-05-17"], ["1984"], id="a day"),
        pytest.param(
            "1983-12-31/1984-01-02", ["1983-12-31", "1984-01-02"], ["1983", "1984"], id="around 1 January"
        ),
        pytest.param("1984-03/1985-07", [], ["1984", "1985"], id="a long range"),
        pytest.param(" 1983 / 1984-02 ", [], ["1983", "1984"], id="of a year and a month"),
    ],
)
def test_about_when_somebody_was_born_is_every_day_of_it_or_every_year(
    pseudonymiser: Pseudonymiser, born: str, days: list[str], years: list[str]
) -> None:
    readings = pseudonymiser.person_query(PersonQuery("Ann", "Lee", born=born))
    for field, values in (("date_of_birth", days), ("birth_year", [*days, *years])):
        expected = {
            encoding(pseudonymiser, given_name="x", date_of_birth=value).tokens[field] for value in values
        }
        assert {each.tokens[field] for each in readings if field in each.tokens} == expected
    # Some records know no more than a year.
    assert any("date_of_birth" not in each.tokens for each in readings)


def test_a_date_of_birth_goes_before_a_range_and_a_range_before_an_age(pseudonymiser: Pseudonymiser) -> None:
    day = dt.date(1984, 5, 17)
    asked = PersonQuery("Ann", "Lee", date_of_birth=day, born="1990", age=3)
    assert len(pseudonymiser.person_query(asked)) == 2  # the names both ways round
    (year,) = {
        each.tokens["birth_year"]
        for each in pseudonymiser.person_query(PersonQuery("Ann", "Lee", born="1990", age=3))
    }
    assert year == encoding(pseudonymiser, given_name="x", date_of_birth="1990").tokens["birth_year"]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(PersonQuery("Ann", "Lee", born="May 1984"), id="a birth in words"),
        pytest.param(PersonQuery("Ann", "Lee", born="1984-13"), id="no month"),
        pytest.param(PersonQuery("Ann", "Lee", born="1985/1984"), id="a range the wrong way round"),
        pytest.param(PersonQuery("Ann", "Lee", born="1950/1990"), id="a generation"),
        pytest.param(PersonQuery("Ann", "Lee", born="0000"), id="no year"),
        pytest.param(
            PersonQuery(
                "Ann", "Lee", born="1984-05", aliases=tuple(("Ann", f"L{'e' * n}") for n in range(1, 20))
            ),
            id="a month for each of twenty names",
        ),
        pytest.param(PersonQuery(), id="nothing"),
        pytest.param(PersonQuery("Ann"), id="a given name"),
        pytest.param(PersonQuery(family_name="Lee"), id="a family name"),
        pytest.param(PersonQuery(age=40, postcode="WS1 1AA"), id="no name"),
        pytest.param(PersonQuery(date_of_birth=dt.date(1983, 8, 6), postcode="WS1"), id="no name, but a key"),
        pytest.param(PersonQuery("Ann", age=40), id="no key: a given name and an age"),
        pytest.param(PersonQuery(family_name="Lee", postcode="WS1"), id="no key: a family name and an area"),
        pytest.param(PersonQuery(phone="01922 650000"), id="no key: a telephone number alone"),
        pytest.param(PersonQuery("unknown", "unknown", age=40), id="names that stand for nothing"),
        pytest.param(PersonQuery("Ann", nhs_number="9434765918"), id="a number that is none"),
        pytest.param(PersonQuery("Ann", "Lee", age=40, age_tolerance=50), id="any age"),
        pytest.param(PersonQuery("Ann", "Lee", age=-1), id="no age"),
    ],
)
def test_a_search_that_gives_too_little_is_refused(pseudonymiser: Pseudonymiser, query: PersonQuery) -> None:
    with pytest.raises(SearchTooBroadError):
        pseudonymiser.person_query(query)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(PersonQuery("Ann", "Lee", nhs_number="9434765910"), id="a wrong digit"),
        pytest.param(PersonQuery("Ann", "Lee", nhs_number="943476591"), id="a digit too few"),
        pytest.param(PersonQuery("Ann", "Lee", postcode="JX1 4A"), id="no postcode"),
        pytest.param(PersonQuery("Ann", "Lee", phone="ask mum"), id="no telephone number"),
        pytest.param(PersonQuery("Baby", "Lee"), id="a given name that is none"),
        pytest.param(PersonQuery("Ann", "Unknown"), id="a family name that is none"),
        pytest.param(PersonQuery("Ann", "L."), id="an initial as a family name"),
        pytest.param(PersonQuery("Mr", "Lee"), id="a title as a given name"),
        pytest.param(PersonQuery("Twin 2", "Lee"), id="a number as a given name"),
        pytest.param(PersonQuery("Ann", "Lee", aliases=(("", "Tenant"),)), id="an alias that is none"),
        pytest.param(PersonQuery("Male", "Child"), id="words for whoever it is"),
        pytest.param(PersonQuery(family_name="Child"), id="a word for whoever it is"),
        pytest.param(PersonQuery("Ann", "Lee", address="High Street, Leeds"), id="a street alone"),
        pytest.param(PersonQuery("Ann", "Lee", address="rubbish somewhere"), id="no address"),
        pytest.param(PersonQuery("Ann", "Lee", address="NFA"), id="words for no address"),
        pytest.param(PersonQuery("Ann", "Lee", address="Gulch Rd, Waco", country="US"), id="abroad"),
        pytest.param(PersonQuery("Ann", "Lee", date_of_birth=dt.date(16, 3, 27)), id="the year 16"),
        pytest.param(PersonQuery("Ann", "Lee", date_of_birth=dt.date(2026, 6, 2)), id="tomorrow"),
    ],
)
def test_what_a_search_would_pass_over_is_refused_without_its_value(query: PersonQuery) -> None:
    with pytest.raises(SearchUnreadableError) as refused:
        check_readable(query, today=dt.date(2026, 6, 1))
    assert not re.search(
        r"9434|JX1|mum|\b16\b|(?i:baby|unknown|tenant|child|street, l|rubbish|nfa|gulch)", str(refused.value)
    )


@pytest.mark.parametrize(
    "query",
    [
        PersonQuery("Ann", "Lee", nhs_number="943 476 5919", postcode="jx1 4ab", phone="01632 960100"),
        PersonQuery("Ann", "Lee", postcode="WS1", date_of_birth=dt.date(2026, 6, 1)),
        PersonQuery("Ann", "Lee", postcode="98101-0001", country="US"),
        PersonQuery("Ann", "Lee", nhs_number="unknown", postcode=" "),
        PersonQuery("Ann", "Lee", address="3 Mill Lane, Leeds"),
        PersonQuery("Ann", "Lee", address="somewhere in JX1 4AB"),
        PersonQuery("Ann", "Lee", address="Mill Lane", postcode="JX1 4AB"),
        PersonQuery("Ann", "Lee", address="12 Rue de Rivoli, Paris, France"),
        PersonQuery("Ann", "Null"),
        PersonQuery("Ann", "Child", aliases=(("Ann", "Tenant"),)),
    ],
    ids=[
        "everything",
        "half a postcode, born today",
        "another country",
        "nothing in words",
        "a house and its street",
        "a postcode in a line",
        "a street beside a postcode",
        "an address as it is written",
        "a name like nothing",
        "names like words for anybody",
    ],
)
def test_what_can_be_read_is_searched_by(query: PersonQuery) -> None:
    check_readable(query, today=dt.date(2026, 6, 1))


@pytest.mark.parametrize(
    "query",
    [
        PersonQuery("Ann", "Lee"),
        PersonQuery("Ann", date_of_birth=dt.date(1983, 8, 6)),
        PersonQuery("Ann", address="14 High St, Walsall"),
        PersonQuery(family_name="Lee", address="14 High St, Walsall", age=40),
        PersonQuery(nhs_number="943 476 5919"),
        PersonQuery("A", phone="01922 650000"),
    ],
    ids=["two names", "name and birth", "name and home", "home and age", "number", "phone and initial"],
)
def test_the_least_that_a_search_needs(pseudonymiser: Pseudonymiser, query: PersonQuery) -> None:
    assert all(reading.keys for reading in pseudonymiser.person_query(query))


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(AddressQuery("14 high st, walsall, ws1 1aa"), id="one line"),
        pytest.param(AddressQuery("14 HIGH STREET", postcode="ws11aa"), id="line and postcode"),
        pytest.param(AddressQuery(parts=("14 High St", "Walsall"), postcode="WS1 1AA"), id="parts"),
    ],
)
def test_an_address_is_found_by_its_place_however_it_is_typed(
    pseudonymiser: Pseudonymiser, query: AddressQuery
) -> None:
    stored = record(pseudonymiser, Kind.ADDRESS, address="14 High Street, Walsall", postcode="WS11AA")
    lookup = pseudonymiser.address_query(query)
    assert lookup.tokens["place"] == stored.lookup["place"]
    assert list(lookup.tokens) == sorted(lookup.tokens, key=list(lookup.tokens).index)
    assert next(iter(lookup.tokens)) == "place"
    assert not lookup.unit_known


def test_a_flat_knows_its_building(pseudonymiser: Pseudonymiser) -> None:
    house = pseudonymiser.address_query(AddressQuery("14 High St, WS1 1AA"))
    flat = pseudonymiser.address_query(AddressQuery("Flat 2, 14 High St, WS1 1AA"))
    assert flat.unit_known
    assert flat.tokens["building"] == house.tokens["place"]
    assert flat.tokens["place"] != house.tokens["place"]


def test_a_uprn_comes_first(pseudonymiser: Pseudonymiser) -> None:
    lookup = pseudonymiser.address_query(AddressQuery("14 High St, WS1 1AA", uprn="0100071"))
    assert next(iter(lookup.tokens)) == "uprn"
    assert pseudonymiser.address_query(AddressQuery(uprn="100071")).tokens["uprn"] == lookup.tokens["uprn"]


@pytest.mark.parametrize(
    "line", ["", "Walsall", "WS1 1AA", "High Street, Walsall", "x" * 10_000, "😀", "no fixed abode", "שלום"]
)
def test_an_address_that_names_no_place_is_refused(pseudonymiser: Pseudonymiser, line: str) -> None:
    with pytest.raises(AddressTooBroadError) as caught:
        pseudonymiser.address_query(AddressQuery(line))
    assert not line or line not in str(caught.value)
