"""Templates: everything that they show is escaped, and what a page may load is its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jinja2 import (
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    pass_context,
    select_autoescape,
)
from jinja2.filters import do_mark_safe
from jinja2.runtime import Context

from mast_console import assets, concerns, dates, waterfall, words
from mast_console.research import flows
from mast_console.wiring import PREFIX

NAVIGATION: Final = (
    ("Check an address", "/address-check", "concernsAtAddress"),
    ("Find a person", "/people", "searchPeople"),
    ("Alerts", "/alerts", "alerts"),
    ("Same person?", "/review", "reviewQueue"),
    ("Research", "/research", "researchChoices"),
    ("Who looked", "/audit", "auditTrail"),
    ("Governance", "/governance", "accessReview"),
    ("Shields and marks", "/protection", "marks"),
    ("Running the service", "/operations", "feeds"),
)
"""Every page that is begun at: its name, its place, and the question without which it is not for one."""


class Pages:
    """The templates of this package, over the macros of the GOV.UK Design System.

    ``govuk-frontend-jinja`` leaves parameters out, so undefined ones count as empty there; in ours each name
    has to be given.
    """

    def __init__(self) -> None:
        ours = PackageLoader("mast_console", "templates")
        macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja", "templates")})
        self._design = Environment(loader=macros, autoescape=True, trim_blocks=True, lstrip_blocks=True)
        self._environment = Environment(
            loader=ours,
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "day": dates.day,
            "when": dates.when,
            "clock_time": dates.clock_time,
            "as_typed_day": _as_typed_day,
            "question_asked": words.asked,
            "reasons": words.reasons,
            "model": words.model,
            "related": words.related,
            "role": words.role,
            "agency": _agency,
            "reason": words.reason,
            "question": words.question,
            "bits": waterfall.bits,
            "purpose": words.purpose,
            "part": words.part,
            "policy": words.policy,
            "short": words.short,
            "count": words.count,
            "title": words.title,
            "sentence": words.sentence,
            "records": words.records,
            "beside": words.beside,
            "summary": concerns.summary,
            "message": _message,
            "fitting": flows.lines,
        }
        self._environment.globals |= {
            "asset": assets.url,
            "held": lambda name: do_mark_safe(assets.held(name)),
            "base": PREFIX,
            "navigation": NAVIGATION,
            "govuk": self._macros(),
        }

    def render(self, template: str, **content: object) -> str:
        """A page as HTML."""
        return self._environment.get_template(template).render(**_ALWAYS | content)

    def _macros(self) -> dict[str, Any]:
        return {
            name: getattr(
                self._design.get_template(f"govuk_frontend_jinja/components/{folder}/macro.html").module,
                macro,
            )
            for name, (folder, macro) in _MACROS.items()
        }


@pass_context
def _agency(context: Context, id_: str) -> str:
    """What an agency is called: its name where the page was told it, else its id in words."""
    named: Mapping[str, str] = context.get("agency_names", {})
    return named.get(id_) or words.agency(id_)


def _as_typed_day(text: str) -> str:
    """A day that was typed in three fields, in words; nothing where none was.

    Example:
        >>> _as_typed_day("17/03/1994"), _as_typed_day("//")
        ('17 March 1994', '')
    """
    day = dates.typed_birth(text)
    return dates.day(day.isoformat()) if day else text.strip("/")


def _message(errors: Mapping[str, str], name: str) -> dict[str, str] | None:
    """What stands beside a field that is wrong, as the macros take it."""
    return {"text": errors[name]} if name in errors else None


_MACROS: Final = {
    "button": ("button", "govukButton"),
    "checkboxes": ("checkboxes", "govukCheckboxes"),
    "date_input": ("date-input", "govukDateInput"),
    "error_summary": ("error-summary", "govukErrorSummary"),
    "input": ("input", "govukInput"),
    "radios": ("radios", "govukRadios"),
    "select": ("select", "govukSelect"),
    "warning": ("warning-text", "govukWarningText"),
}

_ALWAYS: Final[dict[str, object]] = {
    "signed": None,
    "first": False,
    "agency_names": {},
    "may": frozenset(),
    "kept": {},
    "notes": [],
    "here": "",
    "errors": {},
    "idle_s": 0,
}
"""What every page may speak of, and few are given."""
