"""Two releases for research: nothing joins their ids to each other, or to those of the service."""

from __future__ import annotations

import re
from collections.abc import Iterable

import networkx as nx
import pytest
from graphql import GraphQLField, GraphQLObjectType, build_schema, get_named_type
from hypothesis import given
from hypothesis import strategies as st

from mast_api.access import Question, Role, in_force
from mast_api.keys.research import ResearchIds
from mast_api.projecting import Format, Projection, text
from mast_api.schema import schema_text
from mast_intake.keys import KeyRing
from mast_resolver.errors import UsageError

KEYS = KeyRing({1: bytes(range(32))}, current=1)
AUTUMN, SPRING, OTHER = "mash-2026/autumn", "mash-2026/spring", "health-2026/autumn"
IDS = st.lists(st.integers(0, 2**128 - 1), min_size=2, max_size=40, unique=True)


def network(numbers: Iterable[int]) -> Projection:
    """People of one household each, at an address each, whom an agency knows."""
    projection = Projection()
    for number in numbers:
        person, home, place = (f"{kind}-{number:032x}" for kind in "PHA")
        projection.household(home, communal=False, members=1)
        projection.member(
            home, {"personId": person, "spells": [{"begin": "2026-01-01", "end": None, "inferred": False}]}
        )
        projection.address(place, None)
        projection.lives(home, place)
        projection.known(person, {"id": "police", "kind": "police"}, open=1)
    return projection


def ids_in(content: bytes) -> set[str]:
    return set(re.findall(r"[PAHpah]-[0-9a-f]{32}", content.decode()))


@given(IDS, st.sampled_from(list(Format)))
def test_no_id_of_one_release_is_in_another_or_in_the_service(numbers: list[int], form: Format) -> None:
    ours = network(numbers)
    found = [ids_in(text(ResearchIds(KEYS, each).renamed(ours), form)) for each in (AUTUMN, SPRING, OTHER)]
    found.append(ids_in(text(ours, form)))
    assert {len(each) for each in found} == {3 * len(numbers)}
    assert len(set().union(*found)) == sum(map(len, found))


@given(IDS)
def test_the_order_of_a_release_says_nothing_of_the_ids(numbers: list[int]) -> None:
    there = ResearchIds(KEYS, AUTUMN).renamed(network(numbers))
    back = ResearchIds(KEYS, AUTUMN).renamed(network(reversed(numbers)))
    assert text(there, Format.JSON) == text(back, Format.JSON)


def test_the_network_itself_is_the_same() -> None:
    ours, theirs = network(range(9)), ResearchIds(KEYS, AUTUMN).renamed(network(range(9)))
    assert nx.is_isomorphic(ours.graph, theirs.graph)
    assert "police" in theirs.graph


def test_without_the_key_a_pseudonym_cannot_be_made_from_the_id() -> None:
    other = KeyRing({1: bytes(range(1, 33))}, current=1)
    assert ResearchIds(KEYS, AUTUMN).pseudonym("P-1") != ResearchIds(other, AUTUMN).pseudonym("P-1")


def test_a_release_can_be_made_again_after_a_rotation() -> None:
    rotated = KeyRing({1: bytes(range(32)), 2: bytes(range(1, 33))}, current=2)
    assert ResearchIds(KEYS, AUTUMN).pseudonym("P-1") == ResearchIds(rotated, AUTUMN).pseudonym("P-1")


@pytest.mark.parametrize("release", ["", "mash", "mash/", "/autumn", "a/b/c", "Mash/autumn", "mash/au tumn"])
def test_a_release_names_its_agreement(release: str) -> None:
    with pytest.raises(UsageError):
        ResearchIds(KEYS, release)


def test_nobody_is_answered_ids_of_anybody_for_research() -> None:
    """Figures and what is put forward for publication: ids below them are of releases or agencies."""
    asked = {each for role in Role for each in Question if in_force().may_ask(role, "research", each)}
    assert asked == {
        Question.ESCALATION_PATHS,
        Question.TRANSITION_MATRIX,
        Question.TIME_TO_EVENT,
        Question.CONTACT_VOLUMES,
        Question.PREDICTOR_EVALUATIONS,
        Question.RESEARCH_CHOICES,
        Question.AGENCIES,
        Question.PROPOSE_RELEASE,
        Question.RELEASE,
        Question.RELEASES,
    }
    types = build_schema(schema_text())
    roots = [types.query_type, types.mutation_type]
    fields = [
        field for root in roots if root for name, field in root.fields.items() if name in map(str, asked)
    ]
    assert len(fields) == len(asked)
    found = set[tuple[str, str]]()
    below(fields, found, set())
    found -= {("ResearchChoices", "agencyIds"), ("Agency", "id")}
    assert {of for of, _ in found} <= {"Release", "ReleaseOutcome", "ReleaseDecision"}, found


def below(fields: Iterable[GraphQLField], ids: set[tuple[str, str]], seen: set[str]) -> None:
    """Every field of type ID that an answer can hold, by the type that has it."""
    for each in fields:
        held = get_named_type(each.type)
        if isinstance(held, GraphQLObjectType) and held.name not in seen:
            seen.add(held.name)
            ids |= {(held.name, n) for n, f in held.fields.items() if get_named_type(f.type).name == "ID"}
            below(held.fields.values(), ids, seen)
