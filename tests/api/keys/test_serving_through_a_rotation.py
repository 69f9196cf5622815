"""A service before, during and after a rotation: it answers the same, or refuses with a code."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.town import Service, Town, ago

from mast_api.development import DevelopmentIssuer
from mast_api.keys.in_force import KeyWatch, check_writer
from mast_api.keys.rotation import rotate, with_next_version
from mast_api.loading import load_source
from mast_api.ports import Services
from mast_graph.async_store import AsyncStore
from mast_intake.key_file import KeyFile
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_resolver.errors import KeysChangedError, KeysRotatingError

HOME = "14 High Street, Walsall WS1 1AA"
ASKED = (
    "14 high st, walsall, ws1 1aa",
    "Flat 2, 14 High Street, Walsall WS1 1AA",
    "14 Highh Street, Walsall",
)
ASK = """
query ($address: String!) {
  concernsAtAddress(address: $address) {
    outcome
    matches { addressId stage unitCount }
    didYouMean { addressId agrees differs }
    contacts { edges { parts personIds node { id type } } }
    households { id members { personId } }
  }
}
"""


class CutOffError(Exception):
    """The job was cut off here."""


@pytest.fixture
def lived(town: Town) -> Town:
    """Two people at one address, as three agencies write it, and what happened there."""
    town.says("police", "n1", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(3), uprn="100070")
    town.says("council-children", "c1", person="Ruth Ames", place=HOME, lives=(ago(400), None))
    town.says("fire", "f1", person="Ruth Ames", place="Flat 2, " + HOME, lives=(ago(30), None))
    town.says("police", "p2", person="Carl Voss", place=HOME, lives=(ago(100), None))
    town.says("police", "p1", person="Ruth Ames", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(2))
    town.resolve(
        {
            "ruth": [("council-children", "c1"), ("police", "p1"), ("fire", "f1")],
            "carl": [("police", "p2")],
        }
    )
    return town


@pytest.fixture
def path(lived: Town, tmp_path: Path) -> Path:
    """The key file of the town, with the next version added."""
    path = tmp_path / "key.json"
    with_next_version(lived.keys.file).create(path)
    return path


@pytest.fixture
def with_keys(
    services: tuple[Services, DevelopmentIssuer], looking_store: AsyncStore
) -> Callable[[KeyRing], Service]:
    """A service that works with those keys."""

    def build(keys: KeyRing) -> Service:
        parts, issuer = services
        look_up = Pseudonymiser(keys, parts.clock)
        return Service(replace(parts, look_up=look_up, keys=KeyWatch(looking_store, keys)), issuer)

    return build


def answers(service: Service) -> list[Any]:
    return [service.answer(ASK, address=address) for address in ASKED]


def stop_after(most: int) -> Callable[[int], None]:
    def progress(changed: int) -> None:
        if changed > most:
            raise CutOffError

    return progress


def no_pause(_seconds: float) -> None:
    """No service of this test is to be given notice."""


def test_a_service_with_the_new_version_answers_the_same_through_the_whole_rotation(
    lived: Town,
    path: Path,
    tmp_path: Path,
    with_keys: Callable[[KeyRing], Service],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mast_api.keys.rotation.PAGE", 1)
    lease = lived._lease
    seen = []
    with with_keys(KeyRing.read(path).newest) as service:
        before = answers(service)
        assert before[0]["outcome"] == "ONE"
        assert before[2]["didYouMean"]
        most = 0
        while True:
            try:
                rotate(lived.store, lease, path, tmp_path, on_progress=stop_after(most), pause=no_pause)
                break
            except CutOffError:
                seen.append(answers(service))
                most += 1
        after = answers(service)
    assert len(seen) > 8  # five person records, then addresses one by one, then contacts
    assert all(each == before for each in seen)
    assert after == before


def test_a_service_of_before_refuses_as_soon_as_a_rotation_is_announced(
    lived: Town, path: Path, tmp_path: Path, with_keys: Callable[[KeyRing], Service]
) -> None:
    refused = []
    with with_keys(lived.keys) as service:
        assert service.answer(ASK, address=HOME)["outcome"] == "ONE"

        def noticed(seconds: float) -> None:
            time.sleep(seconds)
            refused.append(service.ask(ASK, address=HOME))

        rotate(lived.store, lived._lease, path, tmp_path, pause=noticed)
        refused.append(service.ask(ASK, address=HOME))
    for response in refused:
        assert response.status_code == 503
        (error,) = response.json()["errors"]
        assert error["extensions"]["code"] == "MAST-113"


def test_nobody_writes_while_a_rotation_is_unfinished(
    lived: Town, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_api.keys.rotation.PAGE", 1)
    with pytest.raises(CutOffError):
        rotate(lived.store, lived._lease, path, tmp_path, on_progress=stop_after(2), pause=no_pause)
    for keys in (lived.keys, KeyRing.read(path)):
        with pytest.raises(KeysRotatingError):
            load_source(
                lived.store, lived._lease, keys, Path("none.yaml"), [], rejects_folder=tmp_path / "rejects"
            )
    assert rotate(lived.store, lived._lease, path, tmp_path, pause=no_pause).resumed
    with pytest.raises(KeysChangedError):
        check_writer(lived.store, lived.keys)
    check_writer(lived.store, KeyRing.read(path))


def test_a_rotation_goes_on_only_with_the_key_file_that_began_it(
    lived: Town, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_api.keys.rotation.PAGE", 1)
    with pytest.raises(CutOffError):
        rotate(lived.store, lived._lease, path, tmp_path, on_progress=stop_after(2), pause=no_pause)
    other = tmp_path / "other.json"
    lived.keys.file.create(other)
    with pytest.raises(KeysChangedError):
        rotate(lived.store, lived._lease, other, tmp_path, pause=no_pause)
    assert KeyFile.read(other).current == 1


def test_an_empty_graph_takes_whatever_version_the_key_file_has(town: Town) -> None:
    check_writer(town.store, KeyRing.of(with_next_version(town.keys.file)).newest)
