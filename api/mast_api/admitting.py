"""Whoever sends a token, as a caller: the same for a request and for each event of a subscription."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers

from mast_api.access import Caller, admit
from mast_api.ports import Services
from mast_resolver.errors import MastError

NO_PURPOSE: Final = ""
"""Requests for no purpose that their caller may act for have one bucket: the name is theirs to vary."""


def from_another_site(headers: Headers) -> bool:
    """Whether a browser says that a page of another site asks; programs say nothing."""
    return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


async def admitted(
    services: Services, authorization: str | None, purpose: str | None, request_id: str
) -> Caller:
    """The caller whom a bearer token names, for the purpose that it or ``purpose`` names.

    Who is known but may not act at all is on record, as often as their rate lets them ask: no token fills
    the log.

    Raises:
        NotAuthenticatedError: there is no token, or none that is valid now.
        IssuerUnavailableError: there are no keys to verify it with.
        PurposeMissingError: no purpose is named, or two.
        NotAllowedError: no such role, or it may not act for that purpose.
        TooManyRequestsError: they were refused so often that it is on record already.
        AuditUnavailableError: that it may not cannot be put on record.
    """
    await services.tokens.prepare(authorization)
    bearer = services.tokens.verify(authorization)
    try:
        return admit(
            bearer.subject,
            bearer.role,
            bearer.token_id,
            claimed=bearer.purpose,
            header=purpose,
            agency=bearer.agency,
        )
    except MastError as error:
        services.rate.take(bearer.subject, NO_PURPOSE, services.clock())
        who = {"subject": bearer.subject, "role": bearer.role, "token": bearer.token_id}
        entry = {"event": "not-admitted", "request": request_id, **who, "codes": [error.code]}
        await services.audit.append(entry)
        raise
