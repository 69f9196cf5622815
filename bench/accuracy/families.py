"""Twins, siblings, fathers and sons of one name: people whom a home and a family name do not tell apart."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import yaml
from faker import Faker

AGENCIES: Final = ("council", "police", "health")
KINDS: Final = ("twins", "siblings", "father and son")
_COLUMNS: Final = ("record_id", "given", "family", "born", "sex", "phone", "line", "postcode")
_WRONG: Final = 0.06
_LACKING: Final = 0.01
"""Shares of names, dates and addresses that a record has wrong, and that it lacks."""


@dataclass(frozen=True, slots=True)
class _Person:
    id: str
    given: str
    family: str
    born: dt.date
    sex: str
    phone: str
    line: str
    postcode: str


def write_families(folder: Path, *, families: int, seed: int) -> None:
    """Feeds of three agencies about families of each kind, a third each, and the truth; invented people.

    Each person is known to one to three agencies; a record in eight has an earlier address.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chance, faker = random.Random(seed), Faker("en_GB")
    faker.seed_instance(seed)
    people = [
        person
        for number in range(families)
        for person in _family(KINDS[number % len(KINDS)], number, chance, faker)
    ]
    rows: dict[str, list[list[str]]] = {agency: [] for agency in AGENCIES}
    truth = []
    for person in people:
        for agency in chance.sample(AGENCIES, chance.choice((1, 2, 2, 3))):
            record = f"{agency[0]}{len(rows[agency]):05}"
            rows[agency].append([record, *_written(person, chance, faker)])
            truth.append([agency, record, person.id])
    _table(folder / "truth.csv", ("agency", "record_id", "person_id"), truth)
    for agency in AGENCIES:
        _table(folder / f"{agency}.csv", _COLUMNS, rows[agency])
        _source(folder / f"{agency}.yaml", agency)
    feeds = {f"{agency}.yaml": [f"{agency}.csv"] for agency in AGENCIES}
    (folder / "feeds.json").write_text(json.dumps(feeds), "utf-8")


def _family(kind: str, number: int, chance: random.Random, faker: Faker) -> list[_Person]:
    home = faker.building_number(), faker.street_name(), faker.city()
    area = f"ZZ{number % 90 + 1} {chance.randrange(1, 10)}{''.join(chance.choices('ABDEFGHJ', k=2))}"
    sex = chance.choice(("M", "F"))
    older = _Person(
        f"p{number:05}a",
        _given(sex, faker),
        faker.last_name(),
        dt.date(2024, 1, 1) - dt.timedelta(chance.randrange(365 * 4, 365 * 17)),
        sex,
        faker.phone_number(),
        f"{home[0]} {home[1]}, {home[2]}",
        area,
    )
    younger = replace(older, id=f"p{number:05}b")
    if kind == "father and son":
        father = replace(
            older, sex="M", given=_given("M", faker), born=_earlier(older.born, chance.randrange(20, 40))
        )
        return [father, replace(younger, sex="M", given=father.given, phone=faker.phone_number())]
    sex = chance.choice(("M", "F"))
    given = older.given
    while given == older.given:
        given = _given(sex, faker)
    younger = replace(younger, sex=sex, given=given)
    if kind == "twins":
        return [older, younger]
    return [older, replace(younger, born=older.born - dt.timedelta(chance.randrange(330, 365 * 7)))]


def _given(sex: str, faker: Faker) -> str:
    return str(faker.first_name_male() if sex == "M" else faker.first_name_female())


def _earlier(day: dt.date, years: int) -> dt.date:
    return dt.date(day.year - years, day.month, min(day.day, 28)) + dt.timedelta(years * 7 % 300)


def _written(person: _Person, chance: random.Random, faker: Faker) -> list[str]:
    """One agency's cells about a person."""
    line, postcode = person.line, person.postcode
    if chance.random() < 1 / 8:
        line = f"{faker.building_number()} {faker.street_name()}, {faker.city()}"
        postcode = f"ZZ{chance.randrange(1, 91)} {chance.randrange(1, 10)}AB"
    cells = [person.given, person.family, f"{person.born:%d/%m/%Y}"]
    cells = [_perhaps_wrong(cell, chance) for cell in cells]
    phone = person.phone if chance.random() < 0.6 else ""
    return [*cells, person.sex, phone, _perhaps_wrong(line, chance), _perhaps_wrong(postcode, chance)]


def _perhaps_wrong(text: str, chance: random.Random) -> str:
    drawn = chance.random()
    if drawn < _LACKING:
        return ""
    if drawn > _LACKING + _WRONG:
        return text
    at = chance.choice([at for at, sign in enumerate(text) if sign.isalnum()])
    signs = "0123456789" if text[at].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    return text[:at] + chance.choice(signs) + text[at + 1 :]


def _table(path: Path, columns: tuple[str, ...], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _source(path: Path, agency: str) -> None:
    fields = {
        "record_id": "record_id",
        "given_name": "given",
        "family_name": "family",
        "date_of_birth": {"column": "born", "format": "%d/%m/%Y"},
        "sex": "sex",
        "phone": "phone",
        "address": "line",
        "postcode": "postcode",
    }
    text = {"agency": agency, "agreement": "bench", "format": "csv", "fields": fields}
    path.write_text(yaml.safe_dump(text, sort_keys=False), "utf-8")
