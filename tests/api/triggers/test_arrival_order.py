"""Through the graph, alerts after any order of arrival are those of one look at all that is known then."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import defaultdict

import pytest
from tests.api.triggers.alerts import Desk, in_force
from tests.town import NOW, ago

from mast_analytics.evaluator import Evaluator
from mast_analytics.knowledge import believed
from mast_analytics.moves import household_id
from mast_analytics.rule_yaml import parse_rule, read_rules
from mast_graph.known import read_known
from mast_resolver.records import EntityId, Kind

pytestmark = pytest.mark.graph

SINCE = ago(900)
HOMES = ("12 Station Road, Walsall WS2 9TZ", "14 Mill Lane, Walsall, WS1 1AA")
PEOPLE = {"1": "Ann Lee", "2": "Bea Poe", "3": "Cy Ray", "4": "Di Gow"}
TYPES = (
    "WAS_NOT_BROUGHT", "WELFARE_CHECK", "DOMESTIC_ABUSE_INCIDENT", "MARAC_REFERRAL", "SECTION_47_ENQUIRY",
    "CHILD_IN_NEED", "MISSING_PERSON", "LOOKED_AFTER", "SCHOOL_CONCERN", "MATERNITY_BOOKING",
)  # fmt: skip
AGENCIES = ("police", "nhs", "council-children")
STORIES = (
    ("MARAC_REFERRAL", "DOMESTIC_ABUSE_INCIDENT"), ("WAS_NOT_BROUGHT", "WAS_NOT_BROUGHT"),
    ("LOOKED_AFTER", "MISSING_PERSON"), ("CHILD_IN_NEED", "SCHOOL_CONCERN"),
    ("MATERNITY_BOOKING", "SECTION_47_ENQUIRY"), ("FIRE_INCIDENT", "SAFEGUARDING_CONCERN"),
    ("WELFARE_CHECK", "WELFARE_CHECK", "DOMESTIC_ABUSE_INCIDENT"),
)  # fmt: skip
"""What rules that ship look for: in so few contacts drawn at random the half of them would find nothing."""


class Days:
    """What comes in step by step: late, corrected, withdrawn, of people who move, are merged and unmerged."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.draw = desk, random.Random(seed)
        self.names = itertools.count()
        self.known: dict[str, tuple[str, str]] = {}
        """Agency and reference of each contact."""
        self.hidden = ""
        """A contact of the record that is shielded."""

    def begin(self) -> None:
        """Each agency knows each of them, and it is known that it is the same person."""
        for reference, name in PEOPLE.items():
            self.move_in(reference)
            for agency in AGENCIES:
                self.desk.town.says(agency, reference, person=name)
        self.desk.town.resolve(
            {each: [(agency, each) for agency in (*AGENCIES, "housing")] for each in PEOPLE}
        )

    def step(self) -> None:
        kinds = (self.contact, self.story, self.correct, self.move_in, self.regroup, self.withdraw)
        self.draw.choices(kinds, (6, 6, 4, 1, 4, 0.5))[0]()
        self.desk.town.resolve()
        if self.draw.random() < 0.6:  # notes of several steps are worked out together, too
            self.desk.work_out()
        self.desk.later(0.01)

    def contact(self) -> None:
        id_ = f"c{next(self.names)}"
        self.known[id_] = (self.draw.choice(AGENCIES), self.draw.choice(list(PEOPLE)))
        self.says(id_)

    def story(self) -> None:
        """What a rule looks for happens to somebody, each time another agency says so."""
        reference, day = self.draw.choice(list(PEOPLE)), self.draw.randrange(10, 100)
        agencies = self.draw.sample(AGENCIES, len(AGENCIES))
        for number, type_ in enumerate(self.draw.choice(STORIES)):
            id_ = f"c{next(self.names)}"
            self.known[id_] = (agencies[number], reference)
            self.says(id_, type_, ago(day - 3 * number))

    def correct(self) -> None:
        if self.known:
            self.says(self.draw.choice(list(self.known)))

    def says(self, id_: str, type_: str = "", at: dt.datetime | None = None) -> None:
        agency, reference = self.known[id_]
        where = self.draw.random()  # mostly nobody says where it was; now and then not whom it was about
        self.desk.town.says(
            agency,
            reference,
            person=PEOPLE[reference] if where < 0.9 else None,
            place=self.draw.choice(HOMES) if where > 0.7 else None,
            contact=type_ or self.draw.choice(TYPES),
            at=at or ago(self.draw.randrange(1, 100)),
            contact_id=id_,
            category="self-neglect",
            shielded="person" if self.known[id_] == self.known.get(self.hidden) else "",
        )

    def move_in(self, reference: str = "") -> None:
        reference, since = reference or self.draw.choice(list(PEOPLE)), ago(self.draw.randrange(10, 400))
        self.desk.town.says(
            "housing", reference, person=PEOPLE[reference], place=self.draw.choice(HOMES), lives=(since, None)
        )

    def hide(self) -> None:
        """An agency shields somebody: for good, and so are all with whom they turn out to be one."""
        self.hidden = self.draw.choice(list(self.known))
        self.says(self.hidden)

    def withdraw(self) -> None:
        """An agency takes all back that it said of somebody; what happens to them later is said anew."""
        if self.known:
            gone = self.draw.choice(list(self.known.values()))
            self.known = {id_: said for id_, said in self.known.items() if said != gone}
            self.desk.town.retract(*gone)
            self.desk.town._known.pop(self.desk.town.record(*gone), None)

    def regroup(self) -> None:
        """Some record turns out to be somebody else's, or of another place: a merge, or the end of one."""
        town = self.desk.town
        kind, sign = self.draw.choice([(Kind.PERSON, "P-"), (Kind.PERSON, "P-"), (Kind.ADDRESS, "A-")])
        records = [record for record, entity in town._known.items() if entity.startswith(sign)]
        if records:
            moved = self.draw.choice(records)
            to = self.draw.choice([town._known[self.draw.choice(records)], f"{sign}new-{next(self.names)}"])
            town.supersede(kind, f"{sign}old-{next(self.names)}", to, moved={moved: to})
            town._known[moved] = EntityId(to)


