"""From an error's code to what a caller sees: one table, and nothing of ours in a masked error."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Final

from graphql import GraphQLError

from mast_resolver.errors import BadRequestError, MastError

log = logging.getLogger("mast.api")

MASKED_CODE: Final = "MAST-000"

STATUS: Final = {
    "MAST-000": 500,
    "MAST-001": 400,
    "MAST-002": 500,
    "MAST-101": 500,
    "MAST-102": 500,
    "MAST-103": 500,
    "MAST-104": 500,
    "MAST-105": 500,
    "MAST-106": 500,
    "MAST-107": 500,
    "MAST-110": 500,
    "MAST-111": 500,
    "MAST-112": 500,
    "MAST-113": 503,
    "MAST-114": 503,
    "MAST-120": 422,
    "MAST-121": 422,
    "MAST-122": 422,
    "MAST-201": 500,
    "MAST-202": 500,
    "MAST-210": 503,
    "MAST-211": 503,
    "MAST-212": 503,
    "MAST-213": 503,
    "MAST-214": 500,
    "MAST-220": 503,
    "MAST-221": 503,
    "MAST-230": 503,
    "MAST-231": 503,
    "MAST-232": 500,
    "MAST-233": 503,
    "MAST-234": 500,
    "MAST-240": 500,
    "MAST-250": 409,
    "MAST-251": 503,
    "MAST-252": 404,
    "MAST-254": 404,
    "MAST-260": 500,
    "MAST-261": 500,
    "MAST-262": 409,
    "MAST-263": 409,
    "MAST-270": 500,
    "MAST-271": 500,
    "MAST-272": 500,
    "MAST-273": 500,
    "MAST-280": 500,
    "MAST-281": 404,
    "MAST-290": 409,
    "MAST-291": 404,
    "MAST-301": 401,
    "MAST-302": 403,
    "MAST-303": 403,
    "MAST-304": 503,
    "MAST-310": 400,
    "MAST-311": 400,
    "MAST-312": 400,
    "MAST-313": 403,
    "MAST-320": 503,
    "MAST-330": 429,
    "MAST-340": 409,
    "MAST-341": 409,
    "MAST-342": 400,
    "MAST-350": 409,
    "MAST-351": 409,
    "MAST-352": 503,
    "MAST-353": 409,
    "MAST-354": 409,
    "MAST-355": 503,
    "MAST-360": 409,
}
"""HTTP status of each code; a test compares it with every class of mast_resolver.errors."""


def shown(error: MastError) -> dict[str, object]:
    """One of our errors as an entry of a GraphQL answer's ``errors``.

    Example:
        >>> from mast_resolver.errors import NotAllowedError
        >>> shown(NotAllowedError("a role may not ask this", fix="ask a colleague"))["extensions"]
        {'code': 'MAST-302', 'fact': 'a role may not ask this', 'fix': 'ask a colleague'}
    """
    return {
        "message": f"{error.code}: {error.fact}",
        "extensions": {"code": error.code, "fact": error.fact, "fix": error.fix},
    }


def unexpected(error: BaseException) -> str:
    """An error that nobody thought of: its type and the places in the code that it came through.

    Not its message: that may quote a value.
    """
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} at {' > '.join(places[-8:])}"


def masked(error: BaseException, new_id: Callable[[], str]) -> dict[str, object]:
    """An unexpected error as its caller sees it: a reference and nothing else; the log has the rest."""
    reference = new_id()
    log.error("%s %s", reference, unexpected(error))
    return {
        "message": f"{MASKED_CODE}: something unexpected happened, reference {reference}",
        "extensions": {
            "code": MASKED_CODE,
            "fact": "something unexpected happened; it is not an answer",
            "fix": "ask again; if it persists, report the reference",
            "reference": reference,
        },
    }


def sayable(error: GraphQLError, *, quoting: bool) -> GraphQLError:
    """A fault in a document or its variables in words that quote neither, unless ``quoting``."""
    if error.path or not error.locations:
        return error
    where = error.locations[0]
    fact = f"the document or its variables do not fit the schema at line {where.line}, column {where.column}"
    if quoting:
        fact = f"{fact}: {error.message}"
    return GraphQLError(fact, original_error=BadRequestError(fact, fix="see docs/schema.graphql"))


def entries(
    errors: list[GraphQLError], new_id: Callable[[], str]
) -> tuple[int, list[dict[str, object]], list[str]]:
    """HTTP status, ``errors`` entries and codes for what an operation raised.

    The status is the highest of all: an answer of which any part failed is not an answer.
    """
    listed = []
    for error in errors:
        original = error.original_error
        entry = shown(original) if isinstance(original, MastError) else masked(original or error, new_id)
        if error.path:
            entry["path"] = list(error.path)
        listed.append(entry)
    codes = [str(entry["extensions"]["code"]) for entry in listed]  # type: ignore[index]  # built above
    return max((STATUS.get(code, 500) for code in codes), default=200), listed, codes
