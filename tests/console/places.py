"""An id for each page that is about something: of the case study, and of what happened to it."""

from __future__ import annotations

from typing import Final

from tests.console.borough import Served

IDS: Final = """{ concernsAtAddress(address: "flat 2, 14 canal st, jx1 4ab") {
  matches { addressId } households { id members { personId } } } }"""
ALERT: Final = "{ alerts(first: 1) { edges { node { id } } } }"


def ids_of(town: Served) -> dict[str, str]:
    """Of the case study: an id for each place in a path of a page."""
    found = town.ask("response-officer", "safeguarding-response", IDS)["concernsAtAddress"]
    assert isinstance(found, dict)
    home = found["households"][0]
    pair = town.queue()[0]["node"]["pair"]
    two = f"{pair['leftRecordId']}.{pair['rightRecordId']}"
    town.puts_in_force("three-police-attendances")
    listed = town.ask("safeguarding-analyst", "safeguarding-enquiry", ALERT)["alerts"]
    assert isinstance(listed, dict)
    alert = listed["edges"][0]["node"]["id"]
    return {
        "/addresses/{id}": found["matches"][0]["addressId"],
        "/people/{id}": home["members"][0]["personId"],
        "/people/{id}/records": home["members"][0]["personId"],
        "/people/{id}/records/take-back": home["members"][0]["personId"],
        "/households/{id}/network": home["id"],
        "/review/{id}": two,
        "/review/{id}/take-back": two,
        "/alerts/{id}": alert,
        "/alerts/{id}/acknowledge": alert,
        "/alerts/{id}/disposition": alert,
        "/shield/{id}": home["members"][0]["personId"],
        "/protection/shields/{id}": home["members"][0]["personId"],
        "/protection/marks/{id}": f"M-{'0' * 32}",
    }


def path_of(path: str, ids: dict[str, str]) -> str:
    """A page's path with an id in it that there is; a new page has to be named in ``ids``."""
    return path.replace("{id}", ids[path]) if "{id}" in path else path
