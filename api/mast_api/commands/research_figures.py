"""Subcommands of `mast research` that ask the service as a researcher would, and release what it answered."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from mast_api.commands.asking_service import Ask, asking, check_token, of_a_service, token
from mast_api.commands.options import AS_OF, DAY, common, say_proposed, start
from mast_api.documents import shipped
from mast_api.research.in_words import capacities, changes, tables
from mast_api.terminal import Terminal
from mast_graph.files import write_private

Command = TypeVar("Command", bound=Callable[..., Any])
RESEARCHER = ("researcher", "research")
OFFICER = ("information-governance-officer", "information-governance")
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
EVENTS = {
    "level": "REACHED_LEVEL",
    "referral": "REFERRED_AGAIN_AFTER_REFERRAL",
    "closure": "REFERRED_AGAIN_AFTER_CLOSURE",
}
QUESTIONS = {
    "paths": "ESCALATION_PATHS",
    "transitions": "TRANSITION_MATRIX",
    "time-to-event": "TIME_TO_EVENT",
    "volumes": "CONTACT_VOLUMES",
}
VOLUMES_BY = {
    "type": "TYPE",
    "agency": "AGENCY",
    "agency-and-type": "AGENCY_AND_TYPE",
    "area": "AREA",
}
COUNTED_BY = click.option("--count-by", type=click.Choice(sorted(VOLUMES_BY)), default="type",
                          show_default=True, help="What contacts are counted by.")  # fmt: skip
EVENT = click.option(
    "--event",
    type=click.Choice(sorted(EVENTS)),
    default="level",
    show_default=True,
    help="What is waited for; referred again on the clock from referral or from closure.",
)
LEVEL = click.option("--level", type=click.IntRange(1, 6), default=4, show_default=True)
ORIGIN = click.option("--origin", type=click.IntRange(0, 5), default=0, show_default=True,
                      help="Days count from the first contact at this level or above.")  # fmt: skip
_COHORT = (
    click.option("--unit", type=click.Choice(["person", "household"]), default="person", show_default=True,
                 help="What is counted."),
    AS_OF,
    click.option("--known-at", type=MOMENT, help="As it was on record then (UTC); default: now."),
    click.option("--holding-days", type=click.Choice(["14", "28", "56", "91"]), default="28",
                 show_default=True, help="How long a contact that is no episode holds its level."),
    click.option("--first-contact-from", type=DAY, help="Only those first known on this day or later."),
    click.option("--first-contact-before", type=DAY, help="Only those first known before this day."),
    click.option("--first-type", help="Only those of whose first contacts one was of this type."),
    click.option("--first-agency", help="Only those of whose first contacts one was with this agency."),
    click.option("--known-to", help="Only those whom this agency had a contact with."),
    click.option("--household-type", type=click.Choice(["with-children", "several", "one", "nobody-known"]),
                 help="Only households of this type at their first contact; with --unit household."),
    click.option("--policy", help="Disclosure policy; default: that of the service."),
)  # fmt: skip


def of_a_cohort(command: Command) -> Command:
    """Add the options that say whom to count, and how the service is asked."""
    for option in reversed(_COHORT):
        command = option(command)
    return of_a_service(common(command))


@click.command("paths")
@of_a_cohort
def paths(**given: Any) -> None:
    """Which ways people took: shapes, what follows what, agencies, where they stood."""
    _figures("escalation_paths", "escalationPaths", given)


@click.command("transitions")
@of_a_cohort
def transitions(**given: Any) -> None:
    """How people moved between the levels of the ladder."""
    _figures("transition_matrix", "transitionMatrix", given)


@click.command("time-to-event")
@EVENT
@LEVEL
@ORIGIN
@click.option("--followed-from", type=DAY, help="Who was known before this first of a month enters late.")
@of_a_cohort
def time_to_event(**given: Any) -> None:
    """How long until a level is reached, or until people are referred again."""
    _figures("time_to_event", "timeToEvent", given)


@click.command("volumes")
@COUNTED_BY
@AS_OF
@click.option("--known-at", type=MOMENT, help="As it was on record then (UTC); default: now.")
@click.option("--policy", help="Disclosure policy; default: that of the service.")
@of_a_service
@common
def contact_volumes(**given: Any) -> None:
    """Contacts of twelve months beside the twelve before, with intervals."""
    said = {
        "by": VOLUMES_BY[given["count_by"]],
        "asOf": _day(given["as_of"]),
        "knownAt": _moment(given["known_at"]),
        "policy": given["policy"],
    }
    with _asked(given, RESEARCHER) as (terminal, ask), terminal.step("Counting"):
        answer = ask(shipped("contact_volumes"), said)["contactVolumes"]
    terminal.answer(answer)
    if not terminal.as_json:
        terminal.table(*changes(answer))
        for line in answer["says"]:
            terminal.say(line, whole=True)


@click.command("predictors")
@click.option("--name", help="Which evaluation; default: the first that speaks of the day.")
@AS_OF
@of_a_service
@common
def predictors(**given: Any) -> None:
    """How good predictors would have been, by an evaluation that speaks of the day; nobody is scored."""
    with _asked(given, RESEARCHER) as (terminal, ask):
        said = {"name": given["name"], "asOf": _day(given["as_of"])}
        answer = ask(shipped("predictor_evaluations"), said)["predictorEvaluations"]
    terminal.answer(answer)
    if not terminal.as_json:
        for title, columns, rows in capacities(answer):
            terminal.table(title, columns, rows)
        for line in [*answer["silent"], *answer["says"]]:
            terminal.say(line, whole=True)


@click.command("propose")
@click.argument("question", type=click.Choice(sorted(QUESTIONS)))
@COUNTED_BY
@EVENT
@LEVEL
@ORIGIN
@of_a_cohort
def propose(question: str, **given: Any) -> None:
    """Propose the answer to a QUESTION for publication; somebody else has to approve it."""
    with _asked(given, RESEARCHER) as (terminal, ask):
        by = VOLUMES_BY[given["count_by"]]
        variables = {**_variables(given), "question": QUESTIONS[question], "volumesBy": by}
        done = ask(shipped("propose_release"), variables)["proposeRelease"]
    say_proposed(terminal, done)


@click.command("releases")
@click.option("--waiting", is_flag=True, help="Only those that nobody has decided about.")
@of_a_service
@common
def releases(**given: Any) -> None:
    """List what was proposed for publication, newest first."""
    with _asked(given, OFFICER) as (terminal, ask):
        found = ask(shipped("releases"), {"waiting": given["waiting"], "first": 100})["releases"]
    rows = [edge["node"] for edge in found["edges"]]
    terminal.answer({"releases": rows})
    if not terminal.as_json:
        said = {None: "waits", True: "approved", False: "refused"}
        shown = [
            (each["id"], each["question"], each["policy"], each["proposedBy"], said[each["approved"]],
             each["decidedBy"] or "", each["digest"][:12])
            for each in rows
        ]  # fmt: skip
        columns = ("release", "question", "policy", "proposed by", "", "decided by", "digest")
        terminal.table("Releases", columns, shown)


@click.command("release")
@click.argument("id_", metavar="ID")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="JSON file; of a report or export a folder."
)
@click.option("--waiting", is_flag=True, help="To look at what waits, as an information governance officer.")
@of_a_service
@common
def release(**given: Any) -> None:
    """Write an approved release with who proposed and who approved it."""
    from mast_api.research.publishing import files_of, write_files

    with _asked(given, OFFICER if given["waiting"] else RESEARCHER) as (terminal, ask):
        found = ask(shipped("release"), {"id": given["id_"]})["release"]
    figures = json.loads(found["content"])
    files = files_of(figures)
    document = {"release": found["release"], **({} if files else {"figures": figures})}
    said = json.dumps(document, indent=2, ensure_ascii=False).encode()
    if files:
        write_files(given["out"], {**files, "release.json": said})
    else:
        write_private(given["out"].absolute(), said)
    terminal.answer({"out": str(given["out"]), **found["release"]})
    decided = found["release"]["decidedBy"]
    terminal.say(
        f"{given['id_']}, {f'approved by {decided}' if decided else 'not decided'}, is in {given['out']}"
    )


@click.command("decide")
@click.argument("id_", metavar="ID")
@click.option("--digest", required=True, help="Of the figures that you looked at, as `releases` has it.")
@click.option("--approve/--refuse", required=True, help="Whether they may be published.")
@click.option("--finding", required=True, help="Why, in a sentence.")
@of_a_service
@common
def decide(**given: Any) -> None:
    """Approve or refuse what somebody else proposed, as an information governance officer."""
    said = {
        "id": given["id_"],
        "digest": given["digest"],
        "approve": given["approve"],
        "finding": given["finding"],
    }
    with _asked(given, OFFICER) as (terminal, ask):
        done = ask(shipped("decide_release"), said)["decideRelease"]
    terminal.answer(done)
    terminal.say(f"{done['id']} is {'approved' if done['approved'] else 'refused'}")


def _figures(document: str, field: str, given: Mapping[str, Any]) -> None:
    with _asked(given, RESEARCHER) as (terminal, ask), terminal.step("Counting"):
        answer = ask(shipped(document), _variables(given))[field]
    terminal.answer(answer)
    if not terminal.as_json:
        for title, columns, rows in tables(answer):
            terminal.table(title, columns, rows)
        for each in answer["basis"]["faults"]:
            if each["contacts"]["shown"] != "0":
                terminal.say(
                    f"{each['contacts']['shown']} contacts {each['says']} ({each['rule']})", whole=True
                )
        for line in answer["basis"]["says"]:
            terminal.say(line, whole=True)


@contextmanager
def _asked(given: Mapping[str, Any], who: tuple[str, str]) -> Iterator[tuple[Terminal, Ask]]:
    """Where to write, and what asks the service in a role."""
    settings, terminal = start(given["data"], as_json=given["as_json"])
    check_token(given["url"], given["token_file"])
    bearer = token(settings, given["token_file"], *who)
    with asking(settings, terminal, given["url"], bearer) as ask:
        yield terminal, ask


def _variables(given: Mapping[str, Any]) -> dict[str, Any]:
    cohort = {
        "by": given["unit"].upper(),
        "asOf": _day(given["as_of"]),
        "knownAt": _moment(given["known_at"]),
        "holdingDays": int(given["holding_days"]),
        "firstContactFrom": _day(given["first_contact_from"]),
        "firstContactBefore": _day(given["first_contact_before"]),
        "firstType": given["first_type"],
        "firstAgency": given["first_agency"],
        "knownTo": given["known_to"],
        "householdType": (given["household_type"] or "").replace("-", "_").upper() or None,
        "policy": given["policy"],
    }
    said: dict[str, Any] = {"cohort": {name: value for name, value in cohort.items() if value is not None}}
    if "event" in given:
        said |= {"event": EVENTS[given["event"]], "level": given["level"], "origin": given["origin"]}
    if given.get("followed_from"):
        said["followedFrom"] = _day(given["followed_from"])
    return said


def _moment(at: dt.datetime | None) -> str | None:
    return None if at is None else at.replace(tzinfo=dt.UTC).isoformat()


def _day(at: dt.datetime | None) -> str | None:
    return None if at is None else at.date().isoformat()


COMMANDS = (
    paths,
    transitions,
    time_to_event,
    contact_volumes,
    predictors,
    propose,
    releases,
    release,
    decide,
)
