"""The data folder of this call: its keys, its token issuer, and the way to its graph."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mast_api.audit.keys import SealKeys
from mast_api.audit.log import AuditLog
from mast_api.audit.segments import segments
from mast_api.development import DevelopmentIssuer, DevelopmentKeys
from mast_api.settings import Settings
from mast_api.terminal import Terminal
from mast_graph.managed.archive import keep_archive
from mast_graph.managed.folder import ServerFolder, find_running
from mast_graph.managed.provision import default_cache
from mast_graph.managed.server import ManagedServer
from mast_intake.gazetteer.areas import Areas
from mast_intake.keys import KeyRing
from mast_resolver.errors import KeyMissingError, SettingsError

DEVELOPMENT_KEY = "development-key.json"
DEVELOPMENT_ISSUER = "development-issuer.json"
REJECTS = "rejects"
AUDIT = "audit.jsonl"
AUDIT_KEY = "audit-key.json"
AREAS = "areas.sealed"


def now() -> dt.datetime:
    """The one clock of the process: UTC."""
    return dt.datetime.now(dt.UTC)


def new_id() -> str:
    """The one generator of random ids: 32 hexadecimal digits."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class GraphAddress:
    """How to reach the graph of this call; ``folder`` is where its store lies when it is a managed one."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str
    folder: Path | None = None


def prepare(data: Path) -> Path:
    """The data folder, made readable by its owner only."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data


def key_path(settings: Settings) -> Path:
    """Where the key file of this call lies: what MAST_KEY_FILE names, else the development key."""
    return settings.key_file or prepare(settings.data) / DEVELOPMENT_KEY


def key_ring(settings: Settings, terminal: Terminal) -> KeyRing:
    """The keys that MAST_KEY_FILE names; with none, a development key in the data folder, with a warning.

    Raises:
        KeyMissingError: the file is not there, damaged, or readable by others.
    """
    if settings.key_file is not None:
        return KeyRing.read(settings.key_file)
    path = key_path(settings)
    terminal.warn(f"MAST_KEY_FILE is not set: using the development key {path}; never with real data")
    return KeyRing.read(path) if path.exists() else KeyRing.create(path)


def seal_keys(settings: Settings) -> SealKeys:
    """The keys that seal the audit log, made when there is neither a key nor a log yet.

    Raises:
        KeyMissingError: the file is damaged, or readable by others, or gone while there is a log.
    """
    path = settings.audit_key_file or prepare(settings.data) / AUDIT_KEY
    if not path.exists() and segments(settings.data / AUDIT):
        raise KeyMissingError(
            "there is an audit log, but not the key that sealed it",
            fix="restore the key file; without it, put the log away and begin another",
        )
    return SealKeys.open(path)


def audit_log(settings: Settings) -> AuditLog:
    """The audit log of the data folder, with this process as its writer.

    Raises:
        AuditUnavailableError: it cannot be written, or (LogHeldError) another process writes it.
        KeyMissingError: the key that sealed its end is not there.
    """
    return AuditLog(prepare(settings.data) / AUDIT, seal_keys(settings), clock=now, new_id=new_id)


def areas_in_force(settings: Settings, keys: KeyRing) -> Areas | None:
    """The look-up of coarse areas that `mast load-areas` kept; None where none was given.

    Raises:
        SealBrokenError, KeyVersionError: it was kept under another key, or changed.
    """
    return Areas.read(settings.data / AREAS, keys)


def development_issuer(settings: Settings) -> DevelopmentIssuer:
    """The local issuer of tokens, its key in the data folder: made, and so enabled, if there is none.

    Raises:
        SettingsError: another issuer is set, or MAST_DEVELOPMENT_ISSUER is 0.
    """
    if settings.has_issuer or settings.development_issuer is False:
        raise SettingsError(
            "the development issuer is off: "
            + ("another issuer is set" if settings.has_issuer else "MAST_DEVELOPMENT_ISSUER is 0"),
            fix="get tokens from the issuer that is set (mast export takes them with --token-file)",
        )
    return DevelopmentIssuer.open(
        prepare(settings.data) / DEVELOPMENT_ISSUER,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        clock=now,
        new_id=new_id,
    )


def development_keys(settings: Settings, warn: Callable[[str], None]) -> DevelopmentKeys:
    """What verifies the development issuer's tokens; says aloud whether anybody can be known by them.

    Raises:
        SettingsError: MAST_DEVELOPMENT_ISSUER is 0.
        KeyMissingError: its key can be read by others, or is damaged.
    """
    if settings.development_issuer is False:
        raise SettingsError(
            "nobody could be known: no issuer of tokens is set, and MAST_DEVELOPMENT_ISSUER is 0",
            fix="set MAST_TOKEN_ISSUER or MAST_TOKEN_KEYS_FILE",
        )
    path = prepare(settings.data) / DEVELOPMENT_ISSUER
    if settings.development_issuer:
        development_issuer(settings)
    keys = DevelopmentKeys(path)
    if keys.enabled:
        warn(f"tokens of the development issuer {path} are trusted; never with real data")
    else:
        warn(
            "MAST_TOKEN_ISSUER is not set: every token is refused, until `mast token` enables the "
            f"development issuer of {settings.data}; never with real data"
        )
    return keys


def given_graph(settings: Settings) -> GraphAddress | None:
    """The server that MAST_NEO4J_URI names, if it is set: no other is used, by no command."""
    if settings.neo4j_uri is None:
        return None
    return GraphAddress(
        settings.neo4j_uri, settings.neo4j_user, settings.neo4j_password or "", settings.neo4j_database
    )


@contextmanager
def graph(settings: Settings, terminal: Terminal) -> Iterator[GraphAddress]:
    """Reach the graph: the server that is set, else the managed one that runs, else one started for now.

    Raises:
        ServerStartError, DataFolderLockedError, RuntimeDownloadError: it could not be started.
    """
    if (given := given_graph(settings)) is not None:
        yield given
        return
    running = find_running(settings.data.absolute())
    if running is not None:
        home = ServerFolder(settings.data.absolute()).home
        yield GraphAddress(running.uri, running.user, running.password, "neo4j", home)
        return
    with managed(settings, terminal) as address:
        yield address


@contextmanager
def managed(
    settings: Settings, terminal: Terminal, *, quick: bool = False, expendable: bool = False
) -> Iterator[GraphAddress]:
    """Start a managed Neo4j on the data folder and stop it at the end; a ``quick`` one for little data.

    An ``expendable`` one, whose folder is thrown away on a fault, is killed when its disk is full.
    """
    cache, version = default_cache(os.environ), os.environ.get("MAST_NEO4J", "5.26")
    with terminal.step("Fetching and preparing Neo4j") as step:
        keep_archive(cache, version, lambda got, of: step.advance(got // 1_000_000, of // 1_000_000))
    with terminal.step("Starting Neo4j"):
        server = ManagedServer(
            prepare(settings.data), cache=cache, version=version, quick=quick, expendable=expendable
        ).start()
    try:
        yield GraphAddress(server.uri, server.user, server.password, "neo4j", server.store_folder)
    finally:
        with terminal.step("Stopping Neo4j"):
            server.stop()
