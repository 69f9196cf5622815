"""What is told a person of what is held about them, and what is kept back from it, with the law's reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from mast_api.audit import trail
from mast_graph.subject_access import HeldAlert, HeldRecord
from mast_resolver.errors import UsageError
from mast_resolver.records import FOREVER
from mast_resolver.vocabulary import vocabulary

SOCIAL_WORK: Final = frozenset({"children", "adults", "education", "health", "mental_health"})
"""Classes for which Schedule 3 asks whether disclosure would be likely to cause serious harm."""

ACCUSED: Final = frozenset({"suspect"})
IN_DANGER: Final = frozenset({"victim", "child_in_household", "caller", "witness"})


class Withheld(StrEnum):
    """Why something is kept back."""

    SERIOUS_HARM = "serious-harm"
    EXPECTATIONS = "expectations"
    COURT = "court"
    THIRD_PARTY = "third-party"
    SHIELDED = "shielded"


SAYS: Final = {
    Withheld.SERIOUS_HARM: "Withheld: disclosure would be likely to cause serious harm to somebody (Data "
    "Protection Act 2018, Schedule 3, the serious harm test). You may complain to the Information "
    "Commissioner.",
    Withheld.EXPECTATIONS: "Withheld: it was given by, or found out about, somebody who expected or wished "
    "that whoever asks would not be told (Data Protection Act 2018, Schedule 3, expectations and wishes). "
    "You may complain to the Information Commissioner.",
    Withheld.COURT: "Withheld: it is in what was put before a court, whose rules let it be withheld (Data "
    "Protection Act 2018, Schedule 3, data processed by a court). You may ask the court.",
    Withheld.THIRD_PARTY: "Withheld: it is about somebody else (Data Protection Act 2018, Schedule 2, "
    "paragraph 16).",
    Withheld.SHIELDED: "Withheld: it may tell where somebody is who must not be found (Data Protection Act "
    "2018, Schedule 3, the serious harm test).",
}


JUDGED: Final = (Withheld.SERIOUS_HARM, Withheld.EXPECTATIONS, Withheld.COURT)
"""Why an officer may keep a contact back: what Schedule 3 has of social work, education and health."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What an officer decided contact by contact: to keep back, and why, or to release what is kept back."""

    withhold: Mapping[str, Withheld] = field(default_factory=dict)
    release: AbstractSet[str] = frozenset()


def judged_withheld(said: Iterable[str]) -> dict[str, Withheld]:
    """Contacts that an officer names, each with why after `=`; without it disclosure would do serious harm.

    Raises:
        UsageError: it is none of :data:`JUDGED`.

    Example:
        >>> judged_withheld(["c1", "c2=court"])
        {'c1': <Withheld.SERIOUS_HARM: 'serious-harm'>, 'c2': <Withheld.COURT: 'court'>}
    """
    found = {}
    for each in said:
        contact, _, why = each.partition("=")
        if why and why not in JUDGED:
            raise UsageError(
                "a contact is withheld for a reason that is none", fix=f"one of {', '.join(JUDGED)}"
            )
        found[contact] = Withheld(why) if why else Withheld.SERIOUS_HARM
    return found


def contact_withheld(contact: dict[str, Any], judged: Judged) -> Withheld | None:
    """Why a contact is kept back as a whole, ``None`` if it is told.

    Somebody accused is not told what others, who may be in danger from them, reported, until an officer
    releases it; what is shielded is released by nobody.

    Example:
        >>> others = [{"role": "victim", "shielded": False}]
        >>> said = {"id": "c1", "role": "suspect", "shielded": False, "others": others}
        >>> contact_withheld(said, Judged()), contact_withheld(said, Judged(release={"c1"}))
        (<Withheld.SERIOUS_HARM: 'serious-harm'>, None)
    """
    others = contact["others"]
    if contact["shielded"] or any(each["shielded"] for each in others):
        return Withheld.SHIELDED
    if contact["id"] in judged.withhold:
        return judged.withhold[contact["id"]]
    in_danger = any(each["role"] in IN_DANGER for each in others)
    if contact["role"] in ACCUSED and in_danger and contact["id"] not in judged.release:
        return Withheld.SERIOUS_HARM
    return None


def report(
    person: str,
    held: Sequence[HeldRecord],
    alerts: Iterable[HeldAlert],
    looks: Iterable[dict[str, Any]],
    judged: Judged,
    at: dt.datetime,
) -> dict[str, Any]:
    """The report as one document: ids, dates and names of ours."""
    whys = _contacts_withheld(held, judged)
    return {
        "person": person,
        "made_at": at.isoformat(),
        "records": [_record(each, judged) for each in held],
        "alerts": [_alert(each, whys) for each in alerts],
        "who_looked": list(looks),
        "not_in_it": "Names, dates of birth, addresses and numbers are kept as keyed codes only, and cannot "
        "be read back: ask the agencies named for them. Copies in backups are deleted with them.",
        "rights": "You may have this corrected, ask for its erasure or restriction, object to its use for "
        "research, and complain to the Information Commissioner.",
    }


