"""Figures for researchers: what is hidden is said to be, and a file holds what its page shows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.api.research.borough import ResearchTown, everybody
from tests.console.borough import Served, serving
from tests.console.caller import Caller
from tests.console.person import SIGNS_IN, Person
from tests.emptying import empty
from tests.everything import asking_everything
from tests.town import NOW

from mast_console.research.asking import LEVELS
from mast_graph.lease import Lease
from mast_graph.store import Login, Store
from mast_resolver.vocabulary import HIGHEST_SEVERITY

pytestmark = pytest.mark.graph

THRESHOLD = 7
"""Of the policy `nhs`: that of the service."""
TRANSITIONS = "/research?question=transitions&by=person&as_of=2026-10-31&policy=nhs&holding=28"
QUESTIONS = {
    "paths": TRANSITIONS.replace("transitions", "paths"),
    "transitions": TRANSITIONS,
    "level": TRANSITIONS.replace("transitions&by=person", "level&by=person&level=3&origin=0"),
    "referral": TRANSITIONS.replace("transitions", "referral"),
    "closure": TRANSITIONS.replace("transitions", "closure"),
}
PICTURED = ("paths", "level", "referral", "transitions")
COHORT = {"by": "PERSON", "asOf": "2026-10-31", "policy": "nhs", "holdingDays": 28}
TIMES, PATHS = asking_everything("timeToEvent"), asking_everything("escalationPaths")


@pytest.fixture(scope="module")
def town(neo4j_server: Login, _store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Three hundred people with paths: of some steps there are many, of others few."""
    empty(_store)
    folder = tmp_path_factory.mktemp("research")
    with Lease.acquire(_store, "tests") as lease:
        people = ResearchTown(_store, lease)
        people.brings(everybody())
    with serving(_store, neo4j_server, people.keys, folder, as_at=NOW, feeds=folder) as running:
        yield running


@pytest.fixture
def researcher(chromium: Browser, town: Served) -> Iterator[Person]:
    with Person.at(chromium, town, viewport={"width": 1440, "height": 900}) as person:
        person.signs_in("researcher")
        yield person


def table_of(person: Person, id_: str) -> list[list[str]]:
    """A table as it stands on the page, the mark for what is hidden."""
    rows = person.page.locator(f"#{id_} tr").all()
    cells = [[each.inner_text().strip() for each in row.locator("th, td").all()] for row in rows]
    return [["*" if cell == "* hidden" else cell for cell in row] for row in cells]


def rows_of(text: str) -> list[list[str]]:
    """The table in a file, without what it says of itself."""
    return list(csv.reader(io.StringIO("".join(text.splitlines(keepends=True)[len(head_of(text)) :]))))


def head_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("# ")]


def downloaded(person: Person, id_: str) -> str:
    with person.page.expect_download() as started:
        person.page.locator(f"a[href$='table={id_}']").click()
    assert started.value.suggested_filename.endswith(f"-{id_}-2026-10-31.csv")
    return Path(started.value.path()).read_text("utf-8")


def asks(person: Person, says: str) -> None:
    """Fill the form in, as somebody does who knows nothing of addresses."""
    person.go("/research")
    person.page.get_by_label(says, exact=True).check()
    person.page.get_by_role("button", name="Count").click()
    person.page.wait_for_load_state()


def counts(table: list[list[str]]) -> list[str]:
    return [cell for row in table[1:] for cell in row[1:]]


def test_a_researcher_asks_and_downloads_what_is_shown_with_what_is_hidden(researcher: Person) -> None:
    asks(researcher, "Moves from level to level")
    assert researcher.heading == "Moves from level to level"
    shown = table_of(researcher, "steps")
    hidden = [cell for cell in counts(shown) if cell == "*"]
    assert hidden
    assert "" not in counts(shown)
    assert any(cell.isdecimal() and int(cell) > THRESHOLD for cell in counts(shown))
    assert not [cell for cell in counts(shown) if cell.isdecimal() and 0 < int(cell) <= THRESHOLD]
    assert f"Here {len(hidden)} of" in researcher.text
    assert (
        "* hidden: fewer than 8, or a figure from which such a number could be worked out" in researcher.text
    )
    for said in ("None is about one person", "31 October 2026", "NHS: 7 and fewer are hidden", "As known at"):
        assert said in researcher.text
    text = downloaded(researcher, "steps")
    assert rows_of(text) == shown
    assert any("NHS: 7 and fewer are hidden" in line for line in head_of(text))
    assert any(line.startswith("# As it was on record at: 20") for line in head_of(text))
    assert table_of(researcher, "shares") == rows_of(downloaded(researcher, "shares"))


