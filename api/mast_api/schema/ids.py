"""Ids as callers give them. Checked, because they go into the audit log: what is no id might be a name."""

from __future__ import annotations

import re
from typing import Annotated, Final

import strawberry
from strawberry import ID

from mast_resolver.declared import is_code
from mast_resolver.errors import BadRequestError
from mast_resolver.records import EntityId, RecordId

IdArgument = Annotated[ID, strawberry.argument(name="id")]

_ENTITY: Final = re.compile(r"[PAH]-[0-9A-Za-z-]{1,40}")
_ADDRESS: Final = re.compile(r"A-[0-9A-Za-z-]{1,40}")
_PERSON: Final = re.compile(r"P-[0-9A-Za-z-]{1,40}")
_FINDABLE: Final = re.compile(r"[PA]-[0-9A-Za-z-]{1,40}")
_RECORD: Final = re.compile(r"r[0-9a-f]{32}")
_GLASS: Final = re.compile(r"G-[0-9A-Za-z-]{1,40}")
_MARK: Final = re.compile(r"M-[0-9A-Za-z-]{1,40}")
_ALERT: Final = re.compile(r"AL-[0-9a-z]{1,40}")
_RULE: Final = re.compile(r"[a-z][a-z0-9-]{2,59}/[0-9]{1,6}")
_RELEASE: Final = re.compile(r"RE-[0-9A-Za-z-]{1,40}")
_FLAG: Final = re.compile(r"AF-[0-9a-f]{24}")
_REQUEST: Final = re.compile(r"Q-[0-9A-Za-z-]{1,40}")
_AGENCY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_DECISION: Final = re.compile(r"D-[0-9A-Za-z-]{1,40}")


def entity_ids(id_: str) -> list[str]:
    """The one id of a person, an address or a household.

    Raises:
        BadRequestError: it is none.
    """
    return [_checked(_ENTITY, id_, "use an id from an answer: P-, A- or H-")]


def address_id(id_: str) -> EntityId:
    """The id of an address. Raises BadRequestError as :func:`entity_ids`."""
    return EntityId(_checked(_ADDRESS, id_, "use an id of an address from an answer: A-"))


def person_id(id_: str) -> EntityId:
    """The id of a person. Raises BadRequestError as :func:`entity_ids`."""
    return EntityId(_checked(_PERSON, id_, "use an id of a person from an answer: P-"))


def person_or_address_id(id_: str) -> EntityId:
    """The id of a person or an address. Raises BadRequestError as :func:`entity_ids`."""
    return EntityId(_checked(_FINDABLE, id_, "use an id of a person or an address from an answer: P- or A-"))


def record_id(id_: str) -> RecordId:
    """The id of a record. Raises BadRequestError as :func:`entity_ids`."""
    return RecordId(_checked(_RECORD, id_, "use the id of a record from `how`: r and 32 digits"))


def is_record(id_: str) -> bool:
    """Whether it looks like the id of a record."""
    return _RECORD.fullmatch(id_) is not None


def glass_id(id_: str) -> str:
    """The id of a broken glass. Raises BadRequestError as :func:`entity_ids`."""
    return _checked(_GLASS, id_, "use the id that breakGlass gave, or one of breakGlasses: G-")


def decision_id(id_: str) -> str:
    """The id of a decision. Raises BadRequestError as :func:`entity_ids`."""
    return _checked(_DECISION, id_, "use the id of a decision from `how` or `why`: D-")


def alert_id(id_: str) -> str:
    """The id of an alert. Raises BadRequestError as :func:`entity_ids`."""
    return _checked(_ALERT, id_, "use the id of an alert from `alerts`: AL-")


def release_id(id_: str) -> str:
    """The id of a release. Raises BadRequestError as :func:`entity_ids`."""
    return _checked(_RELEASE, id_, "use the id of a release from `releases`: RE-")


def rule_ref(text: str) -> str:
    """A rule and its version. Raises BadRequestError as :func:`entity_ids`."""
    return _checked(_RULE, text, "use a rule as `alerts` has it, such as marac-repeat/2")


def mark_id(id_: str) -> str:
    """The id of a mark. Raises BadRequestError as :func:`entity_ids`."""
    return _checked(_MARK, id_, "use the id of a mark from `marks`: M-")


def flag_id(id_: str) -> str:
    """The id of a flag. Raises BadRequestError as :func:`entity_ids`."""
    return _checked(_FLAG, id_, "use the id of a flag from `accessReview`: AF-")


def request_id(id_: str) -> str:
    """The id of a request by right. Raises BadRequestError as :func:`entity_ids`."""
    return _checked(_REQUEST, id_, "use the id of a request from `rightsRequests`: Q-")


def agency_id(text: str) -> str:
    """The id of an agency. Raises BadRequestError as :func:`entity_ids`."""
    return _checked(_AGENCY, text, "use the id of an agency, as `agencies` has it")


def agreement_id(text: str) -> str:
    """The id of an agreement. Raises BadRequestError as :func:`entity_ids`."""
    if not is_code(text):
        raise BadRequestError("no agreement is called so", fix="use the id of one, as `agreements` has it")
    return text


def _checked(form: re.Pattern[str], id_: str, fix: str) -> str:
    if not form.fullmatch(id_):
        raise BadRequestError("the id is not one of ours", fix=fix)
    return id_
