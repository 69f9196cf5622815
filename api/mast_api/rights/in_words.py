"""A report for a person as Markdown: the same as its JSON, to be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def markdown(report: dict[str, Any]) -> str:
    """The whole report.

    Example:
        >>> said = {"person": "P-1", "made_at": "2026-11-02", "records": [], "alerts": [], "who_looked": []}
        >>> said |= {"not_in_it": "No names.", "rights": "You may ask."}
        >>> print(markdown(said).splitlines()[0])
        # What is held about you, under the id P-1
    """
    return "\n".join(_lines(report)) + "\n"


def _lines(report: dict[str, Any]) -> Iterator[str]:
    yield f"# What is held about you, under the id {report['person']}"
    yield f"\nMade on {report['made_at'][:10]}. {report['not_in_it']}"
    for record in report["records"]:
        yield from _record(record)
    yield from _alerts(report["alerts"])
    yield "\n## Who looked\n"
    if not report["who_looked"]:
        yield "Nobody, as far as the log goes back."
    for look in report["who_looked"]:
        asked = ", ".join(look["asked"])
        as_what = f" as {look['role']}, for {look['purpose']}" if look["role"] else ""
        yield f"- {look['at'][:16]}: {look['who']}{as_what}: {asked}"
    yield f"\n## Your rights\n\n{report['rights']}"


def _alerts(alerts: list[dict[str, Any]]) -> Iterator[str]:
    if alerts:
        yield "\n## Alerts about you\n"
    for each in alerts:
        if "withheld" in each:
            yield f"- {each['says']}"
            continue
        acts = "".join(f"; {act['disposition']} on {act['at']}" for act in each["said_of_it"])
        yield f"- {each['raised'][:10]}: by the rule {each['rule']}, {each['state']}{acts}"


def _record(record: dict[str, Any]) -> Iterator[str]:
    withdrawn = f", withdrawn on {record['withdrawn']}" if record["withdrawn"] else ""
    yield f"\n## {record['agency']}: record {record['record']}\n"
    yield f"Held since {record['since']}{withdrawn}, in {len(record['versions'])} versions."
    for mark in record["marks"]:
        yield f"- Marked on {mark['at']}: {mark['kind']}"
    for title, listed in (("Homes", record["homes"]), ("Contacts", record["contacts"])):
        if listed:
            yield f"\n### {title}\n"
        for each in listed:
            yield f"- {each['says']}" if "withheld" in each else f"- {_told(each)}"
    if record["relations"]:
        yield "\n### Relations\n"
    for each in record["relations"]:
        yield f"- {each['is']}, since {each['since']}. {each['to']}"


def _told(each: dict[str, Any]) -> str:
    if "address" in each:
        guessed = ", inferred" if each["inferred"] else ""
        former = "" if each["still_believed"] else ", corrected since"
        return f"Address {each['address']}: {each['from']} to {each['to'] or 'now'}{guessed}{former}"
    closed = f", closed {each['closed'][:10]}" if each["closed"] else ""
    others = f" {each['others']['says']}" if "others" in each else ""
    former = "" if each["stands"] else ", corrected or withdrawn since"
    return (
        f"{each['at'][:10]}: {each['what']} ({each['class']}), {each['status']}{closed}{former}; "
        f"your part: {each['your_role'].replace('_', ' ')}.{others}"
    )
