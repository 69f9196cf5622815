"""What a run of the resolver is said to have done."""

from __future__ import annotations

import pytest

from mast_api.commands.load import show_resolved
from mast_api.resolving import Resolved
from mast_api.terminal import Terminal
from mast_resolver.ports import Changes, Flip
from mast_resolver.records import EntityId, Kind

ANN, BEA = EntityId("P-ann"), EntityId("P-bea")


def test_whoever_changed_by_a_key_that_became_common_is_counted_once_a_batch_and_told_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = Changes(flips=(Flip("name", True, (ANN, BEA)), Flip("email", False, (ANN,))))
    resolved = (
        Resolved(Kind.PERSON, records=3) + first + Changes() + Changes(flips=(Flip("name", False, (ANN,)),))
    )
    assert resolved.changed_by_cap == 3
    show_resolved(Terminal(as_json=False), [resolved, Resolved(Kind.ADDRESS, records=2)])
    said = " ".join(capsys.readouterr().err.split())
    assert "person: 3 changed though no record of theirs did" in said
    assert "address: " not in said
