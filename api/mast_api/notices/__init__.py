"""Notices for the public, made of what is in force here: what decides, what is held, who shares it.

Three pages, each as Markdown for people and as JSON for programs; the same configuration and day give the
same bytes, so that a change of either shows as a change of the page.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from mast_api.notices.items import data_items
from mast_api.notices.page import markdown
from mast_api.notices.record import transparency_record
from mast_api.notices.register import agreement_register
from mast_api.settings import Settings
from mast_graph.agreement import Agreement
from mast_intake.source import Source
from mast_resolver.model import Model

Notice = dict[str, Any]

RECORD: Final = "algorithmic-transparency-record"
ITEMS: Final = "data-items"
REGISTER: Final = "agreement-register"


def notices(
    *,
    day: dt.date,
    settings: Settings,
    models: Sequence[Model],
    sources: Sequence[Source],
    agreements: Sequence[Agreement],
    rules: Mapping[str, str],
    about: Mapping[str, str],
) -> dict[str, Notice]:
    """The three notices by the names of their files; ``rules`` as for the record."""
    return {
        RECORD: transparency_record(
            day=day,
            settings=settings,
            models=models,
            feeds=[each.feed for each in sources],
            agreements=agreements,
            rules=rules,
            about=about,
        ),
        ITEMS: data_items(day=day, sources=sources),
        REGISTER: agreement_register(day=day, agreements=agreements),
    }


def write_notices(folder: Path, made: Mapping[str, Notice]) -> list[Path]:
    """Write each as Markdown and JSON; the files, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, notice in made.items():
        for ending, text in (
            ("md", markdown(notice)),
            ("json", json.dumps(notice, indent=1, ensure_ascii=False) + "\n"),
        ):
            path = folder / f"{name}.{ending}"
            path.write_text(text, "utf-8")
            written.append(path)
    return written
