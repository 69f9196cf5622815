"""The development issuer: trusted only where it was enabled, as long as it is, and never beside another."""

from __future__ import annotations

import asyncio
import datetime as dt
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from mast_api.development import DevelopmentIssuer, DevelopmentKeys
from mast_api.service import verifier
from mast_api.settings import Settings
from mast_api.tokens import TokenVerifier
from mast_api.workspace import DEVELOPMENT_ISSUER, development_issuer
from mast_resolver.errors import KeyMissingError, NotAuthenticatedError, SettingsError

NOW = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
NAMES = {"issuer": "issuer", "audience": "us"}


def opened(path: Path) -> DevelopmentIssuer:
    return DevelopmentIssuer.open(path, **NAMES, clock=lambda: NOW, new_id=lambda: "t1")


def verifies(path: Path) -> TokenVerifier:
    keys = DevelopmentKeys(path)
    return TokenVerifier(keys, issuer="issuer", audience="us", max_minutes=60, clock=lambda: NOW)


def token(path: Path) -> str:
    return "Bearer " + opened(path).issue("response-officer", None, minutes=5, subject="officer-7")


async def admitted(of: TokenVerifier, sent: str) -> str:
    await of.prepare(sent)
    return of.verify(sent).subject


def test_its_key_is_kept_for_its_owner_only_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    sent = token(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["key.json"]
    assert token(path) == sent
    assert verifies(path).verify(sent).purpose is None


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    opened(path)
    path.chmod(0o644)
    with pytest.raises(KeyMissingError, match="others"):
        opened(path)
    with pytest.raises(KeyMissingError, match="others"):
        verifies(path)


def test_a_damaged_key_is_refused_without_its_content(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.touch(0o600)
    path.write_text('{"kty": "oct", "d": "sesame"}')
    with pytest.raises(KeyMissingError) as caught:
        opened(path)
    assert "sesame" not in str(caught.value)


def test_tokens_are_refused_until_it_is_enabled_and_after(tmp_path: Path) -> None:
    """Enabled, and no longer, while the service runs."""
    path, elsewhere = tmp_path / "key.json", tmp_path / "elsewhere.json"
    of = verifies(path)
    with pytest.raises(NotAuthenticatedError, match="mast token enables it"):
        asyncio.run(admitted(of, token(elsewhere)))
    assert asyncio.run(admitted(of, token(path))) == "officer-7"
    with pytest.raises(NotAuthenticatedError, match="not valid"):
        asyncio.run(admitted(of, token(elsewhere)))
    sent = token(path)
    path.unlink()
    with pytest.raises(NotAuthenticatedError, match="mast token enables it"):
        asyncio.run(admitted(of, sent))


def test_a_new_key_ends_the_tokens_of_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    before = token(path)
    of = verifies(path)
    assert asyncio.run(admitted(of, before)) == "officer-7"
    path.unlink()
    after = token(path)
    with pytest.raises(NotAuthenticatedError):
        asyncio.run(admitted(of, before))
    assert asyncio.run(admitted(of, after)) == "officer-7"


def settings(data: Path, **environ: str) -> Settings:
    return replace(Settings.read(environ), data=data)


def test_a_plain_service_trusts_nobody_and_says_so(tmp_path: Path) -> None:
    said: list[str] = []
    of = verifier(settings(tmp_path), said.append)
    assert not (tmp_path / DEVELOPMENT_ISSUER).exists()
    assert "every token is refused" in said[0]
    development_issuer(settings(tmp_path))
    verifier(settings(tmp_path), said.append)
    assert "development issuer" in said[1]
    assert "are trusted; never with real data" in said[1]
    with pytest.raises(NotAuthenticatedError):
        asyncio.run(admitted(of, "Bearer rubbish"))


def test_a_setting_enables_it_from_the_start_or_never(tmp_path: Path) -> None:
    said: list[str] = []
    verifier(settings(tmp_path, MAST_DEVELOPMENT_ISSUER="1"), said.append)
    assert (tmp_path / DEVELOPMENT_ISSUER).exists()
    off = settings(tmp_path, MAST_DEVELOPMENT_ISSUER="0")
    with pytest.raises(SettingsError, match="nobody could be known"):
        verifier(off, said.append)
    with pytest.raises(SettingsError, match="MAST_DEVELOPMENT_ISSUER is 0"):
        development_issuer(off)


def test_it_is_never_beside_another_issuer(tmp_path: Path) -> None:
    development_issuer(settings(tmp_path))
    for real in ({"MAST_TOKEN_ISSUER": "https://id.example"}, {"MAST_TOKEN_KEYS_FILE": str(tmp_path / "k")}):
        with pytest.raises(SettingsError, match="another issuer is set"):
            development_issuer(settings(tmp_path, **real))
        with pytest.raises(SettingsError, match="MAST_DEVELOPMENT_ISSUER is 1 beside an issuer"):
            Settings.read({**real, "MAST_DEVELOPMENT_ISSUER": "1"})