BY_IDENTITY: Final = "who presented an identity, by a right of theirs"
"""What a command asked that somebody was shown for."""


def who_looked(path: Path, ids: AbstractSet[str]) -> Iterator[dict[str, Any]]:
    """Every answer, and every look-up by identity, that held one of these ids; the newest first."""
    for entry in trail.matching(path, trail.Wanted(ids=frozenset(ids))):
        if entry.get("event") == trail.IDENTITY_FOUND:
            yield {
                "at": str(entry.get("done_at", entry["at"])),
                "who": str(entry.get("subject", "")),
                "role": "",
                "purpose": "",
                "asked": [BY_IDENTITY],
            }
        if entry.get("event") == "answer":
            yield {
                "at": entry["at"],
                "who": str(entry.get("subject", "")),
                "role": str(entry.get("role", "")),
                "purpose": str(entry.get("purpose", "")),
                "asked": trail.questions(entry),
            }


def traces(held: Sequence[HeldRecord], judged: Judged) -> set[str]:
    """Ids, beside the person's own, by which an answer is known to have told of them: records, contacts.

    A long list of people is cut, and what happened to them is told all the same. What is kept back from the
    person is left out: that somebody looked at it would tell of it.
    """
    contacts = (contact for each in held for contact in each["contacts"])
    told = {contact["id"] for contact in contacts if contact_withheld(contact, judged) is None}
    return told | {each["record"] for each in held}


def _record(held: HeldRecord, judged: Judged) -> dict[str, Any]:
    return {
        "record": held["record"],
        "agency": held["agency"],
        "since": _day(held["recorded_from"]),
        "withdrawn": _end(held["recorded_to"]),
        "versions": [{"from": _day(each["from"]), "to": _end(each["to"])} for each in held["versions"]],
        "homes": [_home(each) for each in held["homes"]],
        "contacts": [_contact(each, judged) for each in held["contacts"]],
        "relations": [
            {"is": each["kind"], "since": _day(each["since"]), "to": SAYS[Withheld.THIRD_PARTY]}
            for each in held["relations"]
        ],
        "marks": [{"kind": each["kind"], "at": _day(each["at"])} for each in held["marks"]],
        "decisions_that_it_is_the_same_person_or_another": held["decisions"],
    }


def _home(said: dict[str, Any]) -> dict[str, Any]:
    if said["shielded"]:
        return {"withheld": Withheld.SHIELDED.value, "says": SAYS[Withheld.SHIELDED]}
    return {
        "address": said["address"],
        "from": _day(said["from"]),
        "to": _end(said["to"]),
        "last_said": _day(said["seen"]),
        "inferred": said["inferred"],
        "still_believed": said["believed"],
    }


def _contact(said: dict[str, Any], judged: Judged) -> dict[str, Any]:
    if why := contact_withheld(said, judged):
        return {"withheld": why.value, "says": SAYS[why]}
    told: dict[str, Any] = {
        "contact": said["id"],
        "what": vocabulary().contact_type(said["type"]).title,
        "class": said["data_class"],
        "at": said["at"].isoformat(),
        "closed": None if said["closed_at"] is None else said["closed_at"].isoformat(),
        "status": said["status"],
        "your_role": said["role"],
        "agreement": said["agreement"],
        "stands": said["current"],
        "asks_a_professional_first": said["data_class"] in SOCIAL_WORK,
    }
    if said["others"]:
        told["others"] = {"withheld": Withheld.THIRD_PARTY.value, "says": SAYS[Withheld.THIRD_PARTY]}
    return told


def _alert(said: HeldAlert, whys: Mapping[str, set[Withheld | None]]) -> dict[str, Any]:
    if why := _alert_withheld(said, whys):
        return {"withheld": why.value, "says": SAYS[why]}
    state = "taken back" if said["retracted_at"] else "acknowledged" if said["acknowledged_at"] else "open"
    return {
        "alert": said["id"],
        "rule": said["rule"],
        "raised": said["at"].isoformat(),
        "state": state,
        "said_of_it": [{"at": _day(each["at"]), "disposition": each["disposition"]} for each in said["acts"]],
    }


def _contacts_withheld(held: Sequence[HeldRecord], judged: Judged) -> dict[str, set[Withheld | None]]:
    """Of each contact why it is kept back, if it is, in each of its versions."""
    whys: dict[str, set[Withheld | None]] = {}
    for contact in (contact for each in held for contact in each["contacts"]):
        whys.setdefault(contact["id"], set()).add(contact_withheld(contact, judged))
    return whys


def _alert_withheld(said: HeldAlert, whys: Mapping[str, set[Withheld | None]]) -> Withheld | None:
    """Why an alert is kept back: because something that it rests on is, for it would tell of that."""
    # What happened to nobody but others is told by nothing that rests on it.
    found = {why for ground in said["grounds"] for why in whys.get(ground, {Withheld.THIRD_PARTY})}
    return next((why for why in (Withheld.SHIELDED, *Withheld) if why in found), None)


def _day(moment: dt.datetime) -> str:
    return moment.date().isoformat()


def _end(moment: dt.datetime) -> str | None:
    return None if moment >= FOREVER else _day(moment)
