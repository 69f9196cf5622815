"""What the service needs from the rest of the program, so that it is built in one place only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from mast_api.audit.log import AuditLog
from mast_api.audit.staff import StaffList
from mast_api.breaking_glass import BreakingGlass
from mast_api.documents import Documents
from mast_api.keys.in_force import KeyWatch
from mast_api.limits import Limits
from mast_api.live import LiveResolver
from mast_api.rates import Different, Rate
from mast_api.research.figures import Research
from mast_api.research.releasing import Releasing
from mast_api.rights.marking import Marker
from mast_api.rights.requests import Register
from mast_api.settings import Settings
from mast_api.shielding import Shielding
from mast_api.stewarding import Stewarding
from mast_api.subscribing.news import News
from mast_api.tokens import TokenVerifier
from mast_api.triggers.keeping import Alerts
from mast_graph.read import Reader
from mast_intake.address_lookup import AddressLookup
from mast_intake.search import AddressQuery, PersonQuery
from mast_resolver.records import Encoding, EntityId, Kind, MatchWeight, RecordId


@dataclass(frozen=True, slots=True)
class Found:
    """A person who may be the one searched for; the reasons are the model's own sentences, no values."""

    person: EntityId
    weight: MatchWeight
    agrees: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The likeliest of those who may be meant; ``more`` when others fit too, or may: not all were compared.

    Whoever is shielded is as if not there, in that as well.
    """

    found: list[Found]
    more: bool = False


class Search(Protocol):
    """People search in memory; called from a thread, so it must bear concurrent calls."""

    @property
    def ready(self) -> bool:
        """Whether the index is loaded."""
        ...

    def search(self, encodings: Sequence[Encoding], limit: int, *, hidden_too: bool = False) -> Shortlist:
        """The best candidates for any of the readings, each person once, best first.

        With ``hidden_too`` shielded people are found as well: behind a broken glass, and nowhere else.
        """
        ...


class LookUp(Protocol):
    """Turns what was typed into keyed tokens: ``mast_intake.pseudonymise.Pseudonymiser``."""

    def address_query(self, query: AddressQuery) -> AddressLookup:
        """Raises AddressTooBroadError when no single place is named."""
        ...

    def stored_encoding(self, record: RecordId, sealed: bytes) -> Encoding:
        """Of a stored record, to compare what was typed with."""
        ...

    def sealed_to_agency(
        self, record: RecordId, sealed: bytes, agency: str, purpose: str, public: bytes
    ) -> str:
        """A stored reference for the agency that gave it, and nobody else."""
        ...

    def person_query(self, query: PersonQuery) -> list[Encoding]:
        """Raises SearchTooBroadError when too little is given."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the service uses, built once by the wiring.

    ``patient`` reads like ``store`` but waits longer: for what is practised before callers come, where the
    service ``practises``.
    ``close`` is awaited when the service stops, in the event loop that used the store.
    """

    store: Reader
    search: Search
    live: LiveResolver
    live_addresses: LiveResolver
    stewards: Stewarding
    shields: Shielding
    glass: BreakingGlass
    alerts: Alerts
    research: Research
    releasing: Releasing
    marks: Marker
    look_up: LookUp
    keys: KeyWatch
    audit: AuditLog
    tokens: TokenVerifier
    settings: Settings
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    documents: Documents
    rate: Rate
    different: Different
    news: News
    limits: Limits = field(default_factory=Limits)
    staff: StaffList | None = None
    requests: Register = field(default_factory=Register)
    close: Callable[[], Awaitable[None]] | None = None
    patient: Reader | None = None
    practises: bool = True

    def live_of(self, kind: Kind) -> LiveResolver:
        """What holds records of a kind in memory."""
        return self.live_addresses if kind is Kind.ADDRESS else self.live
