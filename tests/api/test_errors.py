"""Every error code: one status, one row of documentation, nothing of ours in a masked error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import GraphQLError

from mast_api.errors import MASKED_CODE, STATUS, entries
from mast_resolver import errors, research_errors
from mast_resolver.errors import MastError, NotAllowedError

ROOT = Path(__file__).parents[2]


ALL = [
    each
    for each in (vars(errors) | vars(research_errors)).values()
    if isinstance(each, type) and issubclass(each, MastError)
]


def classes() -> dict[str, type[MastError]]:
    """Every error of the project by its code."""
    return {each.code: each for each in ALL}


def test_every_code_is_used_by_one_error_and_has_a_status() -> None:
    found = [each.code for each in ALL]
    assert len(found) == len(set(found))
    assert set(STATUS) == set(found)


def test_every_code_has_one_row_in_the_documentation_with_its_status() -> None:
    text = (ROOT / "docs" / "errors.md").read_text("utf-8")
    rows = re.findall(r"^\| (MAST-\d{3}) \| (\d{3}) \| (.+) \| (.+) \|$", text, re.MULTILINE)
    assert [(code, int(status)) for code, status, _, _ in rows] == sorted(STATUS.items())
    assert all(fact.strip() and fix.strip() for _, _, fact, fix in rows)


@pytest.mark.parametrize("code", sorted(classes()))
def test_every_error_has_a_sentence_that_says_what_is_the_case(code: str) -> None:
    assert classes()[code].__doc__


def test_the_status_of_several_errors_is_the_highest() -> None:
    refused = GraphQLError("x", original_error=NotAllowedError("a", fix="b"))
    unexpected = GraphQLError("x", original_error=ValueError("a value"))
    status, listed, codes = entries([refused, unexpected], lambda: "q1")
    assert (status, codes) == (500, ["MAST-302", MASKED_CODE])
    assert "a value" not in str(listed)
