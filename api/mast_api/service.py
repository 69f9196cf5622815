"""The running service: built from its parts once, served until told to stop, everything closed in order."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial

import uvicorn

from mast_api.app import create_app, server_config
from mast_api.audit.staff import STAFF, StaffList
from mast_api.breaking_glass import BreakingGlass
from mast_api.documents import Documents
from mast_api.keys.in_force import KeyWatch
from mast_api.live import LiveAddresses, LiveResolver
from mast_api.models import model_in_force
from mast_api.mounting import console_documents
from mast_api.oidc import IssuerKeys, fetch_over_http
from mast_api.people_search import PeopleSearch
from mast_api.ports import Services
from mast_api.rates import Different, Rate
from mast_api.research.figures import Research
from mast_api.research.on_record import last_on_record
from mast_api.research.releasing import Releasing
from mast_api.rights.marking import Marker
from mast_api.rights.proving import ProofKeeper
from mast_api.settings import Settings
from mast_api.shielding import Shielding
from mast_api.stewarding import Stewarding
from mast_api.subscribing.news import News
from mast_api.telling import GlassNotices, Officer, Telling
from mast_api.tokens import ALGORITHM, Claims, KeySource, TokenVerifier, read_keys
from mast_api.triggers.keeping import AlertKeeper, Alerts
from mast_api.triggers.notices import AlertNotices
from mast_api.workspace import AUDIT, GraphAddress, audit_log, development_keys, new_id, now, prepare
from mast_api.writing import open_store
from mast_graph.async_store import AsyncStore, connect_async
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_resolver.errors import IssuerUnavailableError, PortTakenError
from mast_resolver.records import Kind

OPENID_ALGORITHMS = ("Ed25519", "ES256", "PS256", "RS256")
"""What issuers sign with by default: by public keys only."""

PLANNING_S = 60.0
"""Planning a long query the first time takes a busy database seconds; after that it is remembered."""


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The socket of the service, taken before anything long is begun.

    Raises:
        PortTakenError: somebody listens there already, or we may not.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's delay off only then: 40 ms an answer.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((settings.host, settings.port))
            taken.listen(128)
        except OSError:
            raise PortTakenError(
                f"port {settings.port} on {settings.host} cannot be listened on",
                fix="stop what listens there, or use --port with another one (0 takes any free one)",
            ) from None
        yield taken


def url(taken: socket.socket) -> str:
    """Where the service answers."""
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def verifier(settings: Settings, warn: Callable[[str], None]) -> TokenVerifier:
    """Keys of a file when one is set, else those of the issuer where it is an address, else our own.

    The development issuer is never trusted beside another one, and only where it was enabled.

    Raises:
        SettingsError: the address of the issuer, or of its keys, is not https; or there is no issuer at all.
        KeyMissingError: the file is no set of keys.
    """
    algorithms: Sequence[str] = (ALGORITHM,)
    keys: KeySource
    if settings.token_keys_file is not None:
        keys = read_keys(settings.token_keys_file)
    elif "://" in settings.token_issuer:
        keys, algorithms = _issuer_keys(settings, warn), OPENID_ALGORITHMS
    else:
        keys = development_keys(settings, warn)
    return TokenVerifier(
        keys,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        max_minutes=settings.token_max_minutes,
        clock=now,
        algorithms=settings.token_algorithms or algorithms,
        named=Claims(
            subject=settings.token_subject_claim,
            role=settings.token_role_claim,
            id=settings.token_id_claim,
            purpose=settings.token_purpose_claim,
            agency=settings.token_agency_claim,
        ),
        needs_agency=settings.has_issuer,
    )


def _issuer_keys(settings: Settings, warn: Callable[[str], None]) -> IssuerKeys:
    keys = IssuerKeys(
        settings.token_issuer, fetch=fetch_over_http, clock=now, jwks_uri=settings.token_jwks_uri
    )
    try:
        keys.fetch()
    except IssuerUnavailableError as fault:
        # It may come back; until then nobody can be known, and nothing is answered.
        warn(str(fault))
    return keys


@contextmanager
def server(
    settings: Settings,
    address: GraphAddress,
    keys: KeyRing,
    *,
    warn: Callable[[str], None],
    lasting: bool = True,
    step: Callable[[str], AbstractContextManager[object]] = nullcontext,
) -> Iterator[uvicorn.Server]:
    """A service that is ready to be run; audit log and people in memory are closed at the end.

    One that is not ``lasting`` is for a command that asks little and waits: nobody is read into memory, so it
    answers by id and searches for nobody, and what is asked is planned when it is. ``step`` shows that people
    are being read.

    Raises:
        AuditUnavailableError: the audit log cannot be written, or another process writes it.
    """
    prepare(settings.data)
    # Memory is kept at the newest version there is: a rotation to it changes nothing there.
    keys = keys.newest
    with open_store(address) as store, audit_log(settings) as audit:
        live = LiveResolver(store, keys, model_in_force(settings.data, Kind.PERSON), warn=warn, step=step)
        places = LiveAddresses(store, keys, model_in_force(settings.data, Kind.ADDRESS), warn=warn)
        # One for each receiver: who is told of a broken glass waits for nobody.
        glasses_told = Telling(_officer(settings, warn), GlassNotices(store), clock=now)
        alerts_told = Telling(_desk(settings), AlertNotices(store), clock=now)
        reader = _connect(address, within_s=settings.query_timeout_s if lasting else PLANNING_S)
        patient = _connect(address, within_s=PLANNING_S)
        research = Research(store, keys, clock=now, on_record=partial(last_on_record, settings.data / AUDIT))
        services = Services(
            store=reader,
            search=PeopleSearch(live),
            live=live,
            live_addresses=places,
            stewards=Stewarding(store, (live, places), keys, clock=now, new_id=new_id),
            shields=Shielding(store, live, keys, clock=now, new_id=new_id),
            glass=BreakingGlass(
                store,
                keys,
                clock=now,
                new_id=new_id,
                tell=glasses_told.wake if settings.glass_may_break else None,
            ),
            alerts=Alerts(store, keys, clock=now, new_id=new_id),
            research=research,
            releasing=Releasing(store, keys, clock=now, new_id=new_id),
            marks=Marker(store, keys, clock=now, new_id=new_id),
            look_up=Pseudonymiser(keys, now),
            keys=KeyWatch(reader, keys),
            audit=audit,
            tokens=verifier(settings, warn),
            settings=settings,
            clock=now,
            new_id=new_id,
            documents=Documents.read(
                settings.documents_file, only=settings.registered_only, more=console_documents()
            ),
            rate=Rate(settings.most_requests),
            different=Different(settings.most_different),
            news=News(reader),
            staff=StaffList(settings.data / STAFF, keys),
            close=lambda: _close(research, reader, patient),
            patient=patient,
            practises=lasting,
        )
        if lasting:
            live.start()
            places.start()
        proofs = ProofKeeper(store, audit, warn=warn)
        proofs.start()
        alerts = AlertKeeper(store, clock=now, raised=alerts_told.wake, warn=warn)
        alerts.start()
        try:
            with glasses_told, alerts_told:
                yield uvicorn.Server(server_config(create_app(services), settings, services.limits))
        finally:
            alerts.stop()
            proofs.stop()
            places.stop()
            live.stop()


def _officer(settings: Settings, warn: Callable[[str], None]) -> Officer | None:
    if settings.officer_url:
        return Officer.read(settings.officer_url, settings.officer_secret_file)
    if not settings.development:
        follows = "they wait for their review" if settings.glass_may_break else "so none can be broken"
        warn(f"MAST_OFFICER_URL is not set: nobody is told of broken glasses, {follows}")
    return None


def _desk(settings: Settings) -> Officer | None:
    if not settings.alerts_url:
        return None
    return Officer.read(settings.alerts_url, settings.alerts_secret_file, name="MAST_ALERTS")


def _connect(address: GraphAddress, *, within_s: float) -> AsyncStore:
    return connect_async(
        address.uri,
        address.user,
        address.password,
        database=address.database,
        query_timeout_s=within_s,
        answer_within_s=within_s,
    )


async def _close(research: Research, *stores: AsyncStore) -> None:
    research.close()
    for store in stores:
        await store.close()


@contextmanager
def in_background(running: uvicorn.Server, taken: socket.socket) -> Iterator[None]:
    """Serve in a thread; at the end requests that run are let finish."""
    thread = threading.Thread(target=running.run, kwargs={"sockets": [taken]}, name="mast-serve")
    thread.start()
    try:
        yield
    finally:
        running.should_exit = True
        thread.join()
