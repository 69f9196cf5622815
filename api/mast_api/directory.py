"""`directory.yaml`: agencies, teams to ring, and the agreements that data is shared under."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from mast_api.access import Purpose
from mast_api.workspace import new_id
from mast_graph.agreement import LATEST_MONTHS, Agreement, Term, View
from mast_graph.agreement_rows import Registered
from mast_graph.agreements import Filed
from mast_graph.directory import Agency, Team, write_directory
from mast_graph.lease import Lease
from mast_graph.proofs import Proof, put_proof
from mast_graph.store import Transaction
from mast_resolver.declared import Faults, checked, is_code
from mast_resolver.errors import AgreementError, SourceFileError
from mast_resolver.vocabulary import vocabulary

_TAG: Final = "tag:yaml.org,2002:"
_TERMS: Final = ("gateway", "view", "months", "retention_months")
_DAYS: Final = ("starts", "ends", "review_by")
_KEYS: Final = frozenset(
    {"id", "version", "name", "owner", "parties", "purposes", "data_classes", "gateways", *_TERMS[1:], *_DAYS}
)


@dataclass(frozen=True, slots=True)
class Directory:
    """What a file says."""

    agencies: tuple[Agency, ...]
    teams: tuple[Team, ...]
    agreements: tuple[Agreement, ...]


def load_directory(lease: Lease, path: Path, *, by: str, at: dt.datetime) -> None:
    """Put the agencies, teams and agreements of a ``directory.yaml`` into the graph, if there is one.

    ``by`` is who or what did so: agreements say so, and the audit log of each that was not in force.

    Raises:
        SourceFileError: it cannot be read, or an entry has other keys than it should.
        AgreementError: an agreement cannot be as it is stated.
    """
    if not path.exists():
        return
    said = read_directory(path)
    lease.write(lambda tx, tick: put_in_force(tx, said, by=by, at=at, tick=tick))


def put_in_force(
    tx: Transaction, said: Directory, *, by: str, at: dt.datetime, tick: int
) -> dict[str, Filed]:
    """Put all that a file says into force, and say what became of each agreement, for the audit log too."""
    filed = write_directory(
        tx, agencies=said.agencies, teams=said.teams, agreements=said.agreements, at=at, by=by
    )
    for each in said.agreements:
        if filed[each.id] is Filed.NEW:
            put_proof(tx, _proof(by, "stated", each, at), tick=tick)
    return filed


def put_change(tx: Transaction, entry: Registered, *, tick: int) -> Registered:
    """Have a review or an end of an agreement in the audit log."""
    put_proof(tx, _proof(entry.changed_by, entry.cause, entry.agreement, entry.recorded_from), tick=tick)
    return entry


def _proof(by: str, cause: str, agreement: Agreement, at: dt.datetime) -> Proof:
    said = {"agreement": agreement.id, "version": agreement.version, "terms": agreement.digest}
    event = {"event": f"agreement-{cause}", "subject": by, "done_at": at.isoformat()}
    return Proof(f"Y-{new_id()}", {**event, **said})


def read_directory(path: Path) -> Directory:
    """The file as it stands.

    Raises:
        SourceFileError: it cannot be read, or an entry has other keys than it should, or what is not text.
        AgreementError: an agreement cannot be as it is stated.
    """
    try:
        text = path.read_text("utf-8")
        said = yaml.safe_load(text)
        _check_texts(path.name, text)
        return Directory(
            tuple(Agency(**entry) for entry in said["agencies"]),
            tuple(Team(**entry) for entry in said["teams"]),
            tuple(agreement_of(entry) for entry in said["agreements"]),
        )
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError):
        raise SourceFileError(
            f"{path.name} is not a directory of agencies, teams and agreements",
            fix="see docs/sources.md for its keys",
        ) from None


def _check_texts(name: str, text: str) -> None:
    """Refuse an agency or team of whom YAML read a number: without quotes 01213456701 is the octal one."""
    faults = Faults()
    top = yaml.compose(text, Loader=yaml.SafeLoader)
    for part, entries in top.value if isinstance(top, yaml.MappingNode) else ():
        if part.value in ("agencies", "teams") and isinstance(entries, yaml.SequenceNode):
            for entry in entries.value:
                _check_entry(entry, faults)
    checked(name, text, faults, raising=SourceFileError, fix='put it in quotes, as in phone: "01632 960100"')


def _check_entry(entry: yaml.Node, faults: Faults) -> None:
    for key, value in entry.value if isinstance(entry, yaml.MappingNode) else ():
        missing = key.value == "duty_team" and value.tag == f"{_TAG}null"
        if not missing and key.tag != f"{_TAG}merge" and value.tag != f"{_TAG}str":
            faults.add(key.start_mark.line + 1, f"`{key.value}` is not text")


def agreement_of(entry: Mapping[str, Any]) -> Agreement:
    """An agreement as a file states it.

    ``data_classes`` maps each class to its terms; a list of classes gives them all those of the entry itself.

    Raises:
        AgreementError: a key is unknown or missing, or a value is not one that can be.

    Example:
        >>> mash = agreement_of({"id": "mash", "name": "MASH", "parties": ["police"],
        ...     "purposes": ["safeguarding-response"], "review_by": dt.date(2027, 3, 31),
        ...     "data_classes": {"police": {"gateway": "Crime and Disorder Act 1998 s115", "months": 6}}})
        >>> mash.terms[0].view.value, mash.terms[0].months
        ('latest', 6)
    """
    id_ = _text(entry, "id", "an agreement")
    if not is_code(id_):
        raise AgreementError(
            f"{id_!r} is no id of an agreement", fix="call it by letters, digits, dots and dashes: mash-2026"
        )
    where = f"agreement {id_}"
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise AgreementError(f"{where} has keys that are not known", fix=f"take out: {', '.join(unknown)}")
    purposes = _texts(entry, "purposes", where, tuple(Purpose))
    days = {name: _day(entry, name, where) for name in _DAYS}
    starts, ends = days["starts"], days["ends"]
    if days["review_by"] is None:
        raise AgreementError(
            f"{where} names no day by which it is to be reviewed", fix="give it a review_by, as 2027-03-31"
        )
    if starts and ends and ends <= starts:
        raise AgreementError(f"{where} ends before it starts", fix="give ends a later day than starts")
    return Agreement(
        id=id_,
        name=_text(entry, "name", where),
        parties=_texts(entry, "parties", where),
        purposes=purposes,
        terms=_terms(entry, where),
        version=_number(entry, "version", where, 0, 1, 10_000),
        owner=_optional(entry, "owner", where),
        **days,
    )


def _terms(entry: Mapping[str, Any], where: str) -> tuple[Term, ...]:
    said = entry.get("data_classes")
    common = {name: entry[name] for name in _TERMS if name in entry}
    if entry.get("gateways"):
        common["gateway"] = "; ".join(_texts(entry, "gateways", where))
    if isinstance(said, list):
        said = dict.fromkeys(said, None)
    if not isinstance(said, dict) or not said:
        raise AgreementError(f"{where} names no data_classes", fix="list them, or map each to its terms")
    known = vocabulary().data_classes
    strange = sorted(str(name) for name in set(said) - set(known))
    if strange:
        raise AgreementError(f"{where} has data classes that are not known", fix=f"known: {', '.join(known)}")
    return tuple(
        _term(name, {**common, **(said[name] or {})}, f"{where}, {name}") for name in known if name in said
    )


def _term(name: str, said: Mapping[str, Any], where: str) -> Term:
    unknown = sorted(set(said) - set(_TERMS))
    if unknown:
        raise AgreementError(f"{where} has terms that are not known", fix=f"take out: {', '.join(unknown)}")
    view = said.get("view", View.LATEST.value)
    if view not in tuple(View):
        raise AgreementError(f"{where}: view is neither latest nor full", fix="give one of the two")
    # More than twelve months of latest contacts are never shown: whoever states so means full.
    most = LATEST_MONTHS if view == View.LATEST else 1_200
    return Term(
        data_class=name,
        gateway=_gateway(said, where),
        view=View(view),
        months=_number(said, "months", where, LATEST_MONTHS, 1, most),
        retention_months=_number(said, "retention_months", where, 36, 1, 1_200),
    )


def _gateway(said: Mapping[str, Any], where: str) -> str:
    gateway = _optional(said, "gateway", where)
    if not gateway.strip():
        raise AgreementError(
            f"{where} has no legal gateway", fix="give the class a gateway: the law that lets it be shared"
        )
    return gateway


def _number(said: Mapping[str, Any], name: str, where: str, default: int, least: int, most: int) -> int:
    value = said.get(name, default)
    if value == default or (type(value) is int and least <= value <= most):
        return int(value)
    raise AgreementError(f"{where}: {name} is not usable", fix=f"give a whole number from {least} to {most}")


def _day(entry: Mapping[str, Any], name: str, where: str) -> dt.date | None:
    value = entry.get(name)
    if value is None or type(value) is dt.date:
        return value
    raise AgreementError(f"{where}: {name} is not a day", fix="write it as 2026-11-30")


def _text(entry: Mapping[str, Any], name: str, where: str) -> str:
    value = entry.get(name) if isinstance(entry, Mapping) else None
    if isinstance(value, str) and value.strip():
        return value
    raise AgreementError(f"{where} has no {name}", fix=f"give it a {name}")


def _optional(entry: Mapping[str, Any], name: str, where: str) -> str:
    value = entry.get(name, "")
    if isinstance(value, str):
        return value
    raise AgreementError(f"{where}: {name} is not text", fix="put it in quotes")


def _texts(
    entry: Mapping[str, Any], name: str, where: str, known: Sequence[str] | None = None
) -> tuple[str, ...]:
    values = entry.get(name)
    if (
        not isinstance(values, list)
        or not values
        or not all(isinstance(each, str) and each.strip() for each in values)
    ):
        raise AgreementError(f"{where} has no list of {name}", fix=f"list its {name}")
    if known is not None and not set(values) <= set(known):
        raise AgreementError(f"{where}: some of {name} are not known", fix=f"known: {', '.join(known)}")
    return tuple(values)
