"""GraphiQL: there in development, where it was built, under a strict policy; and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser
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
        developer.page.get_by_role("button", name="Show Documentation Explorer").click()
        developer.page.locator(".graphiql-doc-explorer", has_text="Mutation").wait_for()
        assert developer.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
        assert not [each for each in developer.complaints if "Content Security" in each]
        assert not developer.faults(outside="#graphiql"), (
            "what is within is not ours, and in development only"
        )
