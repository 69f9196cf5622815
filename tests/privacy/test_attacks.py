"""An outsider with everything as stored names nobody; with encodings opened, some, or with the option few.

The same attacks on a larger borough, with what hardening costs: ``python -m bench.attacks``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pytest
from bench.attacks.places import areas_of
from bench.attacks.stolen import Loot, Said, Town, read_town, steal
from bench.attacks.suite import Outcome, attack_opened, attack_stored

from mast_fixtures.borough import generate
from mast_intake.encode import Encoder
from mast_intake.hardening import NOTHING, WITHIN, Within
from mast_intake.keys import KeyRing

MOST_REIDENTIFIED: Final = 0.01
"""DESIGN 5: given name, family name, and date of birth or address of a person."""
MOST_VALUES: Final = 300

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Stage:
    """A borough, a larger one from the same name tables as the public list, and the stolen encodings."""

    town: Town
    public: tuple[Said, ...]
    plain: Loot
    hardened: Loot


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder = tmp_path_factory.mktemp("towns")
    generate(1_000, 7, folder / "ours")
    generate(2_000, 11, folder / "public")
    town, public = read_town(folder / "ours"), read_town(folder / "public").people
    theirs = Encoder(KeyRing({1: bytes(range(32))}, current=1))
    return Stage(town, public, steal(town, theirs), steal(town, theirs, within=WITHIN))


def attacked(stage: Stage, loot: Loot, within: Within) -> Outcome:
    mine = Encoder(KeyRing({1: bytes(range(5, 37))}, current=1))
    return attack_opened(loot, stage.town, stage.public, mine, within=within, most_values=MOST_VALUES)


@pytest.fixture(scope="module")
def plain(stage: Stage) -> Outcome:
    return attacked(stage, stage.plain, NOTHING)


@pytest.fixture(scope="module")
def hardened(stage: Stage) -> Outcome:
    return attacked(stage, stage.hardened, WITHIN)


def test_the_graph_as_stored_names_nobody(stage: Stage) -> None:
    outcome = attack_stored(stage.plain, stage.town, stage.public)
    assert outcome.identified == 0
    assert outcome.names <= MOST_REIDENTIFIED / 10
    assert outcome.fields["address"]["open tokens"] < 0.02


def test_area_codes_in_clear_name_nobody_either(stage: Stage) -> None:
    areas = areas_of(stage.town)
    outcome = attack_stored(stage.plain, stage.town, stage.public, areas=areas)
    assert outcome.identified == 0
    assert outcome.fields["address"]["open tokens"] < 0.02


def test_the_attacks_break_opened_encodings_that_are_not_hardened(plain: Outcome, hardened: Outcome) -> None:
    assert plain.fields["given_name"]["graph"] > 0.3
    assert plain.fields["given_name"]["patterns"] > 0.4
    assert plain.fields["given_name"]["frequency"] > plain.fields["given_name"]["rank"]
    assert plain.fields["address"]["structure"] > 0.2
    assert plain.names > 5 * hardened.names


def test_the_option_keeps_opened_encodings_under_the_line(hardened: Outcome) -> None:
    assert hardened.identified <= MOST_REIDENTIFIED / 10
    assert hardened.names <= MOST_REIDENTIFIED
    assert max(hardened.fields["given_name"].values()) < 0.1
    assert max(hardened.fields["family_name"].values()) < 0.03
    assert max(hardened.fields["date_of_birth"].values()) < 0.02
    assert max(hardened.fields["address"].values()) < 0.02
