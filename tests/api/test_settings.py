"""Settings: read once, all faults at once, secrets never shown, each documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from mast_api.settings import Settings, describe
from mast_resolver.errors import SettingsError

ROOT = Path(__file__).parents[2]


def test_nothing_set_is_enough_to_start() -> None:
    settings = Settings.read({})
    assert (settings.host, settings.port, settings.neo4j_uri) == ("127.0.0.1", 8000, None)


def test_every_fault_is_said_at_once_and_no_value() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read(
            {
                "MAST_PORT": "eighty-secret",
                "MAST_QUERY_TIMEOUT_S": "soon-secret",
                "MAST_NEO4J_URI": "http://secret",
                "MAST_TOKEN_MAX_MINUTES": "0",
                "MAST_DEVELOPMENT": "secret",
                "MAST_HOST": " ",
            }
        )
    for name in ("PORT", "QUERY_TIMEOUT_S", "NEO4J_URI", "TOKEN_MAX_MINUTES", "DEVELOPMENT", "HOST"):
        assert f"MAST_{name} " in caught.value.fact
    assert "secret" not in str(caught.value)


def test_a_neo4j_of_ones_own_needs_a_password() -> None:
    with pytest.raises(SettingsError, match="MAST_NEO4J_PASSWORD is not set"):
        Settings.read({"MAST_NEO4J_URI": "bolt://db:7687"})


def test_a_secret_may_come_from_a_file_and_is_in_no_repr(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("open-sesame\n")
    settings = Settings.read({"MAST_NEO4J_PASSWORD_FILE": str(tmp_path / "password")})
    assert settings.neo4j_password == "open-sesame"
    assert "sesame" not in repr(settings)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        pytest.param(
            {"MAST_NEO4J_PASSWORD_FILE": "/none/such"}, "cannot be read", id="the file is not there"
        ),
        pytest.param(
            {"MAST_NEO4J_PASSWORD_FILE": "/x", "MAST_NEO4J_PASSWORD": "y"}, "are both set", id="both are set"
        ),
    ],
)
def test_a_secret_that_cannot_be_had_is_a_fault(environ: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Settings.read(environ)


def test_every_setting_is_documented_with_its_default() -> None:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `MAST_")]
    assert rows == [f"| `{name}` | {default} | {meaning} |" for name, default, meaning in describe()]


@pytest.mark.parametrize("real", ["MAST_TOKEN_ISSUER", "MAST_TOKEN_KEYS_FILE"])
@pytest.mark.parametrize(("name", "value"), [("MAST_DEVELOPMENT", "1"), ("MAST_AS_AT", "2026-11-01")])
def test_what_is_for_fixtures_is_refused_beside_real_tokens(real: str, name: str, value: str) -> None:
    """The one tells of the schema and quotes questions; under the other ended agreements serve on."""
    with pytest.raises(SettingsError, match=f"{name} is .* beside an issuer"):
        Settings.read({real: "https://id.example", name: value})
    Settings.read({name: value})


def test_a_glass_may_break_where_an_officer_is_told_or_nobody_is_real() -> None:
    real = {"MAST_TOKEN_ISSUER": "https://id.example"}
    assert Settings.read({}).glass_may_break
    assert not Settings.read(real).glass_may_break
    assert Settings.read({**real, "MAST_OFFICER_URL": "https://gov.example/hook"}).glass_may_break
