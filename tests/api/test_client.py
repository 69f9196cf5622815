"""The client of our own commands: it waits where the service says so, and no longer."""

from __future__ import annotations

import pytest
from tests.api.conftest import Serve

from mast_api import client
from mast_api.rates import Rate
from mast_resolver.errors import TooManyRequestsError

ASK = "{ __typename }"


@pytest.mark.graph
def test_it_asks_again_when_the_service_says_when(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    service = serve(rate=Rate(1))
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        service.services.rate._buckets._held.clear()

    monkeypatch.setattr("mast_api.client.time.sleep", wait)
    token = service.token()
    assert client.ask(service.url, token, ASK, {}) == {"__typename": "Query"}
    assert client.ask(service.url, token, ASK, {}) == {"__typename": "Query"}
    assert waited == [60.0]


@pytest.mark.graph
def test_it_does_not_wait_for_ever(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    service = serve(rate=Rate(1))
    waited: list[float] = []
    monkeypatch.setattr("mast_api.client.time.sleep", waited.append)
    token = service.token()
    client.ask(service.url, token, ASK, {})
    with pytest.raises(TooManyRequestsError):
        client.ask(service.url, token, ASK, {})
    assert len(waited) == client.TOLD_TO_WAIT
