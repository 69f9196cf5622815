"""The kinds of relation: a closed set, each with its inverse, and a damaged file is refused."""

from __future__ import annotations

import pytest

from mast_resolver.errors import VocabularyError
from mast_resolver.relations import parse_relations, relation_kinds

GOOD = "kind,inverse,code,title\nPARENT,CHILD,PRN,Parent\nCHILD,PARENT,CHILD,Child\n"


def test_the_inverse_of_the_inverse_is_the_kind_itself() -> None:
    kinds = relation_kinds()
    assert all(kinds[kind.inverse].inverse == kind.name for kind in kinds.values())
    assert {kind.name for kind in kinds.values() if kind.symmetric} == {"PARTNER", "SIBLING", "RELATIVE"}


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        pytest.param("CHILD,PARENT", "CHILD,CHILD", "inverse", id="contradiction"),
        pytest.param("PARENT,CHILD,PRN", "PARENT,KID,PRN", "inverse", id="unknown inverse"),
        pytest.param("CHILD,PARENT", "PARENT,CHILD", "twice", id="twice"),
        pytest.param("PARENT,CHILD,PRN", "parent,CHILD,PRN", "upper-case", id="small letters"),
        pytest.param("inverse,", "converse,", "cannot be read", id="no column"),
    ],
)
def test_a_damaged_file_is_refused(old: str, new: str, fact: str) -> None:
    assert old in GOOD
    with pytest.raises(VocabularyError, match=fact):
        parse_relations(GOOD.replace(old, new, 1))
