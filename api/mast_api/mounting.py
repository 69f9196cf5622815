"""The console, mounted into the service that it asks: the one place where the two meet."""

from __future__ import annotations

import secrets

from starlette.types import ASGIApp

from mast_api.access import Purpose, Role, in_force
from mast_api.ports import Services
from mast_api.settings import Settings
from mast_api.workspace import development_issuer
from mast_console.app import Console
from mast_console.service import all_documents
from mast_console.wiring import OpenIdSignIn, Wiring

PROGRAMS = frozenset({Role.FEED})
"""Roles of programs: nobody signs in as one."""


def mounted_console(services: Services, service: ASGIApp) -> Console:
    """The console over a service, with the ways to sign in that its settings allow."""
    settings = services.settings
    openid = None
    if settings.console_client_id:
        openid = OpenIdSignIn(
            settings.token_issuer,
            settings.console_client_id,
            settings.console_client_secret,
            settings.console_url,
        )
    return Console(
        Wiring(
            clock=services.clock,
            new_secret=lambda: secrets.token_bytes(32),
            may_ask=lambda role, purpose: in_force().questions(role, purpose),
            roles={
                role.value: [each.value for each in Purpose if in_force().may_act(role.value, each.value)]
                for role in Role
                if role not in PROGRAMS
            },
            development=None if openid else _Development(settings),
            openid=openid,
            exploring=settings.development,
            subject_claim=settings.token_subject_claim,
            role_claim=settings.token_role_claim,
        ),
        service,
    )


def console_documents() -> list[str]:
    """The documents that the console asks by, for the service to register."""
    return all_documents()


class _Development:
    """The development issuer as a way to sign in: only where whoever started the service said so."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def enabled(self) -> bool:
        """It has to be said: a key that was once made for `mast token` is no leave to choose any role."""
        return self._settings.development_issuer is True and not self._settings.has_issuer

    def issue(self, role: str, purpose: str) -> str:
        """A token as long as one may be."""
        issuer = development_issuer(self._settings)
        minutes = self._settings.token_max_minutes
        return issuer.issue(role, purpose, minutes=minutes, subject=f"console-{role}")
