"""Notices for the public: complete by the standard, made of what is in force, and the same every time."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.api.feeds.drops import FEED, Agency
from tests.api.feeds.drops import Service as Taking
from tests.api.triggers.alerts import Desk, in_force
from tests.end_to_end.command import environment, run
from tests.town import NOW, Service, Town, ago

from mast_analytics.rule_yaml import parse_rule
from mast_api.notices import ITEMS, RECORD, REGISTER, Notice, notices, write_notices
from mast_api.notices.about import read_about
from mast_api.notices.card import told_by_card
from mast_api.notices.items import KEPT
from mast_api.notices.record import NOT_SAID, always
from mast_api.notices.standard import FIELDS, SECTIONS, THE_ORGANISATION_SAYS
from mast_api.settings import Settings
from mast_graph.agreement import Agreement, Term, View
from mast_graph.directory import write_directory
from mast_graph.frequencies import StoredFrequencies, put_frequencies
from mast_graph.lease import Lease
from mast_graph.store import Login, Store
from mast_intake.rows import FIELDS as SENT
from mast_intake.source_yaml import read_source
from mast_resolver.errors import UnreadableFileError, UsageError
from mast_resolver.model import read_model, write_model
from mast_resolver.records import Kind, MatchWeight
from mast_resolver.vocabulary import vocabulary

BOROUGH = Path(__file__).parents[2] / "fixtures/mast_fixtures/borough"
SOURCES = [read_source(path) for path in sorted(BOROUGH.glob("*.yaml")) if path.stem != "directory"]
DAY = dt.date(2026, 11, 2)
MASH = Agreement(
    "mash-2026",
    "MASH",
    ("police", "fire"),
    ("safeguarding-response",),
    (Term("police", "Crime and Disorder Act 1998 s115", View.FULL, 6), Term("fire", "")),
    version=2,
    ends=dt.date(2029, 1, 1),
    review_by=dt.date(2028, 1, 1),
)


def made(**other: Any) -> dict[str, Notice]:
    of: dict[str, Any] = {
        "day": DAY,
        "settings": Settings(),
        "models": [read_model("person"), read_model("address")],
        "sources": [],
        "agreements": [MASH],
        "rules": {},
        "about": {},
    }
    return notices(**(of | other))


def rows(notice: Notice) -> dict[str, str]:
    return {row[0]: row[-1] for section in notice["sections"] for row in section["rows"]}


def test_the_record_has_every_field_of_the_standard_once_and_in_order() -> None:
    told = [row[0] for section in made()[RECORD]["sections"] for row in section["rows"]]
    assert told == list(FIELDS)
    assert all(any(number == part or number.startswith(f"{part}.") for part in SECTIONS) for number in FIELDS)
    assert always().keys() <= FIELDS.keys()
    assert set(THE_ORGANISATION_SAYS) <= FIELDS.keys()


def test_what_only_the_organisation_can_say_is_asked_for_and_nothing_else_is_open() -> None:
    said = made(sources=SOURCES)[RECORD]
    silent = {number for number, text in rows(said).items() if text == NOT_SAID}
    assert silent <= set(said["still_to_say"]) == set(THE_ORGANISATION_SAYS)
    about = {number: f"about {number}" for number in THE_ORGANISATION_SAYS}
    full = made(about=about)[RECORD]
    assert full["still_to_say"] == []
    assert about.items() <= rows(full).items()
    with pytest.raises(UsageError, match="no field 9"):
        made(about={"9": "nonsense"})


def test_the_record_tells_of_the_models_and_the_settings_in_force() -> None:
    person = read_model("person")
    told = rows(made()[RECORD])
    assert person.version in told["2.4.2.2"]
    assert "father and son" in told["2.4.2.7"].lower()
    assert f"{person.join.weight / 1000:+.1f}" in told["2.4.2.5"]
    assert "Any question of the schema is answered" in told["2.4.3.11"]
    strict = Settings.read({"MAST_TOKEN_ISSUER": "https://id.example"})
    told = rows(made(settings=strict)[RECORD])
    assert "Only registered questions are answered" in told["2.4.3.11"]
    assert "120 requests a minute" in told["2.4.3.11"]


def test_a_rule_that_is_put_in_force_is_in_the_record() -> None:
    """By the standard it is told what decides: of a rule who looks, by which right, and until when."""
    texts = {stored.id: stored.text for _, stored in in_force(since=NOW)}
    assert "No rule that raises alerts is in force." in rows(made()[RECORD])["2.4.1.4"]
    one = rows(made(rules={"third-agency/2": texts["third-agency/2"]})[RECORD])["2.4.1.4"]
    rule = parse_rule("third-agency/2", texts["third-agency/2"].encode())
    whose = f"{rule.level.value}; for {rule.owner}; {rule.gateway}; to be reviewed by {rule.review_by}"
    assert f"Rules in force that raise alerts: third-agency/2, {rule.title} ({whose})." in one
    assert "marac-repeat" not in one
    assert all(ref in rows(made(rules=texts)[RECORD])["2.4.1.4"] for ref in texts)
    overdue = rows(made(rules=texts, day=rule.review_by + dt.timedelta(days=1))[RECORD])["2.4.1.4"]
    assert "not reviewed in time: it raises none" in overdue
    assert (
        "third-agency/9, whose text this version cannot read"
        in rows(made(rules={"third-agency/9": "rubbish"})[RECORD])["2.4.1.4"]
    )


def test_the_items_are_those_of_intake_vocabulary_and_sources() -> None:
    assert KEPT.keys() == set(SENT)
    said = made(sources=SOURCES)[ITEMS]
    told = {section["title"]: section for section in said["sections"]}
    for source in SOURCES:
        sent = {row[0].replace(" ", "_") for row in told[f"Sent by {source.agency} ({source.feed})"]["rows"]}
        assert sent == {name for person in source.people for name in person.fields}
    assert {row[0] for row in told["Kinds of contact"]["rows"]} == set(vocabulary().types)
    assert "latestAt" not in rows(said)
    assert told["What an answer tells of a contact"]["rows"][0] == ["id", "ID"]


def test_the_register_tells_all_that_an_agreement_says() -> None:
    (section,) = made()[REGISTER]["sections"]
    told = dict(section["rows"])
    assert section["title"] == "MASH (mash-2026)"
    assert told["parties"] == "fire, police"
    assert told["in force on this day"] == "yes"
    assert "Crime and Disorder Act 1998 s115; shown for 6 months: every contact" in told["data class police"]
    assert "not stated; shown for 12 months: the latest" in told["data class fire"]
    (late,) = made(day=dt.date(2029, 1, 1))[REGISTER]["sections"]
    assert dict(late["rows"])["in force on this day"] == "no"


def test_the_same_configuration_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "other"):
        write_notices(tmp_path / folder, made())
    one, other = (sorted((tmp_path / folder).iterdir()) for folder in ("one", "other"))
    names = [f"{name}.{ending}" for name in (RECORD, ITEMS, REGISTER) for ending in ("md", "json")]
    assert [path.name for path in one] == sorted(names)
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
    assert json.loads((tmp_path / "one" / f"{ITEMS}.json").read_text())["day"] == "2026-11-02"


@pytest.mark.parametrize("text", ["", "- a", "2.1: text", '"2.1.1": 7', "{", '"a": [1]'])
def test_what_is_said_about_the_organisation_is_texts_by_numbers(tmp_path: Path, text: str) -> None:
    path = tmp_path / "about.yaml"
    path.write_text(text)
    with pytest.raises(UnreadableFileError):
        read_about(path)


@pytest.mark.graph
def test_the_service_tells_of_the_rules_and_feeds_of_now(
    town: Town, service: Service, tmp_path: Path
) -> None:
    def told() -> dict[str, str]:
        record = service.answer(
            "{ transparencyRecord { sections { fields { number says } } } }",
            role="information-governance-officer",
            purpose="information-governance",
        )
        return {each["number"]: each["says"] for part in record["sections"] for each in part["fields"]}

    before = told()
    assert "third-agency" not in before["2.4.1.4"]
    assert before["2.4.3.1"] == "No feed is registered."
    desk = Desk(town, town._lease)
    desk.enable("third-agency", since=ago(9))
    taking = Taking(town.store, service.services.settings.data, tmp_path / "drop")
    taking.expects(Agency(tmp_path / "agency"))
    after = told()
    assert "third-agency/2, First contact from a third agency" in after["2.4.1.4"]
    assert after["2.4.3.1"] == FEED
    desk.disable("third-agency")
    assert told()["2.4.1.4"] == before["2.4.1.4"]


@pytest.mark.graph
def test_the_record_tells_of_the_model_that_decides_here(town: Town, service: Service) -> None:
    """The one of the area, with its own thresholds, and on from which it was learnt."""
    ships = read_model("person")
    version = f"{ships.version}+0a1b2c3d"
    learnt = replace(
        ships, version=version, join=replace(ships.join, weight=MatchWeight(ships.join.weight + 1_500))
    )
    stored = StoredFrequencies(version, ships.version, write_model(learnt), 10, b"sealed")
    put_frequencies(town._lease, Kind.PERSON, stored, at=NOW)
    document = """{ transparencyRecord { models { kind version ships limits }
      sections { fields { number says } } } }"""
    officer = {"role": "information-governance-officer", "purpose": "information-governance"}
    record = service.answer(document, **officer)
    said = {each["number"]: each["says"] for part in record["sections"] for each in part["fields"]}
    (person,) = [each for each in record["models"] if each["kind"] == "person"]
    assert (person["version"], person["ships"]) == (version, True)
    assert person["limits"] == told_by_card(ships, "Limits")
    assert f"joined from {learnt.join.weight / 1000:+.1f} " in said["2.4.2.5"]
    assert f"{version}: learnt on from {ships.version} on the records that are here" in said["2.4.2.7"]


@pytest.mark.graph
def test_the_command_writes_them_from_the_graph(store: Store, neo4j_server: Login, tmp_path: Path) -> None:
    live = replace(MASH, id="live-1", name="Live")
    store.write(lambda tx: write_directory(tx, at=NOW, agreements=[live]))
    with Lease.acquire(store, "tests") as lease:
        Desk(Town(store, lease), lease).enable("marac-repeat", since=ago(9))
    Taking(store, tmp_path / "data", tmp_path / "drop").expects(Agency(tmp_path / "agency"))
    out, about = tmp_path / "out", tmp_path / "about.yaml"
    about.write_text('"2.1.3": The director')
    env = environment(neo4j_server, tmp_path / "data")
    ran = run("notices", "--out", out, "--about", about, "--date", "2026-11-02", "--json", env=env)
    assert ran.code == 0, ran.err
    assert "2.1.3" not in ran.json["still_to_say"]
    assert "Live (live-1)" in (out / f"{REGISTER}.md").read_text()
    record = (out / f"{RECORD}.md").read_text()
    assert "| 2.1.3 | Senior responsible owner | The director |" in record
    assert "Rules in force that raise alerts: marac-repeat/2, " in record
    assert f"| 2.4.3.1 | Source data name | {FEED} |" in record
    assert f"Sent by test-housing ({FEED})" in (out / f"{ITEMS}.md").read_text()
