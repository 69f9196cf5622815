"""The policy: as reviewed, without a statement that changes nothing, and refused where it is not one."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cedarpy
import pytest

from mast_api import access, policy
from mast_api.access import Caller, Purpose, Question, Role, admit, permit
from mast_api.policy import Policy, statements
from mast_api.policy_table import table
from mast_resolver.errors import NotAllowedError, PolicyError
from mast_resolver.vocabulary import vocabulary

ROOT = Path(__file__).parents[2]
FIGURES = {
    Question.ESCALATION_PATHS, Question.TRANSITION_MATRIX, Question.TIME_TO_EVENT, Question.PROPOSE_RELEASE,
    Question.CONTACT_VOLUMES, Question.PREDICTOR_EVALUATIONS,
    Question.RELEASES, Question.RELEASE, Question.RESEARCH_CHOICES, Question.AGENCIES,
}  # fmt: skip


def of(*texts: str, roles: Iterable[str] = Role) -> Policy:
    return Policy.of(
        texts,
        roles=list(roles),
        purposes=list(Purpose),
        questions=list(Question),
        data_classes=vocabulary().data_classes,
    )


@cache
def alone(id_: str) -> Policy:
    """What one statement allows."""
    return of(statements()[id_])


def together(*policies: Policy) -> Policy:
    """What is allowed by one of them."""
    names = defaultdict[tuple[str, str, str], frozenset[str]](frozenset)
    for each in policies:
        for of_, allowed in each.by_role.items():
            names[of_] |= allowed
    return Policy(dict(names))


REVIEWED = (ROOT / "docs" / "policy.md").read_text("utf-8")


def test_the_policy_is_the_one_that_was_reviewed() -> None:
    assert table() == REVIEWED


def test_statements_only_add_to_each_other() -> None:
    """Nothing forbids, so that a statement can be looked at without the others, as is done below."""
    assert together(*map(alone, statements())) == access.in_force()


@pytest.mark.parametrize("left_out", sorted(statements()))
def test_without_a_statement_the_reviewed_table_fails(left_out: str) -> None:
    """Each in turn: none does nothing, and none can go unseen."""
    rest = [text for id_, text in statements().items() if id_ != left_out]
    assert of(*rest).allowed < access.in_force().allowed
    assert table(of(*rest)) != REVIEWED


def narrowed(text: str) -> Iterator[tuple[str, str]]:
    """A statement without one of the questions, classes or purposes that it names, each in turn."""
    said = json.loads(cedarpy.policies_to_json_str(text))
    for list_ in [
        each["Set"] for each in _within(said) if isinstance(each, dict) and len(each.get("Set", ())) > 1
    ]:
        for place in range(len(list_)):
            gone = list_.pop(place)
            yield json.dumps(gone), cedarpy.policies_from_json_str(json.dumps(said))
            list_.insert(place, gone)


@pytest.mark.parametrize("id_", sorted(statements()))
def test_without_any_part_of_a_statement_the_reviewed_table_fails(id_: str) -> None:
    others = together(*(alone(each) for each in statements() if each != id_))
    roles = {role for role, *_ in alone(id_).by_role}
    for gone, text in narrowed(statements()[id_]):
        assert table(together(others, of(text, roles=roles))) != REVIEWED, gone


@pytest.mark.parametrize("id_", sorted(statements()))
def test_without_its_purpose_a_statement_would_allow_more_and_the_reviewed_table_fails(id_: str) -> None:
    said = json.loads(cedarpy.policies_to_json_str(statements()[id_]))
    (statement,) = said["staticPolicies"].values()
    statement["conditions"] = []
    wider = cedarpy.policies_from_json_str(json.dumps(said))
    changed = of(*(wider if each == id_ else whole for each, whole in statements().items()))
    assert changed.allowed > access.in_force().allowed
    assert table(changed) != REVIEWED


def test_what_no_statement_allows_is_denied() -> None:
    assert of().allowed == frozenset()


def test_a_policy_speaks_of_what_there_is_only() -> None:
    """A question or class that is misspelt would allow nothing, and nobody would see why."""
    known = {*Role, *Question, *vocabulary().data_classes, "act", "ask", "see"}
    said = [json.loads(cedarpy.policies_to_json_str(text)) for text in statements().values()]
    named = {each["id"] for each in _within(said) if isinstance(each, dict) and {"type", "id"} <= set(each)}
    assert len(named) > 30
    assert named <= known
    values = {each["Value"] for each in _within(said) if isinstance(each, dict) and _is_text(each)}
    assert len(values) > 3
    assert values <= set(Purpose)


def _within(said: Any) -> Iterator[Any]:
    yield said
    for each in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
        yield from _within(each)


def _is_text(said: dict[str, Any]) -> bool:
    return isinstance(said.get("Value"), str)


def test_statements_are_told_apart_as_cedar_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comment, or a text within a statement, may hold what a statement begins with."""
    text = """
    @id("one") // the next is not @id("two")
    permit (principal == Role::"steward", action == Action::"ask", resource)
    when { context.purpose == "@id(\\"three\\")" };
    @note("before its id") @id("four")
    forbid (principal, action, resource); @id("five") permit (principal, action, resource);
    """
    monkeypatch.setattr(policy, "_texts", lambda _ending: [text])
    statements.cache_clear()
    try:
        assert list(statements()) == ["one", "four", "five"]
        assert all(said.count("@id") == 1 for id_, said in statements().items() if id_ != "one")
    finally:
        statements.cache_clear()


