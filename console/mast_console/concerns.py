"""An answer about a place, in the order in which somebody at a door reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mast_console import words

FORMER: Final = "FORMER_RESIDENT"

Contact = Mapping[str, Any]


def summary(agencies: Sequence[Mapping[str, Any]]) -> str:
    """What every agency has of a place or a person, in a line.

    Example:
        >>> summary([{"openEpisodes": 0}, {"openEpisodes": 1}]), summary([])
        ('1 open episode. 2 agencies have had contact.', 'Nothing is on record that may be shown to you.')
    """
    if not agencies:
        return "Nothing is on record that may be shown to you."
    going_on = sum(int(each["openEpisodes"]) for each in agencies)
    said = words.count(going_on, "open episode") if going_on else "Nothing open"
    return f"{said}. {words.count(len(agencies), 'agency has', 'agencies have')} had contact."


class Answer:
    """What is open, what came last, who lives here now, and apart from it all: who used to.

    Example:
        >>> answer = Answer({"asOf": "2026-11-02T09:30:00+00:00", "contacts": {"edges": []}, "households": [],
        ...     "agencies": []})
        >>> answer.present, answer.more_open
        ([], 0)
    """

    def __init__(self, concerns: Mapping[str, Any]) -> None:
        self.concerns = concerns
        self.as_of: str = concerns["asOf"]
        self._edges = concerns["contacts"]["edges"]
        members = [member for household in concerns["households"] for member in household["members"]]
        self.present = [each for each in members if each["present"]]
        self.left = [each for each in members if not each["present"]]
        self._now = {each["personId"] for each in self.present}

    @property
    def open(self) -> list[Contact]:
        """Episodes that go on, of the place and of those who live here."""
        return [each for each in self._of_now() if each["node"]["status"] == "OPEN"]

    @property
    def latest(self) -> list[Contact]:
        """All the rest about the place and those who live here, the newest first."""
        return [each for each in self._of_now() if each["node"]["status"] != "OPEN"]

    @property
    def former(self) -> list[Contact]:
        """Of people who used to live here, while they did: nobody's who lives here now."""
        return [each for each in self._edges if each["parts"] == [FORMER]]

    @property
    def more_open(self) -> int:
        """Open episodes that are counted, but beyond those listed."""
        counted = sum(int(each["openEpisodes"]) for each in self.concerns["agencies"])
        listed = sum(1 for each in self._edges if each["node"]["status"] == "OPEN")
        return max(0, counted - listed)

    @property
    def households(self) -> list[Mapping[str, Any]]:
        """Those of which somebody lives here now first."""
        return sorted(self.concerns["households"], key=lambda each: not each["presentCount"])

    def then(self, contact: Contact) -> str:
        """Whether those who live here now lived here when something happened at the place."""
        then = contact["residentsThen"]
        if then is None or not self._now:
            return ""
        lived, unsure = self._now & set(then["livedHereIds"]), self._now & set(then["firstKnownAfterIds"])
        everybody = len(self._now)
        if len(lived) == everybody:
            return (
                "Everybody who lives here now lived here then." if everybody > 1 else "They lived here then."
            )
        said = f"{len(lived) or 'None'} of the {everybody} who live here now lived here then"
        if unsure:
            return f"{said}; of {len(unsure)} it is not known."
        return f"{said}." if lived else f"{said}: it is not their history."

    @staticmethod
    def about(contact: Contact) -> list[str]:
        """Whom a contact is about, in words, the place before people."""
        return [words.part(each) for each in contact["parts"] if each != FORMER or len(contact["parts"]) == 1]

    def _of_now(self) -> Iterator[Contact]:
        return (each for each in self._edges if each["parts"] != [FORMER])
