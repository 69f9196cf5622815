"""Pair weights in whole millibits under a frozen model, and the same numbers in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.address_comparisons import CONTRADICTIONS, PERHAPS_MISSPELT
from mast_resolver.columns import Columns, lengthen
from mast_resolver.compare import MISSING, Comparer, Level, Rows
from mast_resolver.comparisons import COMPARISONS
from mast_resolver.errors import ModelFileError
from mast_resolver.frequencies import TermFrequencies, adjustments
from mast_resolver.mistakable import Mistakable
from mast_resolver.model import SAME, UNRELATED, Model
from mast_resolver.ports import Mistaken
from mast_resolver.records import TOKEN_BYTES, Encoding, Kind, MatchWeight, Token
from mast_resolver.sources import UNKNOWN, Sources

_CHUNK: Final = 4096
_IDENTITY: Final = {Kind.PERSON: "nhs_number", Kind.ADDRESS: "uprn"}
"""Nobody has two NHS numbers: intake keeps only those whose check digit is right, so a typing error is seldom
one. No property has two numbers either, as far as they count (:mod:`mast_resolver.trust`)."""
_GIVEN: Final = "given_name"
_MIDDLE: Final = "middle_name"
_FAR: Final = 12_000
"""Millibits apart from which the smaller of two odds adds less than half a millibit."""

# log2(1 + 2**-d) in millibits, for d = 0 .. _FAR: adding odds becomes a look-up in whole numbers, so
# that no machine's floating point can move a weight.
_ADDED: Final = np.rint(1000 * np.log2(1 + 2.0 ** (-np.arange(_FAR + 1) / 1000))).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one comparison contributed. The weights of a pair's evidence add up to the pair's weight."""

    rule: str
    level: str
    weight: MatchWeight
    reason: str


@cache
def compiled(kind: Kind) -> Comparer:
    """The compiled comparisons of one kind of record; compiling takes some milliseconds."""
    return Comparer(COMPARISONS[kind])


