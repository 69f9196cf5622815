"""Who to ring, and under which agreements: agencies and teams, kept by id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from mast_graph.agreement import Agreement
from mast_graph.agreements import Filed, write_agreement
from mast_graph.store import Transaction
from mast_resolver.errors import DirectoryError


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency; ``duty_team`` answers when a contact names no team."""

    id: str
    name: str
    kind: str
    duty_team: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A team's duty desk: never a private person's number. No two agencies have teams of one id."""

    id: str
    agency: str
    name: str
    phone: str
    hours: str


def write_directory(
    tx: Transaction,
    *,
    at: dt.datetime,
    agencies: Iterable[Agency] = (),
    teams: Iterable[Team] = (),
    agreements: Iterable[Agreement] = (),
    by: str = "",
) -> dict[str, Filed]:
    """Set these entries as they are given, and say what became of each agreement; others stay as they were.

    ``by`` is who put them in force. An agency that left stays away with its teams, whatever a file that is
    older than that says.

    Raises:
        DirectoryError: the id of a team is another agency's; its entry stays as it was.
        AgreementError: a version of an agreement is on record with other content.
    """
    gone = frozenset(tx.run("read.departed")[0]["agencies"])
    agencies = [each for each in agencies if each.id not in gone]
    teams = [each for each in teams if each.agency not in gone]
    tx.run("write.put_agencies", rows=[asdict(agency) for agency in agencies])
    taken = tx.run("write.put_teams", rows=[asdict(team) for team in teams])[0]["taken"]
    if taken:
        raise DirectoryError(
            f"another agency has a team of the same id: {', '.join(sorted(taken))}",
            fix="give yours an id that no other agency uses, and its contacts the same; nothing was changed",
        )
    return {agreement.id: write_agreement(tx, agreement, at=at, by=by) for agreement in agreements}
