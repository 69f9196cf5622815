"""The policy: as reviewed, without a statement that changes nothing, and refused where it is not one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mast_api import access, policy
from mast_api.access import Caller, Purpose, Question, Role, admit, permit
from mast_api.policy import Policy, statements
from mast_api.policy_table import table
from mast_resolver.errors import NotAllowedError, PolicyError
from mast_resolver.vocabulary import vocabulary

ROOT = Path(__file__).parents[2]


def of(*texts: str) -> Policy:
    return Policy.of(
        texts,
        roles=list(Role),
        purposes=list(Purpose),
        questions=list(Question),
        data_classes=vocabulary().data_classes,
    )


def test_the_policy_is_the_one_that_was_reviewed() -> None:
    said = (ROOT / "docs" / "policy.md").read_text("utf-8")
    assert said == table()


@pytest.mark.parametrize("left_out", sorted(statements()))
def test_every_statement_of_the_policy_changes_it(left_out: str) -> None:
    rest = [text for id_, text in statements().items() if id_ != left_out]
    assert of(*rest).allowed < access.in_force().allowed


def test_what_no_statement_allows_is_denied() -> None:
    assert of().allowed == frozenset()


def test_a_policy_speaks_of_what_there_is_only() -> None:
    """A question or class that is misspelt would allow nothing, and nobody would see why."""
    known = {*Role, *Question, *vocabulary().data_classes, "act", "ask", "see"}
    named = {word.partition('"')[0] for text in statements().values() for word in text.split('::"')[1:]}
    assert named <= known
    purposes = {
        word
        for text in statements().values()
        for word in text.split("when {")[1].split("context.purpose")[0].split('"')[1::2]
    }
    assert purposes <= set(Purpose)


def test_every_role_may_act_for_something() -> None:
    for role in Role:
        assert any(access.in_force().may_act(role, purpose) for purpose in Purpose), role


@pytest.mark.parametrize("role", [Role.FEED, Role.RESEARCHER])
def test_who_needs_no_data_is_let_in_and_may_ask_nothing(role: Role) -> None:
    purpose = next(each for each in Purpose if access.in_force().may_act(role, each))
    caller = admit("somebody", role, "t1", claimed=purpose, header=None)
    assert caller.data_classes == frozenset()
    for question in Question:
        with pytest.raises(NotAllowedError, match="nothing here"):
            permit(caller, question)


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


def test_an_administrator_sees_which_feed_is_late_and_no_data() -> None:
    caller = admit("admin", Role.ADMINISTRATOR, "t1", claimed=Purpose.OPERATION, header=None)
    assert caller.data_classes == frozenset()
    assert access.in_force().questions(Role.ADMINISTRATOR, Purpose.OPERATION) == {Question.FEEDS}
