"""GraphiQL: there in development, where it was built, under a strict policy; and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Locator, Page
from tests.console.borough import Served, running
from tests.console.caller import Caller, csrf_of
from tests.console.person import Person

from mast_api.workspace import development_issuer
from mast_console import exploring
from mast_graph.store import Login
from mast_intake.keys import KeyRing

pytestmark = pytest.mark.graph

needs_it = pytest.mark.skipif(not exploring.built(), reason="`make console-graphiql` was not run here")
PATHS = ("/graphiql", "/graphiql/graphiql.js", "/graphiql/graphiql.css")


@pytest.fixture(scope="module")
def development(
    town: Served, neo4j_server: Login, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The same town, served by a service that is in development; its audit log is its own."""
    data = tmp_path_factory.mktemp("development")
    data.chmod(0o700)
    settings = replace(town.settings, data=data, development=True)
    development_issuer(settings)
    keys = KeyRing.read(town.settings.data / "key.json")
    with running(settings, neo4j_server, keys) as place:
        yield replace(town, url=place, settings=settings)


def test_outside_development_there_is_none(town: Served) -> None:
    assert not town.settings.development
    with Caller.signed_in(town, "administrator") as administrator:
        form = {"csrf": csrf_of(administrator.get("/operations")), "asked": "{}"}
        for path in PATHS:
            assert administrator.get(path).status_code == 404
        assert administrator.post("/graphiql", form).status_code in (404, 405)


@needs_it
def test_whoever_is_signed_in_asks_what_their_role_may_and_nobody_else_does(development: Served) -> None:
    with Caller(development) as nobody:
        assert nobody.get("/graphiql").status_code == 303
        assert nobody.post("/graphiql", {"asked": "{}"}).status_code == 303
    with Caller.signed_in(development, "administrator") as administrator:
        page = administrator.get("/graphiql")
        policy = page.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert policy != administrator.get("/graphiql").headers["content-security-policy"], "nonces are new"
        csrf = csrf_of(page)

        def asked(query: object, csrf: str = csrf) -> tuple[int, object]:
            form = {"csrf": csrf, "asked": json.dumps(query)}
            response = administrator.post("/graphiql", form)
            return response.status_code, response.json() if "json" in response.headers[
                "content-type"
            ] else None

        assert asked({"query": "{ feeds { feeds { feed } } }"}) == (200, {"data": {"feeds": {"feeds": []}}})
        status, refused = asked({"query": "{ alerts { notShown } }"})
        assert "MAST-302" in str(refused)
        assert status == 403
        assert asked("{ feeds }")[0] == 400
        assert asked({"query": "{ __typename }"}, csrf="of another")[0] == 403


@needs_it
def test_it_runs_under_its_policy_and_keeps_nothing_in_the_browser(
    chromium: Browser, development: Served
) -> None:
    with Person.at(chromium, development, viewport={"width": 1440, "height": 900}) as developer:
        developer.signs_in("administrator")
        developer.go("/graphiql")
        editor = developer.page.locator(".graphiql-query-editor .CodeMirror")
        editor.click()
        developer.page.keyboard.press("Control+A")
        developer.page.keyboard.insert_text("{ feeds { unproved { id } } }")
        developer.page.get_by_role("button", name="Execute query").click()
        developer.page.locator(".result-window", has_text="unproved").wait_for()
        assert developer.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
        assert not [each for each in developer.complaints if "Content Security" in each]


STATES: dict[str, Callable[[Page], Locator]] = {
    "a question": lambda page: page.locator(".graphiql-query-editor .cm-property"),
    "its answer": lambda page: pressed(page, "Execute query", ".result-window .cm-def"),
    "documentation": lambda page: pressed(
        page, "Show Documentation Explorer", ".graphiql-doc-explorer-root-type"
    ),
    "a type": lambda page: followed(page, "type-name", ".graphiql-doc-explorer-field-name"),
    "a field": lambda page: followed(page, "field-name", ".graphiql-doc-explorer-type-name"),
    "history": lambda page: pressed(page, "Show History", ".graphiql-history"),
    "variables": lambda page: pressed(page, "Variables", ".graphiql-editor-tool .CodeMirror"),
    "short keys": lambda page: pressed(page, "Open short keys dialog", "[role=dialog]"),
    "settings": lambda page: pressed(page, "Open settings dialog", "[role=dialog]"),
    "completion": lambda page: typed(page, "{ fee", "Control+Space", ".CodeMirror-hints"),
    "a mistake": lambda page: typed(page, "{ feeeeds }", "End", ".CodeMirror-lint-mark-error"),
}
"""What it can show, in an order in which each can be come to from that before; each gives what then shows."""


def pressed(page: Page, button: str, shows: str) -> Locator:
    page.keyboard.press("Escape")  # whatever lies over the page
    page.get_by_role("button", name=button).click()
    return page.locator(shows)


def followed(page: Page, link: str, shows: str) -> Locator:
    page.locator(f"a.graphiql-doc-explorer-{link}").first.click()
    return page.locator(shows)


def typed(page: Page, text: str, key: str, shows: str) -> Locator:
    page.keyboard.press("Escape")
    page.locator(".graphiql-query-editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)
    page.keyboard.press(key)
    return page.locator(shows)


@needs_it
def test_whatever_it_shows_can_be_read_by_everybody(chromium: Browser, development: Served) -> None:
    """Its own colours were too faint, and what one types into had no names: `console/src/graphiql.*`."""
    with Person.at(chromium, development, viewport={"width": 1440, "height": 900}) as developer:
        developer.signs_in("administrator")
        developer.go("/graphiql")
        typed(developer.page, "{ feeds { unproved { id } } }", "End", "body")
        faults = {}
        for state, shown in STATES.items():
            shown(developer.page).first.wait_for()
            if found := developer.faults():
                faults[state] = found
        assert not faults