class ModelScorer:
    """Implements :class:`mast_resolver.ports.PairScorer` over :class:`Columns`.

    The weight of a pair is log2 of the odds that it is the same person (or place) against everything
    else it could be: the evidence of each field against *unrelated*, then one correction for the
    chance that it is somebody of the same family.

    Example:
        >>> from mast_resolver.model import read_model
        >>> from mast_resolver.records import Kind, Token
        >>> number = Encoding(Kind.ADDRESS, {"uprn": Token(b"00000001")}, {}, ())
        >>> scorer = ModelScorer(read_model("address"))
        >>> scorer.put(0, number), scorer.put(1, number)
        (None, None)
        >>> sum(e.weight for e in scorer.explain(0, 1)) == scorer.weight(0, 1)
        True
    """

    def __init__(
        self,
        model: Model,
        frequencies: TermFrequencies | None = None,
        *,
        comparer: Comparer | None = None,
    ) -> None:
        if frequencies is not None and frequencies.version != model.version:
            raise ModelFileError(
                "term frequencies belong to another model",
                fix="count them again from the records that are loaded",
            )
        self.model = model
        self._frequencies = frequencies
        self._comparer = comparer or compiled(model.kind)
        self._mistakable = Mistakable(self._comparer.comparisons)
        self.clear()
        self._weigh()

    def clear(self) -> None:
        """Leave no row; the weights stay."""
        self._columns = Columns(self.model.kind)
        self._borne = np.zeros(0, np.bool_)
        self._adjusted = np.zeros((0, len(self.model.frequencies)), np.int32)
        self.sources = Sources(self.model.sources)
        self._sources: NDArray[np.intp] = np.zeros(0, np.intp)
        self._source_of: list[int] = []

    def _weigh(self) -> None:
        """Lay the weights of all levels out behind the comparer's codes."""
        names = [SAME, *(each.name for each in self.model.classes)]
        codes = self._comparer.level_of
        self._level_weights = [self._weights_of_levels(at) for at in range(len(self._comparer.comparisons))]
        self._weights = np.zeros((len(codes), len(names)), np.int64)
        for at, span in enumerate(self._comparer.spans):
            by_level = self.level_weights(at)
            self._weights[span] = by_level[codes[span]]
        self._priors = np.array(
            [self.model.prior(), *(self.model.class_prior(each) for each in self.model.classes)], np.int64
        )
        order = [each.name for each in self._comparer.comparisons]
        self._adjusted_at = np.array([order.index(name) for name in self.model.frequencies], np.intp)
        # Fields with term frequencies by classes: 1 where a rare value speaks for relatives of the kind.
        self._shared = np.array(
            [
                [each.like[name] != UNRELATED for each in self.model.classes]
                for name in self.model.frequencies
            ],
            np.int64,
        ).reshape(len(self.model.frequencies), len(self.model.classes))

    def level_weights(self, comparison: int) -> NDArray[np.int64]:
        """Millibits against *unrelated*: levels (0 is missing) by classes (0 is the same person)."""
        return self._level_weights[comparison]

    def _weights_of_levels(self, comparison: int) -> NDArray[np.int64]:
        name = self._comparer.comparisons[comparison].name
        rows = [[0] * (1 + len(self.model.classes))]
        for odds in self.model.comparisons[name].values():
            tied = (odds.millibits(each.like[name]) for each in self.model.classes)
            rows.append([odds.millibits(SAME), *tied])
        return np.array(rows, np.int64)

    @property
    def version(self) -> str:
        """Version of the frozen model."""
        return self.model.version

    @property
    def join_at(self) -> MatchWeight:
        """Average weight from which two groups of records are one."""
        return self.model.join.weight

    @property
    def review_at(self) -> MatchWeight:
        """Weight from which a person should look at a pair."""
        return self.model.review.weight

    @property
    def edge_at(self) -> MatchWeight:
        """Weight from which a pair is kept as evidence."""
        return self.model.edge.weight

    @property
    def fracture_at(self) -> MatchWeight | None:
        """Weight below which what holds an entity together is in doubt."""
        return self.model.fracture.weight if self.model.fracture else None

    def put(self, row: int, encoding: Encoding) -> None:
        """Keep an encoding under a row number, replacing what was there.

        Raises:
            ValueError: the encoding is of another kind than the model.
        """
        self._columns.put(row, encoding)
        if len(self._adjusted) < self._columns.capacity:
            lengthen(self._adjusted, self._columns.capacity)
            lengthen(self._sources, self._columns.capacity)
            lengthen(self._borne, self._columns.capacity)
            self._source_of += [UNKNOWN] * (self._columns.capacity - len(self._source_of))
        self._adjusted[row] = self.adjustments(encoding)
        self._sources[row] = self._source_of[row] = self.sources.number(encoding.source)
        self._borne[row] = self._frequencies is None or self._frequencies.repeated(_GIVEN, encoding)

    def adjustments(self, encoding: Encoding) -> NDArray[np.int64]:
        """What exact agreement on the values of this encoding adds, for each field of the model's."""
        return adjustments(self.model, self._frequencies, encoding)

    def drop(self, row: int) -> None:
        """Forget a row; its number may come again."""
        self._columns.drop(row)
        self._adjusted[row] = 0

    def source(self, row: int) -> int:
        """The number that the row's agency has in :attr:`sources`."""
        return self._source_of[row]

    def identity(self, row: int) -> int:
        """The row's NHS number, or that of its property, as a keyed token; 0 if none is known or counts."""
        return int(self._columns.tokens[row, self._columns.token_at[_IDENTITY[self.model.kind]]])

    def regard(self, row: int, name: str, token: Token | None) -> None:
        """From now on the row's token of that name is this one; without one it is missing."""
        self._columns.tokens[row, self._columns.token_at[name]] = int.from_bytes(
            token or bytes(TOKEN_BYTES), "big"
        )

    def contradict(self, left: Rows, right: Rows) -> NDArray[np.bool_]:
        """Whether each pair of rows speaks of plainly different places."""
        levels = self._comparer.levels(self._columns, left, right)
        found = np.zeros(len(levels), np.bool_)
        for at, comparison in enumerate(self._comparer.comparisons):
            names = CONTRADICTIONS.get(comparison.name, ())
            for number, level in enumerate(comparison.all_levels, start=1):
                if level.name in names:
                    found |= levels[:, at] == number
                elif level.name == PERHAPS_MISSPELT[0]:
                    found |= (levels[:, at] == number) & self._other_streets(left, right)
        return found

    def _other_streets(self, left: Rows, right: Rows) -> NDArray[np.bool_]:
        """Whether each pair of rows names two streets that are not one misspelt."""
        shares = self._columns.shared("street", "street", left, right)
        apart: NDArray[np.bool_] = 200 * shares.common < PERHAPS_MISSPELT[1] * shares.ones
        return apart & (shares.smaller > 0)

    def names_more(self, row: int, other: int) -> bool:
        """Whether the row names a flat and the other does not."""
        at = self._columns.token_at["unit"]
        return bool(self._columns.tokens[row, at] and not self._columns.tokens[other, at])

    def weights(self, left: Rows, right: Rows) -> NDArray[np.int64]:
        """Millibits of each pair of rows; symmetric, and nothing but the two rows and the model count."""
        left, right = np.asarray(left, np.intp), np.asarray(right, np.intp)
        weights = np.empty(len(left), np.int64)
        for start in range(0, len(left), _CHUNK):
            end = start + _CHUNK
            odds, adjusted, _ = self._odds(left[start:end], right[start:end])
            odds += adjusted.sum(axis=1)[:, None]
            weights[start:end] = odds[:, 0] - _any_of(odds[:, 1:])
        return weights

    def weights_of(
        self, levels: NDArray[np.integer], adjustments: NDArray[np.int64], same: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Millibits of pairs whose levels somebody else has found (pairs by comparisons), as :meth:`weights`.

        ``adjustments`` are those of either record of each pair: they count where the values are equal.
        ``same`` is what :attr:`sources` has of each pair.
        """
        odds = np.tile(self._priors, (len(levels), 1))
        odds[:, 0] += same
        for at in range(len(self._comparer.comparisons)):
            odds += self.level_weights(at)[levels[:, at]]
        odds += np.where(levels[:, self._adjusted_at] == 1, adjustments, 0).sum(axis=1)[:, None]
        weights: NDArray[np.int64] = odds[:, 0] - _any_of(odds[:, 1:])
        return weights

    def called(self, row: int) -> tuple[int, int]:
        """The row's given name, a mere short form as the whole, and its middle name or initial, as numbers.

        Of one name, or of none, those who are written as two (Snr and Jnr, Twin A and Twin B) have two.
        """
        tokens, at = self._columns.tokens[row], self._columns.token_at
        name = int(tokens[at["given_full"]]) or int(tokens[at["given_canonical"]])
        middle = int(tokens[at["middle_name"]]) or int(tokens[at["middle_initial"]])
        return name ^ int(tokens[at["which"]]), middle

    def mistaken(self, left: Rows, right: Rows) -> list[Mistaken | None]:
        """Of each pair of rows whether they may be two relatives, whatever they weigh.

        Two given names are plainly two, not one and a slip, where each is written so by several records of
        the area, or one agency (or one that is not known) writes both; two middle names, of which nobody
        counts how many have them, where they begin with two letters.
        """
        levels = self._comparer.levels(self._columns, left, right)
        by_one = self._sources[left] == self._sources[right]
        initials = self._columns.tokens[:, self._columns.token_at["middle_initial"]]
        plain = {
            _GIVEN: by_one | (self._borne[left] & self._borne[right]),
            _MIDDLE: by_one | (initials[left] != initials[right]),
        }
        found: list[Mistaken | None] = [None] * len(left)
        for pair, pattern, void in self._mistakable.fitting(self._columns, left, right, levels):
            weight = MatchWeight(max(0, int(self.level_weights(void)[levels[pair, void], 0])))
            sure = pattern.plain or bool(plain[pattern.void][pair])
            found[pair] = Mistaken(weight, sure, pattern.reason)
        return found

    def weight(self, left: int, right: int) -> MatchWeight:
        """Millibits of one pair of rows."""
        return MatchWeight(int(self.weights(np.array([left]), np.array([right]))[0]))

    def _odds(self, left: Rows, right: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.intp]]:
        """Millibits of each class against *unrelated*, without and of the term frequencies; the codes."""
        codes = self._comparer.codes(self._columns, left, right)
        odds = np.take(self._weights, codes, axis=0).sum(axis=1) + self._priors
        if len(self.sources):
            odds[:, 0] += self._same_of(left, right)
        levels = np.take(self._comparer.level_of, codes[:, self._adjusted_at])
        # The first level is exact agreement: both rows have the value, so either row's share will do.
        adjusted = np.where(levels == 1, np.take(self._adjusted, left, axis=0), 0).astype(np.int64)
        return odds, adjusted, codes

    def _same_of(self, left: Rows, right: Rows) -> NDArray[np.int64]:
        return self.sources.same[self._sources[left], self._sources[right]]

    def explain(self, left: int, right: int) -> tuple[Evidence, ...]:
        """Why a pair weighs what it weighs, field by field; the parts add up to :meth:`weight`."""
        rows = np.array([left]), np.array([right])
        odds, adjusted, codes = self._odds(*rows)
        parts = [Evidence("prior", "prior", MatchWeight(int(self._priors[0])), _PRIOR)]
        if of_sources := int(self._same_of(*rows)[0]):
            level = "one" if self._sources[left] == self._sources[right] else "two"
            parts.append(Evidence("sources", level, MatchWeight(of_sources), _sources(level, of_sources)))
        parts += (
            Evidence(name, level.name, weight, level.reason + _commonness(extra))
            for name, level, weight, extra in self._reached(codes[0], adjusted[0], 0)
        )
        if self.model.classes:
            correction = -int(_any_of(odds[:, 1:] + adjusted.sum(axis=1)[:, None])[0])
            likeliest = self.model.classes[int(odds[0, 1:].argmax())].name
            reason = f"it could be a {likeliest}" if correction else "nothing speaks for one family"
            parts.append(Evidence("family", likeliest, MatchWeight(correction), reason))
        return tuple(parts)

    def homes(self, left: Rows, right: Rows) -> NDArray[np.int64]:
        """Millibits for each pair being of two people of one household, against strangers and one person."""
        odds, adjusted, _ = self._odds(np.asarray(left, np.intp), np.asarray(right, np.intp))
        return self._of_homes(odds, adjusted)

    def _of_homes(self, odds: NDArray[np.int64], adjusted: NDArray[np.int64]) -> NDArray[np.int64]:
        same = odds[:, :1] + adjusted.sum(axis=1)[:, None]
        related = odds[:, 1:] + adjusted @ self._shared
        return _sum_of(related[:, 0], related[:, 1:]) - _any_of(same)

    def explain_home(self, left: int, right: int) -> tuple[Evidence, ...]:
        """Why a pair weighs what :meth:`homes` says, by the likeliest kind of relatives; the parts add up.

        Raises:
            ValueError: the model has no classes of relatives.
        """
        odds, adjusted, codes = self._odds(np.array([left]), np.array([right]))
        kind = int(odds[0, 1:].argmax()) + 1
        parts = [Evidence("prior", "prior", MatchWeight(int(self._priors[kind])), _HOME_PRIOR)]
        shared = adjusted[0] * self._shared[:, kind - 1]
        parts += (
            Evidence(name, level.name, weight, level.reason)
            for name, level, weight, _ in self._reached(codes[0], shared, kind)
        )
        rest = int(self._of_homes(odds, adjusted)[0]) - sum(part.weight for part in parts)
        return (*parts, Evidence("family", "other", MatchWeight(rest), _HOME_REST))

    def _reached(
        self, codes: NDArray[np.intp], adjusted: NDArray[np.int64], kind: int
    ) -> Iterator[tuple[str, Level, MatchWeight, int]]:
        """Each comparison that says something of a pair: its level, what that weighs for a class (0 is the
        same person), and how much of it comes of how common the value is."""
        common = dict(zip(self.model.frequencies, adjusted.tolist(), strict=True))
        levels = self._comparer.level_of[codes].tolist()
        for at, (comparison, level) in enumerate(zip(self._comparer.comparisons, levels, strict=True)):
            if level != MISSING:
                extra = common.get(comparison.name, 0)
                weight = MatchWeight(int(self.level_weights(at)[level, kind]) + extra)
                yield comparison.name, comparison.all_levels[level - 1], weight, extra

    def explain_encodings(self, left: Encoding, right: Encoding) -> tuple[Evidence, ...]:
        """As :meth:`explain`, for two encodings that need not be among the rows."""
        pair = copy(self)  # laying out the weights of its model takes fifty times as long
        pair.clear()
        pair.put(0, left)
        pair.put(1, right)
        return pair.explain(0, 1)


_PRIOR: Final = "two records of an area are seldom about the same one"

_HOME_PRIOR: Final = "two records of an area are seldom of one household"
_HOME_REST: Final = "what speaks for another kind of relatives, less what speaks for one person"


def _sources(level: str, weight: int) -> str:
    how = "oftener than" if weight > 0 else "less often than"
    who = "two records of this agency are" if level == "one" else "a record of each of these two agencies is"
    return f"{who} about one person {how} two records of the area"


def _commonness(extra: int) -> str:
    if not extra:
        return ""
    return ", and few people have it" if extra > 0 else ", but many people have it"


def _any_of(odds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Millibits of 1 + the sum of the odds: what the alternatives to *same* weigh together."""
    return _sum_of(np.zeros(len(odds), np.int64), odds)


def _sum_of(total: NDArray[np.int64], odds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Millibits of the sum of some odds and of all in the columns."""
    for column in odds.T:
        apart = np.minimum(np.abs(total - column), _FAR)
        total = np.maximum(total, column) + np.take(_ADDED, apart)
    return total
