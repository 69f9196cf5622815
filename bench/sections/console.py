"""The console in a real Chromium: its first pages on a slow telephone, its answers, and how long it draws."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

import httpx
import neo4j
from playwright.sync_api import Browser

from bench import drawn
from bench.bench import SEED, Bench
from bench.browser import DESK, FAST_4G, SLOW_4G, TELEPHONE, Profile, chromium, sign_in, visit
from bench.questions import Place, choose
from bench.report import Figures, Measured, number
from bench.sections import resolve
from bench.service import PURPOSE, ROLE, service
from bench.turns import percentiles
from bench.wire import HEAD_END, Connection

NAME: Final = "console"
TIMES: Final = 7
SIZES: Final = {50: "", 500: "under 1,000", 2_000: "under 3,000"}
WARM_UP: Final = 20
_SEEN: Final = """() => new Promise((told) => {
  const place = document.getElementById("network");
  const seen = () => {
    const begun = performance.now();
    const tell = () => told([Number(place.dataset.drawnInMs), performance.now() - begun]);
    requestAnimationFrame(() => setTimeout(tell, 0));
  };
  if (place.dataset.drawnInMs) seen();
  else {
    const watcher = new MutationObserver(() => { watcher.disconnect(); seen(); });
    watcher.observe(place, { attributeFilter: ["data-drawn-in-ms"] });
  }
})"""


def measure(bench: Bench) -> Measured:
    """The first page, the answer about an address, and networks of three sizes."""
    resolve.prepare(bench)
    with bench.neo4j() as server:
        with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
            bench.say("choosing addresses")
            places = choose(bench, driver)
        with service(bench, more={"MAST_DEVELOPMENT_ISSUER": "1"}) as ours:
            url = f"http://127.0.0.1:{ours.port}"
            bench.say("asking as an officer does")
            answers = _answers(url, ours.port, {"hot": places.hot, "ordinary": places.ordinary})
            bench.say("opening pages on a slow telephone")
            with chromium() as browser:
                pages = _pages(browser, url, places.hot[0])
    with chromium() as browser:
        bench.say("drawing networks")
        drawings = _drawings(browser)
    return Measured(
        NAME, "The console", "In a real Chromium, headless, on this machine.", [pages, answers, drawings]
    )


def _pages(browser: Browser, url: str, place: Place) -> Figures:
    rows = [row for profile in (FAST_4G, SLOW_4G) for row in _on(browser, url, place, profile)]
    return Figures(
        "Pages on a slow telephone",
        ("page", "network", "kB over the wire", "usable after ms", "asked"),
        rows,
        [
            f"{FAST_4G.says()}; {SLOW_4G.says()}: presets of Chromium's developer tools.",
            f"Median of {TIMES}, 360 pixels wide. The first page with an empty cache, the others after "
            "it, as an officer comes to them. Over the wire: heads and bodies, packed where they are.",
            "Usable: drawn, every script run, and no task of over 50 ms after that. The first page holds its "
            "style sheet and script, which is one turn of the network, and fetches both for the next ones.",
        ],
    )


def _on(browser: Browser, url: str, place: Place, profile: Profile) -> Iterator[tuple[str, ...]]:
    found: dict[str, list[tuple[int, float]]] = {}
    for _ in range(TIMES):
        with visit(browser, TELEPHONE) as seen:
            seen.slow(profile)
            for title, path in (
                ("sign in, first of all", "/sign-in"),
                ("check an address", "/address-check"),
                ("an address", f"/addresses/{place.address}"),
            ):
                seen.bytes = 0
                seen.page.goto(f"{url}/console{path}")
                found.setdefault(title, []).append((seen.bytes, seen.usable_ms()))
                if path == "/sign-in":
                    sign_in(seen.page, url, ROLE, PURPOSE)
    for title, told in found.items():
        first = title.startswith("sign in")
        asked = ("under 150 kB, " if first else "") + "under 1,000 ms"
        size, usable = median(size for size, _ in told), median(after for _, after in told)
        yield title, profile.name, number(size / 1_000, 1), number(usable), asked


def _answers(url: str, port: int, kinds: dict[str, list[Place]]) -> Figures:
    """The page of an address, and the whole check: what was typed, and on to the page."""
    with httpx.Client(base_url=f"{url}/console", trust_env=False, timeout=60) as officer:
        form = {"csrf": _csrf(officer.get("/sign-in")), "role": ROLE, "purpose": PURPOSE}
        officer.post("/sign-in", data=form)
        csrf = _csrf(officer.get("/address-check"))
        cookies = "; ".join(f"{each.name}={each.value}" for each in officer.cookies.jar)
    rows = []
    for title, places in kinds.items():
        asked, checked = asyncio.run(_ask(port, cookies, csrf, _shuffled(places)))
        rows.append((f"{title}, by its id", *percentiles(asked), "p95 under 100"))
        rows.append((f"{title}, as typed, with its redirect", *percentiles(checked), ""))
    counts = ", ".join(f"{len(places)} {title}" for title, places in kinds.items())
    return Figures(
        "The answer about an address, as a page",
        ("addresses", "p50 ms", "p95 ms", "p99 ms", "asked"),
        rows,
        [
            f"{counts} addresses, as the section serve asks about them; the first {WARM_UP} do not count.",
            "One officer with one kept-alive connection: the console asks the service as everybody does, "
            "with audit and authentication on, and draws the page. No browser in it.",
        ],
    )


async def _ask(
    port: int, cookies: str, csrf: str, places: Sequence[Place]
) -> tuple[list[float], list[float]]:
    connection, asked, checked = await Connection.open(port), [], []
    for place in places:
        page = await connection.ask(_get(f"/addresses/{place.address}", cookies))
        form = httpx.QueryParams({"csrf": csrf, "address": place.line, "country": "GB"})
        sent = await connection.ask(_post("/address-check", str(form).encode(), cookies))
        if page.status != 200 or sent.status != 303:
            raise RuntimeError(f"the console answered with {page.status} and {sent.status}")
        answer = await connection.ask(_get(f"/addresses/{place.address}", cookies))
        asked.append(page.seconds)
        checked.append(sent.seconds + answer.seconds)
    connection.close()
    return asked[WARM_UP:], checked[WARM_UP:]


def _drawings(browser: Browser) -> Figures:
    homes = {f"H-{size:032x}": size for size in SIZES}
    rows = []
    with drawn.console_over({id_: drawn.network(size, SEED) for id_, size in homes.items()}) as url:
        for id_, size in homes.items():
            told = [_drawing(browser, url, id_) for _ in range(TIMES)]
            things, links = told[0][2:]
            script, painted = (median(each[at] for each in told) for at in (0, 1))
            rows.append(
                (number(things), number(links), number(script), number(script + painted), SIZES[size])
            )
    return Figures(
        "Drawing a network",
        ("things drawn", "links", "script, ms", "until it is painted, ms", "asked"),
        rows,
        [
            f"Median of {TIMES}, each with an empty cache, 1440 by 900 pixels, nothing slowed down. From the "
            "first line of the page's own script to the drawing in its final place, every line and shape "
            "a stop of the Tab key; nothing moves after that.",
            "The networks are generated: the service answers with about 500 things at most, and a page draws "
            "50 unless more is asked for. The page and what draws it are the console's own.",
        ],
    )


def _drawing(browser: Browser, url: str, household: str) -> tuple[float, float, int, int]:
    with visit(browser, DESK) as seen:
        sign_in(seen.page, url, *drawn.ROLE)
        seen.page.goto(f"{url}/console/households/{household}/network?most=all", wait_until="commit")
        seen.page.locator("#network").wait_for(state="attached")
        script, painted = seen.page.evaluate(_SEEN)
        things, links = (
            seen.page.locator(f".mast-drawing .mast-{kind}").count() for kind in ("thing", "link")
        )
        return script, painted, things, links


def _csrf(response: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([\w-]+)"', response.text)
    if found is None:
        raise RuntimeError(f"a page of the console without a form: {response.status_code}")
    return found[1]


def _shuffled(places: Sequence[Place]) -> list[Place]:
    """Several rounds where there are few, so that there is a ninety-fifth of a hundred."""
    many = [each for _ in range(max(1, -(-(WARM_UP + 100) // len(places)))) for each in places]
    random.Random(SEED).shuffle(many)
    return many


def _get(path: str, cookies: str) -> bytes:
    return _head("GET", path, cookies) + HEAD_END


def _post(path: str, form: bytes, cookies: str) -> bytes:
    sent = ("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}")
    return b"\r\n".join((_head("POST", path, cookies), *(line.encode() for line in sent))) + HEAD_END + form


def _head(method: str, path: str, cookies: str) -> bytes:
    lines = (
        f"{method} /console{path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept: text/html",
        "Accept-Encoding: gzip",
        "Sec-Fetch-Site: same-origin",
        f"Cookie: {cookies}",
    )
    return "\r\n".join(lines).encode()