def test_a_download_is_the_same_question_and_counts_once(town: Served, researcher: Person) -> None:
    def remembered() -> int:
        return int(town.store.read("read.research_ledger")[0]["number"])

    researcher.go(TRANSITIONS)
    before = remembered()
    downloaded(researcher, "steps")
    downloaded(researcher, "shares")
    assert remembered() == before


@pytest.mark.parametrize("role", [role for role in SIGNS_IN if role != "researcher"])
def test_others_neither_see_the_page_nor_get_a_file(town: Served, role: str) -> None:
    with Caller.signed_in(town, role) as other:
        for path in (TRANSITIONS, TRANSITIONS.replace("?", "/download?") + "&table=steps"):
            response = other.get(path)
            assert response.status_code == 403
            assert "This page is not for your role" in response.text
            assert "steps" not in response.text
            assert ">Research<" not in response.text


def test_a_curve_is_drawn_of_the_figures_in_its_table(town: Served, researcher: Person) -> None:
    researcher.go(QUESTIONS["level"])
    assert researcher.heading == "Time to a level"
    said: Any = town.ask("researcher", "research", TIMES, level=3, cohort=COHORT)["timeToEvent"]
    reached, died = said["curves"]
    assert (len(reached["points"]) > 2, died["withheld"]) == (True, True)
    table = table_of(researcher, "times")
    assert table[0] == [
        "By day",
        "Followed until then",
        "Reached level 3 or above: how many since the row above",
        "Reached level 3 or above: per cent",
        "Reached level 3 or above: no less than",
        "Reached level 3 or above: no more than",
        "Died: per cent",
    ]
    points = reached["points"]
    least = [max(0.0, each["share"] - each["grain"] / 2) * 100 for each in points]
    most = [min(1.0, each["share"] + each["grain"] / 2) * 100 for each in points]
    highest = 0.0
    for place, (row, point) in enumerate(zip(table[1:], points, strict=True)):
        # A share never falls: what it may be is narrowed by those before it and after it.
        band = [max(least[: place + 1]), min(most[place:])]
        highest = share = max(highest, min(max(point["share"] * 100, band[0]), band[1]))
        assert row[:3] == [f"Day {point['day']}", str(point["followed"]), str(point["events"])]
        assert [float(each) for each in row[3:6]] == pytest.approx([share, *band], abs=0.051)
        assert row[6] == "*", "few died: that is hidden, and not left blank"
        assert int(row[2]) > THRESHOLD
    assert "Died: hidden (*)" in researcher.text
    assert "It is no confidence interval" in researcher.text
    drawing = researcher.page.locator("svg[role=img]")
    marks = drawing.locator("circle title").all_text_contents()
    assert marks == [
        f"Reached level 3 or above, by day {row[0].removeprefix('Day ')}: {row[3]} per cent"
        for row in table[1:]
    ]
    assert f"{table[-1][3]} per cent by day" in drawing.locator("desc").inner_html()
    assert researcher.page.get_by_text("Still followed, before that day:").count() == 1
    assert rows_of(downloaded(researcher, "times")) == table
    assert rows_of(downloaded(researcher, "starts")) == table_of(researcher, "starts")


def test_the_clocks_of_referral_are_two_questions(researcher: Person) -> None:
    researcher.go(QUESTIONS["closure"])
    assert "Days count from the first closure of a case" in researcher.text
    assert not researcher.page.locator("#look-back").count()
    researcher.go(QUESTIONS["referral"])
    assert "not to be put beside it" in researcher.text
    assert rows_of(downloaded(researcher, "look-back")) == table_of(researcher, "look-back")


