"""Did you mean: addresses like one that was typed and is not known. They are offered, never taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from strawberry import ID

from mast_api.people_search import TELLING
from mast_api.schema import address_types as a
from mast_graph.read import NearRow
from mast_graph.units import MOST_UNITS
from mast_resolver.model import read_model
from mast_resolver.records import Encoding, MatchWeight, RecordId
from mast_resolver.score import Evidence, ModelScorer

MOST_OFFERED: Final = 5
_UNIT: Final = "unit"
_NUMBER: Final = "number"
_STREET: Final = "street"

Open = Callable[[RecordId, bytes], Encoding]


@dataclass(frozen=True, slots=True)
class Offer:
    """The likeliest addresses, best first; how many more fit, and how many are flats of what was typed."""

    candidates: tuple[a.AddressCandidate, ...] = ()
    more: int = 0
    flats: int = 0

    def says(self) -> Iterable[str]:
        """What is not in the list, as sentences."""
        if self.flats:
            yield (
                f"Of the building nothing is known itself, but {self.flats} flats or rooms that may be in it "
                "are: name one."
            )
        if self.more:
            yield f"{self.more} more addresses may have been meant: say more of the address."


NOTHING: Final = Offer()


@dataclass(frozen=True, slots=True)
class _Fit:
    """How an address fits, by its likeliest record."""

    entity: str
    weight: int
    evidence: tuple[Evidence, ...]
    flat: bool
    building: str
    street: bool
    """Whether the record names one."""
    lettered: bool = False
    """Whether a letter of the number of one is the flat of the other: 12A may be Flat A, 12."""


def offered(
    asked: Sequence[Encoding],
    rows: Iterable[NearRow],
    unseal: Open,
    *,
    elsewhere: NearRow | None = None,
    lettered: Sequence[Encoding] = (),
) -> Offer:
    """The likeliest addresses, each by its likeliest record; none that speaks against itself.

    What was typed is ``asked`` under each key version that a record may be of: under another than its own
    nothing of it is alike.

    ``lettered`` is what it may be known as: of that it is said to be so, and it comes last.

    Those of ``elsewhere`` are offered whatever they weigh, by the records that are in there: they were
    looked up and found, but in a house of another name, say, or on another floor.

    A flat stands for a building that is not known itself, and a building for a flat: of such a pair all
    but the flat is weighed. A flat whose building is offered is not: it is listed there. Nor is one that
    names no street where some building is: which one it is in may hang on one that nobody may know of.
    """
    best: dict[str, _Fit] = {}
    for fit in _fits(asked, [elsewhere] if elsewhere else (), unseal):
        best.setdefault(fit.entity, fit)
    found_elsewhere = frozenset(best)
    for fit in _fits(asked, rows, unseal, lettered):
        known = best.get(fit.entity)
        if fit.entity not in found_elsewhere and fit.weight >= scorer().review_at:
            best[fit.entity] = fit if known is None or fit.weight > known.weight else known
    a_building = any(not fit.flat for fit in best.values())
    fits = [
        fit
        for fit in best.values()
        if not fit.flat or (fit.building not in best and (fit.street or not a_building))
    ]
    ranked = sorted(fits, key=lambda fit: (fit.lettered, -fit.weight, fit.entity))
    # Of a building that is not known itself the flats are listed, as they are of one that is.
    most = MOST_UNITS if ranked and all(fit.flat for fit in ranked) else MOST_OFFERED
    return Offer(
        candidates=tuple(_candidate(fit) for fit in ranked[:most]),
        more=len(ranked[most:]),
        flats=sum(fit.flat for fit in ranked),
    )


def _fits(
    asked: Sequence[Encoding], rows: Iterable[NearRow], unseal: Open, lettered: Sequence[Encoding] = ()
) -> Iterator[_Fit]:
    for row in rows:
        found = zip(row["ids"], row["sealed"], row["entities"], row["buildings"], strict=True)
        for record, sealed, entity, building in found:
            known = unseal(RecordId(record), sealed)
            fits = [_fit(each, known, entity, building) for each in asked]
            fits += [
                _lettered_fit(each, known, entity, building) for each in lettered if _is_called(each, known)
            ]
            yield max(fits, key=lambda fit: fit.weight)


def _fit(asked: Encoding, known: Encoding, entity: str, building: str) -> _Fit:
    evidence = scorer().explain_encodings(asked, known)
    weighed, flat = evidence, False
    if (_UNIT in asked.tokens) != (_UNIT in known.tokens):
        flat = _UNIT in known.tokens
        weighed = scorer().explain_encodings(_whole(asked), _whole(known))
    street = _STREET in known.tokens
    return _Fit(entity, sum(each.weight for each in weighed), evidence, flat, building, street)


def _is_called(lettered: Encoding, known: Encoding) -> bool:
    """Whether number and flat are those that what was typed may be known by."""
    return all(lettered.tokens.get(name) == known.tokens.get(name) for name in (_NUMBER, _UNIT))


def _lettered_fit(lettered: Encoding, known: Encoding, entity: str, building: str) -> _Fit:
    """By all but the letter, of which it is said where it stands."""
    evidence = scorer().explain_encodings(lettered, known)
    said = Evidence(
        "letter",
        "elsewhere",
        MatchWeight(-TELLING),
        "a letter of the house number in one is the flat in the other",
    )
    told = (said, *(each for each in evidence if each.rule not in (_NUMBER, _UNIT)))
    weight, street = sum(each.weight for each in evidence), _STREET in known.tokens
    return _Fit(entity, weight, told, flat=False, building=building, street=street, lettered=True)


def _whole(encoding: Encoding) -> Encoding:
    """The building of a place, as far as its parts are compared."""
    return replace(encoding, tokens={name: token for name, token in encoding.tokens.items() if name != _UNIT})


@cache
def scorer() -> ModelScorer:
    """Addresses have a model by hand and no term frequencies: the one that ships is the one in force."""
    return ModelScorer(read_model("address"))


def _candidate(fit: _Fit) -> a.AddressCandidate:
    parts = [each for each in fit.evidence if each.rule != "prior"]
    return a.AddressCandidate(
        address_id=ID(fit.entity),
        agrees=[each.reason for each in parts if each.weight >= TELLING],
        differs=[each.reason for each in parts if each.weight <= -TELLING],
    )
