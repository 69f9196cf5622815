"""A steward at the queue of pairs: by keyboard, by plain forms, and back again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.console.borough import Served
from tests.console.caller import Caller, csrf_of
from tests.console.person import Person

pytestmark = pytest.mark.graph

QUEUE = "{ reviewQueue(first: 100) { edges { node { kind lane pair { leftRecordId rightRecordId } } } } }"
ASKED = """query Q($left: ID!, $right: ID!) { why(left: $left, right: $right) {
  pair { oneEntity weightMillibits parts { millibits } decision { decision by reason } } } }"""

DECIDE = """mutation D($left: ID!, $right: ID!, $reason: String!) {
  recordMatchDecision(left: $left, right: $right, decision: DIFFERENT, reason: $reason) { decisionId } }"""


def waiting(town: Served, *lanes: str) -> list[str]:
    """The pairs that wait, of some lanes or all, as the service has them."""
    found = town.ask("steward", "safeguarding-enquiry", QUEUE)["reviewQueue"]
    assert isinstance(found, dict)
    nodes = [each["node"] for each in found["edges"]]
    named = [("ADDRESS" if each["kind"] == "ADDRESS" else each["lane"], each["pair"]) for each in nodes]
    pairs = [pair for lane, pair in named if not lanes or lane in lanes]
    return [f"{each['leftRecordId']}.{each['rightRecordId']}" for each in pairs]


def why(town: Served, pair: str) -> dict[str, object]:
    left, right = pair.split(".")
    found = town.ask("steward", "safeguarding-enquiry", ASKED, left=left, right=right)["why"]
    assert isinstance(found, dict)
    pair_: dict[str, object] = found["pair"]
    return pair_


def shown(person: Person) -> str:
    """The pair on the page."""
    return str(person.page.locator("input[name=pair]").get_attribute("value"))


def test_a_pair_is_decided_by_keyboard_the_next_one_comes_and_it_is_undone(
    somebody: Person, town: Served
) -> None:
    somebody.signs_in("steward")
    first = waiting(town)[0]
    somebody.go("/review")
    assert shown(somebody) == first
    somebody.page.keyboard.press("d")
    assert somebody.page.evaluate("document.activeElement.id") == "reason"
    somebody.page.keyboard.type("dads and sons: born 30 years apart")
    somebody.page.keyboard.press("Enter")
    somebody.page.locator(".govuk-notification-banner").wait_for()
    assert "They are different people: recorded." in somebody.text
    assert shown(somebody) != first
    assert first not in waiting(town)
    assert not somebody.faults()

    decision = why(town, first)["decision"]
    assert isinstance(decision, dict)
    assert decision["decision"] == "DIFFERENT"
    assert decision["by"] == "console-steward"
    assert decision["reason"] == "dads and sons: born 30 years apart"

    somebody.page.locator("h1").click()
    somebody.page.keyboard.press("u")
    somebody.page.wait_for_url(f"**/review/{first}")
    assert "dads and sons" in somebody.text
    assert not somebody.faults()
    somebody.page.emulate_media(media="print")
    assert somebody.page.get_by_text("dads and sons").is_visible()
    assert not somebody.page.get_by_role("button", name="Take it back").is_visible()
    somebody.page.emulate_media(media="screen")
    somebody.page.fill("#reason", "it was the wrong pair")
    somebody.page.keyboard.press("Enter")
    somebody.page.locator(".govuk-notification-banner").wait_for()
    assert "Taken back." in somebody.text
    assert why(town, first)["decision"] is None
    assert first in waiting(town)


def test_a_steward_may_go_through_one_lane_only(somebody: Person, town: Served) -> None:
    somebody.signs_in("steward")
    somebody.go("/review")
    for lane, name in (
        ("DOUBT", "One person, but in doubt"),
        ("ADDRESS", "Two addresses that may be one"),
        ("APART", "Two people who may be one"),
    ):
        somebody.page.get_by_role("link", name=name).click()
        of_lane = waiting(town, lane)
        assert shown(somebody) == of_lane[0]
        somebody.page.get_by_role("link", name="Skip: I cannot tell").click()
        if of_lane[1:]:
            assert shown(somebody) == of_lane[1]
        else:
            assert "No more pairs wait" in somebody.text
            somebody.page.get_by_role("link", name="begin at the first pair").click()
            assert shown(somebody) == of_lane[0], "still of this lane"
    assert not somebody.faults()


def test_two_addresses_are_decided_about_in_words_of_places(somebody: Person, town: Served) -> None:
    first = waiting(town, "ADDRESS")[0]
    somebody.signs_in("steward")
    somebody.go("/review?lane=ADDRESS")
    assert shown(somebody) == first
    assert "Are these two records the same address?" in somebody.text
    assert "They are two addresses." in somebody.text
    assert "person" not in somebody.page.locator("#agreement").inner_text()
    somebody.page.get_by_label("They are different addresses").check()
    somebody.page.fill("#reason", "two blocks of one number")
    somebody.page.get_by_role("button", name="Record and go on").click()
    somebody.page.locator(".govuk-notification-banner").wait_for()
    assert "They are different addresses: recorded." in somebody.text
    assert first not in waiting(town, "ADDRESS")
    somebody.go(f"/review/{first}")
    assert "Decided: different addresses" in somebody.text
    somebody.page.fill("#reason", "it was the wrong pair")
    somebody.page.get_by_role("button", name="Take it back").click()
    somebody.page.locator(".govuk-notification-banner").wait_for()
    assert first in waiting(town, "ADDRESS")
    assert not somebody.faults()


def test_what_is_missing_does_not_make_a_pair_the_last_one(somebody: Person, town: Served) -> None:
    somebody.signs_in("steward")
    somebody.go("/review")
    assert len(waiting(town)) > 1
    for press in range(2):
        assert "It is the last one." not in somebody.text, press
        somebody.page.get_by_role("button", name="Record and go on").click()
        somebody.page.locator(".govuk-error-summary").wait_for()
    assert "It is the last one." not in somebody.text


APART = "query Q($left: ID!, $right: ID!) { why(left: $left, right: $right) { entities { says } } }"


def test_of_two_people_it_is_said_what_keeps_them_apart(town: Served) -> None:
    with Caller.signed_in(town, "steward") as steward:
        for pair in waiting(town, "APART")[:3]:
            page = steward.get(f"/review/{pair}").text
            left, right = re.findall(r"/people/(P-[0-9a-f]{32})/records", page)[:2]
            said: Any = town.ask("steward", "safeguarding-enquiry", APART, left=left, right=right)["why"]
            kept = page.partition('id="apart"')[2].partition("</div>")[0]
            assert said["entities"]["says"]
            assert all(each in kept for each in said["entities"]["says"])
        assert 'id="apart"' not in steward.get(f"/review/{waiting(town, 'DOUBT')[0]}").text


def test_the_same_works_by_plain_forms_without_scripts(chromium: Browser, town: Served) -> None:
    with Person.at(chromium, town, java_script_enabled=False) as steward:
        steward.signs_in("steward")
        steward.go("/review")
        first = shown(steward)
        steward.page.get_by_role("link", name="Skip: I cannot tell").click()
        second = shown(steward)
        assert second == waiting(town)[1] != first
        was_one = why(town, second)["oneEntity"]
        steward.page.get_by_label("They are the same person").check()
        steward.page.get_by_label("Why?").fill("the agency rang both")
        steward.page.get_by_role("button", name="Record and go on").click()
        assert "They are the same person: recorded." in steward.text
        assert "?after=" in steward.page.url, "the one that was skipped is not offered at once"
        assert shown(steward) not in (first, second)
        assert why(town, second)["oneEntity"] is True
        steward.page.get_by_role("link", name="look at it again").first.click()
        steward.page.get_by_label("Why do you take it back?").fill("a slip")
        steward.page.get_by_role("button", name="Take it back").click()
        assert why(town, second)["oneEntity"] is was_one


def test_who_is_one_but_in_doubt_is_said_to_be_and_can_be_parted(somebody: Person, town: Served) -> None:
    somebody.signs_in("steward")
    somebody.go(f"/review/{waiting(town, 'APART')[0]}")
    assert somebody.heading == "Are these two records the same person?"
    assert "in doubt" not in somebody.text
    assert "All records of both become one person" in somebody.text
    pair = waiting(town, "DOUBT")[0]
    somebody.go(f"/review/{pair}")
    assert somebody.heading == "One person now, but in doubt: are these two records the same person?"
    assert "These records are one person now, but in doubt" in somebody.text
    assert "All records of this person stay together from now on" in somebody.text
    assert "(both)" in somebody.text
    assert not somebody.faults()
    somebody.page.get_by_label("They are different people").check()
    somebody.page.get_by_label("Why?").fill("two brothers")
    somebody.page.get_by_role("button", name="Record and go on").click()
    somebody.page.locator(".govuk-notification-banner").wait_for()
    assert why(town, pair)["oneEntity"] is False
    assert pair not in waiting(town)
    somebody.go(f"/review/{pair}")
    assert "in doubt" not in somebody.text
    somebody.page.get_by_label("Why do you take it back?").fill("one of them rang")
    somebody.page.get_by_role("button", name="Take it back").click()
    somebody.page.locator(".govuk-notification-banner").wait_for()
    assert pair in waiting(town, "DOUBT")


def test_the_chart_and_its_table_are_the_numbers_that_were_used(somebody: Person, town: Served) -> None:
    somebody.signs_in("steward")
    somebody.go("/review")
    used = why(town, shown(somebody))
    parts = used["parts"]
    assert isinstance(parts, list)
    rows = somebody.page.locator(".mast-fall tbody tr")
    said = [
        text.replace("\N{MINUS SIGN}", "-") for text in rows.locator("td:nth-of-type(1)").all_inner_texts()
    ]
    assert [float(each) for each in said[: len(parts)]] == [
        pytest.approx(each["millibits"] / 1_000, abs=0.051) for each in parts
    ]
    boxes = [each.bounding_box() for each in rows.locator("rect").all()]
    wide = [box["width"] for box in boxes if box][: len(parts)]
    heaviest = max(range(len(parts)), key=lambda at: abs(parts[at]["millibits"]))
    assert wide.index(max(wide)) == heaviest
    left, right = shown(somebody).upper().split(".")
    names = somebody.page.locator(".mast-sides").inner_text()
    assert all(f"{each[1:5]} {each[5:9]}" in names for each in (left, right)), "as on every other page"


def test_what_is_missing_or_refused_is_said_and_nothing_is_lost(town: Served) -> None:
    with Caller.signed_in(town, "steward") as steward:
        pair = waiting(town)[0]
        csrf = csrf_of(steward.get(f"/review/{pair}"))
        form = {"csrf": csrf, "decision": "", "reason": "sisters", "after": "", "skip": ""}
        response = steward.post(f"/review/{pair}", form)
        assert response.status_code == 422
        assert "Choose whether they are the same or not" in response.text
        assert 'value="sisters"' in response.text
        response = steward.post(f"/review/{pair}", form | {"decision": "SAME", "reason": " "})
        assert "Say why, in a sentence" in response.text
        response = steward.post(f"/review/{pair}/take-back", {"csrf": csrf, "standing": "D-1", "reason": "x"})
        assert response.status_code in (400, 404, 422)
        assert why(town, pair)["decision"] is None
        for path in ("/review/nonsense", f"/review/{'r' + '0' * 32}.{'r' + '1' * 32}"):
            assert steward.get(path).status_code == 404
        assert steward.get("/review?after=nonsense").status_code == 200


def test_single_keys_can_be_turned_off(somebody: Person) -> None:
    somebody.signs_in("steward")
    somebody.go("/review")
    pair = shown(somebody)
    somebody.page.get_by_role("button", name="Turn single keys off").click()
    assert "Single keys are off" in somebody.text
    for key in "sdku":
        somebody.page.keyboard.press(key)
    assert shown(somebody) == pair
    assert not somebody.page.locator("input[name=decision]:checked").count()


def test_a_decision_that_comes_too_late_is_kept_through_signing_in(somebody: Person, town: Served) -> None:
    somebody.signs_in("steward")
    somebody.go("/review")
    pair = shown(somebody)
    somebody.page.check("input[value=DIFFERENT]")
    somebody.page.fill("#reason", "a father and a son")
    somebody.page.context.clear_cookies(name="mast-session")
    somebody.page.get_by_role("button", name="Record and go on").click()
    assert somebody.heading == "Sign in"
    somebody.page.check("input[name=role][value=steward]")
    somebody.page.check("input[name=purpose][value=safeguarding-enquiry]")
    somebody.page.get_by_role("button", name="Sign in").click()
    somebody.page.wait_for_url(f"**/review/{pair}")
    assert "has not been recorded yet" in somebody.text
    assert somebody.page.input_value("#reason") == "a father and a son"
    assert somebody.page.is_checked("input[value=DIFFERENT]")
    assert why(town, pair)["decision"] is None


def test_markup_in_a_reason_is_shown_and_not_run(somebody: Person, town: Served) -> None:
    evil = "<img src=x onerror=window.hit=1>\"'>{{7*7}}</script><script>window.hit=1</script>"
    pair = waiting(town)[0]
    left, right = pair.split(".")
    town.ask(
        "steward",
        "safeguarding-enquiry",
        DECIDE,
        left=left,
        right=right,
        reason=evil,
    )
    somebody.signs_in("steward")
    somebody.go(f"/review/{pair}")
    assert evil in somebody.text
    assert not somebody.page.locator("main img, main script").count()
    assert somebody.page.evaluate("window.hit === undefined")
    somebody.page.fill("#reason", evil)
    somebody.page.get_by_role("button", name="Take it back").click()
    assert why(town, pair)["decision"] is None
    assert not re.search("<img|<script>", somebody.page.locator("main").inner_html())