def standing(desk: Desk) -> set[tuple[str, frozenset[str]]]:
    """Ids of the alerts that stand, which tell rule and contacts, and whom they are about."""
    counted = counted_as(desk)
    return {
        (each["id"], frozenset(counted.get(about, about) for about in each["about"]))
        for each in desk.town.store.read("read.every_alert")
        if not each["retracted"]
    }


def counted_as(desk: Desk) -> dict[str, str]:
    """By the id of a household what it is counted as: which of its address it is."""
    places = sorted({each for each in desk.town._known.values() if each.startswith("A-")})
    found = desk.town.store.read("read.alert_homes", people=[], addresses=places)[0]
    began: dict[str, dict[str, int]] = defaultdict(dict)
    for place, household, start in zip(found["addresses"], found["households"], found["starts"], strict=True):
        began[place][household] = min(start, began[place].get(household, start))
    return {
        household: household_id(place, number)
        for place, households in began.items()
        for number, household in enumerate(sorted(households, key=households.__getitem__))
    }


def at_once(desk: Desk) -> set[tuple[str, frozenset[str]]]:
    rules = [parse_rule(name, stored.text.encode()) for name, stored in in_force(since=SINCE)]
    evaluator = Evaluator(rules, since={rule.ref: SINCE for rule in rules})
    evaluator.take(believed(read_known(desk.town.store)), now=NOW)
    return {(alert.id, alert.about) for alert in evaluator.alerts()}


@pytest.mark.parametrize("seed", range(5))
def test_alerts_in_the_graph_are_those_of_one_look(desk: Desk, seed: int) -> None:
    desk.enable(since=SINCE)
    days, found = Days(desk, seed), set[str]()
    days.begin()
    for hidden in (False, False, True):
        for _ in range(16):
            days.step()
        if hidden:
            days.hide()
            days.step()
        desk.work_out()
        found |= {each["rule"] for each in desk.town.store.read("read.every_alert")}
        assert standing(desk) == at_once(desk)
    assert found == {rule.ref for rule in read_rules()}, "every rule that ships raised something"
    assert desk.town.store.read("read.alerts_due", now=NOW + dt.timedelta(days=1), limit=9, but=[]) == []
