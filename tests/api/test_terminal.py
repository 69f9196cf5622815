"""What the command writes can be read in a window of 80 columns: no word is cut."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from tests.town import ago

from mast_api.case_study import Question, show_answer
from mast_api.commands.load import show_loaded
from mast_api.loading import Loaded
from mast_api.terminal import Terminal, plain

AGENCIES = [
    ("Calder Valley Police", "Public protection unit", "Domestic abuse incident"),
    ("Calderwick Council adult social care", "Safeguarding adults team", "Safeguarding concern"),
    (
        "Calderwick Council children's services",
        "Early help and prevention desk",
        "Initial child protection conference",
    ),
]


def written_at(width: int) -> tuple[Terminal, io.StringIO]:
    out = io.StringIO()
    terminal = Terminal(as_json=False)
    terminal.out = Console(file=out, width=width)
    return terminal, out


def answer() -> dict[str, object]:
    agencies = [
        {
            "agency": {"name": name},
            "latestAt": ago(40).isoformat(),
            "latestTitle": title,
            "count": 3,
            "countMonths": 12,
            "openEpisodes": 1,
            "status": "OPEN",
            "team": {"name": team, "phone": "01632 960101"},
            "residentsAtLatest": {"says": "1 of the 2 people listed lived here then; 1 moved in after it."},
        }
        for name, team, title in AGENCIES
    ]
    return {
        "concernsAtAddress": {
            "outcome": "ONE",
            "matches": [],
            "buildings": [],
            "parts": [{"says": "Contacts about the place itself.", "agencies": agencies}],
            "withheld": [],
            "notShown": [],
            "caution": {
                "text": "This is not proof of no concern.",
                "ring": {"phone": "1", "hours": "always"},
            },
        }
    }


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_word_of_the_answer_is_cut(width: int) -> None:
    terminal, out = written_at(width)
    show_answer(terminal, Question("14 High Street", "GB", ago(0), "1"), answer())
    text = out.getvalue()
    assert all(len(line) <= width for line in text.splitlines())
    words = text.split()
    for said in AGENCIES:
        for word in " ".join(said).split():
            assert word in words, word
    assert text.count("ring 01632 960101") == len(AGENCIES)


def test_no_word_of_what_was_loaded_is_cut() -> None:
    terminal, out = written_at(80)
    show_loaded(terminal, [Loaded("calderwick/council_children", unchanged=True, rows=401_153)])
    assert {"council_children", "unchanged", "contacts", "rejected"} <= set(out.getvalue().split())


def test_where_columns_have_no_room_each_row_is_a_list() -> None:
    terminal, out = written_at(20)
    terminal.table("Loaded", ("feed", "rejects"), [("council_children", "rejects/a-long-name.csv")])
    assert out.getvalue() == "Loaded\n- feed: council_children\n  rejects: rejects/a-long-name.csv\n"


CELLS = st.text("abc é", min_size=1, max_size=30)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4), st.integers(10, 120))
def test_a_table_has_every_word_whole_at_any_width(rows: list[tuple[str, str, str]], width: int) -> None:
    terminal, out = written_at(width)
    terminal.table("t", ("one", "two", "three"), rows)
    told = out.getvalue().replace(",", " ").split()
    assert {word for row in rows for cell in row for word in cell.split()} <= set(told)


@given(st.text(), st.sampled_from([20, 80]))
def test_no_text_that_is_shown_is_obeyed(text: str, width: int) -> None:
    """Neither the window, by control signs, nor we ourselves, by markup: it is shown as it is written."""
    terminal, out = written_at(width)
    terminal.err = terminal.out
    terminal.table(text, ["agency", "says"], [[text, "x"], ["[/bold]", text]])
    terminal.say(text)
    terminal.warn(text)
    with terminal.step(text) as step:
        step.advance(1, 1)
    written = out.getvalue()
    obeyed = {sign for sign in written if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert obeyed <= {"\n", "\t"}
    assert "[/bold]" in written


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07", id="commands to the window"),
        pytest.param("a\u202eb\u2028c", r"a\u202eb\u2028c", id="direction, and a line of its own"),
        pytest.param("[red]a[/]", "[red]a[/]", id="markup"),
        pytest.param("two\nlines", "two\nlines", id="lines are lines"),
    ],
)
def test_control_signs_are_named(text: str, shown: str) -> None:
    assert plain(text).plain == shown
