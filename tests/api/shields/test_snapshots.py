"""What a snapshot withdraws does not hang on who is shielded in it: towns with them and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.emptying import empty
from tests.everything import asking_everything
from tests.register import ENQUIRY
from tests.town import Service, Town, ago

from mast_api.loading import load_source
from mast_graph.lease import Lease

pytestmark = pytest.mark.graph

HOME = "30 Mill Lane, Walsall WS1 1AB"
SOURCE = """
agency: housing
agreement: mash-2026
mode: snapshot
fields:
  record_id: id
  given_name: given
  family_name: family
  address: home
  shielded: hide
"""
HEADER = "id,given,family,home,hide"
FIRST = (f'ann,Ann,Leeson,"{HOME}",no',)
THEN = ('bob,Bob,Hall,"1 Elm Road, Walsall WS1 1AC",no',)


def asked(town: Town) -> Iterator[tuple[str, dict[str, str]]]:
    """All that can be asked of the house, by its text and its id, and of who lived there."""
    yield "concernsAtAddress", {"address": HOME}
    yield "concernsAtAddress", {"address": "30 Mil Lane, Walsall"}
    yield "address", {"id": town.address(HOME)}
    yield "addressHistory", {"id": town.address(HOME)}
    ann = f"P-{town.record('housing', 'ann')[:9]}"
    yield "person", {"id": ann}
    yield "coResidents", {"person": ann}


def told(town: Town, service: Service, folder: Path, hidden: tuple[str, ...]) -> list[str]:
    """Two snapshots, the second without the tenant, and all the answers then."""
    (folder / "rents.yaml").write_text(SOURCE, "utf-8")
    for number, rows in enumerate((FIRST, THEN)):
        town.loaded_at += timedelta(minutes=1)
        path = folder / f"rents-{len(hidden)}-{number}.csv"
        path.write_text("\n".join([HEADER, *rows, *hidden]), "utf-8")
        load_source(town.store, town._lease, town.keys, folder / "rents.yaml", [path], rejects_folder=folder)
        town.resolve()
    service.services.live.read()
    answers = []
    for field, variables in asked(town):
        response = service.ask(asking_everything(field), **variables, **ENQUIRY)
        assert response.status_code == 200, response.text
        answers.append(field + re.sub(r"H-\d+", "H", response.text))
    return answers


def test_a_house_that_a_snapshot_left_out_is_as_unknown_where_somebody_shielded_is_in_it(
    town: Town, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = ago(1)
    monkeypatch.setattr("mast_api.loading.now", lambda: moment)
    town.loaded_at = moment
    with_her = told(town, service, tmp_path, (f'eve,Evelyn,Abara,"{HOME}",person',))
    assert '"outcome":"NONE"' in with_her[0]
    empty(town.store)
    again = Town(town.store, Lease.acquire(town.store, "tests", renew=False))
    again.loaded_at = moment
    assert told(again, service, tmp_path, ()) == with_her
