"""Who to ring and under which agreement: agencies, teams and sharing agreements, kept by id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from mast_graph.store import Transaction


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency; ``duty_team`` answers when a contact names no team."""

    id: str
    name: str
    kind: str
    duty_team: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A team's duty desk: never a private person's number."""

    id: str
    agency: str
    name: str
    phone: str
    hours: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """What may be shared for which purposes; ``view`` is ``latest`` or ``full`` over ``months``."""

    id: str
    name: str
    parties: tuple[str, ...]
    purposes: tuple[str, ...]
    data_classes: tuple[str, ...]
    gateways: tuple[str, ...] = ()
    view: str = "latest"
    months: int = 12
    retention_months: int = 36


def write_directory(
    tx: Transaction,
    *,
    agencies: Iterable[Agency] = (),
    teams: Iterable[Team] = (),
    agreements: Iterable[Agreement] = (),
) -> None:
    """Set these entries as they are given; entries not given stay as they were."""
    tx.run("write.put_agencies", rows=[asdict(agency) for agency in agencies])
    tx.run("write.put_teams", rows=[asdict(team) for team in teams])
    tx.run("write.put_agreements", rows=[_listed(asdict(agreement)) for agreement in agreements])


def _listed(row: dict[str, object]) -> dict[str, object]:
    # A property is a list; the driver does not take tuples for one everywhere.
    return {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}