def test_paths_are_drawn_of_the_rows_of_their_table(town: Served, researcher: Person) -> None:
    researcher.go(QUESTIONS["paths"])
    said: Any = town.ask("researcher", "research", PATHS, cohort=COHORT)["escalationPaths"]
    table = table_of(researcher, "follows")
    assert [int(row[2]) for row in table[1:]] == [each["times"] for each in said["arrows"]]
    assert min(int(row[2]) for row in table[1:]) > THRESHOLD
    assert ["Nothing before", "Referral accepted"] in [row[:2] for row in table]
    ribbons = researcher.page.locator("svg path title").all_text_contents()
    assert 5 < len(ribbons) <= 25
    assert set(ribbons) <= {f"{row[0]}, then {row[1]}: {row[2]} times" for row in table[1:]}
    for id_ in ("follows", "shapes", "agencies", "standing", "standing-share"):
        shown = table_of(researcher, id_)
        assert "" not in counts(shown)
        assert rows_of(downloaded(researcher, id_)) == shown
    shapes = {row[0]: row[1] for row in table_of(researcher, "shapes")}
    assert shapes["Total"] == said["basis"]["subjects"]["shown"]
    assert "Followed for less than a year" in shapes
    assert "* hidden" in researcher.page.locator("#standing").inner_text()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_it_fits_at_every_width_and_has_its_picture_taken(
    chromium: Browser, town: Served, pictures: Path, width: int
) -> None:
    with Person.at(chromium, town, viewport={"width": width, "height": 800}) as researcher:
        researcher.signs_in("researcher")
        researcher.photographs(pictures / f"research-{width}.jpg")
        assert not researcher.faults()
        for name, path in QUESTIONS.items():
            researcher.go(path)
            assert researcher.page.locator("table").count(), researcher.text
            assert not researcher.scrolls_sideways()
            assert not researcher.faults()
            if name in PICTURED:
                researcher.photographs(pictures / f"research-{name}-{width}.jpg")
        for path in (TRANSITIONS.replace("policy=nhs", "policy=opensafely"), "/research?by=person&from=soon"):
            refused = researcher.go(path).status
            assert refused in (409, 422)
            assert not researcher.faults()
            researcher.photographs(
                pictures / f"research-{'refused' if refused == 409 else 'error'}-{width}.jpg"
            )


