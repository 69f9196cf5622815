"""Families for tests of networks: who lives where and what happened to them, in rows of agencies."""

from __future__ import annotations

from typing import Any

from tests.town import Service, Town, ago

ANALYST = "safeguarding-analyst"
HOSTEL = "1 Station Street, Walsall WS1 1AA"
HOMES = "query ($id: ID!) { person(id: $id) { people { homes { householdId addressId present } } } }"


def place(number: int) -> str:
    return f"{number} Mill Lane, Walsall WS2 2BB"


def homes(service: Service, person: str) -> list[dict[str, Any]]:
    """A person's homes, the latest first."""
    found: list[dict[str, Any]] = service.answer(HOMES, id=f"P-{person}")["people"][0]["homes"]
    return found


class Families:
    """Rows of agencies about people who live somewhere, resolved by their names."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.records: dict[str, list[tuple[str, str]]] = {}

    def lives(self, name: str, where: str, since: float, until: float | None = None) -> None:
        """One agency says so; days ago."""
        reference = f"{name}-{len(self.records.get(name, []))}"
        lives = (ago(since), None if until is None else ago(until))
        self.town.says("housing", reference, person=f"{name} Lee", place=where, lives=lives)
        self.records.setdefault(name, []).append(("housing", reference))

    def contact(self, *names: str, agency: str = "police", **more: Any) -> None:
        """One contact that touches these people; several are rows about one contact."""
        for name in names:
            reference = f"{name}-{len(self.records.get(name, []))}"
            self.town.says(agency, reference, person=f"{name} Lee", **more)
            self.records.setdefault(name, []).append((agency, reference))

    def resolve(self) -> None:
        self.town.resolve(self.records)


def hide(town: Town, label: str, id_: str) -> None:
    """Shield an entity as it is stored, whatever asked for it."""
    town.store.define(f"MATCH (n:{label} {{id: '{id_}'}}) SET n.shielded = true")
