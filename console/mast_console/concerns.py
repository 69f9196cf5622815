"""An answer about a place, in the order in which somebody at a door reads it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from mast_console import words

FORMER: Final = "FORMER_RESIDENT"
MOST_OPEN_PAGES: Final = 5
"""Pages of open episodes that are asked for at most: five hundred of them."""

Contact = Mapping[str, Any]
Connection = Mapping[str, Any]


def summary(agencies: Sequence[Mapping[str, Any]], with_whom: str = "") -> str:
    """What every agency has of a place or a person, in a line.

    Example:
        >>> summary([{"openEpisodes": 0}, {"openEpisodes": 1}]), summary([])
        ('1 open episode. 2 agencies have had contact.', 'Nothing is on record that may be shown to you.')
        >>> summary([{"openEpisodes": 0}], "with them")
        'Nothing open. 1 agency has had contact with them.'
    """
    with_whom = f" {with_whom}" if with_whom else ""
    if not agencies:
        return f"Nothing{with_whom and f' of contact{with_whom}'} is on record that may be shown to you."
    said = words.count(going_on(agencies), "open episode") if going_on(agencies) else "Nothing open"
    return f"{said}. {words.count(len(agencies), 'agency has', 'agencies have')} had contact{with_whom}."


def going_on(agencies: Iterable[Mapping[str, Any]]) -> int:
    """How many episodes are open, as agencies are counted: however old, and on whatever page."""
    return sum(int(each["openEpisodes"]) for each in agencies)


async def every_open(
    agencies: Iterable[Mapping[str, Any]],
    page: Connection,
    more: Callable[[str | None], Awaitable[Connection | None]],
) -> list[Contact]:
    """Every episode that is open: of a page, or asked for by themselves where it has not all of them.

    ``more`` asks for the open ones alone, after a cursor: a page is by day, and an episode may be old.
    """
    listed = [each for each in page["edges"] if each["node"]["status"] == "OPEN"]
    if len(listed) >= going_on(agencies):
        return listed
    found: list[Contact] = []
    after: str | None = None
    for _ in range(MOST_OPEN_PAGES):
        asked = await more(after)
        if asked is None:
            break
        found += asked["edges"]
        after = asked["pageInfo"]["endCursor"]
        if not asked["pageInfo"]["hasNextPage"]:
            break
    return found or listed


class Answer:
    """What is open, what came last, who lives here now, and apart from it all: who used to.

    ``opened`` is every open episode, whether or not the page of contacts has it.

    Example:
        >>> answer = Answer({"asOf": "2026-11-02T09:30:00+00:00", "contacts": {"edges": []}, "households": [],
        ...     "agenciesNow": [], "agenciesBefore": []}, [])
        >>> answer.present, answer.more_open
        ([], 0)
    """

    def __init__(self, concerns: Mapping[str, Any], opened: Sequence[Contact]) -> None:
        self.concerns = concerns
        self.as_of: str = concerns["asOf"]
        self._edges = concerns["contacts"]["edges"]
        self._opened = opened
        members = [member for household in concerns["households"] for member in household["members"]]
        self.present = [each for each in members if each["present"]]
        self.left = [each for each in members if not each["present"]]
        self._now = {each["personId"] for each in self.present}

    @property
    def open(self) -> list[Contact]:
        """Episodes that go on, of the place and of those who live here."""
        return [each for each in self._opened if each["parts"] != [FORMER]]

    @property
    def latest(self) -> list[Contact]:
        """The rest of the page about the place and those who live here, the newest first."""
        return [
            each for each in self._edges if each["parts"] != [FORMER] and each["node"]["status"] != "OPEN"
        ]

    @property
    def former_open(self) -> list[Contact]:
        """Episodes that go on of people who used to live here, and of nobody who does."""
        return [each for each in self._opened if each["parts"] == [FORMER]]

    @property
    def former(self) -> list[Contact]:
        """The rest of the page of who used to live here, while they did: nobody's who lives here now."""
        return [
            each for each in self._edges if each["parts"] == [FORMER] and each["node"]["status"] != "OPEN"
        ]

    @property
    def more_open(self) -> int:
        """Open episodes of the place and of those who live here that are counted, but not listed."""
        return max(0, going_on(self.concerns["agenciesNow"]) - len(self.open))

    @property
    def more_former_open(self) -> int:
        """The same of those who used to live here."""
        return max(0, going_on(self.concerns["agenciesBefore"]) - len(self.former_open))

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

    def whom(self, contact: Contact) -> list[str]:
        """The people whose contact it is: of those who live here, or of those who used to."""
        members = self.left if contact["parts"] == [FORMER] else self.present
        listed = dict.fromkeys(each["personId"] for each in members)
        return [id_ for id_ in listed if id_ in contact["personIds"]]

    @staticmethod
    def about(contact: Contact) -> list[str]:
        """Whom a contact is about, in words, the place before people."""
        return [words.part(each) for each in contact["parts"] if each != FORMER or len(contact["parts"]) == 1]