def test_a_question_that_is_too_near_to_another_is_refused_with_what_to_do(town: Served) -> None:
    """Of those first known a day or two later few are missing: side by side the answers tell of them."""
    with Caller.signed_in(town, "researcher") as researcher:
        answers = {}
        for day in ("2025-01-01", "2025-01-03", "2025-01-05", "2025-01-07", "2025-01-09"):
            answers[day] = researcher.get(f"{TRANSITIONS}&from={day}")
        refused = [each for each in answers.values() if each.status_code == 409]
        assert refused, "none of five days was too near to another"
        for each in refused:
            assert "There is no answer to this" in each.text
            assert "MAST-350: A cohort differs by too few people from what was released" in each.text
            assert "Use the cohort and the cut-off that were released" in each.text
            assert "Trying filters that differ a little does not help" in each.text
            assert "<table" not in each.text
        path = next(f"{TRANSITIONS}&from={day}" for day, each in answers.items() if each.status_code == 409)
        file = researcher.get(path.replace("?", "/download?") + "&table=steps")
        assert (file.status_code, "attachment" in str(file.headers)) == (303, False)
        other = researcher.get(TRANSITIONS.replace("policy=nhs", "policy=opensafely"))
        assert (other.status_code, "MAST-351" in other.text) == (409, True)
        assert "Choose that policy below" in other.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        pytest.param("by=person", "Choose what you want to know", id="nothing chosen"),
        pytest.param("question=transitions&from=soon", "Give a day, such as 2/11/2026", id="no day"),
        pytest.param("question=transitions&by=cats", "Choose people or households", id="neither of both"),
        pytest.param(
            "question=transitions&as_of=2026-09-29", "no end of a month", id="the middle of a month"
        ),
        pytest.param("question=transitions&policy=acro", "shows more than", id="too open a policy"),
        pytest.param("question=transitions&known_at=2199-01-01", "KnownAt lies ahead", id="a day to come"),
        pytest.param("question=transitions&first_type=CAT", "FirstType is no type", id="no type of contact"),
        pytest.param("question=transitions&holding=-1", "Choose a number of days", id="no number"),
        pytest.param(
            "question=level&level=2&origin=3", "A level is reached from a lower", id="a level below"
        ),
        pytest.param("question=level&level=high", "Choose a level", id="no level"),
        pytest.param("question=transitions&moment=now", "Give a day that has been", id="no moment"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(town: Served, query: str, says: str) -> None:
    with Caller.signed_in(town, "researcher") as researcher:
        response = researcher.get(f"/research?{query}")
        assert response.status_code == 422, response.text
        assert says in response.text
        assert "There is a problem" in response.text
        assert "<table" not in response.text


def test_a_file_says_that_nobody_may_keep_it(town: Served) -> None:
    with Caller.signed_in(town, "researcher") as researcher:
        path = TRANSITIONS.replace("?", "/download?")
        file = researcher.get(f"{path}&table=steps")
        assert file.status_code == 200
        assert file.headers["content-type"] == "text/csv; charset=utf-8"
        assert file.headers["content-disposition"] == (
            'attachment; filename="mast-transitions-steps-2026-10-31.csv"'
        )
        assert file.headers["cache-control"] == "no-store"
        for wrong in (f"{path}&table=nothing", "/research/download", "/research/download?question=x"):
            assert researcher.get(wrong).status_code == 303
        audited = (town.settings.data / "audit.jsonl").read_text("utf-8")
        assert "transitionMatrix" in audited


def test_it_is_asked_without_scripts_and_by_keyboard(chromium: Browser, town: Served) -> None:
    with Person.at(chromium, town, java_script_enabled=False) as researcher:
        researcher.signs_in("researcher")
        assert researcher.page.url.endswith("/research"), "it is where a researcher begins"
        researcher.page.get_by_label("Moves from level to level").focus()
        researcher.page.keyboard.press("Space")
        researcher.page.keyboard.press("Enter")
        researcher.page.wait_for_url("**question=transitions**")
        assert researcher.heading == "Moves from level to level"
        link = researcher.page.get_by_role("link", name="Download this table").first
        link.focus()
        with researcher.page.expect_download() as started:
            researcher.page.keyboard.press("Enter")
        assert rows_of(Path(started.value.path()).read_text("utf-8"))[0][0] == "From"


def test_a_link_leads_to_the_answer_and_back_leads_back(chromium: Browser, town: Served) -> None:
    with Person.at(chromium, town) as researcher:
        researcher.go(TRANSITIONS)
        assert researcher.page.url.endswith("/sign-in")
        researcher.page.check("input[name=role][value=researcher]")
        researcher.page.check("input[name=purpose][value=research]")
        researcher.page.get_by_role("button", name="Sign in").click()
        researcher.page.wait_for_load_state()
        assert researcher.page.url.endswith(TRANSITIONS), "the link is followed after signing in"
        shown = table_of(researcher, "steps")
        researcher.page.get_by_role("link", name="Link to exactly this question").click()
        researcher.page.wait_for_load_state()
        assert "moment=" in researcher.page.url
        assert table_of(researcher, "steps") == shown
        assert not re.search(r"[PAHr]-?[0-9a-f]{8}", researcher.page.url)
        researcher.page.go_back()
        assert researcher.page.url.endswith(TRANSITIONS)
        assert table_of(researcher, "steps") == shown
        researcher.page.emulate_media(media="print")
        assert not researcher.page.get_by_role("link", name="Download this table").first.is_visible()
        assert researcher.page.locator("#steps").is_visible()


FITS = "each => each.scrollWidth <= each.clientWidth + 1"
CUT = """(each) => [...each.querySelectorAll("text")].filter((text) => {
  const [own, whole] = [text.getBBox(), each.viewBox.baseVal];
  return own.x < 0 || own.x + own.width > whole.width;
}).map((text) => text.textContent)"""


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_name_of_a_drawing_is_cut_off_and_what_has_no_room_says_that_it_moves(
    chromium: Browser, town: Served, width: int
) -> None:
    with Person.at(chromium, town, viewport={"width": width, "height": 800}) as researcher:
        researcher.signs_in("researcher")
        for name in ("paths", "level"):
            researcher.go(QUESTIONS[name])
            page = researcher.page
            assert page.locator("svg[role=img]").evaluate(CUT) == [], name
            fits = page.locator(".mast-drawn").evaluate(FITS)
            assert fits is (width > 360), name
            assert page.locator(".mast-drawn__hint").is_visible() is not fits


def test_on_a_tablet_a_wide_table_is_one_that_moves_under_the_names_of_its_rows(
    chromium: Browser, town: Served
) -> None:
    with Person.at(chromium, town, viewport={"width": 768, "height": 900}) as researcher:
        researcher.signs_in("researcher")
        researcher.go(TRANSITIONS)
        page, frame = researcher.page, researcher.page.locator(".mast-scrolls").first
        assert "Move the table sideways" in researcher.text
        box = page.locator("#steps").bounding_box()
        assert box
        assert box["height"] < 900, "it is seen at once"
        frame.focus()
        for _ in range(30):
            page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('.mast-scrolls').scrollLeft > 40")
        names = page.locator("#steps tbody th").first.bounding_box()
        around = frame.bounding_box()
        assert names
        assert around
        assert names["x"] == pytest.approx(around["x"], abs=2), "whose row it is stays in view"


def test_what_each_level_is_stands_beside_its_number(town: Served) -> None:
    with Caller.signed_in(town, "researcher") as researcher:
        form, answer = researcher.get("/research").text, researcher.get(TRANSITIONS).text
    assert "Level 4: a statutory enquiry (section 47 or 42)" in form
    assert "<strong>Level 6</strong>: a child looked after, or a serious incident" in answer
    assert LEVELS.keys() == set(range(HIGHEST_SEVERITY + 1))
