"""Receivers that answer byte by byte and never end: nobody else waits for them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from tests.api.triggers.alerts import Desk
from tests.town import NOW, ago

from mast_api.access import Caller, Purpose
from mast_api.breaking_glass import BreakingGlass
from mast_api.service import in_background, listening, server, url
from mast_api.settings import Settings
from mast_api.telling import GlassNotices, Notice, Officer, Telling
from mast_api.workspace import GraphAddress
from mast_graph.glass import untold_glasses
from mast_graph.store import Login
from mast_intake.keys import KeyRing

LONG_S = 60.0
SECRET = b"s" * 32
WHY = "a child is screaming inside and nobody opens"
DRIPPED = {
    "status": b"HTTP/1.1 ",
    "headers": b"HTTP/1.1 204 No Content\r\nx-dripped: ",
    "body": b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n",
}


class Receiver(ThreadingHTTPServer):
    """A real one: drips its first answers, begun with ``drips``, for as long as it is listened to."""

    daemon_threads = True

    def __init__(self, drips: bytes, times: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/hook"
        self.drips, self.left = drips, times
        self.had: list[str] = []
        self.asked, self.took, self.over = threading.Event(), threading.Event(), threading.Event()

    def drip(self) -> bool:
        """Whether this answer is to be one that drips."""
        self.left -= 1
        return self.left >= 0


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.had.append(self.headers["webhook-id"])
        self.server.asked.set()
        if not self.server.drip():
            self.send_response(204)
            self.end_headers()
            self.server.took.set()
            return
        self.close_connection = True
        try:
            self.wfile.write(self.server.drips)
            while not self.server.over.wait(0.02):
                self.wfile.write(b"1")
        except OSError:
            pass  # who asked listens no more

    def log_message(self, *_given: object) -> None: ...


@contextmanager
def receiver(drips: str = "", times: int = 0) -> Iterator[Receiver]:
    with Receiver(DRIPPED.get(drips, b""), times) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        try:
            yield running
        finally:
            running.over.set()
            running.shutdown()


def broken(desk: Desk, *ids: str) -> None:
    town, left = desk.town, iter(ids)
    breaking = BreakingGlass(
        town.store, town.keys, clock=lambda: NOW, new_id=lambda: next(left), tell=lambda: None
    )
    for _ in ids:
        breaking.smash(Caller("pc-7", "response-officer", Purpose.RESPONSE, "t1"), reason=WHY, minutes=15)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mast_api.telling.TRY_AGAIN_S", 0.05)


@pytest.mark.parametrize("drips", ["status", "headers", "body"])
def test_a_desk_that_never_ends_its_answer_keeps_no_broken_glass_from_the_officer(
    desk: Desk, neo4j_server: Login, tmp_path: Path, drips: str
) -> None:
    """In the service as it is run. As long as the test lasts the first answer of the desk is waited for."""
    for days in (40, 20):
        desk.town.says(
            "nhs", "1", person="Ann Lee", contact="WAS_NOT_BROUGHT", at=ago(days), contact_id=f"{days}"
        )
    desk.resolve({"ann": [("nhs", "1")]})
    secret = tmp_path / "secret"
    secret.write_bytes(SECRET)
    secret.chmod(0o600)
    login = neo4j_server
    address = GraphAddress(login.uri, login.user, login.password, "neo4j")
    with receiver(drips, times=1_000) as slow, receiver() as officer:
        settings = replace(
            Settings.read({}),
            data=tmp_path / "data",
            port=0,
            development=True,
            officer_url=officer.url,
            officer_secret_file=secret,
            alerts_url=slow.url,
            alerts_secret_file=secret,
        )
        keys = KeyRing({1: bytes(32)}, current=1)
        with (
            listening(settings) as taken,
            server(settings, address, keys, warn=lambda _: None, lasting=False) as serving,
            in_background(serving, taken),
        ):
            assert httpx.get(f"{url(taken)}/health", timeout=LONG_S).status_code == 200
            assert slow.asked.wait(LONG_S), "the desk is told of the alert"
            broken(desk, "1")
            assert officer.took.wait(LONG_S), "and the officer of the glass, all the same"
    assert officer.had == ["G-1"]


@pytest.mark.parametrize("drips", ["status", "headers"])
def test_an_answer_that_drips_in_is_given_up_and_the_notice_is_told_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, drips: str
) -> None:
    monkeypatch.setattr("mast_api.telling.ANSWER_WITHIN_S", 0.5)
    broken(desk, "1", "2", "3")
    with (
        receiver(drips, times=2) as officer,
        Telling(Officer(officer.url, SECRET), GlassNotices(desk.town.store), clock=lambda: NOW),
    ):
        assert officer.took.wait(LONG_S)
    assert officer.had[:3] == ["G-1", "G-2", "G-1"], "two in a row: it is ill, and the third waits"


def test_a_notice_whose_status_says_that_it_was_taken_is_told_once_however_long_the_answer(
    desk: Desk,
) -> None:
    broken(desk, "1", "2")
    with (
        receiver("body", times=1) as officer,
        Telling(Officer(officer.url, SECRET), GlassNotices(desk.town.store), clock=lambda: NOW),
    ):
        assert officer.took.wait(LONG_S)
    assert officer.had == ["G-1", "G-2"]
    assert untold_glasses(desk.town.store, 9) == []


class _OnceUnreadable(GlassNotices):
    """What is on record cannot be read the first time, and nobody foresaw how."""

    fails = True

    def untold(self, limit: int, now: datetime) -> Iterable[Notice]:
        if self.fails:
            self.fails = False
            raise ValueError("no such glass: Ada Fox")
        return super().untold(limit, now)


def test_after_what_nobody_expected_it_goes_on_and_the_log_has_no_value(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    broken(desk, "1")
    notices = _OnceUnreadable(desk.town.store)
    with (
        caplog.at_level(logging.WARNING, "mast.api"),
        receiver() as officer,
        Telling(Officer(officer.url, SECRET), notices, clock=lambda: NOW),
    ):
        assert officer.took.wait(LONG_S)
    assert officer.had == ["G-1"]
    assert "a notice could not be told of: ValueError" in caplog.text
    assert "Ada" not in caplog.text