def test_every_role_may_act_for_something() -> None:
    for role in Role:
        assert any(access.in_force().may_act(role, purpose) for purpose in Purpose), role


def test_a_feed_sees_no_data_and_asks_what_became_of_its_own_deliveries() -> None:
    caller = admit("somebody", Role.FEED, "t1", claimed=Purpose.OPERATION, header=None)
    assert caller.data_classes == frozenset()
    asked = {each for each in Question if access.may(caller, each)}
    assert asked == {Question.FEEDS, Question.FEED_RECEIVED}
    with pytest.raises(NotAllowedError, match="feedReceived, feeds"):
        permit(caller, Question.EVERY_FEED)


def test_every_class_that_is_loaded_is_seen_by_somebody_and_the_sensitive_one_for_one_purpose() -> None:
    """What nobody may see would be kept for nothing."""
    sees = {
        (role, purpose): access.in_force().data_classes(role, purpose) for role in Role for purpose in Purpose
    }
    assert frozenset.union(*sees.values()) == set(vocabulary().data_classes)
    assert [who for who, classes in sees.items() if "sensitive_health" in classes] == [
        (Role.ANALYST, Purpose.CHILD_PROTECTION)
    ]
    analyst = access.in_force().questions(Role.ANALYST, Purpose.CHILD_PROTECTION)
    assert analyst == {Question.SEARCH_PEOPLE, Question.PERSON, Question.HOUSEHOLD}


def test_the_table_says_of_every_role_purpose_and_class_whether_it_is_seen() -> None:
    rows = [line for line in REVIEWED.partition("## Who sees")[2].splitlines() if line.startswith("| ")][2:]
    assert len(rows) == len(Role) * len(Purpose)
    assert {line.count("|") for line in rows} == {len(vocabulary().data_classes) + 3}


def test_a_researcher_asks_for_figures_and_for_nobody() -> None:
    researcher = admit("somebody", Role.RESEARCHER, "t1", claimed=Purpose.RESEARCH, header=None)
    asked = {each for each in Question if access.may(researcher, each)}
    assert asked == FIGURES
    assert "sensitive_health" not in researcher.data_classes


def test_a_purpose_is_part_of_what_is_allowed() -> None:
    door = Caller("pc-1", Role.PRACTITIONER, Purpose.RESPONSE, "t1")
    desk = Caller("sw-1", Role.PRACTITIONER, Purpose.ENQUIRY, "t2")
    assert desk.data_classes - door.data_classes == {"mental_health"}
    permit(desk, Question.HOUSEHOLD_NETWORK)
    with pytest.raises(NotAllowedError, match="ask for the purpose safeguarding-enquiry"):
        permit(door, Question.HOUSEHOLD_NETWORK)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("permit (principal, action, resource)", id="no end"),
        pytest.param('@id("x") permit (principal == Person::"a", action, resource);', id="another kind"),
        pytest.param(
            '@id("x") permit (principal, action == Action::"ask", resource) when { context.why == "a" };',
            id="a context there is not",
        ),
        pytest.param('permit (principal, action == Action::"ask", resource);', id="no id"),
        pytest.param('@id("x") permit (principal == ?principal, action, resource);', id="a template"),
    ],
)
def test_a_file_that_is_no_policy_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    good = list(policy._texts(".cedar"))
    monkeypatch.setattr(policy, "_texts", lambda _ending: [*good, text])
    statements.cache_clear()
    try:
        with pytest.raises(PolicyError):
            statements()
    finally:
        statements.cache_clear()


def test_two_statements_of_one_id_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    good = list(policy._texts(".cedar"))
    monkeypatch.setattr(policy, "_texts", lambda _ending: [*good, good[0]])
    statements.cache_clear()
    try:
        with pytest.raises(PolicyError, match="no id of its own"):
            statements()
    finally:
        statements.cache_clear()


def test_an_administrator_sees_what_is_late_waits_or_cannot_be_right_and_no_data() -> None:
    caller = admit("admin", Role.ADMINISTRATOR, "t1", claimed=Purpose.OPERATION, header=None)
    assert caller.data_classes == frozenset()
    assert access.in_force().questions(Role.ADMINISTRATOR, Purpose.OPERATION) == {
        Question.FEEDS,
        Question.EVERY_FEED,
        Question.FEED_RECEIVED,
        Question.RESOLVER_QUEUE,
        Question.DATA_QUALITY,
        Question.RETENTION,
        Question.AGENCIES,
    }
