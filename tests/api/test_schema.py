"""The exported schema is current, and its root fields are the questions that access knows."""

from __future__ import annotations

from pathlib import Path

from graphql import GraphQLObjectType

from mast_api.access import Question
from mast_api.schema import build_schema, schema_text

ROOT = Path(__file__).parents[2]


def test_the_exported_schema_is_current() -> None:
    assert (ROOT / "docs" / "schema.graphql").read_text("utf-8") == schema_text()


OF_A_PERSON = {Question.RELATIONS.value, Question.INFERRED_RELATIONS.value}
"""Asked within `person`, and decided on apart."""


def test_every_root_field_is_a_question_that_access_decides_on() -> None:
    schema = build_schema(introspection=False).core
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    assert schema.subscription_type is not None
    fields = {
        *schema.query_type.fields,
        *schema.mutation_type.fields,
        *schema.subscription_type.fields,
    }
    within = {Question.FULL_HISTORY.value, Question.EVERY_FEED.value}
    assert fields | OF_A_PERSON | within == {question.value for question in Question}
    person = schema.get_type("Person")
    assert isinstance(person, GraphQLObjectType)
    assert set(person.fields) >= OF_A_PERSON
