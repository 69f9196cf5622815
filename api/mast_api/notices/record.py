"""The record of the Algorithmic Transparency Recording Standard, filled from what is in force here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

from mast_api.access import Question, in_force
from mast_api.notices.card import told_by_card
from mast_api.notices.standard import FIELDS, SECTIONS, THE_ORGANISATION_SAYS, VERSION
from mast_api.settings import Settings
from mast_graph.agreement import Agreement
from mast_intake.rows import FIELDS as SENT
from mast_intake.source import Source
from mast_resolver.errors import UsageError
from mast_resolver.model import Model
from mast_resolver.vocabulary import vocabulary

NOT_SAID: Final = "Not stated yet by the publishing organisation."


@lru_cache(maxsize=1)
def always() -> Mapping[str, str]:
    """What is so of this program wherever it runs, by field number."""
    said: dict[str, str] = yaml.safe_load(
        files("mast_api.notices").joinpath("always.yaml").read_text("utf-8")
    )
    return said


def transparency_record(
    *,
    day: dt.date,
    settings: Settings,
    models: Sequence[Model],
    sources: Sequence[Source],
    agreements: Sequence[Agreement],
    about: Mapping[str, str],
) -> dict[str, Any]:
    """The record; ``about`` is what the organisation says, by the numbers of the fields.

    Raises:
        UsageError: ``about`` names a field that the standard does not have.
    """
    if strange := sorted(about.keys() - FIELDS.keys()):
        raise UsageError(f"the standard has no field {strange[0]}", fix="use its numbers, as 2.1.3")
    said = {**always()} | _known(settings, models, sources, agreements) | dict(about)
    missing = [number for number in THE_ORGANISATION_SAYS if number not in about]
    sections = [
        {
            "title": title,
            "columns": ["field", "name", "what is said"],
            "rows": [
                [number, name, said.get(number, NOT_SAID)]
                for number, name in FIELDS.items()
                if number == part or number.startswith(f"{part}.")
            ],
        }
        for part, title in SECTIONS.items()
    ]
    return {
        "title": "Algorithmic transparency record",
        "day": day.isoformat(),
        "standard": VERSION,
        "says": f"By the Algorithmic Transparency Recording Standard, version {VERSION}. "
        + (f"The organisation has still to say: {', '.join(missing)}." if missing else ""),
        "still_to_say": missing,
        "sections": sections,
    }


def _known(
    settings: Settings,
    models: Sequence[Model],
    sources: Sequence[Source],
    agreements: Sequence[Agreement],
) -> dict[str, str]:
    """What this installation's own configuration says."""
    policy = in_force()
    readers = sorted({str(role) for role, _, action in policy.by_role if action == "see"})
    asked = f"{len(list(Question))} kinds of question, by the roles {', '.join(readers)}"
    data_classes = ", ".join(vocabulary().data_classes)
    classes = "; ".join(", ".join(each.name for each in model.classes) or "none" for model in models)
    return {
        "2.3.3": f"{asked}; how many are asked is in the audit log.",
        "2.4.1.4": "; ".join(f"{each.version}: which records are one {each.kind.value}" for each in models),
        "2.4.2.1": "; ".join(f"{each.kind.value} model" for each in models),
        "2.4.2.2": "; ".join(each.version for each in models),
        "2.4.2.3": "Record linkage: are two records of one person, or of one address?",
        "2.4.2.4": "Keyed encodings of: " + "; ".join(_fields(each) for each in models),
        "2.4.2.5": "; ".join(_outcomes(each) for each in models),
        "2.4.2.6": "Fellegi-Sunter weights of agreement levels, grouped by average weight; classes for those "
        f"who are alike without being one: {classes}.",
        "2.4.2.7": "; ".join(_performance(each) for each in models),
        "2.4.2.8": "; ".join(f"{each.kind.value}: trained on {each.trained_on}" for each in models),
        "2.4.2.9": "To learn how often fields agree in records of one and of two; no truth was used for it.",
        "2.4.3.1": ", ".join(sorted(each.feed for each in sources)) or NOT_SAID,
        "2.4.3.3": "Items that may be sent: " + ", ".join(name.replace("_", " ") for name in SENT),
        "2.4.3.5": f"Classes of data: {data_classes}; sex and date of birth, as encodings.",
        "2.4.3.10": ", ".join(sorted(each.id for each in agreements)) or "None is in the register.",
        "2.4.3.11": f"{always()['2.4.3.11']} {_bounds(settings)}",
    }


def _bounds(settings: Settings) -> str:
    """What this installation holds callers to."""
    which = "Only registered questions are" if settings.registered_only else "Any question of the schema is"
    rate, different = settings.most_requests or "no limit of", settings.most_different or "no limit of"
    return (
        f"{which} answered; of one user for one purpose {rate} requests a minute, and {different} different "
        "people and places an hour."
    )


def _fields(model: Model) -> str:
    return f"{model.kind.value}: " + ", ".join(name.replace("_", " ") for name in sorted(model.comparisons))


def _outcomes(model: Model) -> str:
    doubted = model.fracture and f", and below {model.fracture.weight / 1000:+.1f} as joined but in doubt"
    return (
        f"{model.kind.value}: a weight in bits; joined from {model.join.weight / 1000:+.1f} "
        f"({model.join.reason}), shown to a person from {model.review.weight / 1000:+.1f}{doubted or ''}"
    )


def _performance(model: Model) -> str:
    card = " ".join(told_by_card(model, section) for section in ("Figures", "Limits")).strip()
    return f"{model.version}: " + (" ".join(card.split()) or "trained here; measure it with mast evaluate.")
