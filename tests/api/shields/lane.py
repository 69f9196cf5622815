"""Further down Mill Lane: flats, moves and a withdrawal beside people who may not be known; a gazetteer."""

from __future__ import annotations

from typing import Any

from tests.town import Town, ago

UNLISTED = "40 Mill Lane, Walsall WS1 1AB"
UNLISTED_FLAT = "Flat 3, 40 Mill Lane, Walsall WS1 1AB"
LISTED = "50 Mill Lane, Walsall WS1 1AB"
LISTED_FLAT = "Flat 1, 50 Mill Lane, Walsall WS1 1AB"
ONLY_LISTED = "60 Mill Lane, Walsall WS1 1AB"
LEFT = "70 Mill Lane, Walsall WS1 1AB"
OLD_HOME = "80 Mill Lane, Walsall WS1 1AB"
NEW_HOME = "90 Mill Lane, Walsall WS1 1AB"
NUMBERS = ("100050", "100051", "100060")
LINES = (UNLISTED, UNLISTED_FLAT, LISTED, LISTED_FLAT, ONLY_LISTED, LEFT, OLD_HOME, NEW_HOME)

HIDDEN = {"pam", "moe", "nan"}
PEOPLE = {
    "hal": [("housing", "hal")],
    "ida": [("housing", "ida")],
    "jon": [("police", "jon")],
    **{
        name: [("housing", f"{name}0"), ("housing", f"{name}1")]
        for name in ("kim", "lou", "ned", "moe", "nan")
    },
    "pam": [("police", f"pam{number}") for number in range(4)],
}


def tell_what_may_be_known(town: Town) -> None:
    """Two flats, one of a building that is listed; who withdraws; and a family that moves in two steps."""
    building, flat, alone = NUMBERS
    town.lists(building, LISTED)
    town.lists(flat, LISTED_FLAT, parent=building)
    town.lists(alone, ONLY_LISTED)
    town.says("housing", "hal", person="Hal Frost", place=UNLISTED_FLAT, lives=(ago(300), None))
    town.says("housing", "ida", person="Ida Moss", place=LISTED_FLAT, lives=(ago(300), None))
    town.says("police", "jon", person="Jon Birch", place=LEFT, lives=(ago(300), None))
    _moves(town, "kim", 300)
    _moves(town, "lou", 250)
    # Nobody left within a month of him, but for somebody who may not be known of.
    town.says("housing", "ned0", person="Ned Vale", place=OLD_HOME, lives=(ago(900), ago(340)))
    town.says("housing", "ned1", person="Ned Vale", contact="ASB_CASE", at=ago(40))


def tell_what_may_not(town: Town) -> None:
    """Pam alone in buildings and houses, Moe who moved between the two of the family, Nan who went first."""
    for number, home in enumerate((UNLISTED, LISTED, ONLY_LISTED, LEFT)):
        lives = (ago(200 - number), None)
        town.says("police", f"pam{number}", person="Pam Rowe", place=home, lives=lives, shielded="person")
    _moves(town, "moe", 275, shielded="person")
    _moves(town, "nan", 320, shielded="person")


def _moves(town: Town, name: str, left: float, **more: Any) -> None:
    for number, (home, lives) in enumerate(
        ((OLD_HOME, (ago(900), ago(left))), (NEW_HOME, (ago(left), None)))
    ):
        town.says("housing", f"{name}{number}", person=f"{name} Vale", place=home, lives=lives, **more)
