"""Questions of research that wait for the graph to be read keep nobody else's question waiting."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.api.research.borough import RESEARCH
from tests.everything import asking_everything
from tests.town import Service

pytestmark = pytest.mark.graph

MATRIX = asking_everything("transitionMatrix")
SEARCH = """{ searchPeople(givenName: "Ann", familyName: "Leeson") { asOf } }"""
MORE_THAN_THREADS = 36
"""Than asyncio has of its own on any machine: 32 at most."""


def test_officers_search_while_more_figures_wait_than_there_are_threads(asked: Service) -> None:
    def intended() -> int:
        return sum(
            each["event"] == "intent" and each["question"] == "transitionMatrix" for each in asked.audited()
        )

    before = intended()
    with ThreadPoolExecutor(MORE_THAN_THREADS) as askers:
        with asked.services.research.readings._one_reads:
            waiting = [askers.submit(asked.ask, MATRIX, **RESEARCH) for _ in range(MORE_THAN_THREADS)]
            while intended() < before + MORE_THAN_THREADS:
                time.sleep(0.05)
            search = asked.ask(SEARCH)
        answered = [each.result().status_code for each in waiting]
    assert search.status_code == 200, search.text
    assert answered == [200] * MORE_THAN_THREADS
