"""The page that goes with a model: levels with their weights, thresholds, and what thresholds would cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.comparisons import COMPARISONS
from mast_resolver.model import HOUSEMATE, SAME, UNRELATED, Model
from mast_resolver.training_pairs import Patterns

_FROM, _TO, _STEP = -10.0, 20.0, 0.5
_WIDTH, _HEIGHT, _MARGIN = 640, 320, 44


@dataclass(frozen=True, slots=True)
class Point:
    """What joining from a weight on would mean for pairs, by the model's own odds; no truth is known."""

    bits: float
    precision: float
    recall: float
    review: float
    """Pairs a record that lie between the review threshold and this weight."""


def curve(model: Model, patterns: Patterns) -> list[Point]:
    """Expected precision, recall and review load over thresholds, in the area that was learnt from."""
    bits = _bits(model, patterns)
    right = patterns.counts / (1 + 2.0**-bits)
    total = right.sum()
    points = []
    for at in np.arange(_FROM, _TO + _STEP, _STEP):
        joined = bits >= at
        claimed = patterns.counts[joined].sum()
        waiting = (bits >= model.review.weight / 1000) & ~joined
        points.append(
            Point(
                float(at),
                float(right[joined].sum() / claimed) if claimed else 1.0,
                float(right[joined].sum() / total),
                float(patterns.counts[waiting].sum() / patterns.records),
            )
        )
    return points


def _bits(model: Model, patterns: Patterns) -> NDArray[np.float64]:
    """The weight of each pattern, with the priors of an area of as many records as were learnt from."""
    scale = model.reference_records / patterns.records
    here = replace(
        model,
        chance_same=model.chance_same * scale,
        classes=tuple(replace(each, chance=each.chance * scale) for each in model.classes),
    )
    odds = np.tile([here.prior(), *map(here.class_prior, here.classes)], (len(patterns.counts), 1)).astype(
        np.float64
    )
    for at, comparison in enumerate(COMPARISONS[model.kind]):
        levels = model.comparisons[comparison.name].values()
        like = [SAME, *(each.like[comparison.name] for each in model.classes)]
        table = np.array([[0] * len(like), *([each.millibits(name) for name in like] for each in levels)])
        odds += table[patterns.levels[:, at]]
    odds /= 1000
    others: NDArray[np.float64] = np.log2(1 + (2.0 ** odds[:, 1:]).sum(axis=1))
    bits: NDArray[np.float64] = odds[:, 0] - others
    return bits


def card(model: Model, points: Sequence[Point], *, picture: str) -> str:
    """The page, as Markdown; ``picture`` is the name of the file with the curves."""
    shown = [point for point in points if point.bits == round(point.bits) and -4 <= point.bits <= 10]
    lines = [
        f"# Person model {model.version}",
        "",
        f"Trained on {model.trained_on}. No name, token or key is in it.",
        "",
        "## Thresholds",
        "| threshold | bits | why |",
        "|---|---|---|",
        *(f"| {name} | {each.weight / 1000:+.1f} | {each.reason} |" for name, each in model.thresholds()),
        "",
        f"![expected precision, recall and review load]({picture})",
        "",
        "By the model's own odds, pairs one by one, without term frequencies:",
        "",
        "| join from, bits | precision | recall | review pairs a record |",
        "|---:|---:|---:|---:|",
        *(f"| {p.bits:+.0f} | {p.precision:.4f} | {p.recall:.4f} | {p.review:.4f} |" for p in shown),
        "",
        *classes_and_levels(model),
    ]
    return "\n".join(lines) + "\n"


def classes_and_levels(model: Model) -> list[str]:
    """The tables of what was learnt."""
    lines = [
        "## Classes",
        f"Of all pairs, *same* is {model.chance_same:.3g} in an area of {model.reference_records:,} records.",
        "",
        "| class | chance | fields that are not as in unrelated people |",
        "|---|---|---|",
    ]
    for each in model.classes:
        tied = ", ".join(f"{name} as {to}" for name, to in sorted(each.like.items()) if to != UNRELATED)
        lines.append(f"| {each.name} | {each.chance:.3g} | {tied} |")
    lines += [
        "",
        "## Levels",
        "Chances of each level in the three distributions, and the weight of *same* against *unrelated* in",
        "bits. A missing field weighs nothing.",
        "",
        "| field | level | same | housemate | unrelated | bits |",
        "|---|---|---|---|---|---|",
    ]
    for field, levels in model.comparisons.items():
        for level, odds in levels.items():
            numbers = " | ".join(f"{odds.chances[name]:.3g}" for name in (SAME, HOUSEMATE, UNRELATED))
            lines.append(f"| {field} | {level} | {numbers} | {odds.millibits(SAME) / 1000:+.1f} |")
    return lines


_LINES: Final[tuple[tuple[str, str, Callable[[Point], float]], ...]] = (
    ("precision", "#1d70b8", lambda point: point.precision),
    ("recall", "#00703c", lambda point: point.recall),
    ("review pairs a record", "#d4351c", lambda point: min(point.review, 1.0)),
)


def draw(points: Sequence[Point], *, join_at: float) -> str:
    """The curves as SVG, with a title for those who cannot see them."""
    inner_width, inner_height = _WIDTH - 2 * _MARGIN, _HEIGHT - 2 * _MARGIN

    def place(bits: float, value: float) -> str:
        across = _MARGIN + inner_width * (bits - _FROM) / (_TO - _FROM)
        return f"{across:.1f},{_HEIGHT - _MARGIN - inner_height * value:.1f}"

    def text(across: float, down: float, said: str, colour: str = "#0b0c0c") -> str:
        return f'<text x="{across:.0f}" y="{down:.0f}" fill="{colour}">{said}</text>'

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="12">',
        "<title>Expected precision, recall and review load by join threshold</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
    ]
    for bits in range(int(_FROM), int(_TO) + 1, 5):
        low, high = place(bits, 0), place(bits, 1)
        parts.append(f'<polyline points="{low} {high}" stroke="#b1b4b6" fill="none"/>')
        parts.append(text(float(low.split(",")[0]) - 8, _HEIGHT - _MARGIN + 16, f"{bits:+d}"))
    parts += [
        text(12, float(place(_FROM, value).split(",")[1]) + 4, f"{value:.1f}") for value in (0.0, 0.5, 1.0)
    ]
    parts.append(
        f'<polyline points="{place(join_at, 0)} {place(join_at, 1)}" stroke="#0b0c0c" stroke-dasharray="4" '
        'fill="none"/>'
    )
    for at, (name, colour, value_of) in enumerate(_LINES):
        line = " ".join(place(point.bits, value_of(point)) for point in points)
        parts.append(f'<polyline points="{line}" stroke="{colour}" stroke-width="2" fill="none"/>')
        parts.append(text(_MARGIN + 8 + 130 * at, 20, name, colour))
    parts.append(text(_WIDTH / 2 - 70, _HEIGHT - 8, "join threshold, bits (dashed: in force)"))
    return "\n".join([*parts, "</svg>"]) + "\n"
