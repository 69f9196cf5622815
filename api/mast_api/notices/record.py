"""The record of the Algorithmic Transparency Recording Standard, filled from what is in force here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

from mast_api.access import Question, in_force
from mast_api.notices.card import base_of, told_by_card
from mast_api.notices.standard import FIELDS, SECTIONS, THE_ORGANISATION_SAYS, VERSION
from mast_api.settings import Settings
from mast_api.triggers.kept import kept_rule
from mast_graph.agreement import Agreement
from mast_intake.rows import FIELDS as SENT
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
    feeds: Sequence[str],
    agreements: Sequence[Agreement],
    rules: Mapping[str, str],
    about: Mapping[str, str],
) -> dict[str, Any]:
    """The record; ``about`` is what the organisation says, by the numbers of the fields.

    ``feeds`` are those that are expected or loaded, ``rules`` the texts of those in force by id and version.

    Raises:
        UsageError: ``about`` names a field that the standard does not have.
    """
    if strange := sorted(about.keys() - FIELDS.keys()):
        raise UsageError(f"the standard has no field {strange[0]}", fix="use its numbers, as 2.1.3")
    known = _known(settings, models, feeds, agreements) | _of_rules(models, rules, day)
    said = {**always()} | known | dict(about)
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
    feeds: Sequence[str],
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
        "2.4.3.1": ", ".join(sorted(set(feeds))) or "No feed is registered.",
        "2.4.3.3": "Items that may be sent: " + ", ".join(name.replace("_", " ") for name in SENT),
        "2.4.3.5": f"Classes of data: {data_classes}; sex and date of birth, as encodings.",
        "2.4.3.10": ", ".join(sorted(each.id for each in agreements)) or "None is in the register.",
        "2.4.3.11": f"{always()['2.4.3.11']} {_bounds(settings)}",
    }


def _of_rules(models: Sequence[Model], rules: Mapping[str, str], day: dt.date) -> dict[str, str]:
    """What decides: models of who is who, and rules by which somebody is told of a pattern of contacts."""
    which = "; ".join(f"{each.version}: which records are one {each.kind.value}" for each in models)
    told = "; ".join(_rule(ref, text, day) for ref, text in sorted(rules.items()))
    said = f"Rules in force that raise alerts: {told}" if told else "No rule that raises alerts is in force"
    return {"2.4.1.4": f"{which}. {said}."}


def _rule(ref: str, text: str, day: dt.date) -> str:
    """One rule: what for, whose, by which right, and until when."""
    rule = kept_rule(ref, text)
    if rule is None:
        return f"{ref}, whose text this version cannot read"
    until = (
        f"to be reviewed by {rule.review_by}"
        if day <= rule.review_by
        else "not reviewed in time: it raises none"
    )
    return f"{ref}, {rule.title} ({rule.level.value}; for {rule.owner}; {rule.gateway}; {until})"


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
    learnt = model.version != base_of(model)
    on = (
        f"learnt on from {base_of(model)} on the records that are here, of which the figures are not. "
        if learnt
        else ""
    )
    said = " ".join(card.split()) or "trained here; measure it with mast evaluate."
    return f"{model.version}: {on}{said}"
