"""A machine that makes a borough change in any order, and asks every question after each way, as every role.

What may be shown says the oracle.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.api.lawful.asking import LOOKS, LeakedError, an_alert, holds
from tests.api.lawful.borough import HOMES, NAMES, SECOND, Borough, askers
from tests.api.lawful.leaks import Asked, Ids, look_for_leaks, may_ask, refused, scan
from tests.api.lawful.oracle import Asker, Event, counts_of_person, of_person, one_by_one
from tests.town import AGREEMENT, GATEWAY, People, Service

from mast_api.access import Question, in_force
from mast_graph.agreement import Term, View

ASKERS = askers(lambda role, purpose: in_force().data_classes(role, purpose))
HAPPENINGS = (
    ("police", "DOMESTIC_ABUSE_INCIDENT"),
    ("police", "MISSING_PERSON"),
    ("fire", "SAFE_AND_WELL_VISIT"),
    ("nhs", "ED_ATTENDANCE"),
    ("nhs", "ADULT_MENTAL_HEALTH_REFERRAL"),
    ("council-children", "SECTION_47_ENQUIRY"),
    ("nhs", "SEXUAL_HEALTH_CONTACT"),
)
EPISODES = ("MISSING_PERSON", "ADULT_MENTAL_HEALTH_REFERRAL", "SECTION_47_ENQUIRY")
AGES = (5, 20, 100, 300, 350, 380, 700, 1_100)
PERSON = """query($id: ID!) {
  person(id: $id, first: 100) { people {
    agencies { agency { id } count countMonths openEpisodes } contacts { edges { node { at } } } } } }"""
CLASSES = ("police", "fire", "health", "mental_health", "children", "sensitive_health")
AGREED = st.sampled_from((AGREEMENT.id, SECOND.id))


class Machine(RuleBasedStateMachine):
    """``borough`` changes; ``service`` is asked."""

    def __init__(self, borough: Callable[[], Borough], service: Service, found: People) -> None:
        super().__init__()
        self.borough, self.service, self.found = borough(), service, found
        self.said: list[Event] = []
        """Everything that ever happened, also what was erased."""
        self._minutes = iter(range(1, 10_000))
        self._turns = count()
        self.alerts_seen = 0
        self.told: set[tuple[str, str, Question]] = set()
        """Who, for what purpose, was told of somebody or something in answer to which question."""

    @initialize()
    def people_live_there(self) -> None:
        for number, ref in enumerate(NAMES):
            self.borough.lives(ref, HOMES[number % 2])

    @initialize(first=st.integers(0, 999))
    def whose_turn_it_is(self, first: int) -> None:
        self._turns = count(first)

    @rule(what=st.sampled_from(HAPPENINGS), age=st.sampled_from(AGES), agreed=AGREED,
          is_open=st.booleans(), reference=st.sampled_from("12345"))  # fmt: skip
    def something_happens(
        self, what: tuple[str, str], age: int, agreed: str, *, is_open: bool, reference: str
    ) -> None:
        agency, type_ = what
        event = self._event(agency, type_, agreed, age, is_open=is_open and type_ in EPISODES)
        ref = next((each for each in NAMES if each == (agency, reference)), None)
        if ref is None:
            ref = next(each for each in NAMES if each[0] == agency)
        self.borough.happens(ref, event)

    @rule(age=st.sampled_from(AGES), agreed=AGREED)
    def two_are_in_it(self, age: int, agreed: str) -> None:
        event = self._event("police", "DOMESTIC_ABUSE_INCIDENT", agreed, age)
        id_ = f"both {next(self._minutes)}"
        self.borough.happens(("police", "1"), event, id_)
        self.borough.shares(("police", "4"), event, id_)

    @rule()
    def two_are_said_to_be_related(self) -> None:
        self.borough.related(("police", "1"), "4")

    @rule(place=st.sampled_from(HOMES), age=st.sampled_from(AGES), agreed=AGREED)
    def something_happens_at_a_place(self, place: str, age: int, agreed: str) -> None:
        event = self._event("fire", "FIRE_INCIDENT", agreed, age)
        event.place = place
        self.borough.happens(None, event)

    @rule(data=st.data(), on=st.booleans())
    def somebody_is_shielded(self, data: st.DataObject, *, on: bool) -> None:
        self.borough.shield(data.draw(st.sampled_from(sorted(self.borough.people()))), on=on)

    @rule(place=st.sampled_from(HOMES), on=st.booleans())
    def a_place_is_shielded(self, place: str, *, on: bool) -> None:
        self.borough.shield(self.borough.town.address(place), on=on)

    @precondition(lambda self: len(self.borough.people()) > 1)
    @rule(data=st.data())
    def two_are_one(self, data: st.DataObject) -> None:
        one, other = data.draw(st.permutations(sorted(self.borough.people())))[:2]
        self.borough.merge(one, other)

    @precondition(lambda self: any(len(each) > 1 for each in self.borough.people().values()))
    @rule(data=st.data())
    def one_is_two(self, data: st.DataObject) -> None:
        several = sorted(person for person, refs in self.borough.people().items() if len(refs) > 1)
        self.borough.split(data.draw(st.sampled_from(several)))

    @precondition(lambda self: len(self.borough.people()) > 1)
    @rule(data=st.data())
    def somebody_is_erased(self, data: st.DataObject) -> None:
        self.borough.erase(data.draw(st.sampled_from(sorted(self.borough.people()))))

    @rule(id_=AGREED, months=st.sampled_from((1, 6, 12, 36)), view=st.sampled_from(View),
          gateway=st.sampled_from((GATEWAY, GATEWAY, "")),
          classes=st.sets(st.sampled_from(CLASSES), min_size=1))  # fmt: skip
    def terms_are_amended(
        self, id_: str, months: int, view: View, classes: set[str], gateway: str = GATEWAY
    ) -> None:
        terms = tuple(Term(each, gateway, view=view, months=months) for each in sorted(classes))
        self.borough.amend(id_, terms=terms, ends=None, review_by=AGREEMENT.review_by)

    @rule(id_=AGREED, parties=st.sets(st.sampled_from(AGREEMENT.parties)),
          purposes=st.sets(st.sampled_from(SECOND.purposes), min_size=1))  # fmt: skip
    def parties_and_purposes_are_amended(self, id_: str, parties: set[str], purposes: set[str]) -> None:
        self.borough.amend(id_, parties=tuple(sorted(parties)), purposes=tuple(sorted(purposes)))

    @rule(id_=AGREED, days=st.sampled_from((1, 40, 400)))
    def it_is_reviewed(self, id_: str, days: int) -> None:
        self.borough.review(id_, self.borough.clock.now.date() + dt.timedelta(days=days))

    @rule(id_=AGREED)
    def it_ends(self, id_: str) -> None:
        self.borough.end(id_)

    @rule(id_=AGREED)
    def it_is_stated_anew(self, id_: str) -> None:
        agreed = AGREEMENT if id_ == AGREEMENT.id else SECOND
        self.borough.amend(id_, **{name: getattr(agreed, name) for name in ("parties", "purposes", "terms")},
                           ends=None, review_by=agreed.review_by)  # fmt: skip

    @rule(days=st.sampled_from((1, 30, 60, 200)))
    def time_passes(self, days: int) -> None:
        self.borough.clock.now += dt.timedelta(days=days)

    @rule(asker=st.sampled_from(ASKERS))
    def everything_is_asked(self, asker: Asker) -> None:
        self.look(asker)

    @invariant()
    def somebody_asks_something(self) -> None:
        """After every step the next of the askers asks the next of their questions, about all there is.

        By turns it is held against the oracle what is shown of contacts, and looked for leaks.
        """
        turn = next(self._turns)
        asker = ASKERS[turn % len(ASKERS)]
        rounds = turn // len(ASKERS)
        may = [each for each in LOOKS if each in in_force().questions(asker.role, asker.purpose)]
        question = may[(turn + rounds) % len(may)]
        everything = sorted(may_ask(asker))
        if (turn + rounds) % 2:
            look_for_leaks(self, asker, everything[(turn + rounds) // 2 % len(everything)])
        elif question is not Question.BREAK_GLASS:  # it writes, and is asked along one way
            holds(self, asker, question, LOOKS[question])
        self.look_at_people(asker)

    def teardown(self) -> None:
        self.look(ASKERS[-3])

    def look(self, asker: Asker) -> None:
        """Ask every question as somebody; raise what is wrong."""
        look_for_leaks(self, asker)
        self.look_at_people(asker)
        self.look_at_alerts(asker)

    def look_at_alerts(self, asker: Asker) -> None:
        """No alert shows the moment of what is the latest of nobody and of no place."""
        if Question.ALERTS not in in_force().questions(asker.role, asker.purpose):
            return
        borough = self.borough
        borough.work_out_alerts()
        may = one_by_one(borough.whose(), borough.agreements, asker, borough.clock.now)
        kept = Ids.of(borough).hidden | refused(self, asker)
        text = scan(self, asker, Asked(Question.ALERTS, {"first": 100}), kept)
        self.alerts_seen += text.count('"node"')
        for event in self.said:
            if event.at not in may and event.at.isoformat() in text:
                raise LeakedError(f"alerts as {asker.role} of {asker.agency!r} show {event.at}")
        holds(self, asker, Question.ALERT, an_alert)

    def look_at_people(self, asker: Asker) -> None:
        """Ask for each person, and find exactly what may be shown."""
        for person, refs in self.borough.people().items():
            self._person(asker, person, refs, hidden=self.borough.hidden(refs))

    def _person(self, asker: Asker, person: str, refs: set[tuple[str, str]], *, hidden: bool) -> None:
        """Of a person exactly what may be shown is."""
        borough = self.borough
        (answer,) = self.answer(asker, PERSON, {"id": person})
        shown = {edge["node"]["at"] for each in answer["people"] for edge in each["contacts"]["edges"]}
        theirs = [
            event for event in borough.events if event.people & refs and not borough.hidden_event(event)
        ]
        may = set() if hidden else of_person(theirs, borough.agreements, asker, borough.clock.now)
        if shown != {at.isoformat() for at in may}:
            raise LeakedError(
                f"person as {asker.role}, {asker.purpose} of {asker.agency!r}: {shown} but {may}"
            )
        counted = {
            (each["agency"]["id"], each["count"], each["countMonths"], each["openEpisodes"])
            for one in answer["people"]
            for each in one["agencies"]
        }
        now = borough.clock.now
        right = set() if hidden else counts_of_person(theirs, borough.agreements, asker, now)
        if counted != right:
            raise LeakedError(f"person as {asker.role} of {asker.agency!r} counts {counted} but {right}")

    def households(self) -> list[str]:
        """Every household there is or was."""
        rows = self.borough.store.read("read.check_nodes", skip=0, limit=1_000)
        return sorted(str(row["properties"]["id"]) for row in rows if row["labels"] == ["Household"])

    def answer(self, asker: Asker, document: str, variables: dict[str, Any]) -> list[Any]:
        response = self.send(asker, document, variables)
        assert response.status_code == 200, response.text
        return list(response.json()["data"].values())

    def answer_or_none(self, asker: Asker, document: str, variables: dict[str, Any]) -> Any:
        """The answer of one field, or nothing where there is no such alert for whoever asks."""
        said = self.send(asker, document, variables).json()
        if said["data"]:
            return next(iter(said["data"].values()))
        assert [each["extensions"]["code"] for each in said["errors"]] == ["MAST-291"], said
        return None

    def send(self, asker: Asker, document: str, variables: dict[str, Any]) -> Any:
        token = self.service.issuer.issue(
            asker.role, asker.purpose, minutes=15, subject="s", agency=asker.agency or None
        )
        response = self.service.post(
            {"query": document, "variables": variables}, Authorization=f"Bearer {token}"
        )
        assert response.status_code < 500, response.text
        return response

    def _event(self, agency: str, type_: str, agreed: str, age: int, *, is_open: bool = False) -> Event:
        at = self.borough.clock.now.replace(second=0) - dt.timedelta(days=age, minutes=next(self._minutes))
        event = Event(agency, type_, agreed, at, is_open)
        self.said.append(event)
        return event
