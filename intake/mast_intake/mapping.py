"""The field maps of a source file: which column, constant, format and values each of our fields has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mast_intake import normalise
from mast_intake.address import country_code
from mast_intake.checks import shield
from mast_intake.dates import format_fault
from mast_intake.rows import (
    CONTACT_FIELDS,
    DATE_FIELDS,
    FIELDS,
    RELATION_FIELDS,
    SHIELD_FIELD,
    SHIELDS,
)
from mast_intake.source import Mapped, PersonMap
from mast_resolver.declared import Declared, Faults, nearest
from mast_resolver.records import Operation
from mast_resolver.relations import relation_kinds
from mast_resolver.vocabulary import ROLES, vocabulary

_IDS: Final = frozenset(("record_id", "contact_id", "related_to"))
OPERATIONS: Final[Mapping[str, Operation]] = {
    **dict.fromkeys(("add", "change", "upsert"), Operation.UPSERT),
    **dict.fromkeys(("retract", "delete", "remove"), Operation.RETRACT),
}


def value_key(text: str) -> str:
    """How a value is looked up under ``values``: case, accents and spacing do not count.

    Example:
        >>> value_key(" Not  Known ")
        'not known'
    """
    return " ".join(normalise.fold(text).split())


def read_people(top: Declared, faults: Faults) -> tuple[PersonMap, ...]:
    """The people of a row: one from ``fields``, or several from ``people``, each on top of ``fields``."""
    if "fields" not in top and "people" not in top:
        faults.add(top.line, "`fields` is missing")
        return ()
    shared_node = top.mapping("fields") if "fields" in top else None
    shared = _fields(shared_node, faults) if shared_node else {}
    if "people" not in top:
        _check_fields(shared, top.line_of("fields"), faults)
        return (PersonMap(shared),)
    people: list[PersonMap] = []
    for node in top.mappings("people"):
        suffix = node.text("suffix") if "suffix" in node else ""
        fields = {**shared, **_fields(node, faults)}
        _check_fields(fields, node.line, faults)
        if any(person.suffix == suffix for person in people):
            faults.add(node.line, "two people of a row have the same `suffix`: their record ids would be one")
        people.append(PersonMap(fields, suffix))
    return tuple(people)


def _fields(node: Declared, faults: Faults) -> dict[str, Mapped]:
    fields: dict[str, Mapped] = {}
    for name in node:
        if name == "suffix":
            continue
        if name not in FIELDS:
            faults.add(node.line_of(name), f"unknown field `{name}`{nearest(name, FIELDS)}")
            continue
        mapped = read_mapped(node, name, faults)
        if mapped is not None:
            fields[name] = mapped
            _check_targets(name, mapped, node.line_of(name), faults)
    return fields


def read_mapped(node: Declared, name: str, faults: Faults) -> Mapped | None:
    """One field: a column, a list of columns, or a mapping that says more; None after a fault."""
    if not node.is_mapping(name):
        columns = node.texts(name)
        if not columns or not all(columns):
            faults.add(node.line_of(name), f"`{name}` names no column")
            return None
        return Mapped(columns, separator=_separator(name), told_apart=name in _IDS)
    inner = node.mapping(name)
    if inner is None:
        return None
    inner.refuse_unknown(("column", "columns", "constant", "format", "values"))
    columns = (*inner.texts("column"), *inner.texts("columns"))
    constant = inner.text("constant") if "constant" in inner else None
    if bool(columns) == (constant is not None):
        faults.add(inner.line, f"`{name}` needs a column or a constant, and not both")
        return None
    formats = inner.texts("format")
    for text in formats:
        if name not in DATE_FIELDS:
            faults.add(inner.line_of("format"), f"`{name}` is no date: it has no `format`")
        elif fault := format_fault(text):
            faults.add(inner.line_of("format"), f"the format {text!r} {fault}")
    return Mapped(columns, constant, formats, _values(inner), _separator(name), name in _IDS)


def _separator(name: str) -> str:
    return ", " if name == "address" else " "


def _values(inner: Declared) -> dict[str, str | None] | None:
    node = inner.mapping("values") if "values" in inner else None
    return {value_key(written): node.nullable(written) for written in node} if node else None


def _check_fields(fields: Mapping[str, Mapped], line: int, faults: Faults) -> None:
    if "record_id" not in fields:
        faults.add(line, "`record_id` is missing: every row needs one")
    elif fields["record_id"].constant is not None:
        faults.add(line, "`record_id` is a constant: every row would be the same record")
    if "contact_type" in fields and "contact_at" not in fields:
        faults.add(line, "`contact_type` needs a `contact_at`")
    for name, other in (RELATION_FIELDS, RELATION_FIELDS[::-1]):
        if name in fields and other not in fields:
            faults.add(line, f"`{name}` needs a `{other}`")
    if "related_to" in fields and fields["related_to"].constant is not None:
        faults.add(line, "`related_to` is a constant: everybody would be related to one person")
    if "contact_type" not in fields:
        for name in CONTACT_FIELDS:
            if name in fields and name != "contact_at":
                faults.add(line, f"`{name}` needs a `contact_type`")


def _check_targets(name: str, mapped: Mapped, line: int, faults: Faults) -> None:
    """Constants and the right-hand sides of ``values`` must mean something to us."""
    for target in (mapped.constant, *(mapped.values or {}).values()):
        if target is not None and (known := _known_targets(name, target)) is not None:
            faults.add(line, f"`{name}` cannot be {target!r}{nearest(target, known)}")


def _known_targets(name: str, target: str) -> tuple[str, ...] | None:
    """What the field may be, when the target is none of it; None when the target is good."""
    if name == "contact_type":
        return None if target in vocabulary().types else tuple(vocabulary().types)
    if name == "relation":
        return None if target in relation_kinds() else tuple(relation_kinds())
    if name == "contact_role":
        return None if target in ROLES else ROLES
    if name == "contact_status":
        return None if target in ("open", "closed") else ("open", "closed")
    if name == "sex":
        return None if normalise.sex(target) else ("male", "female", "other")
    if name == "severity":
        return None if target in tuple("0123456") else ("0 to 6",)
    if name == SHIELD_FIELD:
        return None if shield(target) is not None else (*SHIELDS, "yes", "no")
    if name == "country":
        return None if country_code(target) else ("GB", "US")
    return None


def read_operation(mapped: Mapped, line: int, faults: Faults) -> None:
    """Faults of the operation column: what it maps to must be add, change or retract."""
    if mapped.constant is not None:
        faults.add(line, "`operation` is a constant: it must come from a column")
    for target in (mapped.values or {}).values():
        if target not in OPERATIONS:
            faults.add(line, f"`operation` cannot be {target!r}{nearest(target or '', OPERATIONS)}")
