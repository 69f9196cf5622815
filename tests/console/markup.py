"""Markup in everything that pages show: in each text of the service's own answers, and sent by forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest
from tests.api.feeds.drops import Agency

from mast_api.feeds.register import DAYS, REGISTER, register
from mast_console.service import Service

EVIL: Final = "<script>window.hit=1</script><img src=x onerror=window.hit=1>\"'>{{7*7}}"
"""In small letters throughout: what a page does to letters does not hide it."""

ASKS_NOTHING: Final = {"/", "/address-check", "/people", "/shield/{id}", "/audit", "/research/download"}
"""Pages that show nothing of an answer before something is sent; the first and the last are no page."""

_FIGURES: Final = "by=person&as_of=2026-10-31&policy=nhs&holding=28"
MORE_OF: Final = {
    "/households/{id}/network": ("", "?view=timeline"),
    "/research": ("", *(f"?question={each}&{_FIGURES}" for each in ("paths", "transitions"))),
}
"""Pages that show more than one thing."""

RESULTS: Final = {
    "/address-check/result": {"address": f"99 {EVIL} avenue, zz9 9zz", "country": "GB"},
    "/people/result": {"given": EVIL, "family": f"Okafor {EVIL}"},
}
"""Pages that show what was typed, and what somebody typed there."""

OF_WHAT_IS_THERE: Final = {
    "/people/{id}/records/take-back": {"decision": EVIL, "reason": EVIL},
    "/review/{id}/take-back": {"decision": EVIL, "reason": EVIL},
    "/governance/glass": {"glass": EVIL, "justified": EVIL, "finding": EVIL},
    "/governance/flags": {"flag": EVIL, "came": EVIL},
    "/governance/requests/state": {"request": EVIL, "state": EVIL},
    "/protection/marks/{id}": {"kind": EVIL, "reason": EVIL, "of": EVIL},
    "/protection/shields/{id}": {"reason": EVIL, "of": EVIL},
    "/alerts/{id}/acknowledge": {},
}
"""Forms about what has been done here, and may not have been: they are sent by themselves."""

SENT_AS_IT_IS: Final = frozenset({"csrf", "page"})

_KEPT: Final = re.compile(
    r"[A-Z]{1,2}-[\w-]+|r[0-9a-f]{32}|[A-Z][A-Z_]*|\d{4}-\d\d-\d\d([T ].*)?|[a-z][a-z0-9-]+/\d+"
)
"""What a page goes on with, so that it has to stay what it is: ids, choices, days, rules."""


def with_markup(said: Any) -> Any:
    """An answer, each text of which ends in markup.

    Example:
        >>> with_markup({"id": "P-1", "at": "2026-11-02", "kind": "HOLD"})
        {'id': 'P-1', 'at': '2026-11-02', 'kind': 'HOLD'}
    """
    if isinstance(said, Mapping):
        return {name: with_markup(value) for name, value in said.items()}
    if isinstance(said, list):
        return [with_markup(each) for each in said]
    return said + EVIL if isinstance(said, str) and not _KEPT.fullmatch(said) else said


@contextmanager
def answers_with_markup() -> Iterator[None]:
    """As if whoever writes a directory, a feed, an agreement, a rule or a reason wrote markup in each."""
    ask = Service.ask_with

    async def asked(service: Service, token: str, purpose: str, name: str, variables: Any) -> dict[str, Any]:
        answer = await ask(service, token, purpose, name, variables)
        marked: dict[str, Any] = with_markup(answer)
        return answer if name == "signed_in" else marked

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Service, "ask_with", asked)
        yield


@contextmanager
def a_feed(data: Path, folder: Path) -> Iterator[None]:
    """One that is expected, and of which nothing came."""
    agency = Agency(folder / "feed")
    register(data, agency.source, agency.public, due="07:00", days=DAYS, shrink_percent=20, after="delete")
    yield
    (data / REGISTER).unlink()


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: where it goes, and its fields, of which some are for text."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)

    @property
    def with_markup(self) -> dict[str, str]:
        """Markup in everything that can be sent, but in what lets it be sent at all."""
        return {name: value if name in SENT_AS_IT_IS else EVIL for name, value in self.fields.items()}


class Shown(HTMLParser):
    """What the middle of a page is made of, its forms, and what can be read there, in fields too."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.forms: list[Form] = []
        self.says = ""
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside |= tag == "main"
        if not self._inside:
            return
        said = {name: value or "" for name, value in attrs}
        self.elements.add(tag)
        self.attributes |= said.keys()
        if tag == "form":
            self.forms.append(Form(said["action"].removeprefix("/console"), said["method"]))
        elif tag in ("input", "select", "textarea", "button") and "name" in said:
            self.forms[-1].fields[said["name"]] = said.get("value", "")
            if tag == "textarea" or said.get("type") == "text":
                self.forms[-1].texts.add(said["name"])
                self.says += said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._inside &= tag != "main"

    def handle_data(self, data: str) -> None:
        self.says += data if self._inside else ""

    @property
    def is_hit(self) -> bool:
        """Whether what was sent became a part of the page."""
        return bool({"img", "script"} & self.elements or {"onerror", "onmouseover"} & self.attributes)
