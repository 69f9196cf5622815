"""What the console is told by whoever mounts it: clocks, ways to sign in, and what each role may ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

PREFIX: Final = "/console"

IDLE: Final = timedelta(minutes=30)
"""After so long without a page somebody is signed out: a telephone is left on a table."""


class DevelopmentSignIn(Protocol):
    """Sign-in by choosing a role: for fixtures on one's own machine, and nothing else."""

    def enabled(self) -> bool:
        """Whether it may be used now."""
        ...

    def issue(self, role: str, purpose: str) -> str:
        """A bearer token for that role and purpose."""
        ...


@dataclass(frozen=True, slots=True)
class OpenIdSignIn:
    """Sign-in at an OpenID issuer, by authorisation code with proof key (PKCE).

    ``public_url`` is where people reach the service, such as ``https://mast.example.gov.uk``.
    """

    issuer: str
    client_id: str
    client_secret: str | None
    public_url: str

    @property
    def redirect_uri(self) -> str:
        """Where the issuer sends people back to; it has to be registered there."""
        return f"{self.public_url.rstrip('/')}{PREFIX}/signed-in"

    @property
    def signed_out_uri(self) -> str:
        """Where it sends them after signing out; to be registered there, too."""
        return f"{self.public_url.rstrip('/')}{PREFIX}/signed-out"


@dataclass(frozen=True, slots=True)
class Wiring:
    """The surroundings of a console.

    ``may_ask`` decides only which links are drawn: the service decides about each question by itself.
    ``roles`` are those that may sign in, each with the purposes that it may act for. ``exploring`` is that
    they may write questions themselves, in GraphiQL: in development only. The claims are named as the
    issuer of tokens names them.
    """

    clock: Callable[[], datetime]
    new_secret: Callable[[], bytes]
    may_ask: Callable[[str, str], frozenset[str]]
    roles: Mapping[str, Sequence[str]]
    development: DevelopmentSignIn | None = None
    openid: OpenIdSignIn | None = None
    idle: timedelta = IDLE
    exploring: bool = False
    subject_claim: str = "sub"
    role_claim: str = "role"
