"""Every setting of the service: one frozen value, read once from the environment, all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

from mast_resolver.errors import SettingsError

PREFIX: Final = "MAST_"

ALGORITHMS: Final = ("Ed25519", "ES256", "ES384", "PS256", "PS384", "RS256", "RS384")
"""Signatures that tokens may have: by public keys only, and none that is older than it should be."""


ORDINARY_RATE: Final = 120
ORDINARY_DIFFERENT: Final = 200
"""What people at work need, several times over."""


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    return value.strip()


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        raise ValueError("is not a number of seconds") from None
    if not 0 < seconds <= 3_600:
        raise ValueError("is not between 0 and 3600 seconds")
    return seconds


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 <= int(value) <= 65_535:
        raise ValueError("is not a port, 0 to 65535")
    return int(value)


def _minutes(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 1_440:
        raise ValueError("is not a number of minutes, 1 to 1440")
    return int(value)


def _count(value: str) -> int:
    if not value.isdecimal() or int(value) > 1_000_000:
        raise ValueError("is not a number, 0 to 1000000")
    return int(value)


def _algorithms(value: str) -> tuple[str, ...]:
    named = tuple(each.strip() for each in value.split(",") if each.strip())
    if not named or not set(named) <= set(ALGORITHMS):
        raise ValueError("names others than " + ", ".join(ALGORITHMS))
    return named


def _switch(value: str) -> bool:
    if value.lower() not in {"0", "1", "true", "false"}:
        raise ValueError("is neither 0 nor 1")
    return value.lower() in {"1", "true"}


def _day(value: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(value), time(), UTC)
    except ValueError:
        raise ValueError("is not a day as 2026-11-01") from None


def _disclosure(value: str) -> str:
    # Imported late: it brings arrays with it, and hardly any command needs them.
    from mast_analytics.disclosure.policies import POLICIES

    if value not in POLICIES:
        raise ValueError("is none of " + ", ".join(sorted(POLICIES)))
    return value


def _bolt(value: str) -> str:
    schemes = ("bolt://", "bolt+s://", "bolt+ssc://", "neo4j://", "neo4j+s://", "neo4j+ssc://")
    if not value.startswith(schemes):
        raise ValueError("does not start with bolt:// or neo4j:// (or their +s forms)")
    return value


def _about(parse: Callable[[str], object], meaning: str) -> dict[str, object]:
    """How a setting is read from the environment, and what it means."""
    return {"parse": parse, "meaning": meaning}


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs. A secret may also come as a file, under its name with ``_FILE``.

    Example:
        >>> Settings.read({"MAST_PORT": "0"}).port
        0
        >>> "pass" + "phrase" in repr(Settings.read({"MAST_NEO4J_PASSWORD": "passphrase"}))
        False
    """

    data: Path = field(
        default=Path(".mast"),
        metadata=_about(Path, "Folder of the managed Neo4j, keys, audit log and runtime file."),
    )
    key_file: Path | None = field(
        default=None,
        metadata=_about(
            Path, "File of the pseudonymisation keys; unset: a development key in the data folder."
        ),
    )
    audit_key_file: Path | None = field(
        default=None,
        metadata=_about(Path, "File of the keys that seal the audit log; unset: one in the data folder."),
    )
    host: str = field(default="127.0.0.1", metadata=_about(_text, "Address to listen on."))
    port: int = field(default=8_000, metadata=_about(_port, "Port to listen on; 0 takes any free one."))
    neo4j_uri: str | None = field(
        default=None,
        metadata=_about(_bolt, "Bolt address of a Neo4j of your own; unset: the managed local one."),
    )
    neo4j_user: str = field(default="neo4j", metadata=_about(_text, "User name at that Neo4j."))
    neo4j_password: str | None = field(
        default=None, repr=False, metadata=_about(_text, "Password at that Neo4j.")
    )
    neo4j_database: str = field(default="neo4j", metadata=_about(_text, "Database at that Neo4j."))
    query_timeout_s: float = field(
        default=2.0, metadata=_about(_seconds, "Longest a question may wait for the database, in seconds.")
    )
    drain_s: float = field(
        default=10.0,
        metadata=_about(
            _seconds, "Longest that running requests may take when the service stops, in seconds."
        ),
    )
    token_issuer: str = field(
        default="mast-development",
        metadata=_about(_text, "Who must have issued a bearer token; an https address is an OpenID issuer."),
    )
    token_audience: str = field(
        default="mast-tracker", metadata=_about(_text, "Whom a bearer token must be for.")
    )
    token_keys_file: Path | None = field(
        default=None,
        metadata=_about(
            Path,
            "JWK set of keys that verify tokens; unset: those of MAST_TOKEN_ISSUER where it is an address, "
            "else the development issuer's key in the data folder (MAST_DEVELOPMENT_ISSUER).",
        ),
    )
    token_jwks_uri: str | None = field(
        default=None,
        metadata=_about(_text, "Where that issuer keeps its keys; unset: where its discovery document says."),
    )
    token_algorithms: tuple[str, ...] | None = field(
        default=None,
        metadata=_about(
            _algorithms,
            "Signatures accepted, with commas; unset: Ed25519, and of an issuer with an address also RS256, "
            "PS256 and ES256.",
        ),
    )
    token_max_minutes: int = field(
        default=60, metadata=_about(_minutes, "Longest lifetime of a token that is accepted, in minutes.")
    )
    token_subject_claim: str = field(
        default="sub", metadata=_about(_text, "What that issuer calls the claim of who somebody is.")
    )
    token_role_claim: str = field(
        default="role",
        metadata=_about(_text, "The claim of the role: one text, or a list of one, such as `roles`."),
    )
    token_id_claim: str = field(
        default="jti", metadata=_about(_text, "The claim of the token's own id, such as `uti`.")
    )
    token_purpose_claim: str = field(default="purpose", metadata=_about(_text, "The claim of the purpose."))
    token_agency_claim: str = field(
        default="agency",
        metadata=_about(_text, "The claim of whose they are: with an issuer no token is taken without."),
    )
    development_issuer: bool | None = field(
        default=None,
        metadata=_about(
            _switch,
            "1 trusts tokens that `mast token` makes on this machine, 0 never; unset: once `mast token` or "
            "`mast up` has made its key in the data folder. Never beside another issuer, nor with real data.",
        ),
    )
    console_url: str = field(
        default="",
        metadata=_about(
            _text, "Where people reach the service, such as https://mast.example: to sign in to the console."
        ),
    )
    console_client_id: str = field(
        default="", metadata=_about(_text, "What MAST_TOKEN_ISSUER knows the console as; unset: no sign-in.")
    )
    console_client_secret: str | None = field(
        default=None, repr=False, metadata=_about(_text, "Its secret there; unset: a public client.")
    )
    documents_file: Path | None = field(
        default=None,
        metadata=_about(
            Path,
            "File of documents to answer besides those of our own programs (`mast documents` writes it).",
        ),
    )
    documents_only: bool | None = field(
        default=None,
        metadata=_about(
            _switch,
            "1 answers registered documents only; unset: 1 with an issuer, 0 in development.",
        ),
    )
    rate_per_minute: int | None = field(
        default=None,
        metadata=_about(
            _count,
            "Most requests a minute of one user for one purpose, 0 for any number; "
            "unset: 120 with an issuer, 0 in development.",
        ),
    )
    different_per_hour: int | None = field(
        default=None,
        metadata=_about(
            _count,
            "Most different people and places that one user may look for in an hour, 0 for any number; "
            "unset: 200 with an issuer, 0 in development.",
        ),
    )
    duty_name: str = field(
        default="Multi-agency safeguarding hub",
        metadata=_about(_text, "Team to ring when no agency's own team is known."),
    )
    duty_phone: str = field(
        default="not set (MAST_DUTY_PHONE)", metadata=_about(_text, "Its telephone number.")
    )
    duty_hours: str = field(default="every day 24 hours", metadata=_about(_text, "When it answers."))
    officer_url: str = field(
        default="",
        metadata=_about(
            _text,
            "Webhook that tells an officer of broken glasses; unset: nobody is told, and with an issuer no "
            "glass can be broken.",
        ),
    )
    officer_secret_file: Path | None = field(
        default=None, metadata=_about(Path, "File of the secret that those notices are signed with.")
    )
    alerts_url: str = field(
        default="",
        metadata=_about(
            _text, "Webhook that is told of alerts, by rule and team; unset: `alerts` shows them."
        ),
    )
    alerts_secret_file: Path | None = field(
        default=None, metadata=_about(Path, "File of the secret that notices of alerts are signed with.")
    )
    disclosure_policy: str = field(
        default="nhs",
        metadata=_about(
            _disclosure,
            "Rule for small numbers in figures for research: nhs, opensafely, sac or acro.",
        ),
    )
    two_person_release: bool | None = field(
        default=None,
        metadata=_about(
            _switch,
            "1 writes a report or files of research only once somebody else approved them; unset: 1 with an "
            "issuer, 0 in development.",
        ),
    )
    as_at: datetime | None = field(
        default=None,
        metadata=_about(
            _day,
            "Day on which the twelve months of an answer end, as 2026-11-01: for fixtures; unset: today.",
        ),
    )
    development: bool = field(
        default=False,
        metadata=_about(
            _switch, "1 allows GraphQL introspection and full validation messages: never with real data."
        ),
    )

    @property
    def has_issuer(self) -> bool:
        """Whether tokens come from an issuer outside of this program."""
        return self.token_keys_file is not None or "://" in self.token_issuer

    @property
    def glass_may_break(self) -> bool:
        """Whether somebody is told of a broken glass, or nobody real can break one."""
        return bool(self.officer_url) or not self.has_issuer

    def _only_without_issuer(self) -> list[str]:
        """What is for development and fixtures: beside real tokens it would tell more, or serve longer."""
        said = {
            "MAST_DEVELOPMENT_ISSUER is 1": self.development_issuer,
            "MAST_DEVELOPMENT is 1": self.development,
            "MAST_AS_AT is set": self.as_at,
        }
        return [f"{fault} beside an issuer" for fault, found in said.items() if found]

    @property
    def registered_only(self) -> bool:
        """Whether only registered documents are answered."""
        return self.has_issuer if self.documents_only is None else self.documents_only

    @property
    def released_by_two(self) -> bool:
        """Whether nobody writes a report or files of research alone."""
        return self.has_issuer if self.two_person_release is None else self.two_person_release

    @property
    def most_requests(self) -> int:
        """Requests a minute of one user for one purpose; 0 for any number."""
        unset = ORDINARY_RATE if self.has_issuer else 0
        return unset if self.rate_per_minute is None else self.rate_per_minute

    @property
    def most_different(self) -> int:
        """Different people and places that one user may look for in an hour; 0 for any number."""
        unset = ORDINARY_DIFFERENT if self.has_issuer else 0
        return unset if self.different_per_hour is None else self.different_per_hour

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Read all settings from ``environ``; an unset one keeps its default.

        Raises:
            SettingsError: every fault, one after the other, by name and never with the value.
        """
        faults: list[str] = []
        values: dict[str, object] = {}
        for each in fields(cls):
            raw = _raw(each, environ, faults)
            if raw is None:
                continue
            try:
                values[each.name] = each.metadata["parse"](raw)
            except ValueError as fault:
                faults.append(f"{variable(each)} {fault}")
        if values.get("neo4j_uri") and not values.get("neo4j_password"):
            faults.append("MAST_NEO4J_PASSWORD is not set, but MAST_NEO4J_URI is")
        settings = cls(**values)  # type: ignore[arg-type]  # each value came out of its own field's parser
        if settings.console_client_id and not (settings.console_url and "://" in settings.token_issuer):
            faults.append("MAST_CONSOLE_CLIENT_ID is set without MAST_CONSOLE_URL or MAST_TOKEN_ISSUER")
        if settings.has_issuer:
            faults += settings._only_without_issuer()
        if faults:
            raise SettingsError("; ".join(faults), fix="correct these settings; docs/settings.md lists all")
        return settings


def variable(setting: Field[Any]) -> str:
    """The environment variable of a field of :class:`Settings`."""
    return PREFIX + setting.name.upper()


def describe() -> list[tuple[str, str, str]]:
    """Name, default and meaning of every setting, in order, as ``docs/settings.md`` lists them."""
    rows = []
    for each in fields(Settings):
        assert each.default is not MISSING  # noqa: S101 - every setting has a default, so none is required
        default = "unset" if each.default is None else str(each.default)
        rows.append((variable(each), default, each.metadata["meaning"]))
        if not each.repr:
            rows.append((f"{variable(each)}_FILE", "unset", f"File that holds {variable(each)}."))
    return rows


def _raw(setting: Field[Any], environ: Mapping[str, str], faults: list[str]) -> str | None:
    name = variable(setting)
    value = environ.get(name)
    if setting.repr or f"{name}_FILE" not in environ:
        return value
    if value is not None:
        faults.append(f"{name} and {name}_FILE are both set")
        return None
    try:
        return Path(environ[f"{name}_FILE"]).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        faults.append(f"{name}_FILE cannot be read")
        return None
