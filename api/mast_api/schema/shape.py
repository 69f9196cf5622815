"""From the rows of a read query to the GraphQL types; nothing is decided here but wording."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from strawberry import ID

from mast_api.schema import types as t
from mast_api.schema.paging import Cursor, milliseconds, moment
from mast_api.schema.residents import Residents
from mast_api.settings import Settings
from mast_graph.history import NamedAgencyRow
from mast_graph.read import (
    END,
    AgreementRow,
    ContactFactsRow,
    ContactRow,
    GroupRow,
    HomeRow,
    HouseholdRow,
    RungRow,
    Scope,
    SharedRow,
    SpellRow,
    SupersededRow,
)
from mast_resolver.vocabulary import vocabulary

ALL: Final = "all"
NOW: Final = "now"
BEFORE: Final = "before"
MONTHS: Final = 12
"""How far back contacts are counted where no agreement shows less."""


class Shaper:
    """Knows the agencies and teams of one answer, so that each is built once."""

    def __init__(self, row: RungRow, scope: Scope, duty: t.Team, residents: Residents | None = None) -> None:
        self._scope = scope
        self._as_of = milliseconds(scope.as_of)
        self._duty = duty
        self._residents = residents
        self._teams = {
            team["id"]: t.Team(
                id=ID(team["id"]),
                name=team["name"] or team["id"],
                phone=team["phone"] or duty.phone,
                hours=team["hours"] or ("" if team["phone"] else duty.hours),
            )
            for team in row["teams"]
        }
        self._agency_of = {team["id"]: team["agency"] for team in row["teams"]}
        self._agencies = agencies(row["agencies"])
        self._duty_teams = {each["id"]: each["team"] for each in row["agencies"]}

    def connection(self, page: Sequence[ContactRow]) -> t.ContactConnection:
        """A page; the query was asked for one more than it holds."""
        shown = page[: self._scope.first]
        edges = [self._edge(row) for row in shown]
        return t.ContactConnection(
            edges=edges,
            page_info=t.PageInfo.of(
                [edge.cursor for edge in edges], more=len(page) > len(shown), later=bool(self._scope.after_id)
            ),
        )

    def agencies(self, groups: Iterable[GroupRow], part: str = ALL) -> list[t.AgencyContacts]:
        """One entry for each agency that has something in this part, the latest contact first."""
        held: dict[str, list[GroupRow]] = defaultdict(list)
        for group in groups:
            if group["part"] == part:
                held[group["agency"]].append(group)
        entries = [self._agency_contacts(agency, rows, part) for agency, rows in sorted(held.items())]
        return sorted(entries, key=lambda entry: entry.latest_at, reverse=True)

    def contact(self, row: ContactFactsRow, closed_at: int | None) -> t.Contact:
        """One contact, closed at a moment in milliseconds."""
        agency = row["agency"]
        return t.Contact(
            id=ID(row["id"]),
            type=row["type"],
            title=_title(row["type"]),
            at=moment(row["at"]),
            closed_at=None if closed_at is None else moment(closed_at),
            status=t.ContactStatus.OPEN if row["status"] == "open" else t.ContactStatus.CLOSED,
            category=row["category"],
            severity=row["severity"],
            data_class=row["data_class"],
            agency=self.agency(agency),
            team=self.team(row["team"], agency),
            accuracy_contested=row["contested"],
        )

    def _edge(self, row: ContactRow) -> t.ContactEdge:
        # When an episode ended may be a fact of after they left, which is nobody's business here.
        closed_at = None if row["parts"] == ["former_resident"] else row["closed_at"]
        return t.ContactEdge(
            cursor=str(Cursor(row["at"], row["id"], self._as_of)),
            node=self.contact(row, closed_at),
            parts=[t.Part(part) for part in sorted(row["parts"])],
            person_ids=[ID(person) for person in row["people"]],
            residents_then=self._then(row.get("places"), row["at"]),
        )

    def _then(self, places: Sequence[str] | None, at: int) -> t.ResidentsThen | None:
        return self._residents.at(places, at) if self._residents and places else None

    def _agency_contacts(self, agency: str, rows: Sequence[GroupRow], part: str) -> t.AgencyContacts:
        latest = max(rows, key=lambda row: (row["latest_at"], row["latest_id"]))
        episodes = sum(row["open"] for row in rows)
        count, months = sum(row["in_window"] for row in rows), min(row["months"] for row in rows)
        return t.AgencyContacts(
            agency=self.agency(agency),
            latest_at=moment(latest["latest_at"]),
            latest_type=latest["type"],
            latest_title=_title(latest["type"]),
            count=count,
            count_months=months,
            count_in_12_months=count if months == MONTHS else None,
            open_episodes=episodes,
            status=t.ContactStatus.OPEN if episodes else t.ContactStatus.CLOSED,
            team=self._duty_of(agency),
            residents_at_latest=(
                self._then(latest.get("latest_places"), latest["latest_at"])
                if part == t.Part.PLACE.value
                else None
            ),
        )

    def agency(self, agency: str) -> t.Agency:
        """An agency of the answer."""
        return self._agencies.get(agency) or t.Agency(id=ID(agency), name=agency, kind="unknown")

    def team(self, id_: str | None, agency: str = "") -> t.Team:
        """The team to ring: the one of this id, or who answers for the agency, or for everybody.

        Of an agency only its own: another's team that has the id knows nothing of what this one recorded.
        """
        own = agency in ("", self._agency_of.get(id_ or ""))
        return (self._teams.get(id_ or "") if own else None) or self._duty_of(agency)

    def _duty_of(self, agency: str) -> t.Team:
        return self._teams.get(self._duty_teams.get(agency) or "") or self._duty


def agencies(rows: Iterable[NamedAgencyRow]) -> dict[str, t.Agency]:
    """The agencies of an answer by id; what the directory does not know goes by its id."""
    return {
        each["id"]: t.Agency(
            id=ID(each["id"]), name=each["name"] or each["id"], kind=each["kind"] or "unknown"
        )
        for each in rows
    }


def duty_team(settings: Settings) -> t.Team:
    """The team to ring when no other is known."""
    return t.Team(
        id=ID("duty"), name=settings.duty_name, phone=settings.duty_phone, hours=settings.duty_hours
    )


def caution(duty: t.Team, *, anything: bool) -> t.Caution:
    """What every answer says of itself."""
    found = "" if anything else "Nothing that you may see is recorded here. "
    return t.Caution(
        text=f"{found}This is not proof of no concern: agencies may hold more than they share, may not have "
        f"shared it yet, or may share it with others only. If you are worried, ring the {duty.name}.",
        ring=duty,
    )


def withheld(row: SharedRow, *, scope: Scope) -> list[t.Withheld]:
    """Every class of data that the caller may not see, or not all of: whether there is any is not said."""
    listed = []
    for name in vocabulary().data_classes:
        carrying = [each for each in row["agreements"] if each["data_class"] == name]
        if name not in scope.data_classes:
            says = f"Your role may not see {_words(name)}: none is shown, whether or not there is any."
            listed.append(t.Withheld(data_class=name, by=t.WithheldBy.ROLE, says=says))
            continue
        covered = [each for each in carrying if each["serves"]]
        if not covered or len(covered) < len(carrying) or name in row["uncovered"]:
            some = "Some" if covered else "All"
            why = _why_not([each for each in carrying if not each["serves"]], scope)
            says = f"{some} {_words(name)} may be kept back: {why}."
            listed.append(t.Withheld(data_class=name, by=t.WithheldBy.AGREEMENT, says=says))
    return listed


def _why_not(kept_back: Sequence[AgreementRow], scope: Scope) -> str:
    ours = [each for each in kept_back if scope.purpose in each["purposes"]]
    lapsed = sorted(each["id"] for each in ours if each["until"] <= milliseconds(scope.serving_at))
    if lapsed:
        these = " and ".join(lapsed)
        return f"{these} has ended, or was not reviewed when it was due, or names no legal gateway"
    if ours and all(scope.agency and scope.agency not in each["parties"] for each in ours):
        return "your agency is not a party to an agreement"
    return "an agreement does not cover your purpose"


def superseded(rows: Sequence[SupersededRow]) -> t.Superseded | None:
    """What became of the id asked for, if it is an old one."""
    if not rows:
        return None
    successors = rows[0]["successors"]
    if not successors:
        says = "This id is no longer in use: every record behind it was withdrawn."
    elif len(successors) == 1:
        says = f"This id is no longer in use: {successors[0]} stands for it now."
    else:
        says = f"This id was split: {len(successors)} stand for it now, and which one is meant is not known."
    return t.Superseded(id=ID(rows[0]["id"]), successor_ids=[ID(each) for each in successors], says=says)


def outcome(count: int) -> t.Outcome:
    """None, one or several."""
    return (t.Outcome.NONE, t.Outcome.ONE, t.Outcome.SEVERAL)[min(count, 2)]


def household(row: HouseholdRow, as_of: dt.datetime) -> t.HouseholdMembers:
    """A household, each person once."""
    return t.HouseholdMembers(
        id=ID(row["id"]),
        address_ids=[ID(each) for each in row["addresses"]],
        communal=bool(row["communal"]),
        member_count=row["member_count"],
        present_count=row["present_count"],
        members=[
            t.Member(
                person_id=ID(each["id"]),
                present=_present(each["spells"], as_of),
                spells=spells(each["spells"]),
            )
            for each in row["members"]
        ],
    )


def home(row: HomeRow, as_of: dt.datetime) -> t.Home:
    """A home of a person."""
    return t.Home(
        household_id=ID(row["household"]),
        address_id=ID(row["address"]),
        communal=bool(row["communal"]),
        present=_present(row["spells"], as_of),
        spells=spells(row["spells"]),
    )


def _present(spells: Iterable[SpellRow], as_of: dt.datetime) -> bool:
    now = milliseconds(as_of)
    return any(spell["begin"] <= now < spell["end"] for spell in spells)


def spells(rows: Iterable[SpellRow]) -> list[t.Spell]:
    """Stays, without an end while they last."""
    return [
        t.Spell(
            begin=moment(row["begin"]),
            end=moment(row["end"]) if row["end"] < END else None,
            inferred=bool(row["inferred"]),
        )
        for row in rows
    ]


def _title(name: str) -> str:
    known = vocabulary().types.get(name)
    return known.title if known else name


def _words(name: str) -> str:
    return name.replace("_", " ") + " data"
