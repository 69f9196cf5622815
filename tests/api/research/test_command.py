"""`mast research`: the same figures in tables and as JSON, asked of a service that runs."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.api.research.borough import OFFICER, RESEARCH
from tests.everything import asking_everything
from tests.town import Service

from mast_api.commands.research import command
from mast_api.schema.predictors import SAYS as PREDICTORS_SAY
from mast_resolver.errors import BadRequestError, UsageError
from mast_resolver.research_errors import CohortTooCloseError

pytestmark = pytest.mark.graph


class Asker:
    """Somebody with a token, at a terminal."""

    def __init__(self, service: Service, folder: Path) -> None:
        self._service, self._folder = service, folder

    def run(self, *arguments: str, subject: str = "researcher-1", role: dict[str, str] = RESEARCH) -> Result:
        file = self._folder / f"{subject}.token"
        file.write_text(self._service.issuer.issue(role["role"], role["purpose"], minutes=9, subject=subject))
        whole = [
            *arguments,
            "--url",
            self._service.url,
            "--token-file",
            str(file),
            "--data",
            str(self._folder),
        ]
        return CliRunner().invoke(command, whole, env={"COLUMNS": "200"})

    def json(self, *arguments: str, **who: Any) -> Any:
        ran = self.run(*arguments, "--json", **who)
        assert ran.exit_code == 0, ran.output + str(ran.exception)
        return json.loads(ran.stdout)


@pytest.fixture
def asker(asked: Service, tmp_path: Path) -> Asker:
    return Asker(asked, tmp_path)


def test_json_is_the_answer_of_the_service(asked: Service, asker: Asker) -> None:
    ran = asker.json("transitions", "--known-to", "police")
    answer = asked.answer(asking_everything("transitionMatrix"), cohort={"knownTo": "police"}, **RESEARCH)
    assert ran["steps"] == answer["steps"]
    assert ran["basis"]["subjects"] == answer["basis"]["subjects"]


@pytest.mark.parametrize(
    ("arguments", "seen"),
    [
        (["transitions"], ["From level to level", "(still there)", "*"]),
        (
            ["paths", "--unit", "household"],
            ["Ways taken", "How many agencies", "What was met next", "after 365 days"],
        ),
        (["time-to-event", "--level", "5"], ["Who was followed", "reached", "died: too few to show"]),
        (["time-to-event", "--event", "referral"], ["referred again", "Referrals within twelve months"]),
    ],
)
def test_tables_show_figures_and_marks(asker: Asker, arguments: list[str], seen: list[str]) -> None:
    ran = asker.run(*arguments)
    assert ran.exit_code == 0, ran.output + str(ran.exception)
    assert [each for each in seen if each not in ran.stdout] == []
    assert "none is of one person" in ran.stderr


def test_a_refusal_comes_through_as_it_is(asker: Asker) -> None:
    asker.json("transitions")
    refusals = [
        asker.run("transitions", "--first-contact-from", f"2024-03-{day:02}") for day in range(20, 32)
    ]
    assert any(isinstance(each.exception, CohortTooCloseError) for each in refusals)
    assert isinstance(asker.run("transitions", "--policy", "none").exception, BadRequestError)


def test_two_people_release_a_table_and_one_cannot(asker: Asker, tmp_path: Path) -> None:
    proposed = asker.json("propose", "transitions")
    out = tmp_path / "release.json"
    assert asker.run("release", proposed["id"], "--out", str(out)).exit_code != 0
    said = ("decide", proposed["id"], "--digest", proposed["digest"], "--approve", "--finding", "Wide groups")
    assert asker.run(*said, subject="researcher-1", role=OFFICER).exit_code != 0
    assert asker.json(*said, subject="officer-2", role=OFFICER)["approved"] is True
    listed = asker.json("releases", subject="officer-2", role=OFFICER)["releases"]
    assert [each["decidedBy"] for each in listed if each["id"] == proposed["id"]] == ["officer-2"]
    asker.json("release", proposed["id"], "--out", str(out))
    written = json.loads(out.read_text())
    assert (out.stat().st_mode & 0o077, written["release"]["proposedBy"]) == (0, "researcher-1")
    assert written["figures"]["steps"]["rows"]


def test_a_report_is_looked_at_approved_and_written_by_two_people(
    asker: Asker, asked: Service, tmp_path: Path
) -> None:
    page = b"<p>Figures of groups</p>"
    content = {"files": {"report.html": base64.b64encode(page).decode()}}
    waits = asked.services.releasing.propose("research-report", [], "nhs", content, by="custodian")
    out, seen = tmp_path / "out", tmp_path / "seen"
    assert asker.run("release", waits.id, "--out", str(out)).exit_code != 0
    asker.json("release", waits.id, "--waiting", "--out", str(seen), subject="officer-2", role=OFFICER)
    assert (seen / "report.html").read_bytes() == page
    said = ("decide", waits.id, "--digest", waits.digest, "--approve", "--finding", "Read all of it")
    assert asker.run(*said, subject="custodian", role=OFFICER).exit_code != 0
    assert asker.json(*said, subject="officer-2", role=OFFICER)["approved"] is True
    asker.json("release", waits.id, "--out", str(out))
    assert (out / "report.html").read_bytes() == page
    assert json.loads((out / "release.json").read_text())["release"]["decidedBy"] == "officer-2"
    assert isinstance(asker.run("release", waits.id, "--out", str(out)).exception, UsageError)


def test_files_are_proposed_where_they_are_made(asked: Service) -> None:
    propose = asking_everything("proposeRelease", kind="mutation")
    response = asked.ask(propose, question="REPORT", **RESEARCH)
    said = response.json()["errors"][0]["extensions"]
    assert (response.status_code, said["fact"]) == (400, "files are proposed where they are made")
    assert "mast report --propose" in said["fix"]


def test_volumes_and_evaluations_are_asked_for_too(asker: Asker) -> None:
    assert asker.json("volumes", "--count-by", "agency")["total"]["now"]["value"]
    assert "Contacts, and how they changed" in asker.run("volumes").stdout
    part = asker.run("volumes", "--as-of", "2025-06-30")
    assert "not held whole" in part.stdout
    assert "both years are held whole as of 30 November 2025 or later." in part.stderr
    assert asker.json("predictors") == {
        "names": [],
        "evaluation": None,
        "silent": [],
        "says": list(PREDICTORS_SAY),
    }
    assert asker.json("propose", "volumes")["id"].startswith("RE-")
