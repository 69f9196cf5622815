"""Who was in what was released, and with which path, so that two releases cannot be told apart by a few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

import numpy as np

from mast_analytics.disclosure.editions import Areas, Editions, cut
from mast_analytics.disclosure.policies import Policy
from mast_analytics.disclosure.policies import policy as policy_of
from mast_analytics.disclosure.registers import DIGEST_BYTES, Content, Register, Words
from mast_resolver.errors import UsageError
from mast_resolver.research_errors import CohortTooCloseError, LedgerFullError, PolicyMixedError

SHORTEST_KEY: Final = 16
MOST_COHORTS: Final = 2_000
"""Different ones of a ledger: every pair of them is tried with each that is new, while somebody waits."""
PATHS_EACH: Final = 3
"""Paths of one person, at most, in which a cohort and a pair of others may differ: one of each."""
Cohort = Iterable[str] | Content


@dataclass(frozen=True, slots=True)
class Released:
    """One cohort as a ledger is stored: what is new to its registers, and the rows of bits over them.

    ``people`` and ``paths`` are digests of 16 bytes, ``owners`` whose each new path is, as int64. Without the
    key nobody can look for a person in it. Where there are ``areas`` the others are of places instead:
    digests of new ones, and which ones the areas are of.
    """

    policy: str
    people: bytes = field(repr=False)
    paths: bytes = field(repr=False)
    owners: bytes = field(repr=False)
    who: bytes = field(repr=False)
    what: bytes = field(repr=False)
    areas: bytes = field(repr=False, default=b"")


class Ledger:
    """Remembers cohorts under a key that stays with the custodian; ids are not kept.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> ledger = Ledger(b"a key of the research store")
        >>> len(ledger.admit({"all": map(str, range(100))}, policy("nhs")))
        1
        >>> ledger.admit({"all but one": map(str, range(99))}, policy("nhs"))
        Traceback (most recent call last):
        ...
        mast_resolver.research_errors.CohortTooCloseError: MAST-350: a cohort differs by too few people from what was released
          fix: use the cohort and the cut-off that were released, or others that differ by more
    """  # noqa: E501

    def __init__(self, key: bytes, released: Iterable[Released] = ()) -> None:
        """Raises UsageError: the key is shorter than 16 bytes."""
        if len(key) < SHORTEST_KEY:
            raise UsageError(
                "the key of a ledger is too short", fix=f"give one of {SHORTEST_KEY} bytes or more"
            )
        self._key = key[:64]
        self._people, self._paths = Register(), Register()
        self._editions = Editions(lambda place: self._digest(place.encode(), b""))
        self._policies: dict[bytes, str] = {}
        self._threshold = 0
        self._admitted: set[bytes] = set()
        """Marks of what was admitted since this was made: it is admitted again without another look."""
        self.follow(released)

    def follow(self, released: Iterable[Released]) -> None:
        """Remember what was stored, in the order in which it was admitted."""
        for each in released:
            if each.areas:
                self._editions.follow(each.people, each.who, each.areas)
                continue
            self._people.add_people(cut(each.people))
            self._paths.add(cut(each.paths), np.frombuffer(each.owners, np.int64).tolist())
            self._keep(np.frombuffer(each.who, np.uint64), np.frombuffer(each.what, np.uint64), each.policy)

    def admit(
        self, cohorts: Mapping[str, Cohort], policy: Policy, areas: Areas | None = None
    ) -> tuple[Released, ...]:
        """Remember the cohorts of a release: all of them or, if one is refused, none. Returns what is new.

        ``areas`` where something is counted by area: they are held against those of before, and what would
        be counted by those against what was.

        Cohorts of one release are not held against each other: what one table gives away is the business of
        :func:`~mast_analytics.disclosure.tables.protect`. One that was released already, with the same paths,
        is admitted again and adds nothing.

        Raises:
            CohortTooCloseError: a cohort is too small, or differs by 1 to the threshold, in who is in it or
                in whose path is another, from one that was released, or from what two of them have together,
                in common, or one without the other; or areas differ by so few from those of another look-up.
            PolicyMixedError: the same people were counted under another policy.
            LedgerFullError: a new one cannot be held against so many in the time of a question.
        """
        contents = [
            each if isinstance(each, Mapping) else dict.fromkeys(each, b"") for each in cohorts.values()
        ]
        marked = {_mark(each, policy): each for each in contents}
        known_areas = areas is None or self._editions.news(areas.codes) is None
        if marked.keys() <= self._admitted and known_areas:
            return ()
        threshold = max(self._threshold, policy.threshold)
        people, paths = self._people.copy(), self._paths.copy()
        new: list[tuple[Released, Words, Words]] = []
        for cohort in marked.values():
            known = len(people.place), len(paths.place)
            who, what = self._rows(people, paths, cohort)
            if self._again(who, what, policy):
                continue
            if len(self._paths.rows) + len(new) >= MOST_COHORTS:
                raise LedgerFullError(
                    f"{MOST_COHORTS:,} cohorts were released: a new one cannot be held against them all",
                    fix="use a cohort and a cut-off that were released",
                )
            if self._near(people, paths, who, what, threshold):
                raise CohortTooCloseError(
                    "a cohort differs by too few people from what was released",
                    fix="use the cohort and the cut-off that were released, or others that differ by more",
                )
            new.append((_released(policy, people, paths, known, who, what), who, what))
        places = None if areas is None else self._placed(areas, threshold, policy)
        people.rows, paths.rows = self._people.rows, self._paths.rows
        self._people, self._paths = people, paths
        for _, who, what in new:
            self._keep(who, what, policy.name)
        if places is not None:
            self._editions.follow(places.people, places.who, places.areas)
        self._admitted.update(marked)
        return (*(each for each, _, _ in new), *([] if places is None else [places]))

    def _near(self, people: Register, paths: Register, who: Words, what: Words, threshold: int) -> bool:
        return (
            0 < int(np.bitwise_count(who).sum()) <= threshold
            or (not self._people.holds(who) and people.too_close(who, threshold))
            or paths.too_close(what, threshold, at_most_each=PATHS_EACH)
        )

    def _placed(self, areas: Areas, threshold: int, policy: Policy) -> Released | None:
        """Areas as they are to be stored, if they may be shown beside those of each look-up before."""
        for then in self._editions.others(areas.codes):
            people, paths = self._people.copy(), self._paths.copy()
            who, what = self._rows(people, paths, areas.content(then))
            again = self._paths.holds(what) and self._people.holds(who)
            if areas.close(then, threshold) or not (
                again or not self._near(people, paths, who, what, threshold)
            ):
                raise CohortTooCloseError(
                    "areas differ by too few people from those of an earlier look-up, by which was released",
                    fix="load the look-up of then (mast load-areas), or none (--remove)",
                )
        news = self._editions.news(areas.codes)
        return None if news is None else Released(policy.name, news[0], b"", b"", news[1], b"", news[2])

    def _again(self, who: Words, what: Words, policy: Policy) -> bool:
        """Whether exactly this was released."""
        before = self._policies.get(_trimmed(who))
        if before not in (None, policy.name):
            raise PolicyMixedError(
                "the same people were counted under another policy: the two would tell more than each",
                fix=f"ask under {before}",
            )
        return self._paths.holds(what) and self._people.holds(who)

    def _keep(self, who: Words, what: Words, policy: str) -> None:
        self._people.keep(who)
        self._paths.keep(what)
        self._policies.setdefault(_trimmed(who), policy)
        self._threshold = max(self._threshold, policy_of(policy).threshold)

    def _rows(self, people: Register, paths: Register, content: Content) -> tuple[Words, Words]:
        """A cohort over both registers, which get what is new in it."""
        who = [self._digest(person.encode(), b"") for person in content]
        people.add_people(dict.fromkeys(each for each in who if each not in people.place))
        what = {
            self._digest(person, said): people.place[person]
            for person, said in zip(who, content.values(), strict=True)
        }
        fresh = {digest: owner for digest, owner in what.items() if digest not in paths.place}
        paths.add(fresh, fresh.values())
        return people.bits(who), paths.bits(what)

    def _digest(self, person: bytes, said: bytes) -> bytes:
        return blake2b(person + said, key=self._key, digest_size=DIGEST_BYTES).digest()


def _released(
    policy: Policy, people: Register, paths: Register, known: tuple[int, int], who: Words, what: Words
) -> Released:
    return Released(
        policy.name,
        people=b"".join(list(people.place)[known[0] :]),
        paths=b"".join(list(paths.place)[known[1] :]),
        owners=np.array(paths.owners[known[1] :], np.int64).tobytes(),
        who=who.tobytes(),
        what=what.tobytes(),
    )


def _mark(content: Content, policy: Policy) -> bytes:
    """The same for the same people with the same paths under the same policy."""
    digest = blake2b(policy.name.encode(), digest_size=DIGEST_BYTES)
    # Lengths stand before what they are of, so that no two contents read alike.
    for part in ([each.encode() for each in sorted(content)], [content[each] for each in sorted(content)]):
        digest.update(np.fromiter(map(len, part), np.int64, len(part)).tobytes())
        digest.update(b"".join(part))
    return digest.digest()


def _trimmed(row: Words) -> bytes:
    """The same for the same cohort, however wide the register has grown."""
    return row.tobytes().rstrip(b"\0")
