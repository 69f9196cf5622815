"""What looks every so often goes on looking, whatever a look came to."""

from __future__ import annotations

import threading
from collections.abc import Callable

from mast_api.lookout import Lookout
from mast_resolver.errors import GraphUnavailableError, LeaseHeldError


class Looking(Lookout):
    """Does these things one after the other, and is done when there is none left."""

    def __init__(self, *looks: Callable[[], object]) -> None:
        self.said: list[str] = []
        self.done = threading.Event()
        self._looks = iter(looks)
        super().__init__("looking", about="what is looked for", every_s=0.001, warn=self.said.append)

    def look(self) -> None:
        next(self._looks, self.done.set)()

    def looks(self) -> list[str]:
        self.start()
        assert self.done.wait(10), "it looks no more"
        self.stop()
        return self.said


def fails(error: Exception) -> Callable[[], object]:
    def look() -> None:
        raise error.with_traceback(None)

    return look


def well() -> None:
    pass


def test_a_fault_that_nobody_thought_of_is_told_without_its_text_and_looking_goes_on() -> None:
    (said,) = Looking(fails(KeyError("Ada Fox")), fails(KeyError("Bob Fox"))).looks()
    assert said.startswith(
        "what is looked for: something unexpected happened, and is tried again: KeyError at"
    )
    assert "test_lookout.py:" in said
    assert "Fox" not in said


def test_a_fault_is_told_again_once_a_look_went_well_between() -> None:
    held, broken = LeaseHeldError("somebody writes", fix="wait"), ValueError()
    by_turns = [*map(fails, (held, held, broken, held, broken))]
    said = Looking(*by_turns, well, *by_turns).looks()
    assert ["ValueError" in each for each in said] == [False, True, False, True]
    assert said[0] == said[2] == f"what is looked for: {held}"


def test_what_passes_by_itself_is_not_told() -> None:
    assert not Looking(fails(GraphUnavailableError("it is down", fix="wait"))).looks()
